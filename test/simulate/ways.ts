// The ways that the explorer of the machines finds: for each event that it has seen happen, the shortest
// life that ends right before it.

import type { MachineName } from '../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import { stageOf, stateOf, type Told } from '../../machines/kit/step.ts';
import { explore } from '../machines/exploration.ts';
import type { Life } from '../machines/life.ts';

export type Way = {
  machine: MachineName;
  input: object;
  /** The events told before, and the one that comes next. */
  told: readonly Told[];
  next: Told;
  /** `stage/state` in which the next event comes. */
  place: string;
  /** The due time when the next event is a timer; otherwise null. */
  dueAt: string | null;
};

export type Ways = {
  /** `machine type` of every event that exists. */
  types: ReadonlySet<string>;
  /** For each machine, the shortest way to each type in each place, in the order they were found. */
  of: ReadonlyMap<MachineName, readonly Way[]>;
};

/** Explores every machine; the same ways each time. Takes some six seconds. */
export function exploreWays(): Ways {
  const types = new Set<string>();
  const of = new Map<MachineName, Way[]>();
  for (const machine of MACHINE_NAMES) {
    const found = new Map<string, Way>();
    const lived = new WeakMap<Life, Told[]>();
    const due = new WeakMap<Life, ReadonlyMap<string, string>>();
    explore(machine, ({ before, told, answer, life }, input) => {
      const past = lived.get(life) ?? [];
      if (answer.kind === 'step') {
        types.add(`${machine} ${told.type}`);
        const place = `${stageOf(before.value)}/${stateOf(before.value)}`;
        const dueAt = due.get(life)?.get(told.type) ?? null;
        const key = `${place} ${told.type} ${(input as { category?: string }).category ?? ''}`;
        if (past.length > 0 && past.length < (found.get(key)?.told.length ?? Infinity))
          found.set(key, { machine, input, told: [...past], next: told, place, dueAt });
        past.push(told);
        lived.set(life, past);
      }
      due.set(life, new Map(life.timers));
    });
    of.set(machine, [...found.values()]);
  }
  return { types, of };
}
