import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { moveClock } from '../../src/command/kernel/clock.ts';
import { advanceOperations } from '../../src/command/kernel/operations.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import type { Simulation } from '../../src/command/what-if/simulate.ts';
import { simulate } from '../../src/command/what-if/simulate.ts';
import { openSandbox } from '../../src/db/kernel/sandbox.ts';
import { SYSTEM } from '../../src/rules/access/access.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { openService, type RunningService } from '../support/service.ts';
import { signDocument } from '../support/signing.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let wangyi: Plan;

beforeAll(async () => {
  service = await openService('2018-04-08T01:00:00Z');
  const { rows } = await service.pool.query(`select body from plan where id = 'wangyi-2018'`);
  wangyi = rows[0].body;
});
afterAll(() => service.close());

const STREETS = [unit('610202001'), unit('610202002')];
const VILLAGE = unit('610202001001');

const candidateOf = (category: string, organisationId: string) => ({
  key: `${category}:${organisationId}`,
  category,
  organisationId,
  personName: null,
  siteId: null,
});

const noActivity = (plan: Plan): Simulation => ({
  issuedAt: '2018-04-08T01:00:00Z',
  registeredAt: '2018-04-09T02:00:00Z',
  until: '2018-12-31T00:00:00Z',
  candidates: [
    ...STREETS.map((id) => candidateOf(plan.categories[0]?.code ?? '', id)),
    candidateOf(plan.categories[1]?.code ?? '', VILLAGE),
  ],
  script: [],
});

/** The same, with an inspection of each street and what follows from it. */
const inspected = (simulation: Simulation): Simulation => ({
  ...simulation,
  script: STREETS.map((street) => ({
    at: '2018-05-02T02:00:00Z',
    subject: `MODEL_STREET:${street}`,
    by: 'office',
    event: {
      type: 'record-inspection',
      kind: 'FIELD_VISIT',
      occurredOn: '2018-05-02',
      inspectors: ['甲'],
      triggers: ['FORMALISM'],
      findings: ['记录与实际不符'],
    },
  })),
});

/** Every row of every table there is, as one hash for each, and where every sequence stands. */
async function footprint(): Promise<{ [name: string]: unknown }> {
  const tables = await service.pool.query(
    `select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`,
  );
  const hashes: { [name: string]: unknown } = {};
  for (const { name } of tables.rows) {
    const { rows } = await service.pool.query(
      `select count(*)::int as n, md5(string_agg(t::text, '|' order by t::text)) as md5 from "${name}" t`,
    );
    hashes[name] = rows[0];
  }
  const sequences = await service.pool.query(
    'select sequencename as name, last_value as last from pg_sequences order by 1',
  );
  for (const { name, last } of sequences.rows) hashes[`sequence ${name}`] = last;
  return hashes;
}

