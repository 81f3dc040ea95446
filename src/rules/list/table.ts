// Lists as people keep them in a spreadsheet: rows by header, and every fault by its cell.

import { isCode } from '../county/organisations.ts';
import { unguarded } from './formula-guard.ts';

export type Text = { zh: string; en: string };

/** What a list says, cell by cell, whatever it was sent as. */
export type Records = readonly (readonly string[])[];

/** What somebody who looked at the sheet did not see: rows as the spreadsheet counts, columns from 0. */
export type Hidden = { rows: readonly number[]; columns: readonly number[] };

export type CellFault = {
  /** As the spreadsheet counts: its first row is 1. */
  row: number;
  /** The header as it stands in the file. */
  column: string;
  /** 'C7'. */
  cell: string;
  message: Text;
  /** The sentence it breaks; absent where the list itself is wrong. */
  clause?: string | null;
};

export type Column = {
  name: string;
  /** Headers that mean it; letter case does not matter. */
  headers: readonly string[];
  required?: true;
  /** Ids stand in a form for its way back, where nobody reads them: they are neither shown nor printed. */
  isHidden?: true;
};

/** What a list may say: its columns, and which further ones a header may name. */
export type ListForm = {
  columns: readonly Column[];
  /** The most rows, where it is not LIST_ROWS_MAX. */
  rowsMax?: number;
  /** The column that a header names beside those; null for one that names none. */
  furtherColumn?: (header: string) => string | null;
};

type CellsOfRow = { row: number; cells: { readonly [name: string]: string } };

/** What stands in a list, as plain data. */
export type TableData = {
  header: readonly string[];
  /** Of each header the column it means. */
  names: readonly (string | null)[];
  /** The row of the header, below whatever title a sheet has. */
  headerRow: number;
  rows: readonly CellsOfRow[];
  /** Faults of the file itself: quotes, headers, size. */
  faults: readonly CellFault[];
  /** What is told of the file itself and refuses nothing. */
  warnings: readonly CellFault[];
};

export type Table = Pick<TableData, 'headerRow' | 'rows' | 'faults' | 'warnings'> & {
  fault: (row: number, column: string, text: Text) => CellFault;
};

/** A row while it is checked. */
export type Row = CellsOfRow & {
  faults: CellFault[];
  /** Notes what is wrong with a cell of the row; null is the answer of whoever found it. */
  wrong: (column: string, text: Text, clause?: string) => null;
};

export const LIST_ROWS_MAX = 10_000;
/** Empty rows between the others are passed over, but not without end. */
export const recordsMax = (rowsMax = LIST_ROWS_MAX): number => 2 * rowsMax;
export const COLUMNS_MAX = 100;
/** A header is repeated in a fault so far: one of seven megabytes would be sent back whole. */
const HEADER_TOLD_MAX = 100;
/** Rows are checked on the event loop: 380,000 cells in 0.23 to 0.39 s. */
const CELLS_OF_ROW_MAX = 20;

/** A title, a unit and a note stand above the header of a printed list, hardly more. */
const HEADER_ROW_MAX = 10;

/**
 * Names the cells of a list with a header: of the first ten rows the one with the most headers that are known.
 * Cells are trimmed, empty rows passed over, columns that nobody knows refused; rows that were hidden are left
 * out with a warning, unless `withHidden`. Eight megabytes of the worst take seconds: called in a thread
 * (`src/threads`) with what a client sent.
 */
