// Draws from their preparation to the inspections that follow from them.

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, type Draw } from '../../scripts/verify-draw.ts';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { drawSecretAt } from '../../src/db/draw/draws.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, WULI } from '../support/service.ts';
import { unit } from '../support/units.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const REVEAL = '2017-05-23T02:00:00Z';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let auditor: Person;
let colleague: Person;
let neighbour: Person;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  auditor = await service.person('auditor');
  colleague = await service.person('county-office');
  neighbour = await service.person(['township-office', unit('610222102-ZF')]);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

let rounds = 0;
const wish = (change: object = {}) => {
  rounds += 1;
  return {
    campaignId,
    round: rounds,
    population: 'sites',
    kinds: ['VILLAGE'],
    stratifyBy: 'township',
    perStratum: 1,
    inspectorIds: [cast.office.id, colleague.id, cast.department.id, neighbour.id],
    revealAt: REVEAL,
    ...change,
  };
};
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/draws/${id}/events`, event);
const prepare = async (change: object = {}): Promise<string> =>
  done(await cast.office.post('/v1/draws', wish(change))).body.id;
const read = async (id: string, person = cast.office) =>
  (await person.get(`/v1/draws/${id}`)).body as Draw & {
    state: string;
    recusals: object[];
    revealed: boolean;
  };

async function reveal(): Promise<void> {
  await service.setClock(REVEAL);
  await fireDueTimers(service.pool, service.performer);
}
const back = () => service.setClock('2017-05-20T01:00:00Z');

test('R58: a draw is published with its hashes, sealed, and revealed to be checked by anybody', async () => {
  const id = await prepare({ parties: ['county-office', 'auditor'] });
  const early = await tell(cast.office, id, { type: 'publish' });
  expect(early.status).toBe(422);
  expect(early.body.unmet).toMatchObject([
    { requirement: 'every-party-committed', clause: 'R58', actual: ['county-office', 'auditor'] },
  ]);
  const [own, other] = [0, 1].map(() => randomBytes(32).toString('hex')) as [string, string];
  const commit = (party: string, value: string) => ({
    type: 'commit-contribution',
    party,
    commitment: sha256(value),
  });
  const stranger = await tell(auditor, id, commit('county-office', other));
  expect(stranger.body.unmet).toMatchObject([{ requirement: 'speaks-for-the-party' }]);
  done(await tell(cast.office, id, commit('county-office', own)));
  done(await tell(auditor, id, commit('auditor', other)));
  const twice = await tell(auditor, id, commit('auditor', own));
  expect(twice.body.unmet).toMatchObject([{ requirement: 'commits-once' }]);
  done(await tell(cast.office, id, { type: 'publish' }));
  const lie = await tell(auditor, id, {
    type: 'reveal-contribution',
    party: 'auditor',
    value: own,
  });
  expect(lie.body.unmet).toMatchObject([{ requirement: 'fits-the-commitment' }]);
  done(await tell(auditor, id, { type: 'reveal-contribution', party: 'auditor', value: other }));

  const sealed = await read(id, cast.village);
  expect(sealed).toMatchObject({ state: 'published', revealed: false, units: null, seed: null });
  expect(sealed.serviceSeed).toBeNull();
  const before = (await cast.village.get(`/v1/draws/${id}/verify`)).body;
  expect(before).toMatchObject({ revealed: false, verified: true });
  await reveal();
  const open = await read(id, cast.village);
  expect(open).toMatchObject({ state: 'revealed', revealed: true });
  // Yijun has eight townships; each stratum gives one village.
  expect(open.units).toHaveLength(8);
  expect(check(open).filter(([, holds]) => !holds)).toEqual([]);
  const verified = (await cast.village.get(`/v1/draws/${id}/verify`)).body;
  expect(verified.steps.filter(({ equal }: { equal: boolean }) => !equal)).toEqual([]);
  expect(verified.verified).toBe(true);
  // The county office said nothing: an empty value, told in the record and in the notice.
  expect(open.contributions).toMatchObject([
    { party: 'county-office', value: null },
    { party: 'auditor', value: other },
  ]);
  const notices = (await cast.department.get('/v1/notices?limit=100')).body.items;
  const told = notices.find(({ template }: { template: string }) => template === 'draw-revealed');
  expect(told.body).toContain('未按时公开种子的一方：县远程办');
  for (const { unitId, inspectors } of open.units ?? []) {
    expect(new Set(inspectors).size).toBe(2);
    if (unitId.startsWith(WULI)) expect(inspectors).not.toContain(neighbour.id);
  }
  await back();
});

test('R58: before the reveal no answer, log, notice or table tells what was drawn', async () => {
  const id = await prepare();
  done(await tell(cast.office, id, { type: 'publish' }));
  const { rows } = await service.pool.query<{ secret: string }>(
    'select secret from draw_secret where id = $1',
    [id],
  );
  const sealed = rows[0]?.secret ?? '';
  const secret = service.vault.open(drawSecretAt(id), sealed);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  expect(sealed).not.toContain(secret);
  for (const door of ['', '/events?limit=100', '/actions', '/verify']) {
    expect(JSON.stringify((await cast.office.get(`/v1/draws/${id}${door}`)).body)).not.toContain(
      secret,
    );
  }
  const { rows: tables } = await service.pool.query<{ name: string }>(
    `select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'campaign_id' group by table_name`,
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const found = await service.pool.query(
      `select 1 from ${name} t where t::text like '%' || $1 || '%' limit 1`,
      [secret],
    );
    expect([name, found.rowCount]).toEqual([name, 0]);
  }
  const { rowCount } = await service.pool.query('select 1 from draw_unit where draw_id = $1', [id]);
  expect(rowCount).toBe(0);
  expect((await read(id)).serviceCommitment).toBe(sha256(secret));
});

test('R58: a round is drawn once, cancelled or not; of two at once one is refused', async () => {
  const id = await prepare();
  const silent = await tell(cast.office, id, { type: 'cancel' });
  expect(silent.status).toBe(400);
  done(await tell(cast.office, id, { type: 'cancel', reason: '范围有误' }));
  expect(await read(id)).toMatchObject({ state: 'cancelled', reason: '范围有误' });
  const again = await cast.office.post('/v1/draws', wish({ round: rounds }));
  expect(again.body.unmet).toMatchObject([{ requirement: 'round-is-new', clause: 'R58' }]);
  const race = wish();
  const answers = await Promise.all([
    cast.office.post('/v1/draws', race),
    colleague.post('/v1/draws', race),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
});

test('a repeat with the same key is answered with the draw that the first prepared', async () => {
  const body = wish();
  const first = done(await cast.office.post('/v1/draws', body, { key: 'draw-1' }));
  const second = await cast.office.post('/v1/draws', body, { key: 'draw-1' });
  expect(second.body.id).toBe(first.body.id);
  expect(second.headers['idempotency-replayed']).toBe('true');
});

test('R58: a recusal after the reveal brings in the next in the drawn order, and is verified', async () => {
  const id = await prepare();
  done(await tell(cast.office, id, { type: 'publish' }));
  await reveal();
  const { units } = await read(id);
  const one = units?.find(({ inspectors }) => inspectors.includes(colleague.id));
  if (one === undefined) throw new Error('the colleague was drawn for none of eight');
  const recusal = {
    type: 'declare-recusal',
    inspectorId: colleague.id,
    unitId: one.unitId,
    reason: '亲属在该村任职',
  };
  const foreign = await tell(cast.department, id, recusal);
  expect(foreign.body.unmet).toMatchObject([{ requirement: 'declares-for-themselves' }]);
  done(await tell(colleague, id, recusal));
  const after = await read(id);
  const now = after.units?.find(({ unitId }) => unitId === one.unitId);
  expect(now?.inspectors).not.toContain(colleague.id);
  expect(now?.inspectors).toHaveLength(2);
  expect(now?.recused).toContainEqual({ inspectorId: colleague.id, reason: 'declared' });
  expect(after.units?.filter(({ unitId }) => unitId !== one.unitId)).toEqual(
    units?.filter(({ unitId }) => unitId !== one.unitId),
  );
  expect((await cast.office.get(`/v1/draws/${id}/verify`)).body.verified).toBe(true);
  expect((await tell(colleague, id, recusal)).status).toBe(422);
  const late = await tell(cast.office, id, { type: 'cancel', reason: '结果不合意' });
  expect(late.status).toBe(409);
  await back();
});

test('R58: whoever was drawn stands back for themselves, a township’s officer too', async () => {
  const peng = await service.person(['township-office', unit('610222101-ZF')]);
  const outsider = await service.person(['village-organisation', unit('610222101203-DZB')]);
  const id = await prepare({
    inspectorIds: [cast.office.id, colleague.id, neighbour.id, peng.id],
    inspectorsPerUnit: 2,
  });
  done(await tell(cast.office, id, { type: 'publish' }));
  await reveal();
  const { units } = await read(id);
  const one = units?.find(({ inspectors }) => inspectors.includes(neighbour.id));
  if (one === undefined) throw new Error('the neighbour was drawn for none of eight');
  const recusal = (inspectorId: string) => ({
    type: 'declare-recusal',
    inspectorId,
    unitId: one.unitId,
    reason: '亲属在该村任职',
  });
  for (const other of [peng, outsider]) {
    const answer = await tell(other, id, recusal(neighbour.id));
    expect([answer.status, answer.body.unmet[0].requirement]).toEqual([
      422,
      'declares-for-themselves',
    ]);
  }
  const undrawn = await tell(outsider, id, recusal(outsider.id));
  expect([undrawn.status, undrawn.body.unmet[0].requirement]).toEqual([422, 'of-this-draw']);
  expect((await tell(auditor, id, recusal(auditor.id))).status).toBe(403);
  expect((await tell(neighbour, id, { type: 'complete' })).status).toBe(403);
  done(await tell(neighbour, id, recusal(neighbour.id)));
  const now = (await read(id)).units?.find(({ unitId }) => unitId === one.unitId);
  expect(now?.inspectors).not.toContain(neighbour.id);
  expect((await neighbour.get(`/v1/draws/${id}/verify`)).body.verified).toBe(true);
  await back();
});

test('R58: a random inspection names a drawn unit and its drawn inspectors; the worklist gets shorter', async () => {
  const candidateId = await registerTownship(cast, campaignId, PENG);
  const id = await prepare({
    population: 'candidates',
    kinds: ['示范乡镇'],
    inspectorIds: [cast.office.id, colleague.id],
    perStratum: 8,
  });
  done(await tell(cast.office, id, { type: 'publish' }));
  const look = {
    candidateId,
    kind: 'RANDOM',
    occurredOn: '2017-05-20',
    inspectors: ['county-office', 'county-office'],
    findings: [],
  };
  const sealed = await cast.office.post('/v1/inspections', { ...look, drawId: id });
  expect(sealed.body.unmet).toMatchObject([{ requirement: 'follows-from-a-draw', clause: 'R58' }]);
  await reveal();
  const undrawn = await cast.office.post('/v1/inspections', look);
  expect(undrawn.body.unmet).toMatchObject([{ requirement: 'follows-from-a-draw', actual: null }]);
  const alone = await cast.office.post('/v1/inspections', {
    ...look,
    drawId: id,
    inspectors: ['张'],
  });
  expect(alone.body.unmet).toMatchObject([{ requirement: 'by-the-drawn-inspectors' }]);
  const township = await cast.township.post('/v1/inspections', { ...look, drawId: id });
  expect(township.body.unmet).toMatchObject([{ requirement: 'made-by-the-county', clause: 'R58' }]);

  const mine = async () => (await colleague.get('/v1/inspections/worklist')).body.items;
  const work = (await mine()).filter(({ drawId }: { drawId: string }) => drawId === id);
  expect(work).toMatchObject([{ unitId: candidateId, name: '彭镇', overdue: false }]);
  const unfinished = await tell(cast.office, id, { type: 'complete' });
  expect(unfinished.body.unmet).toMatchObject([
    { requirement: 'every-drawn-unit-inspected', actual: ['彭镇'] },
  ]);
  const recorded = done(await cast.office.post('/v1/inspections', { ...look, drawId: id }));
  const [row] = (await cast.office.get('/v1/inspections?kind=RANDOM')).body.items;
  expect(row).toMatchObject({
    id: recorded.body.recordId,
    body: { drawId: id, unitId: candidateId, office: 'county-office' },
  });
  expect(await mine()).not.toContainEqual(expect.objectContaining({ drawId: id }));
  done(await tell(cast.office, id, { type: 'complete' }));
  expect(await read(id)).toMatchObject({ state: 'completed', deadlines: [] });
  await back();
});

test('R58: drawn inspections that are not reported in time are told as overdue', async () => {
  const id = await prepare({ kinds: ['COMMUNITY', 'VILLAGE'], stratifyBy: 'none' });
  done(await tell(cast.office, id, { type: 'publish' }));
  await reveal();
  const owed = async () =>
    (await cast.office.get(`/v1/obligations?subjectId=${id}`)).body.items as { level: string }[];
  // 23 May and ten working days: 27 May is one, 28–30 May are none.
  expect(await owed()).toMatchObject([
    { kind: 'drawn-inspections', clause: 'R58', level: 'armed', dueAt: '2017-06-07T16:00:00.000Z' },
  ]);
  await service.setClock('2017-06-08T01:00:00Z');
  await fireDueTimers(service.pool, service.performer);
  expect(await owed()).toMatchObject([{ level: 'overdue' }]);
  const [task] = (await cast.office.get('/v1/inspections/worklist?limit=1')).body.items;
  if (task !== undefined) expect(task.overdue).toBe(true);
  await back();
});

test.each([
  ['by one inspector', { inspectorsPerUnit: 1 }, '/body/inspectorsPerUnit'],
  ['by an administrator', null, '/body/inspectorIds/1'],
  ['below another county', { organisationId: unit('610202') }, '/body/organisationId'],
  ['of more than can be inspected', { perStratum: 501 }, '/body/perStratum'],
])('a draw %s is refused where it stands', async (_, change, path) => {
  const administrator = await service.person('administrator');
  const asked = change ?? { inspectorIds: [cast.office.id, administrator.id] };
  const answer = await cast.office.post('/v1/draws', wish(asked));
  expect([answer.status, answer.body.errors[0].path]).toEqual([400, path]);
});

test('R58: a draw that leaves a unit with too few inspectors is not published', async () => {
  const id = await prepare({ inspectorIds: [cast.office.id, neighbour.id] });
  const refused = await tell(cast.office, id, { type: 'publish' });
  expect(refused.body.unmet).toMatchObject([{ requirement: 'enough-inspectors', clause: 'R58' }]);
  const past = await cast.office.post('/v1/draws', wish({ revealAt: '2017-05-19T00:00:00Z' }));
  expect(past.body.unmet).toMatchObject([{ requirement: 'reveal-lies-ahead' }]);
});

test('only the county office prepares a draw; another county knows of none', async () => {
  expect((await cast.township.post('/v1/draws', wish())).status).toBe(403);
  const stranger = await service
    .person(['township-office', unit('610202001-ZF')])
    .catch(() => null);
  if (stranger !== null) expect((await stranger.get('/v1/draws')).body.items).toEqual([]);
  const { items } = (await cast.village.get(`/v1/draws?campaignId=${campaignId}&limit=2`)).body;
  expect(items.map(({ round }: { round: number }) => round)).toEqual([1, 2]);
});
