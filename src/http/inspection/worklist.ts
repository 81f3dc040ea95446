// What an inspector has yet to do: units drawn for them, and what a township planned to supervise.

import Type from 'typebox';
import { listWorklist } from '../../db/inspection/inspections.ts';
import { decodeCursor, encodeCursor, page, pageQuery, pageSchema } from '../kernel/conventions.ts';
import type { App } from '../kernel/instance.ts';
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

const Position = Type.Tuple([Instant, Type.String(), Type.String()]);

export function addWorklist(app: App, service: Service): void {
  app.get(
    '/v1/inspections/worklist',
    {
      schema: {
        operationId: 'listInspectionWork',
        tags: ['inspections'],
        summary: '我的待检查任务 · What I have yet to inspect',
        description:
          '抽中由您检查的单位，以及本乡镇（街道）督查计划内到期的站点，均为尚未登记的，先到期的在前。 · Units drawn for you, and the visits of your township’s plan of supervision, not yet reported, the nearest deadline first.',
        querystring: Type.Object({ ...pageQuery, campaignId: Type.Optional(Id) }),
        response: { 200: pageSchema(TaskSchema) },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const rows = await listWorklist(service.pool, {
        principalId: principal.id,
        recusal: await recusalOf(service, principal),
        supervises: principal.grants
          .filter(({ role }) => role === 'township-office')
          .map(({ reach }) => reach),
        campaignId: campaignId ?? null,
        after: decodeCursor(Position, cursor) ?? null,
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next =
        rows.length > limit && last ? encodeCursor([last.dueAt, last.source, last.unitId]) : null;
      const tasks = shown.map(({ source: _, ...task }) => task);
      return page(reply, tasks, next);
    },
  );
}
