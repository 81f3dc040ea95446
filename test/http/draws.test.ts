// Draws from their preparation to the inspections that follow from them.

import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check, type Draw } from '../../scripts/verify-draw.ts';
import { fireDueTimers } from '../../src/command/kernel/timers.ts';
import { drawSecretAt } from '../../src/db/draw/draws.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN, WULI } from '../support/service.ts';
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
  const repeated = { repeats: [rounds], repeatReason: '范围已更正' };
  const again = await cast.office.post('/v1/draws', { ...wish(repeated), round: rounds - 1 });
  expect(again.body.unmet).toMatchObject([{ requirement: 'round-is-new', clause: 'R58' }]);
  const race = wish(repeated);
  const answers = await Promise.all([
    cast.office.post('/v1/draws', race),
    colleague.post('/v1/draws', race),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
});

test('F17: after the publication one person asks for the cancellation and another confirms it', async () => {
  const id = await prepare();
  done(await tell(cast.office, id, { type: 'publish' }));
  const nobody = await tell(cast.office, id, { type: 'confirm-cancellation' });
  expect(nobody.body.unmet).toMatchObject([{ requirement: 'cancelled-by-another' }]);
  done(await tell(cast.office, id, { type: 'cancel', reason: '名单有误' }));
  expect(await read(id)).toMatchObject({ state: 'published', reason: null });
  const alone = await tell(cast.office, id, { type: 'confirm-cancellation' });
  expect(alone.body.unmet).toMatchObject([{ requirement: 'cancelled-by-another', clause: 'R58' }]);
  done(await tell(colleague, id, { type: 'confirm-cancellation' }));
  expect(await read(id)).toMatchObject({ state: 'cancelled', reason: '名单有误' });
  const { items } = (await cast.village.get('/v1/notices?limit=100')).body;
  const { items: told } = (await cast.department.get('/v1/notices?limit=100')).body;
  expect(items).not.toContainEqual(expect.objectContaining({ template: 'draw-cancelled' }));
  const notice = told.find(
    ({ template, title }: { template: string; title: string }) =>
      template === 'draw-cancelled' && title.includes(`第${rounds}轮`),
  );
  expect(notice.body).toContain('公布后、揭晓前经两人撤销');
  expect(notice.body).toContain('名单有误');
});

test('F17: a cancellation that nobody confirms before the reveal comes to nothing', async () => {
  const cancelled = rounds;
  const id = await prepare({ repeats: [cancelled], repeatReason: '名单已更正' });
  done(await tell(cast.office, id, { type: 'publish' }));
  done(await tell(cast.office, id, { type: 'cancel', reason: '改期' }));
  await reveal();
  expect(await read(id)).toMatchObject({ state: 'revealed', reason: null });
  await back();
});

test('F17: a draw that repeats names what it repeats and why, and tells by whom and why that was cancelled', async () => {
  const first = await prepare();
  const name = (await read(first)) as unknown as { round: number };
  done(await tell(cast.office, first, { type: 'publish' }));
  done(await tell(cast.office, first, { type: 'cancel', reason: '范围漏了两个村' }));
  done(await tell(colleague, first, { type: 'confirm-cancellation' }));
  for (const change of [
    {},
    { repeats: [name.round] },
    { repeatReason: '范围已更正' },
    { repeats: [name.round, 998], repeatReason: '范围已更正' },
  ]) {
    const refused = await cast.office.post('/v1/draws', wish(change));
    expect(refused.body.unmet).toMatchObject([
      { requirement: 'names-what-it-repeats', clause: 'R58', required: [name.round] },
    ]);
    expect(refused.body.unmet[0].quote).toContain('随机抽查');
  }
  // What is drawn from others is no repeat.
  const others = { population: 'candidates', kinds: ['DEMONSTRATION_VILLAGE'] };
  const apart = await cast.office.post('/v1/draws', wish(others));
  expect(JSON.stringify(apart.body)).not.toContain('names-what-it-repeats');

  const again = await prepare({ repeats: [name.round], repeatReason: '范围已更正' });
  done(await tell(cast.office, again, { type: 'publish' }));
  const { body } = await cast.village.get(`/v1/draws/${again}`);
  expect(body).toMatchObject({ repeats: [name.round], repeatReason: '范围已更正' });
  expect(body.predecessors).toContainEqual({
    id: first,
    round: name.round,
    publishedAt: '2017-05-20T01:00:00.000Z',
    cancelledAt: '2017-05-20T01:00:00.000Z',
    reason: '范围漏了两个村',
    cancelledBy: [
      { id: cast.office.id, name: expect.any(String) },
      { id: colleague.id, name: expect.any(String) },
    ],
  });
  const { items } = (await cast.department.get('/v1/notices?limit=100')).body;
  const notice = items.find(({ title }: { title: string }) => title.includes(`第${rounds}轮`));
  expect(notice.body).toContain(`本轮接续未抽成的第${name.round}轮重抽。理由：范围已更正。`);
  // It is named once; the next draw repeats nothing.
  expect(await prepare()).toBeDefined();
});

