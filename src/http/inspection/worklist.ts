// The worklist of an inspector: the units drawn for them and the supervision a township has planned.

import Type from 'typebox';
import type { WorkRow } from '../../db/inspection/inspections.ts';
import { listWorklist } from '../../db/inspection/inspections.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';

const TaskSchema = Type.Object({
  campaignId: Id,
  kind: Type.Enum(['RANDOM', 'SCHEDULED']),
  drawId: Nullable(Id),
  round: Nullable(Type.Integer()),
  planId: Nullable(
    Type.String({ description: '督查计划的编号 · The record of the plan it stands in' }),
  ),
  unitId: Type.String(),
  candidateId: Nullable(Id),
  siteId: Nullable(Type.String()),
  name: Type.String(),
  stratum: Type.String(),
  inspectors: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  dueAt: Instant,
  overdue: Type.Boolean(),
});

const pages = pageOf(
  TaskSchema,
  Type.Tuple([Instant, Type.String(), Type.String()]),
  ({ dueAt, source, unitId }: WorkRow): [string, string, string] => [dueAt, source, unitId],
);

export function addWorklistRoutes(app: App, service: Service): void {
  app.get(
    '/v1/inspections/worklist',
    {
      schema: {
        operationId: 'listInspectionWork',
        tags: ['inspections'],
        summary: '我的待检查任务 · What I have yet to inspect',
        description:
          '抽中由您检查的单位，以及本乡镇（街道）督查计划内到期的站点，均为尚未登记的，先到期的在前。 · Units drawn for you, and the visits of your township’s plan of supervision, not yet reported, the nearest deadline first.',
        querystring: Type.Object({ ...pages.query, campaignId: Type.Optional(Id) }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const { after = null, limit: rowsMax } = pages.turnOf({ limit, cursor });
      const rows = await listWorklist(service.pool, {
        principalId: principal.id,
        recusal: await recusalOf(service, principal),
        supervises: principal.grants
          .filter(({ role }) => role === 'township-office')
          .map(({ reach }) => reach),
        campaignId: campaignId ?? null,
        after,
        limit: rowsMax,
      });
      return pages.toJson(reply, limit, rows, ({ source: _, ...task }) => task);
    },
  );
}
