// A workbook as the records it is: what is hostile is refused before it costs anything.

import fc from 'fast-check';
import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { renderXlsx } from '../../src/documents/xlsx.ts';
import { readXlsx } from '../../src/documents/xlsx-reader.ts';
import { guarded, unguarded } from '../../src/rules/list/formula-guard.ts';
import { readTable } from '../../src/rules/list/table.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const CONTENT_TYPES =
  '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** A workbook of one sheet, written by hand. */
const workbook = (sheet: string, others: { [name: string]: string } = {}): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries({
        '[Content_Types].xml': CONTENT_TYPES,
        '_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`,
        'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>`,
        'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}"><sheetData>${sheet}</sheetData></worksheet>`,
        ...others,
      }).map(([name, text]) => [name, bytesOf(text)]),
    ),
  );
const cell = (at: string, text: string): string =>
  `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const refusal = async (bytes: Uint8Array): Promise<string> =>
  readXlsx(bytes).then(
    () => 'read',
    (error: { zh?: string }) => error.zh ?? String(error),
  );

test('a workbook written by hand is read', async () => {
  expect(await readXlsx(workbook(`<row r="1">${cell('A1', '代码')}</row>`))).toEqual({
    records: [['代码']],
    hidden: { rows: [], columns: [] },
  });
});

test('C03: rows hidden by hand, by a filter or by their height, and hidden columns, are told', async () => {
  const rows = [
    `<row r="1">${cell('A1', '代码')}</row>`,
    `<row r="2" hidden="1">${cell('A2', '甲')}</row>`,
    `<row hidden='true'>${cell('A3', '乙')}</row>`,
    `<row r="5" ht="0" customHeight="1">${cell('A5', '丙')}</row>`,
    `<row r="6" hidden="0">${cell('A6', '丁')}</row>`,
  ].join('');
  const cols =
    '<cols><col min="2" max="3" width="9" hidden="1"/><col min="5" max="5" width="0"/></cols>';
  const sheet = (before: string) =>
    workbook('', {
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}">${before}<sheetData>${rows}</sheetData></worksheet>`,
    });
  expect((await readXlsx(sheet(cols))).hidden).toEqual({ rows: [2, 3, 5], columns: [1, 2, 4] });
  const none = '<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>';
  expect((await readXlsx(sheet(none))).hidden.rows).toEqual([1, 2, 3, 5]);
});

