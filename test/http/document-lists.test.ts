// Lists: one public notice for a selection, one decision for all who are determined; a place that is
// lost at the city is filled from the reserves, with a notice of its own (R63–R65).

import { strFromU8, unzipSync } from 'fflate';
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
import { publishByCity } from '../support/signing.ts';

const category = 'ADVANCED_WORKER';
let service: RunningService;
let cast: Cast;
let second: Person;
let city: Person;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵']));
  second = await service.person('county-office');
  city = await service.person('city-centre');
  await acceptWorkers(cast, workers, [95, 93, 91]);
});
afterAll(() => service.close());

const [LI, WANG] = [() => workers[0] ?? '', () => workers[1] ?? ''];
const stateOf = async (id: string): Promise<string> => {
  const { body } = await cast.office.get(`/v1/candidates/${id}`);
  return `${body.stage}/${body.state}`;
};
const documentsOf = async (kind: string, person = cast.office) =>
  (await person.get(`/v1/documents?campaignId=${campaignId}&kind=${kind}&limit=100`)).body.items;
const ofTheCity = async () =>
  (await documentsOf('public-notice')).filter(
    ({ issuer }: { issuer: string }) => issuer === 'city',
  );
const wholeOf = async (id: string) => (await cast.office.get(`/v1/documents/${id}`)).body;
const draft = (person: Person, change: object) =>
  person.post('/v1/documents', { campaignId, kind: 'final-decision', ...change });
/** Reviewed and signed by one person; the answer is that to the signature. */
const sign = async (person: Person, id: string) => {
  await person.post(`/v1/documents/${id}/events`, { type: 'review' });
  return person.post(`/v1/documents/${id}/events`, { type: 'sign', signatory: '高主任' });
};
/** How many notices of these words the committee has got. */
const toldOf = async (template: string): Promise<number> =>
  (await cast.committee.get('/v1/notices?limit=100')).body.items.filter(
    (notice: { template: string }) => notice.template === template,
  ).length;
const passTime = async (instant: string): Promise<void> => {
  await service.setClock(instant);
  await (await service.person('scheduler')).post('/v1/timers/fire-due');
};
const submit = async (id: string): Promise<void> => {
  done(await advanceCandidate(cast.office, id, { type: 'propose-submission' }));
  done(await advanceCandidate(second, id, { type: 'submit-upward' }));
};
const verify = async (id: string, on: string): Promise<void> => {
  const look = { occurredOn: on, place: '彭镇', verifiers: ['高'], findings: [] };
  done(await advanceCandidate(cast.city, id, { type: 'record-verification', ...look }));
  done(await advanceCandidate(cast.city, id, { type: 'pass', judged }));
};

test('O1, O2, R65: a selection is published when it is signed, to nobody by name; then all it names are under notice', async () => {
  const selected = done(
    await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }),
  ).body;
  const { id } = selected.opened.find(({ kind }: { kind: string }) => kind === 'document');
  await settle(service);
  expect(await documentsOf('public-notice')).toHaveLength(1);
  expect(await wholeOf(id)).toMatchObject({ number: null, state: 'drafted', named: [LI()] });
  expect(await stateOf(LI())).toBe('countyAcceptance/awaiting-notice');
  expect(JSON.parse((await service.app.inject('/v1/public-notices')).payload).items).toEqual([]);
  done(await sign(cast.department, id));
  await settle(service);
  expect(await stateOf(LI())).toBe('countyAcceptance/public-notice');
  const notice = await wholeOf(id);
  expect(notice).toMatchObject({ number: null, state: 'issued', named: [LI()] });
  expect(notice.content).toMatchObject({ addressees: [], copyTo: [], numbered: false });
  expect(notice.content.title).toContain('先进工作者入选对象的公示');
  expect(notice.content.attachments).toMatchObject([
    { title: '公示名单', rows: [['1', '先进工作者', '李', '彭镇党委']] },
  ]);
  const text = notice.content.body.map((one: { text: string }) => one.text).join('');
  const [open] = JSON.parse((await service.app.inject('/v1/public-notices')).payload).items;
  expect([open.candidateId, open.until, open.checkpoint]).toEqual([
    LI(),
    '2017-05-26T16:00:00Z',
    null,
  ]);
  const taken = await takeCheckpoint(service.performer);
  const [later] = JSON.parse((await service.app.inject('/v1/public-notices')).payload).items;
  expect(later.checkpoint).toEqual({ number: taken?.number, root: taken?.root });
  expect(text).toContain('公示期：2017年5月22日起至2017年5月26日24时止（自发布次日起5个工作日）。');
  expect(text).toContain(
    '受理机构：宜君县远程办联系电话：0919-0000000通信地址：陕西省铜川市宜君县',
  );
  const delivered = (await cast.committee.get(`/v1/notices?subjectId=${id}`)).body.items;
  expect(delivered).toMatchObject([{ template: 'public-notice-posted' }]);
  expect(delivered[0].body).not.toMatch(/签收|遵照/);
  // Each of those named is told by itself all the same, and finds the list by its own id.
  const told = (await cast.committee.get('/v1/notices?limit=100')).body.items;
  expect(told.map(({ template }: { template: string }) => template)).toContain(
    'public-notice-opened',
  );
  const about = (await cast.committee.get(`/v1/documents?aboutId=${LI()}`)).body.items;
  expect(about).toMatchObject([{ id, kind: 'public-notice', aboutId: null }]);
});

