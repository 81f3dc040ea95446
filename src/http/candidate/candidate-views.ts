// The answers about a candidate: its state, its obligations, and the public part of its context.

import Type, { type Static } from 'typebox';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import type { CandidateRow } from '../../db/candidate/candidates.ts';
import type { ObligationRow } from '../../db/kernel/obligations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import {
  contextOf,
  DeadlineSchema,
  deadlineToJson,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';

const Points = Nullable(Type.Number({ description: '分 · Points' }));

const described = {
  category: Type.String(),
  categoryName: Type.String(),
  name: Type.String(),
  personName: Nullable(Type.String()),
  siteId: Nullable(Type.String()),
};

export const CandidateSummarySchema = Type.Object({
  id: Id,
  campaignId: Id,
  ...described,
  organisationId: Type.String(),
  stage: Type.String(),
  state: Type.String(),
  status: subjectFields.status,
  revision: Type.Integer(),
  nextDueAt: Nullable(Instant),
  createdAt: Instant,
  updatedAt: Instant,
});

const Override = Type.Object({
  reason: Type.String(),
  requestedBy: Type.String(),
  approvedBy: Nullable(Type.String()),
});

export const CandidateSchema = Type.Object({
  ...subjectFields,
  ...described,
  deadlines: Type.Array(DeadlineSchema),
  context: Type.Object({
    phase: Type.String(),
    track: Type.String(),
    applicants: Type.Array(Type.String()),
    finalAuthority: Nullable(Type.String()),
    evidence: Type.Record(Type.String(), Type.Integer(), {
      description: '各类材料的件数 · Records by kind',
    }),
    mobilizationForms: Type.Array(Type.String()),
    lateAdmittedFor: Nullable(Type.String()),
    registeredLateFor: Nullable(
      Type.String({
        description: '准予逾期登记的理由 · Why it was registered though it came late',
      }),
    ),
    selfCheckedAt: Nullable(Instant),
    openFindings: Type.Array(Type.String()),
    findingsRectified: Type.Array(Type.String()),
    scores: Type.Object({
      streams: Type.Record(
        Type.String(),
        Type.Object({
          points: Points,
          strata: Type.Record(Type.String(), Type.Number(), {
            description: '各类参评人员的评议得分（R39） · The same of each electorate',
          }),
          sheets: Type.Array(
            Type.Object({
              sheetId: Id,
              by: Type.String(),
              round: Type.Integer(),
              points: Type.Number(),
            }),
            {
              description:
                '仅组织考评的县、市和审计员可见 · Told only to those who organise or audit the assessment',
            },
          ),
        }),
        { description: '已汇集的环节，以方案的代码为名 · What has been gathered, by stream' },
      ),
      composite: Points,
    }),
    priorityClass: Nullable(Type.String()),
    appliedAt: Nullable(Instant),
    application: Nullable(
      Type.Object(
        { number: Type.Integer(), at: Instant },
        { description: '最近一次提交的申报 · The application as last handed in' },
      ),
    ),
    lateApplicationFor: Nullable(Type.String()),
    requirements: Type.Array(Type.String()),
    rank: Nullable(Type.Integer()),
    openObjections: Type.Array(Type.String()),
    override: Nullable(Override),
    proposedBy: Nullable(Type.String()),
    disqualificationProposedBy: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    words: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: '各环节评审结论的用语 · The plan’s word of each review’s verdict, by stage',
      }),
    ),
    conferredBy: Nullable(Type.String()),
  }),
});

const categoryName = (plan: Plan, code: string): string =>
  plan.categories.find((category) => category.code === code)?.name ?? code;

export function candidateSummaryToJson(
  plan: Plan,
  row: CandidateRow,
): Static<typeof CandidateSummarySchema> {
  const { id, campaignId, category, name, personName, siteId, organisationId, stage, state } = row;
  const { status, revision, nextDueAt, createdAt, updatedAt } = row;
  return {
    ...{ id, campaignId, category, categoryName: categoryName(plan, category), name, personName },
    ...{ siteId, organisationId, stage, state, status, revision, nextDueAt, createdAt, updatedAt },
  };
}

const points = (centi: number | null): number | null => (centi === null ? null : centi / 100);

/** `all` shows each sheet, `composite` their result, `none` nothing to readers who have yet to judge. */
export type ScoresShown = 'all' | 'composite' | 'none';

/** Of streams of sheets `none` is told no figure; every other figure was announced to everybody. */
function streamsToJson(
  { figures, strata, sheets }: CandidateContext,
  shown: ScoresShown,
): Static<typeof CandidateSchema>['context']['scores']['streams'] {
  const codes = [...new Set([...Object.keys(figures), ...Object.keys(sheets)])].sort();
  const toPoints = ([name, centi]: [string, number]) => [name, centi / 100];
  const streams = codes.map((code) => {
    const isSecret = sheets[code] !== undefined && shown === 'none';
    const told = shown === 'all' ? (sheets[code] ?? []) : [];
    const stream = {
      points: isSecret ? null : points(figures[code] ?? null),
      strata: Object.fromEntries(Object.entries(strata[code] ?? {}).map(toPoints)),
      sheets: told.map(({ pointsCenti, ...sheet }) => ({ ...sheet, points: pointsCenti / 100 })),
    };
    return [code, stream];
  });
  return Object.fromEntries(streams);
}

function contextToJson(
  context: CandidateContext,
  shown: ScoresShown,
): Static<typeof CandidateSchema>['context'] {
  return {
    phase: context.phase,
    track: context.track,
    applicants: [...context.applicants],
    finalAuthority: context.finalAuthority,
    evidence: context.evidence,
    mobilizationForms: [...context.mobilizationForms],
    lateAdmittedFor: context.lateAdmittedFor,
    registeredLateFor: context.registeredLateFor ?? null,
    selfCheckedAt: context.selfCheckedAt,
    openFindings: [...context.openFindings],
    findingsRectified: [...context.findingsRectified],
    scores: {
      streams: streamsToJson(context, shown),
      composite: shown === 'none' ? null : points(context.compositeCenti),
    },
    priorityClass: context.priorityClass,
    appliedAt: context.appliedAt,
    application: context.application ?? null,
    lateApplicationFor: context.lateApplicationFor ?? null,
    requirements: [...context.requirements],
    rank: context.rank,
    openObjections: [...context.openObjections],
    override: context.override,
    proposedBy: context.proposedBy,
    disqualificationProposedBy: context.disqualificationProposedBy,
    reason: context.reason,
    ...(context.words === undefined ? {} : { words: context.words }),
    conferredBy: context.conferredBy,
  };
}

export function candidateToJson(
  plan: Plan,
  row: CandidateRow,
  owed: readonly ObligationRow[],
  scores: ScoresShown,
): Static<typeof CandidateSchema> {
  const { nextDueAt: _, ...summary } = candidateSummaryToJson(plan, row);
  return {
    ...subjectToJson('candidate', row),
    ...summary,
    deadlines: owed.map(deadlineToJson),
    context: contextToJson(contextOf<CandidateContext>(row), scores),
  };
}
