// Effects on the records in the ledgers, and on their files.

import { effect } from '../kit/effect.ts';
import type { ShowcaseName } from './record-facts.ts';

/** A row of a ledger beside the subject. */
export type StoreRecord = {
  ledger:
    | 'evidence'
    | 'self-check'
    | 'inspection'
    | 'score'
    | 'objection'
    | 'veto'
    | 'verification';
  id: string;
  kind: string;
  clause: string;
  body: { readonly [name: string]: unknown };
  /** The record that this one replaces, and why. */
  supersedes?: { recordId: string; reason: string; frees?: ShowcaseName };
  /** The record is a matter that waits to be solved. */
  lives?: true;
  /** A showcase case claims its name within its level (Q4). */
  showcase?: ShowcaseName;
};

/** The reviewer finds impact and promotion scope; the applicant never claims them (R13). */
export type AssessRecord = {
  id: string;
  verdict: 'accepted' | 'rejected';
  attributes: { readonly [name: string]: string };
  remark: string | null;
  /** A rejected case frees its name. */
  showcase: ShowcaseName | null;
};

/** The record was entered by mistake; it stays, and counts nowhere any more. */
export type VoidRecord = { id: string; reason: string; frees: ShowcaseName | null };

/** The row of the ledger says, too, that the matter has been solved. */
export type CloseRecord = {
  recordId: string;
  closedOn: string;
  result: string;
  fileIds: readonly string[];
};

/** The readers of the candidate may read these files. */
type UseFiles = { fileIds: readonly string[] };

export const recordEffects = {
  'store-record': effect<StoreRecord>(),
  'assess-record': effect<AssessRecord>(),
  'void-record': effect<VoidRecord>(),
  'close-record': effect<CloseRecord>(),
  'use-files': effect<UseFiles>(),
};
