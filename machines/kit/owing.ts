// A debt that is due on a day: its waits, its obligation, its reminders and its settlement. In every
// machine, the states that owe something are made of these parts.

import type {
  Addressee,
  CloseObligation,
  ObligationKey,
  OpenObligation,
  RaiseObligation,
} from './effect.ts';
import type { Plain } from './requirement.ts';
import type { Told } from './step.ts';
import type { Deadline, Due } from './time.ts';
import { delayMs, isBefore } from './time.ts';

type Args<Context, Event> = { context: Context; event: Event };
type Level = RaiseObligation['level'];
type Texts = { [name: string]: Plain };

type Outcomes = { readonly [eventType: string]: CloseObligation['outcome'] };

type Owing<Context, Levels extends Level, Template extends string> = {
  /** A debt that is recalculated is another generation. */
  key: (context: Context) => ObligationKey;
  /** The sentence that the debt rests on. */
  clause: (context: Context) => string;
  owner: (context: Context) => Addressee;
  /** Null while nothing is owed. */
  due: (context: Context) => Due | null;
  /** When an overdue debt is escalated; left out where none is. */
  escalateAt?: (context: Context) => string | undefined;
  /** The outcome by the event that leaves the state. */
  outcomes?: Outcomes;
  /** The outcome of every other event; `satisfied` by default. */
  otherwise?: CloseObligation['outcome'];
  /** The notice of a level; by default `obligation-<level>` with the kind and the day. */
  notice?: (context: Context, level: Levels) => { template: Template; params: Texts };
};

/** Events that end a debt without meeting it, in every machine. */
export const REPLACED = { 'recalculate-deadline': 'superseded' } as const;

/** Most debts are reminded of at these levels; an order is escalated, too. */
type Reminders = 'due-soon' | 'overdue';
const TEXTS = { 'due-soon': 'obligation-due-soon', overdue: 'obligation-overdue' } as const;
type PlainTemplate = (typeof TEXTS)[Reminders];

type Notice<Template> = { template: Template; params: Texts };

function plainNotice(
  { kind }: ObligationKey,
  due: Due | null,
  level: Level,
): Notice<PlainTemplate> {
  if (level === 'escalated') throw new Error(`${kind} has no text for ${level}`);
  return { template: TEXTS[level], params: { obligation: kind, dueAt: due?.dueAt ?? null } };
}

/** The row of an obligation, armed. */
export const obligationOf = (
  key: ObligationKey,
  clause: string,
  owner: Addressee,
  due: Due | null,
): OpenObligation => {
  if (due === null) throw new Error(`${key.kind} has no deadline`);
  const { dueAt, provisional, calendarVersion } = due;
  return { ...key, clause, owner, dueAt, provisional, calendarVersion };
};

/** The parts of a state that owes something; `Template` names the texts of its own notices. */
export function owing<
  Context,
  Event extends Pick<Told, 'type' | 'at'>,
  Template extends string = PlainTemplate,
  Levels extends Level = Reminders,
>(debt: Owing<Context, Levels, Template>) {
  type Given = Args<Context, Event>;
  const { key, due, otherwise = 'satisfied' } = debt;
  const outcomes: Outcomes = debt.outcomes ?? REPLACED;
  const noticeOf = (context: Context, level: Levels): Notice<Template | PlainTemplate> =>
    debt.notice?.(context, level) ?? plainNotice(key(context), due(context), level);

  const nextOf = (context: Context, level: Level): string | undefined =>
    level === 'due-soon'
      ? due(context)?.dueAt
      : level === 'overdue'
        ? debt.escalateAt?.(context)
        : undefined;
  const isPassed = (context: Context, level: Level, at: string): boolean => {
    const next = nextOf(context, level);
    return next !== undefined && !isBefore(at, next);
  };

  /** Every level that was passed is recorded; after an outage only the highest one reached is told to people. */
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
      params: ({ context, event }: Given) => ({
        ...noticeOf(context, level),
        to: isPassed(context, level, event.at) ? [] : typeof to === 'function' ? to(context) : to,
        obligation: { ...key(context), level },
      }),
    },
  ];

  return {
    /** Opens the row of the obligation. */
    open: {
      type: 'open-obligation' as const,
      params: ({ context }: Given) =>
        obligationOf(key(context), debt.clause(context), debt.owner(context), due(context)),
    },
    /** Leaving the state settles the debt, late or not: the row keeps both instants. */
    settle: {
      type: 'close-obligation' as const,
      params: ({ context, event }: Given) => ({
        ...key(context),
        outcome: outcomes[event.type] ?? otherwise,
      }),
    },
    close: (outcome: CloseObligation['outcome']) => ({
      type: 'close-obligation' as const,
      params: ({ context }: Given) => ({ ...key(context), outcome }),
    }),
    raise,
    dueSoon: (to: Parameters<typeof raise>[1]) => ({ actions: raise('due-soon' as Levels, to) }),
    overdue: (to: Parameters<typeof raise>[1]) => ({ actions: raise('overdue' as Levels, to) }),
  };
}

/** The delay in milliseconds until that part of a deadline; NaN, which fails, without one. */
export const until =
  <Context, Part extends 'dueAt' | 'dueSoonAt' | 'escalateAt'>(
    due: (context: Context) => Pick<Deadline, Part> | null,
    part: Part,
  ) =>
  ({ context, event }: { context: Context; event: { at: string } }): number => {
    const found = due(context);
    return found === null ? Number.NaN : delayMs(event.at, found[part]);
  };
