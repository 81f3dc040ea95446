// Campaign plans: a plan is published once, stays frozen for ever, and is quoted sentence by sentence.

import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { findCalendar } from '../../db/county/calendars.ts';
import { findDivision } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { PlanHead } from '../../db/plan/plans.ts';
import {
  findPlan,
  findPlanOfNumber,
  insertPlan,
  listPlans,
  planSha256,
} from '../../db/plan/plans.ts';
import { cite } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { CLAUSE_PATTERN } from '../../rules/plan/schema-terms.ts';
import { planFindings } from '../../rules/plan-check/plan-findings.ts';
import { contentInvalid } from '../county/organisations.ts';
import { performAct } from '../kernel/administrative-acts.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import { yamlOf } from '../kernel/request-bodies.ts';
import { assertRole, assertRoleAt } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { askerOf } from '../kernel/threads.ts';
import { addProcedureRoutes } from './procedures.ts';

const Nullable = <Inner extends Type.TSchema>(inner: Inner, description: string) =>
  Type.Union([inner, Type.Null()], { description });
const PlanId = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 100 });
const Version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const PlanHeadSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  title: Type.String(),
  divisionCode: Type.String(),
  sha256: Type.String({ description: '规范化 JSON 的散列 · Hash of its canonical JSON' }),
  publishedAt: Type.String({ format: 'date-time' }),
});
const pages = pageOf(
  PlanHeadSchema,
  Type.Object({ id: PlanId, version: Version }),
  ({ id, version }: PlanHead) => ({ id, version }),
);
const PlanBody = Type.Object({}, { additionalProperties: true });
const PlanSchema = Type.Object({ ...PlanHeadSchema.properties, plan: PlanBody });
const ClauseSchema = Type.Object({
  planId: Type.String(),
  version: Type.Integer(),
  rule: Nullable(Type.String(), '系统规则的编号 · Number of the service’s rule'),
  clause: Nullable(
    Type.String(),
    '方案的编号；方案没有这一句时为 null · Null: the plan has no sentence',
  ),
  modality: Nullable(
    Type.String(),
    'M 必须 · E 条件 · P 优先 · S 力求 · I 信息；只有 M、E 可以拒绝 · Only M and E may refuse',
  ),
  quote: Nullable(Type.String(), '原文 · The sentence as it is written'),
  provenance: Nullable(
    Type.Object({ kind: Type.String(), note: Type.Optional(Type.String()) }),
    '方案没有写明时由谁决定 · Who decided what the plan does not say',
  ),
  section: Type.String(),
  english: Type.String(),
});

const versionQuery = Type.Object({ version: Type.Optional(Version) });

export function addPlanRoutes(app: App, service: Service): void {
  addPlanListRoutes(app, service);
  addOnePlanRoutes(app, service);
  addNewPlanRoutes(app, service);
}

const Finding = Type.Object({
  path: Type.String(),
  code: Type.String(),
  zh: Type.String(),
  en: Type.String(),
});

function addNewPlanRoutes(app: App, service: Service): void {
  app.post(
    '/v1/plans',
    {
      config: { problems: ['content-invalid', 'duplicate'] },
      schema: {
        operationId: 'publishPlan',
        tags: ['plans'],
        summary: '印发方案 · Publish a plan',
        description:
          '由方案所属县的组织部印发，JSON 或 YAML；全部错误一次列出。印发即冻结，修改须用新的版本号。写明 extends 的，冻结和散列的是展开后的方案。dryRun=true 只核对，另告知值得再看之处，不印发。格式见 GET /v1/plans/{id}。 · By the county’s organisation department, as JSON or YAML; every fault is told at once. Publishing freezes; a change takes a new version. A plan that extends a base is frozen and hashed as expanded. dryRun=true only checks, and tells what deserves a second look. For the form see GET /v1/plans/{id}.',
        consumes: ['application/json', 'application/yaml'],
        querystring: Type.Object({
          dryRun: Type.Optional(Type.Boolean({ description: '只核对 · Check only' })),
        }),
        body: PlanBody,
        response: {
          200: Type.Object({
            id: Type.String(),
            version: Type.Integer(),
            sha256: Type.String(),
            findings: Type.Array(Finding, {
              description: '方案允许而值得再看的 · Allowed, and worth a second look',
            }),
          }),
          201: PlanHeadSchema,
        },
      },
    },
    async (request, reply) => {
      assertRole(request.principal, ['county-department']);
      const plan = await validPlan(service, request);
      const { dryRun } = request.query;
      const place = async (db: Tx | Service['pool']) => {
        const division = await findDivision(db, plan);
        if (division?.kind !== 'COUNTY')
          throw contentInvalid('/body/divisionCode', noSuchCounty(plan));
        assertRoleAt(request.principal, ['county-department'], division.path);
        await assertPlanNumber(db, plan);
      };
      if (dryRun) {
        await place(service.pool);
        const { id, version } = plan;
        const findings = planFindings(plan, await findCalendar(service.pool));
        return { id, version, sha256: planSha256(plan), findings };
      }
      return performAct(service, request, reply, async (tx) => {
        await place(tx);
        return {
          status: 201,
          headers: { location: `/v1/plans/${plan.id}?version=${plan.version}` },
          body: await publish(tx, plan),
        };
      });
    },
  );
}