test('C03: a sheet that is hidden is passed over for the first that is shown', async () => {
  const two = workbook('', {
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="旧" sheetId="1" state="hidden" r:id="r1"/><sheet name="新" sheetId="2" r:id="r3"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r3" Type="${OFFICE}/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>`,
    'xl/worksheets/sheet2.xml': `<worksheet xmlns="${MAIN}"><sheetData><row r="1">${cell('A1', '新')}</row><row r="2" hidden="1"/></sheetData></worksheet>`,
  });
  expect(await readXlsx(two)).toEqual({ records: [['新']], hidden: { rows: [2], columns: [] } });
});

test('a formula is the value it had, and other files it refers to are never opened', async () => {
  const row = `<row r="1"><c r="A1"><f>[1]机密!A1+1</f><v>7</v></c></row>`;
  const link = `<externalLink xmlns="${MAIN}"><externalBook xmlns:r="${OFFICE}" r:id="rId1"/></externalLink>`;
  const rels = `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>`;
  const linked = workbook(row, {
    'xl/externalLinks/externalLink1.xml': link,
    'xl/externalLinks/_rels/externalLink1.xml.rels': rels,
  });
  expect((await readXlsx(linked)).records).toEqual([['7']]);
});

test('a document type, and with it every entity, is refused', async () => {
  const xxe = `<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="${MAIN}"><sheetData><row r="1">${cell('A1', '&x;')}</row></sheetData></worksheet>`;
  expect(await refusal(workbook('', { 'xl/worksheets/sheet1.xml': xxe }))).toContain('实体');
  const laughs = `<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst/>`;
  expect(await refusal(workbook('', { 'xl/sharedStrings.xml': laughs }))).toContain('实体');
});

test.each([
  ['a cell far out', '<row r="1"><c r="XFD1048576"/></row>'],
  ['a cell far out in single quotes', "<row r='1'><c r='XFD1'/></row>"],
  ['a cell far out in small letters', '<row r="1"><c r="xfd1"/></row>'],
  ['a cell far out by character reference', '<row r="1"><c r="&#88;FD1"/></row>'],
  ['very many cells without a place', `<row>${'<c/>'.repeat(1_000_000)}</row>`],
  ['very many rows without a place', '<row/>'.repeat(20_001)],
])('%s is refused before the sheet is built', async (_, sheet) => {
  const startedMs = performance.now();
  expect(await refusal(workbook(sheet))).toContain('超出范围');
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

const PLACES = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

test('one long text that very many cells refer to is refused', async () => {
  const shared = `<sst xmlns="${MAIN}"><si><t>${'长'.repeat(30_000)}</t></si></sst>`;
  const rows = Array.from(
    { length: 200 },
    (_, index) =>
      `<row r="${index + 1}">${PLACES.map((letter) => `<c r="${letter}${index + 1}" t="s"><v>0</v></c>`).join('')}</row>`,
  ).join('');
  const bytes = workbook(rows, {
    'xl/sharedStrings.xml': shared,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r3" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  });
  expect(await refusal(bytes)).toContain('MiB');
});

// Packing the 400 MiB is seconds of CPU time before anything is read.
test('an entry that says it is small and is not costs no more than the limit', async () => {
  const bomb = zipSync({ 'xl/worksheets/sheet1.xml': [new Uint8Array(400 * 1024 * 1024), {}] });
  const view = new DataView(bomb.buffer, bomb.byteOffset, bomb.byteLength);
  for (let at = 0; at < bomb.length - 28; at += 1) {
    if (view.getUint32(at, true) === 0x04034b50) view.setUint32(at + 22, 1000, true);
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 1000, true);
  }
  const startedMs = performance.now();
  expect(await refusal(bomb)).toContain('MiB');
  expect(performance.now() - startedMs).toBeLessThan(1_000);
}, 60_000);

test('what is cut off, encrypted or no archive is no workbook', async () => {
  const whole = workbook(`<row r="1">${cell('A1', '代码')}</row>`);
  expect(await refusal(whole.subarray(0, whole.length - 30))).toBe('不是有效的 XLSX 工作簿');
  expect(await refusal(new Uint8Array(0))).toBe('不是有效的 XLSX 工作簿');
  expect(await refusal(bytesOf('PK'.repeat(400)))).toBe('不是有效的 XLSX 工作簿');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
      const broken = Uint8Array.from(whole);
      broken[at] = byte;
      const told = await refusal(broken);
      expect(['read', '不是有效的 XLSX 工作簿'].includes(told) || told.includes('超出')).toBe(true);
    }),
    { numRuns: 150, seed: 2017 },
  );
});

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    '=1+1',
    '＝1+1',
    '＋86',
    '－2',
    '＠SUM(A1)',
    '　=1',
    "'=1",
    "''=1",
    "'",
    'constructor',
  ),
  fc.constantFrom('第一行\n第二行', 'a,"b"', '-', '007', '否'),
);

test('what is exported and imported again is equal, whatever it begins with', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 8 }), async (written) => {
      const columns = [
        { title: '名称', width: 20 },
        { title: '末列', width: 5 },
      ];
      const rows = written.map((text) => [text, '止']);
      const { records } = await readXlsx(await renderXlsx({ name: '表', columns, rows }));
      const named = [
        { name: 'name', headers: ['名称'] },
        { name: 'end', headers: ['末列'] },
      ];
      const table = readTable(records, { columns: named });
      expect(table.faults).toEqual([]);
      // A list is read with the blanks around a cell taken off, and line ends as XML has them.
      const plain = (text: string) => text.replaceAll(/\r\n?/g, '\n').trim();
      expect(table.rows.map(({ cells }) => plain(cells.name ?? ''))).toEqual(written.map(plain));
    }),
    { numRuns: 60, seed: 2017 },
  );
});

test('the guard is taken off exactly as it was put on, and no formula is left without one', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string({ unit: 'binary' })), (text) => {
      expect(unguarded(guarded(text))).toBe(text);
      expect(guarded(text)).not.toMatch(/^[\s]*[=+\-@＝＋－＠]/);
    }),
    { seed: 2017, numRuns: 2_000 },
  );
});
