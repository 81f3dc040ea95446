// 书面申报 (R62) as it is frozen, with everything that the machine decided by at that moment.

import type { CandidateContext, CriterionFact } from '../candidate/events.ts';
import type { ByStream } from '../candidate/scoring.ts';
import type { Correction, CorrectionAnswer, Declared, DeclaredChange } from './application.ts';

/** Scores and findings at the moment of the application. */
export type Decided = {
  selfCheckedAt: string | null;
  openFindings: readonly string[];
  findingsRectified: readonly string[];
  figures: ByStream<number>;
  strata: ByStream<{ readonly [stratum: string]: number }>;
  compositeCenti: number | null;
};

/** A frozen application, without the names and records that storing the step adds. */
export type KeepApplication = {
  number: number;
  /** The stage: the evaluation for the first, the returning stage for a correction. */
  stage: string;
  /** The whole declaration at first; the changes in a correction. */
  declared: Declared | DeclaredChange;
  /** True when the records are copied anew: at first, and later when `evidence` was opened. */
  renews: boolean;
  dueAt: string | null;
  inTime: boolean;
  /** Why a late application was admitted. */
  admittedFor: string | null;
  decided: Decided;
  criteria: readonly CriterionFact[];
  correction: {
    corrections: readonly Correction[];
    answers: readonly CorrectionAnswer[];
    statement: string;
  } | null;
};

export const decidedOf = (context: CandidateContext): Decided => ({
  selfCheckedAt: context.selfCheckedAt,
  openFindings: context.openFindings,
  findingsRectified: context.findingsRectified,
  figures: context.figures,
  strata: context.strata,
  compositeCenti: context.compositeCenti,
});

/** The attachments of an application and its signed page. */
export const filesOf = (
  fileIds: readonly string[] = [],
  signatureFileId: string | null = null,
): { fileIds?: readonly string[] } => {
  const all = [...fileIds, ...(signatureFileId === null ? [] : [signatureFileId])];
  return all.length === 0 ? {} : { fileIds: [...new Set(all)] };
};
