// The access log as auditors read it; nobody else does.

import Type, { type Static } from 'typebox';
import type { AccessRow } from '../../db/audit/access-log.ts';
import { listAccess } from '../../db/audit/access-log.ts';
import { ACCESS_ACTIONS, ACCESS_OUTCOMES } from '../../rules/access/access-kinds.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { assertRole, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';

const AccessSchema = Type.Object({
  at: Instant,
  principalId: Nullable(Type.String({ description: '未登录的为 null · Null for strangers' })),
  principalName: Nullable(Type.String()),
  credential: Nullable(
    Type.String({ description: '所用密钥，key:编号 · The key it came by, key:<id>' }),
  ),
  address: Type.String({
    description: '来源地址；IPv6 为其 /64 · Where from; an IPv6 address by its /64',
  }),
  action: Type.Enum([...ACCESS_ACTIONS]),
  outcome: Type.Enum([...ACCESS_OUTCOMES], {
    description:
      'hidden：对象存在，但不在其管辖范围内，按不存在答复 · hidden: it exists, beyond their reach, and was answered as if it did not',
  }),
  route: Type.String({ description: '未登录的为空 · Empty for strangers' }),
  subject: Nullable(Type.String({ description: '所涉对象的编号 · The id of what it was about' })),
  purpose: Nullable(Type.String()),
  count: Type.Integer({
    description: '同一时刻相同的合为一条 · Equal ones of one moment are one row',
  }),
});

const pages = pageOf(
  AccessSchema,
  Type.Tuple([Instant, Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })]),
  ({ at, id }: AccessRow): [string, number] => [at, id],
);

const accessToJson = ({ id: _, ...row }: AccessRow): Static<typeof AccessSchema> => row;

const filters = {
  from: Type.Optional({ ...Instant, description: '自此时起 · From this instant on' }),
  until: Type.Optional({ ...Instant, description: '至此时止，不含 · Before this instant' }),
  principalId: Type.Optional({ ...Id, description: '何人 · Whose' }),
  action: Type.Optional(Type.Enum([...ACCESS_ACTIONS], { description: '哪一类 · Of which kind' })),
  outcome: Type.Optional(Type.Enum([...ACCESS_OUTCOMES], { description: '结果 · How it ended' })),
  subject: Type.Optional({ ...Id, description: '关于何对象 · About what' }),
  address: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: '来自何地址 · Where from' }),
  ),
};

export function addAccessLogRoutes(app: App, { pool }: Service): void {
  app.get(
    '/v1/audit/access-log',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listAccess',
        tags: ['audit'],
        summary: '访问日志 · The access log',
        description:
          '被拒绝的访问、管理类查阅、导出、名册和显示个人信息的记录，新的在前，按真实时间。仅审计员可读，限其管辖范围内的人和对象；未登录的来访均可见。 · Denials, administrative reads, exports, rolls and unmaskings by the real clock, newest first; for auditors, of people and subjects within their reach, and of strangers.',
        querystring: Type.Object({ ...pages.query, ...filters }),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query: { limit, cursor, ...filter } }, reply) => {
      assertRole(principal, ['auditor']);
      const rows = await listAccess(pool, {
        ...filter,
        reaches: reachesOf(principal, ['auditor']),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, accessToJson);
    },
  );
}
