// What is owed by when, and the timers that watch over it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign, registerTownship, registerVillage } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, WULI } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let scheduler: Person;
let campaignId: string;
let peng: string;
let wuli: string;
let village: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  scheduler = await service.person('scheduler');
  campaignId = await issueCampaign(cast);
  peng = await registerTownship(cast, campaignId);
  wuli = await registerTownship(cast, campaignId, WULI);
  village = await registerVillage(cast, campaignId);
});
afterAll(() => service.close());

type Obligation = { subjectId: string; kind: string; dueAt: string; level: string };
const owed = async (person: Person, query = ''): Promise<Obligation[]> =>
  (await person.get(`/v1/obligations?campaignId=${campaignId}&open=true${query}`)).body.items;
const fire = (body?: object) => scheduler.post('/v1/timers/fire-due', body);
const subjectsOf = (rows: Obligation[]) => rows.map(({ subjectId }) => subjectId).sort();

test('what a place and those below it owe is listed, the nearest first', async () => {
  const all = await owed(cast.office);
  const times = all.map(({ dueAt }) => dueAt);
  expect(times).toEqual([...times].sort());
  const plans = await owed(cast.office, '&kind=plan');
  expect(subjectsOf(plans)).toEqual([peng, wuli].sort());
  expect(subjectsOf(await owed(cast.committee, '&kind=plan'))).toEqual([peng]);
  const below = await owed(cast.office, `&organisationId=${PENG}&kind=mobilization`);
  expect(subjectsOf(below)).toEqual([village]);
  expect(await owed(cast.village, '&kind=plan')).toEqual([]);
});

test('pages of obligations follow each other without a gap', async () => {
  const all = await owed(cast.office);
  const open = `/v1/obligations?campaignId=${campaignId}&open=true`;
  const first = (await cast.office.get(`${open}&limit=4`)).body;
  const rest = (await cast.office.get(`${open}&cursor=${first.next}`)).body;
  expect([...first.items, ...rest.items]).toEqual(all);
});

test('timers are listed with the next instant; nothing is due yet', async () => {
  const { body } = await scheduler.get(`/v1/timers?campaignId=${campaignId}&limit=100`);
  expect(body.remaining).toBe(0);
  expect(body.nextDueAt).toBe(body.items[0].dueAt);
  expect(body.items.every(({ due }: { due: boolean }) => !due)).toBe(true);
  const ofVillage = (await cast.village.get('/v1/timers')).body.items;
  expect(ofVillage.map(({ subjectId }: { subjectId: string }) => subjectId)).toContain(village);
  expect(ofVillage.map(({ subjectId }: { subjectId: string }) => subjectId)).not.toContain(peng);
});

test('only a scheduler fires, and firing when nothing is due does nothing', async () => {
  const answer = await cast.office.post('/v1/timers/fire-due', {});
  expect([answer.status, answer.body.roles]).toEqual([403, ['scheduler']]);
  expect((await fire()).body).toMatchObject({ fired: 0, late: [], maxLateMs: 0, remaining: 0 });
});

test('an hour after the last day of mobilization the debtors are overdue, told once', async () => {
  await service.setClock('2017-06-30T17:00:00Z');
  expect(subjectsOf(await owed(cast.office, '&overdue=true&kind=plan'))).toEqual(
    [peng, wuli].sort(),
  );
  const few = (await fire({ limit: 1 })).body;
  expect(few.fired).toBe(1);
  expect(few.remaining).toBeGreaterThan(0);
  const answers = await Promise.all([fire(), fire(), fire()]);
  const fired = answers.reduce((sum, { body }) => sum + body.fired, few.fired);
  const { rows } = await service.pool.query(
    `select count(*)::int as fired from event where type like 'xstate.%'`,
  );
  expect(fired).toBe(rows[0].fired);
  const mobilized = answers.flatMap(({ body }) => body.late);
  expect(mobilized.some(({ lateMs }: { lateMs: number }) => lateMs === 3_600_000)).toBe(true);
  expect((await fire()).body).toMatchObject({ fired: 0, remaining: 0 });
  const overdue = await owed(cast.committee, '&level=overdue');
  expect(overdue.map(({ kind, subjectId }) => [kind, subjectId])).toEqual([
    ['receipt', expect.any(String)],
    ['plan', peng],
    ['mobilization', village],
  ]);
  const notices = (await cast.committee.get('/v1/notices?kind=overdue')).body.items;
  expect(notices.filter(({ subjectId }: Obligation) => subjectId === peng)).toHaveLength(1);
});

test('the story of a candidate tells the deadline, its levels and its end in order', async () => {
  const url = `/v1/candidates/${peng}/history`;
  const { items } = (await cast.committee.get(`${url}?limit=100`)).body;
  const times = items.map(({ at }: { at: string }) => at);
  expect(times).toEqual([...times].sort());
  expect(items[0]).toMatchObject({ kind: 'event', name: 'register', state: 'planning' });
  const levels = items
    .filter(
      ({ kind, name }: { kind: string; name: string }) => kind === 'obligation' && name === 'plan',
    )
    .map(({ level }: { level: string }) => level);
  expect(levels).toEqual(['armed', 'overdue']);
  expect(items.filter(({ kind }: { kind: string }) => kind === 'notice').length).toBeGreaterThan(1);
  const paged: object[] = [];
  let cursor = '';
  do {
    const { body } = await cast.committee.get(`${url}?limit=2${cursor}`);
    paged.push(...body.items);
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  expect(paged).toEqual(items);
});