export function readTable(
  records: Records,
  form: ListForm,
  hidden: Hidden = { rows: [], columns: [] },
  withHidden = false,
): TableData {
  const { rowsMax = LIST_ROWS_MAX } = form;
  const all = records.map((cells) => cells.map(bare));
  const at = headerAt(all, form);
  const [header = [], ...body] = all.slice(at);
  const headerRow = at + 1;
  const names = namesIn(header, form);
  const faults = headerFaults(form.columns, { header, names, headerRow });
  if (faults.length > 0) return { header, names, headerRow, rows: [], faults, warnings: [] };
  const unseen = new Set(hidden.rows);
  const rows: CellsOfRow[] = [];
  const warnings = hiddenColumns({ header, names, headerRow }, form, hidden);
  for (const [index, cells] of body.entries()) {
    if (cells.every((cell) => cell === '')) continue;
    const row = headerRow + 1 + index;
    if (unseen.has(row)) warnings.push(faultAt(row, 0, header[0] ?? '', unseenRow(withHidden)));
    if (unseen.has(row) && !withHidden) continue;
    rows.push({ row, cells: namedCells(names, cells) });
    const surplus = cells.findIndex((cell, at) => (names[at] ?? null) === null && cell !== '');
    if (surplus >= 0) {
      const text = { zh: '此列没有表头', en: 'this column has no header' };
      faults.push(faultAt(row, surplus, '', text));
    }
  }
  if (rows.length === 0) {
    faults.push(faultAt(headerRow + 1, 0, '', { zh: '没有数据行', en: 'there are no rows' }));
  }
  const large = sizeFault(rows, header.length, records.length, rowsMax);
  return large === null
    ? { header, names, headerRow, rows, faults, warnings }
    : { header, names, headerRow, rows: [], faults: [large], warnings };
}

const namesIn = (header: readonly string[], { columns, furtherColumn }: ListForm) =>
  header.map((title) => columnOf(columns, title)?.name ?? furtherColumn?.(title) ?? null);

/** The index of the row that is the header; 0 where no row knows a header. */
function headerAt(records: Records, form: ListForm): number {
  const known = records
    .slice(0, HEADER_ROW_MAX)
    .map((cells) => namesIn(cells, form).filter((name) => name !== null).length);
  return Math.max(known.indexOf(Math.max(...known)), 0);
}

const unseenRow = (withHidden: boolean): Text =>
  withHidden
    ? {
        zh: '此行在表中被隐藏或筛选掉，已按要求读入',
        en: 'this row is hidden or filtered out; it was read as asked for',
      }
    : {
        zh: '此行在表中被隐藏或筛选掉，没有读入；如要读入，请取消隐藏和筛选，或者写明 includeHidden=true',
        en: 'this row is hidden or filtered out and was left out; show it, or ask for it with includeHidden=true',
      };

/** A column says something of every row, so that a hidden one is read, and told. */
function hiddenColumns(
  { header, names, headerRow }: Pick<TableData, 'header' | 'names' | 'headerRow'>,
  { columns: known }: ListForm,
  { columns }: Hidden,
): CellFault[] {
  const text = { zh: '此列在表中被隐藏，仍已读入', en: 'this column is hidden; it was read' };
  const ours = known.flatMap(({ name, isHidden }) => (isHidden ? [name] : []));
  const filled = columns.filter(
    (index) => (header[index] ?? '') !== '' && !ours.includes(names[index] ?? ''),
  );
  return filled.map((index) => faultAt(headerRow, index, header[index] ?? '', text));
}

/** The table of a text that is no list, as far as it could be read. */
export const unreadableTable = (row: number, text: Text): TableData => ({
  header: [],
  names: [],
  headerRow: 1,
  rows: [],
  faults: [faultAt(row, 0, '', text)],
  warnings: [],
});

function sizeFault(
  rows: readonly CellsOfRow[],
  columns: number,
  records: number,
  rowsMax: number,
): CellFault | null {
  if (rows.length > rowsMax || records >= recordsMax(rowsMax)) {
    const row = rows[rowsMax]?.row ?? recordsMax(rowsMax);
    const zh = `至多 ${rowsMax} 行，请分批导入`;
    return faultAt(row, 0, '', { zh, en: `at most ${rowsMax} rows` });
  }
  const cellsMax = rowsMax * CELLS_OF_ROW_MAX;
  if (rows.length * columns <= cellsMax) return null;
  const zh = `至多 ${cellsMax} 个单元格，请分批导入`;
  const row = Math.floor(cellsMax / columns) + 2;
  return faultAt(row, 0, '', { zh, en: `at most ${cellsMax} cells` });
}

/** The same with a way to name a cell. */
export const tableOf = ({ header, names, ...read }: TableData): Table => ({
  ...read,
  fault: (row, column, text) => {
    const index = Math.max(names.indexOf(column), 0);
    return faultAt(row, index, header[index] ?? '', text);
  },
});

