// A site that ceases to conform, and one that does again: by what is recorded of it, by a list, by a
// correction through an order and by the re-inspection at its close, at once and in races.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  uploadPhoto,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENGCUN } from '../support/service.ts';
import { signOpened } from '../support/signing.ts';
import { unit } from '../support/units.ts';

const SITE = '610222101203-S1';
const ENOUGH = { televisionInches: 50, projector: false };
const SHORT = { televisionInches: 49, projector: false };

let service: RunningService;
let cast: Cast;
let campaignId: string;
let candidateId: string;
let reinspector: Person;
let hour = 1;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  reinspector = await service.person('county-office');
  campaignId = await issueCampaign(cast);
  candidateId = await registerVillage(cast, campaignId);
});
// Each test at an instant of its own, so that what stood before can be asked for.
beforeEach(async () => {
  hour += 1;
  await service.setClock(`2017-05-20T${String(hour).padStart(2, '0')}:00:00Z`);
});
afterAll(() => service.close());

const record = async (facts: object, who = cast.village): Promise<number> => {
  const { statusCode } = await service.app.inject({
    method: 'PATCH',
    url: `/v1/sites/${SITE}`,
    headers: { authorization: `Bearer ${who.key}` },
    payload: { facts },
  });
  return statusCode;
};

const inspect = (change: object = {}, campaign = campaignId) =>
  cast.office.post('/v1/inspections', {
    campaignId: campaign,
    siteId: SITE,
    kind: 'FIELD_VISIT',
    occurredOn: '2017-05-20',
    inspectors: ['王建国'],
    conforms: true,
    ...change,
  });

const conforming = async (query = '', campaign = campaignId): Promise<[boolean, number]> => {
  const { items } = done(
    await cast.office.get(
      `/v1/campaigns/${campaign}/conformance?limit=100&under=${PENGCUN}${query}`,
    ),
  ).body;
  return [items[0].conforms, items[0].conforming];
};

const history = async () =>
  done(await cast.office.get(`/v1/sites/${SITE}/conformance?campaignId=${campaignId}`)).body.items;

const conformsAgain = async (): Promise<void> => {
  expect(await record(ENOUGH)).toBe(200);
  done(await inspect());
  expect(await conforming()).toEqual([true, 1]);
};

const order = async (change: object = {}): Promise<string> => {
  const { opened } = done(
    await cast.office.post('/v1/inspections', {
      candidateId,
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['王建国'],
      triggers: ['FORMALISM'],
      findings: ['学习记录系补造'],
      ...change,
    }),
  ).body;
  await signOpened(cast.department, opened);
  return opened.find(({ kind }: { kind: string }) => kind === 'rectification').id;
};

const tell = (who: Person, id: string, event: object) =>
  who.post(`/v1/rectifications/${id}/events`, event);

/** An order that its village has handled and reported on. */
async function reported(change: object = {}): Promise<string> {
  const id = await order(change);
  const photo = await uploadPhoto(service, cast.village, campaignId);
  done(await tell(cast.village, id, { type: 'acknowledge' }));
  done(await tell(cast.village, id, { type: 'start', measures: '补课', responsiblePerson: '李' }));
  done(await tell(cast.village, id, { type: 'submit', report: '已整改', evidence: [photo] }));
  return id;
}

