// The roster of sites as a list (R12): the whole of it or what changes, one version at a time.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { XLSX_TYPE } from '../../src/http/kernel/downloads.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign } from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { readList } from '../support/sheets.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const REASON = `reason=${encodeURIComponent('核对后调整')}`;
async function send(person: Person, query: string, payload: string | Buffer) {
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v1/imports/rosters?campaignId=${campaignId}&${query}`,
    headers: {
      authorization: `Bearer ${person.key}`,
      'content-type': typeof payload === 'string' ? 'text/csv' : XLSX_TYPE,
    },
    payload,
  });
  return { status: answer.statusCode, body: answer.json() };
}
const cells = ({ body }: Awaited<ReturnType<typeof send>>) =>
  body.errors.map(({ cell, clause, message }: { [name: string]: string }) => [
    cell,
    clause,
    message,
  ]);
async function apply(payload: string | Buffer) {
  const dry = await send(cast.office, `${REASON}&dryRun=true`, payload);
  expect(cells(dry)).toEqual([]);
  return send(cast.office, `${REASON}&planToken=${dry.body.planToken}`, payload);
}
const form = async () =>
  readList(
    (
      await service.app.inject({
        method: 'GET',
        url: `/v1/imports/rosters.xlsx?campaignId=${campaignId}`,
        headers: { authorization: `Bearer ${cast.office.key}` },
      })
    ).rawPayload,
  );
const bookOf = ([header = [], ...rows]: Awaited<ReturnType<typeof form>>) =>
  renderXlsx({
    name: '名册',
    columns: header.map((title) => ({ title: String(title), width: 10 })),
    rows: rows as never,
  });
const versionOf = async () =>
  (await cast.office.get(`/v1/campaigns/${campaignId}`)).body.rosterVersion;

test('R12: the form as it was downloaded changes nothing, and that is refused with the clause', async () => {
  const book = await bookOf(await form());
  const dry = await send(cast.office, `${REASON}&dryRun=true`, book);
  expect(cells(dry)).toEqual([['A2', 'R12', '至少增列或者减列一个站点']]);
});

test('R12: rows that are deleted leave the roster, rows that come back enter it, each a version', async () => {
  const rows = await form();
  const [first = ''] = rows[1] ?? [];
  const before = await versionOf();
  const shorter = await bookOf(rows.filter((_, index) => index !== 1));
  expect(await apply(shorter)).toMatchObject({
    status: 201,
    body: { created: 0, removed: 1, unchanged: rows.length - 2 },
  });
  expect(await versionOf()).toBe(before + 1);
  expect((await form()).some((row) => row[0] === first)).toBe(false);
  const back = `站点代码,变动\n${first},增列\n`;
  expect(await apply(back)).toMatchObject({ status: 201, body: { created: 1, removed: 0 } });
  expect(await form()).toEqual(rows);
  const { rows: events } = await service.pool.query(
    `select payload || jsonb_build_object('reason', event_personal.personal -> '/payload/reason') as payload
       from event_personal join event using (campaign_id, subject_id, sequence)
      where type = 'amend-roster' order by sequence`,
  );
  expect(events.map(({ payload }) => payload)).toEqual([
    { add: [], remove: [first], reason: '核对后调整' },
    { add: [first], remove: [], reason: '核对后调整' },
  ]);
});

test('R12: what is no site of the county, twice or of another name is told by its cell', async () => {
  const csv = [
    '站点代码,站点名称,变动',
    '999-S1,,增列',
    `610222101203-S1,,减列`,
    `610222101203-S1,,减列`,
    '610202001001-S1,,增列',
    '610222102201-S1,另一个站点,减列',
    '610222101201-S1,,搬走',
  ].join('\n');
  const dry = await send(cast.office, `${REASON}&dryRun=true`, csv);
  expect(cells(dry)).toEqual([
    ['A2', null, '本县没有这个站点'],
    ['A4', null, '与第 3 行重复'],
    ['A5', null, '本县没有这个站点'],
    ['B6', null, expect.stringContaining('与站点代码不符')],
    ['C7', null, '应为“增列”或“减列”'],
  ]);
  const already = `站点代码,变动\n610222101203-S1,增列\n`;
  expect(cells(await send(cast.office, `${REASON}&dryRun=true`, already))).toEqual([
    ['A2', 'R12', '增列的站点尚未列入名册'],
  ]);
});

test('R12: it wants a reason and the county office, and its token is of this version and reason', async () => {
  const csv = `站点代码,变动\n610222101203-S1,减列\n`;
  expect((await send(cast.office, 'dryRun=true', csv)).status).toBe(400);
  for (const person of [cast.department, cast.committee, cast.city]) {
    expect((await send(person, `${REASON}&dryRun=true`, csv)).status).toBe(403);
  }
  const { body } = await send(cast.office, `${REASON}&dryRun=true`, csv);
  const token = `planToken=${body.planToken}`;
  const other = await send(cast.office, `reason=x&${token}`, csv);
  expect(other).toMatchObject({ status: 409, body: { changed: ['reason'] } });
  await apply('站点代码,变动\n610222102201-S1,减列\n');
  const stale = await send(cast.office, `${REASON}&${token}`, csv);
  expect(stale).toMatchObject({ status: 409, body: { changed: ['roster'] } });
});
