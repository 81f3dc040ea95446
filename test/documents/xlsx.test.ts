// A workbook read back by another reader, and as the XML it is.

import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { expect, test } from 'vitest';
import { neutralised, renderXlsx } from '../../src/documents/xlsx.ts';

const columns = [{ title: '名称', width: 20 }];
const sheetOf = (...values: (string | number | { day: string } | null)[]) =>
  renderXlsx({ name: '台账', columns, rows: values.map((value) => [value]) });
const xmlOf = (bytes: Buffer): string => {
  const files = unzipSync(bytes);
  return strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
};

test('numbers are numbers, days are days, and titles stand in the first row', async () => {
  const bytes = await renderXlsx({
    name: '整改/台账',
    columns: [
      { title: '对象', width: 10 },
      { title: '得分', width: 10 },
      { title: '日期', width: 10 },
      { title: '期限', width: 10 },
      { title: '空', width: 10 },
    ],
    rows: [
      [
        '彭村',
        92.5,
        { day: '2017-10-12' },
        { instant: '2017-10-27T16:00:00Z', timeZone: 'Asia/Shanghai' },
        null,
      ],
    ],
  });
  expect(await readSheet(bytes)).toEqual([
    ['对象', '得分', '日期', '期限', '空'],
    ['彭村', 92.5, new Date('2017-10-12T00:00:00Z'), new Date('2017-10-28T00:00:00Z'), null],
  ]);
});

test.each(['=1+1', '+86', '-2', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])(
  'what begins like a formula is text: %j',
  async (text) => {
    const xml = xmlOf(await sheetOf(text));
    expect(xml).not.toMatch(/<f[ >]/);
    const [, [cell] = []] = await readSheet(await sheetOf(text));
    expect(String(cell)).toMatch(/^'/);
  },
);

test('whatever is written, no cell is a formula and no file is broken', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }),
      async (texts) => {
        const bytes = await sheetOf(...texts.map((text) => text || 'x'));
        expect(xmlOf(bytes)).not.toMatch(/<f[ >]/);
        const rows = await readSheet(bytes, { trim: false });
        expect(rows[0]).toEqual(['名称']);
        for (const text of texts) expect(neutralised(text)).not.toMatch(/^[=+\-@\t\r]/);
      },
    ),
    { numRuns: 40, seed: 2017 },
  );
});

test('a sheet is printed across the page', async () => {
  expect(xmlOf(await sheetOf('甲'))).toContain('<pageSetup paperSize="9" orientation="landscape"');
});

test('O21: a list is laid out to be printed: title, frozen header with a filter, on every page, as wide as the page', async () => {
  const rows = Array.from({ length: 3 }, (_, index) => [
    `id-${index}`,
    '哭泉镇哭泉村',
    '讨论本照抄文件，没有联系本村实际。'.repeat(3),
    { deadline: '2017-12-05T16:00:00Z', timeZone: 'Asia/Shanghai' },
  ]);
  const bytes = await renderXlsx({
    name: "整改'台账",
    title: '限期整改台账',
    note: '宜君县“四创三评”活动',
    columns: [
      { title: '编号', width: 38, isHidden: true },
      { title: '对象', width: 24 },
      { title: '问题', width: 40 },
      { title: '期限', width: 24 },
    ],
    rows,
  });
  const xml = xmlOf(bytes);
  for (const part of [
    '<pageSetUpPr fitToPage="1"/>',
    'ySplit="3"',
    'state="frozen"',
    '<autoFilter ref="A3:D6"/>',
    '<mergeCell ref="A1:D1"/>',
    '<col hidden="1" min="1"',
    'orientation="landscape" fitToWidth="1" fitToHeight="0"',
    '<oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter>',
  ]) {
    expect(xml).toContain(part);
  }
  // Columns are as wide as what stands in them, and rows as high as their lines.
  expect(xml).toContain('min="2" max="2" width="14"');
  expect(xml).toMatch(/<row r="4" ht="43\.5"/);
  const workbook = strFromU8(unzipSync(bytes)['xl/workbook.xml'] ?? new Uint8Array());
  expect(workbook).toContain(
    `<definedName name="_xlnm.Print_Titles" localSheetId="0">'整改''台账'!$3:$3</definedName>`,
  );
  const styles = strFromU8(unzipSync(bytes)['xl/styles.xml'] ?? new Uint8Array());
  // 24:00 of the fifth stays a date, of the fifth.
  expect(styles).toContain('日24时');
  expect((await readSheet(bytes))[3]?.[3]).toEqual(new Date('2017-12-05T00:00:00Z'));
});
