// Inspections of a candidate, or of a site that is no candidate. A trigger opens a rectification order.

import Type, { type Static } from 'typebox';
import { findSite } from '../../db/county/sites.ts';
import type { Place } from '../../db/kernel/places.ts';
import type { RecordRow } from '../../db/record/records.ts';
import { listInspections } from '../../db/record/records.ts';
import { readsOf } from '../../db/tables.ts';
import type { Principal } from '../../rules/access/access.ts';
import { inspection, orderTerms, Trigger } from '../candidate/candidate-payloads.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { pageOf } from '../kernel/pages.ts';
import { fault } from '../kernel/problems.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { AnswerSchema, Id, Nullable, Written } from '../kernel/subject-schemas.ts';
import { assertMayLead, findVisible } from '../kernel/visibility.ts';
import { RecordSchema, recordToJson } from '../record/record-views.ts';

const Inspection = Type.Object({
  candidateId: Type.Optional(Id),
  campaignId: Type.Optional(Id),
  siteId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description:
        '不是申报对象的站点：与 campaignId 同写，并写明 conforms · A site that is no candidate: with campaignId and conforms',
    }),
  ),
  ...inspection,
  ...orderTerms,
  triggers: Type.Array(Trigger, { maxItems: 4, uniqueItems: true, default: [] }),
  findings: Type.Array(Written(), { maxItems: 200, default: [] }),
});
type Sent = Static<typeof Inspection>;

const InspectionSchema = Type.Object({
  ...RecordSchema.properties,
  campaignId: Id,
  candidateId: Nullable(Id),
});

export function addInspectionRoutes(app: App, service: Service): void {
  app.post(
    '/v1/inspections',
    {
      config: { problems: ['out-of-state', 'requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'recordInspection',
        tags: ['inspections'],
        summary: '登记检查 · Record an inspection',
        description:
          '对象为申报对象（candidateId）或其他站点（campaignId 和 siteId）。发现 R59 所列情形之一，即自动通报批评并开出限期整改，见 opened。 · Of a candidate, or of another site of the campaign. One of the triggers of R59 opens a circular and an order by itself, see opened.',
        body: Inspection,
        response: { 201: Type.Object({ ...AnswerSchema.properties, recordId: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { candidateId, campaignId, siteId, ...findings } = request.body;
      const target = await targetOf(service, request.principal, request.body);
      const { place = target.path } = target;
      await assertMayLead(
        service,
        request.principal,
        { ...target, path: place },
        'record-inspection',
      );
      const id = service.entropy.newId();
      const event = { ...findings, type: 'record-inspection', id, ...(siteId && { siteId }) };
      const answer = await performCommand(service, request, reply, { ...target, event });
      reply.code(201);
      const recorded = answer.opened.find(({ kind }) => kind === 'inspection');
      return { ...answer, recordId: recorded?.id ?? id };
    },
  );
  addListRoutes(app, service);
}

async function targetOf(
  service: Service,
  principal: Principal,
  sent: Sent,
): Promise<Place & { subjectId: string; place?: string }> {
  const { candidateId, campaignId, siteId, conforms, triggers } = sent;
  if (candidateId !== undefined) {
    if (siteId !== undefined || campaignId !== undefined) {
      throw fault('candidateId', '与 siteId 只写其一', 'and siteId exclude each other');
    }
    const place = await findVisible(service, principal, 'candidate', candidateId);
    return { ...place, subjectId: candidateId };
  }
  if (campaignId === undefined || siteId === undefined) {
    throw fault('candidateId', '必填，或写 campaignId 和 siteId', 'or campaignId and siteId');
  }
  if (conforms === undefined) throw fault('conforms', '检查站点时必填', 'is required of a site');
  if (triggers.length > 0) {
    const zh = '限期整改的对象是申报对象，请写 candidateId';
    throw fault('triggers', zh, 'open an order to a candidate: give candidateId');
  }
  for (const term of Object.keys(orderTerms) as (keyof typeof orderTerms)[]) {
    if (sent[term] === undefined) continue;
    throw fault(term, '只用于申报对象', 'belongs to an order, which a candidate gets');
  }
  const place = await findVisible(service, principal, 'campaign', campaignId);
  const site = await findSite(service.pool, siteId);
  if (!site?.path.startsWith(place.path)) {
    throw fault('siteId', '本县没有这一站点', 'is no site of this county');
  }
  return { ...place, subjectId: campaignId, place: site.path };
}

const inspectionToJson = (row: RecordRow): Static<typeof InspectionSchema> => ({
  ...recordToJson(row),
  campaignId: row.campaignId,
  candidateId: row.machine === 'candidate' ? row.subjectId : null,
});

/** The filters of the list of inspections and of its workbook. */
export const inspectionFilters = {
  campaignId: Type.Optional(Id),
  candidateId: Type.Optional(Id),
  kind: Type.Optional(
    Type.Enum(['FIELD_VISIT', 'RANDOM', 'SCHEDULED', 'UNSCHEDULED', 'REINSPECTION']),
  ),
};

const pages = pageOf(
  InspectionSchema,
  Type.Tuple([Type.String({ format: 'date-time' }), Type.String()]),
  ({ recordedAt, id }: RecordRow): [string, string] => [recordedAt, id],
);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/inspections',
    {
      schema: {
        operationId: 'listInspections',
        tags: ['inspections'],
        summary: '检查记录 · Inspections',
        description: '管辖范围内的检查，新的在前。 · Within your reach, the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...inspectionFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listInspections(readsOf(service.pool), {
        ...filters,
        ...(await readingOf(service, principal)),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, inspectionToJson);
    },
  );
}
