// Units have a life (C07): one test for each cell of the table in docs/units.md.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL_ORGANISATIONS } from '../../src/db/county/organisations.ts';
import { directoryOf, type Organisation, placesIn } from '../../src/rules/access/addressees.ts';
import { LIFE_TABLE } from '../../src/rules/county/life-table.ts';
import { HOLDINGS, type Holding } from '../../src/rules/county/lives.ts';
import { cast as castBallot, handOut, layOutSlips, rollOf } from '../support/ballots.ts';
import { done, filledIn } from '../support/campaign.ts';
import { COUNTY, PENG, PENGCUN, type Person } from '../support/service.ts';
import {
  BRANCH,
  DONGHU,
  DONGHU_BRANCH,
  openUnitLife,
  type UnitLife,
  WUJIAYUAN,
} from '../support/unit-lives.ts';
import { unit } from '../support/units.ts';

const GROUNDS = { reason: '撤并行政村', document: '陕民函〔2017〕8号' };
const DAY = { day: '2017-05-20' };
const ENDINGS = {
  merged: { type: 'merge', successorIds: [DONGHU], ...DAY, ...GROUNDS },
  split: { type: 'split', successorIds: [DONGHU, WUJIAYUAN], ...DAY, ...GROUNDS },
  ended: { type: 'end', ...DAY, ...GROUNDS },
} as const;

const whoSucceeds = {
  merged: '由东湖村委会承继',
  split: '由东湖村委会、武家塬村委会承继',
  ended: '没有承继单位',
} as const;

const inspectionOf = (candidateId: string) => ({
  ...{ candidateId, kind: 'FIELD_VISIT', occurredOn: '2017-05-20' },
  ...{ inspectors: ['张', '王'], findings: [], triggers: [] },
});

/** The places in which a candidate counts, by the directory as it is. */
async function placesOf({ service }: UnitLife, candidateId: string) {
  const { rows } = await service.pool.query<Organisation>(ALL_ORGANISATIONS.text);
  const { body } = await service.pool
    .query('select organisation_id as id from candidate where id = $1', [candidateId])
    .then(({ rows: [row] }) => ({ body: row }));
  return placesIn(directoryOf(1, rows))(body.id);
}

/** Everybody on the roll votes, and the round is closed: the answer to that. */
async function vote({ cast, round }: UnitLife) {
  const table = await layOutSlips(cast.office, round);
  for (const person of rollOf(3, 4)) {
    done(await castBallot(cast.township, await handOut(cast.township, round, person, table), '好'));
  }
  return cast.township.post(`${round}/events`, { type: 'close' });
}

const handIn = async ({ cast, sheet }: UnitLife) => {
  const { scheme } = done(await cast.assessor.get(`/v1/assessments/${sheet}`)).body;
  const submit = { type: 'submit', points: filledIn(scheme.items, 90) };
  return cast.assessor.post(`/v1/assessments/${sheet}/events`, submit);
};

const rosterOf = async ({ cast, campaignId }: UnitLife, under = PENGCUN): Promise<string[]> =>
  done(await cast.office.get(`/v1/campaigns/${campaignId}/roster?under=${under}`)).body.items.map(
    ({ siteId }: { siteId: string }) => siteId,
  );

const grantsOf = async (life: UnitLife, person: { id: string }) =>
  done(await life.security.get(`/v1/grants?principalId=${person.id}`)).body.items.map(
    ({ state, organisationName }: { state: string; organisationName: string }) => [
      state,
      organisationName,
    ],
  );

const claim = (person: Person, code: string) => person.post('/v1/claims', { code });

