import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  ACTIVITY,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  registerWorker,
} from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService, PENG, WULI } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let township: string;
let village: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  township = `/v1/candidates/${await registerTownship(cast, campaignId)}`;
  village = `/v1/candidates/${await registerVillage(cast, campaignId)}`;
});
afterAll(() => service.close());

const on = (kind: string, detail: object = {}, more: object = {}) => ({
  kind,
  occurredOn: '2017-05-20',
  summary: kind,
  detail,
  ...more,
});
const ledger = async (name: string, filter = '', who = cast.office) =>
  (await who.get(`/v1/ledgers/${name}?campaignId=${campaignId}${filter}`)).body.items;

test('R48, R53: each kind has fields of its own, and each fault is told at its place', async () => {
  const { status, body } = await cast.committee.post(
    `${township}/evidence`,
    on('consultation', { people: 0, opinion: '多培训' }),
    { language: 'en' },
  );
  expect(status).toBe(400);
  expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
    '/body/detail/asked',
    '/body/detail/opinion',
    '/body/detail/opinions',
    '/body/detail/people',
  ]);
  const { form: _, ...formless } = ACTIVITY;
  const refused = await cast.committee.post(`${township}/evidence`, formless);
  expect(refused.body.unmet).toMatchObject([{ requirement: 'has-form', clause: 'R53' }]);
});

test('Q14: an unknown kind is refused at both doors; what nobody foresaw is recorded as other', async () => {
  const strange = on('song-contest');
  for (const [url, body] of [
    [`${township}/evidence`, strange],
    [`${township}/events`, { type: 'record-evidence', ...strange }],
  ] as const) {
    const answer = await cast.committee.post(url, body);
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, '/body/kind']);
  }
  done(await cast.committee.post(`${township}/evidence`, on('other', { name: '歌咏比赛' })));
  expect(await ledger('archives')).toMatchObject([{ kind: 'other', detail: { name: '歌咏比赛' } }]);
});

test('R14: evidence names no site of a neighbour', async () => {
  const foreign = on('supervision', {}, { siteIds: ['610222101203-S1', '610222102200-S1'] });
  const { status, body } = await cast.committee.post(`${township}/evidence`, foreign);
  expect(status).toBe(422);
  expect(body.unmet).toMatchObject([
    { requirement: 'sites-within-unit', clause: 'R14', actual: ['610222102200-S1'] },
  ]);
  expect(body.unmet[0].quote).toContain('监督管理指导');
});

test('R70: the schedule is the office’s, inside the county’s windows, without gap or overlap', async () => {
  const stages = [
    { phase: 'mobilization', start: '2017-05-20', end: '2017-06-30' },
    { phase: 'concentrated-creation', start: '2017-07-01', end: '2017-09-30' },
    { phase: 'self-check-rectification', start: '2017-10-01', end: '2017-10-31' },
    { phase: 'evaluation', start: '2017-11-01', end: '2017-11-30' },
  ];
  const schedule = (changed: object[]) => on('township-schedule', { stages: changed });
  const url = `${township}/evidence`;
  expect(await cast.committee.post(url, schedule(stages))).toMatchObject({
    status: 403,
    body: { roles: ['township-office', 'integrator'] },
  });
  const gap = stages.map((stage, index) =>
    index === 1 ? { ...stage, start: '2017-07-03' } : stage,
  );
  expect((await cast.township.post(url, schedule(gap))).body.unmet).toMatchObject([
    { clause: 'R70', actual: '2017-07-03', required: '2017-07-01' },
  ]);
  const outside = stages.map((stage, index) =>
    index === 3 ? { ...stage, end: '2017-12-01' } : stage,
  );
  expect((await cast.township.post(url, schedule(outside))).body.unmet).toMatchObject([
    { clause: 'R70', required: '2017-11-01/2017-11-30' },
  ]);
  expect((await cast.township.post(url, schedule(stages))).status).toBe(201);
});

test('Q4: one case counts once within its level, and again at another level', async () => {
  const showcase = (title: string) => on('showcase-case', { title });
  done(await cast.committee.post(`${township}/evidence`, showcase('苹果矮化密植“远程课堂”')));
  const again = await cast.committee.post(
    `${township}/evidence`,
    showcase('苹果矮化密植 "远程课堂"'),
  );
  expect(again.body.unmet).toMatchObject([
    { requirement: 'case-counted-once', clause: 'R17', actual: ['township'] },
  ]);
  expect(
    (await cast.village.post(`${village}/evidence`, showcase('苹果矮化密植远程课堂'))).status,
  ).toBe(201);
});

