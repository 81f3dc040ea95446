// One order to put something right within a time limit (R59), and the eye kept on it.
//
//   unissued ── issue (circular of criticism AND order) ──▶ open ───────────────▶ closed
//                                                            │ close-out by another inspector
//   open, two things at once:
//     handling     issued ─▶ acknowledged ─▶ in-progress ─▶ submitted ─┐
//                                                 ▲── reopen (a new generation) ──┘
//     supervision  on-time ─▶ due-soon ─▶ overdue ─▶ escalated
//                     ▲────── extend / reopen ───────────┘

import { setup } from 'xstate';
import type { By } from './candidate/events.ts';
import type { Addressee, ObligationLevel } from './effect.ts';
import { effects } from './effect.ts';
import type { Requirement } from './requirement.ts';
import { requires } from './requirement.ts';
import type { Deadline } from './time.ts';
import { delayMs, isBefore } from './time.ts';

export type RectificationInput = {
  candidateId: string;
  inspectionId: string;
  inspectedBy: string;
  triggers: readonly string[];
  findings: readonly string[];
  days: number | null;
};

export type RectificationContext = RectificationInput & {
  deadline: Deadline | null;
  generation: number;
  submittedBy: string | null;
  extensions: readonly { at: string; from: string; until: string; reason: string }[];
};

export type RectificationFacts = {
  deadline: Deadline;
  /** The last instant that the plan's maximum allows, counted from now. */
  latestDueAt: string;
};
type Told = { at: string; by: By; facts: Partial<RectificationFacts> };
type Named<Type extends string, Payload = unknown> = { type: Type } & Told & Payload;

export type RectificationEvent =
  | Named<'issue'>
  | Named<'acknowledge', { remark?: string }>
  | Named<'start', { measures: string; responsiblePerson: string }>
  | Named<'submit', { report: string }>
  | Named<'close', { remark: string }>
  | Named<'reopen', { reason: string }>
  | Named<'extend', { until: string; reason: string }>
  | Named<'recalculate-deadline'>;

export type RectificationEventType = RectificationEvent['type'];

/** Which facts each event needs. */
export const rectificationFacts: {
  [Type in RectificationEventType]?: readonly (keyof RectificationFacts)[];
} = {
  issue: ['deadline'],
  reopen: ['deadline'],
  extend: ['deadline', 'latestDueAt'],
  'recalculate-deadline': ['deadline'],
};

export const rectificationDeadlines: { [Type in RectificationEventType]?: string } = {
  issue: 'rectificationDays',
  reopen: 'rectificationDays',
  extend: 'until',
  'recalculate-deadline': 'unchanged',
};

type Args = { context: RectificationContext; event: RectificationEvent };
type Rule<Type extends RectificationEventType> = Requirement<
  RectificationContext,
  Extract<RectificationEvent, { type: Type }>
>;

