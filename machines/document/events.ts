// The context, the events and the facts of an official document.

import type { Addressee } from '../kit/effect.ts';
import type { By } from '../kit/event.ts';
import type { Plain } from '../kit/requirement.ts';
import type { Deadline } from '../kit/time.ts';
import type { LockName } from '../locks.ts';
import type { DraftChoices, DraftMaterial } from './draft.ts';

export type DocumentInput = {
  kind: string;
  clause: string;
  /** As the plan names it: whose register, whose signature. */
  issuer: string;
  drafters: readonly string[];
  signatories: readonly string[];
  isPublic: boolean;
  corrects: string | null;
  /** The body that owes the review and the signature. */
  body: Addressee;
  /** 核稿: unless the plan says otherwise, nothing is signed that another has not read. */
  mustReview: boolean;
  /** The notice that delivers it. */
  delivery: string;
  /** Of a document that an event needs and has drafted; null for one that somebody chose to draft. */
  event: {
    awaitedBy: string | null;
    params: Params;
    /** By the plan's own provision nobody reviews or signs it. */
    isSelfIssued: boolean;
  } | null;
};

type Params = { readonly [name: string]: Plain };

export type DocumentFacts = {
  /** Those on a list who are no longer what it says of them, and who stand in another decision. */
  named: { gone: readonly string[]; already: readonly string[] };
  /** Whether what it was drafted for, if anything, still waits for its issue. */
  isAwaited: boolean;
  material: DraftMaterial;
  deadline: Deadline;
};

export type DocumentContext = Omit<DocumentInput, 'event'> & {
  /** True when an event has drafted it. */
  isNeeded: boolean;
  isSelfIssued: boolean;
  /** The subject that stands until the issue and is told of it. */
  awaitedBy: string | null;
  title: string;
  to: readonly string[];
  copyTo: readonly string[];
  params: Params;
  deadline: Deadline | null;
  /** How often the review and the signature have been owed. */
  generations: { readonly [kind: string]: number };
  draftedBy: string | null;
  reviewedBy: string | null;
  signedBy: string | null;
  signatory: string | null;
  number: string | null;
  sha256: string | null;
  /** The name under the document, which its notice bears, too. */
  issuedBy: string | null;
  supersededBy: string | null;
  reason: string | null;
  named?: readonly string[];
};

type Said = { at: string; by: By; facts: Partial<DocumentFacts> };
type Named<Type extends string, Payload = unknown> = { type: Type } & Said & Payload;

export type DocumentEvent =
  | Named<'draft', { choices: DraftChoices }>
  | Named<'revise', { choices: DraftChoices }>
  | Named<'review', { remark?: string }>
  | Named<'return', { reason: string }>
  | Named<'sign', { signatory: string }>
  | Named<'abandon', { reason: string }>
  | Named<
      'freeze',
      {
        number: string | null;
        title: string;
        sha256: string;
        issuedBy: string;
        dueAt?: string | null;
      }
    >
  | Named<'supersede', { documentId: string; number: string | null }>
  | Named<'recall', { reason: string }>
  | Named<'candidate-ended'>
  | Named<'recalculate-deadline'>;

export type DocumentEventType = DocumentEvent['type'];

/** Events that take a number from the register, or draft anew what stands beside it. */
export const documentHolds: { [Type in DocumentEventType]?: readonly LockName[] } = {
  return: ['register'],
  sign: ['register'],
};

export const documentFacts: {
  [Type in DocumentEventType]?: readonly (keyof DocumentFacts)[];
} = {
  draft: ['material', 'deadline'],
  revise: ['material', 'deadline'],
  review: ['deadline'],
  return: ['material', 'deadline'],
  sign: ['named', 'isAwaited'],
  'recalculate-deadline': ['deadline'],
};

export const documentDeadlines = {
  draft: 'documentReviewWorkingDays',
  revise: 'documentReviewWorkingDays',
  return: 'documentReviewWorkingDays',
  review: 'documentSignatureWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in DocumentEventType]?: string };
