// A list as a workbook goes the way of a CSV: dry run, faults by cell, token, all or nothing.

import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { XLSX_TYPE } from '../../src/http/kernel/downloads.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let administrator: Person;
beforeAll(async () => {
  service = await openService();
  administrator = await service.person('administrator');
});
afterAll(() => service.close());

const columns = ['代码', '上级代码', '类型', '名称'].map((title) => ({ title, width: 12 }));
const workbook = (...rows: string[][]) => renderXlsx({ name: '单位', columns, rows });
const send = async (query: string, payload: Buffer) => {
  const { statusCode, payload: text } = await service.app.inject({
    method: 'POST',
    url: `/v1/imports/organisations?${query}`,
    headers: { authorization: `Bearer ${administrator.key}`, 'content-type': XLSX_TYPE },
    payload,
  });
  return { status: statusCode, body: JSON.parse(text) };
};

test('a fault is told by its cell, and a faultless workbook is applied by its token', async () => {
  const wrong = await workbook(
    ['B-9', '610222101', '基地', '苹果基地'],
    ['B-10', '610222101', '', '核桃基地'],
  );
  const { body } = await send('dryRun=true', wrong);
  expect(body).toMatchObject({ rows: 2, invalid: 1, planToken: null, errors: [{ cell: 'C3' }] });
  const right = await workbook(
    ['B-9', '610222101', '基地', '苹果基地'],
    ['B-10', '610222101', '基地', '核桃基地'],
  );
  const { planToken } = (await send('dryRun=true', right)).body;
  expect(await send(`planToken=${planToken}`, right)).toMatchObject({
    status: 201,
    body: { created: 2 },
  });
  expect((await send(`planToken=${planToken}`, right)).status).toBe(409);
});

/** The workbook with a row hidden, as Excel saves a filter. */
function hiding(book: Buffer, row: number): Buffer {
  const files = unzipSync(book);
  const name = 'xl/worksheets/sheet1.xml';
  const xml = strFromU8(files[name] ?? new Uint8Array());
  files[name] = strToU8(xml.replace(`<row r="${row}"`, `<row r="${row}" hidden="1"`));
  return Buffer.from(zipSync(files));
}

test('C03: a filtered-out row 3 is told by its cell and left out, unless it is asked for', async () => {
  const book = hiding(
    await workbook(
      ['B-40', '610222101', '基地', '花椒基地'],
      ['B-41', '610222101', '基地', '中药材基地'],
      ['B-42', '610222101', '基地', '养蜂基地'],
    ),
    3,
  );
  const { body } = await send('dryRun=true', book);
  expect(body).toMatchObject({ rows: 2, invalid: 0, warnings: [{ cell: 'A3', row: 3 }] });
  expect(body.warnings[0].message).toContain('被隐藏或筛选掉，没有读入');
  const asked = (await send('dryRun=true&includeHidden=true', book)).body;
  expect(asked).toMatchObject({ rows: 3, warnings: [{ cell: 'A3' }] });
  const other = await send(`planToken=${asked.planToken}`, book);
  expect([other.status, other.body.changed]).toEqual([409, ['file']]);
  const done = await send(`planToken=${body.planToken}`, book);
  expect(done).toMatchObject({ status: 201, body: { created: 2, warnings: [{ cell: 'A3' }] } });
  const { items } = (await administrator.get('/v1/organisations?code=B-41')).body;
  expect(items).toEqual([]);
});

test('what is no workbook, unpacks without end or lies far out is refused', async () => {
  expect((await send('dryRun=true', Buffer.from('代码'))).status).toBe(400);
  const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(40 * 1024 * 1024) });
  expect((await send('dryRun=true', Buffer.from(bomb))).body.detail).toContain('MiB');
  const far = '<worksheet><sheetData><row r="1"><c r="XFD1048576"/></row></sheetData></worksheet>';
  const sparse = zipSync({ 'xl/worksheets/sheet1.xml': new TextEncoder().encode(far) });
  expect((await send('dryRun=true', Buffer.from(sparse))).body.detail).toContain('XFD1048576');
});

const sendAs = async (type: string, payload: Buffer, query = 'dryRun=true') => {
  const { statusCode, payload: text } = await service.app.inject({
    method: 'POST',
    url: `/v1/imports/organisations?${query}`,
    headers: { authorization: `Bearer ${administrator.key}`, 'content-type': type },
    payload,
  });
  return { status: statusCode, body: JSON.parse(text) };
};

test('a CSV as Excel saves it in China is not taken for rubbish: its encoding is named', async () => {
  // 代码,名称 in GBK, as “CSV（逗号分隔）” writes it.
  const gbk = Buffer.from([0xb4, 0xfa, 0xc2, 0xeb, 0x2c, 0xc3, 0xfb, 0xb3, 0xc6, 0x0d, 0x0a]);
  const told = await sendAs('text/csv', gbk);
  expect(told.status).toBe(400);
  expect(told.body.detail).toContain('GBK');
  expect(told.body.detail).toContain('CSV UTF-8');
  const utf16 = Buffer.from('\ufeff代码,名称', 'utf16le');
  expect((await sendAs('text/csv', utf16)).body.detail).toContain('UTF-16');
  const rubbish = Buffer.from([0x61, 0xff, 0xff, 0x0a]);
  expect((await sendAs('text/csv', rubbish)).body.detail).toBe('请求体不是有效的 UTF-8。');
});

test('a mark of the byte order and line ends within quotes are part of CSV', async () => {
  const csv = `\ufeff代码,上级代码,类型,名称\r\nB-20,610222101,基地,"蔬菜\n基地"\r\n`;
  expect((await sendAs('text/csv', Buffer.from(csv))).body).toMatchObject({ rows: 1, invalid: 0 });
  const open = `代码,上级代码,类型,名称\nB-21,610222101,基地,"蔬菜`;
  expect((await sendAs('text/csv', Buffer.from(open))).body.errors[0].message).toContain('引号');
});

test('an array of objects is a list too, its faults told by the same cells', async () => {
  const json = (value: unknown, query?: string) =>
    sendAs('application/json', Buffer.from(JSON.stringify(value)), query);
  const rows = [
    { 代码: 'B-30', 上级代码: '610222101', 类型: '基地', 名称: '大棚基地' },
    { 代码: 'B-31', 上级代码: '610222101', 类型: null, 名称: '苗圃' },
  ];
  expect((await json(rows)).body).toMatchObject({
    rows: 2,
    errors: [{ row: 3, column: '类型', cell: 'C3', clause: null }],
  });
  const right = rows.slice(0, 1);
  const { planToken } = (await json(right)).body;
  expect(await json(right, `planToken=${planToken}`)).toMatchObject({
    status: 201,
    body: { created: 1 },
  });
  for (const [wrong, path] of [
    [{ 代码: 'B-30' }, '/body'],
    [['B-30'], '/body/0'],
    [[{ 代码: { a: 1 } }], '/body/0/代码'],
    [[Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`c${index}`, 1]))], '/body/0'],
  ] as const) {
    expect(await json(wrong)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  }
});
