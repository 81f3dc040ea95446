// test/machines/stored/: one instance of each reachable state as it was stored, with its timers.
// They stay as they are when a machine is extended: what lives must be able to live on.

import { readdirSync, readFileSync } from 'node:fs';
import type { MachineName, Stated } from '../../machines/catalog.ts';
import { learnRelease, MACHINE_NAMES, releaseOf } from '../../machines/catalog.ts';
import type { Instance } from '../../machines/kit/step.ts';
import { accepts, stageOf, stateOf } from '../../machines/kit/step.ts';
import { explore } from './exploration.ts';
import type { Life } from './life.ts';
import { startOf } from './life.ts';
import { inputsFor } from './walk.ts';
import { onDay } from './yijun.ts';

export const STORED = new URL('./stored/', import.meta.url);
/** What the stored instances are pinned to, by hash; a plan that ships today may say otherwise. */
export const STORED_PROCEDURES = new URL('./stored-procedures.json', import.meta.url);

type StoredInstance = {
  at: string;
  instance: Instance;
  timers: { [timerId: string]: string };
  accepts: string[];
};

/** `candidate.v1.evaluation.evaluating.json` */
export const fileNameOf = ({ machine, version, value }: Instance): string => {
  const [stage, state] = [stageOf(value), stateOf(value)];
  const place = stage === state ? stage : `${stage}.${state}`;
  return `${machine}.v${version}.${place}.json`;
};

export function learnStored(): void {
  const stated = JSON.parse(readFileSync(STORED_PROCEDURES, 'utf8')) as { [hash: string]: Stated };
  for (const [hash, one] of Object.entries(stated)) learnRelease(hash, one);
}

export const readStored = (): { file: string; stored: StoredInstance }[] =>
  readdirSync(STORED)
    .sort()
    .map((file) => ({
      file,
      stored: JSON.parse(readFileSync(new URL(file, STORED), 'utf8')) as StoredInstance,
    }));

/** One instance of each state that many lives come to; the first whose waits are all to come. */
export function findInstances(): Map<string, StoredInstance> {
  const found = new Map<string, StoredInstance>();
  for (const machine of MACHINE_NAMES) {
    keep(found, begun(machine));
    explore(machine, ({ life }) => keep(found, life));
  }
  return found;
}

const begun = (machine: MachineName): Life =>
  startOf(machine, inputsFor(machine)[0] ?? {}, onDay('2017-05-20'));

function keep(found: Map<string, StoredInstance>, life: Life): void {
  const file = fileNameOf(life.instance);
  const isWhole = life.fired.size === 0 && [...life.timers.values()].every((due) => due > life.now);
  if (found.has(file) || !isWhole) return;
  found.set(file, {
    at: life.now,
    instance: life.instance,
    timers: Object.fromEntries(life.timers),
    accepts: accepts(life.release, life.instance),
  });
}

/** What these instances are pinned to. */
export const statedIn = (instances: Iterable<StoredInstance>): { [hash: string]: Stated } =>
  Object.fromEntries(
    [...instances].flatMap(({ instance }): [string, Stated][] => {
      const { stated } = releaseOf(instance);
      return instance.procedure == null || stated === undefined
        ? []
        : [[instance.procedure, stated]];
    }),
  );
