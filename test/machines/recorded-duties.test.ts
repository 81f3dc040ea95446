// What each township has to have on record before a phase is left: one that lacks it holds the phase,
// under the sentence that demands it, and by its name.

import { expect, test } from 'vitest';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import type { MeasuredDuty, Tally, Unit } from '../../src/rules/record/duties.ts';
import { DUTIES, measureDuties, owedBy } from '../../src/rules/record/duties.ts';
import { unit, unitPath } from '../support/units.ts';
import { startOf, tell, unmet, where } from './life.ts';
import { dutiesDone, onDay, plan } from './yijun.ts';

const township = (id: string, name: string): Unit => ({
  id,
  name,
  kind: 'TOWNSHIP',
  path: `${unitPath('6102', '610222')}${id}/`,
});
const COUNTY: Unit = {
  id: unit('610222'),
  name: '宜君县',
  kind: 'COUNTY',
  path: unitPath('6102', '610222'),
};
const UNITS = [township(unit('610222101'), '彭镇'), township(unit('610222100'), '五里镇'), COUNTY];
const LACKS = unit('610222101');

const done = (unitId: string, kind: string): Tally => ({
  unitId,
  kind,
  own: 1,
  below: 2,
  solved: 1,
  overdue: 0,
  forms: 9,
  late: 0,
  by: null,
  on: null,
});

/** Everything is on record at every unit, but for this kind at this one. */
const tallies = (missing: string, unitId: string): Tally[] =>
  UNITS.flatMap(({ id }) =>
    [...new Set(DUTIES.map(({ kind }) => kind))].map((kind) => done(id, kind)),
  ).filter((tally) => tally.kind !== missing || tally.unitId !== unitId);

const PHASES = [
  ['mobilization', '2017-05-22'],
  ['concentrated-creation', '2017-07-01'],
  ['self-check-rectification', '2017-10-01'],
  ['evaluation', '2017-11-01'],
] as const;

function refusal(measured: readonly MeasuredDuty[], phase: string): string[] {
  const life = startOf(
    'campaign',
    { planId: 'yijun-2017', divisionCode: '610222' },
    onDay('2017-05-20'),
  );
  tell(life, 'draft');
  for (const [code, day] of PHASES) {
    if (where(life) === phase) break;
    tell(life, code === 'mobilization' ? 'document-issued' : 'advance-phase', { at: onDay(day) });
  }
  const owed = owedBy(measured);
  const event = phase === 'evaluation' ? 'conclude' : 'advance-phase';
  const facts = { duties: { ...dutiesDone, live: 0, owed } };
  return unmet(life, event, { at: onDay('2017-12-01'), facts });
}

test.each([
  ['R66', 'three-create-link', 'mobilization'],
  ['R67', 'party-building', 'mobilization'],
  ['R68', 'meeting-minute', 'mobilization'],
  ['R69', 'leadership', 'mobilization'],
  ['R70', 'township-schedule', 'mobilization'],
  ['R52', 'key-work', 'concentrated-creation'],
  ['R53', 'activity', 'concentrated-creation'],
  ['R54', 'hot-issue', 'concentrated-creation'],
  ['R8', 'exemplar', 'evaluation'],
  ['R8', 'problem', 'evaluation'],
  ['R73', 'good-practice', 'evaluation'],
  ['R74', 'publicity', 'evaluation'],
])('%s: a township without %s holds the end of %s', (clause, kind, phase) => {
  const measured = measureDuties(plan, UNITS, tallies(kind, LACKS));
  expect(refusal(measured, phase)).toEqual([`${kind} (${clause})`]);
  const lacking = owedBy(measured).filter((duty) => duty.lacking.length > 0);
  expect(lacking.map((duty) => duty.lacking)).toEqual([['彭镇']]);
});

test('R58: the county sums up good practice and takes up problems before phase 3 ends', () => {
  for (const kind of ['good-practice', 'problem']) {
    const measured = measureDuties(plan, UNITS, tallies(kind, unit('610222')));
    expect(refusal(measured, 'self-check-rectification')).toEqual([`county-${kind} (R58)`]);
  }
});

test('R72: both kinds of supervision are shown, and asked for once: by the campaign itself', () => {
  for (const kind of ['SCHEDULED', 'UNSCHEDULED']) {
    const measured = measureDuties(plan, UNITS, tallies(kind, LACKS));
    expect(measured.filter((duty) => !duty.met)).toMatchObject([
      { id: kind, clause: 'R72', isHeldElsewhere: true },
    ]);
    expect(owedBy(measured).filter(({ lacking }) => lacking.length > 0)).toEqual([]);
  }
  const phases = plan.phases.map((phase) => ({ ...phase, leave: ['recorded-duties' as const] }));
  const asked = measureDuties({ ...plan, phases }, UNITS, []).map(({ clause }) => clause);
  expect(asked).not.toContain('R72');
});

test('R8: a duty that the county has decided to ask of nobody is neither shown nor held', () => {
  const provenance = { kind: 'county-decision' as const, note: '县委组织部决定不另建典型台账' };
  const policies = { ...plan.policies, dutiesNotOwed: { value: ['exemplar'], provenance } };
  const measured = measureDuties({ ...plan, policies }, UNITS, tallies('exemplar', LACKS));
  expect(measured.map(({ id }) => id)).not.toContain('exemplar');
  expect(owedBy(measured).filter(({ lacking }) => lacking.length > 0)).toEqual([]);
  expect(validatePlan({ ...plan, policies })).toHaveProperty('plan');
  for (const id of ['consultation', 'SCHEDULED', 'nothing']) {
    const wrong = { ...policies, dutiesNotOwed: { value: [id], provenance } };
    expect(validatePlan({ ...plan, policies: wrong })).toMatchObject({
      faults: [{ path: '/policies/dutiesNotOwed/value/0' }],
    });
  }
});

test('a duty is asked by the phase that lists its gate, and a plan that lists none asks none', () => {
  const none = plan.phases.map(({ leave: _, ...phase }) => phase);
  expect(measureDuties({ ...plan, phases: none }, UNITS, [])).toEqual([]);
});

test('a duty holds a phase up by a sentence or a decision of the county, never by default', () => {
  const holding = (kind: 'county-decision' | 'default') => {
    const { R67: _, ...clauses } = plan.clauses;
    const cites = { R67: { kind, note: '纳入党建' } };
    const measured = measureDuties(
      { ...plan, clauses, cites },
      UNITS,
      tallies('party-building', LACKS),
    );
    return refusal(measured, 'mobilization');
  };
  expect(holding('county-decision')).toEqual(['party-building (R67)']);
  expect(holding('default')).toEqual(['advance-phase is not refused: step']);
});

test('R50: that nobody takes part is told and holds nothing', () => {
  const measured = measureDuties(plan, UNITS, tallies('participation', LACKS));
  expect(refusal(measured, 'concentrated-creation')).toEqual([
    'advance-phase is not refused: step',
  ]);
});

test('R54: an issue left overdue holds the phase, however many were solved', () => {
  const overdue = tallies('', '').map((tally) =>
    tally.kind === 'hot-issue' && tally.unitId === LACKS ? { ...tally, overdue: 1 } : tally,
  );
  const measured = measureDuties(plan, UNITS, overdue);
  expect(refusal(measured, 'concentrated-creation')).toEqual(['hot-issue-overdue (R54)']);
});
