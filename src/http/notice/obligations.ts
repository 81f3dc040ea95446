// What is owed by when, within the reader's places.

import Type, { type Static } from 'typebox';
import type { ObligationPosition, ObligationRow } from '../../db/kernel/obligations.ts';
import { listObligations } from '../../db/kernel/obligations.ts';
import { readsOf } from '../../db/tables.ts';
import { decodeCursor, encodeCursor, page, pageQuery, pageSchema } from '../kernel/conventions.ts';
import type { App } from '../kernel/instance.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import {
  DeadlineSchema,
  Id,
  Instant,
  Nullable,
  OrganisationId,
  tellDeadline,
} from '../kernel/subject-schemas.ts';
import { pathOf } from '../kernel/visibility.ts';

const ObligationSchema = Type.Object({
  ...DeadlineSchema.properties,
  campaignId: Id,
  subjectId: Id,
  calendarVersion: Type.String(),
  openedAt: Instant,
  raisedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
});

const tellObligation = (row: ObligationRow): Static<typeof ObligationSchema> => ({
  ...tellDeadline(row),
  campaignId: row.campaignId,
  subjectId: row.subjectId,
  calendarVersion: row.calendarVersion,
  openedAt: row.openedAt,
  raisedAt: row.raisedAt,
  closedAt: row.closedAt,
});

const Position = Type.Tuple([Instant, Id, Id, Type.String(), Type.Integer()]);
const positionOf = (row: ObligationRow): ObligationPosition => [
  row.dueAt,
  row.campaignId,
  row.subjectId,
  row.kind,
  row.generation,
];

/** What is owed is filtered by, in the list and in its workbook. */
export const obligationFilters = {
  campaignId: Type.Optional(Id),
  subjectId: Type.Optional(Id),
  organisationId: Type.Optional(OrganisationId),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  level: Type.Optional(
    Type.Enum(['armed', 'due-soon', 'overdue', 'escalated', 'satisfied', 'waived', 'superseded']),
  ),
  open: Type.Optional(Type.Boolean()),
  overdue: Type.Optional(Type.Boolean()),
};

export function addObligations(app: App, service: Service): void {
  app.get(
    '/v1/obligations',
    {
      schema: {
        operationId: 'listObligations',
        tags: ['obligations'],
        summary: '期限义务 · Obligations',
        description:
          '管辖范围内的义务，先到期的在前；organisationId 包括其下级；overdue 只看尚未了结的，open=false 看已了结的。 · Within your reach, the nearest first; overdue are the open ones whose time is past.',
        querystring: Type.Object({ ...pageQuery, ...obligationFilters }),
        response: { 200: pageSchema(ObligationSchema) },
      },
    },
    async ({ query: { limit, cursor, organisationId, ...filters }, principal }, reply) => {
      const rows = await listObligations(readsOf(service.pool), {
        ...filters,
        ...(await readingOf(service, principal)),
        under: organisationId === undefined ? undefined : await pathOf(service, organisationId),
        after: decodeCursor(Position, cursor),
        limit: limit + 1,
      });
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const next = rows.length > limit && last ? encodeCursor(positionOf(last)) : null;
      return page(reply, shown.map(tellObligation), next);
    },
  );
}
