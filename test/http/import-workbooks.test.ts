// A list as a workbook goes the way of a CSV: dry run, faults by cell, token, all or nothing.

import { zipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { XLSX_TYPE } from '../../src/http/downloads.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG } from '../support/service.ts';

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
  const wrong = await workbook(['B-9', PENG, '基地', '苹果基地'], ['B-10', PENG, '', '核桃基地']);
  const { body } = await send('dryRun=true', wrong);
  expect(body).toMatchObject({ rows: 2, invalid: 1, planToken: null, errors: [{ cell: 'C3' }] });
  const right = await workbook(
    ['B-9', PENG, '基地', '苹果基地'],
    ['B-10', PENG, '基地', '核桃基地'],
  );
  const { planToken } = (await send('dryRun=true', right)).body;
  expect(await send(`planToken=${planToken}`, right)).toMatchObject({
    status: 201,
    body: { created: 2 },
  });
  expect((await send(`planToken=${planToken}`, right)).status).toBe(409);
});

test('what is no workbook, unpacks without end or lies far out is refused', async () => {
  expect((await send('dryRun=true', Buffer.from('代码'))).status).toBe(400);
  const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(40 * 1024 * 1024) });
  expect((await send('dryRun=true', Buffer.from(bomb))).body.detail).toContain('MiB');
  const far = '<worksheet><sheetData><row r="1"><c r="XFD1048576"/></row></sheetData></worksheet>';
  const sparse = zipSync({ 'xl/worksheets/sheet1.xml': new TextEncoder().encode(far) });
  expect((await send('dryRun=true', Buffer.from(sparse))).body.detail).toContain('XFD1048576');
});
