// An official document (R1–R3, R59, R62, R63, R65): drafted by one, or by the event that needs it, reviewed
// and signed by another, numbered and frozen in the same transaction, corrected only by a later one.
//
//   undrafted ── draft ──▶ drafted ── review ──▶ reviewed ── sign ──▶ numbering ── freeze ──▶ issued
//      │                      ▲── return ───────────┘                    ▲                    │
//      └── draft: of a kind that issues itself by the plan ──────────────┘                    │
//   drafted, reviewed ── abandon, candidate-ended ──▶ abandoned
//                                                  issued ── supersede ──▶ superseded ─┬─ recall ─▶ recalled
//                                                        └─────────────────────────────┘
//   The review and the signature are owed: reminded of, overdue, escalated.

import { setup } from 'xstate';
import { effects } from '../effects.ts';
import type { Addressee, RaiseObligation } from '../kit/effect.ts';
import { owing, until } from '../kit/owing.ts';
import { given, requires } from '../kit/requirement.ts';
import type { TemplateName } from '../notice/templates.ts';
import type { DocumentContext, DocumentEvent, DocumentInput } from './events.ts';
import {
  abandonedByAnother,
  hasApplied,
  namedOnce,
  namedStillStand,
  namesSomebody,
  readByAnother,
  reviewedBefore,
  signedByAnother,
  stillAwaited,
} from './requirements.ts';

type Args = { context: DocumentContext; event: DocumentEvent };

const own = ({ deadline }: DocumentContext) => deadline;

const documentSetup = setup({
  types: {
    context: {} as DocumentContext,
    events: {} as DocumentEvent,
    input: {} as DocumentInput,
  },
  actions: effects,
  delays: {
    documentDueSoon: until(own, 'dueSoonAt'),
    documentWindow: until(own, 'dueAt'),
    documentEscalation: until(own, 'escalateAt'),
  },
});

type Owed = 'document-review' | 'document-signature';

const generationOf = ({ generations }: DocumentContext, kind: Owed): number =>
  generations[kind] ?? 0;

/** A plan that asks no review owes the signature from the draft on. */
const debtOf = (kindOf: (context: DocumentContext) => Owed) => {
  const owed = owing<DocumentContext, DocumentEvent, TemplateName, RaiseObligation['level']>({
    key: (context) => ({
      kind: kindOf(context),
      generation: generationOf(context, kindOf(context)),
    }),
    clause: ({ clause }) => clause,
    owner: ({ body }) => body,
    due: own,
    outcomes: {
      'recalculate-deadline': 'superseded',
      return: 'superseded',
      revise: 'superseded',
      abandon: 'waived',
      'candidate-ended': 'waived',
    },
    notice: (context, level) => ({
      template: `document-${level}`,
      params: {
        obligation: kindOf(context),
        documentKind: context.kind,
        dueAt: context.deadline?.dueAt ?? null,
      },
    }),
  });
  const toBody = ({ body }: DocumentContext): readonly Addressee[] => [body];
  return {
    entry: [
      documentSetup.assign(({ context, event }: Args) => {
        const kind = kindOf(context);
        return {
          generations: { ...context.generations, [kind]: generationOf(context, kind) + 1 },
          deadline: 'deadline' in event.facts ? (event.facts.deadline ?? null) : null,
        };
      }),
      owed.open,
    ],
    exit: owed.settle,
    after: {
      documentDueSoon: owed.dueSoon(toBody),
      documentWindow: owed.overdue(toBody),
      documentEscalation: {
        actions: owed.raise('escalated', ({ body }) => [...new Set([body, ABOVE[body] ?? body])]),
      },
    },
  };
};

/** Whoever is told of a signature that a body has left owing too long. */
const ABOVE: { readonly [Body in Addressee]?: Addressee } = {
  'county-office': 'county-department',
  'county-department': 'county-office',
  responsible: 'superior',
};

const review = debtOf(({ mustReview }) => (mustReview ? 'document-review' : 'document-signature'));
const signature = debtOf(() => 'document-signature');

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

const deliver = {
  type: 'notify' as const,
  params: ({ context }: Args) => ({
    // A text that the plan chose for this kind; its publication asked for it.
    template: context.delivery as TemplateName,
    to: [],
    organisations: [...new Set([...context.to, ...context.copyTo])],
    params: {
      ...context.params,
      number: context.number,
      title: context.title,
      issuer: context.issuedBy,
    },
  }),
};

