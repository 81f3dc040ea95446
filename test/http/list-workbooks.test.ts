// Every list that is kept as a ledger, asked twice with the same query: as a list and as a workbook.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ObligationLevel } from '../../machines/kit/effect.ts';
import { XLSX_TYPE } from '../../src/http/kernel/downloads.ts';
import { INSPECTIONS, OBLIGATION_LEVELS } from '../../src/rules/words/terms.ts';
import type { Cast } from '../support/campaign.ts';
import {
  ACTIVITY,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  registerWorker,
  submitPlan,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN, WULI } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { signAll } from '../support/signing.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  const peng = await registerTownship(cast, campaignId);
  const wuli = await registerTownship(cast, campaignId, WULI);
  await registerVillage(cast, campaignId);
  await registerWorker(cast, campaignId, '王军');
  await submitPlan(cast, peng);
  for (const kind of ['FIELD_VISIT', 'UNSCHEDULED']) {
    const body = { kind, occurredOn: '2017-05-20', inspectors: ['张', '王'] };
    const found = { triggers: kind === 'FIELD_VISIT' ? ['FORMALISM'] : [], findings: ['=1+1'] };
    for (const candidateId of kind === 'FIELD_VISIT' ? [peng, wuli] : [peng]) {
      const person = kind === 'FIELD_VISIT' ? cast.office : cast.township;
      done(await person.post('/v1/inspections', { candidateId, ...body, ...found }));
    }
  }
  await signAll(cast.department, campaignId);
  const records = [
    ACTIVITY,
    { ...ACTIVITY, summary: '第二次学用活动', occurredOn: '2017-05-19' },
    {
      kind: 'problem',
      occurredOn: '2017-05-20',
      summary: '网络不通',
      detail: { dutyHolder: '王军', measures: '更换光猫' },
    },
  ];
  for (const record of records) await cast.township.post(`/v1/candidates/${peng}/evidence`, record);
});
afterAll(() => service.close());

const bookOf = async (person: Person, url: string) => {
  const answer = await service.app.inject({
    method: 'GET',
    url,
    headers: { authorization: `Bearer ${person.key}` },
  });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, XLSX_TYPE]);
  const [header = [], ...rows] = await readList(answer.rawPayload);
  return { header: header.map(String), rows };
};
const listOf = async (person: Person, url: string): Promise<{ [key: string]: unknown }[]> =>
  done(await person.get(url)).body.items;

type Case = [path: string, column: string, tell: (item: never) => unknown, filters: string[]];
const text = (value: unknown): string => String(value).replace(/^(?=[=+\-@])/, "'");
const LISTS: Case[] = [
  [
    'candidates',
    '名称',
    ({ name }: { name: string }) => (name === '彭村村委会' ? '彭镇彭村' : name),
    [
      'category=DEMONSTRATION_TOWNSHIP',
      'stage=mobilization',
      `organisationId=${PENG}`,
      'status=active',
      'status=done',
    ],
  ],
  [
    'sites',
    '站点代码',
    ({ id }: { id: string }) => id,
    [`under=${PENG}`, `organisationId=${PENGCUN}`],
  ],
  [
    'inspections',
    '方式',
    ({ kind }: { kind: 'FIELD_VISIT' | 'UNSCHEDULED' }) => INSPECTIONS[kind].zh,
    ['kind=FIELD_VISIT', 'kind=RANDOM'],
  ],
  [
    'documents',
    '标题',
    ({ title }: { title: string }) => title,
    ['kind=circular-of-criticism', 'year=2017', 'year=2018', `addresseeId=${unit('610222102-DW')}`],
  ],
  [
    'notices',
    '标题',
    ({ title }: { title: string }) => title,
    ['unread=true', `organisationId=${unit('610222101-DW')}`, 'kind=notice'],
  ],
  [
    'obligations',
    '状态',
    ({ level }: { level: ObligationLevel }) => OBLIGATION_LEVELS[level].zh,
    ['kind=rectification', 'open=true', `organisationId=${PENG}`, 'overdue=true', 'level=armed'],
  ],
  [
    'rectifications',
    '对象',
    ({ candidateName }: { candidateName: string }) => candidateName,
    ['colour=red', `organisationId=${WULI}`, 'overdue=false'],
  ],
] as never;

