// An official document (R1–R3, R59, R62, R63, R65): drafted by one, signed by another, numbered and
// frozen in the same transaction, corrected only by a later one.
//
//   undrafted ── draft ──▶ drafted ── review ──▶ reviewed ── sign ──▶ numbering ── freeze ──▶ issued
//       │                     ▲── return ───────────┘                    ▲                    │
//       └── issue: by the service itself, with the event it follows from ┘                    │
//   drafted, reviewed ── abandon ──▶ abandoned     issued ── supersede ──▶ superseded ─┬─ recall ─▶ recalled
//                                                        └─────────────────────────────┘

import { setup } from 'xstate';
import { effects } from '../effects.ts';
import type { By, EventOf } from '../kit/event.ts';
import type { Plain, Requirement } from '../kit/requirement.ts';
import { none, requires } from '../kit/requirement.ts';
import type { TemplateName } from '../notice/templates.ts';
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
};

/** A document that follows from a step of another subject. */
type Issued = {
  content: { readonly [name: string]: unknown };
  to: readonly string[];
  copyTo: readonly string[];
  /** Candidates that a list names; what is no list of candidates names none. */
  named?: readonly string[];
};

export type DocumentFacts = {
  /** Those on a list who are no longer what it says of them, and who stand in another decision. */
  named: { gone: readonly string[]; already: readonly string[] };
  material: DraftMaterial;
};

export type DocumentContext = DocumentInput & {
  title: string;
  /** The notice that delivers it. */
  delivery: string;
  to: readonly string[];
  copyTo: readonly string[];
  params: { readonly [name: string]: Plain };
  draftedBy: string | null;
  reviewedBy: string | null;
  signedBy: string | null;
  signatory: string | null;
  number: string | null;
  sha256: string | null;
  supersededBy: string | null;
  reason: string | null;
  named?: readonly string[];
};

type Said = { at: string; by: By; facts: Partial<DocumentFacts> };
type Named<Type extends string, Payload = unknown> = { type: Type } & Said & Payload;

type DocumentEvent =
  | Named<'draft', { choices: DraftChoices }>
  | Named<'revise', { choices: DraftChoices }>
  | Named<'review', { remark?: string }>
  | Named<'return', { reason: string }>
  | Named<'sign', { signatory: string }>
  | Named<'abandon', { reason: string }>
  | Named<'issue', Issued & Pick<DocumentContext, 'delivery' | 'params'>>
  | Named<'freeze', { number: string | null; title: string; sha256: string }>
  | Named<'supersede', { documentId: string; number: string | null }>
  | Named<'recall', { reason: string }>;

export type DocumentEventType = DocumentEvent['type'];

/** Events that take a number from the register. */
export const documentHolds: { [Type in DocumentEventType]?: readonly 'register'[] } = {
  sign: ['register'],
};

export const documentFacts: {
  [Type in DocumentEventType]?: readonly (keyof DocumentFacts)[];
} = { draft: ['material'], revise: ['material'], sign: ['named'] };

type Args = { context: DocumentContext; event: DocumentEvent };
type Rule<Type extends DocumentEventType> = Requirement<
  DocumentContext,
  EventOf<DocumentEvent, Type>
>;

const readByAnother: Rule<'review' | 'return'> = {
  name: 'read-by-another',
  clause: 'R2',
  modality: 'M',
  zh: '核稿人不得是拟稿人',
  en: 'nobody reviews what they drafted',
  measure: ({ draftedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${draftedBy}`,
    met: by.principalId !== draftedBy,
  }),
};

const signedByAnother: Rule<'sign'> = {
  name: 'signed-by-another',
  clause: 'R2',
  modality: 'M',
  zh: '签发人不得是拟稿人',
  en: 'nobody signs what they drafted',
  measure: ({ draftedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${draftedBy}`,
    met: by.principalId !== draftedBy,
  }),
};

/** A list without a name on it publishes nothing and decides nothing. */
const namesSomebody: Rule<'draft' | 'revise'> = {
  name: 'names-somebody',
  clause: 'R65',
  modality: 'M',
  zh: '名单上至少有一个可以列入的对象',
  en: 'the list names at least one candidate that belongs on it',
  asksInput: true,
  measure: (_, { facts }) => {
    const named = facts.material?.list?.named;
    return {
      actual: named?.length ?? null,
      required: 1,
      met: named === undefined || named.length > 0,
    };
  },
};

/** The form is made of what was frozen when it was applied with; without that there is none. */
const hasApplied: Rule<'draft' | 'revise'> = {
  name: 'has-applied',
  clause: 'R62',
  modality: 'M',
  zh: '已书面申报：申报表由冻结的申报生成',
  en: 'it has been applied in writing: the form is made of what was frozen then',
  asksInput: true,
  measure: (_, { facts }) => {
    const met = facts.material?.hasApplied ?? true;
    return { actual: met ? 1 : 0, required: 1, met };
  },
};

/** Between the draft and the signature somebody may have been removed, or lost the title. */
const namedStillStand: Rule<'sign'> = {
  name: 'named-still-stand',
  clause: 'R65',
  modality: 'M',
  zh: '名单上的对象仍在公示中或者仍被确定',
  en: 'whoever the list names is still under public notice, or still holds the title',
  measure: (_, { facts }) => {
    const gone = facts.named?.gone ?? [];
    return { actual: gone, required: [], met: gone.length === 0 };
  },
};

