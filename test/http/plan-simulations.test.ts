import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openService, type Person, type RunningService } from '../support/service.ts';

let service: RunningService;
let department: Person;

beforeAll(async () => {
  service = await openService();
  department = await service.person(['county-department', '610202-ZZB']);
});
afterAll(() => service.close());

const simulate = (body: object = {}, who = department) =>
  who.post('/v1/plans/wangyi-2018/simulate', body);

describe('simulating a plan', () => {
  test('without a word, one of each takes part, nobody acts, and the campaign waits in phase 1', async () => {
    const { status, body } = await simulate();
    expect(status).toBe(200);
    expect(body).toMatchObject({ planId: 'wangyi-2018', version: 1, stoppedAt: null });
    const candidates = body.subjects.filter(
      ({ machine }: { machine: string }) => machine === 'candidate',
    );
    // 7 streets, 46 communities, one learner.
    expect(candidates).toHaveLength(54);
    expect(body.deadEnds).toContainEqual({
      machine: 'candidate',
      category: 'MODEL_STREET',
      stage: 'mobilization',
      state: 'planning',
      subjects: 7,
    });
    const lastDay = body.days.find(
      ({ date, role }: { date: string; role: string }) =>
        date === '2018-06-10' && role === 'township-committee',
    );
    expect(lastDay).toMatchObject({ due: 7 });
    expect(body.findings.map(({ code }: { code: string }) => code)).toEqual([
      'ends-on-a-day-off',
      'nobody-confirms',
    ]);
  });

  test('with the phases on time, whoever did not create anything is not created', async () => {
    const { body } = await simulate({ phases: 'on-time' });
    expect(body.outcomes.every(({ outcome }: { outcome: string }) => outcome === 'done')).toBe(
      true,
    );
    const entered = body.notices.filter(
      ({ template, role }: { template: string; role: string }) =>
        template === 'phase-entered' && role === 'county-office',
    );
    expect(entered.map(({ at }: { at: string }) => at.slice(0, 10))).toEqual([
      '2018-04-08',
      '2018-06-11',
      '2018-09-13',
      '2018-10-18',
    ]);
    // A clause of the plan's own stands beside each notice and each deadline.
    for (const { clause } of [...body.notices, ...body.deadlines])
      expect(clause).toMatch(/^[WR]\d/);
  });

  test('whoever has no part in the plan’s county may not, and another plan is not there', async () => {
    const neighbour = await service.person('county-department');
    expect((await simulate({}, neighbour)).status).toBe(403);
    expect((await department.post('/v1/plans/nowhere/simulate', {})).status).toBe(404);
    expect((await simulate({ version: 9 })).status).toBe(404);
  });

  test.each([
    [{ registeredAt: '2018-01-01T00:00:00Z' }, '/body/registeredAt'],
    [{ until: '2018-04-08T02:00:00Z' }, '/body/until'],
    [{ until: '2029-04-08T02:00:00Z' }, '/body/until'],
    [
      {
        candidates: [
          { category: 'MODEL_STREET', organisationId: '610202001' },
          { category: 'MODEL_STREET', organisationId: '610202001' },
        ],
      },
      '/body/candidates',
    ],
  ])('%j is told where it is wrong', async (body, path) => {
    const { status, body: told } = await simulate(body);
    expect(status).toBe(422);
    expect(told.errors).toMatchObject([{ path }]);
  });

  test('more than the bounds allow is refused before anything runs', async () => {
    const event = { at: '2018-05-01T00:00:00Z', subject: 'campaign', event: { type: 'cancel' } };
    expect((await simulate({ script: Array(2_001).fill(event) })).status).toBe(400);
  });

  test('a candidate that the plan has no place for is told, and the others go on', async () => {
    const { body } = await simulate({
      candidates: [
        { key: 'a', category: '样板街道（镇）', organisationId: '610202001' },
        { key: 'b', category: 'MODEL_STREET', organisationId: '610222101' },
        { key: 'c', category: 'NOBODY', organisationId: '610202001' },
      ],
    });
    expect(body.outcomes).toMatchObject([
      { subject: 'b', event: 'register', outcome: 'invalid' },
      { subject: 'c', event: 'register', outcome: 'invalid' },
    ]);
    const candidates = body.subjects.filter(
      ({ machine }: { machine: string }) => machine === 'candidate',
    );
    expect(candidates.map(({ key }: { key: string }) => key)).toEqual(['a']);
  });
});
