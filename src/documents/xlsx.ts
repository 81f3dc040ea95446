// Lists as the sheets of a workbook, laid out so that they can be printed as they come: dates are dates, numbers are
// numbers, and text stays text, also when it begins like a formula.

import writeXlsxFile, { type CellObject, type Row } from 'write-excel-file/node';
import { guarded } from '../rules/list/formula-guard.ts';
import { printing } from './xlsx-print.ts';

/** A calendar day, or a moment as the clock on the wall of `timeZone` shows it; a deadline at midnight is 24:00. */
type Moment =
  | { day: string }
  | { instant: string; timeZone: string }
  | { deadline: string; timeZone: string };
export type SheetValue = string | number | boolean | Moment | null;

/** `width`: the widest it may get, in digits; what is shorter makes it narrower. */
export type SheetColumn = { title: string; width: number; isHidden?: boolean };

export type SheetLanguage = 'zh-CN' | 'en';

export type Sheet = {
  /** At most 31 characters, as spreadsheets allow. */
  name: string;
  /** What stands above the header, over the width of the sheet: its title, and a line below that. */
  title?: string;
  note?: string;
  columns: readonly SheetColumn[];
  rows: readonly (readonly SheetValue[])[];
  /** Numbers and days stand on the left too, as in a sheet that tells one thing by the line. */
  isAlignedLeft?: boolean;
  language?: SheetLanguage;
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
export function renderXlsx(...sheets: Sheet[]): Promise<Buffer> {
  const printed = sheets.map(({ language = 'zh-CN', columns, rows, ...sheet }) => {
    const headerRow = titleRows(sheet, columns.length).length + 1;
    return {
      name: nameOf(sheet),
      columns: columns.length,
      headerRow,
      lastRow: headerRow + rows.length,
      hidden: columns.flatMap(({ isHidden }, index) => (isHidden ? [index] : [])),
      footer: language === 'en' ? 'Page &P of &N' : '第 &P 页，共 &N 页',
    };
  });
  return writeXlsxFile(sheets.map(laidOut), {
    fontFamily: '宋体',
    fontSize: 10,
    features: [printing(printed)],
  }).toBuffer();
}

function laidOut(sheet: Sheet) {
  const { columns, rows } = sheet;
  const widths = columns.map((column, index) => fitted(column, index, sheet));
  const titles = titleRows(sheet, columns.length);
  const header = columns.map(({ title }) => title);
  const head = header.map((title) => ({ ...HEAD, type: String, value: neutralised(title) }));
  return {
    data: [
      ...titles,
      tall(head, heightOf(header, widths)),
      ...rows.map((row) =>
        tall(
          row.map((value) => bodyCell(value, sheet)),
          heightOf(row, widths),
        ),
      ),
    ],
    sheet: nameOf(sheet),
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: titles.length + 1,
    orientation: 'landscape' as const,
  };
}

const LINE_POINTS = 13.5;

/** The row with a height that all its lines have room in: LibreOffice finds none of its own when it only prints. */
function tall([first, ...others]: readonly CellObject[], height: number): Row {
  return first === undefined ? [] : [{ ...first, height }, ...others];
}

function heightOf(row: readonly SheetValue[], widths: readonly number[]): number {
  const lines = row.map((value, index) => {
    if (typeof value !== 'string') return 1;
    const room = Math.max((widths[index] ?? WIDTH_MIN) - PADDING / 2, 1);
    const parts = value.split('\n');
    return parts.reduce((sum, part) => sum + Math.max(Math.ceil(digitsOf(part) / room), 1), 0);
  });
  // Spreadsheets allow no row of more than 409 points.
  return Math.min(Math.max(...lines) * LINE_POINTS + 3, 409);
}

const nameOf = ({ name }: Pick<Sheet, 'name'>): string =>
  name.replaceAll(/[\\/*?:[\]]/g, ' ').slice(0, SHEET_NAME_MAX);

const LINED = { borderStyle: 'thin', alignVertical: 'center', wrap: true } as const;
const HEAD = { ...LINED, fontWeight: 'bold', align: 'center', backgroundColor: '#e7ebf3' } as const;
const TITLE = { fontWeight: 'bold', fontSize: 16, align: 'center', height: 30 } as const;
const NOTE = { align: 'center', height: 18 } as const;

function titleRows({ title, note }: Pick<Sheet, 'title' | 'note'>, columns: number): Row[] {
  const line = (value: string | undefined, style: typeof TITLE | typeof NOTE): Row[] =>
    value === undefined
      ? []
      : [[{ type: String, value: neutralised(value), columnSpan: columns, ...style }]];
  return [...line(title, TITLE), ...line(note, NOTE)];
}

function bodyCell(
  value: SheetValue,
  { isAlignedLeft = false, language = 'zh-CN' }: Sheet,
): CellObject {
  const cell = cellOf(value, language);
  const isText = cell.type === String;
  return { ...cell, ...LINED, align: isAlignedLeft || isText ? 'left' : 'center' };
}

type Shown = { type?: StringConstructor | NumberConstructor | DateConstructor } & (
  | { value?: never }
  | { value: string | number | Date; format?: string }
);

function cellOf(value: SheetValue, language: SheetLanguage): Shown {
  if (value === null || value === '') return {};
  if (typeof value === 'string') return { type: String, value: neutralised(value) };
  if (typeof value === 'number') return { type: Number, value };
  if (typeof value === 'boolean') {
    const [yes, no] = language === 'en' ? ['yes', 'no'] : ['是', '否'];
    return { type: String, value: value ? yes : no };
  }
  if ('day' in value) {
    return {
      type: Date,
      value: new Date(`${value.day}T00:00:00Z`),
      format: FORMATS[language].day,
    };
  }
  const at = 'deadline' in value ? value.deadline : value.instant;
  // A spreadsheet knows no time zone, so the local time is written.
  const wall = Temporal.Instant.from(at).toZonedDateTimeISO(value.timeZone).toPlainDateTime();
  const isEndOfDay = 'deadline' in value && wall.hour === 0 && wall.minute === 0;
  const shown = isEndOfDay ? wall.subtract({ days: 1 }) : wall;
  return {
    type: Date,
    value: new Date(`${shown.toString({ smallestUnit: 'second' })}Z`),
    format: FORMATS[language][isEndOfDay ? 'endOfDay' : 'minute'],
  };
}

/** They stay dates, so that a column can be sorted and filtered by them. */
const FORMATS = {
  'zh-CN': {
    day: 'yyyy"年"m"月"d"日"',
    endOfDay: 'yyyy"年"m"月"d"日24时"',
    minute: 'yyyy"年"m"月"d"日" hh:mm',
  },
  en: { day: 'd mmm yyyy', endOfDay: 'd mmm yyyy" 24:00"', minute: 'd mmm yyyy hh:mm' },
};

const WIDTH_MIN = 6;
const PADDING = 2;
/** A header of more than this is broken into lines rather than made a wide column of short values. */
const HEADER_WIDTH_MAX = 8;

/** Wide enough for the longest line in it, as far as the column may get wide. */
function fitted(
  { title, width }: SheetColumn,
  index: number,
  { rows, language = 'zh-CN' }: Sheet,
): number {
  const longest = rows.reduce(
    (most, row) => Math.max(most, widthOf(row[index] ?? null, language)),
    Math.min(digitsOf(title), HEADER_WIDTH_MAX),
  );
  return Math.min(Math.max(longest + PADDING, WIDTH_MIN), width);
}

function widthOf(value: SheetValue, language: SheetLanguage): number {
  const { value: shown } = cellOf(value, language);
  if (shown instanceof Date) return typeof value === 'object' && value && 'day' in value ? 14 : 20;
  return shown === undefined ? 0 : Math.max(...String(shown).split('\n').map(digitsOf));
}

/** The width in digits: what is not Latin is twice as wide. */
const digitsOf = (text: string): number =>
  text.length + (text.match(/[^\x20-\u02ff]/g)?.length ?? 0);