/** O8: the sheet says what was looked at, what was found of each criterion, and the conclusion. */
async function readSheet(candidateId: string): Promise<void> {
  const asked = { campaignId, kind: 'acceptance-sheet', issuer: 'city', candidateId };
  const { id } = done(await city.post('/v1/documents', asked)).body;
  const [head, criteria, end] = (await city.get(`/v1/documents/${id}`)).body.content.attachments;
  const texts = ({ cells }: { cells: { text: string }[][] }) =>
    cells.flat().map(({ text }) => text);
  expect(texts(head)).toEqual(expect.arrayContaining(['李', '2017年6月20日', '彭镇', '高']));
  const [first] = judged;
  expect(criteria.columns).toEqual(['序号', '标准', '依据', '验收情况', '说明']);
  expect(criteria.rows.map(([, , , found]: string[]) => found)).toContain('达标');
  expect(criteria.rows.flat().join()).not.toMatch(/R\d/);
  expect(first).toBeDefined();
  expect(texts(end)).toEqual(
    expect.arrayContaining([
      '未发现问题',
      '验收结论',
      expect.stringMatching(/^2017年6月20日，通过。/),
    ]),
  );
}

test('R65: a list names whoever awaits the notice, and nobody once it runs', async () => {
  const [{ id }] = await documentsOf('public-notice');
  const passerBy = await service.person('base');
  expect((await passerBy.get(`/v1/documents/${id}`)).status).toBe(200);
  const county = await draft(cast.office, { kind: 'public-notice' });
  expect(county.body.unmet).toMatchObject([{ requirement: 'names-somebody', clause: 'R65' }]);
  const empty = await draft(cast.city, { kind: 'public-notice', issuer: 'city' });
  expect(empty.body.unmet).toMatchObject([{ requirement: 'names-somebody', clause: 'R65' }]);
  await passTime('2017-06-20T01:00:00Z');
  expect(await stateOf(LI())).toBe('countyAcceptance/cleared');
  // O2: after its last day the public page shows nobody, nor the notice to whom it only told as the public.
  expect(JSON.parse((await service.app.inject('/v1/public-notices')).payload).items).toEqual([]);
  expect((await passerBy.get(`/v1/documents/${id}`)).status).toBe(404);
  expect((await cast.office.get(`/v1/documents/${id}`)).status).toBe(200);
});

test('O5, R63: the city publishes its batch in one notice; who is removed then makes room for the next', async () => {
  await submit(LI());
  await verify(LI(), '2017-06-20');
  expect(await stateOf(LI())).toBe('cityVerification/awaiting-notice');
  await readSheet(LI());
  expect(await ofTheCity()).toEqual([]);
  const batch = await publishByCity(service, cast, campaignId);
  expect(await ofTheCity()).toMatchObject([{ id: batch, named: [LI()], aboutId: null }]);
  expect(await stateOf(LI())).toBe('cityVerification/public-notice');
  const up = { type: 'move-up', category, reason: '市级公示期异议查实' };
  const early = await advanceCampaign(cast.office, campaignId, up);
  expect(early.body.unmet).toContainEqual(
    expect.objectContaining({ requirement: 'seat-is-vacant', clause: 'R63' }),
  );
  const objection = { candidateId: LI(), content: '不实', objector: '张某' };
  const { id } = done(await cast.city.post('/v1/objections', objection)).body;
  const tell = (person: Person, event: object) => person.post(`/v1/objections/${id}/events`, event);
  const investigator = await service.person('city-centre');
  done(await tell(cast.city, { type: 'admit', investigatorId: investigator.id }));
  done(await tell(investigator, { type: 'report', findings: '属实' }));
  done(await tell(cast.city, { type: 'uphold', reason: '属实' }));
  expect(await stateOf(LI())).toBe('disqualified/disqualified');
  const answers = await Promise.all([
    advanceCampaign(cast.office, campaignId, up),
    advanceCampaign(second, campaignId, up),
  ]);
  await settle(service);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  expect(await stateOf(WANG())).toBe('countyAcceptance/awaiting-notice');
  const [newest] = await documentsOf('public-notice');
  expect(newest).toMatchObject({ named: [WANG()], issuer: 'county' });
  done(await sign(cast.department, newest.id));
  await settle(service);
  await passTime('2017-07-04T01:00:00Z');
  await submit(WANG());
  await verify(WANG(), '2017-07-04');
  await publishByCity(service, cast, campaignId);
  await passTime('2017-07-20T01:00:00Z');
  expect(await stateOf(WANG())).toBe('cityVerification/confirmable');
});

