// What is owed by a day: its waits, its obligation, its reminders, and how it is settled. A state that
// owes something is made of these parts, whatever machine it stands in.

import type { Addressee, CloseObligation, RaiseObligation } from './effect.ts';
import type { Plain } from './requirement.ts';
import type { Deadline, Due } from './time.ts';
import { delayMs, isBefore } from './time.ts';

type Told = { type: string; at: string };
type Args<Context, Event> = { context: Context; event: Event };
type Level = RaiseObligation['level'];
type Texts = { [name: string]: Plain };

type Outcomes = { readonly [eventType: string]: CloseObligation['outcome'] };

type Owing<Context, Levels extends Level, Template extends string> = {
  /** Its name, and which time it is owed: a debt that is reckoned again is another generation. */
  key: (context: Context) => { kind: string; generation: number };
  /** The sentence it rests on. */
  clause: (context: Context) => string;
  owner: (context: Context) => Addressee;
  /** Null while nothing is owed. */
  due: (context: Context) => Due | null;
  /** How leaving the state settles it, by the event that leaves. */
  outcomes?: Outcomes;
  /** How every other event settles it; `satisfied` if left out. */
  otherwise?: CloseObligation['outcome'];
  /** The notice of a level and what its text says; `obligation-<level>` with kind and day if left out. */
  notice?: (context: Context, level: Levels) => { template: Template; params: Texts };
};

/** Events by which a debt ends without having been met, in every machine that knows them. */
export const REPLACED = { 'recalculate-deadline': 'superseded' } as const;

/** Levels at which most debts are told of; an order is escalated, too. */
type Reminders = 'due-soon' | 'overdue';
const TEXTS = { 'due-soon': 'obligation-due-soon', overdue: 'obligation-overdue' } as const;
type PlainTemplate = (typeof TEXTS)[Reminders];

/** The parts of a state that owes this; `Template` names the texts of its own, where it has some. */
export function owing<
  Context,
  Event extends Told,
  Template extends string = PlainTemplate,
  Levels extends Level = Reminders,
>(debt: Owing<Context, Levels, Template>) {
  type Given = Args<Context, Event>;
  const { key } = debt;
  const outcomes: Outcomes = debt.outcomes ?? REPLACED;
  const dueOf = (context: Context): Due => {
    const due = debt.due(context);
    if (due === null) throw new Error(`${key(context).kind} has no deadline`);
    return due;
  };
  const inPlainWords = (
    context: Context,
    level: Level,
  ): { template: Template | PlainTemplate; params: Texts } => {
    if (level === 'escalated') throw new Error(`${key(context).kind} has no text for ${level}`);
    const params = { obligation: key(context).kind, dueAt: debt.due(context)?.dueAt ?? null };
    return { template: TEXTS[level], params };
  };
  const notice = debt.notice ?? inPlainWords;

  const close = (outcome: CloseObligation['outcome']) => ({
    type: 'close-obligation' as const,
    params: ({ context }: Given) => ({ ...key(context), outcome }),
  });
  const raise = (
    level: Levels,
    to: readonly Addressee[] | ((context: Context) => readonly Addressee[]),
  ) => [
    {
      type: 'raise-obligation' as const,
      params: ({ context }: Given) => ({ ...key(context), level }),
    },
    {
      type: 'notify' as const,
      params: ({ context }: Given) => ({
        ...notice(context, level),
        to: typeof to === 'function' ? to(context) : to,
        obligation: { ...key(context), level },
      }),
    },
  ];

  return {
    /** The obligation's row, armed; asks for the deadline to be known. */
    open: {
      type: 'open-obligation' as const,
      params: ({ context }: Given) => {
        const { dueAt, provisional, calendarVersion } = dueOf(context);
        return {
          ...key(context),
          clause: debt.clause(context),
          owner: debt.owner(context),
          dueAt,
          provisional,
          calendarVersion,
        };
      },
    },
    /** Leaving the state settles it, late or not: the row keeps both instants. */
    settle: {
      type: 'close-obligation' as const,
      params: ({ context, event }: Given) => ({
        ...key(context),
        outcome: outcomes[event.type] ?? debt.otherwise ?? ('satisfied' as const),
      }),
    },
    close,
    raise,
    /** A reminder before the day; none when the day itself has passed by then. */
    dueSoon: (to: Parameters<typeof raise>[1]) => ({
      guard: ({ context, event }: Given) =>
        isBefore(event.at, debt.due(context)?.dueAt ?? event.at),
      actions: raise('due-soon' as Levels, to),
    }),
    /** The day has passed. */
    overdue: (to: Parameters<typeof raise>[1]) => ({ actions: raise('overdue' as Levels, to) }),
  };
}

/** A named delay until that part of a deadline; no number while there is none. */
export const until =
  <Context, Part extends 'dueAt' | 'dueSoonAt' | 'escalateAt'>(
    due: (context: Context) => Pick<Deadline, Part> | null,
    part: Part,
  ) =>
  ({ context, event }: { context: Context; event: { at: string } }): number => {
    const found = due(context);
    return found === null ? Number.NaN : delayMs(event.at, found[part]);
  };
