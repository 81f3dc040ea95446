// Candidates: they are registered into a campaign, read one by one, and moved by events.

import Type from 'typebox';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import { findCandidate, findOnlySite } from '../../db/candidate/candidates.ts';
import { birthYearAt } from '../../db/candidate/identities.ts';
import { findSite } from '../../db/county/sites.ts';
import { listOwed } from '../../db/kernel/obligations.ts';
import { findPlace } from '../../db/kernel/places.ts';
import { readsOf } from '../../db/tables.ts';
import { standsWithSite } from '../../rules/candidate/site-bound.ts';
import type { Category } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { stagesAhead } from '../../rules/procedure/outlook.ts';
import { standingInWords } from '../../rules/words/states.ts';
import { scoresShown, veilScores } from '../assessment/sheet-visibility.ts';
import type { App } from '../kernel/app.ts';
import { performCommand } from '../kernel/commands.ts';
import { fault } from '../kernel/problems.ts';
import type { Service, SubjectResource } from '../kernel/service.ts';
import { addSubjectRoutes } from '../kernel/subject-routes.ts';
import {
  AnswerSchema,
  contextOf,
  DeadlineSchema,
  deadlinesOf,
  Id,
  OrganisationId,
  Written,
} from '../kernel/subject-schemas.ts';
import { seenAtItsPlace } from '../kernel/subject-visibility.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { assertRecordKind } from '../record/record-fields.ts';
import { leavesRecord } from '../record/record-views.ts';
import { candidateEvents } from './candidate-payloads.ts';
import { CandidateSchema, candidateToJson } from './candidate-views.ts';

export const candidateResource: SubjectResource = {
  words: { zh: '申报对象', en: 'the candidate' },
  ...seenAtItsPlace,
  addRoutes: addCandidateRoutes,
};

function addCandidateRoutes(app: App, service: Service): void {
  addRegistrationRoutes(app, service);
  addSubjectRoutes(app, service, {
    path: 'candidates',
    name: 'Candidate',
    zh: '申报对象',
    en: 'a candidate',
    machine: 'candidate',
    events: candidateEvents,
    one: {
      summary: '一个申报对象 · One candidate',
      description:
        '所处阶段和状态、未了的期限、得分与结果；ETag 为版本。 · Stage and state, open deadlines, scores and result; the ETag is the revision.',
      schema: CandidateSchema,
      read: async (place, id, principal) => {
        const { pool, performer } = service;
        const { campaignId } = place;
        const reads = readsOf(pool);
        let row = await findCandidate(reads, campaignId, id);
        if (row?.behind) {
          await catchUpCandidates(pool, performer, campaignId, [id]);
          row = await findCandidate(reads, campaignId, id);
        }
        if (row === undefined) return undefined;
        const owed = await listOwed(reads, campaignId, id);
        const scores = await scoresShown(service, principal, place, id);
        return candidateToJson(await planOf(service, place), row, owed, scores);
      },
    },
    veil: veilScores(service),
    refresh: ({ campaignId }, id) =>
      catchUpCandidates(service.pool, service.performer, campaignId, [id]),
    complete: async (event, place) => {
      if (event.type === 'record-evidence') assertRecordKind(await planOf(service, place), event);
      return leavesRecord(event.type) ? { ...event, id: service.entropy.newId() } : event;
    },
  });
}

const Registration = Type.Object({
  campaignId: Id,
  category: Type.String({
    minLength: 1,
    maxLength: 100,
    description: '类别的代码、名称或别名 · Code, name or alias',
    examples: ['DEMONSTRATION_VILLAGE', '远程教育示范村'],
  }),
  organisationId: OrganisationId,
  name: Type.Optional({
    ...Written(200),
    description:
      '不写则为单位名称、个人姓名，家庭为“户主姓名＋家庭” · By default that of the unit or person; of a household its householder’s with 家庭',
  }),
  personName: Type.Optional({
    ...Written(100),
    description:
      '个人的姓名；家庭为户主姓名；单位不写 · Of a person; of a household its householder; never of a unit',
  }),
  birthYear: Type.Optional(
    Type.Integer({
      minimum: 1900,
      maximum: 2100,
      description: '用以区分同名者 · Tells persons of one name apart',
    }),
  ),
  identityDigest: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      maxLength: 64,
      description:
        '身份证号的带密钥摘要（HMAC-SHA-256），密钥由申报方自存；本系统不收身份证号 · Keyed digest of the identity number, made with a secret you keep; the number itself is never sent',
    }),
  ),
  siteId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  admittedLateFor: Type.Optional({
    ...Written(),
    description:
      '逾期登记的，由准予逾期的单位写明理由；错过的期限顺延到现阶段结束 · Why it is admitted although it comes too late, said by whoever admits late declarations; what it missed is then due by the end of the present phase',
  }),
});