const reinspectedByAnother: Rule<'close' | 'reopen'> = {
  name: 'reinspected-by-another',
  clause: 'R59',
  modality: 'M',
  zh: '复查人不得是原检查人',
  en: 'nobody re-inspects what they inspected',
  measure: ({ inspectedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${inspectedBy}`,
    met: by.principalId !== inspectedBy,
  }),
};

const extendsTheDeadline: Rule<'extend'> = {
  name: 'extends-the-deadline',
  clause: 'R59',
  modality: 'M',
  zh: '延期后的期限须晚于原期限，且不在过去',
  en: 'an extension ends after the present deadline and not in the past',
  asksInput: true,
  measure: ({ deadline }, { at, facts }) => ({
    actual: facts.deadline?.dueAt ?? null,
    required: `> ${deadline?.dueAt ?? ''}`,
    met:
      facts.deadline !== undefined &&
      isBefore(deadline?.dueAt ?? at, facts.deadline.dueAt) &&
      isBefore(at, facts.deadline.dueAt),
  }),
};

const withinTheMaximum: Rule<'extend'> = {
  name: 'within-the-maximum',
  clause: 'R59',
  modality: 'M',
  zh: '延期不得超过方案规定的最长整改期限',
  en: 'an extension stays within the longest time limit of the plan',
  asksInput: true,
  measure: (_, { facts }) => ({
    actual: facts.deadline?.dueAt ?? null,
    required: `≤ ${facts.latestDueAt ?? ''}`,
    met:
      facts.deadline !== undefined &&
      facts.latestDueAt !== undefined &&
      !isBefore(facts.latestDueAt, facts.deadline.dueAt),
  }),
};

const KIND = 'rectification';
const CLAUSE = 'R59';

const until =
  (part: 'dueSoonAt' | 'dueAt' | 'escalateAt') =>
  ({ context, event }: Args): number =>
    context.deadline === null ? Number.NaN : delayMs(event.at, context.deadline[part]);

const rectificationSetup = setup({
  types: {
    context: {} as RectificationContext,
    events: {} as RectificationEvent,
    input: {} as RectificationInput,
  },
  actions: effects,
  delays: {
    rectificationDueSoon: until('dueSoonAt'),
    rectificationWindow: until('dueAt'),
    rectificationEscalation: until('escalateAt'),
  },
});

const openGeneration = [
  rectificationSetup.assign(({ context, event }) => ({
    generation: context.generation + 1,
    deadline: event.facts.deadline ?? null,
  })),
  {
    type: 'open-obligation' as const,
    params: ({ context }: Args) => {
      if (context.deadline === null) throw new Error('an order without a deadline (R59)');
      return {
        kind: KIND,
        generation: context.generation,
        clause: CLAUSE,
        owner: 'responsible' as const,
        dueAt: context.deadline.dueAt,
        provisional: context.deadline.provisional,
        calendarVersion: context.deadline.calendarVersion,
      };
    },
  },
];

const closeGeneration = (outcome: 'satisfied' | 'superseded') => ({
  type: 'close-obligation' as const,
  params: ({ context }: Args) => ({ kind: KIND, generation: context.generation, outcome }),
});

type Texts = { [name: string]: string | number | readonly string[] | null };

const tell = (
  template: string,
  to: readonly Addressee[],
  params: (args: Args) => Texts = () => ({}),
) => ({
  type: 'notify' as const,
  params: (args: Args) => ({
    template,
    to,
    params: { dueAt: args.context.deadline?.dueAt ?? null, ...params(args) },
  }),
});

const issueDocument = (
  kind: 'circular-of-criticism' | 'rectification-order',
  copyTo: readonly Addressee[],
) => ({
  type: 'issue-document' as const,
  params: ({ context }: Args) => ({
    kind,
    to: ['responsible'] as const,
    copyTo,
    params: {
      triggers: context.triggers,
      findings: context.findings,
      dueAt: context.deadline?.dueAt ?? null,
    },
  }),
});

const raise = (
  level: Extract<ObligationLevel, 'due-soon' | 'overdue' | 'escalated'>,
  to: readonly Addressee[],
) => [
  {
    type: 'raise-obligation' as const,
    params: ({ context }: Args) => ({ kind: KIND, generation: context.generation, level }),
  },
  {
    type: 'notify' as const,
    params: ({ context }: Args) => ({
      template: `rectification-${level}`,
      to,
      params: { dueAt: context.deadline?.dueAt ?? null, findings: context.findings },
      obligation: { kind: KIND, generation: context.generation, level },
    }),
  },
];

const keepExtension = rectificationSetup.assign(({ context, event }) =>
  event.type === 'extend'
    ? {
        extensions: [
          ...context.extensions,
          {
            at: event.at,
            from: context.deadline?.dueAt ?? event.at,
            until: event.facts.deadline?.dueAt ?? event.until,
            reason: event.reason,
          },
        ],
      }
    : {},
);

const acknowledged = {
  target: 'acknowledged' as const,
  actions: tell('rectification-acknowledged', ['county-office']),
};

export const rectificationV1 = rectificationSetup.createMachine({
  id: 'rectification',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    submittedBy: null,
    extensions: [],
  }),
  initial: 'unissued',
  states: {
    unissued: {
      on: {
        issue: {
          target: 'open',
          actions: [
            ...openGeneration,
            // R59: both of them, in the transaction of the inspection that found it.
            issueDocument('circular-of-criticism', ['superior']),
            issueDocument('rectification-order', []),
          ],
        },
      },
    },
    open: {
      type: 'parallel',
      exit: closeGeneration('satisfied'),
      states: {
        handling: {
          initial: 'issued',
          states: {
            issued: { on: { acknowledge: acknowledged } },
            acknowledged: { on: { start: { target: 'in-progress' } } },
            'in-progress': {
              on: {
                submit: {
                  target: 'submitted',
                  actions: [
                    rectificationSetup.assign(({ event }) => ({
                      submittedBy: event.by.principalId,
                    })),
                    tell('rectification-submitted', ['county-office']),
                  ],
                },
              },
            },
            submitted: {
              on: {
                close: {
                  guard: requires(reinspectedByAnother),
                  target: '#rectification.closed',
                  actions: tell('rectification-closed', ['responsible', 'county-office']),
                },
                reopen: {
                  guard: requires(reinspectedByAnother),
                  target: [
                    '#rectification.open.handling.in-progress',
                    '#rectification.open.supervision.on-time',
                  ],
                  actions: [
                    closeGeneration('superseded'),
                    ...openGeneration,
                    tell('rectification-reopened', ['responsible'], ({ event }) => ({
                      reason: event.type === 'reopen' ? event.reason : null,
                    })),
                  ],
                },
              },
            },
          },
        },
        supervision: {
          initial: 'on-time',
          on: {
            extend: {
              guard: requires(extendsTheDeadline, withinTheMaximum),
              target: '.on-time',
              actions: [
                closeGeneration('superseded'),
                keepExtension,
                ...openGeneration,
                tell('rectification-extended', ['responsible'], ({ event }) => ({
                  reason: event.type === 'extend' ? event.reason : null,
                })),
              ],
            },
            'recalculate-deadline': {
              target: '.on-time',
              actions: [closeGeneration('superseded'), ...openGeneration],
            },
          },
          states: {
            'on-time': {
              after: {
                rectificationDueSoon: {
                  guard: ({ context, event }: Args) =>
                    isBefore(event.at, context.deadline?.dueAt ?? event.at),
                  target: 'due-soon',
                },
                rectificationWindow: { target: 'overdue' },
              },
            },
            'due-soon': {
              entry: raise('due-soon', ['responsible']),
              after: { rectificationWindow: { target: 'overdue' } },
            },
            overdue: {
              entry: raise('overdue', ['responsible', 'superior', 'county-office']),
              after: { rectificationEscalation: { target: 'escalated' } },
            },
            escalated: {
              entry: raise('escalated', ['responsible', 'superior', 'county-department']),
            },
          },
        },
      },
    },
    closed: { type: 'final' },
  },
});
