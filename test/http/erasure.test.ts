// What the log says of a person is taken out of it by two officers: the chain is as whole as before, the
// states are the same, and nothing but what is kept as a public record still names the person.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { erase, type Wanted } from '../../src/command/audit/erase.ts';
import { verifyAll } from '../../src/command/audit/verify.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { ERASED } from '../../src/rules/audit/personal.ts';
import type { Cast } from '../support/campaign.ts';
import { done } from '../support/campaign.ts';
import type { LoggedEvent, StoredSubject } from '../support/replay.ts';
import { EVENTS, findDifferences, fold, SUBJECTS } from '../support/replay.ts';
import { acceptWorkers, advanceCampaign, openSelection } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { publish } from '../support/signing.ts';

const category = 'ADVANCED_WORKER';
const [WORKER, OBJECTOR, CONTACT] = ['周建国', '钱守信', '13800138000'];

let service: RunningService;
let cast: Cast;
let second: Person;
let auditor: Person;
let worker: string;
let objection: string;

beforeAll(async () => {
  const opened = await openSelection([WORKER, '吴芳芳', '郑小明']);
  ({ service, cast } = opened);
  const { campaignId, workers } = opened;
  [second, auditor] = [await service.person('county-office'), await service.person('auditor')];
  await acceptWorkers(cast, workers, [95, 93, 91]);
  done(await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }));
  await publish(service, cast, campaignId);
  worker = workers[0] ?? '';
  const investigator = await service.person('county-office');
  const raised = { candidateId: worker, objector: OBJECTOR, contact: CONTACT };
  const content = `${WORKER}所报材料系补造`;
  const key = 'objection-of-qian';
  const answer = await cast.office.post('/v1/objections', { ...raised, content }, { key });
  objection = done(answer).body.id;
  for (const [person, event] of [
    [cast.office, { type: 'admit', investigatorId: investigator.id }],
    [investigator, { type: 'report', findings: `${OBJECTOR}称${WORKER}补造记录，经查不实` }],
    [second, { type: 'dismiss', reason: `${OBJECTOR}反映的情况经查不实` }],
  ] as const) {
    done(await person.post(`/v1/objections/${objection}/events`, event));
  }
});
afterAll(() => service.close());

const eraseBy = (wanted: Partial<Wanted>, by: string, other: string, reason = '本人要求') =>
  createPerformer(nouns, service.pool, createReferenceCache()).administer((tx) =>
    erase(tx, { subjectId: null, person: null, ...wanted }, { by, second: other, reason }),
  );

const PROGRAM = join(import.meta.dirname, '../../src/erase.ts');

/** `npm run erase` as an operator runs it: its exit code, and what it said. */
const command = (...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: service.connectionString };
    execFile(process.execPath, [PROGRAM, ...args], { env, timeout: 60_000 }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });

/** What is wrong with the logs of these subjects, recomputed and told again. */
async function differences(ids: readonly string[]): Promise<string[]> {
  const { rows: events } = await service.pool.query<LoggedEvent>(EVENTS);
  const { rows: subjects } = await service.pool.query<StoredSubject>(
    `${SUBJECTS} where id = any ($1::uuid[]) order by id`,
    [ids],
  );
  const { rows: timers } = await service.pool.query<{ subject_id: string; timer_id: string }>(
    'select subject_id, timer_id from timer',
  );
  return subjects.flatMap((subject) =>
    findDifferences(
      subject,
      events.filter(({ subject_id }) => subject_id === subject.id),
      timers.filter(({ subject_id }) => subject_id === subject.id).map(({ timer_id }) => timer_id),
      '9999-01-01T00:00:00.000Z',
    ),
  );
}

/** The tables in which this text stands anywhere. */
async function tablesNaming(text: string): Promise<string[]> {
  const { rows: tables } = await service.pool.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
  );
  const naming: string[] = [];
  for (const { name } of tables) {
    const { rows } = await service.pool.query(
      `select from ${name} t where strpos(t::text, $1) > 0 limit 1`,
      [text],
    );
    if (rows.length > 0) naming.push(name);
  }
  return naming;
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string; constraint?: string }) => error.constraint ?? error.code ?? 'no code',
  );

