// Lists as the sheets of a workbook: dates are dates, numbers are numbers, and text stays text, also when it
// begins like a formula.

import writeXlsxFile, { type Cell, type Row } from 'write-excel-file/node';
import { guarded } from '../rules/list/formula-guard.ts';

/** A calendar day, or a moment as the clock on the wall of `timeZone` shows it. */
type Moment = { day: string } | { instant: string; timeZone: string };
export type SheetValue = string | number | boolean | Moment | null;

export type SheetColumn = { title: string; width: number };

export type Sheet = {
  /** At most 31 characters, as spreadsheets allow. */
  name: string;
  columns: readonly SheetColumn[];
  rows: readonly (readonly SheetValue[])[];
  /** Numbers and days stand on the left too, as in a sheet that tells one thing by the line. */
  isAlignedLeft?: boolean;
};

const TEXT_LENGTH_MAX = 32_767;
const SHEET_NAME_MAX = 31;

// XML 1.0 allows no such characters, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are taken out
const NO_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

/** The text with an apostrophe before what begins like a formula, so that no program computes it. */
export const neutralised = (text: string): string =>
  guarded(text.replaceAll(NO_XML, '').slice(0, TEXT_LENGTH_MAX - 1));

/** The bytes of the file. */
export const renderXlsx = (...sheets: Sheet[]): Promise<Buffer> =>
  writeXlsxFile(
    sheets.map(({ name, columns, rows, isAlignedLeft = false }) => ({
      data: [
        columns.map(
          ({ title }): Cell => ({ type: String, value: neutralised(title), fontWeight: 'bold' }),
        ),
        ...rows.map((row): Row => row.map((value) => aligned(cellOf(value), isAlignedLeft))),
      ],
      sheet: name.replaceAll(/[\\/*?:[\]]/g, ' ').slice(0, SHEET_NAME_MAX),
      columns: columns.map(({ width }) => ({ width })),
      stickyRowsCount: 1,
      orientation: 'landscape' as const,
    })),
    { fontFamily: '宋体', fontSize: 11 },
  ).toBuffer();

const aligned = (cell: Cell, isLeft: boolean): Cell =>
  isLeft && cell !== null && typeof cell === 'object' ? { ...cell, align: 'left' } : cell;

function cellOf(value: SheetValue): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return { type: String, value: neutralised(value) };
  if (typeof value === 'number') return { type: Number, value };
  if (typeof value === 'boolean') return { type: String, value: value ? '是' : '否' };
  if ('day' in value) {
    return { type: Date, value: new Date(`${value.day}T00:00:00Z`), format: 'yyyy-mm-dd' };
  }
  // A spreadsheet knows no time zone, so the local time is written.
  const wall = Temporal.Instant.from(value.instant)
    .toZonedDateTimeISO(value.timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'second' });
  return { type: Date, value: new Date(`${wall}Z`), format: 'yyyy-mm-dd hh:mm' };
}
