// Sites, the places above them, and what a township adds to the standard, as their people work.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerVillage } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { COUNTY, openService, PENG, WULI } from '../support/service.ts';
import { unit } from '../support/units.ts';

const SITE = '610222101203-S1';
const TODAY = '2017-05-20';

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

type Place = { organisationId: string; total: number; conforming: number; conforms: boolean };

const places = async (query = ''): Promise<Map<string, Place>> => {
  const url = `/v1/campaigns/${campaignId}/conformance?limit=100${query}`;
  const { body } = done(await cast.office.get(url));
  return new Map(body.items.map((place: Place) => [place.organisationId, place]));
};

const inspect = (siteId: string, conforms: boolean, occurredOn = TODAY) =>
  cast.office.post('/v1/inspections', {
    campaignId,
    siteId,
    kind: 'FIELD_VISIT',
    occurredOn,
    inspectors: ['王建国'],
    conforms,
  });

const templates = async (organisationId: string): Promise<string[]> => {
  const { body } = done(
    await cast.office.get(
      `/v1/notices?campaignId=${campaignId}&organisationId=${organisationId}&limit=100`,
    ),
  );
  return body.items.map(({ template }: { template: string }) => template);
};

const sitesOf = async (township: string): Promise<string[]> =>
  (
    await service.pool.query<{ id: string }>(
      `select site_id as id from roster_site
        where campaign_id = $1 and path like '%/' || $2 || '/%' order by 1`,
      [campaignId, township],
    )
  ).rows.map(({ id }) => id);

describe('R12, R15: places are rolled up over the frozen roster', () => {
  test('Q7: before anybody has looked, no site conforms and no place does', async () => {
    const all = await places();
    expect(all.get(COUNTY)).toMatchObject({ conforming: 0, conforms: false });
    expect(all.get(PENG)?.total).toBeGreaterThan(5);
  });

  test('R15: a township conforms with its last site, and loses it with any one, at once', async () => {
    const sites = await sitesOf(PENG);
    for (const siteId of sites.slice(1)) done(await inspect(siteId, true));
    expect((await places()).get(PENG)).toMatchObject({
      total: sites.length,
      conforming: sites.length - 1,
      conforms: false,
    });
    done(await inspect(sites[0] as string, true));
    expect((await places()).get(PENG)).toMatchObject({ conforms: true });
    expect(await templates(unit('610222101-DW'))).toContain('place-conformance-reached');

    await service.setClock('2017-05-20T03:00:00Z');
    done(await inspect(SITE, false));
    expect((await places()).get(PENG)).toMatchObject({
      conforming: sites.length - 1,
      conforms: false,
    });
    expect(await templates(unit('610222101-DW'))).toContain('place-conformance-lost');
    expect(await templates(unit('610222101203-DZB'))).toContain('site-conformance-lost');
  });

  test('any past instant is answered exactly, down to the member that failed', async () => {
    const before = await places('&asOf=2017-05-20T02:00:00Z');
    expect(before.get(PENG)?.conforms).toBe(true);
    expect((await places()).get(PENG)?.conforms).toBe(false);
    const roster = `/v1/campaigns/${campaignId}/roster?under=${PENG}&conforms=false`;
    const failing = async (query: string) =>
      done(await cast.office.get(roster + query)).body.items.map(
        (one: { siteId: string }) => one.siteId,
      );
    expect(await failing('')).toEqual([SITE]);
    expect(await failing('&asOf=2017-05-20T02:00:00Z')).toEqual([]);
  });

  test('an assessment of an earlier day is kept and overturns nothing', async () => {
    done(await inspect(SITE, true, '2017-05-19'));
    expect((await places()).get(PENG)?.conforms).toBe(false);
    const { body } = done(await cast.office.get(`/v1/sites/${SITE}/conformance`));
    expect(
      body.items.map(({ conforms, stands }: { conforms: boolean; stands: boolean }) => [
        conforms,
        stands,
      ]),
    ).toEqual([
      [true, true],
      [false, true],
      [true, false],
    ]);
    done(await inspect(SITE, true));
    expect((await places()).get(PENG)?.conforms).toBe(true);
  });

  test('the roll-ups are what the sites add up to, at every instant there was', async () => {
    const { rows } = await service.pool.query(
      `select r.organisation_id, r.at
         from roll_up_change r
        where r.campaign_id = $1
          and r.revision = (select max(l.revision) from roll_up_change l
                             where l.campaign_id = r.campaign_id and l.at = r.at
                               and l.organisation_id = r.organisation_id)
          and r.villages_conforming + r.communities_conforming + r.bases_conforming <> (
              select count(*) from roster_site m
                join lateral (select conforms from conformance_change c
                               where c.campaign_id = m.campaign_id and c.site_id = m.site_id
                                 and c.stands and c.at <= r.at
                               order by c.revision desc limit 1) c on c.conforms
               where m.campaign_id = r.campaign_id and m.path like '%/' || r.organisation_id || '/%'
                 and m.since <= r.at and (m.until is null or m.until > r.at))`,
      [campaignId],
    );
    expect(rows).toEqual([]);
  });

  test('R12, R15: places are filtered before they are paged, at any instant and as the plan counts', async () => {
    const all = (await cast.office.get(`/v1/campaigns/${campaignId}/conformance?limit=100`)).body
      .items as Place[];
    for (const conforms of [true, false]) {
      const found: Place[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const url = `/v1/campaigns/${campaignId}/conformance?limit=3&conforms=${conforms}${from}`;
        const { items, next } = done(await cast.office.get(url)).body;
        // A page is full, or the last.
        expect(items.length === 3 || next === null).toBe(true);
        found.push(...items);
        cursor = next;
      }
      const first = found.slice(0, 100).map(({ organisationId }) => organisationId);
      const wanted = all.filter((place) => place.conforms === conforms);
      expect(first.slice(0, wanted.length)).toEqual(
        wanted.map(({ organisationId }) => organisationId),
      );
      expect(found.every((place) => place.conforms === conforms)).toBe(true);
    }
  });

  test('Q6: a base enters the roster by command, counts at the county and not at the township', async () => {
    const site = { organisationId: 'BASE-1', kind: 'BASE', name: '基地站点' };
    const { id } = done(await cast.committee.post('/v1/sites', site)).body;
    const before = await places();
    const amend = { type: 'amend-roster', add: [id], remove: [], reason: '新认定的基地' };
    const url = `/v1/campaigns/${campaignId}/events`;
    done(await cast.office.post(url, amend));
    const after = await places();
    expect(after.get(COUNTY)?.total).toBe((before.get(COUNTY)?.total ?? 0) + 1);
    expect(after.get(PENG)?.total).toBe(before.get(PENG)?.total);
    const twice = await cast.office.post(url, amend);
    expect([twice.status, twice.body.unmet[0].clause]).toEqual([422, 'R12']);
    expect((await cast.township.post(url, amend)).status).toBe(403);
  });
});

