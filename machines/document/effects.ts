// Official documents: drafted, numbered, issued.

import type { Addressee } from '../kit/effect.ts';
import { effect } from '../kit/effect.ts';
import type { Plain } from '../kit/requirement.ts';
import type { DraftChoices, DraftMaterial } from './draft.ts';

/** An official document that follows from this step: numbered, frozen and delivered with it. */
export type IssueDocument = {
  kind: string;
  /** Where the plan's own issuer of this kind is not meant. */
  issuer?: string;
  to: readonly Addressee[];
  copyTo: readonly Addressee[];
  params: { readonly [name: string]: Plain };
  /** One document for all of these candidates of a category, where the plan wants lists. */
  list?: { category: string; named: readonly string[] };
};

/** A draft of a document, composed and kept beside the subject until it is issued. */
type KeepDraft = { choices: DraftChoices; material: DraftMaterial };

/** The next number of its register, the date and the hash; `content` is null for a stored draft. */
export type NumberDocument = {
  content: { readonly [name: string]: unknown } | null;
  signatory: string | null;
};

export const documentEffects = {
  'issue-document': effect<IssueDocument>(),
  'keep-draft': effect<KeepDraft>(),
  'number-document': effect<NumberDocument>(),
};