test('R13, R17, R25: a case rests on the sentence of its own category, in its refusals and its ledger', async () => {
  const showcase = (title: string) => on('showcase-case', { title });
  done(await cast.village.post(`${village}/evidence`, showcase('村级案例')));
  const twice = await cast.village.post(`${village}/evidence`, showcase('村级 案例'));
  expect(twice.body.unmet).toMatchObject([{ requirement: 'case-counted-once', clause: 'R25' }]);
  const { items } = done(
    await cast.office.get(
      `/v1/ledgers/cases?campaignId=${campaignId}&kind=showcase-case&limit=100`,
    ),
  ).body;
  const clauseOf = (summary: string) =>
    items.filter((one: { detail: { title: string } }) => one.detail.title === summary)[0]?.clause;
  expect(clauseOf('村级案例')).toBe('R25');
  expect(clauseOf('苹果矮化密植“远程课堂”')).toBe('R17');
});

test('R74: publicity says of which day’s event it reports, so that it is in time or late', async () => {
  const reported = (detail: object) => on('publicity', { channel: '县电视台', ...detail });
  const silent = await cast.township.post(`${township}/evidence`, reported({}));
  expect(silent.status).toBe(400);
  const before = reported({ eventOn: '2017-05-21' });
  const answer = await cast.township.post(`${township}/evidence`, before);
  expect([answer.status, answer.body.unmet[0].clause]).toEqual([422, 'R74']);
  const eventOn = '2017-05-19';
  expect((await cast.township.post(`${township}/evidence`, reported({ eventOn }))).status).toBe(
    201,
  );
});