test('a personal part is deleted by nobody past the function, which the service’s log-ins may not call', async () => {
  const everybody = [
    'delete from event_personal',
    'truncate event_personal',
    `update event_personal set personal = '{}'`,
  ];
  const call = `select erase_personal('${cast.office.id}', '${second.id}', 'x', '[]', '{}')`;
  for (const sql of everybody)
    expect([sql, await refusal(service.pool.query(sql))]).toEqual([sql, '42501']);
  for (const pool of [service.facts, service.readers]) {
    for (const sql of [...everybody, call])
      expect([sql, await refusal(pool.query(sql))]).toEqual([
        sql,
        expect.stringMatching(/42501|25006/),
      ]);
  }
});

test('one officer twice, one whose account is closed and one whom nobody knows erase nothing', async () => {
  const gone = await service.person('county-office');
  await service.pool.query(
    `begin; set local session_replication_role = replica;
     update principal set disabled_at = now() where id = '${gone.id}'; commit`,
  );
  for (const [by, other] of [
    [second.id, second.id],
    [second.id, gone.id],
    ['00000000-0000-4000-8000-000000000000', second.id],
  ] as const) {
    expect(await refusal(eraseBy({ subjectId: objection }, by, other))).toBe('erased_by_two');
  }
  expect(await refusal(eraseBy({ subjectId: objection }, cast.office.id, second.id, ' '))).not.toBe(
    'done',
  );
  const { rows } = await service.pool.query('select from erasure');
  expect(rows).toHaveLength(0);
  expect((await cast.office.get(`/v1/objections/${objection}`)).body.content).toContain(WORKER);
});

