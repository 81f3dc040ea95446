// Effects on score sheets and on conflicts of interest.

import { effect } from '../kit/effect.ts';

/** The sheet has another assessor now, or none while nobody can take it. */
export type KeepSheet = { assessorId: string | null; stream: string; round: number };

/** A submitted sheet is kept for good; after a return it is submitted under the next number. */
export type KeepSubmission = {
  number: number;
  assessorId: string;
  points: { readonly [item: string]: number };
  /** The reasons of the items that do not apply. */
  notApplicable: { readonly [item: string]: string };
  totalCenti: number;
  remark: string | null;
};

/**
 * A person stays away from an organisation and all below it (回避); null means the organisation of
 * the subject's candidate. The `sheets` that the person owes there are passed on.
 */
export type RecordConflict = {
  principalId: string;
  organisationId: string | null;
  reason: string;
  sheets: readonly string[];
};

/** The person stays away from it no longer. */
export type WithdrawConflict = { principalId: string; organisationId: string; reason: string };

export const assessmentEffects = {
  'keep-sheet': effect<KeepSheet>(),
  'keep-submission': effect<KeepSubmission>(),
  'record-conflict': effect<RecordConflict>(),
  'withdraw-conflict': effect<WithdrawConflict>(),
};
