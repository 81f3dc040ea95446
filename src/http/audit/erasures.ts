// What was erased of persons, and in whose name. Auditors and security officers read it.

import Type, { type Static } from 'typebox';
import type { Role } from '../../../machines/kit/access.ts';
import type { ErasureRow } from '../../db/audit/erasure-reads.ts';
import { ERASED_SUBJECTS_MAX, listErasures } from '../../db/audit/erasure-reads.ts';
import { holdsAtTop } from '../../rules/access/access.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { pageOf } from '../kernel/pages.ts';
import { assertRole, reachesOf } from '../kernel/roles.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';

const READERS: readonly Role[] = ['auditor', 'security-officer'];

const Count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description });
const Officer = (description: string) =>
  Type.Object(
    {
      principalId: Type.String({ description: '账户编号 · The account' }),
      name: Type.String({ description: '账户名称 · Its name' }),
    },
    { description },
  );

const ErasureSchema = Type.Object({
  id: Type.String({ description: '擦除的编号 · Its id' }),
  at: Instant,
  reason: Type.String({ description: '理由 · Why' }),
  by: Officer('经办人 · The officer who erased'),
  second: Officer('另一名经办人 · The second officer'),
  events: Count('被擦除个人信息的事件数 · Events that lost their personal part'),
  subjectsTotal: Count('所涉对象数 · How many subjects they are of'),
  subjects: Type.Array(
    Type.Object({
      kind: Type.String({
        description: '流程的名称；account 为账户 · The machine; account is an account',
      }),
      campaignId: Nullable(
        Type.String({ description: '所属活动；账户为 null · Its campaign; null of an account' }),
      ),
      id: Type.String({ description: '对象编号 · The id of the subject' }),
      events: Count('其中的事件数 · Events of it'),
    }),
    {
      maxItems: ERASED_SUBJECTS_MAX,
      description: '所涉对象，至多列一百个 · The subjects, a hundred at most',
    },
  ),
});

const pages = pageOf(
  ErasureSchema,
  Type.Tuple([Instant, Type.String({ format: 'uuid' })]),
  ({ at, id }: ErasureRow): [string, string] => [at, id],
);

const erasureToJson = ({
  byId,
  byName,
  secondId,
  secondName,
  ...erasure
}: ErasureRow): Static<typeof ErasureSchema> => ({
  ...erasure,
  by: { principalId: byId, name: byName },
  second: { principalId: secondId, name: secondName },
});

export function addErasureRoutes(app: App, service: Service): void {
  const pool = beyondReach(service, 'erasures');
  app.get(
    '/v1/audit/erasures',
    {
      config: { access: 'administrative-read' },
      schema: {
        operationId: 'listErasures',
        tags: ['audit'],
        summary: '擦除记录 · Erasures',
        description:
          '何时、由哪两人、因何擦除了哪些对象的个人信息，新的在前；内容不再存在。审计员、安全管理员可读其管辖范围内的。 · When, by which two officers, why and of which subjects personal parts were erased, newest first; what they said is nowhere. For auditors and security officers, within their reach.',
        querystring: Type.Object({
          ...pages.query,
          subjectId: Type.Optional({
            ...Id,
            description: '所涉对象或账户 · The subject or account',
          }),
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ principal, query: { limit, cursor, subjectId } }, reply) => {
      assertRole(principal, READERS);
      const rows = await listErasures(pool, {
        reaches: reachesOf(principal, READERS),
        isTop: holdsAtTop(principal, READERS),
        subjectId,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, erasureToJson);
    },
  );
}
