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
  signedBy: string | null;
  signedAt: string | null;
};

export type ReceiptFacts = { deadline: Deadline };
type Told = { at: string; by: By; facts: Partial<ReceiptFacts> };

export type ReceiptEvent =
  | ({ type: 'issue' } & Told)
  | ({ type: 'sign'; signatory: string } & Told);

export type ReceiptEventType = ReceiptEvent['type'];

/** Which facts each event needs. */
export const receiptFacts: { [Type in ReceiptEventType]?: readonly (keyof ReceiptFacts)[] } = {
  issue: ['deadline'],
};

export const receiptDeadlines: { [Type in ReceiptEventType]?: string } = {
  issue: 'receiptWorkingDays',
};

type Args = { context: ReceiptContext; event: ReceiptEvent };

const KEY = { kind: 'receipt', generation: 1 } as const;

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

export const receiptV1 = receiptSetup.createMachine({
  id: 'receipt',
  version: '1',
  context: ({ input }) => ({ ...input, deadline: null, signedBy: null, signedAt: null }),
  initial: 'unissued',
  states: {
    unissued: {
      on: {
        issue: {
          target: 'awaiting',
          actions: receiptSetup.assign(({ event }) => ({ deadline: event.facts.deadline ?? null })),
        },
      },
    },
    awaiting: {
      entry: {
        type: 'open-obligation',
        params: ({ context }: Args) => {
          if (context.deadline === null) throw new Error('a receipt without a deadline');
          return {
            ...KEY,
            clause: context.clause,
            owner: 'responsible' as const,
            dueAt: context.deadline.dueAt,
            provisional: context.deadline.provisional,
            calendarVersion: context.deadline.calendarVersion,
          };
        },
      },
      exit: { type: 'close-obligation', params: () => ({ ...KEY, outcome: 'satisfied' as const }) },
      after: {
        receiptWindow: {
          actions: [
            { type: 'raise-obligation', params: () => ({ ...KEY, level: 'overdue' as const }) },
            {
              type: 'notify',
              params: ({ context }: Args) => ({
                template: 'receipt-reminder',
                to: ['responsible'] as const,
                params: { title: context.title },
                obligation: { ...KEY, level: 'overdue' as const },
              }),
            },
          ],
        },
      },
      on: {
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
