// The addressee of a notice owes its receipt (签收, R2), and is reminded once when it is missing.
//
//   unissued ── issue ──▶ awaiting ── sign ──▶ signed
//                            │ receiptWindow: reminder, once

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { MachineEvent } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import type { Deadline } from '../kit/time.ts';
import type { TemplateName } from './templates.ts';

type ReceiptInput = { noticeId: string; clause: string; title: string };

export type ReceiptContext = ReceiptInput & {
  deadline: Deadline | null;
  generation: number;
  signedBy: string | null;
  signedAt: string | null;
};

type ReceiptFacts = { deadline: Deadline };
type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ReceiptFacts, Payload>;

type ReceiptEvent =
  | Named<'issue'>
  | Named<'recalculate-deadline'>
  | Named<'sign', { signatory: string }>;

export type ReceiptEventType = ReceiptEvent['type'];

/** Which facts each event needs. */
export const receiptFacts: { [Type in ReceiptEventType]?: readonly (keyof ReceiptFacts)[] } = {
  issue: ['deadline'],
  'recalculate-deadline': ['deadline'],
};

export const receiptDeadlines = {
  issue: 'receiptWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in ReceiptEventType]?: string };

const { on } = chartParts<ReceiptContext, ReceiptEvent>();

const own = ({ deadline }: ReceiptContext) => deadline;

const receiptSetup = setup({
  types: {
    context: {} as ReceiptContext,
    events: {} as ReceiptEvent,
    input: {} as ReceiptInput,
  },
  actions: effects,
  delays: { receiptWindow: until(own, 'dueAt') },
});

const owed = owing<ReceiptContext, ReceiptEvent, TemplateName>({
  key: ({ generation }) => ({ kind: 'receipt', generation }),
  clause: ({ clause }) => clause,
  owner: () => 'responsible',
  due: own,
  notice: ({ title }) => ({ template: 'receipt-reminder', params: { title } }),
});

const keepDeadline = receiptSetup.assign(({ context, event }) => ({
  deadline: event.facts.deadline ?? null,
  generation: context.generation + 1,
}));

export const receiptV1 = receiptSetup.createMachine({
  id: 'receipt',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    signedBy: null,
    signedAt: null,
  }),
  initial: 'unissued',
  states: {
    unissued: {
      on: {
        issue: {
          target: 'awaiting',
          actions: keepDeadline,
        },
      },
    },
    awaiting: {
      entry: owed.open,
      exit: owed.settle,
      after: { receiptWindow: owed.overdue(['responsible']) },
      on: {
        'recalculate-deadline': { target: 'awaiting', reenter: true, actions: keepDeadline },
        sign: {
          target: 'signed',
          actions: on('sign', ({ event }) => ({ signedBy: event.signatory, signedAt: event.at })),
        },
      },
    },
    signed: { type: 'final' },
  },
});
