// Official documents: drafted, numbered, issued.

import type { Addressee } from '../kit/effect.ts';
import { effect } from '../kit/effect.ts';
import type { Plain } from '../kit/requirement.ts';
import type { DraftChoices, DraftMaterial } from './draft.ts';

/** An official document that this step needs: its draft goes to the queue of its body. */
export type DraftDocument = {
  kind: string;
  /** Where the plan's own issuer of this kind is not meant. */
  issuer?: string;
  to: readonly Addressee[];
  copyTo: readonly Addressee[];
  params: { readonly [name: string]: Plain };
  /** One document for all of these candidates of a category, where the plan wants lists. */
  list?: { category: string; named: readonly string[] };
  /** False where nothing stands still until it is issued. */
  isAwaited?: false;
};

/** Tells of a step whose paper is a list's; a paper of its own delivers itself. */
type TellOfDocument = DraftDocument & {
  /** The words are told beside the paper, because a day in it has moved. */
  isMoved?: true;
};

/** A draft of a document, composed and kept beside the subject until it is issued. */
type KeepDraft = { choices: DraftChoices; material: DraftMaterial };

/** Composes the draft of an event anew; a draft of a person, without material, stays as it is. */
type Redraft = { material: DraftMaterial | null };

/** Tells the subject that stands until the issue, or each candidate of a list. */
export type TellAwaiting =
  | { event: 'document-issued' }
  | { event: 'document-abandoned'; reason: string };

/** The next number of its register, the date and the hash. */
export type NumberDocument = { signatory: string | null };

export const documentEffects = {
  'draft-document': effect<DraftDocument>(),
  'tell-of-document': effect<TellOfDocument>(),
  'keep-draft': effect<KeepDraft>(),
  redraft: effect<Redraft>(),
  'tell-awaiting': effect<TellAwaiting>(),
  'number-document': effect<NumberDocument>(),
};
