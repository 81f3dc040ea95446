import { describe, expect, test } from 'vitest';
import { ballotPolicyOf, resultOf } from '../../src/rules/ballot/ballots.ts';
import type { Plan, Stream } from '../../src/rules/plan/plan-schema.ts';
import type { StepData } from '../../src/rules/plan/procedure-schema.ts';
import { findStream, OF_BALLOTS, OF_SHEETS } from '../../src/rules/plan/streams.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { ruleOf } from '../../src/rules/selection/ranking.ts';
import { plan } from '../machines/yijun.ts';

const survey: Stream = {
  kind: 'survey',
  english: 'satisfaction',
  name: '群众满意度',
  satisfied: ['满意', '基本满意'],
  dissatisfied: ['不满意'],
};
const withStreams = (streams: { [code: string]: unknown }) => ({
  ...plan,
  streams: { ...plan.streams, ...streams },
});

describe('a stream is named by its code or its name', () => {
  const visits = { kind: 'sheets', name: '实地考评', english: 'visits' } as const;
  const two: Plan = { ...plan, streams: { ...plan.streams, visits } };

  test('the only one of its kind need not be named; of several, one is', () => {
    expect(findStream(plan, OF_SHEETS, undefined)).toBe('assessment');
    expect(findStream(two, OF_SHEETS, undefined)).toBeNull();
    expect(findStream(two, OF_SHEETS, 'visits')).toBe('visits');
    expect(findStream(two, OF_SHEETS, '实地考评')).toBe('visits');
  });

  test('a stream of another kind is none', () => {
    expect(findStream(two, OF_BALLOTS, 'visits')).toBeNull();
    expect(findStream({ ...plan, streams: {} }, OF_BALLOTS, undefined)).toBeNull();
  });
});

describe('a survey', () => {
  const policy = ballotPolicyOf({ ...plan, streams: { survey } }, 'survey');

  test('is answered openly, and its score is the percentage of the satisfied among valid answers', () => {
    expect(policy.form).toBe('open');
    const grades = { 满意: 40, 基本满意: 21, 不满意: 10 };
    const { scoreCenti } = resultOf({ ...policy, combine: 'pooled' }, [
      { stratum: 'masses', issued: 80, returned: 75, invalid: 1, abstained: 3, grades },
    ]);
    // 61 of 71 are 85.9154… per cent.
    expect(scoreCenti).toBe(8592);
  });
});

test('R61: where no stream weighs there is no pass mark that could fail everybody', () => {
  const village = 'DEMONSTRATION_VILLAGE';
  const at = '2017-11-10T01:00:00Z';
  expect(ruleOf(plan, village, at).passMarkCenti).toBe(8000);
  for (const value of [{}, { mass: 0, assessment: 0 }]) {
    const streamWeights = { ...plan.policies.streamWeights, value };
    const weighless = { ...plan, policies: { ...plan.policies, streamWeights } };
    expect(ruleOf(weighless, village, at).passMarkCenti).toBe(0);
    expect(validatePlan(weighless)).toHaveProperty('plan');
  }
});

describe('the check of a plan', () => {
  test.each([
    [
      'a survey without its answers',
      { kind: 'survey', name: '满意度', english: 'satisfaction' },
      '/satisfied',
      'is missing: a survey names its answers',
    ],
    [
      'an answer that is both',
      { ...survey, dissatisfied: ['满意'] },
      '/dissatisfied',
      '满意 cannot be satisfied and dissatisfied',
    ],
    ['answers of ballots', { ...survey, kind: 'ballots' }, '/satisfied', 'only a survey has it'],
  ])('tells %s at its place', (_, stream, path, message) => {
    expect(validatePlan(withStreams({ extra: stream }))).toMatchObject({
      faults: expect.arrayContaining([
        { path: `/streams/extra${path}`, message: { zh: expect.any(String), en: message } },
      ]),
    });
  });

  test('tells a score sheet of no stream, and which there are', () => {
    const [first, ...others] = plan.categories;
    const item = { id: 'a.b', clause: 'R61', text: '一', english: 'One', points: 100 };
    const sheet = { provenance: { kind: 'default' as const }, items: [item] };
    const categories = [{ ...first, scoreSheets: { visits: sheet } }, ...others];
    expect(validatePlan({ ...plan, categories })).toEqual({
      faults: [
        {
          path: '/categories/0/scoreSheets/visits',
          message: {
            zh: '没有这一考评环节“visits”；可用：assessment',
            en: 'there is no stream of sheets visits; known: assessment',
          },
        },
      ],
    });
  });
});

describe('what weighs or bars is gathered, once and in time', () => {
  const pathsOf = (changed: unknown) => {
    const checked = validatePlan(changed);
    return 'faults' in checked ? checked.faults.map(({ path }) => path) : [];
  };
  const weighing = (value: { [stream: string]: number }) => ({
    ...plan.policies,
    streamWeights: { ...plan.policies.streamWeights, value },
  });
  const withStage = (name: string, change: (steps: StepData[]) => StepData[]) => {
    const stage = plan.stages?.[name];
    if (stage === undefined) throw new Error(`no stage is ${name}`);
    return {
      ...plan,
      stages: { ...plan.stages, [name]: { ...stage, steps: change([...stage.steps]) } },
    };
  };
  const gather = (...streams: string[]): StepData => ({
    step: 'gather',
    clause: 'R61',
    streams,
    by: ['county-office'],
  });
  const visits = { kind: 'sheets', name: '实地考评', english: 'visits' } as const;

  test('a stream that weighs, or has a gate, and that no step gathers', () => {
    const streams = { ...plan.streams, visits };
    const weighed = { ...plan, streams, policies: weighing({ assessment: 50, visits: 50 }) };
    expect(pathsOf(weighed)).toEqual(['/policies/streamWeights/value/visits']);
    const streamGates = { value: { visits: 60 }, provenance: { kind: 'default' } };
    const gated = { ...plan, streams, policies: { ...plan.policies, streamGates } };
    expect(pathsOf(gated)).toEqual(['/policies/streamGates/value/visits']);
    const unknown = { ...streamGates, value: { visitors: 60 } };
    expect(pathsOf({ ...gated, policies: { ...plan.policies, streamGates: unknown } })).toEqual([
      '/policies/streamGates/value/visitors',
    ]);
  });

  test('a stream that two steps gather', () => {
    const twice = withStage('county', (steps) => [gather('mass'), ...steps]);
    expect(pathsOf(twice)).toEqual(['/stages/county/steps/0/streams/0']);
  });

  test('a stream that weighs and is gathered after the pass mark or the selection', () => {
    const late = (change: (plan: object) => object, steps: (all: StepData[]) => StepData[]) =>
      pathsOf(
        change({
          ...withStage('county', steps),
          streams: { ...plan.streams, visits },
          policies: weighing({ mass: 40, assessment: 40, visits: 20 }),
        }),
      );
    const itself = (one: object) => one;
    expect(late(itself, (steps) => [gather('visits'), ...steps])).toContain(
      '/stages/county/steps/0/streams/0',
    );
    expect(
      late(itself, ([first, ...rest]) => [first as StepData, ...rest, gather('visits')]),
    ).toContain(`/stages/county/steps/${plan.stages?.county?.steps.length}/streams/0`);
  });
});
