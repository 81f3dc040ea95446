// A subject told its own log again must come to what is stored of it.

import { isDeepStrictEqual } from 'node:util';
import type { Pin } from '../../../machines/catalog.ts';
import { findRelease, UnknownVersion } from '../../../machines/catalog.ts';
import { advance, begin, type Instance, stageOf, stateOf } from '../../../machines/kit/step.ts';
import { advancePinned } from '../../../machines/pinning.ts';
import type { StoredEvent, StoredSubject } from '../../db/audit/chains.ts';
import { putBack } from '../../rules/audit/personal.ts';

/** What was told, as machines take it; a personal part that is gone leaves its placeholders. */
const toldOf = ({ type, at, principal_id, roles, payload, facts, part }: StoredEvent) => {
  const content = putBack({ payload, facts }, part);
  return {
    ...content.payload,
    type,
    at,
    by: { principalId: principal_id, roles },
    facts: content.facts,
  };
};

const sameInstant = (a: string, b: string): boolean =>
  Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b)) === 0;

/** Null where this build has no chart for it, or nothing says that it began. */
function beginning(event: StoredEvent): Instance | null {
  const { begin: begun } = putBack(event, event.part).payload as {
    begin?: Pin & { input: object };
  };
  const release = begun && findRelease(begun);
  return release === undefined ? null : begin(release, begun?.input ?? {});
}

/** A timer that leads to no step goes without an event, as a reminder after its deadline does. */
function isIdle(instance: Instance, type: string, now: string): boolean {
  const release = findRelease(instance);
  const told = { type, at: now, by: { principalId: 'system', roles: [] }, facts: {} };
  return release === undefined || advance(release, instance, told).kind !== 'step';
}

/** The names of what is stored otherwise than the instance says. */
function stateDifferences(instance: Instance, stored: StoredSubject): string[] {
  const { machine, version, procedure = null, value, context, status } = instance;
  const places = { stage: stageOf(value), state: stateOf(value) };
  const expected = { machine, version, procedure, value, status, ...places };
  const held: { [name: string]: unknown } = stored;
  const names = new Set([...Object.keys(context), ...Object.keys(stored.context)]);
  return [
    ...Object.entries(expected).flatMap(([name, said]) =>
      isDeepStrictEqual(held[name], said) ? [] : [name],
    ),
    ...[...names].flatMap((name) =>
      isDeepStrictEqual(context[name], stored.context[name]) ? [] : [`context.${name}`],
    ),
  ];
}

/** Tells one log, event by event. */
export function createReplay() {
  let instance: Instance | null = null;
  const timers = new Map<string, string>();
  let isTold = true;

  const step = (event: StoredEvent): boolean => {
    instance ??= beginning(event);
    if (instance === null) throw new UnknownVersion(event.type, 0);
    timers.delete(event.type);
    const { answer } = advancePinned(instance, toldOf(event));
    if (answer.kind !== 'step') return false;
    instance = answer.step.instance;
    for (const timer of answer.step.timers) {
      if (timer.op === 'set') timers.set(timer.timerId, timer.dueAt);
      else timers.delete(timer.timerId);
    }
    return true;
  };

  return {
    /** What the events led to that were told; null when one of them was refused, or none could be told. */
    end: (): Instance | null => (isTold ? instance : null),

    /** False when its subject would have refused the event; what follows is told to nobody then. */
    tell: (event: StoredEvent): boolean => {
      if (!isTold) return true;
      try {
        isTold = step(event);
        return isTold;
      } catch (error) {
        isTold = false;
        return error instanceof UnknownVersion;
      }
    },

    /** The names of what differs; `now` is the instant at which it was read. Nothing where not all was told. */
    differencesFrom: (
      stored: StoredSubject,
      now: string,
    ): { state: string[]; timers: string[] } => {
      const end = instance;
      if (!isTold || end === null) return { state: [], timers: [] };
      const lost = [...timers].flatMap(([id, dueAt]) =>
        !(id in stored.timers) && (dueAt > now || !isIdle(end, id, now)) ? [id] : [],
      );
      const other = Object.entries(stored.timers).flatMap(([id, dueAt]) => {
        const expected = timers.get(id);
        return expected !== undefined && sameInstant(expected, dueAt) ? [] : [id];
      });
      return { state: stateDifferences(end, stored), timers: [...lost, ...other].sort() };
    },
  };
}
