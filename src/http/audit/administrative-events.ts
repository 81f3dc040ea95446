// The administrative log: who changed what of accounts, roles, keys, organisations, sites and calendars.
// Auditors read it, and nobody else.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import {
  ADMINISTERED,
  type AdministrativeEvent,
  listAdministrativeEvents,
} from '../../db/kernel/administrative-events.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { assertRole, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Instant, Nullable } from '../kernel/subject-schemas.ts';

const READERS: readonly Role[] = ['auditor'];

const Anything = (description: string) =>
  Nullable(Type.Object({}, { additionalProperties: true, description }));
const Id = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });

const EventSchema = Type.Object({
  sequence: Type.Integer({
    description: '序号，全系统连续 · Without a gap in the whole installation',
  }),
  at: Instant,
  kind: Type.String({ description: '所做的事，如 grant-confirmed · What was done' }),
  subjectKind: Type.Enum([...ADMINISTERED], { description: '所改的是什么 · What was changed' }),
  subjectId: Type.String({ description: '所改对象的编号 · Its id' }),
  path: Type.String({ description: '所涉单位的路径 · The place it concerns' }),
  by: Type.Object(
    {
      principalId: Type.String({
        description:
          '账户；system 为服务自身，operator 为数据库持有者 · The account; system is the service itself, operator who holds the database',
      }),
      name: Nullable(Type.String({ description: '账户名称 · Its name' })),
      credential: Nullable(
        Type.String({ description: '所用凭据，如 key:… · The credential used' }),
      ),
      address: Nullable(Type.String({ description: '来源地址 · The address it came from' })),
    },
    { description: '何人、凭何、自何处 · Who, by what, from where' },
  ),
  before: Anything('改前 · Before'),
  after: Anything('改后 · After'),
  personal: Anything('姓名与涉及个人的文字 · Names, and text about persons'),
  isErased: Type.Boolean({
    description: '涉及个人的部分已依规删除 · The part about persons was erased by rule',
  }),
  hash: Type.String({ description: '与前一条相连的散列 · The link with the one before' }),
});

const eventToJson = ({
  principalId,
  principalName,
  credential,
  address,
  ...event
}: AdministrativeEvent): Static<typeof EventSchema> => ({
  ...event,
  by: { principalId, name: principalName, credential, address },
});

const pages = pageOf(
  EventSchema,
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  ({ sequence }: AdministrativeEvent) => sequence,
);

export function addAdministrativeEventRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/audit/administrative-events',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listAdministrativeEvents',
        tags: ['audit'],
        summary: '管理日志 · The administrative log',
        description:
          '账户、角色、密钥、单位、站点、工作日历的每次变动，新的在前，只增不改，逐条以散列相连。仅审计员可读其管辖范围内的。 · Every change of accounts, roles, keys, organisations, sites and calendars, newest first, append-only and chained by hashes. For auditors only, within their reach.',
        querystring: Type.Object({
          ...pages.query,
          subjectKind: Type.Optional(
            Type.Enum([...ADMINISTERED], { description: '所改的是什么 · What was changed' }),
          ),
          subjectId: Type.Optional(Id('所改对象的编号 · The id of what was changed')),
          principalId: Type.Optional(Id('何人所为 · Who did it')),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query }, reply) => {
      assertRole(principal, READERS);
      const { limit, cursor, subjectKind = null, subjectId = null, principalId = null } = query;
      const turn = pages.turnOf({ limit, cursor });
      const rows = await listAdministrativeEvents(
        pool,
        reachesOf(principal, READERS),
        { subjectKind, subjectId, principalId },
        turn.after ?? null,
        turn.limit,
      );
      return pages.toJson(reply, limit, rows, eventToJson);
    },
  );
}
