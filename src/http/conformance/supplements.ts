// Supplements of townships to the standards (R66, R71): drafted, submitted, approved, in force.

import Type, { type Static } from 'typebox';
import type {
  SupplementContext,
  SupplementEvent,
} from '../../../machines/conformance/supplement.v1.ts';
import { findOrganisation } from '../../db/county/organisations.ts';
import type { ReadSubject } from '../../db/kernel/subject-reads.ts';
import { findReadSubject, listSubjects } from '../../db/kernel/subject-reads.ts';
import { readsOf } from '../../db/tables.ts';
import { CriterionSchema, RequiredSchema } from '../../rules/plan/criterion-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { oneOfBy } from '../kernel/conventions.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { fault } from '../kernel/problems.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  AnswerSchema,
  contextOf,
  Id,
  Nullable,
  OrganisationId,
  subjectFields,
  subjectToJson,
  Written,
  WrittenList,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible, planOf, unknownCategory } from '../kernel/visibility.ts';

const CriterionId = Type.String({ minLength: 1, maxLength: 120 });

const Change = oneOfBy('action', [
  Type.Object({
    action: Type.Literal('tighten'),
    criterion: CriterionId,
    required: RequiredSchema,
    modality: Type.Optional(Type.Enum(['M', 'E', 'P', 'S', 'I'])),
    text: Type.Optional(Written(300)),
  }),
  Type.Object({ action: Type.Literal('add'), criterion: CriterionSchema }),
  Type.Object({ action: Type.Literal('remove'), criterion: CriterionId }),
]);
const changes = { changes: Type.Array(Change, { maxItems: 100 }) };

export const supplementEvents = [
  Type.Object({ type: Type.Literal('revise'), ...changes }),
  Type.Object({ type: Type.Literal('submit'), remark: Type.Optional(Written()) }),
  Type.Object({ type: Type.Literal('approve'), remark: Type.Optional(Written()) }),
  Type.Object({ type: Type.Literal('return'), corrections: WrittenList() }),
  Type.Object({ type: Type.Literal('withdraw'), reason: Written() }),
] as const;

type Sent = Static<(typeof supplementEvents)[number]>;
type Known = Exclude<SupplementEvent, { type: 'draft' }>;

export const supplementEventsFit: Fit<Sent, Known> = true;

const SupplementSchema = Type.Object({
  ...subjectFields,
  category: Type.String(),
  title: Type.String(),
  version: Type.Integer({ description: '状态机的版本 · Version of the machine' }),
  approvedVersion: Nullable(
    Type.Integer({ description: '获同意的版次 · Its number among the approved' }),
  ),
  changes: Type.Array(Type.Unknown(), { description: '加严或者增加的标准 · What it changes' }),
  draftedBy: Nullable(Type.String()),
  corrections: Type.Array(Type.String()),
});

function supplementToJson(row: ReadSubject): Static<typeof SupplementSchema> {
  const context = contextOf<SupplementContext>(row);
  return {
    ...subjectToJson('supplement', row),
    category: context.category,
    title: context.title,
    approvedVersion: context.version,
    changes: [...context.changes],
    draftedBy: context.draftedBy,
    corrections: [...context.corrections],
  };
}

export const supplementResource: SubjectResource = {
  words: { zh: '补充标准', en: 'the supplement' },
  ...seenAtItsPlace,
  addRoutes: addSupplementRoutes,
};

function addSupplementRoutes(app: App, service: Service): void {
  addDraftingRoutes(app, service);
  addReadRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'supplements',
    name: 'Supplement',
    zh: '乡镇补充标准',
    en: 'a township’s supplement',
    machine: 'supplement',
    events: supplementEvents,
    one: {
      summary: '一份乡镇补充标准 · One supplement',
      description: '标准的改动和审核情况。 · What it changes, and how far it has come.',
      schema: SupplementSchema,
      read: async ({ campaignId }, id) => {
        const row = await findReadSubject(readsOf(service.pool), 'supplement', campaignId, id);
        return row && supplementToJson(row);
      },
    },
  });
}

function addDraftingRoutes(app: App, service: Service): void {
  app.post(
    '/v1/supplements',
    {
      config: { problems: ['requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'draftSupplement',
        tags: ['supplements'],
        summary: '起草乡镇补充标准 · Draft a township’s supplement',
        description:
          '只可加严或者增加标准，不得低于方案的基本要求（R66、R71）；经县级主办单位同意后，对尚未自查的申报对象施行。 · Criteria are tightened or added, never relaxed; in force once the county office approves, for those not yet measured.',
        body: Type.Object({
          campaignId: Id,
          organisationId: OrganisationId,
          category: Type.String({ minLength: 1, maxLength: 100 }),
          title: Written(200),
          ...changes,
        }),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { campaignId, organisationId, title } = request.body;
      const place = await findVisible(service, request.principal, 'campaign', campaignId);
      const category = findCategory(await planOf(service, place), request.body.category);
      if (category === undefined) {
        throw unknownCategory();
      }
      const organisation = await findOrganisation(service.pool, organisationId);
      if (organisation?.kind !== 'TOWNSHIP' || !organisation.path.startsWith(place.path)) {
        throw fault('organisationId', '应为本县的乡镇（街道）', 'is no township of this county');
      }
      return performCommand(service, request, reply, {
        ...place,
        subjectId: service.entropy.newId(),
        create: {
          machine: 'supplement',
          parentId: null,
          organisationId,
          name: title,
          input: { category: category.code, title },
        },
        event: { type: 'draft', changes: request.body.changes },
      });
    },
  );
}

const pages = pageOf(SupplementSchema, Id, ({ id }: ReadSubject) => id);

function addReadRoutes(app: App, service: Service): void {
  app.get(
    '/v1/supplements',
    {
      schema: {
        operationId: 'listSupplements',
        tags: ['supplements'],
        summary: '乡镇补充标准列表 · Supplements',
        description: '管辖范围内的补充标准，新的在前。 · Within your reach, the newest first.',
        querystring: Type.Object({ ...pages.query, campaignId: Type.Optional(Id) }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, campaignId }, principal }, reply) => {
      const filter = { campaignId, reading: await readingOf(service, principal) };
      const turn = pages.turnOf({ limit, cursor });
      const rows = await listSubjects(readsOf(service.pool), 'supplement', { ...filter, ...turn });
      return pages.toJson(reply, limit, rows, supplementToJson);
    },
  );
}