test('an objection is forgotten: whoever reads sees that it was, its chain is whole, its state is the same', async () => {
  const before = (await cast.office.get(`/v1/objections/${objection}`)).body;
  expect(await differences([worker, objection])).toEqual([]);
  const why = ['--second', second.id, '--reason', '本人要求'];
  const wanted = ['--subject', objection, '--by', cast.office.id, ...why];
  expect(await command(...wanted)).toMatchObject({
    code: 0,
    said: expect.stringMatching(/objection .* #1 raise：1 处[\s\S]*nothing was erased/),
  });
  expect(await differences([objection])).toEqual([]);
  const alone = ['--subject', objection, '--by', second.id, ...why, '--yes'];
  expect(await command(...alone)).toMatchObject({
    code: 1,
    said: expect.stringContaining('Two different officers erase'),
  });
  expect(await command('--subject', 'x', ...why)).toMatchObject({ code: 2 });
  expect((await cast.office.get(`/v1/objections/${objection}`)).body.content).toBe(before.content);
  // Received, reported and dismissed; and what the dismissal told the candidate.
  expect(await command(...wanted, '--yes')).toMatchObject({
    code: 0,
    said: expect.stringContaining('the personal parts of 4 events were erased'),
  });
  const { body } = await cast.office.get(`/v1/objections/${objection}`);
  expect(body).toMatchObject({
    state: before.state,
    outcome: 'dismissed',
    objector: { kind: 'named', name: null, contact: null },
    content: ERASED,
    findings: ERASED,
    reason: ERASED,
  });
  const log = done(await auditor.get(`/v1/objections/${objection}/events`)).body.items;
  expect(log[0]).toMatchObject({
    type: 'raise',
    payload: { begin: { input: { content: ERASED } } },
    personal: { digest: expect.stringMatching(/^[0-9a-f]{64}$/), salt: null, part: null },
  });
  expect(await differences([worker, objection])).toEqual([]);
  const verified = await verifyAll(service.pool);
  expect(verified).toMatchObject({ faults: [], erased: 4 });
  for (const text of [OBJECTOR, CONTACT])
    expect([text, await tablesNaming(text)]).toEqual([text, []]);
}, 120_000);

test('of an erasure stays who, when, why and of which events, and not a word of theirs', async () => {
  const { rows } = await service.pool.query(
    `select by_id, second_id, reason, (select count(*)::int from erased_event) as events from erasure`,
  );
  expect(rows).toEqual([
    { by_id: cast.office.id, second_id: second.id, reason: '本人要求', events: expect.any(Number) },
  ]);
  for (const sql of [
    'delete from erasure',
    'delete from erased_event',
    `update erasure set reason = 'x'`,
    'truncate erasure cascade',
  ])
    expect([sql, await refusal(service.pool.query(sql))]).toEqual([sql, '42501']);
});

test('a person is forgotten: only what is kept as a public record still names them', async () => {
  await eraseBy({ subjectId: worker }, cast.office.id, second.id);
  await eraseBy({ person: WORKER }, cast.office.id, second.id);
  const { body } = await cast.office.get(`/v1/candidates/${worker}`);
  expect(body).toMatchObject({ name: ERASED, personName: ERASED, state: expect.any(String) });
  const { rows } = await service.pool.query<{ id: string }>(
    'select id from subject where id = $1 or parent_id = $1',
    [worker],
  );
  expect(await differences(rows.map(({ id }) => id))).toEqual([]);
  expect(await tablesNaming(WORKER)).toEqual(KEPT);
});

test('F11: erasures are read page by page, the newest first, or of one subject', async () => {
  const read = async (query: string) => done(await auditor.get(`/v1/audit/erasures?${query}`)).body;
  const all = (await read('limit=100')).items;
  expect(all.map(({ by }: { by: object }) => by)).toEqual(
    Array(3).fill({ principalId: cast.office.id, name: expect.any(String) }),
  );
  const turned: unknown[] = [];
  for (let page = await read('limit=1'); ; page = await read(`limit=1&cursor=${page.next}`)) {
    turned.push(...page.items);
    if (page.next === null) break;
  }
  expect(turned).toEqual(all);
  const { items } = await read(`subjectId=${objection}`);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ events: 4, subjectsTotal: 2 });
  expect(items[0].subjects).toMatchObject([
    { kind: 'candidate', id: worker, events: 1 },
    { kind: 'objection', id: objection, events: 3 },
  ]);
});

/** What docs/security.md says is kept: it was published, with its hash. */
const KEPT = ['application', 'document'];

test.each([
  ['its salt', `update event_personal set salt = '\\x00112233445566778899aabbccddeeff'`],
  [
    'a personal text',
    `update event_personal set personal = jsonb_set(personal, '{/payload/summary}', '"x"')`,
  ],
  ['what stayed', `update event set facts = facts || '{"openSheets": 7}'`],
  ['the key it came by', `update event set credential = 'key:0000000000000000'`],
])('with triggers off, a change of %s is found by recomputing the chain', async (_, change) => {
  const other = done(await cast.office.get('/v1/candidates?limit=100')).body.items.find(
    ({ id }: { id: string }) => id !== worker,
  ).id;
  expect(await differences([other])).toEqual([]);
  const client = await service.pool.connect();
  try {
    await client.query('begin; set local session_replication_role = replica');
    const { rowCount } = await client.query(`${change} where subject_id = $1 and sequence = $2`, [
      other,
      await firstWithPart(other),
    ]);
    expect(rowCount).toBe(1);
    const { rows: log } = await client.query<LoggedEvent>(EVENTS);
    const own = log.filter(({ subject_id }) => subject_id === other);
    expect(fold(own)).not.toBe(own.at(-1)?.hash);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

async function firstWithPart(subjectId: string): Promise<number> {
  const { rows } = await service.pool.query<{ first: number }>(
    'select min(sequence) as first from event_personal where subject_id = $1',
    [subjectId],
  );
  return rows[0]?.first ?? 0;
}
