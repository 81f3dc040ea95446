// Lists as workbooks: the same rows as the list under the same filters, and no formula in them.

import { strFromU8, unzipSync } from 'fflate';
import readWorkbook, { readSheet } from 'read-excel-file/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { readXlsx } from '../../src/documents/xlsx-reader.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerWorker,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, WULI } from '../support/service.ts';
import { readList } from '../support/sheets.ts';
import { signAll } from '../support/signing.ts';
import { unit, unitPath } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  const township = await registerTownship(cast, campaignId);
  await registerTownship(cast, campaignId, WULI);
  await registerWorker(cast, campaignId, '=HYPERLINK("http://evil","张三")');
  done(
    await cast.office.post('/v1/inspections', {
      candidateId: township,
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['张', '王'],
      triggers: ['FORMALISM'],
      findings: ['=1+1'],
    }),
  );
  await signAll(cast.department, campaignId);
});
afterAll(() => service.close());

const download = (person: Person, url: string) =>
  service.app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${person.key}` } });
const sheet = async (person: Person, url: string) =>
  readList((await download(person, url)).rawPayload);

test('candidates are exported exactly as filtered, within the reach of whoever asks', async () => {
  const all = await sheet(cast.office, `/v1/candidates.xlsx?campaignId=${campaignId}`);
  expect(all).toHaveLength(4);
  const filtered = `campaignId=${campaignId}&category=DEMONSTRATION_TOWNSHIP`;
  const { items } = (await cast.office.get(`/v1/candidates?${filtered}`)).body;
  const rows = await sheet(cast.office, `/v1/candidates.xlsx?${filtered}`);
  expect(rows.slice(1).map((row) => row[2])).toEqual(
    items.map(({ name }: { name: string }) => name),
  );
  expect(await sheet(cast.committee, `/v1/candidates.xlsx?${filtered}`)).toHaveLength(2);
});

test('a name that begins like a formula is text in the file', async () => {
  const { rawPayload, headers } = await download(
    cast.office,
    `/v1/candidates.xlsx?category=ADVANCED_WORKER`,
  );
  expect(headers['content-disposition']).toContain(
    `filename*=UTF-8''${encodeURIComponent('申报对象.xlsx')}`,
  );
  const xml = strFromU8(unzipSync(rawPayload)['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
  expect(xml).not.toMatch(/<f[ >]/);
  expect((await readList(rawPayload))[1]?.[2]).toBe(`'=HYPERLINK("http://evil","张三")`);
});

test('F11: a workbook names the last checkpoint on a second sheet, and is read as a list as before', async () => {
  const url = '/v1/candidates.xlsx?category=ADVANCED_WORKER';
  const alone = (await download(cast.office, url)).rawPayload;
  const namesOf = async (bytes: Buffer) =>
    (await readWorkbook(bytes)).map(({ sheet: name }) => name);
  expect(await namesOf(alone)).toEqual(['申报对象']);
  const taken = await takeCheckpoint(service.performer);
  const both = (await download(cast.office, url)).rawPayload;
  expect(await namesOf(both)).toEqual(['申报对象', '核验']);
  expect(await readXlsx(both)).toEqual(await readXlsx(alone));
  const named = new Map((await readSheet(both, '核验')).map(([key, value]) => [key, value]));
  expect([named.get('检查点'), named.get('根值')]).toEqual([taken?.number, taken?.root]);
  expect(named.get('运维人员核验')).toBe(
    `npm run audit:verify -- --root ${taken?.root.slice(0, 32)}`,
  );
});

test('R59: the rectification ledger tells failings, findings and the deadline as a date', async () => {
  const [header = [], row = []] = await sheet(cast.office, '/v1/rectifications.xlsx');
  const of = (title: string) => row[header.indexOf(title)];
  expect([of('对象'), of('情形'), of('问题')]).toEqual(['彭镇', '图形式、走过场', `'=1+1`]);
  expect(of('整改期限')).toEqual(new Date('2017-06-05T00:00:00Z'));
});

test('obligations and the final list are workbooks too', async () => {
  const obligations = await sheet(cast.office, '/v1/obligations.xlsx?kind=rectification');
  expect(obligations).toHaveLength(2);
  expect(await sheet(cast.office, `/v1/final-list.xlsx?campaignId=${campaignId}`)).toHaveLength(1);
  expect(
    (await download(cast.village, `/v1/final-list.xlsx?campaignId=${campaignId}`)).statusCode,
  ).toBe(404);
});

test('more rows than a workbook takes are refused, with the limit', async () => {
  await service.pool.query(
    `insert into obligation (campaign_id, subject_id, kind, generation, clause, organisation_id,
       path, due_at, provisional, calendar_version, level, opened_at)
     select $1, $1, 'many', n, 'R47', '${unit('610222')}', '${unitPath('6102', '610222')}', now(), false, '1', 'armed', now()
       from generate_series(1, 10001) n`,
    [campaignId],
  );
  const answer = await cast.office.get('/v1/obligations.xlsx?kind=many');
  expect(answer.status).toBe(422);
  expect(answer.body.type).toContain('export-too-large');
  expect(answer.body.rowsMax).toBe(10_000);
});
