// Obligations and their deadlines within the reader's places.

import Type, { type Static } from 'typebox';
import type { ObligationRow } from '../../db/kernel/obligations.ts';
import { listObligations } from '../../db/kernel/obligations.ts';
import { readsOf } from '../../db/tables.ts';
import type { App } from '../kernel/app.ts';
import { Ordinal, pageOf } from '../kernel/pages.ts';
import type { Service } from '../kernel/service.ts';
import {
  DeadlineSchema,
  deadlineToJson,
  Id,
  Instant,
  Nullable,
  OrganisationId,
} from '../kernel/subject-schemas.ts';
import { filtersOf } from '../kernel/visibility.ts';

const ObligationSchema = Type.Object({
  ...DeadlineSchema.properties,
  campaignId: Id,
  subjectId: Id,
  calendarVersion: Type.String(),
  openedAt: Instant,
  raisedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
});

const obligationToJson = (row: ObligationRow): Static<typeof ObligationSchema> => ({
  ...deadlineToJson(row),
  campaignId: row.campaignId,
  subjectId: row.subjectId,
  calendarVersion: row.calendarVersion,
  openedAt: row.openedAt,
  raisedAt: row.raisedAt,
  closedAt: row.closedAt,
});

const pages = pageOf(
  ObligationSchema,
  Type.Tuple([Instant, Id, Id, Type.String(), Ordinal]),
  (row: ObligationRow): [string, string, string, string, number] => [
    row.dueAt,
    row.campaignId,
    row.subjectId,
    row.kind,
    row.generation,
  ],
);

/** The filters of the list of obligations and of its workbook. */
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

export function addObligationRoutes(app: App, service: Service): void {
  app.get(
    '/v1/obligations',
    {
      schema: {
        operationId: 'listObligations',
        tags: ['obligations'],
        summary: '期限义务 · Obligations',
        description:
          '管辖范围内的义务，先到期的在前；organisationId 包括其下级；overdue 只看尚未了结的，open=false 看已了结的。 · Within your reach, the nearest first; overdue are the open ones whose time is past.',
        querystring: Type.Object({ ...pages.query, ...obligationFilters }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listObligations(readsOf(service.pool), {
        ...(await filtersOf(service, principal, filters)),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, obligationToJson);
    },
  );
}