const namedOnce: Rule<'sign'> = {
  name: 'named-once',
  clause: 'R65',
  modality: 'M',
  zh: '名单上的对象未见于另一份决定',
  en: 'nobody the list names stands in another decision',
  measure: (_, { facts }) => none(facts.named?.already.length ?? 0),
};

const documentSetup = setup({
  types: {
    context: {} as DocumentContext,
    events: {} as DocumentEvent,
    input: {} as DocumentInput,
  },
  actions: effects,
});

const keepChoices = documentSetup.assign(({ event }) => {
  if (event.type !== 'draft' && event.type !== 'revise') return {};
  const { choices, facts, by } = event;
  const { addressees: to, copyTo } = choices;
  const list = facts.material?.list ?? null;
  return {
    to,
    copyTo,
    ...(list === null ? {} : { named: list.named }),
    draftedBy: by.principalId,
    reviewedBy: null,
    params: {},
    delivery: 'document-delivered',
  };
});

const storeDraft = {
  type: 'keep-draft' as const,
  params: ({ event }: Args) => {
    const isDraft = event.type === 'draft' || event.type === 'revise';
    const material = isDraft ? event.facts.material : undefined;
    if (!isDraft || material === undefined) throw new Error('nothing was drafted');
    return { choices: event.choices, material };
  },
};

const keepIssued = documentSetup.assign(({ event }) => {
  if (event.type !== 'issue') return {};
  const { to, copyTo, named, params, delivery, by } = event;
  return {
    to,
    copyTo,
    ...(named === undefined ? {} : { named }),
    draftedBy: by.principalId,
    reviewedBy: null,
    params,
    delivery,
  };
});

const deliver = {
  type: 'notify' as const,
  params: ({ context }: Args) => ({
    // A text that the plan chose for this kind; its publication asked for it.
    template: context.delivery as TemplateName,
    to: [],
    organisations: [...new Set([...context.to, ...context.copyTo])],
    params: { ...context.params, number: context.number, title: context.title },
  }),
};

const abandon = {
  target: 'abandoned' as const,
  actions: documentSetup.assign(({ event }) => ({
    reason: event.type === 'abandon' ? event.reason : null,
  })),
};

const draft = {
  guard: requires(namesSomebody, hasApplied),
  target: 'drafted' as const,
  actions: [keepChoices, storeDraft],
};

const sign = {
  guard: requires(signedByAnother, namedStillStand, namedOnce),
  target: 'numbering' as const,
  actions: documentSetup.assign(({ event }) => ({
    signedBy: event.by.principalId,
    signatory: event.type === 'sign' ? event.signatory : null,
  })),
};

const recall = {
  target: 'recalled' as const,
  actions: [
    documentSetup.assign(({ event }) => ({
      reason: event.type === 'recall' ? event.reason : null,
    })),
    {
      type: 'notify' as const,
      params: ({ context }: Args) => ({
        template: 'document-recalled' as const,
        to: [],
        organisations: [...new Set([...context.to, ...context.copyTo])],
        params: { number: context.number, title: context.title, reason: context.reason },
      }),
    },
  ],
};

export const documentV1 = documentSetup.createMachine({
  id: 'document',
  version: '1',
  context: ({ input }) => ({
    ...input,
    title: '',
    delivery: 'document-delivered',
    to: [],
    copyTo: [],
    params: {},
    draftedBy: null,
    reviewedBy: null,
    signedBy: null,
    signatory: null,
    number: null,
    sha256: null,
    supersededBy: null,
    reason: null,
  }),
  initial: 'undrafted',
  states: {
    undrafted: {
      on: {
        draft,
        issue: { target: 'numbering', actions: keepIssued },
      },
    },
    drafted: {
      on: {
        revise: draft,
        review: {
          guard: requires(readByAnother),
          target: 'reviewed',
          actions: documentSetup.assign(({ event }) => ({ reviewedBy: event.by.principalId })),
        },
        sign,
        abandon,
      },
    },
    reviewed: {
      on: {
        revise: draft,
        return: {
          guard: requires(readByAnother),
          target: 'drafted',
          actions: documentSetup.assign(({ event }) => ({
            reviewedBy: null,
            reason: event.type === 'return' ? event.reason : null,
          })),
        },
        sign,
        abandon,
      },
    },
    // Only within a transaction: the register gives the number, and the same transaction freezes it.
    numbering: {
      entry: {
        type: 'number-document',
        params: ({ context, event }: Args) => ({
          content: event.type === 'issue' ? event.content : null,
          signatory: context.signatory,
        }),
      },
      on: {
        freeze: {
          target: 'issued',
          actions: [
            documentSetup.assign(({ event }) =>
              event.type === 'freeze'
                ? { number: event.number, title: event.title, sha256: event.sha256 }
                : {},
            ),
            deliver,
          ],
        },
      },
    },
    issued: {
      on: {
        supersede: {
          target: 'superseded',
          actions: documentSetup.assign(({ event }) => ({
            supersededBy: event.type === 'supersede' ? event.documentId : null,
          })),
        },
        recall,
      },
    },
    superseded: { on: { recall } },
    recalled: { type: 'final' },
    abandoned: { type: 'final' },
  },
});
