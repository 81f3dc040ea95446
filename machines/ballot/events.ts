// The context, the events and the facts of a round of the mass evaluation (R61).

import type { CandidateEventType } from '../candidate/events.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';
import type { BallotForm, BallotResult, ByStratum, StratumCount } from './result.ts';

type RollEntry = { entry: string; name: string; stratum: string };

export type BallotRoundInput = {
  roundId: string;
  /** The stream that it is a part of, by its code in the plan. */
  stream: string;
  candidateId: string;
  form: BallotForm;
  /** Roles that may lead the round; the candidate's own body never may. */
  leaders: readonly string[];
};

export type BallotRoundContext = BallotRoundInput & {
  /** The number of times the masses were asked; a void round owes the next. */
  generation: number;
  opensAt: string | null;
  closesAt: string | null;
  roll: ByStratum;
  /** The slips that were printed, and by whom; who printed them hands none out. */
  printed: ByStratum;
  printedBy: string | null;
  /** The voters who were marked on the roll, each of whom took a slip. */
  issued: ByStratum;
  extensions: readonly { at: string; from: string; until: string; reason: string }[];
  counted: readonly StratumCount[] | null;
  countedBy: string | null;
  result: BallotResult | null;
  reason: string | null;
  deadline: Deadline | null;
  generations: { readonly [obligation: string]: number };
};

export type BallotRoundFacts = {
  deadline: Deadline;
  parent: {
    id: string;
    stage: string;
    state: string;
    status: string;
    /** The streams that are gathered in the step where the candidate stands. */
    gathers: readonly string[];
  };
  /** Other rounds of this candidate in the same stream that are under way or valid. */
  otherRounds: number;
  /** The plan's grades, strata and least number that keeps a secret. */
  ballotRules: { grades: readonly string[]; strata: readonly string[]; stratumMin: number };
  /** The roll's entry that is to be marked; null when the roll has none of that name. */
  rollEntry: { stratum: string; marked: boolean } | null;
  /** The result of the urn or the hand count; null while there is neither. */
  ballotResult: BallotResult | null;
  /** The number of ballots in the urn. */
  ballotsReturned: number;
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, BallotRoundFacts, Payload>;
type Convened = { opensAt?: string; closesAt: string; roll: readonly RollEntry[] };

export type BallotRoundEvent =
  | Named<'convene', Convened>
  | Named<'reconvene', Convened>
  | Named<'open'>
  | Named<'print-slips', { generation: number; number: string; slips: ByStratum }>
  | Named<'mark-voter', { entry: string }>
  | Named<'extend', { closesAt: string; reason: string }>
  | Named<'close'>
  | Named<'enter-count', { strata: readonly StratumCount[] }>
  | Named<'reject-count', { reason: string }>
  | Named<'confirm-count', { remark?: string }>
  | Named<'void', { reason: string }>
  | Named<'lapse', { reason: string }>
  | Named<'recalculate-deadline'>;

export type BallotRoundEventType = BallotRoundEvent['type'];

/** The wait that closes the urn, as its timer is stored. */
const CLOSING_TIMER = 'xstate.after.ballotClosing.ballot-round.open';

type Table<Value> = { readonly [eventType: string]: Value };

const CLOSING = ['ballotResult', 'ballotsReturned', 'parent', 'deadline'] as const;

/** Which facts each event needs. */
export const ballotRoundFacts: Table<readonly (keyof BallotRoundFacts)[]> = {
  convene: ['parent', 'otherRounds', 'ballotRules'],
  reconvene: ['parent', 'otherRounds', 'ballotRules'],
  'print-slips': ['ballotsReturned'],
  'mark-voter': ['rollEntry'],
  close: CLOSING,
  [CLOSING_TIMER]: CLOSING,
  'enter-count': ['ballotRules', 'deadline'],
  'reject-count': ['deadline'],
  'confirm-count': ['ballotResult', 'parent', 'deadline'],
  void: ['deadline'],
  lapse: ['parent'],
  'recalculate-deadline': ['deadline'],
};

const OWED = 'ballotWorkingDays';

/** The plan's days for a count, its confirmation, and a repeated round. */
export const ballotRoundDeadlines = {
  close: OWED,
  [CLOSING_TIMER]: OWED,
  'enter-count': OWED,
  'reject-count': OWED,
  'confirm-count': OWED,
  void: OWED,
  'recalculate-deadline': 'unchanged',
} as const satisfies Table<string>;

const TOLD = ['mass-evaluation-closed'] as const;

/** Events that the candidate gets when a round ends. */
export const ballotRoundTells: Table<readonly CandidateEventType[]> = {
  close: TOLD,
  [CLOSING_TIMER]: TOLD,
  'confirm-count': TOLD,
};
