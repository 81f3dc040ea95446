// What a list says, cell by cell, whatever it was sent as.

import { parse } from 'csv-parse/sync';
import { COLUMNS_MAX, type Records, recordsMax, type Text } from './table.ts';

/** The text of a cell that has a value; days are written as in lists. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '是' : '否';
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}

/**
 * CSV, so many records of it that a list of `rowsMax` rows is found too long; or the row near which it is none. Its
 * cells are unquoted, not trimmed.
 */
export function readCsv(
  text: string,
  rowsMax?: number,
): { records: Records } | { row: number; text: Text } {
  try {
    const options = { bom: true, trim: true, relax_column_count: true, to: recordsMax(rowsMax) };
    return { records: parse(text, options) };
  } catch (error) {
    const { lines: row = 1, message: en } = error as { lines?: number; message: string };
    return { row, text: { zh: `第 ${row} 行附近的引号不成对或格式有误`, en } };
  }
}

/** An array of rows by header, the first of which is row 2; or the place that says something else. */
export function readJsonRows(value: unknown): { records: Records } | { path: string; text: Text } {
  if (!Array.isArray(value)) {
    const zh = '应为对象的数组，每个对象一行';
    return { path: '', text: { zh, en: 'must be an array of objects, one a row' } };
  }
  const headers = new Set<string>();
  for (const [index, row] of value.entries()) {
    const wrong = (path: string, zh: string, en: string) => ({
      path: `/${index}${path}`,
      text: { zh, en },
    });
    if (row === null || typeof row !== 'object' || Array.isArray(row)) {
      return wrong('', '应为对象，键为表头', 'must be an object, its keys headers');
    }
    for (const [name, cell] of Object.entries(row)) {
      headers.add(name);
      if (cell !== null && typeof cell === 'object') {
        return wrong(`/${name}`, '应为文字、数字、是否或 null', 'must be no object');
      }
    }
    if (headers.size > COLUMNS_MAX) {
      return wrong('', `至多 ${COLUMNS_MAX} 列`, `at most ${COLUMNS_MAX} columns`);
    }
  }
  const names = [...headers];
  const cellsOf = (row: { [name: string]: unknown }) =>
    names.map((name) => cellText(Object.hasOwn(row, name) ? row[name] : null));
  // One more than a list may have is enough to refuse it.
  return { records: [names, ...value.slice(0, recordsMax() - 1).map(cellsOf)] };
}
