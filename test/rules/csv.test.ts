import { describe, expect, test } from 'vitest';
import { type Column, CSV_ROWS_MAX, readCells, tableOf } from '../../src/rules/list/csv.ts';

const COLUMNS: readonly Column[] = [
  { name: 'category', headers: ['类别', 'category'], required: true },
  { name: 'organisation', headers: ['单位', 'organisation'], required: true },
  { name: 'personName', headers: ['姓名', 'personName'] },
];
const cellsOf = (text: string) => readCells(text, COLUMNS).rows.map(({ cells }) => cells);
const faultsOf = (text: string) =>
  readCells(text, COLUMNS).faults.map(({ cell, message }) => [cell, message.zh]);

describe('a list', () => {
  test('F6: a list has at most 200,000 cells', () => {
    const wide = ['类别', ...Array.from({ length: 80 }, (_, index) => `f${index}`)];
    const line = wide.map(() => '1').join(',');
    const { rows, faults } = readCells(
      [wide.join(','), ...Array.from({ length: 5_000 }, () => line)].join('\n'),
      COLUMNS.slice(0, 1),
      (header) => header,
    );
    expect([rows, faults.length, faults[0]?.message.en]).toEqual([[], 1, 'at most 200000 cells']);
  });
  test('has a header in either language, in any order', () => {
    const row = { category: '示范村', organisation: '彭村' };
    expect(cellsOf('类别,单位\n示范村,彭村\n')).toEqual([row]);
    expect(cellsOf('Organisation,CATEGORY\n彭村,示范村')).toEqual([row]);
  });

  test('comes as a spreadsheet saves it: a mark in front, quotes, returns, spaces of any width', () => {
    const text = '\uFEFF类别,单位\r\n"示范村", "彭""村" \r\n\u3000示范村\u3000,\t偏桥村\r\n';
    expect(cellsOf(text)).toEqual([
      { category: '示范村', organisation: '彭"村' },
      { category: '示范村', organisation: '偏桥村' },
    ]);
  });

  test('counts rows as the spreadsheet does, empty ones too, however many lines a cell has', () => {
    const { rows } = readCells('类别,单位\n,\n\n"示范\n村",彭村\n示范村,偏桥村\n', COLUMNS);
    expect(rows.map(({ row }) => row)).toEqual([4, 5]);
  });

  test('names a fault by its cell', () => {
    const { fault } = tableOf(readCells('类别,单位,姓名\na,b,c', COLUMNS));
    expect(fault(7, 'personName', '必填', 'is missing')).toEqual({
      row: 7,
      column: '姓名',
      cell: 'C7',
      message: { zh: '必填', en: 'is missing' },
    });
  });
});

describe('a file is refused', () => {
  test('without being sent back: a header of megabytes is told by its beginning', () => {
    const { faults } = readCells(`类别,单位,${'长'.repeat(1_000_000)}\na,b,c`, COLUMNS);
    expect(faults[0]?.cell).toBe('C1');
    expect(JSON.stringify(faults).length).toBeLessThan(2_000);
  });

  test.each([
    ['empty', '', ['A1', '缺少表头“类别”']],
    ['without a column', '类别\n示范村', ['A1', '缺少表头“单位”']],
    ['with a column nobody knows', '类别,单位,电话\na,b,1', ['C1', '不认识的表头']],
    ['with a column twice', '类别,单位,category\na,b,c', ['C1', '表头重复']],
    ['without rows', '类别,单位\n,\n', ['A2', '没有数据行']],
    ['with a cell beyond the header', '类别,单位\na,b,c', ['C2', '此列没有表头']],
    ['with a quote that never ends', '类别,单位\n"a,b', ['A2', '引号']],
  ])('%s', (_, text, [cell, zh]) => {
    const [first] = faultsOf(text);
    expect(first).toEqual([cell, expect.stringContaining(zh as string)]);
  });

  test('with more rows than are taken at once, also when empty ones hide them', () => {
    const row = '示范村,彭村\n';
    expect(faultsOf(`类别,单位\n${row.repeat(CSV_ROWS_MAX)}`)).toEqual([]);
    for (const body of [row.repeat(CSV_ROWS_MAX + 1), `${',\n'.repeat(3 * CSV_ROWS_MAX)}${row}`]) {
      expect(faultsOf(`类别,单位\n${row}${body}`)).toEqual([
        [expect.any(String), `至多 ${CSV_ROWS_MAX} 行，请分批导入`],
      ]);
    }
  });
});