const Ahead = Type.Object({
  ...AnswerSchema.properties,
  standing: Type.Object(
    { zh: Type.String(), en: Type.String() },
    { description: '现在所处的环节和状态 · Where it stands now' },
  ),
  deadlines: Type.Array(DeadlineSchema, {
    description: '现在应当完成的事项和期限 · What is owed now, and by when',
  }),
  ahead: Type.Array(
    Type.Object({
      stage: Type.String(),
      zh: Type.String(),
      en: Type.String(),
      lastDay: Type.String({
        format: 'date',
        description: '该环节的最后一天 · The last day of its phase',
      }),
      isOver: Type.Boolean({
        description: '该环节所在阶段已经结束 · Its phase is over already',
      }),
    }),
    { description: '此后的环节，依次列出 · The stages that come next, in order' },
  ),
});

function addRegistrationRoutes(app: App, service: Service): void {
  app.post(
    '/v1/candidates',
    {
      config: { problems: ['not-found', 'duplicate', 'requirements-unmet'] },
      schema: {
        operationId: 'registerCandidate',
        tags: ['candidates'],
        summary: '登记申报对象 · Register a candidate',
        description:
          '同一单位、家庭或个人在同一类别只登记一次；家庭由所在村（社区）负责。站点只有一个时不必写 siteId。已经不可能有结果的（须完成创建的阶段已结束、该类别已择优）不予登记。 · Once for each unit, household or person and category; a household stands at its village. siteId may be left out where there is only one. Refused where it could come to nothing: the phase of its creation is over, or its category was selected.',
        body: Registration,
        response: { 201: Ahead },
      },
    },
    async (request, reply) => {
      const { campaignId, organisationId, name, personName, admittedLateFor } = request.body;
      const place = await findVisible(service, request.principal, 'campaign', campaignId);
      const category = findCategory(await planOf(service, place), request.body.category);
      const subjectId = service.entropy.newId();
      const answer = await performCommand(service, request, reply, {
        ...place,
        subjectId,
        create: {
          machine: 'candidate',
          category: category?.code ?? request.body.category,
          organisationId,
          name: name ?? null,
          personName: personName ?? null,
          birthYear: sealedYear(service, subjectId, request.body.birthYear ?? null),
          identityDigest: request.body.identityDigest ?? null,
          siteId: await siteOf(service, organisationId, request.body.siteId, category),
        },
        event: {
          type: 'register',
          ...(admittedLateFor === undefined ? {} : { admittedLateFor }),
        },
      });
      return { ...answer, ...(await outlookOf(service, answer)) };
    },
  );
}

/** Where the candidate stands, what it owes by when, and the stages that come next. */
async function outlookOf(service: Service, { id, campaignId }: { id: string; campaignId: string }) {
  const reads = readsOf(service.pool);
  const place = await findPlace(service.pool, id);
  const row = await findCandidate(reads, campaignId, id);
  if (place === undefined || row === undefined) throw new Error(`${id} was not registered`);
  const plan = await planOf(service, place);
  const { stage, state, category } = row;
  const { phase: link } = contextOf<CandidateContext>(row);
  return {
    standing: standingInWords(plan, { machine: 'candidate', stage, state }),
    deadlines: await deadlinesOf(reads, campaignId, id),
    ahead: stagesAhead(plan, category, { stage, link }),
  };
}

/** The year of birth as the candidate of this id will have it. */
export const sealedYear = ({ vault }: Service, id: string, year: number | null): string | null =>
  year === null ? null : vault.seal(birthYearAt(id), String(year));

/** The site named, or the unit's only one where the category needs one. Throws 400 for another's. */
async function siteOf(
  { pool }: Service,
  organisationId: string,
  siteId: string | undefined,
  category: Category | undefined,
): Promise<string | null> {
  if (siteId !== undefined) {
    const site = await findSite(pool, siteId);
    if (site?.organisationId === organisationId) return siteId;
    throw fault('siteId', '该单位没有这一站点', 'is no site of this organisation');
  }
  return category !== undefined && standsWithSite(category)
    ? findOnlySite(pool, organisationId)
    : null;
}
