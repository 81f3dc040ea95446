// Lists as people keep them in a spreadsheet: rows by header, and every fault by its cell.

import { parse } from 'csv-parse/sync';
import { unguarded } from './formula-guard.ts';

export type CellFault = {
  /** As the spreadsheet counts: the header is row 1. */
  row: number;
  /** The header as it stands in the file. */
  column: string;
  /** 'C7'. */
  cell: string;
  message: { zh: string; en: string };
  /** The sentence it breaks; absent where the list itself is wrong. */
  clause?: string | null;
};

export type Column = {
  name: string;
  /** Headers that mean it; letter case does not matter. */
  headers: readonly string[];
  required?: true;
};

export type CsvRow = { row: number; cells: { readonly [name: string]: string } };

/** What stands in a list, as plain data. */
export type CsvCells = {
  header: readonly string[];
  /** Of each header the column it means. */
  names: readonly (string | null)[];
  rows: readonly CsvRow[];
  /** Faults of the file itself: quotes, headers, size. */
  faults: readonly CellFault[];
};

export type CsvTable = Pick<CsvCells, 'rows' | 'faults'> & {
  fault: (row: number, name: string, zh: string, en: string) => CellFault;
};

export const CSV_ROWS_MAX = 10_000;
// Empty rows between the others are passed over, but not without end.
const RECORDS_MAX = 2 * CSV_ROWS_MAX;
const COLUMNS_MAX = 100;
/** A header is repeated in a fault so far: one of seven megabytes would be sent back whole. */
const HEADER_TOLD_MAX = 100;
/** 10,000 rows of twenty columns: they are checked on the event loop, 380,000 in 0.23 to 0.39 s. */
const CELLS_MAX = 200_000;

/**
 * Reads a list with a header. Cells are trimmed, empty rows passed over, columns that nobody knows
 * refused. `nameOf` names further columns by their header, or answers null. Eight megabytes of the
 * worst take seconds: called in a thread (`src/threads`) with what a client sent.
 */
export function readCells(
  text: string,
  columns: readonly Column[],
  nameOf: (header: string) => string | null = () => null,
): CsvCells {
  const cellsOf = (
    header: readonly string[],
    names: CsvCells['names'],
    faults: readonly CellFault[],
  ): CsvCells => ({ header, names, rows: [], faults });
  const records = recordsOf(text);
  if ('fault' in records) return cellsOf([], [], [records.fault]);
  const [header = [], ...body] = records.records;
  const names = header.map((title) => columnOf(columns, title)?.name ?? nameOf(title));
  const faults = headerFaults(columns, header, names);
  if (faults.length > 0) return cellsOf(header, names, faults);
  const rows: CsvRow[] = [];
  for (const [index, cells] of body.entries()) {
    if (cells.every((cell) => cell === '')) continue;
    const row = index + 2;
    rows.push({ row, cells: namedCells(names, cells) });
    const surplus = cells.findIndex((cell, at) => at >= names.length && cell !== '');
    if (surplus >= 0) {
      faults.push(faultAt(row, surplus, '', '此列没有表头', 'this column has no header'));
    }
  }
  if (rows.length === 0) faults.push(faultAt(2, 0, '', '没有数据行', 'there are no rows'));
  if (rows.length > CSV_ROWS_MAX || body.length + 1 >= RECORDS_MAX) {
    const row = rows[CSV_ROWS_MAX]?.row ?? RECORDS_MAX;
    const [zh, en] = [`至多 ${CSV_ROWS_MAX} 行，请分批导入`, `at most ${CSV_ROWS_MAX} rows`];
    return cellsOf(header, names, [faultAt(row, 0, '', zh, en)]);
  }
  if (rows.length * header.length > CELLS_MAX) {
    const row = Math.floor(CELLS_MAX / header.length) + 2;
    const [zh, en] = [`至多 ${CELLS_MAX} 个单元格，请分批导入`, `at most ${CELLS_MAX} cells`];
    return cellsOf(header, names, [faultAt(row, 0, '', zh, en)]);
  }
  return { header, names, rows, faults };
}

/** The same with a way to name a cell. */
export const tableOf = ({ header, names, rows, faults }: CsvCells): CsvTable => ({
  rows,
  faults,
  fault: (row, name, zh, en) => {
    const index = Math.max(names.indexOf(name), 0);
    return faultAt(row, index, header[index] ?? '', zh, en);
  },
});

const faultAt = (
  row: number,
  index: number,
  column: string,
  zh: string,
  en: string,
): CellFault => ({
  row,
  column: column.length > HEADER_TOLD_MAX ? `${column.slice(0, HEADER_TOLD_MAX)}…` : column,
  cell: `${letters(index)}${row}`,
  message: { zh, en },
});

/** 0 → A, 25 → Z, 26 → AA. */
const letters = (index: number): string =>
  (index < 26 ? '' : letters(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

function recordsOf(text: string): { records: string[][] } | { fault: CellFault } {
  try {
    const records = parse(text, {
      bom: true,
      trim: true,
      relax_column_count: true,
      to: RECORDS_MAX,
    }) as string[][];
    // The parser trims ASCII spaces only; an ideographic one is invisible in a spreadsheet too.
    return { records: records.map((cells) => cells.map((cell) => unguarded(cell.trim()).trim())) };
  } catch (error) {
    const { lines = 1, message } = error as { lines?: number; message: string };
    const zh = `第 ${lines} 行附近的引号不成对或格式有误`;
    return { fault: faultAt(lines, 0, '', zh, message) };
  }
}

const columnOf = (columns: readonly Column[], title: string): Column | undefined =>
  columns.find(({ headers }) =>
    headers.some((header) => header.toLowerCase() === title.toLowerCase()),
  );

function headerFaults(
  columns: readonly Column[],
  header: readonly string[],
  names: readonly (string | null)[],
): CellFault[] {
  const faults: CellFault[] = [];
  if (header.length > COLUMNS_MAX) {
    return [
      faultAt(1, COLUMNS_MAX, '', `至多 ${COLUMNS_MAX} 列`, `at most ${COLUMNS_MAX} columns`),
    ];
  }
  for (const [index, name] of names.entries()) {
    const title = header[index] ?? '';
    if (name === null && title !== '') {
      const known = columns.map(({ headers }) => headers[0]).join('、');
      const zh = `不认识的表头；可用：${known}`;
      faults.push(faultAt(1, index, title, zh, `unknown header; known: ${known}`));
    } else if (name !== null && names.indexOf(name) < index) {
      faults.push(faultAt(1, index, title, '表头重复', 'the same column twice'));
    }
  }
  for (const { name, headers, required } of columns) {
    if (!required || names.includes(name)) continue;
    const [zh, en] = [`缺少表头“${headers[0]}”`, `the column ${headers.join(' or ')} is missing`];
    faults.push(faultAt(1, 0, '', zh, en));
  }
  return faults;
}

const namedCells = (names: readonly (string | null)[], cells: readonly string[]): CsvRow['cells'] =>
  Object.fromEntries(
    names.flatMap((name, index) => (name === null ? [] : [[name, cells[index] ?? '']])),
  );

/** What a spreadsheet makes of a long code: 6.10222E+11. */
export const isScientific = (text: string): boolean => /^\d(?:\.\d+)?E\+?\d+$/i.test(text);

/** Faults in the order in which the eye goes over the sheet. */
export const inOrder = (faults: readonly CellFault[]): CellFault[] =>
  faults.toSorted(
    (a, b) => a.row - b.row || a.cell.length - b.cell.length || (a.cell < b.cell ? -1 : 1),
  );
