// 回避 (R61) at every access: whatever address tells of a candidate, it does not tell an assessor of
// one they must stay away from. Every GET route is named here, so a new one has to be placed.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keptFrom } from '../../src/rules/access/recusal.ts';
import type { AboutPeng } from '../support/about-peng.ts';
import { fillPeng } from '../support/about-peng.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, registerWorker, score } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { unit, unitPath } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
/** Reads the whole county to assess, and stays away from nobody of Peng. */
let free: Person;
/** The same, but has declared to stay away from Peng. */
let declared: Person;
/** The same, but is of Peng as well. */
let housed: Person;
let about: AboutPeng['about'];
let siteId: string;
let county: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  ({ campaignId, about, siteId, county } = await fillPeng(service, cast));
  // Held at the county office, whose inbox they see.
  const place = unit('610222-YCB');
  free = await service.person(['assessor', place]);
  declared = await service.person(['assessor', place]);
  housed = await service.person(['assessor', place], ['assessor', unit('610222101-DW')]);
  done(
    await declared.post(`/v1/campaigns/${campaignId}/events`, {
      type: 'declare-conflict',
      principalId: declared.id,
      organisationId: PENG,
      reason: '曾在该镇任职',
    }),
  );
});
afterAll(() => service.close());

/** Ids of whatever is about Peng. */
async function marksOfPeng(): Promise<string[]> {
  const { rows } = await service.pool.query<{ id: string }>(
    `with peng as (
       select c.id from candidate c join subject s using (campaign_id, id)
        where s.path like $1 || '%')
     select id::text from peng
     union select s.id::text from subject s
            where s.parent_id in (select id from peng)
               or (s.machine = 'supplement' and s.path like $1 || '%')
     union select r.id from record r where r.subject_id in (select id from peng)
     union select id from site where path like $1 || '%'
     union select d.id::text from document d
            where d.about_id in (select id from peng) and not d.is_public
     union select n.id::text from notice n where n.subject_id in (select id from peng)`,
    [pengPath],
  );
  return rows.map(({ id }) => id);
}
const pengPath = unitPath('6102', '610222', '610222101');

const BY_CAMPAIGN = (path: string) => () => `${path}?campaignId=${campaignId}`;
const OF_CAMPAIGN = (rest: string) => () => `/v1/campaigns/${campaignId}/${rest}`;

/** Lists that tell of candidates or of what is about them. */
const LISTS: { [route: string]: () => string } = {
  '/v1/candidates': BY_CAMPAIGN('/v1/candidates'),
  '/v1/rectifications': BY_CAMPAIGN('/v1/rectifications'),
  '/v1/inspections': BY_CAMPAIGN('/v1/inspections'),
  '/v1/obligations': BY_CAMPAIGN('/v1/obligations'),
  '/v1/ballot-rounds': BY_CAMPAIGN('/v1/ballot-rounds'),
  '/v1/review-panels': BY_CAMPAIGN('/v1/review-panels'),
  '/v1/objections': BY_CAMPAIGN('/v1/objections'),
  '/v1/reconsiderations': BY_CAMPAIGN('/v1/reconsiderations'),
  '/v1/documents': BY_CAMPAIGN('/v1/documents'),
  '/v1/notices': BY_CAMPAIGN('/v1/notices'),
  '/v1/supplements': BY_CAMPAIGN('/v1/supplements'),
  '/v1/timers': BY_CAMPAIGN('/v1/timers'),
  '/v1/ledgers/:ledger': BY_CAMPAIGN('/v1/ledgers/rectifications'),
  '/v1/campaigns/:id/roster': OF_CAMPAIGN('roster'),
};

/** Workbooks: what is looked for in their cells. */
const WORKBOOKS: { [route: string]: () => string } = {
  '/v1/candidates.xlsx': BY_CAMPAIGN('/v1/candidates.xlsx'),
  '/v1/rectifications.xlsx': BY_CAMPAIGN('/v1/rectifications.xlsx'),
  '/v1/obligations.xlsx': BY_CAMPAIGN('/v1/obligations.xlsx'),
  '/v1/roster.xlsx': BY_CAMPAIGN('/v1/roster.xlsx'),
  '/v1/inspections.xlsx': BY_CAMPAIGN('/v1/inspections.xlsx'),
  '/v1/ledgers/:ledger.xlsx': BY_CAMPAIGN('/v1/ledgers/rectifications.xlsx'),
};

