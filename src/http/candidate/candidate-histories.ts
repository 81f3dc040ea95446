// The readable story of a candidate: its events, what it owed and missed, and the notices sent.

import Type, { type Static } from 'typebox';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import type { HistoryRow } from '../../db/kernel/histories.ts';
import { listHistory } from '../../db/kernel/histories.ts';
import { readsOf } from '../../db/tables.ts';
import type { App } from '../kernel/app.ts';
import { Ordinal, pageOf } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible } from '../kernel/visibility.ts';

const EntrySchema = Type.Object({
  at: Instant,
  kind: Type.Union([Type.Literal('event'), Type.Literal('obligation'), Type.Literal('notice')]),
  subjectId: Id,
  machine: Type.String({ description: '本身，或其限期整改 · Itself, or an order to it' }),
  name: Type.String({ description: '事件、义务或通知的名称 · Event, obligation or notice' }),
  stage: Nullable(Type.String()),
  state: Nullable(Type.String()),
  level: Nullable(Type.String()),
  title: Nullable(Type.String()),
  clause: Nullable(Type.String()),
  generation: Nullable(Type.Integer()),
  dueAt: Nullable(Instant),
  principalId: Nullable(Type.String()),
  roles: Type.Array(Type.String()),
  organisationId: Nullable(Type.String()),
});

const entryToJson = ({
  rank: _,
  key: __,
  roles,
  ...entry
}: HistoryRow): Static<typeof EntrySchema> => ({
  ...entry,
  roles: roles ?? [],
});

const pages = pageOf(
  EntrySchema,
  Type.Tuple([Instant, Ordinal, Type.String()]),
  ({ at, rank, key }: HistoryRow): [string, number, string] => [at, rank, key],
);

export function addCandidateHistoryRoutes(app: App, service: Service): void {
  const { pool, performer } = service;
  app.get(
    '/v1/candidates/:id/history',
    {
      schema: {
        operationId: 'getCandidateHistory',
        tags: ['candidates'],
        summary: '申报对象的经过 · The story of a candidate',
        description:
          '按时间先后：事件、期限的开立和逐级提醒、通知，包括对它开出的限期整改。 · In order of time: events, deadlines as they were opened and raised, notices; with the orders to it.',
        params: IdParams,
        querystring: Type.Object(pages.query),
        response: { 200: pages.schema },
      },
    },
    async ({ params: { id }, query: { limit, cursor }, principal }, reply) => {
      const { campaignId } = await findVisible(service, principal, 'candidate', id);
      await catchUpCandidates(pool, performer, campaignId, [id]);
      const rows = await listHistory(readsOf(pool), {
        campaignId,
        subjectId: id,
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, entryToJson);
    },
  );
}
