// A notice whose receipt (签收, R2) is owed by its addressee, with a reminder when it is missing.
//
//   unissued ── issue ──▶ awaiting ── sign ──▶ signed
//                            │ receiptWindow: reminder, once

import { setup } from 'xstate';
import type { By } from './candidate/events.ts';
import { effects } from './effect.ts';
import type { Deadline } from './time.ts';
import { delayMs } from './time.ts';

export type ReceiptInput = { noticeId: string; clause: string; title: string };

export type ReceiptContext = ReceiptInput & {
  deadline: Deadline | null;
  generation: number;
  signedBy: string | null;
  signedAt: string | null;
};

export type ReceiptFacts = { deadline: Deadline };
type Told = { at: string; by: By; facts: Partial<ReceiptFacts> };

export type ReceiptEvent =
  | ({ type: 'issue' } & Told)
  | ({ type: 'recalculate-deadline' } & Told)
  | ({ type: 'sign'; signatory: string } & Told);

export type ReceiptEventType = ReceiptEvent['type'];

/** Which facts each event needs. */
export const receiptFacts: { [Type in ReceiptEventType]?: readonly (keyof ReceiptFacts)[] } = {
  issue: ['deadline'],
  'recalculate-deadline': ['deadline'],
};

export const receiptDeadlines: { [Type in ReceiptEventType]?: string } = {
  issue: 'receiptWorkingDays',
  'recalculate-deadline': 'unchanged',
};

type Args = { context: ReceiptContext; event: ReceiptEvent };

const key = ({ context }: Args) => ({ kind: 'receipt', generation: context.generation });

const receiptSetup = setup({
  types: {
    context: {} as ReceiptContext,
    events: {} as ReceiptEvent,
    input: {} as ReceiptInput,
  },
  actions: effects,
  delays: {
    receiptWindow: ({ context, event }: Args) =>
      context.deadline === null ? Number.NaN : delayMs(event.at, context.deadline.dueAt),
  },
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
      entry: {
        type: 'open-obligation',
        params: ({ context, event }: Args) => {
          if (context.deadline === null) throw new Error('a receipt without a deadline');
          return {
            ...key({ context, event }),
            clause: context.clause,
            owner: 'responsible' as const,
            dueAt: context.deadline.dueAt,
            provisional: context.deadline.provisional,
            calendarVersion: context.deadline.calendarVersion,
          };
        },
      },
      exit: {
        type: 'close-obligation',
        params: (args: Args) => ({
          ...key(args),
          outcome:
            args.event.type === 'recalculate-deadline'
              ? ('superseded' as const)
              : ('satisfied' as const),
        }),
      },
      after: {
        receiptWindow: {
          actions: [
            {
              type: 'raise-obligation',
              params: (args: Args) => ({ ...key(args), level: 'overdue' as const }),
            },
            {
              type: 'notify',
              params: ({ context, event }: Args) => ({
                template: 'receipt-reminder',
                to: ['responsible'] as const,
                params: { title: context.title },
                obligation: { ...key({ context, event }), level: 'overdue' as const },
              }),
            },
          ],
        },
      },
      on: {
        'recalculate-deadline': { target: 'awaiting', reenter: true, actions: keepDeadline },
        sign: {
          target: 'signed',
          actions: receiptSetup.assign(({ event }) => ({
            signedBy: event.type === 'sign' ? event.signatory : null,
            signedAt: event.at,
          })),
        },
      },
    },
    signed: { type: 'final' },
  },
});
