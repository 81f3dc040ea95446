// Who sees personal fields, by every role over the interface, and how one is shown for a purpose.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import { FORGETTING, forgetPersonal } from '../../src/db/audit/retention.ts';
import { HELD_AT } from '../../src/rules/access/access.ts';
import { shown, unmaskers } from '../../src/rules/access/masked-fields.ts';
import { openRound } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import { done } from '../support/campaign.ts';
import { acceptWorkers, advanceCampaign, openSelection } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { publish } from '../support/signing.ts';

const ROLES = Object.keys(HELD_AT) as Role[];
const NAME = '刘大成';
const CONTACT = '138-1234-8000';
const VOTER = '党员1';

let service: RunningService;
let cast: Cast;
let objection: string;
let round: string;
let worker: string;
const people = new Map<Role, Person>();

beforeAll(async () => {
  let workers: string[];
  let campaignId: string;
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵']));
  const another = { campaignId, category: 'ADVANCED_WORKER', birthYear: 1985, personName: '钱' };
  const [first = ''] = workers;
  const { organisationId } = (await cast.office.get(`/v1/candidates/${first}`)).body;
  worker = done(await cast.office.post('/v1/candidates', { ...another, organisationId })).body.id;
  round = (await openRound(cast.office, worker)).split('/').at(-1) ?? '';
  await acceptWorkers(cast, workers, [95, 93, 91]);
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  done(await advanceCampaign(cast.office, campaignId, select));
  await publish(service, cast, campaignId);
  const raised = { candidateId: first, content: '反映材料不实', objector: NAME, contact: CONTACT };
  objection = done(await cast.office.post('/v1/objections', raised)).body.id;
  for (const role of ROLES) people.set(role, await service.person(role));
}, 120_000);
afterAll(() => service.close());

const personOf = (role: Role): Person => {
  const person = people.get(role);
  if (person === undefined) throw new Error(role);
  return person;
};

test.each(ROLES)(
  '%s sees of an objector and a voter what the table says, and no more',
  async (role) => {
    const person = personOf(role);
    const answers = {
      objection: await person.get(`/v1/objections/${objection}`),
      list: await person.get('/v1/objections'),
      roll: await person.get(`/v1/ballot-rounds/${round}/roll`),
    };
    for (const door of ['events', 'actions']) {
      const log = await person.get(`/v1/objections/${objection}/${door}`);
      expect(JSON.stringify(log.body)).not.toMatch(/大成|1234/);
    }
    const objector = {
      kind: 'named',
      name: shown('objector-name', [role], NAME),
      contact: shown('objector-contact', [role], CONTACT),
    };
    if (answers.objection.status === 200) {
      expect(answers.objection.body.objector).toEqual(objector);
      expect(answers.list.body.items[0].objector).toEqual(objector);
    } else {
      expect(answers.objection.status).toBe(404);
      expect(answers.list.body.items ?? []).toEqual([]);
    }
    const told = JSON.stringify((await person.get(`/v1/ballot-rounds/${round}/events`)).body);
    const isTold = shown('voter-name', [role], VOTER) === VOTER || role === 'auditor';
    expect(told.includes(`"${VOTER}"`)).toBe(isTold && answers.roll.status === 200);
    if (answers.roll.status !== 200) expect(answers.roll.status).toBe(404);
    else {
      const names = answers.roll.body.items.map(({ name }: { name: string | null }) => name);
      expect(names).toContain(shown('voter-name', [role], VOTER));
      expect(names.includes(VOTER)).toBe(shown('voter-name', [role], VOTER) === VOTER);
    }
  },
);

const ASKED = [
  ['objector-name', () => objection, NAME],
  ['objector-contact', () => objection, CONTACT],
  ['voter-name', () => round, VOTER],
  ['birth-year', () => worker, '1985'],
] as const;

test.each(ROLES)('%s has shown what the table says, and nothing else', async (role) => {
  for (const [field, subjectId, value] of ASKED) {
    const asked = {
      field,
      subjectId: subjectId(),
      purpose: '核对名册和答复',
      ...(field === 'voter-name' ? { entry: 'members-1' } : {}),
    };
    const { status, body } = await personOf(role).post('/v1/unmaskings', asked);
    if (unmaskers(field).includes(role)) {
      expect([field, status, body]).toEqual([field, 200, { field, value }]);
    } else expect([403, 404], `${role} ${field}`).toContain(status);
  }
});

test('what is shown is in the access log, with who, what and why, in the transaction that reads', async () => {
  const auditor = personOf('auditor');
  const person = await service.person('county-office');
  const asked = { field: 'objector-contact', subjectId: objection, purpose: '电话答复异议人' };
  done(await person.post('/v1/unmaskings', asked));
  const { rows } = await service.pool.query(
    'select action, outcome, route, subject, purpose, credential from access_log where principal_id = $1',
    [person.id],
  );
  expect(rows).toEqual([
    {
      action: 'unmasking',
      outcome: 'done',
      route: 'POST /v1/unmaskings objector-contact',
      subject: objection,
      purpose: '电话答复异议人',
      credential: `key:${person.key.split('_')[1]}`,
    },
  ]);
  const read = `/v1/audit/access-log?action=unmasking&principalId=${person.id}`;
  expect(done(await auditor.get(read)).body.items).toMatchObject([{ purpose: '电话答复异议人' }]);
});

