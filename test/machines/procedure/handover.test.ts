// A policy change to a version that leads a category another way hands its candidates over, or says who stays.

import { expect, test } from 'vitest';
import type { Release } from '../../../machines/catalog.ts';
import { waits } from '../../../machines/kit/step.ts';
import { advancePinned, handoverOf, misfitOf } from '../../../machines/pinning.ts';
import { candidateReleaseBy } from '../../../src/db/plan/releases.ts';
import { procedureOf } from '../../../src/rules/procedure/procedures.ts';
import type { Life } from '../life.ts';
import { effectsOf, toldTo } from '../life.ts';
import { candidateAt } from '../way.ts';
import { candidateWindows, plan, withSteps } from '../yijun.ts';

const CODE = 'DEMONSTRATION_VILLAGE';

/** The way without a self-check. */
const unchecked = candidateReleaseBy(
  withSteps((step) => (step.step === 'self-check' ? null : step))(procedureOf(plan, CODE)),
);

const adopt = ({ instance, ...life }: Life, to: Release, moves: { [from: string]: string }) => {
  const event = { planVersion: 2, policyChangeId: 'change-1', ...handoverOf(instance, to, moves) };
  const facts = { windows: candidateWindows };
  const told = toldTo({ instance, ...life }, 'adopt-policy', { ...event, facts });
  const { release, answer } = advancePinned(instance, told);
  if (answer.kind !== 'step') throw new Error(JSON.stringify(answer));
  return { release, told, step: answer.step };
};

test('who stands in a state that both ways know goes over, and is decided by the new way', () => {
  const life = candidateAt(CODE, 'evaluation/evaluating');
  expect(misfitOf(life.instance, unchecked)).toBeNull();
  const { release, step } = adopt(life, unchecked, {});
  expect(release.procedure).toBe(unchecked.procedure);
  expect(step.instance).toMatchObject({
    procedure: unchecked.procedure,
    value: { evaluation: 'evaluating' },
    context: { planVersion: 2 },
  });
});

test('who stands where the new way has no such state keeps the old, unless the plan says where to go', () => {
  const life = candidateAt(CODE, 'selfCheckRectification/self-checking');
  expect(misfitOf(life.instance, unchecked)).toBe('unknown-state');
  const kept = adopt(life, unchecked, {});
  expect(kept.step.instance.procedure).toBe(life.instance.procedure);
  expect(kept.step.instance.value).toEqual(life.instance.value);
});

test('a move leaves the old state with its debt and its timers, and enters the new one as anybody does', () => {
  const life = candidateAt(CODE, 'selfCheckRectification/self-checking');
  const moves = { 'selfCheckRectification.self-checking': 'evaluation.evaluating' };
  const { release, told, step } = adopt(life, unchecked, moves);
  expect(step.instance.value).toEqual({ evaluation: 'evaluating' });
  expect(effectsOf(step, 'close-obligation').map(({ params }) => params)).toEqual([
    { kind: 'self-check', generation: 1, outcome: 'superseded' },
  ]);
  expect(effectsOf(step, 'open-obligation')).toMatchObject([
    { params: { kind: 'application', generation: 1 } },
  ]);
  const cancelled = step.timers.flatMap((timer) => (timer.op === 'cancel' ? [timer.timerId] : []));
  expect(cancelled.sort()).toEqual([...life.timers.keys()].sort());
  const set = step.timers.flatMap((timer) => (timer.op === 'set' ? [timer.timerId] : []));
  expect(set.sort()).toEqual(waits(release, step.instance).sort());
  // The log alone replays: the event says where it led.
  expect(told).toMatchObject({ procedure: unchecked.procedure });
  expect(advancePinned(life.instance, told).answer).toEqual({ kind: 'step', step });
});

test.each(['evaluation.nowhere', 'countyAcceptance.public-notice'])(
  'nobody is moved to %s: the new way has no such state, or waits there for a deadline',
  (to) => {
    const life = candidateAt(CODE, 'selfCheckRectification/self-checking');
    const moves = { 'selfCheckRectification.self-checking': to };
    expect(handoverOf(life.instance, unchecked, moves)).toEqual({});
  },
);