const keepReason = documentSetup.assign(({ event }) => ({
  reason: 'reason' in event ? event.reason : null,
}));

/** What an event needs is drafted anew, from what is so now; what a person wrote is theirs to revise. */
const returned = [
  {
    guard: requires(readByAnother),
    target: 'drafted' as const,
    reenter: true,
    actions: [
      keepReason,
      documentSetup.assign(({ context, event }) => {
        const list = 'material' in event.facts ? event.facts.material?.list : null;
        const named = context.isNeeded && list ? { named: list.named } : {};
        return { reviewedBy: null, ...named };
      }),
      {
        type: 'redraft' as const,
        params: ({ context, event }: Args) => ({
          material: context.isNeeded ? (event.facts.material ?? null) : null,
        }),
      },
    ],
  },
];

const draft = {
  guard: requires(namesSomebody, hasApplied),
  target: 'drafted' as const,
  reenter: true,
  actions: [keepChoices, storeDraft],
};

const draftIssued = {
  guard: given('issues itself', ({ isSelfIssued }: DocumentContext) => isSelfIssued),
  target: 'numbering' as const,
  actions: [keepChoices, storeDraft],
};

const sign = {
  guard: requires(signedByAnother, reviewedBefore, stillAwaited, namedStillStand, namedOnce),
  target: 'numbering' as const,
  actions: documentSetup.assign(({ event }) => ({
    signedBy: event.by.principalId,
    signatory: event.type === 'sign' ? event.signatory : null,
  })),
};

const abandon = {
  guard: requires(abandonedByAnother),
  target: 'abandoned' as const,
  actions: [
    keepReason,
    {
      type: 'tell-awaiting' as const,
      params: ({ context }: Args) => ({
        event: 'document-abandoned' as const,
        reason: context.reason ?? '',
      }),
    },
  ],
};

const recall = {
  target: 'recalled' as const,
  actions: [
    keepReason,
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

const keepDeadlineIn = <State extends string>(target: State) => ({ target, reenter: true });

export const documentV1 = documentSetup.createMachine({
  id: 'document',
  version: '1',
  context: ({ input: { event, ...input } }) => ({
    ...input,
    isNeeded: event !== null,
    isSelfIssued: event?.isSelfIssued ?? false,
    awaitedBy: event?.awaitedBy ?? null,
    title: '',
    to: [],
    copyTo: [],
    params: event?.params ?? {},
    deadline: null,
    generations: {},
    draftedBy: null,
    reviewedBy: null,
    signedBy: null,
    signatory: null,
    number: null,
    sha256: null,
    issuedBy: null,
    supersededBy: null,
    reason: null,
  }),
  initial: 'undrafted',
  states: {
    undrafted: { on: { draft: [draftIssued, draft] } },
    drafted: {
      ...review,
      on: {
        revise: draft,
        review: {
          guard: requires(readByAnother),
          target: 'reviewed',
          actions: documentSetup.assign(({ event }) => ({ reviewedBy: event.by.principalId })),
        },
        return: returned,
        sign,
        abandon,
        'candidate-ended': { target: 'abandoned' },
        'recalculate-deadline': keepDeadlineIn('drafted'),
      },
    },
    reviewed: {
      ...signature,
      on: {
        revise: draft,
        return: returned,
        sign,
        abandon,
        'candidate-ended': { target: 'abandoned' },
        'recalculate-deadline': keepDeadlineIn('reviewed'),
      },
    },
    // Only within a transaction: the register gives the number, and the same transaction freezes it.
    numbering: {
      entry: [
        {
          type: 'tell-awaiting',
          params: () => ({ event: 'document-issued' as const }),
        },
        {
          type: 'number-document',
          params: ({ context }: Args) => ({ signatory: context.signatory }),
        },
      ],
      on: {
        freeze: {
          target: 'issued',
          actions: [
            documentSetup.assign(({ context, event }) =>
              event.type === 'freeze'
                ? {
                    number: event.number,
                    title: event.title,
                    sha256: event.sha256,
                    issuedBy: event.issuedBy,
                    ...(event.dueAt === undefined
                      ? {}
                      : { params: { ...context.params, dueAt: event.dueAt } }),
                  }
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
