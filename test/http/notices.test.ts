import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship, submitPlan } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let wuli: Person;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  wuli = await service.person(['township-committee', unit('610222102-DW')]);
  campaignId = await issueCampaign(cast);
  const candidateId = await registerTownship(cast, campaignId);
  await submitPlan(cast, candidateId);
});
afterAll(() => service.close());

type Notice = {
  id: string;
  organisationId: string;
  readAt: string | null;
  receiptRequired: boolean;
};
const inbox = async (person: Person, query = ''): Promise<Notice[]> =>
  done(await person.get(`/v1/notices?campaignId=${campaignId}${query}`)).body.items;
const tell = (person: Person, id: string, event: object, key?: string) =>
  person.post(`/v1/notices/${id}/events`, event, key === undefined ? {} : { key });

test('every township is told that the campaign has been issued, in its own inbox', async () => {
  const own = await inbox(wuli);
  const organisationId = unit('610222102-DW');
  expect(own).toMatchObject([
    { template: 'campaign-issued', organisationId, readAt: null, receiptRequired: true },
    { template: 'phase-entered', organisationId, readAt: null, receiptRequired: false },
  ]);
  const [, notice] = own;
  const { body } = await wuli.get(`/v1/notices/${notice?.id}`);
  expect(body.body).toContain('五里镇党委');
});

test('the county office sees its own inbox and those below, a township only its own', async () => {
  const all = await inbox(cast.office);
  expect(new Set(all.map(({ organisationId }) => organisationId)).size).toBeGreaterThan(8);
  const peng = await inbox(cast.committee);
  expect(new Set(peng.map(({ organisationId }) => organisationId))).toEqual(
    new Set([unit('610222101-DW')]),
  );
  expect(await inbox(cast.office, `&organisationId=${unit('610222101-DW')}`)).toEqual(peng);
  expect(await inbox(cast.committee, `&organisationId=${unit('610222102-DW')}`)).toEqual([]);
  expect(await inbox(cast.village)).toEqual([]);
  expect(await inbox(await service.person(['scheduler', unit('610222101-DW')]))).toEqual([]);
});

test('the unread stand first, then the newest, and pages keep that order', async () => {
  const before = await inbox(cast.office);
  const oldest = before.at(-1) as Notice;
  const own = before.find(({ organisationId }) => organisationId === unit('610222-YCB')) as Notice;
  done(await tell(cast.office, own.id, { type: 'read' }));
  const after = await inbox(cast.office);
  expect(after.at(-1)).toMatchObject({ id: own.id, readBy: cast.office.id });
  expect(after.at(-2)?.id).toBe(oldest.id === own.id ? before.at(-2)?.id : oldest.id);
  const ids: string[] = [];
  let cursor = '';
  do {
    const { body } = await cast.office.get(`/v1/notices?campaignId=${campaignId}&limit=3${cursor}`);
    ids.push(...body.items.map(({ id }: Notice) => id));
    cursor = body.next === null ? '' : `&cursor=${body.next}`;
  } while (cursor !== '');
  expect(ids).toEqual(after.map(({ id }) => id));
  expect(await inbox(cast.office, '&unread=true')).toHaveLength(after.length - 1);
  expect((await inbox(cast.office, '&unread=false')).map(({ id }) => id)).toEqual([own.id]);
});

test('whoever reads it first stays the reader', async () => {
  const [notice] = (await inbox(wuli)) as [Notice];
  done(await tell(wuli, notice.id, { type: 'read' }, 'read-it'));
  const colleague = await service.person(['township-committee', unit('610222102-DW')]);
  const again = done(await tell(colleague, notice.id, { type: 'read' }));
  expect(again.body.readBy).toBe(wuli.id);
  const repeat = await tell(wuli, notice.id, { type: 'read' }, 'read-it');
  expect(repeat.headers['idempotency-replayed']).toBe('true');
});

test('the office overseeing a township does not read its notices for it', async () => {
  const notice = (await inbox(cast.committee)).find(({ readAt }) => readAt === null) as Notice;
  expect((await tell(cast.office, notice.id, { type: 'read' })).status).toBe(403);
  expect((await tell(wuli, notice.id, { type: 'read' })).status).toBe(404);
});

test('a receipt is signed by the addressee, once, and tells by whom and when (R2)', async () => {
  const notice = (await inbox(cast.committee)).find(
    ({ receiptRequired }) => receiptRequired,
  ) as Notice;
  const sign = { type: 'sign', signatory: '刘文书' };
  const foreign = await tell(cast.office, notice.id, sign);
  expect([foreign.status, foreign.body.roles]).toEqual([403, ['township-committee']]);
  const signed = await tell(cast.committee, notice.id, sign, 'sign-it');
  expect(signed.body).toMatchObject({
    receivedAt: '2017-05-20T01:00:00.000Z',
    receivedBy: '刘文书',
    readAt: '2017-05-20T01:00:00.000Z',
  });
  expect((await tell(cast.committee, notice.id, sign, 'sign-it')).status).toBe(200);
  const again = await tell(cast.committee, notice.id, sign);
  expect([again.status, again.body.accepts]).toEqual([409, []]);
});

test('a notice that asks for no receipt cannot be signed', async () => {
  const notice = (await inbox(cast.office)).find(
    ({ receiptRequired, organisationId }) =>
      !receiptRequired && organisationId === unit('610222-YCB'),
  ) as Notice;
  const answer = await tell(cast.office, notice.id, { type: 'sign', signatory: '王' });
  expect([answer.status, answer.body.accepts]).toEqual([409, ['read']]);
});