describe('R12, R15: what is recorded of a site takes its places with it at once', () => {
  test('R19: in the transaction of the change, with notices, and as it stood before by asOf', async () => {
    await conformsAgain();
    hour += 1;
    await service.setClock(`2017-05-20T${String(hour).padStart(2, '0')}:00:00Z`);
    expect(await record(SHORT)).toBe(200);
    expect(await conforming()).toEqual([false, 0]);
    const before = `2017-05-20T${String(hour - 1).padStart(2, '0')}:30:00Z`;
    expect(await conforming(`&asOf=${before}`)).toEqual([true, 1]);
    expect((await history()).at(-1)).toMatchObject({
      conforms: false,
      source: 'facts',
      clause: 'R19',
      criteria: ['village.screen'],
    });
    const inbox = `/v1/notices?campaignId=${campaignId}&organisationId=${unit('610222101203-DZB')}&limit=100`;
    expect(
      done(await cast.office.get(inbox)).body.items.map(
        ({ template }: { template: string }) => template,
      ),
    ).toContain('site-conformance-lost');
  });

  test('R19: fifty inches are enough and forty-nine are not, with 49.9 as little', async () => {
    for (const [televisionInches, status] of [
      [50, 201],
      [49.9, 422],
      [50.5, 201],
      [49, 422],
    ] as const) {
      await record({ televisionInches, projector: false });
      const answer = await inspect();
      expect([televisionInches, answer.status]).toEqual([televisionInches, status]);
    }
    await record({ televisionInches: 32, projector: true });
    expect((await inspect()).status).toBe(201);
  });

  test('a list of sites ends conformance in the request that applies it', async () => {
    await conformsAgain();
    const csv = `站点代码,电视机（吋）\n${SITE},42\n`;
    const send = (query: string) =>
      service.app.inject({
        method: 'POST',
        url: `/v1/imports/sites?${query}`,
        headers: { authorization: `Bearer ${cast.office.key}`, 'content-type': 'text/csv' },
        payload: csv,
      });
    const dry = JSON.parse((await send('dryRun=true')).payload);
    expect(dry.errors).toEqual([]);
    const { planToken } = dry;
    expect(await conforming()).toEqual([true, 1]);
    expect((await send(`planToken=${planToken}`)).statusCode).toBe(201);
    expect(await conforming()).toEqual([false, 0]);
  });

  test('in every campaign that runs, each in its own log', async () => {
    const other = await issueCampaign(cast);
    await conformsAgain();
    done(await inspect({}, other));
    expect(await record(SHORT)).toBe(200);
    expect([await conforming(), await conforming('', other)]).toEqual([
      [false, 0],
      [false, 0],
    ]);
    for (const id of [campaignId, other]) {
      const log = done(await cast.office.get(`/v1/campaigns/${id}/events?limit=100`)).body.items;
      expect(log.at(-1)).toMatchObject({ type: 'end-conformance' });
    }
  });

  test('of an inspection and a change of facts at once, no order leaves a denied site conforming', async () => {
    for (let round = 0; round < 15; round += 1) {
      await record(ENOUGH);
      const [seen, changed] = await Promise.all([
        inspect({ conforms: true }),
        record(SHORT),
        record({ seats: 40 + round }),
      ]);
      expect([201, 422]).toContain(seen.status);
      expect(changed).toBe(200);
      expect(await conforming()).toEqual([false, 0]);
    }
    const { rows } = await service.pool.query(
      `select 1 from roll_up u
        where u.campaign_id = $1 and u.villages_conforming <> (
          select count(*) from roster_site m
            join conformance c on c.campaign_id = m.campaign_id and c.site_id = m.site_id
           where m.campaign_id = $1 and m.until is null and m.kind = 'VILLAGE' and c.conforms
             and m.path like '%/' || u.organisation_id || '/%')`,
      [campaignId],
    );
    expect(rows).toEqual([]);
  });
});

