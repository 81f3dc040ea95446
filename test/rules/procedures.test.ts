// A procedure that the validator passes leads to the title, and one that it refuses strands somebody: both
// are held to a search that plays every way through a world in which all is well.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Role } from '../../machines/kit/access.ts';
import type { Procedure, ProcedureStep, ReviewStep } from '../../machines/procedure/procedure.ts';
import { planLibrary } from '../../src/plan-library.ts';
import { officesOver } from '../../src/rules/access/offices.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { readPlan } from '../../src/rules/plan-check/plan.ts';
import type { ProcedureFinding } from '../../src/rules/procedure/check-procedure.ts';
import { checkProcedure, playProcedure } from '../../src/rules/procedure/check-procedure.ts';
import { procedureNamed, procedureOf } from '../../src/rules/procedure/procedures.ts';
import { DRAWN, slippedProcedures, soundProcedures } from '../support/procedures.ts';

const PLANS = ['yijun-2017', 'wangyi-2018', 'yintai-2019'];
const EVERYBODY = officesOver('person');
const left = () => ({ states: 10_000 });

const textOf = (name: string): string =>
  readFileSync(new URL(`../../plans/${name}.yaml`, import.meta.url), 'utf8');

function planOf(name: string): Plan {
  const read = readPlan(parse(textOf(name)), planLibrary);
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.plan;
}

const check = (procedure: Procedure, offices: readonly Role[] = EVERYBODY): ProcedureFinding[] =>
  checkProcedure(procedure, { offices, streamWeights: null }, left());
const play = (procedure: Procedure, offices: readonly Role[] = EVERYBODY) =>
  playProcedure(procedure, { offices, streamWeights: null }, left()).map(
    ({ message }) => message.en,
  );

describe.each(PLANS)('%s', (name) => {
  const plan = planOf(name);

  test.each(plan.categories)('whoever is of $code comes to the title', ({ code, subject }) => {
    const procedure = procedureOf(plan, code);
    expect(check(procedure, officesOver(subject))).toEqual([]);
    expect(play(procedure, officesOver(subject))).toEqual([]);
  });

  test('each of its procedures is played in few states, so that its author need not wait', () => {
    const world = { offices: EVERYBODY, streamWeights: null };
    for (const one of Object.keys(plan.procedures)) {
      expect(playProcedure(procedureNamed(plan, one), world, { states: 400 }), one).toEqual([]);
    }
  });

  test('of its variants, those that pass come to the title, and others strand somebody', {
    timeout: 180_000,
  }, () => {
    const variants = Object.keys(plan.procedures).flatMap((one) =>
      variantsOf(procedureNamed(plan, one)),
    );
    const found = variants.filter((variant) => strands(variant));
    expect(variants.length).toBeGreaterThan(20);
    expect(found.length).toBeGreaterThan(5);
    expect(found.length).toBeLessThan(variants.length);
  });
});

/** Whether it is refused; holds either answer to the search. */
function strands(procedure: Procedure): boolean {
  const found = check(procedure);
  if (found.length === 0) {
    expect(play(procedure), JSON.stringify(procedure.stages)).toEqual([]);
    return false;
  }
  for (const { path, message, stuck } of found) {
    expect(stuck, `${path} ${message.en} ${JSON.stringify(procedure.stages)}`).not.toBeNull();
    expect(message.en).toContain(
      stuck?.state === 'unregistered' ? 'nobody is registered' : stuck?.state,
    );
  }
  return true;
}

/** Each step left out, each `by` made nobody, each verdict left out. */
function variantsOf(procedure: Procedure): Procedure[] {
  const places = procedure.stages.flatMap(({ steps }, stage) =>
    steps.map((step, at) => ({ stage, at, step })),
  );
  return places.flatMap(({ stage, at, step }) =>
    [null, ...nobodys(step), ...withoutVerdicts(step)].map((changed) =>
      withStep(procedure, stage, at, changed),
    ),
  );
}

const nobodys = (step: ProcedureStep): ProcedureStep[] =>
  'by' in step ? [{ ...step, by: [] }] : [];

const withoutVerdicts = (step: ProcedureStep): ReviewStep[] =>
  step.step !== 'review'
    ? []
    : Object.keys(step.verdicts).map((word) => {
        const { [word]: _, ...verdicts } = step.verdicts;
        return { ...step, verdicts };
      });

const withStep = (
  { stages, ...procedure }: Procedure,
  stage: number,
  at: number,
  changed: ProcedureStep | null,
): Procedure => ({
  ...procedure,
  stages: stages.map((one, index) =>
    index !== stage
      ? one
      : {
          ...one,
          steps: one.steps.flatMap((step, place) => (place === at ? (changed ?? []) : step)),
        },
  ),
});

