import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { currentRelease, type MachineName } from '../../machines/catalog.ts';
import { definitionOf } from '../../machines/kit/definition.ts';
import { mermaidOf } from '../../machines/kit/mermaid.ts';
import { machineDocs } from '../../scripts/machine-docs.ts';
import { candidateReleaseOf } from '../../src/db/plan/releases.ts';
import { everyRelease, plan } from './yijun.ts';

const stateOf = (machine: string, path: string) =>
  definitionOf(
    machine === 'candidate'
      ? candidateReleaseOf(plan, 'DEMONSTRATION_TOWNSHIP')
      : currentRelease(machine as MachineName),
  ).states.find((state) => state.path === path);

describe('the definition of a machine', () => {
  test('an event lists what it asks, with clause, before anything is measured', () => {
    const submitPlan = stateOf('candidate', 'mobilization.planning')?.events.find(
      ({ type }) => type === 'submit-plan',
    );
    expect(submitPlan).toMatchObject({
      targets: ['mobilization.plan-review'],
      requirements: [
        { name: 'implementation-plan', clause: 'R48' },
        { name: 'work-plan', clause: 'R48' },
        { name: 'consultation-before-adoption', clause: 'R48', modality: 'M' },
      ],
    });
  });

  test('what only the category knows is said to be measured per criterion, once', () => {
    const apply = stateOf('candidate', 'evaluation.evaluating')?.events.find(
      ({ type }) => type === 'apply',
    );
    expect(apply?.targets).toEqual(['countyAcceptance.under-review']);
    expect(apply?.requirements.filter((item) => item === 'measured per criterion')).toHaveLength(1);
  });

  test('a wait is told by its name, and by the state it leads to if it leads anywhere', () => {
    expect(stateOf('rectification', 'open.supervision.overdue')?.waits).toEqual([
      { delay: 'rectificationEscalation', target: 'open.supervision.escalated' },
    ]);
    expect(stateOf('receipt', 'awaiting')?.waits).toEqual([{ delay: 'receiptWindow' }]);
  });

  test.each(everyRelease)('of $name is plain JSON', (release) => {
    const definition = definitionOf(release);
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });
});

describe('the chart of a machine', () => {
  const chart = mermaidOf(candidateReleaseOf(plan, 'DEMONSTRATION_TOWNSHIP'));

  test('nests the states of a stage in its box', () => {
    expect(chart).toContain('  state "mobilization" as mobilization {\n    state "planning"');
  });

  test('labels an edge by its event, its wait or its condition', () => {
    expect(chart).toContain('mobilization_planning --> mobilization_plan_review : submit-plan');
    expect(chart).toContain('mobilization_planning : after planDueSoon · after planWindow');
    expect(chart).toContain(
      'mobilization --> concentratedCreation : when concentrated-creation has come',
    );
  });

  test('draws what leaves a stage from the stage itself', () => {
    expect(chart).toContain('\n  evaluation --> countyAcceptance : apply\n');
  });

  test('keeps the two parts of a parallel state apart', () => {
    expect(mermaidOf(currentRelease('rectification'))).toContain(
      '    }\n    --\n    state "supervision"',
    );
  });
});

test.each(machineDocs())(
  'the document of $machine is what npm run docs writes',
  ({ url, text }) => {
    expect(readFileSync(url, 'utf8')).toBe(text);
  },
);
