// The application form (申报表, R62): it follows the data until the candidate applies, then it is frozen.

import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { refuses } from '../../../machines/kit/requirement.ts';
import { applicationPhase } from '../../../machines/procedure/reading.ts';
import { applicationHash } from '../../command/application/applications.ts';
import { catchUpCandidates } from '../../command/kernel/catch-up.ts';
import type { ApplicationExplained } from '../../command/what-if/application-form.ts';
import { explainApplication } from '../../command/what-if/application-form.ts';
import type { ApplicationRow } from '../../db/application/applications.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import { scoresShown } from '../assessment/sheet-visibility.ts';
import type { ScoresShown } from '../candidate/candidate-views.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { setRevision } from '../kernel/conventions.ts';
import { problem } from '../kernel/problems.ts';
import { MeasuredSchema, type Names, namesIn, requirementToJson } from '../kernel/requirements.ts';
import type { Service } from '../kernel/service.ts';
import { Id, IdParams, Instant, Nullable } from '../kernel/subject-schemas.ts';
import { findVisible, planOf } from '../kernel/visibility.ts';
import { BodySchema, CorrectionSchema, FormSchema } from './application-schemas.ts';

const FrozenSchema = Type.Object({
  number: Type.Integer({ description: '第几次提交 · 1 the application, then each correction' }),
  stage: Type.String(),
  submittedAt: Instant,
  submittedBy: Type.String(),
  sha256: Type.String({
    description: 'body 的规范 JSON（键排序、无空格）的 SHA-256 · Of the canonical JSON of the body',
  }),
  verified: Type.Boolean({
    description: '由所存内容重新计算相符 · Recomputed from what is stored, and the same',
  }),
  veiled: Type.Boolean({
    description:
      '得分对您不公开，故 body 算不出该散列 · Scores are kept from you: this body does not give the hash',
  }),
  body: BodySchema,
});

const ApplicationSchema = Type.Object({
  candidateId: Id,
  applicants: Type.Array(Type.String(), {
    description: '方案规定的申报人 · Who applies, by the plan',
  }),
  mayApply: Type.Boolean({ description: '您可否申报 · Whether you are one of them' }),
  deadline: Type.Object({
    dueAt: Nullable(Instant),
    passed: Type.Boolean(),
    admittedFor: Nullable(Type.String()),
  }),
  signatureScanRequired: Type.Boolean(),
  form: Nullable(FormSchema),
  attestations: Type.Array(Type.String(), {
    description: '须由申报人承诺的标准 · Criteria that only the applicant’s word can meet',
  }),
  owed: Type.Array(MeasuredSchema, {
    description: '申报前尚未满足的条件 · What is yet unmet before it can be applied with',
  }),
  corrections: Type.Array(CorrectionSchema, {
    description: '退回时一次性告知的问题 · The list of the present return',
  }),
  frozen: Type.Array(FrozenSchema),
});

export function addApplicationRoutes(app: App, service: Service): void {
  const { performer, cache } = service;
  const facts = beyondReach(service, 'decisions');
  app.get(
    '/v1/candidates/:id/application',
    {
      schema: {
        operationId: 'getCandidateApplication',
        tags: ['candidates'],
        summary: '书面申报 · The written application',
        description:
          '申报前：由数据生成的申报表和尚欠的条件；申报后：冻结的申报表，逐次编号，附散列，补正的写明更正了什么。 · Before: the form from the data and what is still owed. After: what was applied with, frozen, numbered and hashed; a correction says what it corrects (R62).',
        params: IdParams,
        response: { 200: ApplicationSchema },
      },
    },
    async (request, reply) => {
      const { principal } = request;
      const { id } = request.params;
      const place = await findVisible(service, principal, 'candidate', id);
      const { campaignId } = place;
      await catchUpCandidates(facts, performer, campaignId, [id]);
      const plan = await planOf(service, place);
      const world = { pool: facts, cache, plan, principal };
      const explained = await explainApplication(world, campaignId, id);
      if (explained === null) throw problem('not-found');
      setRevision(reply, explained.revision);
      return applicationToJson(
        request,
        id,
        explained,
        await scoresShown(service, principal, place, id),
        await namesIn(service, explained.requirements),
      );
    },
  );
}

function applicationToJson(
  request: FastifyRequest,
  candidateId: string,
  explained: ApplicationExplained,
  scores: ScoresShown,
  names: Names,
): Static<typeof ApplicationSchema> {
  const { plan, context, now, form, requirements, frozen } = explained;
  const phase = applicationPhase(procedureOf(plan, context.category));
  const dueAt = context.windows?.[phase ?? '']?.dueAt ?? null;
  const isVeiled = scores === 'none';
  const unmet = requirements
    .filter(refuses)
    .filter(
      ({ name, clause }) =>
        !isVeiled ||
        (clause !== 'R61' &&
          name !== 'stream-gate' &&
          !tellsScores(plan, { id: name, category: context.category })),
    );
  return {
    candidateId,
    applicants: [...explained.applicants],
    mayApply: explained.mayApply,
    deadline: {
      dueAt,
      passed: dueAt !== null && Temporal.Instant.compare(now, dueAt) >= 0,
      admittedFor: context.lateApplicationFor ?? null,
    },
    signatureScanRequired: plan.policies.signatureScanRequired?.value ?? false,
    form: form === null || !isVeiled ? (form as Form | null) : veil(plan, form as Form),
    attestations: [...explained.attestations],
    owed: unmet.map((measured) => ({
      ...requirementToJson(request, plan, measured, names),
      met: measured.met,
      asksInput: measured.asksInput,
    })),
    corrections: (context.corrections ?? []).map(({ fields, ...one }) => ({
      ...one,
      fields: [...fields],
    })),
    frozen: frozen.map((row) => frozenToJson(plan, row, isVeiled)),
  };
}

// A criterion measured by the votes of the masses gives them away just as the scores do (R34, R39).
const tellsScores = (plan: Plan, { id, category }: { id: string; category: string }): boolean => {
  const criteria = plan.categories.find(({ code }) => code === category)?.criteria ?? [];
  const fact = criteria.find((criterion) => criterion.id === id)?.required?.fact;
  return fact?.startsWith('stream.') ?? false;
};

// The form's lists are readonly and those of a schema's type are not, so forms are cast to these.
type Form = Static<typeof FormSchema>;
type Body = Static<typeof BodySchema>;

/** The form without scores, for readers who have yet to judge. */
const veil = <Said extends Form>(plan: Plan, form: Said): Said => ({
  ...form,
  scores: null,
  criteria: form.criteria.map((criterion) =>
    tellsScores(plan, { id: criterion.id, category: form.candidate.category })
      ? { ...criterion, measured: null }
      : criterion,
  ),
});

const frozenToJson = (
  plan: Plan,
  { number, stage, submittedAt, submittedBy, sha256, body }: ApplicationRow,
  isVeiled: boolean,
): Static<typeof FrozenSchema> => ({
  number,
  stage,
  submittedAt,
  submittedBy,
  sha256,
  verified: applicationHash(body) === sha256,
  veiled: isVeiled,
  body: isVeiled ? veil(plan, body as Body) : (body as Body),
});
