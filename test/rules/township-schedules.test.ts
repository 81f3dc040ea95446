// R70: the schedule of a township inside the phases of its plan, which may overlap.

import { expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { recordFaults } from '../../src/rules/record/record-faults.ts';
import { plan } from '../machines/yijun.ts';

const phase = (code: string, start: string, end: string): Plan['phases'][number] => ({
  ...{ code, name: code, clause: 'R47', start, end },
});

const OVERLAPPING: Plan = {
  ...plan,
  phases: [
    phase('township', '2026-04-01', '2026-06-30'),
    phase('county', '2026-06-01', '2026-08-31'),
    phase('notice', '2026-10-01', '2026-10-31'),
  ],
};

const faults = (...stages: { phase: string; start: string; end: string }[]) =>
  recordFaults(OVERLAPPING, 'township-schedule', '2026-04-01', { stages }).map(({ en }) => en);

const OWN = [
  { phase: 'township', start: '2026-04-01', end: '2026-06-30' },
  { phase: 'county', start: '2026-06-01', end: '2026-08-31' },
  { phase: 'notice', start: '2026-10-01', end: '2026-10-31' },
] as const;

test('R70: stages of phases that overlap may overlap, and a gap of the plan is none of theirs', () => {
  expect(faults(...OWN)).toEqual([]);
});

test('R70: a day on which a phase is open lies in a stage', () => {
  const [township, county, notice] = OWN;
  const late = { ...county, start: '2026-07-02' };
  expect(faults(township, late, notice)).toEqual(['no gap between the stages']);
});

test('R70: two stages of one phase do not overlap, and none is of a phase the plan has not', () => {
  const twice = { phase: 'township', start: '2026-05-01', end: '2026-05-31' };
  expect(faults(...OWN, twice)).toEqual(['no two stages of a phase overlap']);
  expect(faults(...OWN, { ...twice, phase: 'ballot' })).toEqual([
    'a stage is of a phase of the plan',
  ]);
});