const ofCampaign = new Set(['sites']);
test.each(
  LISTS.flatMap(([path, column, tell, filters]) =>
    ['', ...filters].map((filter) => [`${path}?${filter}`, path, column, tell, filter] as const),
  ),
)('%s is the same rows, in the same order, as a list and as a workbook', async (...given) => {
  const [, path, column, tell, filter] = given;
  const own = ofCampaign.has(path) ? [] : [`campaignId=${campaignId}`];
  const query = [...own, ...(filter === '' ? [] : [filter])].join('&');
  for (const person of [cast.office, cast.committee, cast.city]) {
    const items = await listOf(person, `/v1/${path}?${query}&limit=100`);
    const { header, rows } = await bookOf(person, `/v1/${path}.xlsx?${query}`);
    const at = header.indexOf(column);
    const listed = items.map((item) => text(tell(item as never)));
    const shown = rows.slice(0, items.length).map((row) => String(row[at]));
    expect(shown).toEqual(listed);
    if (items.length < 100) expect(rows).toHaveLength(items.length);
  }
});

test('every ledger is the same rows, columns and order as a list and as a workbook', async () => {
  const ledgers = await listOf(cast.office, `/v1/ledgers?campaignId=${campaignId}`);
  expect(ledgers.map(({ code }) => code)).toEqual(
    expect.arrayContaining([
      ...['problems', 'rectifications', 'exemplars', 'good-practice', 'trainings', 'cases'],
      ...['publicity', 'applications', 'inspections', 'activities'],
    ]),
  );
  let filled = 0;
  const filters = [
    '',
    `under=${PENG}`,
    'from=2017-05-20',
    'to=2017-05-19',
    'status=open',
    'q=第二次',
    'kind=activity',
  ];
  for (const ledger of ledgers) {
    const titles = (ledger.columns as { key: string; zh: string }[]).map(({ zh }) => zh);
    for (const filter of filters) {
      const query = `campaignId=${campaignId}${filter === '' ? '' : `&${encodeURI(filter)}`}`;
      const items = await listOf(cast.office, `/v1/ledgers/${ledger.code}?${query}&limit=100`);
      const { header, rows } = await bookOf(
        cast.office,
        `/v1/ledgers/${ledger.code}.xlsx?${query}`,
      );
      expect(header).toEqual(titles);
      const at = header.indexOf('内容');
      expect(rows.map((row) => row[at])).toEqual(
        items.map(({ summary }) => (summary === null ? null : text(summary))),
      );
      filled += items.length;
    }
  }
  expect(filled).toBeGreaterThan(20);
}, 60_000);

test('a list and its workbook take the same filters, in the OpenAPI document too', async () => {
  const { paths } = (await service.app.inject({ method: 'GET', url: '/openapi.json' })).json();
  const names = (path: string): string[] =>
    (paths[path]?.get?.parameters ?? [])
      .filter((parameter: { in: string }) => parameter.in === 'query')
      .map(({ name }: { name: string }) => name)
      .filter((name: string) => name !== 'limit' && name !== 'cursor')
      .sort();
  for (const path of [...LISTS.map(([name]) => `/v1/${name}`), '/v1/ledgers/{ledger}']) {
    expect([path, names(`${path}.xlsx`)]).toEqual([path, names(path)]);
    expect(names(path).length).toBeGreaterThan(1);
  }
});

test('R61: whom an assessor must stay away from stands in no workbook of theirs either', async () => {
  const assessor = await service.person('assessor');
  done(
    await cast.office.post(`/v1/campaigns/${campaignId}/events`, {
      type: 'declare-conflict',
      principalId: assessor.id,
      organisationId: PENG,
      reason: '亲属',
    }),
  );
  const items = await listOf(assessor, `/v1/candidates?campaignId=${campaignId}`);
  const { header, rows } = await bookOf(assessor, `/v1/candidates.xlsx?campaignId=${campaignId}`);
  expect(rows.map((row) => row[header.indexOf('名称')])).toEqual(items.map(({ name }) => name));
  expect(items.map(({ name }) => name)).toEqual(['五里镇']);
});

test('sites that are exported and imported again are unchanged, every fact of them', async () => {
  const url = `/v1/sites/610222101203-S1`;
  const facts = {
    mode: 'TELECOM',
    televisionInches: 55,
    projector: false,
    postA: '=王军',
    postAAppointedOn: '2017-05-18',
    fixedStudyDay: '每月 5 日',
    bandwidthMbps: 100.5,
    slogan: "'+学用",
  };
  const { statusCode } = await service.app.inject({
    method: 'PATCH',
    url,
    headers: { authorization: `Bearer ${cast.office.key}` },
    payload: { facts },
  });
  expect(statusCode).toBe(200);
  const book = await service.app.inject({
    method: 'GET',
    url: `/v1/sites.xlsx?under=${PENG}`,
    headers: { authorization: `Bearer ${cast.office.key}` },
  });
  const send = async (query: string) =>
    (
      await service.app.inject({
        method: 'POST',
        url: `/v1/imports/sites?${query}`,
        headers: { authorization: `Bearer ${cast.office.key}`, 'content-type': XLSX_TYPE },
        payload: book.rawPayload,
      })
    ).json();
  const dry = await send('dryRun=true');
  expect(dry.errors).toEqual([]);
  expect(await send(`planToken=${dry.planToken}`)).toEqual({
    rows: dry.rows,
    created: 0,
    updated: 0,
    unchanged: dry.rows,
    warnings: [],
  });
  expect((await cast.office.get(url)).body.facts).toEqual(facts);
});