describe.each(['merged', 'split', 'ended'] as const)('%s', (act) => {
  const goesOn = act !== 'ended';
  let life: UnitLife;
  beforeAll(async () => {
    life = await openUnitLife();
    const { body } = done(await life.tell(ENDINGS[act], true));
    // A dry run tells every column of the table, and changes nothing.
    expect(Object.keys(body.holdings)).toEqual([...HOLDINGS]);
    for (const name of HOLDINGS) {
      expect([name, body.holdings[name].becomes]).toEqual([name, LIFE_TABLE[act][name]]);
    }
    expect(body).toMatchObject({
      dryRun: true,
      ending: ['彭村村委会', '彭村党支部'],
      holdings: {
        candidate: { count: 2, names: ['彭村村委会'] },
        order: { count: 1, names: ['彭村村委会'] },
        round: { count: 1, names: [] },
        sheet: { count: 1, names: [] },
        roster: { count: 1, names: ['彭村远程教育站点'] },
        grant: { count: 2, names: expect.arrayContaining(['新来的书记']) },
        invitation: { count: 1, names: ['新来的书记'] },
        title: { count: 1, names: [] },
      },
    });
    expect(body.holdings.quota.count).toBe(1);
    expect(done(await life.administrator.get(`/v1/organisations/${PENGCUN}`)).body.ended).toBe(
      null,
    );
    done(await life.tell(ENDINGS[act]));
  });
  afterAll(() => life.service.close());

  test(`C07: ${act} × grant: ${LIFE_TABLE[act].grant.en}`, async () => {
    const { cast, security } = life;
    expect(done(await cast.village.get('/v1/me')).body.grants).toEqual([]);
    const expected = goesOn ? [['proposed', '东湖村党支部']] : [];
    expect(await grantsOf(life, cast.village)).toEqual([['revoked', '彭村党支部'], ...expected]);
    if (!goesOn) return;
    const proposed = `/v1/grants?principalId=${cast.village.id}&state=proposed`;
    const [grant] = done(await security.get(proposed)).body.items;
    done(await security.post(`/v1/grants/${grant.id}/events`, { type: 'confirm' }));
    const [held] = done(await cast.village.get('/v1/me')).body.grants;
    expect(held).toMatchObject({ role: 'village-organisation', organisationId: DONGHU_BRANCH });
  });

  test(`C07: ${act} × order: ${LIFE_TABLE[act].order.en}`, async () => {
    const { cast, order, service } = life;
    const { body } = done(await cast.office.get(`/v1/rectifications/${order}`));
    expect([body.organisationId, body.status]).toEqual([goesOn ? DONGHU : PENG, 'active']);
    const { rows } = await service.pool.query(
      `select organisation_id as owner from obligation where subject_id = $1 and closed_at is null`,
      [order],
    );
    const owner = goesOn ? DONGHU_BRANCH : unit('610222101-DW');
    expect(rows).toEqual([{ owner }]);
    const whoAnswers = goesOn ? cast.village : cast.committee;
    const acknowledge = { type: 'acknowledge' };
    done(await whoAnswers.post(`/v1/rectifications/${order}/events`, acknowledge));
  });

  test(`C07: ${act} × candidate: ${LIFE_TABLE[act].candidate.en}`, async () => {
    const { cast, village, worker } = life;
    const laid = await cast.office.post('/v1/inspections', inspectionOf(village));
    const said = `彭村村委会已于2017年5月20日终止，${whoSucceeds[act]}，不再办理新的事项。`;
    expect([laid.status, laid.body.detail]).toEqual([409, said]);
    const { actions } = done(await cast.office.get(`/v1/candidates/${village}/actions`)).body;
    const permitted = new Map(
      actions.map((one: { type: string; permitted: boolean }) => [one.type, one.permitted]),
    );
    expect([permitted.get('record-inspection'), permitted.get('end-with-unit')]).toEqual([
      false,
      true,
    ]);

    const to = (organisationId: string) => ({
      type: 'succeed',
      organisationId,
      reason: '并入东湖村',
    });
    const events = (id: string) => `/v1/candidates/${id}/events`;
    const elsewhere = await cast.office.post(events(worker), to(PENG));
    expect(elsewhere.body.unmet).toMatchObject([{ requirement: 'is-its-successor' }]);
    expect((await cast.committee.post(events(worker), to(DONGHU_BRANCH))).status).toBe(403);
    const end = { type: 'end-with-unit', reason: '村已撤销' };
    const { body: ended } = done(await cast.office.post(events(worker), end));
    expect(ended).toMatchObject({ state: 'withdrawn', status: 'done' });
    const { items } = done(await cast.office.get(events(worker))).body;
    expect(items.at(-1)).toMatchObject({
      type: 'end-with-unit',
      payload: { reason: '村已撤销' },
      principalId: cast.office.id,
    });
    // One officer decided, so there is a way back, and then another decision.
    done(await cast.office.post(events(worker), { type: 'reinstate', reason: '决定有误' }));
    done(await cast.office.post(events(worker), goesOn ? to(DONGHU_BRANCH) : end));
    done(await cast.office.post(events(village), goesOn ? to(DONGHU) : end));
    if (goesOn) {
      const present = done(await cast.office.get(`/v1/candidates/${worker}`)).body;
      expect(present).toMatchObject({
        name: '田华',
        organisationId: DONGHU_BRANCH,
        status: 'active',
      });
      // Those of the successor reach it.
      expect((await cast.village.get(`/v1/candidates/${worker}`)).status).toBe(200);
    }
    const after = done(await cast.office.get(`/v1/candidates/${village}`)).body;
    expect([after.name, after.organisationId]).toEqual(
      goesOn ? ['东湖村委会', DONGHU] : ['彭村村委会', PENGCUN],
    );
    if (!goesOn) return;
    const { items: found } = done(
      await cast.office.get(`/v1/inspections?candidateId=${village}`),
    ).body;
    expect(found).toHaveLength(1);
  });

  test(`C07: ${act} × round: ${LIFE_TABLE[act].round.en}`, async () => {
    const { service, worker } = life;
    done(await vote(life));
    const { rows } = await service.pool.query(
      `select context -> 'figures' as figures from subject where id = $1`,
      [worker],
    );
    expect(rows).toEqual([{ figures: goesOn ? { mass: 10000 } : {} }]);
  });

  test(`C07: ${act} × sheet: ${LIFE_TABLE[act].sheet.en}`, async () => {
    expect((await handIn(life)).status).toBe(goesOn ? 200 : 422);
  });

  test(`C07: ${act} × roster: ${LIFE_TABLE[act].roster.en}`, async () => {
    expect(await rosterOf(life)).toEqual(['610222101203-S1']);
    expect(await rosterOf(life, DONGHU)).toEqual(['610222101202-S1']);
    const { body } = done(await life.cast.office.get('/v1/sites/610222101203-S1'));
    expect(body.organisationId).toBe(goesOn ? DONGHU : PENGCUN);
    // What conforms from now on counts where it was sealed.
    const { candidateId: _, ...visit } = inspectionOf('');
    const { campaignId, cast, service } = life;
    const found = { ...visit, campaignId, siteId: '610222101203-S1', conforms: true };
    done(await cast.office.post('/v1/inspections', found));
    const { rows } = await service.pool.query(
      `select organisation_id as id, villages_conforming as conforming from roll_up
        where organisation_id = any ($1) order by 2 desc`,
      [[PENGCUN, DONGHU]],
    );
    expect(rows).toEqual([
      { id: PENGCUN, conforming: 1 },
      { id: DONGHU, conforming: 0 },
    ]);
  });

  test(`C07: ${act} × quota: ${LIFE_TABLE[act].quota.en}`, async () => {
    const { cast, worker } = life;
    if (goesOn) {
      expect(await placesOf(life, worker)).toEqual({
        ...{ unit: DONGHU_BRANCH, village: DONGHU, township: PENG },
      });
      return;
    }
    const { items } = done(
      await cast.office.get(`/v1/candidates?organisationId=${BRANCH}&status=active`),
    ).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual([life.titled]);
  });

  test(`C07: ${act} × invitation: ${LIFE_TABLE[act].invitation.en}`, async () => {
    const { status, body } = await claim(life.cast.office, life.invited.code);
    expect(status).toBe(goesOn ? 201 : 409);
    if (!goesOn) {
      expect(body.detail).toContain('此码已作废');
      const again = await life.administrator.post(`/v1/principals/${life.invited.id}/claims`);
      expect([again.status, again.body.detail]).toEqual([
        409,
        '彭村党支部已于2017年5月20日终止，没有承继单位，不再办理新的事项。',
      ]);
    }
  });

  test(`C07: ${act} × title: ${LIFE_TABLE[act].title.en}`, async () => {
    const { body } = done(await life.cast.office.get(`/v1/candidates/${life.titled}`));
    expect(body).toMatchObject({ organisationId: BRANCH, stage: 'conferred' });
    const onward = { type: 'succeed', organisationId: DONGHU_BRANCH, reason: '并入' };
    const answer = await life.cast.office.post(`/v1/candidates/${life.titled}/events`, onward);
    expect(answer.status).toBe(409);
  });

  test(`C07: nothing new is laid on what has ${act}`, async () => {
    const { cast, administrator, campaignId } = life;
    const said = `已于2017年5月20日终止，${whoSucceeds[act]}，不再办理新的事项。`;
    const asked = { campaignId, category: 'DEMONSTRATION_VILLAGE', organisationId: PENGCUN };
    const site = { organisationId: PENGCUN, kind: 'VILLAGE', name: '新站点' };
    const body = {
      parentId: PENGCUN,
      code: '610222101203-X',
      kind: 'VILLAGE_PARTY_ORGANIZATION',
      name: '新支部',
    };
    const role = { role: 'village-organisation', organisationId: PENGCUN };
    const rename = { type: 'rename', name: '新彭村村委会', validFrom: '2017-05-20', ...GROUNDS };
    for (const answer of [
      await cast.office.post('/v1/candidates', asked),
      await administrator.post('/v1/sites', site),
      await administrator.post('/v1/organisations', body),
      await administrator.post(`/v1/principals/${cast.committee.id}/grants`, role),
      await administrator.post('/v1/principals', {
        name: '新人',
        grants: [],
        organisationId: PENGCUN,
      }),
      await life.tell(rename),
      await life.tell(ENDINGS[act]),
    ]) {
      expect([answer.status, answer.body.detail]).toEqual([409, `彭村村委会${said}`]);
    }
  });

  test(`C07: that it ${act} is in its life and in the log of administration, with its grounds`, async () => {
    const { items } = done(await life.administrator.get(`/v1/organisations/${PENGCUN}/life`)).body;
    expect(items).toMatchObject([{ act, ...DAY, ...GROUNDS }]);
    const auditor = await life.service.person(['auditor', COUNTY]);
    const told = `/v1/audit/administrative-events?subjectId=${PENGCUN}`;
    expect(done(await auditor.get(told)).body.items[0]).toMatchObject({
      kind: `organisation-${act}`,
      by: { principalId: life.administrator.id },
      after: { ...DAY, ...GROUNDS },
    });
  });
});

