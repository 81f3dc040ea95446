// 书面申报 (R62) as it is frozen: what the machine decided by, when it was applied with.

import type { CandidateContext, CandidateFacts, CriterionFact } from '../candidate/events.ts';
import { assessedCenti } from '../candidate/scoring.ts';
import type { Correction, CorrectionAnswer, Declared, DeclaredChange } from './application.ts';

/** Scores and findings as the machine knew them when it was applied. */
export type Decided = {
  selfCheckedAt: string | null;
  openFindings: readonly string[];
  findingsRectified: readonly string[];
  massScoreCenti: number | null;
  massStrataCenti: { readonly [stratum: string]: number };
  assessmentCenti: number | null;
  compositeCenti: number | null;
};

/** What an application is frozen with; names and records are added where the step is stored. */
export type KeepApplication = {
  number: number;
  /** Where it was handed in: the first in the evaluation, a correction where it was returned. */
  stage: string;
  /** Everything in the first; in a correction what was changed. */
  declared: Declared | DeclaredChange;
  /** What stands on record is taken down anew: always in the first, later where it was opened. */
  renews: boolean;
  dueAt: string | null;
  inTime: boolean;
  /** Why it was taken all the same when it was late. */
  admittedFor: string | null;
  decided: Decided;
  criteria: readonly CriterionFact[];
  correction: {
    corrections: readonly Correction[];
    answers: readonly CorrectionAnswer[];
    statement: string;
  } | null;
};

/** Scores and findings as they are when it is applied with. */
export const decidedOf = (
  context: CandidateContext,
  policies: CandidateFacts['policies'] | undefined,
): Decided => ({
  selfCheckedAt: context.selfCheckedAt,
  openFindings: context.openFindings,
  findingsRectified: context.findingsRectified,
  massScoreCenti: context.massScoreCenti,
  massStrataCenti: context.massStrataCenti,
  assessmentCenti:
    policies === undefined ? null : assessedCenti(context.assessments, policies.assessmentTrim),
  compositeCenti: context.compositeCenti,
});

/** The files an application refers to: its attachments and the signed page. */
export const filesOf = (
  fileIds: readonly string[] = [],
  signatureFileId: string | null = null,
): { fileIds?: readonly string[] } => {
  const all = [...fileIds, ...(signatureFileId === null ? [] : [signatureFileId])];
  return all.length === 0 ? {} : { fileIds: [...new Set(all)] };
};
