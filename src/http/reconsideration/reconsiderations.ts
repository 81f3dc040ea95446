// Reconsiderations of failed reviews (R63, R64): asked for by the applicant, decided by another officer.

import Type, { type Static } from 'typebox';
import type {
  ReconsiderationContext,
  ReconsiderationEvent,
} from '../../../machines/reconsideration/reconsideration.v1.ts';
import type { ReadSubject } from '../../db/kernel/subject-reads.ts';
import { findReadSubject, listSubjects } from '../../db/kernel/subject-reads.ts';
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
  IdParams,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible } from '../kernel/visibility.ts';

const reason = { reason: Written() };

export const reconsiderationEvents = [
  Type.Object({ type: Type.Literal('recuse'), ...reason }),
  Type.Object({ type: Type.Literal('withdraw-recusal'), officerId: Id, ...reason }),
  Type.Object({ type: Type.Literal('uphold'), ...reason }),
  Type.Object({ type: Type.Literal('grant'), ...reason }),
] as const;

type Sent = Static<(typeof reconsiderationEvents)[number]>;
type Known = Exclude<
  ReconsiderationEvent,
  { type: 'ask' | 'candidate-ended' | 'recalculate-deadline' }
>;

export const reconsiderationEventsFit: Fit<Sent, Known> = true;

export const reconsiderationResource: SubjectResource = {
  words: { zh: '复核', en: 'the reconsideration' },
  ...seenAtItsPlace,
  addRoutes: addReconsiderationRoutes,
};

function addReconsiderationRoutes(app: App, service: Service): void {
  addAskingRoutes(app, service);
  addListRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'reconsiderations',
    name: 'Reconsideration',
    zh: '复核',
    en: 'a reconsideration',
    machine: 'reconsideration',
    events: reconsiderationEvents,
    one: {
      summary: '一项复核 · One reconsideration',
      description:
        '申请理由、期限、回避、决定和理由。 · Grounds, deadline, recusals, the decision and why.',
      schema: ReconsiderationSchema,
      read: async ({ campaignId }, id) => {
        const row = await findReadSubject(readsOf(service.pool), 'reconsideration', campaignId, id);
        return row && reconsiderationToJson(row);
      },
    },
  });
}

function addAskingRoutes(app: App, service: Service): void {
  app.post(
    '/v1/candidates/:id/reconsiderations',
    {
      config: { problems: ['out-of-state', 'requirements-unmet', 'not-found'] },
      schema: {
        operationId: 'askReconsideration',
        tags: ['reconsiderations'],
        summary: '申请复核 · Ask for a reconsideration',
        description:
          '验收未通过的，由申报人在期限内说明理由申请复核；每一级验收只有一次。复核期间不作最终处理。 · By whoever applies, with a reason, in time and once of each review; until it is decided the failure is not final.',
        params: IdParams,
        body: Type.Object(reason),
        response: { 201: AnswerSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const place = await findVisible(service, request.principal, 'candidate', id);
      const answer = await performCommand(service, request, reply, {
        ...place,
        subjectId: service.entropy.newId(),
        parentId: id,
        create: {
          machine: 'reconsideration',
          parentId: id,
          organisationId: null,
          name: null,
          input: {},
        },
        event: { type: 'ask', reason: request.body.reason },
      });
      reply.header('location', `/v1/reconsiderations/${answer.id}`);
      return answer;
    },
  );
}

const ReconsiderationSchema = Type.Object({
  ...subjectFields,
  candidateId: Id,
  reviewStage: Type.String({
    description: '未通过的评审所在的环节 · The stage of the review that was failed',
  }),
  failedBy: Type.String(),
  askedAt: Nullable(Instant),
  grounds: Nullable(Type.String({ description: '申请理由 · Why it was asked for' })),
  dueAt: Nullable(Instant),
  recused: Type.Array(Type.String()),
  decidedBy: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
  reason: Nullable(Type.String({ description: '复核理由 · Why it was decided so' })),
});

function reconsiderationToJson(row: ReadSubject): Static<typeof ReconsiderationSchema> {
  const context = contextOf<ReconsiderationContext>(row);
  return {
    ...subjectToJson('reconsideration', row),
    candidateId: context.candidateId,
    reviewStage: context.stage,
    failedBy: context.failedBy,
    askedAt: context.askedAt,
    grounds: context.grounds,
    dueAt: context.deadline?.dueAt ?? null,
    recused: [...context.recused],
    decidedBy: context.decidedBy,
    decidedAt: context.decidedAt,
    reason: context.reason,
  };
}

const pages = pageOf(ReconsiderationSchema, Id, ({ id }: ReadSubject) => id);

function addListRoutes(app: App, service: Service): void {
  app.get(
    '/v1/reconsiderations',
    {
      schema: {
        operationId: 'listReconsiderations',
        tags: ['reconsiderations'],
        summary: '复核列表 · Reconsiderations',
        description: '管辖范围内的，新的在前。 · Within your reach, the newest first.',
        querystring: Type.Object({
          ...pages.query,
          ...aboutFilters,
        }),
        response: { 200: pages.schema },
      },
    },
    async ({ query: { limit, cursor, candidateId, ...filter }, principal }, reply) => {
      const rows = await listSubjects(readsOf(service.pool), 'reconsideration', {
        ...filter,
        parentId: candidateId,
        reading: await readingOf(service, principal),
        ...pages.turnOf({ limit, cursor }),
      });
      return pages.toJson(reply, limit, rows, reconsiderationToJson);
    },
  );
}