describe('nobody acts', () => {
  test('a simulation tells the notices of a real campaign, at the same instants', async () => {
    const simulation = noActivity(wangyi);
    const simulated = await simulate(service.pool, wangyi, simulation);
    const real = await liveThrough(simulation);
    const keyOf = ({ at, template, organisationId, level }: (typeof real)[number]) =>
      [at, template, organisationId, level].join(' ');
    expect(simulated.notices.length).toBeGreaterThan(20);
    expect(simulated.notices.map(keyOf).sort()).toEqual(real.map(keyOf).sort());
  });

  test('it touches nothing: no row of any table, no clock, no sequence', async () => {
    const before = await footprint();
    expect(Object.keys(before).length).toBeGreaterThan(40);
    expect(before.event).not.toMatchObject({ n: 0 });
    await simulate(service.pool, wangyi, noActivity(wangyi));
    await simulate(service.pool, wangyi, inspected(noActivity(wangyi)));
    expect(await footprint()).toEqual(before);
  });

  test('the same simulation gives the same text, byte for byte', async () => {
    const many: Simulation = {
      ...noActivity(wangyi),
      candidates: ['甲', '乙', '丙', '丁', '戊', '己'].map((personName) => ({
        ...candidateOf('LEADING_LEARNER', VILLAGE),
        key: personName,
        personName,
      })),
    };
    for (const simulation of [many, inspected(noActivity(wangyi))]) {
      const [once, again] = [
        await simulate(service.pool, wangyi, simulation),
        await simulate(service.pool, wangyi, simulation),
      ];
      expect(once.notices.length).toBeGreaterThan(20);
      expect(JSON.stringify(again)).toBe(JSON.stringify(once));
    }
  });

  test('its session could not touch anything if it wanted to: PostgreSQL refuses', async () => {
    const sandbox = await openSandbox(service.pool, '2018-04-08T01:00:00Z');
    try {
      const { rows } = await sandbox.query('select count(*)::int as n from event');
      expect(rows[0].n).toBe(0);
      await expect(sandbox.query('delete from public.event')).rejects.toThrow(/read-only/);
      // The session is lost with the error, and none takes its place.
      await expect(sandbox.query('select count(*) from event')).rejects.toThrow();
    } finally {
      await sandbox.end();
    }
  });

  test('long work in it, which goes by keys, is done and leaves no answer outside', async () => {
    const before = await footprint();
    const sandbox = await openSandbox(service.pool, '2018-04-08T01:00:00Z');
    try {
      const performer = createPerformer(nouns, sandbox, createReferenceCache());
      const campaignId = crypto.randomUUID();
      const outcome = await performer.perform({
        campaignId,
        subjectId: campaignId,
        create: { machine: 'campaign', planId: wangyi.id, planVersion: wangyi.version, name: '试' },
        event: { type: 'draft' },
        principal: SYSTEM,
        idempotency: { key: `operation:${campaignId}:0`, requestHash: '0' },
      });
      expect(outcome.kind).toBe('done');
    } finally {
      await sandbox.end();
    }
    expect(await footprint()).toEqual(before);
  });

  test('whoever has done nothing is reminded, then overdue, and stands where it began', async () => {
    const { deadlines, subjects, stoppedAt } = await simulate(
      service.pool,
      wangyi,
      noActivity(wangyi),
    );
    const street = deadlines.filter(({ subject }) => subject === `MODEL_STREET:${STREETS[0]}`);
    expect(street).toMatchObject([
      { kind: 'plan', clause: 'W18', dueAt: '2018-06-10T16:00:00.000Z', level: 'overdue' },
    ]);
    expect(subjects.filter(({ machine }) => machine === 'candidate')).toMatchObject([
      { stage: 'mobilization', state: 'planning' },
      { stage: 'mobilization', state: 'planning' },
      { stage: 'mobilization', state: 'acknowledging' },
    ]);
    expect(stoppedAt).toBeNull();
  });
});

/** The same in the database itself: a campaign of the plan, and the clock moved day by day. */
async function liveThrough({ registeredAt, until, candidates }: Simulation) {
  const { pool, performer } = service;
  const campaignId = crypto.randomUUID();
  const tell = (subjectId: string, event: { type: string }, create?: object) =>
    performer.perform({
      campaignId,
      subjectId,
      event,
      principal: SYSTEM,
      ...(create === undefined ? {} : { create: create as never }),
    });
  const drafted = await tell(
    campaignId,
    { type: 'draft' },
    { machine: 'campaign', planId: wangyi.id, planVersion: 1, name: wangyi.title },
  );
  const [notice] = drafted.kind === 'done' ? drafted.answer.body.opened : [];
  const signer = await service.person(['county-department', unit('610202-ZZB')]);
  await signDocument(signer, notice?.id ?? '');
  await moveClock(pool, performer, registeredAt);
  for (const { key: _, ...candidate } of candidates) {
    const outcome = await tell(
      crypto.randomUUID(),
      { type: 'register' },
      {
        machine: 'candidate',
        name: null,
        ...candidate,
      },
    );
    expect(outcome.kind).toBe('done');
  }
  let day = Temporal.Instant.from(registeredAt);
  const end = Temporal.Instant.from(until);
  while (Temporal.Instant.compare(day, end) < 0) {
    day = day.add({ hours: 24 });
    await moveClock(
      pool,
      performer,
      (Temporal.Instant.compare(day, end) < 0 ? day : end).toString(),
    );
    while (await advanceOperations(pool, performer));
  }
  const { rows } = await pool.query(
    `select issued_at as at, template, organisation_id as "organisationId", level
       from notice where campaign_id = $1`,
    [campaignId],
  );
  return rows as { at: string; template: string; organisationId: string; level: string | null }[];
}

