// What holds in every life of every machine, whatever it is told.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import type { MachineName } from '../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../machines/catalog.ts';
import { refuses } from '../../machines/kit/requirement.ts';
import {
  accepts,
  advance,
  explain,
  REVOCABLE_END,
  stageOf,
  waits,
} from '../../machines/kit/step.ts';
import type { Seen } from './walk.ts';
import { inputsFor, walk } from './walk.ts';
import { plan, releaseFor } from './yijun.ts';

const RUNS = { seed: 20_170_520, numRuns: 60 };
const SEEDS = fc.array(fc.nat(), { minLength: 20, maxLength: 70, size: 'max' });
const inputs = (machine: MachineName) => fc.constantFrom(...inputsFor(machine));

/** Checks every step of many lives; `watch` makes one watcher for each life. */
function everyLife(machine: MachineName, watch: () => (step: Seen) => void): void {
  fc.assert(
    fc.property(inputs(machine), SEEDS, (given, numbers) => {
      walk(machine, given, numbers, watch());
    }),
    RUNS,
  );
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What an end that may be taken back still takes. */
const TAKEN_BACK: { readonly [end: string]: readonly string[] } = {
  'candidate withdrawn': ['reinstate', 'objection-opened', 'objection-closed'],
  'score-sheet accepted': ['propose-correction', 'decline-correction', 'confirm-correction'],
};

describe.each(MACHINE_NAMES)('%s', (machine) => {
  test('stored = live: what comes back from JSON goes on as what never left', () => {
    fc.assert(
      fc.property(inputs(machine), SEEDS, (given, numbers) => {
        const release = releaseFor(machine, given);
        let [live] = initialTransition(release.chart, given as never);
        walk(machine, given, numbers, ({ before, told, answer }) => {
          expect(advance(release, plain(before) as typeof before, told)).toStrictEqual(answer);
          if (answer.kind !== 'step') return;
          [live] = transition(release.chart, live, told as never);
          const { value, context, status } = answer.step.instance;
          expect({ value, context, status }).toStrictEqual({
            value: live.value,
            context: live.context,
            status: live.hasTag(REVOCABLE_END) ? 'done' : live.status,
          });
        });
      }),
      RUNS,
    );
  });

  test('what is stored is plain data: the instance and every effect survive JSON', () => {
    everyLife(machine, () => ({ answer }) => {
      if (answer.kind !== 'step') return;
      const { instance, effects, warnings } = answer.step;
      expect(plain(instance)).toStrictEqual(instance);
      expect(plain(effects)).toStrictEqual(effects);
      expect(plain(warnings)).toStrictEqual(warnings);
    });
  });

  test('a timer is set exactly while its state is held, and gone once it fired', () => {
    everyLife(machine, () => ({ life }) => {
      const held = waits(life.release, life.instance).sort();
      expect([...life.timers.keys(), ...life.fired].sort()).toEqual(held);
    });
  });

  test('no wait ends before it began, and none is set twice by one step', () => {
    everyLife(machine, () => ({ told, answer }) => {
      if (answer.kind !== 'step') return;
      const set = answer.step.timers.flatMap((timer) => (timer.op === 'set' ? [timer] : []));
      expect(new Set(set.map(({ timerId }) => timerId)).size).toBe(set.length);
      const at = Temporal.Instant.from(told.at);
      for (const { dueAt } of set) {
        expect(Temporal.Instant.compare(dueAt, at)).toBeGreaterThanOrEqual(0);
      }
    });
  });

  test('final is final: nothing is pending, and nothing is taken but what takes the end back (C05)', () => {
    everyLife(machine, () => ({ before, told, answer, life }) => {
      const back = TAKEN_BACK[`${before.machine} ${String(before.value)}`] ?? [];
      if (before.status === 'done' && !back.includes(told.type)) {
        expect(answer).toEqual({ kind: 'out-of-state', accepts: back });
      }
      if (life.instance.status === 'done') expect(life.timers.size).toBe(0);
    });
  });

  test('explanation = decision: an event is refused exactly when a requirement refuses it', () => {
    everyLife(machine, () => ({ before, told, answer, life }) => {
      const explained = explain(life.release, before, told);
      if (told.type.startsWith('xstate.')) return;
      expect(explained === null).toBe(answer.kind === 'out-of-state');
      expect(explained?.some(refuses) ?? false).toBe(answer.kind === 'refused');
      if (answer.kind === 'refused') expect(answer.unmet).toEqual(explained?.filter(refuses));
    });
  });

  test('every event of a state is explained before anybody has filled in its form', () => {
    everyLife(machine, () => ({ told, life }) => {
      for (const type of accepts(life.release, life.instance)) {
        const facts = type === told.type ? told.facts : null;
        if (facts === null && life.release.factsFor(type, stageOf(life.instance.value)).length > 0)
          continue;
        const bare = { type, at: told.at, by: told.by, facts: facts ?? {} };
        expect(explain(life.release, life.instance, bare)).not.toBeNull();
      }
    });
  });

  test('every requirement rests on a sentence of the plan, R1–R74', () => {
    everyLife(machine, () => ({ before, told, life }) => {
      for (const { name, clause, zh, en } of explain(life.release, before, told) ?? []) {
        expect(plan.clauses, name).toHaveProperty(clause);
        expect(zh.length > 0 && en.length > 0, name).toBe(true);
      }
    });
  });

  test('nobody is conferred but by the authority the plan states for the category', () => {
    everyLife(machine, () => ({ life }) => {
      const { finalAuthority, conferredBy } = life.instance.context as {
        finalAuthority?: string | null;
        conferredBy?: string | null;
      };
      if (conferredBy) expect(conferredBy).toBe(finalAuthority);
    });
  });

  test('an obligation is open once at a time, counted up, and silent once closed', () => {
    everyLife(machine, watchObligations);
  });
});

/** Open generations by kind; every effect on an obligation speaks of the one that is open. */
function watchObligations(): (step: Seen) => void {
  const open = new Map<string, number>();
  const last = new Map<string, number>();
  return ({ answer, life }) => {
    if (answer.kind !== 'step') return;
    const openedNow = new Set<string>();
    for (const { type, params } of answer.step.effects) {
      if (type === 'open-obligation') {
        expect(open.has(params.kind), `${params.kind} is opened while it is open`).toBe(false);
        expect(params.generation).toBe((last.get(params.kind) ?? 0) + 1);
        expect(plan.clauses).toHaveProperty(params.clause);
        open.set(params.kind, params.generation);
        last.set(params.kind, params.generation);
        openedNow.add(params.kind);
      } else if (type === 'raise-obligation') {
        expect(open.get(params.kind), `${params.kind} is raised`).toBe(params.generation);
      } else if (type === 'close-obligation') {
        expect(open.get(params.kind), `${params.kind} is closed`).toBe(params.generation);
        expect(openedNow.has(params.kind), `${params.kind} is opened to be closed`).toBe(false);
        open.delete(params.kind);
      }
    }
    if (life.instance.status === 'done') expect([...open.keys()]).toEqual([]);
  };
}