describe('renamed', () => {
  let life: UnitLife;
  const rename = { type: 'rename', name: '龙泉村村委会', validFrom: '2017-05-20', ...GROUNDS };
  const is = (holding: Holding): string =>
    `C07: renamed × ${holding}: ${LIFE_TABLE.renamed[holding].en}`;
  beforeAll(async () => {
    life = await openUnitLife();
    const { body } = done(await life.tell(rename, true));
    for (const name of HOLDINGS) {
      expect([name, body.holdings[name].becomes]).toEqual([name, LIFE_TABLE.renamed[name]]);
    }
    expect(body.holdings).toMatchObject({ candidate: { count: 2 }, order: { count: 1 } });
    done(await life.tell(rename));
  });
  afterAll(() => life.service.close());

  test(is('candidate'), async () => {
    const { body } = done(await life.cast.office.get(`/v1/candidates/${life.village}`));
    expect([body.name, body.organisationId]).toEqual(['龙泉村村委会', PENGCUN]);
    done(await life.cast.office.post('/v1/inspections', inspectionOf(life.village)));
  });

  test(is('order'), async () => {
    const { cast, order } = life;
    done(await cast.village.post(`/v1/rectifications/${order}/events`, { type: 'acknowledge' }));
    const { body } = done(await cast.office.get(`/v1/rectifications/${order}`));
    expect(body).toMatchObject({ candidateName: '龙泉村村委会', organisationId: PENGCUN });
  });

  test(is('round'), async () => {
    expect((await vote(life)).status).toBe(200);
  });

  test(is('sheet'), async () => {
    expect((await handIn(life)).status).toBe(200);
  });

  test(is('roster'), async () => {
    const url = `/v1/campaigns/${life.campaignId}/roster?under=${PENGCUN}`;
    expect(done(await life.cast.office.get(url)).body.items).toMatchObject([
      { siteId: '610222101203-S1', name: '龙泉村远程教育站点' },
    ]);
  });

  test(is('quota'), async () => {
    expect(await placesOf(life, life.worker)).toEqual({
      ...{ unit: BRANCH, village: PENGCUN, township: PENG },
    });
  });

  test(is('grant'), async () => {
    expect(await grantsOf(life, life.cast.village)).toEqual([['held', '龙泉村党支部']]);
    expect((await life.cast.village.get(`/v1/candidates/${life.village}`)).status).toBe(200);
  });

  test(is('invitation'), async () => {
    expect((await claim(life.cast.office, life.invited.code)).status).toBe(201);
  });

  test(is('title'), async () => {
    const { body } = done(await life.cast.office.get(`/v1/candidates/${life.titled}`));
    expect(body).toMatchObject({ organisationId: BRANCH, stage: 'conferred' });
  });
});

