import { describe, expect, test } from 'vitest';
import { readCsv, readJsonRows } from '../../src/rules/list/records.ts';
import {
  type Column,
  LIST_ROWS_MAX,
  type ListForm,
  readTable,
  recordsMax,
  tableOf,
  unreadableTable,
} from '../../src/rules/list/table.ts';

const COLUMNS: readonly Column[] = [
  { name: 'category', headers: ['类别', 'category'], required: true },
  { name: 'organisation', headers: ['单位', 'organisation'], required: true },
  { name: 'personName', headers: ['姓名', 'personName'] },
];
const tableOfCsv = (text: string, form: ListForm = { columns: COLUMNS }) => {
  const read = readCsv(text);
  return 'row' in read ? unreadableTable(read.row, read.text) : readTable(read.records, form);
};
const cellsOf = (text: string) => tableOfCsv(text).rows.map(({ cells }) => cells);
const faultsOf = (text: string) =>
  tableOfCsv(text).faults.map(({ cell, message }) => [cell, message.zh]);

describe('a list', () => {
  test('F6: a list has at most 200,000 cells', () => {
    const wide = ['类别', ...Array.from({ length: 80 }, (_, index) => `f${index}`)];
    const line = wide.map(() => '1').join(',');
    const { rows, faults } = tableOfCsv(
      [wide.join(','), ...Array.from({ length: 5_000 }, () => line)].join('\n'),
      { columns: COLUMNS.slice(0, 1), furtherColumn: (header) => header },
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
    const { rows } = tableOfCsv('类别,单位\n,\n\n"示范\n村",彭村\n示范村,偏桥村\n');
    expect(rows.map(({ row }) => row)).toEqual([4, 5]);
  });

  test('O21: has its header below a title and a note, and rows are counted from the top of the sheet', () => {
    const text = '示范村申报名单,,\n单位：彭镇,,\n,,\n类别,单位,姓名\n示范村,彭村,\n示范村,,甲\n';
    const { headerRow, rows, faults } = tableOfCsv(text);
    expect([headerRow, rows.map(({ row }) => row), faults]).toEqual([4, [5, 6], []]);
    expect(faultsOf('名单,\n类别,名字\n示范村,甲\n')).toEqual([
      ['B2', '不认识的表头；可用：类别、单位、姓名'],
      ['A2', '缺少表头“单位”'],
    ]);
  });

  test('names a fault by its cell', () => {
    const { fault } = tableOf(tableOfCsv('类别,单位,姓名\na,b,c'));
    expect(fault(7, 'personName', { zh: '必填', en: 'is missing' })).toEqual({
      row: 7,
      column: '姓名',
      cell: 'C7',
      message: { zh: '必填', en: 'is missing' },
    });
  });
});

describe('an array of objects', () => {
  test('is the table that its values say, cell for cell', () => {
    const read = readJsonRows([
      { 类别: '示范村', 单位: 610222 },
      { 单位: ' 彭村 ', 姓名: null, 类别: true },
    ]);
    if (!('records' in read)) throw new Error('no records');
    expect(readTable(read.records, { columns: COLUMNS }).rows).toEqual([
      { row: 2, cells: { category: '示范村', organisation: '610222', personName: '' } },
      { row: 3, cells: { category: '是', organisation: '彭村', personName: '' } },
    ]);
  });

  test('of very many rows costs no more than is needed to refuse it', () => {
    const wide = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`c${index}`, 1]));
    const read = readJsonRows([wide, ...Array.from({ length: 60_000 }, () => ({ c1: 1 }))]);
    expect('records' in read && read.records.length).toBe(recordsMax());
  });
});

describe('a file is refused', () => {
  test('without being sent back: a header of megabytes is told by its beginning', () => {
    const { faults } = tableOfCsv(`类别,单位,${'长'.repeat(1_000_000)}\na,b,c`);
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
    ['with a cell below an empty header', '类别,,单位\na,b,c', ['B2', '此列没有表头']],
    ['with a quote that never ends', '类别,单位\n"a,b', ['A2', '引号']],
  ])('%s', (_, text, [cell, zh]) => {
    const [first] = faultsOf(text);
    expect(first).toEqual([cell, expect.stringContaining(zh as string)]);
  });

  test('with more rows than are taken at once, also when empty ones hide them', () => {
    const row = '示范村,彭村\n';
    expect(faultsOf(`类别,单位\n${row.repeat(LIST_ROWS_MAX)}`)).toEqual([]);
    for (const body of [
      row.repeat(LIST_ROWS_MAX + 1),
      `${',\n'.repeat(3 * LIST_ROWS_MAX)}${row}`,
    ]) {
      expect(faultsOf(`类别,单位\n${row}${body}`)).toEqual([
        [expect.any(String), `至多 ${LIST_ROWS_MAX} 行，请分批导入`],
      ]);
    }
  });
});
