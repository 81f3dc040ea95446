// The log told again from the start: it must give what is stored.

import { isDeepStrictEqual } from 'node:util';
import type { Pin } from '../../machines/catalog.ts';
import { releaseOf } from '../../machines/catalog.ts';
import type { Effect } from '../../machines/effects.ts';
import { advance, begin, type Instance, type Told } from '../../machines/kit/step.ts';
import { advancePinned } from '../../machines/pinning.ts';
import { eventHash, sha256 } from '../../src/command/kernel/chain.ts';
import { CHAIN_START, type LinkedEvent, personalDigest } from '../../src/rules/audit/link.ts';
import { type PersonalPart, putBack } from '../../src/rules/audit/personal.ts';

export type LoggedEvent = LinkedEvent & {
  payload: Record<string, unknown>;
  facts: Record<string, unknown>;
  hash: string;
  /** The personal part and its salt; null where there is none, and once it is erased. */
  salt: string | null;
  part: PersonalPart | null;
};

export type StoredSubject = {
  id: string;
  machine: string;
  version: number;
  procedure: string | null;
  value: unknown;
  context: Record<string, unknown>;
  status: 'active' | 'done';
  chain_hash: string;
};

export const SUBJECTS =
  'select id, machine, version, procedure, value, context, status, chain_hash from subject';
export const EVENTS = `
  select e.*, encode(p.salt, 'hex') as salt, p.personal as part
    from (select campaign_id, subject_id, sequence, type, at, principal_id, roles, credential, payload,
                 facts, stage, state, personal, hash from event) e
    left join event_personal p using (campaign_id, subject_id, sequence)
   order by subject_id, sequence`;

type Replayed = {
  instance: Instance;
  /** Timers that are set at the end, with the due time of each. */
  timers: Map<string, string>;
  /** The effects that each event of the log had to bring about. */
  effects: { sequence: number; effects: Effect[] }[];
};

/** Tells a subject its own log; throws when the subject refuses an event of it. */
export function replay(log: readonly LoggedEvent[]): Replayed {
  const begun = log[0] && (putBack(log[0], log[0].part).payload.begin as Pin & { input: object });
  if (begun === undefined) throw new Error('a log without events');
  const release = releaseOf(begun);
  let instance = begin(release, begun.input);
  const timers = new Map<string, string>();
  const effects: Replayed['effects'] = [];
  for (const event of log) {
    const { sequence, type, at, principal_id, roles } = event;
    const { payload, facts } = putBack(event, event.part);
    const told: Told = { ...payload, type, at, by: { principalId: principal_id, roles }, facts };
    timers.delete(type);
    const { answer } = advancePinned(instance, told);
    if (answer.kind !== 'step') throw new Error(`${release.name} refuses its own ${type}`);
    instance = answer.step.instance;
    effects.push({ sequence, effects: answer.step.effects });
    for (const timer of answer.step.timers) {
      if (timer.op === 'set') timers.set(timer.timerId, timer.dueAt);
      else timers.delete(timer.timerId);
    }
  }
  return { instance, timers, effects };
}

/** The event as it is linked, with the digest of the personal part that is there. */
export const asLinked = ({ salt, part, ...event }: LoggedEvent): LinkedEvent => ({
  ...event,
  personal: salt === null || part === null ? event.personal : personalDigest(sha256, salt, part),
});

/** The head of the chain that these events give. */
export const fold = (log: readonly LoggedEvent[]): string =>
  log.reduce((previous, event) => eventHash(previous, asLinked(event)), CHAIN_START);

/**
 * True when this timer, fired at `now`, leads to no step. It then goes without an event, as a reminder does
 * that falls due after the deadline it reminds of.
 */
const isIdle = ({ instance }: Replayed, type: string, now: string): boolean => {
  const told = { type, at: now, by: { principalId: 'replay', roles: [] }, facts: {} };
  const release = releaseOf(instance);
  return advance(release, instance, told).kind !== 'step';
};

/** The timers this subject must have at `now`, in order; some of those due may be gone already. */
const expectTimers = (replayed: Replayed, timers: readonly string[], now: string): string[] =>
  [...replayed.timers]
    .filter(([id, dueAt]) => timers.includes(id) || dueAt > now || !isIdle(replayed, id, now))
    .map(([id]) => id)
    .sort();

/**
 * The differences between what is stored and what the log gives, a sentence each; `now` is RFC 3339 in UTC.
 */
export function findDifferences(
  { id, machine, version, procedure, value, context, status, chain_hash }: StoredSubject,
  log: readonly LoggedEvent[],
  timers: readonly string[],
  now: string,
  replayed: Replayed = replay(log),
): string[] {
  const expected = expectTimers(replayed, timers, now);
  const pin = procedure === null ? {} : { procedure };
  const stored = { machine, version, ...pin, value, context, status };
  return [
    ...(isDeepStrictEqual(replayed.instance, stored)
      ? []
      : [`${machine} ${id} is stored as ${JSON.stringify(stored)}, its log says otherwise`]),
    ...(isDeepStrictEqual(expected, [...timers].sort())
      ? []
      : [`${machine} ${id} waits for ${timers.join()}, its log says ${expected.join()}`]),
    ...(fold(log) === chain_hash && log.at(-1)?.hash === chain_hash
      ? []
      : [`the chain of ${machine} ${id} is broken`]),
  ];
}
