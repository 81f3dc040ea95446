// Public notice, objections, the submission by two, the city's look, the title and its revocation.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import type { Cast } from '../support/campaign.ts';
import { done, settle } from '../support/campaign.ts';
import {
  acceptWorkers,
  advanceCampaign,
  advanceCandidate,
  judged,
  openSelection,
} from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';
import { publish, publishByCity, signDocument } from '../support/signing.ts';
import { unit } from '../support/units.ts';

const category = 'ADVANCED_WORKER';
let service: RunningService;
let cast: Cast;
let second: Person;
let investigator: Person;
let neighbour: Person;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵']));
  second = await service.person('county-office');
  investigator = await service.person('county-office');
  neighbour = await service.person(['township-committee', unit('610222102-DW')]);
  await acceptWorkers(cast, workers, [95, 93, 91]);
  await select();
});
afterAll(() => service.close());

// One place and two reserves: Li is selected and published from 20 May 2017, a Saturday.
async function select(): Promise<void> {
  done(await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }));
  await publish(service, cast, campaignId);
}
const [LI, WANG] = [() => workers[0] ?? '', () => workers[1] ?? ''];
const stateOf = async (id: string): Promise<string> => {
  const { body } = await cast.office.get(`/v1/candidates/${id}`);
  return `${body.stage}/${body.state}`;
};
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/objections/${id}/events`, event);
const raise = (person: Person, candidateId: string, more: object = {}) =>
  person.post('/v1/objections', { candidateId, content: '反映材料不实', ...more });
const investigate = async (id: string): Promise<void> => {
  done(await tell(cast.office, id, { type: 'admit', investigatorId: investigator.id }));
  done(await tell(investigator, id, { type: 'report', findings: '经查' }));
};

test('O2, R63: everybody reads without a key who is under public notice, and nothing else of a person', async () => {
  const { statusCode, payload } = await service.app.inject('/v1/public-notices');
  expect(statusCode).toBe(200);
  const { items } = JSON.parse(payload);
  expect(items).toHaveLength(1);
  expect(Object.keys(items[0]).sort()).toEqual([
    'beginsOn',
    'body',
    'campaignId',
    'candidateId',
    'category',
    'categoryName',
    'checkpoint',
    'contact',
    'name',
    'openedAt',
    'organisationName',
    'stage',
    'title',
    'until',
  ]);
  expect(items[0]).toMatchObject({ candidateId: LI(), name: '李', stage: 'countyAcceptance' });
  expect(items[0].title).toBe('关于李入选先进工作者的公示');
  expect(items[0].body).toMatch(
    /^根据《.+》（君组发〔2017〕39号）的要求，经初步验收、择优，李入选先进工作者/,
  );
  expect(items[0].body).toMatch(/署真实姓名和联系方式/);
  expect(items[0].contact).toMatchObject({ body: '宜君县远程办', telephone: '0919-0000000' });
});

test('R63: anonymous without clues is recorded and not opened; the candidate goes on', async () => {
  const recorded = done(await raise(cast.office, LI()));
  expect(recorded.body).toMatchObject({ state: 'not-opened', status: 'done' });
  expect((await cast.office.get(`/v1/candidates/${LI()}`)).body.openObjections ?? []).toEqual([]);
});

test('R63: whoever sees the notice may object, wherever they are, and learns only the outcome', async () => {
  const { body, status } = await raise(neighbour, LI(), { clues: '记录' });
  expect([status, body.state]).toEqual([201, 'received']);
  const own = await neighbour.get(`/v1/objections/${body.id}`);
  expect(own.body).toMatchObject({ objector: { kind: 'named' }, investigatorId: null });
  // The candidate's own people do not learn that there is one, nor whose.
  expect((await cast.committee.get(`/v1/objections/${body.id}`)).status).toBe(404);
  expect((await cast.committee.get('/v1/objections')).body.items).toEqual([]);
  await investigate(body.id);
  const selfDecided = await tell(investigator, body.id, { type: 'dismiss', reason: '不实' });
  expect(selfDecided.body.unmet).toMatchObject([
    { requirement: 'decided-by-another', clause: 'R63' },
  ]);
  done(await tell(cast.office, body.id, { type: 'dismiss', reason: '不实' }));
  const told = (await cast.office.get(`/v1/objections/${body.id}`)).body;
  expect(told).toMatchObject({ state: 'replying', outcome: 'dismissed' });
  expect(told.deadlines).toMatchObject([{ kind: 'objection-reply', clause: 'R63' }]);
  const reply = { type: 'reply', channel: '电话', occurredOn: '2017-05-20', content: '已答复' };
  done(await tell(cast.office, body.id, reply));
  expect((await neighbour.get(`/v1/objections/${body.id}`)).body).toMatchObject({
    state: 'answered',
    outcome: 'dismissed',
    findings: null,
  });
  // A candidate nobody sees publicly is nobody's to object to from outside.
  expect((await raise(neighbour, WANG())).status).toBe(404);
});

test('R63, C18: nobody looks into their own unit, nor again into what they stepped back from, unless by mistake', async () => {
  const { id } = done(await raise(cast.office, LI(), { objector: '刘某' })).body;
  const own = await tell(cast.office, id, { type: 'admit', investigatorId: cast.committee.id });
  expect(own.body.unmet).toMatchObject([
    { requirement: 'investigator-is-free', actual: 'own-unit' },
  ]);
  const stranger = await tell(cast.office, id, { type: 'admit', investigatorId: 'nobody' });
  expect(stranger.status).toBe(400);
  done(await tell(cast.office, id, { type: 'admit', investigatorId: investigator.id }));
  done(await tell(investigator, id, { type: 'recuse', reason: '亲属' }));
  const again = await tell(cast.office, id, { type: 'admit', investigatorId: investigator.id });
  expect(again.body.unmet).toMatchObject([
    { requirement: 'investigator-is-free', actual: 'recused' },
  ]);
  const back = {
    type: 'withdraw-recusal',
    investigatorId: investigator.id,
    reason: '同名，并非亲属',
  };
  expect((await tell(investigator, id, back)).body.unmet).toMatchObject([
    { requirement: 'taken-back-by-another', clause: 'R63' },
  ]);
  done(await tell(cast.office, id, back));
  done(await tell(cast.office, id, { type: 'admit', investigatorId: investigator.id }));
  done(await tell(investigator, id, { type: 'recuse', reason: '另有任务' }));
  done(await tell(cast.office, id, { type: 'not-admit', reason: '所反映的与本人无关' }));
});

test('R63: 23:59:59 is in time, 24:00:00 is late even before anybody has looked', async () => {
  const [notice] = JSON.parse((await service.app.inject('/v1/public-notices')).payload).items;
  const end = Temporal.Instant.from(notice.until);
  await service.setClock(end.toString());
  const late = await raise(cast.office, LI(), { objector: '张某' });
  expect([late.status, await stateOf(LI())]).toEqual([422, 'countyAcceptance/public-notice']);
  expect(late.body.unmet).toMatchObject([{ requirement: 'objected-in-time', clause: 'R63' }]);
  await service.setClock(end.subtract({ seconds: 1 }).toString());
  const { id } = done(await raise(cast.office, LI(), { objector: '张某' })).body;
  await investigate(id);
  // Upheld and submitted at once: whoever comes first, nobody goes up over an open objection.
  const [upheld, proposed] = await Promise.all([
    tell(cast.office, id, { type: 'uphold', reason: '属实' }),
    advanceCandidate(second, LI(), { type: 'propose-submission' }),
  ]);
  expect([upheld.status, proposed.status]).toEqual([200, 409]);
  expect(await stateOf(LI())).toBe('disqualified/disqualified');
  const notices = (await cast.committee.get('/v1/notices?limit=100')).body.items;
  const removal = notices.find(
    ({ template }: { template: string }) => template === 'removed-after-objection',
  );
  expect(removal).toMatchObject({ clause: 'R63', subjectId: LI() });
  expect(notices.some(({ template }: { template: string }) => template === 'disqualified')).toBe(
    false,
  );
});

test('R63: of two who would fill the vacancy at once, one does; the new one is published anew', async () => {
  const up = { type: 'move-up', category, reason: '递补' };
  const answers = await Promise.all([
    advanceCampaign(cast.office, campaignId, up),
    advanceCampaign(second, campaignId, up),
  ]);
  await publish(service, cast, campaignId);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  expect(await stateOf(WANG())).toBe('countyAcceptance/public-notice');
  const { items } = JSON.parse((await service.app.inject('/v1/public-notices')).payload);
  expect(items).toMatchObject([{ candidateId: WANG() }]);
});

test('R63: the same person cannot propose and submit; of two submissions at once one is done', async () => {
  await service.setClock('2017-06-20T01:00:00Z');
  const scheduler = await service.person('scheduler');
  await scheduler.post('/v1/timers/fire-due');
  expect(await stateOf(WANG())).toBe('countyAcceptance/cleared');
  done(await advanceCandidate(cast.office, WANG(), { type: 'propose-submission' }));
  const same = await advanceCandidate(cast.office, WANG(), { type: 'submit-upward' });
  expect(same.body.unmet).toMatchObject([{ requirement: 'another-officer', clause: 'R63' }]);
  const answers = await Promise.all([
    advanceCandidate(second, WANG(), { type: 'submit-upward' }),
    advanceCandidate(cast.department, WANG(), { type: 'submit-upward' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('R64: the city convenes a panel, looks, and says what the panel concluded', async () => {
  const [a, b, c] = [
    cast.city,
    await service.person('city-centre'),
    await service.person('city-centre'),
  ];
  const panel = { candidateId: WANG(), members: [a.id, b.id, c.id], chair: a.id };
  const withCounty = { ...panel, members: [a.id, b.id, cast.office.id] };
  const barred = await cast.city.post('/v1/review-panels', withCounty);
  expect(barred.body.unmet).toMatchObject([
    { requirement: 'members-are-free', actual: [cast.office.id] },
  ]);
  const { id } = done(await cast.city.post('/v1/review-panels', panel)).body;
  const speak = (person: Person, event: object) =>
    person.post(`/v1/review-panels/${id}/events`, event);
  const look = { occurredOn: '2017-06-20', place: '彭镇', verifiers: ['高'], findings: [] };
  done(await advanceCandidate(cast.city, WANG(), { type: 'record-verification', ...look }));
  const early = await advanceCandidate(cast.city, WANG(), { type: 'pass', judged });
  expect(early.body.unmet).toMatchObject([{ requirement: 'panel-agrees', actual: 'sitting' }]);
  done(await speak(c, { type: 'recuse', reason: '曾在该镇任职' }));
  const d = await service.person('city-centre');
  done(await speak(a, { type: 'replace', memberId: c.id, substituteId: d.id }));
  for (const [person, verdict] of [
    [a, 'pass'],
    [b, 'fail'],
    [d, 'pass'],
  ] as const) {
    done(await speak(person, { type: 'give-verdict', verdict, reasons: '理由' }));
  }
  done(await speak(a, { type: 'conclude' }));
  expect((await cast.city.get(`/v1/review-panels/${id}`)).body).toMatchObject({ verdict: 'pass' });
  // What the city's panel said is not the township's to read.
  expect((await cast.committee.get(`/v1/review-panels/${id}`)).status).toBe(404);
  const other = await advanceCandidate(cast.city, WANG(), { type: 'fail', reason: '不合格' });
  expect(other.body.unmet).toMatchObject([{ requirement: 'panel-agrees', clause: 'R64' }]);
  done(await advanceCandidate(cast.city, WANG(), { type: 'pass', judged }));
});

test('R65: determined by two of the city, listed, revoked by two of the city, and listed no more', async () => {
  await publishByCity(service, cast, campaignId);
  await service.setClock('2017-07-20T01:00:00Z');
  const scheduler = await service.person('scheduler');
  await scheduler.post('/v1/timers/fire-due');
  const confirmer = await service.person('city-centre');
  done(await advanceCandidate(cast.city, WANG(), { type: 'propose-conferral' }));
  const answers = await Promise.all([
    advanceCandidate(cast.city, WANG(), { type: 'confirm-conferral' }),
    advanceCandidate(confirmer, WANG(), { type: 'confirm-conferral' }),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  const unwritten = (await cast.village.get(`/v1/campaigns/${campaignId}/final-list`)).body;
  expect(JSON.stringify(unwritten)).not.toContain(WANG());
  const decision = { campaignId, kind: 'final-decision' };
  await signDocument(confirmer, done(await cast.city.post('/v1/documents', decision)).body.id);
  await settle(service);
  const listed = async (asOf = '') =>
    (await cast.village.get(`/v1/campaigns/${campaignId}/final-list${asOf}`)).body;
  const { categories } = await listed();
  const titled = categories.find((one: { category: string }) => one.category === category);
  expect(titled.items).toMatchObject([{ candidateId: WANG(), name: '王', rank: 1 }]);
  expect(titled.authority).toBe('city');
  await service.setClock('2017-07-21T01:00:00Z');
  const revoke = { type: 'propose-revocation', reason: '弄虚作假' };
  const county = await advanceCandidate(cast.department, WANG(), revoke);
  expect(county.body.unmet).toMatchObject([{ requirement: 'title-is-ours', clause: 'R65' }]);
  done(await advanceCandidate(cast.city, WANG(), revoke));
  const same = await advanceCandidate(cast.city, WANG(), { type: 'confirm-revocation' });
  expect(same.body.unmet).toMatchObject([{ requirement: 'another-officer', clause: 'R65' }]);
  done(await advanceCandidate(confirmer, WANG(), { type: 'confirm-revocation' }));
  // What is read bears the last checkpoint; what is read of an earlier instant, the last one by then.
  expect((await listed()).checkpoint).toBeNull();
  const taken = await takeCheckpoint(service.performer);
  const anchor = { number: taken?.number, root: taken?.root };
  expect(await listed()).toMatchObject({ total: 0, checkpoint: anchor });
  expect((await listed('?asOf=2017-07-20T12:00:00Z')).total).toBe(1);
  expect(await listed('?asOf=2017-07-19T12:00:00Z')).toMatchObject({ total: 0, checkpoint: null });
});