/** Told to whoever the campaign concerns, once it has been decided: there is nothing left to judge. */
const PUBLISHED = new Set([
  '/v1/public-notices',
  '/v1/campaigns/:id/final-list',
  '/v1/final-list.xlsx',
  '/v1/draws',
  '/v1/draws/:id',
  '/v1/draws/:id/verify',
  '/v1/draws/:id/events',
  '/v1/draws/:id/actions',
]);

/** Only for who leads or audits, so never for who only assesses. */
const LEADERS_ONLY: { [route: string]: () => string } = {
  '/v1/campaigns/:id/rankings': OF_CAMPAIGN('rankings'),
  '/v1/campaigns/:id/outcome-bounds': OF_CAMPAIGN('outcome-bounds?category=ADVANCED_WORKER'),
  '/v1/campaigns/:id/assessment-progress': OF_CAMPAIGN('assessment-progress'),
  '/v1/rankings/:id': () => `/v1/rankings/${about.rankings}`,
  '/v1/rankings/:id/verify': () => `/v1/rankings/${about.rankings}/verify`,
  '/v1/imports/rosters.xlsx': BY_CAMPAIGN('/v1/imports/rosters.xlsx'),
  '/v1/imports/assignments.xlsx': BY_CAMPAIGN('/v1/imports/assignments.xlsx'),
  '/v1/operations/:id/items': () => `/v1/operations/${about.operations}/items`,
};

/**
 * Tells of no candidate, or is proved in a test of its own; workbooks among them have the rows of
 * their lists (list-workbooks.test.ts).
 */
const ELSEWHERE = new Set(
  `/openapi.json /livez /readyz /docs / /docs/problems /v1/me /v1/principals
   /v1/principals/:id /v1/principals/:id/keys /v1/organisations /v1/organisations/:id /v1/organisations/:id/names /v1/organisations/:id/life /v1/plans
   /v1/plans/:id /v1/audit/access-log /v1/plans/:id/clauses/:clause /v1/plans/:id/procedures/:name /v1/machines /v1/machines/:name/:version
   /v1/audit/administrative-events /v1/audit/erasures /v1/audit/verify /v1/audit/bundle /v1/grants /v1/me/keys /v1/calendars /v1/calendars/:year/versions /v1/clock /v1/incidents /v1/incidents/:id /v1/campaigns /v1/campaigns/:id /v1/campaigns/:id/actions
   /v1/policy-changes /v1/policy-changes/:id /v1/policy-changes/:id/events
   /v1/policy-changes/:id/actions /v1/ledgers /v1/record-kinds /v1/document-registers
   /v1/operations /v1/operations/:id /v1/assessments /v1/campaigns/:id/conflicts-of-interest
   /v1/assessments/worklist /v1/imports/scores.xlsx /v1/imports/organisations.xlsx
   /v1/imports/candidates.xlsx /v1/sites.xlsx /v1/documents.xlsx /v1/notices.xlsx
   /v1/assessments/:id /v1/assessments/:id/events
   /v1/assessments/:id/actions /v1/campaigns/:id/events /v1/campaigns/:id/summary
   /v1/campaigns/:id/duties /v1/campaigns/:id/conformance /v1/sites /v1/sites/:id
   /v1/inspections/worklist /v1/regressions /v1/regressions/:id /v1/regressions/:id/events
   /v1/regressions/:id/actions /v1/notices/:id/receipt /v1/notices/:id/receipt/events`.split(/\s+/),
);

const singleOf = (route: string): string | null => {
  const [, resource = ''] = /^\/v1\/([a-z-]+)\/:id/.exec(route) ?? [];
  const id = resource === 'sites' ? siteId : about[resource];
  return id === undefined ? null : route.replace(':id', id);
};
const routes = (): string[] => [
  ...new Set(
    service.app.registeredRoutes.filter(({ method }) => method === 'GET').map(({ url }) => url),
  ),
];
const raw = (person: Person, url: string) =>
  service.app.inject({ url, headers: { authorization: `Bearer ${person.key}` } });

test('R61: every address that is read has its place here', () => {
  const unplaced = routes().filter(
    (route) =>
      !(route in LISTS) &&
      !(route in WORKBOOKS) &&
      !(route in LEADERS_ONLY) &&
      !PUBLISHED.has(route) &&
      !ELSEWHERE.has(route) &&
      singleOf(route) === null,
  );
  expect(unplaced).toEqual([]);
});

