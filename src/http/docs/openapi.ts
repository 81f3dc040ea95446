// OpenAPI 3.1, made from the schemas that validate. Problems, the bearer token and the idempotency key,
// which every operation shares, are added here, so that no route can forget them.

import fastifySwagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import Type from 'typebox';
import type { App } from '../kernel/app.ts';
import { type ProblemCode, problemCatalog, problemType } from '../kernel/problem-catalog.ts';
import { problemMediaType } from '../kernel/problems.ts';

const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: '问题类型，见 /docs/problems · See /docs/problems' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: '按 Accept-Language · In the language accepted' }),
    traceId: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String(),
          message: Type.String(),
          line: Type.Optional(
            Type.Integer({ description: 'YAML 方案中的行 · The line of a plan sent as YAML' }),
          ),
          column: Type.Optional(Type.Integer()),
        }),
        { description: '400：逐处列出 · Each fault and where it is' },
      ),
    ),
    accepts: Type.Optional(
      Type.Array(Type.String(), { description: '409：现在可接受的事件 · Events accepted now' }),
    ),
    unmet: Type.Optional(
      Type.Array(Type.Object({ clause: Type.String() }, { additionalProperties: true }), {
        description: '422：未满足的条款 · Clauses not met',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true, description: 'RFC 9457' },
);

type Route = Pick<RouteOptions, 'method' | 'url' | 'config'> & { schema?: FastifySchema };

/** Every problem an operation may answer with: those all share, those its form implies, its own. */
const problemsOf = ({ method, url, config, schema }: Route): ProblemCode[] => {
  const codes = new Set<ProblemCode>(['internal', ...(config?.problems ?? [])]);
  if (url.startsWith('/v1/'))
    for (const code of ['bad-request', 'unavailable'] as const) codes.add(code);
  if (config?.public !== true) {
    for (const code of ['unauthenticated', 'forbidden', 'too-many-requests'] as const)
      codes.add(code);
  }
  if (schema?.params !== undefined) codes.add('not-found').add('uri-too-long');
  if (schema?.body !== undefined) codes.add('payload-too-large').add('unsupported-media-type');
  if (method === 'POST' && config?.public !== true) {
    codes.add('idempotency-key-reused').add('outcome-unknown');
  }
  if (url.startsWith('/v1/') && (schema?.params !== undefined || method === 'POST'))
    codes.add('newer-version');
  if (config?.revisioned === true) codes.add('stale-revision');
  return [...codes];
};

const exampleOf = (code: ProblemCode) => ({
  type: problemType(code),
  title: problemCatalog[code].title.zh,
  status: problemCatalog[code].status,
  detail: problemCatalog[code].meaning.zh,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
});

const problemResponses = (codes: readonly ProblemCode[]): Record<string, unknown> => {
  const byStatus = Map.groupBy(codes, (code) => problemCatalog[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group
          .map((code) => `${problemCatalog[code].title.zh} · ${problemCatalog[code].title.en}`)
          .join('；'),
        content: {
          [problemMediaType]: {
            schema: { $ref: 'Problem#' },
            examples: Object.fromEntries(group.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      },
    ]),
  );
};

const successTexts: Record<string, string> = {
  200: '成功 · Done',
  201: '已创建 · Created',
  202: '已受理，进度见 Location · Accepted, see Location',
  204: '成功，无内容 · Done, nothing to say',
  207: '逐项结果 · One outcome per item',
};

const described = (response: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries((response ?? {}) as Record<string, Record<string, unknown>>).map(
      ([status, schema]) => [
        status,
        {
          ...schema,
          'x-response-description': schema.description ?? successTexts[status] ?? status,
        },
      ],
    ),
  );

const sharedHeaders = ({ method, config }: Route): Record<string, unknown> => ({
  ...(method === 'POST' && {
    'Idempotency-Key': {
      type: 'string',
      description:
        '重试时保持不变，得到第一次的应答 · Kept on a retry, which then gets the first answer',
    },
  }),
  ...(config?.revisioned === true && {
    'If-Match': {
      type: 'string',
      description: '读取时得到的 ETag · The ETag that was read',
    },
  }),
});

const documented = (route: Route): FastifySchema => {
  const { schema = {} } = route;
  const own = schema.headers as { properties?: object; required?: string[] } | undefined;
  const properties = { ...sharedHeaders(route), ...own?.properties };
  return {
    ...schema,
    security: route.config?.public === true ? [] : [{ bearer: [] }],
    ...(Object.keys(properties).length > 0 && {
      headers: { type: 'object', ...own, properties },
    }),
    response: { ...described(schema.response), ...problemResponses(problemsOf(route)) },
  };
};

/** A list sent as JSON is an array of rows; in every other form it is text or a file. */
const listOfRows = {
  type: 'array',
  items: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
  },
  description: '每个对象一行，键为表头 · One object a row, its keys are headers',
  example: [{ 类别: '示范村', 单位: '某村' }],
};

type Contents = { [type: string]: { schema?: unknown } };

const withLists = <Made extends { paths?: object }>(made: Made): Made => {
  for (const operations of Object.values(made.paths ?? {})) {
    const content: Contents | undefined = operations?.post?.requestBody?.content;
    if (content?.['text/csv'] === undefined || content['application/json'] === undefined) continue;
    for (const [type, one] of Object.entries(content)) {
      one.schema = type === 'application/json' ? listOfRows : { type: 'string' };
    }
  }
  return made;
};

const description = [
  '四创三评活动的 REST 接口。状态只由事件改变；每一次拒绝都说明依据的条款。',
  'The REST interface of the four-create-three-appraise campaign. State moves by events only, and every refusal names the clause it rests on.',
].join('\n\n');

/** Call before any route is added. */
export const addOpenapi = async (app: App, version: string): Promise<void> => {
  app.addSchema(ProblemSchema);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: '创评 Chuangping', version, description, license: { name: 'Apache-2.0' } },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'API 密钥 cp_… · API key' },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: {
      buildLocalReference: (json, _uri, _fragment, i) => String(json.$id ?? `def-${i}`),
    },
    transformObject: (made) => ('openapiObject' in made ? withLists(made.openapiObject) : {}),
    transform: ({ schema, url, route }) => ({
      url,
      schema: schema?.hide === true ? schema : documented({ ...route, url, schema }),
    }),
  });

  let text: string | undefined;
  app.get(
    '/openapi.json',
    {
      config: { public: true },
      schema: {
        operationId: 'getOpenapi',
        tags: ['service'],
        summary: '接口描述 · OpenAPI document',
        description:
          'OpenAPI 3.1，由校验所用的同一份模式生成。 · Generated from the schemas that validate.',
        // The handler sends the document as text; the schema says what the text holds.
        response: { 200: Type.Unsafe<string>(Type.Object({}, { additionalProperties: true })) },
      },
    },
    async (_request, reply) => {
      text ??= JSON.stringify(app.swagger());
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );
};