describe('R59: an order that is about a site', () => {
  test('R19: a correction that denies a criterion ends its conformance, in the name of who corrected', async () => {
    await conformsAgain();
    const id = await order({ openFacts: ['televisionInches'] });
    const correct = { type: 'correct-site-fact', field: 'televisionInches', value: 49 };
    done(await tell(cast.village, id, correct));
    expect(await conforming()).toEqual([false, 0]);
    expect((await history()).at(-1)).toMatchObject({
      conforms: false,
      source: 'facts',
      clause: 'R19',
      subjectId: id,
      recordedBy: cast.village.id,
    });
    const facts = done(await cast.office.get(`/v1/sites/${SITE}/facts`)).body.items[0];
    expect(facts).toMatchObject({ recordedBy: cast.village.id, facts: { televisionInches: 49 } });
  });

  test('a correction follows into the other campaigns the site conforms in', async () => {
    const other = await issueCampaign(cast);
    await conformsAgain();
    done(await inspect({}, other));
    const id = await order({ openFacts: ['televisionInches'] });
    const correct = { type: 'correct-site-fact', field: 'televisionInches', value: 40 };
    done(await tell(cast.village, id, correct));
    const { rows } = await service.pool.query(
      `select i.command from operation o
         join operation_item i on i.campaign_id = o.campaign_id and i.operation_id = o.id
        where o.campaign_id = $1 and o.kind = 'site-facts'`,
      [other],
    );
    expect(rows).toEqual([
      { command: { subjectId: other, event: { type: 'end-conformance', siteIds: [SITE] } } },
    ]);
  });

  test('Q7: the re-inspection at its close says that the site conforms again, and that counts', async () => {
    await record(ENOUGH);
    const id = await reported({ conforms: false });
    expect(await conforming()).toEqual([false, 0]);
    const close = { type: 'close', remark: '复查合格', conforms: true };
    await record(SHORT);
    const denied = await tell(reinspector, id, close);
    expect([denied.status, denied.body.unmet[0].clause]).toEqual([422, 'R19']);
    await record(ENOUGH);
    const tomorrow = await tell(reinspector, id, { ...close, occurredOn: '2017-05-21' });
    expect([tomorrow.status, tomorrow.body.unmet[0].requirement]).toEqual([
      422,
      'not-in-the-future',
    ]);
    done(await tell(reinspector, id, close));
    expect(await conforming()).toEqual([true, 1]);
    expect((await history()).at(-1)).toMatchObject({
      conforms: true,
      source: 'inspection',
      clause: 'R59',
      subjectId: id,
    });
  });

  test('Q7: a re-inspection that finds it fail takes the township with it', async () => {
    await conformsAgain();
    const id = await reported({ criteria: ['village.screen'], triggers: [] });
    done(await tell(reinspector, id, { type: 'reopen', reason: '设备已撤走', conforms: false }));
    expect(await conforming()).toEqual([false, 0]);
    expect((await history()).at(-1)).toMatchObject({ criteria: ['village.screen'] });
  });

  test('an order to a township says nothing of a site (R12)', async () => {
    const township = await registerTownship(cast, campaignId);
    const { opened } = done(
      await cast.office.post('/v1/inspections', {
        candidateId: township,
        kind: 'FIELD_VISIT',
        occurredOn: '2017-05-20',
        inspectors: ['王建国'],
        triggers: ['NOT_ACTIVE'],
        findings: ['未开展活动'],
      }),
    ).body;
    await signOpened(cast.department, opened);
    const id = opened.find(({ kind }: { kind: string }) => kind === 'rectification').id;
    const evidence = [await uploadPhoto(service, cast.committee, campaignId)];
    for (const event of [
      { type: 'acknowledge' },
      { type: 'start', measures: '补课', responsiblePerson: '李' },
      { type: 'submit', report: '已整改', evidence },
    ]) {
      done(await tell(cast.committee, id, event));
    }
    const close = { type: 'close', remark: '合格' };
    const spoken = await tell(reinspector, id, { ...close, conforms: true });
    expect([spoken.status, spoken.body.unmet[0].clause]).toEqual([422, 'R12']);
    done(await tell(reinspector, id, close));
  });
});

describe('R59: what a report shows is there', () => {
  test('an id of nothing, a word, and a file of a neighbour are refused; a record of the candidate is not', async () => {
    const id = await order();
    done(await tell(cast.village, id, { type: 'acknowledge' }));
    done(
      await tell(cast.village, id, { type: 'start', measures: '补课', responsiblePerson: '李' }),
    );
    const wuli = await service.person(['township-committee', unit('610222102-DW')]);
    const foreign = await uploadPhoto(service, wuli, campaignId);
    const submit = (evidence: string[]) =>
      tell(cast.village, id, { type: 'submit', report: '已整改', evidence });
    for (const one of [foreign, '整改后照片', '01890000-0000-7000-8000-000000000000']) {
      const answer = await submit([one]);
      expect([answer.status, answer.body.unmet]).toMatchObject([
        422,
        [{ requirement: 'files-exist', clause: 'R59', actual: [one] }],
      ]);
    }
    const { recordId } = done(
      await cast.village.post(`/v1/candidates/${candidateId}/evidence`, {
        kind: 'education-activity',
        occurredOn: '2017-05-20',
        summary: '党课',
        detail: { participants: 20 },
      }),
    ).body;
    const own = await uploadPhoto(service, cast.village, campaignId);
    done(await submit([own, recordId]));
    const file = await service.app.inject({
      method: 'GET',
      url: `/v1/files/${own}`,
      headers: { authorization: `Bearer ${cast.township.key}` },
    });
    expect(file.statusCode).toBe(200);
    const unseen = await tell(reinspector, id, { type: 'close', remark: '合格', photos: ['x'] });
    expect([unseen.status, unseen.body.unmet[0].requirement]).toEqual([422, 'files-exist']);
    const photos = [await uploadPhoto(service, reinspector, campaignId)];
    done(await tell(reinspector, id, { type: 'reopen', reason: '不彻底', photos }));
    const again = [own, await uploadPhoto(service, cast.village, campaignId)];
    done(await submit(again));
    done(await tell(reinspector, id, { type: 'close', remark: '合格' }));
  });
});