test('O1, R65: whom the city has determined waits for the decision, and gets no title before', async () => {
  const before = (await documentsOf('final-decision')).length;
  const none = await draft(cast.city, { category });
  expect(none.body.unmet).toMatchObject([{ requirement: 'names-somebody', clause: 'R65' }]);
  done(await advanceCandidate(cast.city, WANG(), { type: 'propose-conferral' }));
  done(await advanceCandidate(city, WANG(), { type: 'confirm-conferral' }));
  expect(await documentsOf('final-decision')).toHaveLength(before);
  expect(await stateOf(WANG())).toBe('cityVerification/awaiting-decision');
  expect(await toldOf('conferred')).toBe(0);
  const refused = await advanceCampaign(cast.office, campaignId, { type: 'conclude' });
  expect(refused.body.unmet).toContainEqual(
    expect.objectContaining({ requirement: 'every-candidate-decided', clause: 'R65' }),
  );
  // The county has given no title: its own decision would name nobody.
  const own = await draft(cast.office, { issuer: 'county' });
  expect(own.body.unmet).toMatchObject([{ requirement: 'names-somebody' }]);
  expect((await draft(cast.office, {})).status).toBe(403);
});

test('R65: of two decisions about one title signed at once, one is issued and takes a number', async () => {
  const registerOf = async () =>
    (await cast.city.get('/v1/document-registers')).body.items.find(
      ({ code }: { code: string }) => code === '铜远教发',
    )?.lastSerial ?? 0;
  const before = await registerOf();
  const first = done(await draft(cast.city, {})).body.id;
  const rival = done(await draft(cast.city, { category })).body.id;
  const answers = await Promise.all([sign(city, first), sign(city, rival)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
  const refused = answers.find(({ status }) => status === 422);
  expect(refused?.body.unmet).toMatchObject([{ requirement: 'named-once', clause: 'R65' }]);
  expect(await registerOf()).toBe(before + 1);
  await settle(service);
  expect(await stateOf(WANG())).toBe('conferred/conferred');
  expect(await toldOf('conferred')).toBe(1);
  const [decision] = await documentsOf('final-decision', cast.village);
  expect(decision).toMatchObject({ named: [WANG()], isPublic: true });
  const { body } = await cast.committee.get(`/v1/documents/${decision.id}`);
  expect(body.content.attachments[0].rows).toEqual([['1', '先进工作者', '王', '彭镇党委']]);
  const docx = await service.app.inject({
    url: `/v1/documents/${decision.id}.docx`,
    headers: { authorization: `Bearer ${cast.village.key}` },
  });
  const xml = strFromU8(unzipSync(docx.rawPayload)['word/document.xml'] ?? new Uint8Array());
  expect(xml).toContain('先进典型名单');
});

test('R65: a decision that is recalled leaves the title to be written of again; a revoked one is not', async () => {
  const [decision] = await documentsOf('final-decision');
  const recall = { type: 'recall', reason: '名单有误' };
  done(await cast.city.post(`/v1/documents/${decision.id}/events`, recall));
  const early = await advanceCampaign(cast.office, campaignId, { type: 'conclude' });
  expect(early.body.unmet).toContainEqual(
    expect.objectContaining({ requirement: 'every-title-in-a-decision', clause: 'R65', actual: 1 }),
  );
  const anew = done(await draft(cast.city, {})).body.id;
  expect((await cast.city.get(`/v1/documents/${anew}`)).body.named).toEqual([WANG()]);
  done(
    await advanceCandidate(cast.city, WANG(), { type: 'propose-revocation', reason: '弄虚作假' }),
  );
  done(await advanceCandidate(city, WANG(), { type: 'confirm-revocation' }));
  const signed = await sign(city, anew);
  expect(signed.body.unmet).toMatchObject([
    { requirement: 'named-still-stand', actual: [WANG()], clause: 'R65' },
  ]);
});