describe('random procedures of the library', () => {
  test('that make sense come to the title', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(soundProcedures('R63'), (drawn) => {
        const procedure = procedureNamed(drawn, DRAWN);
        expect(check(procedure)).toEqual([]);
        expect(play(procedure)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('with slips are refused or come to the title', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(slippedProcedures('R63'), (drawn) => {
        strands(procedureNamed(drawn, DRAWN));
      }),
      { numRuns: 120 },
    );
  });
});

/** A plan that says `to` where wangyi-2018 says `from`, which stands once. */
const WRONG: readonly { what: string; from: string; to: string; path: string; en: string }[] = [
  {
    what: 'nobody applies',
    from: '[is-told, cultivates, is-exempt, applies, county]',
    to: '[is-told, cultivates, is-exempt, county]',
    path: '/procedures/person',
    en: 'nobody applies: a step apply is missing; played: whoever comes to countyAcceptance/under-review never comes to the title (it waits for county-office)',
  },
  {
    what: 'nobody gives the title',
    from: '[is-told, cultivates, is-exempt, applies, county]',
    to: '[is-told, cultivates, is-exempt, applies]',
    path: '/procedures/person',
    en: 'nobody gives the title: a step confer is missing; played: conferred is reached without application, review and conferral',
  },
  {
    what: 'a stage comes after one of a later phase',
    from: '[is-told, cultivates, is-exempt, applies, county]',
    to: '[is-told, is-exempt, cultivates, applies, county]',
    path: '/procedures/person/2',
    en: 'begins or ends before the phase of a stage before it',
  },
  {
    what: 'a stage comes twice',
    from: '[is-told, cultivates, is-exempt, applies, county]',
    to: '[is-told, cultivates, is-exempt, applies, applies, county]',
    path: '/procedures/person/4',
    en: 'stage 4 of this procedure has the code evaluation already',
  },
  {
    what: 'a wait is called what a step calls a state',
    from: 'rest: self-checked, steps: [\n    { step: self-check, clause: W23, by: [township-office] }]',
    to: 'rest: self-checking, steps: [\n    { step: self-check, clause: W23, by: [township-office] }]',
    path: '/stages/checked-by-office/rest',
    en: 'self-checking is a state of a step of this stage',
  },
  {
    what: 'a notice that no decision opens',
    from: '{ step: select, clause: W29 }',
    to: '{ step: notice, clause: W29, issuer: county }',
    path: '/stages/county/steps/2',
    en: 'the step before drafts a notice',
  },
  {
    what: 'a pass mark of nothing',
    from: 'gathers: [mass, assessment], ',
    to: '',
    path: '/stages/applies/steps/0/passMark',
    en: 'nothing has been gathered by then; played: whoever comes to evaluation/evaluating never comes to the title',
  },
  {
    what: 'a plan that nobody records of a village',
    from: '[acknowledges, creates-unconfirmed, checked-by-office, applies, county]',
    to: '[makes-a-plan, creates-unconfirmed, checked-by-office, applies, county]',
    path: '/stages/makes-a-plan/steps/0/rules/1',
    en: 'work-plan counts work-plan, which nobody records of a village; played: whoever comes to mobilization/planning never comes to the title (it waits for responsible)',
  },
  {
    what: 'a check of what has been applied for',
    from: '[acknowledges, creates-unconfirmed, checked-by-office, applies, county]',
    to: '[acknowledges, creates-unconfirmed, applies, checks-late, county]',
    path: '/stages/checks-late/steps/0',
    en: 'self-check comes after apply, which rests on it',
  },
];

describe('a plan is refused where its procedure leads nowhere', () => {
  const LATE =
    'stages:\n  checks-late: { code: checksLate, in: evaluation, steps: [{ step: self-check, clause: W23, by: [township-office] }] }';

  test.each(WRONG)('$what', ({ from, to, path, en }) => {
    const text = textOf('wangyi-2018');
    expect(text.split(from)).toHaveLength(2);
    const wrong = text.replace(from, to).replace(/^stages:$/m, LATE);
    const read = readPlan(parse(wrong), planLibrary, wrong);
    if (!('faults' in read)) throw new Error('the plan is read');
    const told = read.faults.find((one) => one.path === path);
    expect(told?.message.en).toContain(en);
    expect(told?.line).toBeGreaterThan(1);
  });

  test('a procedure of more states than may be searched is told as such', () => {
    const [procedure] = Object.keys(planOf('yijun-2017').procedures);
    const large = procedureNamed(planOf('yijun-2017'), procedure ?? '');
    const world = { offices: EVERYBODY, streamWeights: null };
    const [found] = playProcedure(large, world, { states: 50 });
    expect(found?.message.en).toBe('it has too many states to be played');
  });
});