describe('a script', () => {
  const [street] = STREETS;
  const key = `MODEL_STREET:${street}`;
  const step = (at: string, subject: string, event: { type: string; [name: string]: unknown }) => ({
    at,
    subject,
    event,
    by: 'office',
  });

  test('an inspection opens an order, which runs over and is escalated (R59)', async () => {
    const inspected = step('2018-05-02T02:00:00Z', key, {
      type: 'record-inspection',
      kind: 'FIELD_VISIT',
      occurredOn: '2018-05-02',
      inspectors: ['甲'],
      triggers: ['FORMALISM'],
      findings: ['记录与实际不符'],
    });
    const answered = step('2018-05-03T02:00:00Z', `${key}/rectification`, { type: 'acknowledge' });
    const simulation = { ...noActivity(wangyi), script: [answered, inspected] };
    const { outcomes, deadlines, notices } = await simulate(service.pool, wangyi, simulation);
    expect(outcomes.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
      'record-inspection done',
      'acknowledge done',
    ]);
    // Ten days: the 12th is a Saturday, so the Monday after it.
    const order = deadlines.find(({ kind }) => kind === 'rectification');
    expect(order).toMatchObject({
      dueAt: '2018-05-14T16:00:00.000Z',
      level: 'escalated',
      clause: 'W25',
    });
    const levels = notices.flatMap(({ template, level }) =>
      template.startsWith('rectification-') && level !== null ? [level] : [],
    );
    expect(new Set(levels)).toEqual(new Set(['due-soon', 'overdue', 'escalated']));
  });

  test('what is refused, unknown or without its form is told, and harms nothing', async () => {
    const at = '2018-04-20T02:00:00Z';
    const script = [
      step(at, key, { type: 'submit-plan', title: '方案' }),
      step(at, 'MODEL_STREET:nowhere', { type: 'withdraw', reason: '。' }),
      step(at, key, { type: 'apply' }),
    ];
    const { outcomes } = await simulate(service.pool, wangyi, { ...noActivity(wangyi), script });
    expect(outcomes).toMatchObject([
      { outcome: 'refused', unmet: [{ clause: 'R48' }, {}, {}] },
      { outcome: 'unknown-subject' },
      { outcome: 'out-of-state' },
    ]);
  });
});

test('whatever windows and policies a valid plan has, it runs without an error', async () => {
  const days = fc.integer({ min: 1, max: 120 });
  const change = fc.record({
    lengths: fc.tuple(days, days, days, days),
    dueSoon: fc.integer({ min: 1, max: 15 }),
    escalation: fc.integer({ min: 1, max: 15 }),
    receipt: fc.integer({ min: 1, max: 30 }),
    forms: fc.integer({ min: 1, max: 9 }),
    quota: fc.option(fc.integer({ min: 1, max: 50 })),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ lengths, dueSoon, escalation, receipt, forms, quota }) => {
      const plan = structuredClone(wangyi);
      let start = Temporal.PlainDate.from('2018-04-09');
      for (const [index, phase] of plan.phases.entries()) {
        const end = start.add({ days: (lengths[index] ?? 1) - 1 });
        Object.assign(phase, { start: start.toString(), end: end.toString() });
        start = end.add({ days: 1 });
      }
      const { policies } = plan;
      policies.dueSoonWorkingDays.value = dueSoon;
      policies.escalationWorkingDays.value = escalation;
      policies.receiptWorkingDays.value = receipt;
      policies.mobilizationFormsMin.value = forms;
      for (const category of plan.categories) category.quota = quota;
      expect(validatePlan(plan)).toHaveProperty('plan');
      const simulation = { ...noActivity(plan), until: '2019-12-01T00:00:00Z' };
      const { notices, stoppedAt } = await simulate(service.pool, plan, simulation);
      expect(stoppedAt).toBeNull();
      // Every phase window is told to the county office once it is over: only the first is begun.
      expect(notices.filter(({ template }) => template === 'phase-overrun')).toHaveLength(2);
    }),
    { numRuns: 12 },
  );
}, 120_000);