test('F17: a draw that was prepared and let lie beyond its reveal counts as one that came to nothing', async () => {
  const id = await prepare({ revealAt: '2017-05-20T02:00:00Z' });
  const { round } = (await read(id)) as unknown as { round: number };
  await service.setClock('2017-05-20T02:00:00Z');
  const refused = await cast.office.post('/v1/draws', wish());
  expect(refused.body.unmet).toMatchObject([
    { requirement: 'names-what-it-repeats', required: [round] },
  ]);
  const next = await prepare({ repeats: [round], repeatReason: '未及时公布' });
  const { predecessors } = (await cast.village.get(`/v1/draws/${next}`)).body;
  expect(predecessors).toContainEqual(
    expect.objectContaining({ round, publishedAt: null, cancelledAt: null, cancelledBy: [] }),
  );
  await back();
});

test('F17: fewer units or inspectors than the plan asks for are refused in its words', async () => {
  const two = { inspectorIds: [cast.office.id, colleague.id] };
  const narrow = await cast.office.post('/v1/draws', wish(two));
  expect(narrow.body.unmet).toMatchObject([
    { requirement: 'draw-is-wide-enough', clause: 'R58', actual: [expect.any(Number), 2, 2] },
  ]);
  expect(narrow.body.unmet[0].required).toEqual([2, 3, 2]);
  expect(narrow.body.unmet[0].quote).toContain('随机抽查');
  const one = { organisationId: PENGCUN, kinds: ['VILLAGE'] };
  const single = await cast.office.post('/v1/draws', wish(one));
  expect(single.body.unmet).toMatchObject([{ requirement: 'draw-is-wide-enough' }]);
  expect(single.body.unmet[0].actual[0]).toBe(1);
});

test('a repeat with the same key is answered with the draw that the first prepared', async () => {
  const body = wish();
  const first = done(await cast.office.post('/v1/draws', body, { key: 'draw-1' }));
  const second = await cast.office.post('/v1/draws', body, { key: 'draw-1' });
  expect(second.body.id).toBe(first.body.id);
  expect(second.headers['idempotency-replayed']).toBe('true');
});

test('C18: a recusal declared by mistake is taken back before the reveal, and by nobody after it', async () => {
  const id = await prepare();
  const [{ id: unitId } = { id: '' }] = (await read(id)).snapshot?.units ?? [];
  const pair = { inspectorId: colleague.id, unitId };
  done(await tell(colleague, id, { type: 'declare-recusal', ...pair, reason: '亲属在该村任职' }));
  const withdrawn = { type: 'withdraw-recusal', ...pair, reason: '选错了村' };
  expect((await tell(colleague, id, withdrawn)).body.unmet).toMatchObject([
    { requirement: 'taken-back-by-another', clause: 'R58' },
  ]);
  done(await tell(cast.office, id, withdrawn));
  expect((await read(id)).recusals).toEqual([]);
  expect((await tell(cast.office, id, withdrawn)).body.unmet).toMatchObject([
    { requirement: 'recusal-stands' },
  ]);
  done(await tell(cast.office, id, { type: 'publish' }));
  await reveal();
  expect((await tell(cast.office, id, withdrawn)).status).toBe(409);
  await back();
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
  const otherId = await registerTownship(cast, campaignId, WULI);
  const third = await service.person('county-office');
  const id = await prepare({
    population: 'candidates',
    kinds: ['示范乡镇'],
    inspectorIds: [cast.office.id, colleague.id, third.id],
    inspectorsPerUnit: 3,
    perStratum: 8,
  });
  done(await tell(cast.office, id, { type: 'publish' }));
  const look = {
    candidateId,
    kind: 'RANDOM',
    occurredOn: '2017-05-20',
    inspectors: ['county-office', 'county-office', 'county-office'],
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
  expect(work).toHaveLength(2);
  expect(work).toContainEqual(
    expect.objectContaining({ unitId: candidateId, name: '彭镇', overdue: false }),
  );
  done(await cast.office.post('/v1/inspections', { ...look, candidateId: otherId, drawId: id }));
  const unfinished = await tell(cast.office, id, { type: 'complete' });
  expect(unfinished.body.unmet).toMatchObject([
    { requirement: 'every-drawn-unit-inspected', actual: ['彭镇'] },
  ]);
  const recorded = done(await cast.office.post('/v1/inspections', { ...look, drawId: id }));
  const { items: rows } = (await cast.office.get('/v1/inspections?kind=RANDOM')).body;
  const row = rows.find((one: { id: string }) => one.id === recorded.body.recordId);
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
  const another = await service.person(['township-office', unit('610222102-ZF')]);
  const id = await prepare({ inspectorIds: [cast.office.id, neighbour.id, another.id] });
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
