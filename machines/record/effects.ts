// Records of the ledgers beside a candidate, and the files they show.

import { effect } from '../kit/effect.ts';
import type { ShowcaseName } from './record-facts.ts';

/** A row of a ledger beside the subject: evidence, self-check, inspection, score, objection. */
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
  /** The record this one takes the place of, and why. */
  supersedes?: { recordId: string; reason: string; frees?: ShowcaseName };
  /** It is raised and waits to be solved. */
  lives?: true;
  /** A showcase case claims its name within its level (Q4). */
  showcase?: ShowcaseName;
};

/** Impact and promotion scope are what the reviewer finds, never what the applicant claims (R13). */
export type AssessRecord = {
  id: string;
  verdict: 'accepted' | 'rejected';
  attributes: { readonly [name: string]: string };
  remark: string | null;
  /** A rejected case frees its name. */
  showcase: ShowcaseName | null;
};

/** What was raised has been solved: the row of the ledger says so too. */
export type CloseRecord = {
  recordId: string;
  closedOn: string;
  result: string;
  fileIds: readonly string[];
};

/** Files that what hangs on a candidate shows; who may read the candidate may read them. */
type UseFiles = { fileIds: readonly string[] };

export const recordEffects = {
  'store-record': effect<StoreRecord>(),
  'assess-record': effect<AssessRecord>(),
  'close-record': effect<CloseRecord>(),
  'use-files': effect<UseFiles>(),
};
