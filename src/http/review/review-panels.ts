// Acceptance panels (R63, R64): the reviewing body convenes several members, who come to one conclusion.

import Type, { type Static } from 'typebox';
import type { ReviewPanelContext, ReviewPanelEvent } from '../../../machines/review/events.ts';
import type { ReviewPanelRow } from '../../db/review/review-panels.ts';
import { findReviewPanel, listReviewPanels } from '../../db/review/review-panels.ts';
import { readsOf } from '../../db/tables.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { pageOf } from '../kernel/pages.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { readingOf } from '../kernel/recusal.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  AnswerSchema,
  aboutFilters,
  contextOf,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible } from '../kernel/visibility.ts';

const Verdict = Type.Enum(['pass', 'pass-with-requirements', 'return-for-correction', 'fail']);

export const panelEvents = [
  Type.Object({ type: Type.Literal('recuse'), reason: Written() }),
  Type.Object({ type: Type.Literal('withdraw-recusal'), memberId: Id, reason: Written() }),
  Type.Object({ type: Type.Literal('replace'), memberId: Id, substituteId: Id }),
  Type.Object({ type: Type.Literal('give-verdict'), verdict: Verdict, reasons: Written() }),
  Type.Object({ type: Type.Literal('break-tie'), verdict: Verdict, reason: Written() }),
  Type.Object({ type: Type.Literal('conclude'), remark: Type.Optional(Written()) }),
  Type.Object({ type: Type.Literal('dissolve'), reason: Written() }),
] as const;

type Sent = Static<(typeof panelEvents)[number]>;
type Known = Exclude<ReviewPanelEvent, { type: 'convene' }>;

export const panelEventsFit: Fit<Sent, Known> = true;

export const reviewPanelResource: SubjectResource = {
  words: { zh: '评审组', en: 'the review panel' },
  ...seenAtItsPlace,
  addRoutes: addReviewPanelRoutes,
};

function addReviewPanelRoutes(app: App, service: Service): void {
  addConveningRoutes(app, service);
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'review-panels',
    name: 'ReviewPanel',
    zh: '验收组',
    en: 'a review panel',
    machine: 'review-panel',
    events: panelEvents,
    one: {
      summary: '一个验收组 · One review panel',
      description:
        '成员、回避和替换、各人意见和结论。 · Members, recusals, verdicts and the conclusion.',
      schema: PanelSchema,
      read: async ({ campaignId }, id) => {
        const row = await findReviewPanel(readsOf(service.pool), campaignId, id);
        return row && panelToJson(row);
      },
    },
  });
}

function addConveningRoutes(app: App, service: Service): void {
  app.post(
    '/v1/review-panels',
    {
      config: { problems: ['requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'convenePanel',
        tags: ['review-panels'],
        summary: '组成验收组 · Convene a review panel',
        description:
          '由对象所在一级的验收机关组成；成员须无回避关系。组成以后，对该对象的结论须与验收组的结论一致。 · By the body whose turn it is; no member has a conflict. Once convened, the verdict on the candidate is the panel’s.',
        body: Type.Object({
          candidateId: Id,
          members: Type.Array(Id, { minItems: 1, maxItems: 50, uniqueItems: true }),
          chair: Id,
        }),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { candidateId, members, chair } = request.body;
      const place = await findVisible(service, request.principal, 'candidate', candidateId);
      return performCommand(service, request, reply, {
        ...place,
        subjectId: service.entropy.newId(),
        parentId: candidateId,
        create: {
          machine: 'review-panel',
          parentId: candidateId,
          organisationId: null,
          name: null,
          input: { members, chair },
        },
        event: { type: 'convene', members },
      });
    },
  );
}

const PanelSchema = Type.Object({
  ...subjectFields,
  candidateId: Nullable(Id),
  candidateName: Nullable(Type.String()),
  category: Nullable(Type.String()),
  reviewStage: Type.String(),
  round: Type.Integer(),
  members: Type.Array(Type.String()),
  chair: Type.String(),
  majority: Type.String(),
  recused: Type.Array(
    Type.Object({
      memberId: Type.String(),
      reason: Type.String(),
      replacedBy: Nullable(Type.String()),
    }),
  ),
  verdicts: Type.Array(
    Type.Object({
      memberId: Type.String(),
      verdict: Type.String(),
      reasons: Type.String(),
      at: Instant,
    }),
  ),
  tieBreak: Nullable(Type.Object({ verdict: Type.String(), reason: Type.String() })),
  verdict: Nullable(Type.String()),
  reason: Nullable(Type.String()),
});

function panelToJson(row: ReviewPanelRow): Static<typeof PanelSchema> {
  const context = contextOf<ReviewPanelContext>(row);
  const { candidateId, candidateName, category } = row;
  const { round, chair, majority, tieBreak, verdict, reason } = context;
  return {
    ...subjectToJson('review-panel', row),
    ...{ candidateId, candidateName, category, round, chair, majority, tieBreak, verdict },
    ...{ reason },
    reviewStage: context.stage,
    members: [...context.members],
    recused: [...context.recused],
    verdicts: [...context.verdicts],
  };
}

const pages = pageOf(PanelSchema, Id, ({ id }: ReviewPanelRow) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/review-panels',
    {
      schema: {
        operationId: 'listReviewPanels',
        tags: ['review-panels'],
        summary: '验收组列表 · Review panels',
        description: '管辖范围内的，新的在前。 · Within your reach, the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...aboutFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, ...filters }, principal }, reply) => {
      const rows = await listReviewPanels(readsOf(service.pool), {
        ...filters,
        ...(await readingOf(service, principal)),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, panelToJson);
    },
  );
}
