// The parts of a round's chart: waits, debts, changes of context, effects.

import { setup } from 'xstate';
import { tellCandidate } from '../candidate/child-events.ts';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { CloseObligation } from '../kit/effect.ts';
import { factOf } from '../kit/event.ts';
import { owing, REPLACED, until } from '../kit/owing.ts';
import { delayMs, isBefore } from '../kit/time.ts';
import type {
  BallotRoundContext,
  BallotRoundEvent,
  BallotRoundEventType,
  BallotRoundInput,
} from './events.ts';
import type { BallotGroup } from './result.ts';

type Args = { context: BallotRoundContext; event: BallotRoundEvent };

export const { say, notify, on } = chartParts<BallotRoundContext, BallotRoundEvent>();

const own = ({ deadline }: BallotRoundContext) => deadline;
const at =
  (instant: (context: BallotRoundContext) => string | null) =>
  ({ context, event }: Args): number => {
    const end = instant(context);
    return end === null ? Number.NaN : delayMs(event.at, end);
  };

export const ballotSetup = setup({
  types: {
    context: {} as BallotRoundContext,
    events: {} as BallotRoundEvent,
    input: {} as BallotRoundInput,
  },
  actions: effects,
  delays: {
    ballotOpening: at(({ opensAt }) => opensAt),
    ballotClosing: at(({ closesAt }) => closesAt),
    ballotDutyDueSoon: until(own, 'dueSoonAt'),
    ballotDutyWindow: until(own, 'dueAt'),
  },
});

const countBy = (strata: readonly string[]): { [stratum: string]: number } => {
  const counts: { [stratum: string]: number } = {};
  for (const stratum of strata) counts[stratum] = (counts[stratum] ?? 0) + 1;
  return counts;
};

const NO_SLIPS = { printed: {}, printedBy: null, issued: {} } as const;

/** Changes of the context. */
export const keep = {
  convened: on(['convene', 'reconvene'], ({ context, event }) => ({
    generation: context.generation + 1,
    opensAt:
      event.opensAt !== undefined && isBefore(event.at, event.opensAt) ? event.opensAt : event.at,
    closesAt: event.closesAt,
    roll: countBy(event.roll.map(({ stratum }) => stratum)),
    ...NO_SLIPS,
    extensions: [],
    counted: null,
    countedBy: null,
    result: null,
    reason: null,
  })),
  printed: on('print-slips', ({ event }) => ({
    printed: event.slips,
    printedBy: event.by.principalId,
  })),
  issued: on('mark-voter', ({ context, event }) => {
    const stratum = factOf(event, 'rollEntry')?.stratum ?? '';
    return { issued: { ...context.issued, [stratum]: (context.issued[stratum] ?? 0) + 1 } };
  }),
  extension: on('extend', ({ context, event }) => ({
    closesAt: event.closesAt,
    extensions: [
      ...context.extensions,
      {
        at: event.at,
        from: context.closesAt ?? event.at,
        until: event.closesAt,
        reason: event.reason,
      },
    ],
  })),
  counted: on('enter-count', ({ event }) => ({
    counted: event.strata,
    countedBy: event.by.principalId,
    issued: Object.fromEntries(event.strata.map(({ stratum, issued }) => [stratum, issued])),
  })),
  rejected: on('reject-count', ({ event }) => ({
    counted: null,
    countedBy: null,
    issued: {},
    reason: event.reason,
  })),
  voided: on('void', ({ event }) => ({ reason: event.reason, counted: null })),
  reason: on('lapse', ({ event }) => ({ reason: event.reason })),
  // The closing timer makes this step, too, and its name is no event of the union.
  result: ballotSetup.assign(({ event }) => {
    const result = factOf(event, 'ballotResult');
    return { result, reason: result?.void ?? null };
  }),
  deadline: ballotSetup.assign(({ event }) => ({ deadline: factOf(event, 'deadline') })),
};

const groupsOf = (event: BallotRoundEvent): readonly BallotGroup[] =>
  factOf(event, 'ballotResult')?.groups ?? [];

/** Effects on urn, roll and candidate. */
export const ballotEffects = {
  storeRoll: say('store-roll', ({ context, event }) => ({
    generation: context.generation,
    entries: 'roll' in event ? event.roll : [],
  })),
  fillUrn: say('fill-urn', ({ context, event }) => ({
    generation: context.generation,
    number: event.type === 'print-slips' ? event.number : '',
    opensAt: context.opensAt ?? event.at,
    closesAt: context.closesAt ?? event.at,
  })),
  markRoll: say('mark-roll', ({ context, event }) => ({
    generation: context.generation,
    entry: event.type === 'mark-voter' ? event.entry : '',
  })),
  extendUrn: say('extend-urn', ({ context, event }) => ({
    closesAt: context.closesAt ?? event.at,
  })),
  closeUrn: say('close-urn', ({ context, event }) => ({
    generation: context.generation,
    groups: context.form === 'secret' ? groupsOf(event) : [],
  })),
  destroyUrn: say('close-urn', ({ context }) => ({ generation: context.generation, groups: [] })),
  tellCandidate: tellCandidate(({ context }: Args) => {
    const { result, roundId, stream, generation, form } = context;
    if (result === null || result.scoreCenti === null) throw new Error('a round without a score');
    const { scoreCenti, strataCenti, ...counts } = result;
    return {
      type: 'mass-evaluation-closed',
      id: `${roundId}/${generation}`,
      roundId,
      stream,
      form,
      scoreCenti,
      strataCenti,
      counts,
    };
  }),
};

// A candidate that is out of the campaign owes nothing more, although its debt was not met.
const OUTCOMES: { readonly [Type in BallotRoundEventType]?: CloseObligation['outcome'] } = {
  ...REPLACED,
  lapse: 'waived',
  void: 'waived',
};

/** A state that owes something, with its obligation, its reminders and its recalculation. */
export const owe = <State extends string>(kind: string, state: State) => {
  const owed = owing<BallotRoundContext, BallotRoundEvent>({
    key: ({ generations }) => ({ kind, generation: generations[kind] ?? 0 }),
    clause: () => 'R61',
    owner: () => 'superior',
    due: own,
    outcomes: OUTCOMES,
  });
  return {
    state: {
      entry: [
        ballotSetup.assign(({ context }) => ({
          generations: { ...context.generations, [kind]: (context.generations[kind] ?? 0) + 1 },
        })),
        owed.open,
      ],
      exit: owed.settle,
      after: {
        ballotDutyDueSoon: owed.dueSoon(['superior']),
        ballotDutyWindow: owed.overdue(['superior', 'county-office']),
      },
    },
    recalculate: {
      'recalculate-deadline': { target: state, reenter: true, actions: keep.deadline },
    },
  };
};
