// Renaming a state, a delay or a machine orphans what is stored: then one of these is red. A new
// state needs a file of its own: node scripts/store-snapshots.ts

import { describe, expect, test } from 'vitest';
import { MACHINE_NAMES, releaseOf } from '../../machines/catalog.ts';
import { definitionOf } from '../../machines/kit/definition.ts';
import { accepts, advance, waits } from '../../machines/kit/step.ts';
import { factsOf } from './payloads.ts';
import { firstOf } from './situation.ts';
import { fileNameOf, learnStored, readStored } from './stored-instances.ts';
import { everyRelease } from './yijun.ts';

learnStored();
const all = readStored();

describe.each(all)('the stored instance $file', ({ file, stored }) => {
  const { instance, timers, at } = stored;
  const release = releaseOf(instance);

  test('is in a state the machine knows', () => {
    expect(fileNameOf(instance)).toBe(file);
    expect(() => accepts(release, instance)).not.toThrow();
  });

  test('waits for exactly the timers that are pending', () => {
    expect(Object.keys(timers).sort()).toEqual(waits(release, instance).sort());
  });

  test('is still moved by each of them', () => {
    for (const [type, dueAt] of Object.entries(timers)) {
      const facts = factsOf({ release, instance, at: dueAt, pick: firstOf }, { type });
      const told = { type, at: dueAt, by: { principalId: 'system', roles: [] }, facts };
      const answer = advance(release, instance, told);
      expect(answer.kind, type).toBe('step');
      if (answer.kind === 'step') {
        expect(answer.step.effects.length + answer.step.timers.length, type).toBeGreaterThan(0);
      }
    }
  });

  test('takes every event it took when it was stored', () => {
    expect(accepts(release, instance)).toEqual(expect.arrayContaining(stored.accepts));
    const unknown = { type: 'no-such-event', at, by: { principalId: 'li', roles: [] }, facts: {} };
    expect(advance(release, instance, unknown)).toMatchObject({ kind: 'out-of-state' });
  });
});

/** The innermost states of a value, as paths. */
function leavesOf(value: unknown, above: readonly string[] = []): string[] {
  if (typeof value === 'string') return [[...above, value].join('.')];
  return Object.entries(value as object).flatMap(([key, inner]) =>
    leavesOf(inner, [...above, key]),
  );
}

test.each(MACHINE_NAMES)('every state of %s in which an instance can rest is stored', (machine) => {
  const own = all.filter(({ stored: { instance } }) => instance.machine === machine);
  const stored = new Set(own.flatMap(({ stored: { instance } }) => leavesOf(instance.value)));
  const charts = everyRelease.filter(({ name }) => name === machine);
  const rests = charts
    .flatMap((release) => definitionOf(release).states)
    .filter(
      ({ type, passages }) =>
        (type === 'atomic' || type === 'final') && passages.every(({ when }) => when !== undefined),
    );
  expect([...stored].sort()).toEqual([...new Set(rests.map(({ path }) => path))].sort());
});