/** The rows, each of which takes the faults that are found in it. */
export const openRows = ({ rows, fault }: Table): Row[] =>
  rows.map(({ row, cells }) => {
    const faults: CellFault[] = [];
    const wrong = (column: string, text: Text, clause?: string): null => {
      const found = fault(row, column, text);
      faults.push(clause === undefined ? found : { ...found, clause });
      return null;
    };
    return { row, cells, faults, wrong };
  });

/** Every fault of the list and of its rows, in the order in which the eye goes over the sheet. */
export const faultsOf = ({ faults }: Table, rows: readonly Row[]): CellFault[] =>
  inOrder([...faults, ...rows.flatMap((row) => row.faults)]);

export const inOrder = (faults: readonly CellFault[]): CellFault[] =>
  faults.toSorted(
    (a, b) => a.row - b.row || a.cell.length - b.cell.length || (a.cell < b.cell ? -1 : 1),
  );

export const OUT_OF_REACH: Text = { zh: '不在您的管辖范围', en: 'is not within your reach' };

export const repeats = (first: number): Text => ({
  zh: `与第 ${first} 行重复`,
  en: `is in row ${first} already`,
});

/** Null for a text that is not too long. */
export const lengthFault = ({ length }: string, lengthMax: number): Text | null =>
  length <= lengthMax
    ? null
    : { zh: `至多 ${lengthMax} 个字`, en: `at most ${lengthMax} characters` };

/** What a spreadsheet makes of a long code: 6.10222E+11. Null for every other text. */
export const scientificFault = (text: string): Text | null =>
  /^\d(?:\.\d+)?E\+?\d+$/i.test(text)
    ? {
        zh: '代码被电子表格改成了科学记数，请将此列设为文本',
        en: 'the spreadsheet turned the code into a number: format the column as text',
      }
    : null;

/** Null for what may be the code of an organisation or a site. */
export const codeFault = (text: string): Text | null =>
  scientificFault(text) ??
  (isCode(text) ? null : { zh: '代码只能由字母、数字和连字符组成', en: 'is no code' });

const faultAt = (row: number, index: number, column: string, message: Text): CellFault => ({
  row,
  column: column.length > HEADER_TOLD_MAX ? `${column.slice(0, HEADER_TOLD_MAX)}…` : column,
  cell: `${letters(index)}${row}`,
  message,
});

/** 0 → A, 25 → Z, 26 → AA. */
const letters = (index: number): string =>
  (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

// An ideographic space is invisible in a spreadsheet too.
const bare = (cell: string): string => unguarded(cell.trim()).trim();

const columnOf = (columns: readonly Column[], title: string): Column | undefined =>
  columns.find(({ headers }) =>
    headers.some((header) => header.toLowerCase() === title.toLowerCase()),
  );

function headerFaults(
  columns: readonly Column[],
  { header, names, headerRow }: Pick<TableData, 'header' | 'names' | 'headerRow'>,
): CellFault[] {
  const faults: CellFault[] = [];
  if (header.length > COLUMNS_MAX) {
    const text = { zh: `至多 ${COLUMNS_MAX} 列`, en: `at most ${COLUMNS_MAX} columns` };
    return [faultAt(headerRow, COLUMNS_MAX, '', text)];
  }
  for (const [index, name] of names.entries()) {
    const title = header[index] ?? '';
    if (name === null && title !== '') {
      const known = columns.map(({ headers }) => headers[0]).join('、');
      const text = { zh: `不认识的表头；可用：${known}`, en: `unknown header; known: ${known}` };
      faults.push(faultAt(headerRow, index, title, text));
    } else if (name !== null && names.indexOf(name) < index) {
      faults.push(
        faultAt(headerRow, index, title, { zh: '表头重复', en: 'the same column twice' }),
      );
    }
  }
  for (const { name, headers, required } of columns) {
    if (!required || names.includes(name)) continue;
    const en = `the column ${headers.join(' or ')} is missing`;
    faults.push(faultAt(headerRow, 0, '', { zh: `缺少表头“${headers[0]}”`, en }));
  }
  return faults;
}

const namedCells = (
  names: readonly (string | null)[],
  cells: readonly string[],
): CellsOfRow['cells'] =>
  Object.fromEntries(
    names.flatMap((name, index) => (name === null ? [] : [[name, cells[index] ?? '']])),
  );