test('Q4: of two townships that hand in one case at once, one is refused', async () => {
  const wuli = `/v1/candidates/${await registerTownship(cast, campaignId, WULI)}`;
  const other = await service.person(['township-committee', unit('610222102-DW')]);
  const showcase = on('showcase-case', { title: '旱作梯田示范带' });
  const answers = await Promise.all([
    cast.committee.post(`${township}/evidence`, showcase),
    other.post(`${wuli}/evidence`, showcase),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
});

test('Q4, R13: a case that is rejected frees its name, and the county is not its own judge', async () => {
  const url = `${township}/evidence`;
  const showcase = on('showcase-case', { title: '核桃嫁接' });
  const { recordId } = done(await cast.committee.post(url, showcase)).body;
  const judged = { verdict: 'accepted', impact: 'MAJOR' };
  const half = await cast.office.post(`${url}/${recordId}/assessment`, judged);
  expect(half.body.unmet).toMatchObject([{ requirement: 'impact-and-scope-found', clause: 'R13' }]);
  done(await cast.office.post(`${url}/${recordId}/assessment`, { verdict: 'rejected' }));
  expect((await cast.committee.post(url, showcase)).status).toBe(201);
  const own = done(
    await cast.office.post('/v1/candidates', {
      campaignId,
      category: 'ADVANCED_COUNTY',
      organisationId: unit('610222'),
    }),
  ).body.id;
  const case1 = on('showcase-case', { title: '全县一站一品' });
  const { recordId: countys } = done(
    await cast.office.post(`/v1/candidates/${own}/evidence`, case1),
  ).body;
  const path = `/v1/candidates/${own}/evidence/${countys}/assessment`;
  const verdict = { verdict: 'accepted', impact: 'MAJOR', promotionScope: 'CITYWIDE' };
  const colleague = await service.person('county-office');
  expect((await colleague.post(path, verdict)).body.unmet).toMatchObject([
    { requirement: 'reviewer-is-not-applicant', clause: 'R13', required: 'city-centre' },
  ]);
  expect((await cast.city.post(path, verdict)).status).toBe(201);
});

test('R68: a record is corrected by a later one with a reason; nothing is overwritten', async () => {
  const url = `${township}/evidence`;
  const wrong = done(
    await cast.committee.post(url, on('meeting-minute', { agendaItem: '研究防汛' })),
  ).body.recordId;
  const correct = (kind: string, detail: object) =>
    on(kind, detail, { supersedes: { recordId: wrong, reason: '议题写错' } });
  const other = await cast.committee.post(url, correct('three-create-link', {}));
  expect(other.body.unmet).toMatchObject([{ requirement: 'corrects-its-kind' }]);
  const right = done(
    await cast.committee.post(url, correct('meeting-minute', { agendaItem: '研究“四创三评”' })),
  ).body.recordId;
  expect(await ledger('meetings')).toMatchObject([
    { id: right, status: 'recorded', detail: { agendaItem: '研究“四创三评”' } },
    { id: wrong, status: 'superseded', remark: '议题写错', supersededBy: right },
  ]);
  const twice = await cast.committee.post(url, correct('meeting-minute', { agendaItem: '再改' }));
  expect(twice.body.unmet).toMatchObject([{ requirement: 'corrects-its-kind', actual: null }]);
});

test('R48: a consultation that is corrected to a later day is counted from that day', async () => {
  const wuli = (await ledgerOf(WULI)) as string;
  const committee = await service.person(['township-committee', unit('610222102-DW')]);
  const detail = { asked: '群众', people: 20, opinions: ['多培训'] };
  const first = { ...on('consultation', detail), occurredOn: '2017-05-10' };
  const { recordId } = done(await committee.post(`${wuli}/evidence`, first)).body;
  const supersedes = { recordId, reason: '日期写错' };
  done(await committee.post(`${wuli}/evidence`, { ...on('consultation', detail), supersedes }));
  const { rows } = await service.pool.query('select context from subject where id = $1', [
    wuli.split('/').at(-1),
  ]);
  expect(rows[0].context).toMatchObject({
    firstConsultationOn: '2017-05-20',
    evidence: { consultation: 1 },
  });
});

const ledgerOf = async (organisationId: string) => {
  const { items } = (
    await cast.office.get(
      `/v1/candidates?campaignId=${campaignId}&organisationId=${organisationId}&category=DEMONSTRATION_TOWNSHIP`,
    )
  ).body;
  return `/v1/candidates/${items[0].id}`;
};

test('R54: an issue is raised with a deadline, solved by an event, and never before it was raised', async () => {
  const issue = on('hot-issue', { raisedBy: '二组群众' });
  const { recordId } = done(await cast.village.post(`${village}/evidence`, issue)).body;
  const matter = (await cast.village.get(`/v1/matters/${recordId}`)).body;
  expect(matter).toMatchObject({
    state: 'open',
    kind: 'hot-issue',
    deadlines: [{ kind: 'matter', clause: 'R54', level: 'armed' }],
  });
  // Ten working days after Saturday 20 May; 27 May is worked, the 28th to the 30th are days off.
  expect(matter.dueAt).toBe('2017-06-05T16:00:00Z');
  const solve = (solvedOn: string) =>
    cast.village.post(`/v1/matters/${recordId}/events`, {
      type: 'solve',
      solvedOn,
      result: '已换设备',
    });
  expect((await solve('2017-05-19')).body.unmet).toMatchObject([
    { requirement: 'solved-in-its-time', clause: 'R54' },
  ]);
  done(await solve('2017-05-20'));
  expect(await ledger('problems', '&status=solved')).toMatchObject([
    { id: recordId, closedOn: '2017-05-20', result: '已换设备', colour: 'closed' },
  ]);
  const instead = { ...issue, supersedes: { recordId, reason: '改写' } };
  expect((await cast.village.post(`${village}/evidence`, instead)).body.unmet).toMatchObject([
    { requirement: 'what-lives-is-solved' },
  ]);
});

test('R38: whether an opinion was resolved is what became of it, not what was claimed', async () => {
  const worker = `/v1/candidates/${await registerWorker(cast, campaignId, '李建国')}`;
  const claimed = on('feedback', { status: 'RESOLVED' });
  const { status, body } = await cast.committee.post(`${worker}/evidence`, claimed);
  expect([status, body.errors[0].path]).toEqual([400, '/body/detail/status']);
});

test('R8, R53: ledgers are filtered by kind, place, day, status and text, and seen within one’s reach', async () => {
  done(await cast.committee.post(`${township}/evidence`, ACTIVITY));
  const wuli = await ledgerOf(WULI);
  const committee = await service.person(['township-committee', unit('610222102-DW')]);
  done(await committee.post(`${wuli}/evidence`, { ...ACTIVITY, summary: '玉米栽培现场会' }));
  expect(await ledger('activities')).toHaveLength(2);
  expect(await ledger('activities', `&under=${WULI}`)).toMatchObject([
    { summary: '玉米栽培现场会' },
  ]);
  expect(await ledger('activities', '&q=玉米')).toHaveLength(1);
  expect(await ledger('activities', '&q=%25')).toHaveLength(0);
  expect(await ledger('activities', '&from=2017-05-21')).toHaveLength(0);
  expect(await ledger('activities', '&to=2017-05-20&kind=activity&status=recorded')).toHaveLength(
    2,
  );
  expect(await ledger('activities', '', committee)).toHaveLength(1);
  const url = `/v1/ledgers/activities?campaignId=${campaignId}&limit=1`;
  const first = (await cast.office.get(url)).body;
  const rest = (await cast.office.get(`${url}&cursor=${first.next}`)).body;
  expect([...first.items, ...rest.items]).toEqual(await ledger('activities'));
  expect(rest.next).toBeNull();
  expect((await cast.office.get(`/v1/ledgers/none?campaignId=${campaignId}`)).status).toBe(404);
});

test('R66–R70: what a township owes is shown by clause and role, and done when it is recorded', async () => {
  const duties = async (): Promise<{ id: string; clause: string; by: string; met: boolean }[]> =>
    (await cast.office.get(`/v1/campaigns/${campaignId}/duties?under=${PENG}`)).body.items;
  const leadership = async () => (await duties()).find(({ id }) => id === 'leadership');
  expect(await leadership()).toMatchObject({
    clause: 'R69',
    modality: 'M',
    by: 'township-committee',
    actual: 0,
    required: 1,
    met: false,
  });
  const named = on('leadership', { leader: '刘书记', handler: '陈干事' });
  done(await cast.committee.post(`${township}/evidence`, named));
  expect(await leadership()).toMatchObject({ actual: 1, met: true });
  const soft = (await duties()).find(({ id }) => id === 'participation');
  expect(soft).toMatchObject({ clause: 'R50', modality: 'S', met: false });
});

test('O19: one draft of a plan stands: a second is refused until it says which it replaces', async () => {
  const draft = on('work-plan');
  const first = done(await cast.committee.post(`${township}/evidence`, draft)).body;
  const second = await cast.committee.post(`${township}/evidence`, draft);
  expect(second.body.unmet).toMatchObject([
    { text: '同一方案只留一份，另有一稿的须写明更正哪一份' },
  ]);
  const supersedes = { recordId: first.recordId, reason: '按县里意见修改' };
  done(await cast.committee.post(`${township}/evidence`, { ...draft, supersedes }));
});

test('O15: that none arose is stated by name and day where the plan lets it, and meets the duty until something arises', async () => {
  const hot = async () => {
    const { items } = (
      await cast.office.get(`/v1/campaigns/${campaignId}/duties?under=${unit('610222103')}`)
    ).body;
    return items.find(({ id }: { id: string }) => id === 'hot-issue');
  };
  const wuli = `/v1/candidates/${await registerTownship(cast, campaignId, unit('610222103'))}`;
  const office = await service.person(['township-office', unit('610222103-ZF')]);
  const committee = await service.person(['township-committee', unit('610222103-DW')]);
  const none = (duty: string) => ({
    ...on('none-arose', { duty }),
    summary: '经走访各村，本阶段没有党员群众反映的热点难点问题',
  });
  expect(await hot()).toMatchObject({ actual: 0, met: false, stated: null });
  const leader = await office.post(`${wuli}/evidence`, none('leadership'));
  expect(leader.body.unmet).toMatchObject([
    {
      text: '方案允许据实写明“没有发生”的职责',
      requiredText: expect.stringContaining('热点难点问题'),
    },
  ]);
  expect((await committee.post(`${wuli}/evidence`, none('hot-issue'))).status).toBe(403);
  done(await office.post(`${wuli}/evidence`, none('hot-issue')));
  const { rows } = await service.pool.query('select name from principal where id = $1', [
    office.id,
  ]);
  expect(await hot()).toMatchObject({
    ...{ actual: 0, required: 1, met: true },
    stated: { by: rows[0].name, on: '2017-05-20' },
  });
  done(await office.post(`${wuli}/evidence`, on('hot-issue', {}, { summary: '灌溉用水紧张' })));
  expect(await hot()).toMatchObject({ actual: 0, met: false, stated: null });
});

test('R8: a ledger is a workbook of the rows and titles of its list, exactly as filtered', async () => {
  const text = '=1+1 机顶盒无信号';
  done(await cast.committee.post(`${township}/evidence`, on('problem', {}, { summary: text })));
  const { key } = cast.office;
  const url = `/v1/ledgers/problems.xlsx?campaignId=${campaignId}`;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await service.app.inject({ method: 'GET', url, headers });
  expect(answer.statusCode).toBe(200);
  const [titles = [], ...rows] = await readList(answer.rawPayload);
  const listed = await ledger('problems');
  expect(rows).toHaveLength(listed.length);
  expect(rows.map((row) => row[titles.indexOf('内容')])).toContain(`'${text}`);
  expect(rows.map((row) => row[titles.indexOf('日期')])[0]).toBeInstanceOf(Date);
  const none = await service.app.inject({ method: 'GET', url: `${url}&q=没有的字`, headers });
  expect(await readList(none.rawPayload)).toHaveLength(1);
  const unknown = url.replace('problems', 'songs');
  expect((await service.app.inject({ method: 'GET', url: unknown, headers })).statusCode).toBe(404);
});