test('R61: no list tells an assessor of what they stay away from, and each tells another assessor', async () => {
  const marks = await marksOfPeng();
  for (const [route, url] of Object.entries(LISTS)) {
    const told = async (person: Person): Promise<string[]> => {
      const answer = await raw(person, `${url()}${url().includes('?') ? '&' : '?'}limit=100`);
      expect([route, answer.statusCode]).toEqual([route, 200]);
      // What is published is told to everybody.
      const items = JSON.parse(answer.payload).items.filter(
        ({ isPublic }: { isPublic?: boolean }) => isPublic !== true,
      );
      return marks.filter((mark) => JSON.stringify(items).includes(mark));
    };
    expect([route, (await told(free)).length > 0]).toEqual([route, true]);
    expect([route, await told(declared)]).toEqual([route, []]);
    expect([route, await told(housed)]).toEqual([route, []]);
  }
});

test('R61: of no ledger is a row told, whether it holds records, inspections or orders', async () => {
  const marks = await marksOfPeng();
  const { items } = (await cast.office.get(`/v1/ledgers?campaignId=${campaignId}`)).body;
  const seen = new Set<string>();
  for (const { code } of items) {
    const url = `/v1/ledgers/${code}?campaignId=${campaignId}&limit=100`;
    const told = async (person: Person): Promise<string[]> => {
      const { body } = done(await person.get(url));
      return marks.filter((mark) => JSON.stringify(body.items).includes(mark));
    };
    if ((await told(free)).length > 0) seen.add(code);
    for (const person of [declared, housed]) expect([code, await told(person)]).toEqual([code, []]);
  }
  expect([...seen]).toEqual(expect.arrayContaining(['rectifications', 'inspections', 'problems']));
});

test('R61: nor does a workbook, which has the rows of its list', async () => {
  for (const [route, url] of Object.entries(WORKBOOKS)) {
    const rows = async (person: Person): Promise<string> => {
      const { statusCode, rawPayload } = await raw(person, url());
      expect([route, statusCode]).toEqual([route, 200]);
      return JSON.stringify(await readList(rawPayload));
    };
    expect([route, (await rows(free)).includes('彭镇')]).toEqual([route, true]);
    for (const person of [declared, housed]) expect(await rows(person)).not.toContain('彭镇');
  }
});

test('R61: every single page about it is 404 to them, and is there for another assessor', async () => {
  for (const route of routes()) {
    const url = singleOf(route);
    if (url === null || route in LEADERS_ONLY) continue;
    if (ELSEWHERE.has(route) || PUBLISHED.has(route)) continue;
    const [open, kept, own] = await Promise.all(
      [free, declared, housed].map(async (person) => (await raw(person, url)).statusCode),
    );
    // Nothing prints in a test: 501 is told to whoever may read.
    // What is not for assessors at all (a roll, bounds) may say 403 to one who could be told.
    expect([route, [200, 403, 501].includes(open ?? 0)]).toEqual([route, true]);
    expect([route, kept, own]).toEqual([route, 404, 404]);
  }
});

test('R61: who compares candidates is for those who lead; no assessor is told', async () => {
  for (const [route, url] of Object.entries(LEADERS_ONLY)) {
    expect([route, (await raw(cast.office, url())).statusCode]).toEqual([route, 200]);
    const { statusCode } = await raw(free, url());
    expect([route, [403, 404].includes(statusCode)]).toEqual([route, true]);
  }
});

test('R61: counts, duties, places and facts leave it out; the log of the campaign tells them no content', async () => {
  const summary = async (person: Person) =>
    done(await person.get(`/v1/campaigns/${campaignId}/summary`)).body;
  const [all, less] = [await summary(free), await summary(declared)];
  expect([all.candidates, less.candidates]).toEqual([6, 1]);
  expect(all.rectifications.open + all.rectifications.overdue).toBeGreaterThan(0);
  expect(less.rectifications).toEqual({ open: 0, overdue: 0, closed: 0 });
  const organisations = async (person: Person, rest: string): Promise<string[]> =>
    done(await person.get(`/v1/campaigns/${campaignId}/${rest}`)).body.items.map(
      (item: { organisationId: string }) => item.organisationId,
    );
  for (const rest of ['duties', 'conformance?limit=100']) {
    expect(await organisations(free, rest)).toContain(PENG);
    for (const person of [declared, housed]) {
      expect(await organisations(person, rest)).not.toContain(PENG);
    }
  }
  const facts = async (person: Person) => (await person.get(`/v1/sites/${siteId}`)).body.facts;
  expect(await facts(free)).not.toBeNull();
  expect([await facts(declared), await facts(housed)]).toEqual([null, null]);
  const log = done(await declared.get(`/v1/campaigns/${campaignId}/events?limit=100`)).body.items;
  expect(log.every(({ payload }: { payload: object }) => Object.keys(payload).length === 0)).toBe(
    true,
  );
});