const noSuchCounty = ({ divisionCode }: Plan) => ({
  zh: `单位目录中没有区划代码为 ${divisionCode} 的县`,
  en: `the directory has no county of the code ${divisionCode}`,
});

/** An issuer gives each number once a year (R1); the versions of one plan share theirs. */
async function assertPlanNumber(db: Tx | Service['pool'], plan: Plan): Promise<void> {
  const twin = await findPlanOfNumber(db, plan);
  if (twin === undefined) return;
  const { issuerCode, year, serial } = plan.document;
  throw contentInvalid('/body/document/serial', {
    zh: `${issuerCode}〔${year}〕${serial}号已用于方案 ${twin}`,
    en: `this number is already that of the plan ${twin}`,
  });
}

/** The expanded plan, read in a thread, because its content decides what that costs. */
async function validPlan({ threads }: Service, request: FastifyRequest): Promise<Plan> {
  const checked = await threads.run(askerOf(request), 'readPlan', request.body, yamlOf(request));
  if ('plan' in checked) return checked.plan;
  throw problem('content-invalid', {
    detail: {
      zh: `方案有 ${checked.count} 处错误。`,
      en: `The plan has ${checked.count} faults.`,
    },
    errors: checked.faults.map((fault) => ({ ...fault, path: `/body${fault.path}` })),
  });
}

async function publish(tx: Tx, plan: Plan): Promise<Static<typeof PlanHeadSchema>> {
  const stored = await findPlan(tx, plan.id, plan.version);
  if (stored !== undefined) {
    throw problem('duplicate', {
      id: plan.id,
      version: plan.version,
      detail:
        stored.sha256 === planSha256(plan)
          ? { zh: '这一版本已经印发。', en: 'This version has been published.' }
          : {
              zh: '这一版本已经印发且内容不同，请使用新的版本号。',
              en: 'This version has been published and says otherwise: use a new version.',
            },
    });
  }
  await insertPlan(tx, plan);
  return headToJson((await findPlan(tx, plan.id, plan.version)) as PlanHead);
}

const headToJson = ({ id, version, title, divisionCode, sha256, publishedAt }: PlanHead) => ({
  id,
  version,
  title,
  divisionCode,
  sha256,
  publishedAt,
});

function addPlanListRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/plans',
    {
      schema: {
        operationId: 'listPlans',
        tags: ['plans'],
        summary: '方案列表 · Plans',
        description: '所有已印发的方案及版本。 · Every published plan and version.',
        querystring: Type.Object(pages.query),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor } }, reply) => {
      const { after = null, limit: rowsMax } = pages.turnOf({ limit, cursor });
      const rows = await listPlans(pool, after, rowsMax);
      return pages.toJson(reply, limit, rows, (row) => row);
    },
  );
}

function addOnePlanRoutes(app: App, service: Service): void {
  const { pool } = service;
  addProcedureRoutes(app, service);
  app.get(
    '/v1/plans/:id',
    {
      schema: {
        operationId: 'getPlan',
        tags: ['plans'],
        summary: '方案 · One plan',
        description: '不指明版本时为最新版本。 · The last version unless one is named.',
        params: Type.Object({ id: PlanId }),
        querystring: versionQuery,
        response: { 200: PlanSchema },
      },
    },
    async ({ params, query }) => {
      const found = await findPlan(pool, params.id, query.version ?? null);
      if (found === undefined) throw problem('not-found');
      return { ...headToJson(found), plan: found.body };
    },
  );

  app.get(
    '/v1/plans/:id/clauses/:clause',
    {
      schema: {
        operationId: 'getClause',
        tags: ['plans'],
        summary: '条款 · One clause',
        description:
          '方案的一句原文；也可用系统规则的编号查询其在本方案中的依据。 · One sentence of the plan as it is written, by its number or by that of the rule that rests on it.',
        params: Type.Object({ id: PlanId, clause: Type.String({ pattern: CLAUSE_PATTERN }) }),
        querystring: versionQuery,
        response: { 200: ClauseSchema },
      },
    },
    async ({ params, query }) => {
      const found = await findPlan(pool, params.id, query.version ?? null);
      if (found === undefined) throw problem('not-found');
      const citation = cite(found.body, params.clause);
      if (citation.clause === null && citation.rule === null) throw problem('not-found');
      return { planId: found.id, version: found.version, ...citation };
    },
  );
}