describe('what is recorded of a site', () => {
  test('R19: 49 inches without a projector end its conformance, as an event of the campaign', async () => {
    const facts = { televisionInches: 49, projector: false };
    const patch = await service.app.inject({
      method: 'PATCH',
      url: `/v1/sites/${SITE}`,
      headers: { authorization: `Bearer ${cast.village.key}` },
      payload: { facts },
    });
    expect(patch.statusCode).toBe(200);
    expect((await places()).get(PENG)?.conforms).toBe(false);
    const { body } = done(await cast.office.get(`/v1/sites/${SITE}/conformance`));
    expect(body.items.at(-1)).toMatchObject({
      conforms: false,
      source: 'facts',
      clause: 'R19',
      criteria: ['village.screen'],
      subjectId: campaignId,
    });
    const again = await inspect(SITE, true);
    expect([again.status, again.body.unmet[0].clause]).toEqual([422, 'R19']);
  });

  test('its history says who recorded what, and when', async () => {
    const { body } = done(await cast.office.get(`/v1/sites/${SITE}/facts`));
    expect(body.items[0]).toMatchObject({
      recordedBy: cast.village.id,
      facts: { televisionInches: 49, projector: false },
    });
    const asOf = done(await cast.office.get(`/v1/sites/${SITE}/facts?asOf=2017-05-20T02:00:00Z`))
      .body.items[0];
    expect(asOf.facts).toEqual({});
  });
});

describe('R71: a township’s supplement', () => {
  const tighter = {
    action: 'tighten',
    criterion: 'village.screen',
    required: { fact: 'site.televisionInches', atLeast: 55 },
  };
  const draft = (changes: object[], township = PENG) =>
    cast.township.post('/v1/supplements', {
      campaignId,
      organisationId: township,
      category: '示范村',
      title: '彭镇补充标准',
      changes,
    });

  test('R66: what relaxes a criterion, or takes one away, is refused', async () => {
    const relaxed = { ...tighter, required: { fact: 'site.televisionInches', atLeast: 42 } };
    for (const change of [relaxed, { action: 'remove', criterion: 'village.seats' }]) {
      const answer = await draft([change]);
      expect([answer.status, answer.body.unmet?.[0]?.clause]).toEqual([422, 'R66']);
    }
    expect((await draft([tighter], WULI)).status).toBe(403);
  });

  test('R71: is approved by the county and holds for whoever is measured from then on', async () => {
    const candidate = await registerVillage(cast, campaignId);
    const { id } = done(await draft([tighter])).body;
    const url = `/v1/supplements/${id}/events`;
    expect((await cast.township.post(url, { type: 'approve' })).status).toBe(409);
    done(await cast.township.post(url, { type: 'submit' }));
    expect((await cast.township.post(url, { type: 'approve' })).status).toBe(403);
    expect(done(await cast.office.post(url, { type: 'approve' })).body.state).toBe('approved');
    const told = done(await cast.office.get(`/v1/supplements/${id}`)).body;
    expect(told).toMatchObject({ approvedVersion: 1, category: 'DEMONSTRATION_VILLAGE' });
    const { items } = done(await cast.township.get(`/v1/candidates/${candidate}/criteria`)).body;
    const screen = items.find((one: { id: string }) => one.id === 'village.screen');
    expect(screen.required).toEqual({ fact: 'site.televisionInches', atLeast: 55 });
  });
});
