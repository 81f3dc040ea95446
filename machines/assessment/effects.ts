// Score sheets, and who stays away from whom.

import { effect } from '../kit/effect.ts';

/** Whose this sheet is now; nobody's while nobody can take it. */
export type KeepSheet = { assessorId: string | null; round: number };

/** A sheet as it was submitted, for good; what is sent back is followed by the next number. */
export type KeepSubmission = {
  number: number;
  assessorId: string;
  points: { readonly [item: string]: number };
  totalCenti: number;
  remark: string | null;
};

/**
 * Somebody stays away from an organisation and all below it (回避); null where it is that of the
 * candidate the subject hangs on. The sheets are those they owe there: each is passed on.
 */
export type RecordConflict = {
  principalId: string;
  organisationId: string | null;
  reason: string;
  sheets: readonly string[];
};

export const assessmentEffects = {
  'keep-sheet': effect<KeepSheet>(),
  'keep-submission': effect<KeepSubmission>(),
  'record-conflict': effect<RecordConflict>(),
};