test('R61: the county is a unit of its own: who is held at it does not see its candidate', async () => {
  const above = await service.person(['assessor', unit('6102-YCJY')]);
  const ids = async (person: Person): Promise<string[]> =>
    done(await person.get('/v1/candidates?category=ADVANCED_COUNTY')).body.items.map(
      ({ id }: { id: string }) => id,
    );
  expect(await ids(above)).toEqual([county]);
  expect(await ids(free)).toEqual([]);
  expect((await raw(above, `/v1/candidates/${county}`)).statusCode).toBe(200);
  expect((await raw(free, `/v1/candidates/${county}`)).statusCode).toBe(404);
  // The campaign itself, which lies at the same place, is not the county's own case.
  expect((await raw(free, `/v1/obligations?subjectId=${campaignId}`)).payload).toContain(
    campaignId,
  );
});

test('R61: another role lets them read what is its own, but not what lies elsewhere about it', async () => {
  const both = await service.person('township-committee', ['assessor', unit('610222-YCB')]);
  expect((await raw(both, `/v1/candidates/${about.candidates}`)).statusCode).toBe(200);
  expect((await raw(both, `/v1/review-panels/${about['review-panels']}`)).statusCode).toBe(404);
  const { body } = done(await both.get(`/v1/review-panels?campaignId=${campaignId}`));
  expect(body.items).toEqual([]);
});

test('R61: who assesses sees no composite in the workbook either, nor does an officer who owes a sheet', async () => {
  const owing = await service.person('county-department', 'assessor');
  // Of a category that is not selected yet: nobody joins the other any more.
  const later = 'LEARNING_APPLICATION_PACESETTER';
  const judgedNow = await registerWorker(cast, campaignId, '周', later);
  await score(cast, judgedNow, 95);
  const sheet = { candidateId: judgedNow, assessorId: owing.id };
  done(await cast.office.post('/v1/assessments', sheet));
  const composites = async (person: Person) => {
    const told = [];
    for (const category of ['ADVANCED_WORKER', later]) {
      const url = `/v1/candidates.xlsx?campaignId=${campaignId}&category=${category}`;
      const [header = [], ...rows] = await readList((await raw(person, url)).rawPayload);
      const at = header.indexOf('综合得分');
      told.push(...rows.map((row) => [row[2], row[at] === null ? 'blind' : 'told']));
    }
    return told;
  };
  for (const name of ['李', '周']) {
    expect(await composites(cast.office)).toContainEqual([name, 'told']);
    expect(await composites(free)).toContainEqual([name, 'blind']);
  }
  expect(await composites(owing)).toEqual(
    expect.arrayContaining([
      ['李', 'told'],
      ['周', 'blind'],
    ]),
  );
});

test('R61: the rule says of a place what the database says of its rows', async () => {
  const recusal = {
    others: ['/a/b/c/'],
    avoided: [
      { campaign_id: campaignId, path: '/a/b/', whole: true },
      { campaign_id: campaignId, path: '/a/', whole: false },
    ],
  };
  const paths = ['/a/', '/a/b/', '/a/b/c/', '/a/b/c/d/', '/a/x/', '/b/'];
  const verdicts = new Set<boolean>();
  for (const lies of paths) {
    for (const at of paths) {
      for (const isCandidate of [true, false]) {
        for (const campaign of [campaignId, randomUUID(), null]) {
          const { rows } = await service.pool.query<{ kept: boolean }>(
            'select kept_from($1, $2, $3, $4, $5::jsonb) as kept',
            [campaign, lies, at, isCandidate, JSON.stringify(recusal)],
          );
          const kept = keptFrom(recusal, campaign, { lies, about: at, isCandidate });
          expect([lies, at, isCandidate, rows[0]?.kept]).toEqual([lies, at, isCandidate, kept]);
          verdicts.add(kept);
        }
      }
    }
  }
  expect(verdicts.size).toBe(2);
});
