// Streams are gathered beside the application or in a step of their own; a gate of one bars, and what weighs counts.

import { expect, test } from 'vitest';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { ProcedureStep } from '../../../machines/procedure/procedure.ts';
import { applicationPhase } from '../../../machines/procedure/reading.ts';
import { procedureOf } from '../../../src/rules/procedure/procedures.ts';
import type { Life } from '../life.ts';
import { tell, unmet, where } from '../life.ts';
import { candidateAt } from '../way.ts';
import { plan, policies, type Variant } from '../yijun.ts';

const CODE = 'DEMONSTRATION_VILLAGE';

/** The sheets come beside the application; a survey of the neighbours follows in a step of its own. */
const surveyed: Variant = ({ stages, ...procedure }) => ({
  ...procedure,
  streams: { assessment: { kind: 'sheets' }, neighbours: { kind: 'survey' } },
  stages: stages.map((stage) => ({
    ...stage,
    steps: stage.steps.flatMap((step): ProcedureStep[] => {
      if (step.step === 'review' && stage.code === 'countyAcceptance') {
        const by = ['township-office'] as const;
        return [{ step: 'gather', clause: 'R63', streams: ['neighbours'], by }, step];
      }
      return step.step === 'apply' ? [{ ...step, gathers: ['assessment'] }] : [step];
    }),
  })),
});

const bySheets = { ...policies, streamWeights: { assessment: 100, neighbours: 0 } };
const asked = { facts: { policies: bySheets } };
const gated = {
  facts: { policies: { ...bySheets, streamGates: { assessment: 85, neighbours: 80 } } },
};

const applying = (pointsCenti: number): Life => {
  const life = candidateAt(CODE, 'evaluation/evaluating', surveyed);
  for (const sheetId of ['a', 'b']) {
    tell(life, 'record-assessment', { sheetId, pointsCenti, ...asked });
  }
  return life;
};

const standing = ({ release, instance: { value } }: Life) =>
  release.standing(stageOf(value), stateOf(value));

test('R61: a stream without a weight is no part of the composite, and the application does not wait for it', () => {
  const life = applying(9000);
  expect(life.instance.context).toMatchObject({
    figures: { assessment: 9000 },
    compositeCenti: 9000,
  });
  expect(standing(life)).toMatchObject({ step: 'apply', gathers: ['assessment'] });
  tell(life, 'apply', asked);
  expect(where(life)).toBe('countyAcceptance/gathering');
  expect(standing(life)).toMatchObject({
    step: 'gather',
    office: 'township-office',
    gathers: ['neighbours'],
  });
});

test('R61: below its gate a stream of sheets bars the application, above it does not', () => {
  expect(unmet(applying(8499), 'apply', gated)).toEqual(['stream-gate (R62)']);
  expect(unmet(applying(8499), 'apply', asked)).toEqual(['apply is not refused: step']);
  tell(applying(8500), 'apply', gated);
});

test('a step of its own is concluded when its round is valid and its gate is passed, by its own sentence', () => {
  const life = applying(9000);
  tell(life, 'apply', asked);
  expect(unmet(life, 'conclude-gathering', gated)).toEqual([
    'round-held (R63)',
    'stream-gate (R63)',
  ]);
  const below = structuredClone(life.instance);
  tell(life, 'mass-evaluation-closed', { stream: 'neighbours', scoreCenti: 7999, ...asked });
  expect(unmet(life, 'conclude-gathering', gated)).toEqual(['stream-gate (R63)']);
  const passes = { ...life, instance: below };
  tell(passes, 'mass-evaluation-closed', { stream: 'neighbours', scoreCenti: 8000, ...asked });
  tell(passes, 'conclude-gathering', gated);
  expect(where(passes)).toBe('countyAcceptance/under-review');
  // The figure that bars weighs nothing.
  expect(passes.instance.context).toMatchObject({ compositeCenti: 9000 });
});

test('R61: neither a round of another stream counts here, nor does a sheet of an earlier step go back', () => {
  const life = applying(9000);
  expect(unmet(life, 'record-assessment', { stream: 'neighbours', ...asked })).toEqual([
    'stream-is-gathered (R61)',
  ]);
  tell(life, 'apply', asked);
  expect(unmet(life, 'mass-evaluation-closed', { stream: 'mass', ...asked })).toEqual([
    'stream-is-gathered (R61)',
  ]);
  expect(
    unmet(life, 'retract-assessment', { sheetId: 'a', stream: 'assessment', ...asked }),
  ).toEqual(['retract-assessment is not refused: out-of-state']);
});

/** A way without any stream, whose application comes when sites are created. */
const unscored: Variant = ({ stages, ...procedure }) => ({
  ...procedure,
  streams: {},
  stages: stages.map((stage) => ({
    ...stage,
    steps: stage.steps.map((step): ProcedureStep => {
      if (step.step !== 'apply') return step;
      const { gathers: _, passMark: __, ...plain } = step;
      return plain;
    }),
  })),
});

test('R61: a procedure without streams asks for no score, and selects among those who have none', () => {
  const life = candidateAt(CODE, 'evaluation/evaluating', unscored);
  expect(standing(life)).toMatchObject({ step: 'apply', gathers: [] });
  tell(life, 'apply', { facts: { policies: { ...policies, streamWeights: {}, passMark: 0 } } });
  tell(life, 'pass');
  expect(where(life)).toBe('countyAcceptance/accepted');
  expect(life.instance.context).toMatchObject({ figures: {}, compositeCenti: null });
});

test('the application is due when the phase of its stage ends, whatever that is called', () => {
  const procedure = unscored(procedureOf(plan, CODE));
  expect(applicationPhase(procedure)).toBe('evaluation');
  const stages = procedure.stages.map((stage) => ({ ...stage, in: `${stage.in}-2` }));
  expect(applicationPhase({ ...procedure, stages })).toBe('evaluation-2');
  expect(applicationPhase({ ...procedure, stages: [] })).toBeNull();
});