test('without its row nothing is shown, and without a purpose nothing is asked', async () => {
  const asked = { field: 'objector-name', subjectId: objection, purpose: '电话答复异议人' };
  await service.pool.query(
    "alter table access_log add constraint shut check (action <> 'unmasking') not valid",
  );
  const refused = await cast.office.post('/v1/unmaskings', asked);
  await service.pool.query('alter table access_log drop constraint shut');
  expect(refused.status).toBe(500);
  expect(JSON.stringify(refused.body)).not.toContain(NAME);
  for (const purpose of ['', '      ', '看看', undefined]) {
    const { status } = await cast.office.post('/v1/unmaskings', { ...asked, purpose });
    expect(status, String(purpose)).toBe(400);
  }
});

test('objectors see themselves plain, and the office finds theirs by the contact they call from', async () => {
  const neighbour = await service.person('township-committee');
  const [candidateId] = (
    await service.pool.query<{ id: string }>(
      "select id from subject where machine = 'candidate' and step = 'notice'",
    )
  ).rows.map(({ id }) => id);
  const raised = { candidateId, content: '不实', contact: '137 0000 1111' };
  const { id } = done(await neighbour.post('/v1/objections', raised)).body;
  const own = await neighbour.get(`/v1/objections/${id}`);
  expect(own.body.objector).toEqual({
    kind: 'named',
    name: 'township-committee',
    contact: '137 0000 1111',
  });
  const found = done(await cast.office.post('/v1/objections/look-up', { contact: '13700001111' }));
  expect(found.body.items.map((one: { id: string }) => one.id)).toEqual([id]);
  expect(found.body.items[0].objector.contact).toBe('137****1111');
  const other = await cast.office.post('/v1/objections/look-up', { contact: '13700001112' });
  expect(other.body.items).toEqual([]);
  for (const role of ['auditor', 'assessor', 'administrator', 'township-office'] as const) {
    const asked = await personOf(role).post('/v1/objections/look-up', { contact: '13700001111' });
    expect(asked.status, role).toBe(403);
  }
});

test('no table has a name, a contact or a year of birth in plain text', async () => {
  const { rows: tables } = await service.pool.query<{ name: string }>(
    `select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
  );
  expect(tables.length).toBeGreaterThan(50);
  for (const { name } of tables) {
    const found = await service.pool.query(
      `select 1 from "${name}" t where t::text ~ '刘大成|138-1234-8000|13812348000' limit 1`,
    );
    expect([name, found.rowCount]).toEqual([name, 0]);
  }
  const { rows } = await service.pool.query('select birth_year from candidate where id = $1', [
    worker,
  ]);
  expect(rows[0].birth_year).toMatch(/^[0-9a-f]{8}\./);
});

test('objectors, voters and years of birth are forgotten when their time is over, and not before', async () => {
  const { performer, pool } = service;
  const months = 24;
  const left = async () => {
    const { rows } = await pool.query(
      `select (select count(*)::int from objector) as objectors,
              (select count(*)::int from candidate where birth_year is not null) as years,
              (select count(*)::int from ballot_roll where name <> '') as voters`,
    );
    return rows[0];
  };
  const forget = async () => {
    for (const some of FORGETTING) await performer.administer((tx) => some(tx, months, 10_000));
    return left();
  };
  const before = await left();
  expect(before).toMatchObject({ years: 1, voters: expect.any(Number) });
  await service.setClock('2021-01-01T00:00:00Z');
  expect(await forget(), 'nothing has ended').toEqual(before);
  await pool.query("update subject set status = 'done', updated_at = '2019-01-02Z' where id = $1", [
    objection,
  ]);
  await pool.query(
    "update subject set status = 'done', updated_at = '2019-01-02Z' where id = campaign_id",
  );
  expect(await forget(), 'a day too early').toEqual(before);
  await service.setClock('2021-01-03T00:00:00Z');
  expect(await forget()).toEqual({ objectors: before.objectors - 1, years: 0, voters: 0 });
  const { body } = await cast.office.get(`/v1/objections/${objection}`);
  expect(body.objector).toEqual({ kind: 'named', name: null, contact: null });
  const asked = { field: 'objector-name', subjectId: objection, purpose: '电话答复异议人' };
  expect((await cast.office.post('/v1/unmaskings', asked)).status).toBe(404);
});

test('what is personal of one objection is forgotten at once where somebody has a right to that', async () => {
  const { rows } = await service.pool.query<{ campaign: string; id: string }>(
    'select campaign_id as campaign, id from objector',
  );
  const [{ campaign, id } = { campaign: '', id: '' }] = rows;
  await service.performer.administer((tx) => forgetPersonal(tx, campaign, id));
  const left = await service.pool.query('select id from objector');
  expect(left.rowCount).toBe(rows.length - 1);
});