describe('founded', () => {
  let life: UnitLife;
  let fresh: string;
  let candidate: string;
  let held: { [holding: string]: { count: number; names: string[] } };
  const is = (holding: Holding): string =>
    `C07: founded × ${holding}: ${LIFE_TABLE.founded[holding].en}`;
  beforeAll(async () => {
    life = await openUnitLife();
    const village = { parentId: PENG, code: '610222101299', kind: 'VILLAGE', name: '新村村委会' };
    fresh = done(await life.administrator.post('/v1/organisations', village)).body.id;
    const { items } = done(await life.administrator.get(`/v1/organisations/${fresh}/life`)).body;
    expect(items).toMatchObject([{ act: 'founded', day: '2017-05-20' }]);
    const body = { type: 'end', ...DAY, ...GROUNDS };
    held = done(await life.tell(body, true, fresh)).body.holdings;
    for (const name of HOLDINGS) expect([name, held[name]?.count]).toEqual([name, 0]);
  });
  afterAll(() => life.service.close());

  test(is('candidate'), async () => {
    const { campaignId, cast } = life;
    const asked = { campaignId, category: 'ADVANCED_WORKER', organisationId: fresh };
    const { body } = done(
      await cast.office.post('/v1/candidates', { ...asked, personName: '吴兰' }),
    );
    candidate = body.id;
    expect(body).toMatchObject({ organisationId: fresh, status: 'active' });
  });

  test(is('order'), async () => {
    const { items } = done(
      await life.cast.office.get(`/v1/rectifications?campaignId=${life.campaignId}`),
    ).body;
    expect(items.map((one: { organisationId: string }) => one.organisationId)).toEqual([PENGCUN]);
    done(await life.cast.office.post('/v1/inspections', inspectionOf(candidate)));
  });

  test.each(['round', 'sheet', 'title'] as const)('C07: founded × %s: it has none', (holding) => {
    expect(held[holding]).toMatchObject({ count: 0, names: [] });
    expect(LIFE_TABLE.founded[holding].en).toBe('it has none');
  });

  test(is('roster'), async () => {
    expect(await rosterOf(life, fresh)).toEqual([]);
    const site = { organisationId: fresh, kind: 'VILLAGE', name: '新村远程教育站点' };
    const { id } = done(await life.cast.office.post('/v1/sites', site)).body;
    expect(await rosterOf(life, fresh)).toEqual([]);
    const amend = { type: 'amend-roster', add: [id], remove: [], reason: '新设行政村' };
    done(await life.cast.office.post(`/v1/campaigns/${life.campaignId}/events`, amend));
    expect(await rosterOf(life, fresh)).toEqual([id]);
  });

  test(is('quota'), async () => {
    expect(await placesOf(life, candidate)).toEqual({
      unit: fresh,
      village: fresh,
      township: PENG,
    });
  });

  test(is('grant'), async () => {
    const asked = { role: 'assessor', organisationId: fresh };
    const { id } = life.cast.assessor;
    done(await life.administrator.post(`/v1/principals/${id}/grants`, asked));
  });

  test(is('invitation'), async () => {
    const asked = { name: '新村书记', grants: [], organisationId: fresh };
    const { id } = done(await life.administrator.post('/v1/principals', asked)).body;
    done(await life.administrator.post(`/v1/principals/${id}/claims`));
  });
});