test('O21: a reader of English gets the workbook in English, and its form comes back as it is', async () => {
  const english = (url: string) =>
    service.app.inject({
      method: 'GET',
      url,
      headers: { authorization: `Bearer ${cast.office.key}`, 'accept-language': 'en' },
    });
  const [header = [], first = []] = await readList(
    (await english(`/v1/inspections.xlsx?campaignId=${campaignId}`)).rawPayload,
  );
  expect(header.slice(0, 4)).toEqual(['No.', 'Date', 'How', 'Inspected']);
  expect(first[2]).toBe('unscheduled supervision');
  const sites = (await english(`/v1/sites.xlsx?under=${PENG}`)).rawPayload;
  const { statusCode, payload } = await service.app.inject({
    method: 'POST',
    url: '/v1/imports/sites?dryRun=true',
    headers: { authorization: `Bearer ${cast.office.key}`, 'content-type': XLSX_TYPE },
    payload: sites,
  });
  expect([statusCode, JSON.parse(payload).errors]).toEqual([200, []]);
});

test('C13, O3: two villages of one name are taken by township and name, and told apart in the list', async () => {
  const csv = '类别,单位\n示范村,彭镇西村\n示范村,五里镇西村\n';
  const send = (query: string, payload: string) =>
    service.app.inject({
      method: 'POST',
      url: `/v1/imports/candidates?campaignId=${campaignId}&${query}`,
      headers: { authorization: `Bearer ${cast.office.key}`, 'content-type': 'text/csv' },
      payload,
    });
  const vague = (await send('dryRun=true', '类别,单位\n示范村,西村\n')).json();
  expect(vague.errors[0].message).toContain('有几个单位同名，请连同乡镇一起写');
  const { planToken } = (await send('dryRun=true', csv)).json();
  expect((await send(`planToken=${planToken}`, csv)).statusCode).toBe(201);
  const url = `/v1/candidates.xlsx?campaignId=${campaignId}&category=DEMONSTRATION_VILLAGE`;
  const { header, rows } = await bookOf(cast.office, url);
  const names = rows.map((row) => row[header.indexOf('名称')]);
  expect(names).toEqual(expect.arrayContaining(['彭镇西村', '五里镇西村']));
  expect(names).not.toContain('西村村委会');
});

test('R12: the roster is a workbook too: how each site stands, and by what it fails', async () => {
  const siteId = '610222101203-S1';
  const findings = { kind: 'FIELD_VISIT', occurredOn: '2017-05-20', inspectors: ['张'] };
  const inspected = { campaignId, siteId, conforms: true, ...findings };
  done(await cast.office.post('/v1/inspections', inspected));
  for (const filter of ['', '&conforms=true', '&conforms=false', `&under=${PENG}`]) {
    for (const person of [cast.office, cast.committee, cast.city]) {
      const url = `/v1/campaigns/${campaignId}/roster?limit=100${filter}`;
      const items = await listOf(person, url);
      const { rows } = await bookOf(person, `/v1/roster.xlsx?campaignId=${campaignId}${filter}`);
      expect(rows.slice(0, items.length).map(([, id, , , , conforms]) => [id, conforms])).toEqual(
        items.map(({ siteId: id, conforms }) => [id, conforms ? '是' : '否']),
      );
      if (items.length < 100) expect(rows).toHaveLength(items.length);
    }
  }
  const { header, rows } = await bookOf(
    cast.office,
    `/v1/roster.xlsx?campaignId=${campaignId}&conforms=true`,
  );
  const of = (title: string) => rows[0]?.[header.indexOf(title)];
  expect(['站点代码', '单位', '认定依据', '条款'].map(of)).toEqual([
    siteId,
    '彭镇彭村',
    '检查',
    '二、创建标准（一）先进区（县）3',
  ]);
  const strange = await cast.office.get(`/v1/roster.xlsx?campaignId=${crypto.randomUUID()}`);
  expect(strange.status).toBe(404);
});
