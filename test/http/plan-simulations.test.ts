import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openService, type Person, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let department: Person;

beforeAll(async () => {
  service = await openService();
  department = await service.person(['county-department', unit('610202-ZZB')]);
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
          { category: 'MODEL_STREET', organisationId: unit('610202001') },
          { category: 'MODEL_STREET', organisationId: unit('610202001') },
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
        { key: 'a', category: '样板街道（镇）', organisationId: unit('610202001') },
        { key: 'b', category: 'MODEL_STREET', organisationId: unit('610222101') },
        { key: 'c', category: 'NOBODY', organisationId: unit('610202001') },
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

  test('a fault of the script is told at its path in the script, each of them, before anything runs', async () => {
    const at = '2018-05-01T00:00:00Z';
    const subject = 'MODEL_STREET:610202001';
    const candidates = [
      { key: subject, category: 'MODEL_STREET', organisationId: unit('610202001') },
    ];
    const { status, body } = await simulate({
      candidates,
      script: [
        { at, subject, event: { type: 'submit-plan' } },
        { at, subject, event: { type: 'submit-self-check', results: [{ criterion: 'x' }] } },
        { at, subject, event: { type: 'adopt-policy' } },
        { at, subject, event: { type: 'apply', statement: '申报', extra: 1 } },
        { at, subject: 'campaign', event: { type: 'withdraw', reason: '。' } },
        { at, subject: `${subject}/rectification`, event: { type: 'acknowledge', x: 1 } },
        { at, subject, event: { type: 'withdraw', reason: '真实' } },
      ],
    });
    expect(status).toBe(400);
    expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      '/body/script/0/event/title',
      '/body/script/1/event/results/0/met',
      '/body/script/2/event/type',
      '/body/script/3/event/extra',
      '/body/script/3/event/signatory',
      '/body/script/4/event/type',
      '/body/script/5/event/x',
    ]);
  });

  test('the fields of a record are those of its kind in a script too', async () => {
    const at = '2018-05-01T00:00:00Z';
    const subject = 'MODEL_STREET:610202001';
    const record = { type: 'record-evidence', kind: 'consultation', occurredOn: '2018-05-01' };
    const { status, body } = await simulate({
      candidates: [{ key: subject, category: 'MODEL_STREET', organisationId: unit('610202001') }],
      script: [{ at, subject, event: { ...record, summary: '征求意见', detail: { people: -1 } } }],
    });
    expect(status).toBe(400);
    for (const { path } of body.errors) expect(path).toMatch(/^\/body\/script\/0\/event\/detail\//);
  });

  test('whoever or whatever is not there is told at its path in the script', async () => {
    const at = '2018-05-01T00:00:00Z';
    const subject = 'MODEL_STREET:610202001';
    const withdraw = { type: 'withdraw', reason: '不参加' };
    const select = { type: 'select-by-merit', category: '无此类' };
    const { status, body } = await simulate({
      candidates: [{ key: subject, category: 'MODEL_STREET', organisationId: unit('610202001') }],
      script: [
        { at, subject: 'nobody', event: withdraw },
        { at, subject, event: withdraw, by: { role: 'county-office', organisationId: '0' } },
        {
          at,
          subject,
          event: withdraw,
          by: { role: 'county-office', organisationId: unit('610202001') },
        },
        { at, subject: 'campaign', event: select },
      ],
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      '/body/script/0/subject',
      '/body/script/1/by/organisationId',
      '/body/script/2/by/role',
      '/body/script/3/event/category',
    ]);
  });

  test('whoever has a role at an organisation may do in a simulation what they may in reality', async () => {
    const subject = 'MODEL_STREET:610202001';
    const by = (role: string, organisationId: string) => ({ role, organisationId });
    const withdraw = { type: 'withdraw', reason: '不参加' };
    const event = { type: 'confirm-tie-decision', category: 'MODEL_STREET' };
    const at = '2018-05-01T00:00:00Z';
    const { status, body } = await simulate({
      candidates: [{ key: subject, category: 'MODEL_STREET', organisationId: unit('610202001') }],
      script: [
        { at, subject, event: withdraw, by: by('township-committee', unit('610202002-DW')) },
        { at, subject, event: withdraw, by: by('auditor', unit('610202')) },
        { at, subject: 'campaign', event, by: by('county-department', unit('610202-ZZB')) },
        { at, subject, event: withdraw, by: by('township-committee', unit('610202001-DW')) },
      ],
    });
    expect(status).toBe(200);
    expect(body.outcomes).toMatchObject([
      // As in reality: what another street does is not theirs to know.
      { outcome: 'unknown-subject' },
      { outcome: 'forbidden', roles: expect.arrayContaining(['township-committee']) },
      { outcome: 'out-of-state', accepts: expect.arrayContaining(['cancel']) },
      { outcome: 'done' },
    ]);
  });

  test('a refusal in a simulation quotes the sentence of the plan, in the language asked for', async () => {
    const subject = 'MODEL_STREET:610202001';
    const body = {
      candidates: [{ key: subject, category: 'MODEL_STREET', organisationId: unit('610202001') }],
      script: [
        { at: '2018-05-01T00:00:00Z', subject, event: { type: 'submit-plan', title: '方案' } },
      ],
    };
    const answer = await department.post('/v1/plans/wangyi-2018/simulate', body, {
      language: 'en',
    });
    const [{ unmet }] = answer.body.outcomes;
    expect(unmet[0]).toMatchObject({ rule: 'R48', clause: 'W18', modality: 'M' });
    expect(unmet[0].quote).toContain('征求');
    expect(unmet[0].text).toMatch(/^[ -~]+$/);
  });

  test('of two at once one runs, the other is asked to come again', async () => {
    const answers = await Promise.all([simulate(), simulate()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    const busy = answers.find(({ status }) => status === 503);
    expect(busy?.headers['retry-after']).toBe('5');
    expect(busy?.body.type).toBe('/docs/problems#unavailable');
    expect((await simulate()).status).toBe(200);
  });
});

// Reckoned by hand from plans/wangyi-2018.yaml and the calendar of 2018. Sunday 8 April is worked
// (Qingming), so a receipt within two working days of it ends with the 10th. Two working days back
// from the end of the phases (a Sunday, two Wednesdays, a Friday) are 7 June, 10 September,
// 15 October and 5 December: the reminders come as the day after begins.
const STREETS = 7;
const day = (
  date: string,
  role: string,
  counts: { due?: number; notices?: number; dueSoon?: number; overdue?: number },
) => ({ date, role, due: 0, notices: 0, dueSoon: 0, overdue: 0, escalated: 0, ...counts });
const entered = (date: string) => [
  // Asked for the override, and told the window has run over.
  day(date, 'county-department', { notices: 2, overdue: 1 }),
  day(date, 'county-office', { notices: 2, overdue: 1 }),
  day(date, 'township-committee', { notices: STREETS }),
  // The candidate below the streets is told of the phase, too (O19).
  day(date, 'village-organisation', { notices: 1 }),
];
const windowEnds = (reminded: string, last: string) => [
  day(reminded, 'county-office', { notices: 1, dueSoon: 1 }),
  day(last, 'county-office', { due: 1 }),
];
const BY_HAND = [
  // The notice and the opening of phase 1.
  day('2018-04-08', 'county-office', { notices: 2 }),
  day('2018-04-08', 'township-committee', { notices: 2 * STREETS }),
  day('2018-04-09', 'township-committee', { notices: 1 }),
  day('2018-04-09', 'village-organisation', { notices: 1 }),
  // Nobody signs for the notice.
  day('2018-04-10', 'county-office', { due: 1 }),
  day('2018-04-10', 'township-committee', { due: STREETS }),
  day('2018-04-11', 'county-office', { notices: 1, overdue: 1 }),
  day('2018-04-11', 'township-committee', { notices: STREETS, overdue: STREETS }),
  // The plan of the street, the mobilization of the community, the window itself.
  day('2018-06-08', 'county-office', { notices: 1, dueSoon: 1 }),
  day('2018-06-08', 'township-committee', { notices: 1, dueSoon: 1 }),
  day('2018-06-08', 'village-organisation', { notices: 1, dueSoon: 1 }),
  day('2018-06-10', 'county-office', { due: 1 }),
  day('2018-06-10', 'township-committee', { due: 1 }),
  day('2018-06-10', 'village-organisation', { due: 1 }),
  day('2018-06-11', 'county-department', { notices: 2, overdue: 1 }),
  // Its window and both candidates have run over, and phase 2 begins.
  day('2018-06-11', 'county-office', { notices: 4, overdue: 3 }),
  day('2018-06-11', 'township-committee', { notices: STREETS + 1, overdue: 1 }),
  day('2018-06-11', 'village-organisation', { notices: 2, overdue: 1 }),
  ...windowEnds('2018-09-11', '2018-09-12'),
  ...entered('2018-09-13'),
  ...windowEnds('2018-10-16', '2018-10-17'),
  ...entered('2018-10-18'),
  ...windowEnds('2018-12-06', '2018-12-07'),
  day('2018-12-08', 'county-department', { notices: 1, overdue: 1 }),
  day('2018-12-08', 'county-office', { notices: 1, overdue: 1 }),
];

test('the workload per day and role is what one reckons by hand', async () => {
  const { body } = await simulate({
    phases: 'on-time',
    candidates: [
      { key: 's', category: 'MODEL_STREET', organisationId: unit('610202001') },
      { key: 'v', category: 'MODEL_COMMUNITY', organisationId: unit('610202001001') },
    ],
  });
  expect(body.days).toEqual(BY_HAND);
  expect(body.deadEnds).toEqual([
    { machine: 'campaign', category: null, stage: 'evaluation', state: 'evaluation', subjects: 1 },
    {
      machine: 'candidate',
      category: 'MODEL_STREET',
      stage: 'mobilization',
      state: 'planning',
      subjects: 1,
    },
    {
      machine: 'candidate',
      category: 'MODEL_COMMUNITY',
      stage: 'mobilization',
      state: 'acknowledging',
      subjects: 1,
    },
  ]);
});
