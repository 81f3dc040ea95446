// Orders to put something right within a time limit (R59).

import Type, { type Static } from 'typebox';
import type { RectificationContext } from '../../../machines/inspection/events.ts';
import { COLOURS } from '../../db/inspection/colours.ts';
import type { RectificationRow } from '../../db/inspection/rectifications.ts';
import { findRectification, listRectifications } from '../../db/inspection/rectifications.ts';
import { readsOf } from '../../db/tables.ts';
import { factFault } from '../../rules/county/site-facts.ts';
import type { App } from '../kernel/app.ts';
import { pageOf } from '../kernel/pages.ts';
import { problem } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  aboutFilters,
  contextOf,
  DeadlineSchema,
  deadlinesOf,
  Id,
  Instant,
  Nullable,
  OrganisationId,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { filtersOf } from '../kernel/visibility.ts';
import { leavesRecord } from '../record/record-views.ts';
import { rectificationEvents } from './rectification-payloads.ts';

export const rectificationResource: SubjectResource = {
  words: { zh: '限期整改', en: 'the rectification order' },
  ...seenAtItsPlace,
  addRoutes: addRectificationRoutes,
};

function addRectificationRoutes(app: App, service: Service): void {
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'rectifications',
    name: 'Rectification',
    zh: '限期整改',
    en: 'a rectification order',
    machine: 'rectification',
    events: rectificationEvents,
    one: {
      summary: '一项限期整改 · One rectification order',
      description: '情形、期限、延期和处置进展。 · Triggers, deadline, extensions and progress.',
      schema: RectificationSchema,
      read: async ({ campaignId }, id) => {
        const reads = readsOf(service.pool);
        const row = await findRectification(reads, campaignId, id);
        return (
          row && { ...summaryToJson(row), deadlines: await deadlinesOf(reads, campaignId, id) }
        );
      },
    },
    complete: (event) => {
      assertForm(event);
      return leavesRecord(event.type) ? { ...event, id: service.entropy.newId() } : event;
    },
  });
}

/** The filters of the list of orders and of its workbook. */
export const rectificationFilters = {
  ...aboutFilters,
  organisationId: Type.Optional(OrganisationId),
  overdue: Type.Optional(Type.Boolean()),
  colour: Type.Optional(Type.Enum([...COLOURS])),
};

// A corrected fact must have the same form as a recorded one.
function assertForm(event: { type: string; readonly [name: string]: unknown }): void {
  if (event.type !== 'correct-site-fact') return;
  const fault = factFault(String(event.field), event.value as string | number | boolean);
  if (fault === null) return;
  throw problem('bad-request', { errors: [{ path: '/body/value', message: fault }] });
}

const RectificationSummarySchema = Type.Object({
  ...subjectFields,
  candidateId: Nullable(Id),
  candidateName: Nullable(Type.String()),
  category: Nullable(Type.String()),
  inspectionId: Type.String(),
  inspectedBy: Type.String(),
  triggers: Type.Array(Type.String()),
  findings: Type.Array(Type.String()),
  days: Nullable(Type.Integer()),
  generation: Type.Integer({ description: '第几次限期 · Which time limit this is' }),
  dueAt: Nullable(Instant),
  submittedBy: Nullable(Type.String()),
  colour: Type.Enum([...COLOURS], {
    description: '台账颜色 · red overdue, yellow behind, blue due soon',
  }),
  behindAt: Nullable(Instant),
  progressedAt: Nullable(Instant),
  criteria: Type.Array(Type.String()),
  responsiblePerson: Nullable(Type.String()),
  measures: Nullable(Type.String()),
  evidence: Type.Array(Type.String()),
  reopens: Type.Integer({ description: '退回继续整改的次数 · How often it was sent back' }),
  openFacts: Type.Array(Type.String()),
  openRecords: Type.Array(Type.String()),
  corrections: Type.Array(Type.Unknown({ description: '整改期间的更正 · What was corrected' })),
  extensions: Type.Array(
    Type.Object({ at: Instant, from: Instant, until: Type.String(), reason: Type.String() }),
  ),
});
const RectificationSchema = Type.Object({
  ...RectificationSummarySchema.properties,
  deadlines: Type.Array(DeadlineSchema),
});

function summaryToJson(row: RectificationRow): Static<typeof RectificationSummarySchema> {
  const context = contextOf<RectificationContext>(row);
  const { candidateId, candidateName, category, colour } = row;
  const { inspectionId, inspectedBy, days, generation, submittedBy, behindAt } = context;
  const { progressedAt, responsiblePerson, measures, reopens } = context;
  return {
    ...subjectToJson('rectification', row),
    ...{ candidateId, candidateName, category, inspectionId, inspectedBy, days, generation },
    ...{ submittedBy, colour, behindAt, progressedAt, responsiblePerson, measures, reopens },
    triggers: [...context.triggers],
    findings: [...context.findings],
    dueAt: context.deadline?.dueAt ?? null,
    criteria: [...context.criteria],
    evidence: [...context.evidence],
    openFacts: [...context.openFacts],
    openRecords: [...context.openRecords],
    corrections: [...context.corrections],
    extensions: [...context.extensions],
  };
}

const pages = pageOf(RectificationSummarySchema, Id, ({ id }: RectificationRow) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/rectifications',
    {
      schema: {
        operationId: 'listRectifications',
        tags: ['rectifications'],
        summary: '限期整改列表 · Rectification orders',
        description:
          '管辖范围内的限期整改，新的在前；state 可以是处置或督办的任一状态。台账颜色：red 逾期、yellow 滞后、blue 临期。 · Within your reach, the newest first; state is any one of those that stand beside each other. Colours: red overdue, yellow behind, blue due soon.',
        querystring: Type.Object({ ...pages.query, ...rectificationFilters }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listRectifications(readsOf(service.pool), {
        ...(await filtersOf(service, principal, filters)),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, summaryToJson);
    },
  );
}
