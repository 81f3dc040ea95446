// The first sheet of a workbook that is shown, as records, and what of it is hidden. Only values are read: a formula is the value it had when it was
// saved, and macros are never looked at. The archive is bounded before anything of it is parsed, by the
// size of what really comes out of it.

import { zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import { TooLargeArchive, unzipEntries } from '../archives/zip-entries.ts';
import { cellText } from '../rules/list/records.ts';
import { type Hidden, type Records, recordsMax } from '../rules/list/table.ts';

const XLSX_UNPACKED_BYTES_MAX = 32 * 1024 * 1024;
const ENTRIES_MAX = 200;
const COLUMNS_MAX = 100;

/** The file itself is at fault. */
export class UnreadableWorkbook extends Error {
  readonly zh: string;

  constructor(zh: string, en: string) {
    super(en);
    this.zh = zh;
  }
}

/**
 * The first sheet that is shown. Throws UnreadableWorkbook for a file that is no workbook, or too large a
 * one.
 */
export async function readXlsx(
  bytes: Uint8Array,
  listRowsMax?: number,
): Promise<{ records: Records; hidden: Hidden }> {
  const files = unpack(bytes);
  for (const [name, file] of Object.entries(files)) {
    const xml = new TextDecoder().decode(file);
    assertPlainXml(xml);
    if (name.startsWith('xl/worksheets/')) assertSize(xml, recordsMax(listRowsMax));
  }
  const { number, xml } = shownSheet(files);
  let rows: readonly (readonly unknown[])[];
  try {
    // The files are packed anew, so that the reader unpacks no more than was measured here.
    rows = await readSheet(Buffer.from(zipSync(files, { level: 0 })), number);
  } catch (error) {
    throw notAWorkbook(error);
  }
  // Many cells may refer to one long text.
  let left = XLSX_UNPACKED_BYTES_MAX;
  const records = rows.map((row) =>
    row.map((value) => {
      const text = cellText(value);
      left -= text.length + 1;
      if (left < 0) throw tooLarge();
      return text;
    }),
  );
  return { records, hidden: hiddenIn(xml) };
}

const tagsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}(?=[\\s/>])[^>]*`, 'g'))].map(([tag]) => tag);

const attributeOf = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s(?:[\\w.-]+:)?${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1];

const isSet = (tag: string, name: string): boolean =>
  ['1', 'true'].includes(attributeOf(tag, name) ?? '');

/** The number of the first sheet that is not hidden, counted from 1, and its XML; of the first when all are. */
function shownSheet(files: { readonly [name: string]: Uint8Array }): {
  number: number;
  xml: string;
} {
  const textOf = (name: string): string => new TextDecoder().decode(files[name]);
  const sheets = tagsOf(textOf('xl/workbook.xml'), 'sheet');
  const index = Math.max(
    sheets.findIndex((tag) => !/hidden/i.test(attributeOf(tag, 'state') ?? '')),
    0,
  );
  const id = /\s[\w.-]+:id\s*=\s*["']([^"']*)["']/.exec(sheets[index] ?? '')?.[1];
  const relations = tagsOf(textOf('xl/_rels/workbook.xml.rels'), 'Relationship');
  const found = relations.find((tag) => attributeOf(tag, 'Id') === id);
  const target = (found && attributeOf(found, 'Target')) ?? '';
  return {
    number: index + 1,
    xml: textOf(target.startsWith('/') ? target.slice(1) : `xl/${target}`),
  };
}

/** The reader does not tell what is hidden. A row that a filter leaves out is hidden, too. */
function hiddenIn(xml: string): Hidden {
  const [format = ''] = tagsOf(xml, 'sheetFormatPr');
  const isHiddenFirst = isSet(format, 'zeroHeight');
  const rows: number[] = [];
  let row = 0;
  for (const tag of tagsOf(xml, 'row')) {
    row = Number(attributeOf(tag, 'r') ?? row + 1);
    const isShown = attributeOf(tag, 'hidden') !== undefined && !isSet(tag, 'hidden');
    const isFlat = Number(attributeOf(tag, 'ht') ?? 1) === 0;
    if (isSet(tag, 'hidden') || isFlat || (isHiddenFirst && !isShown)) rows.push(row);
  }
  const columns = tagsOf(xml, 'col')
    .filter((tag) => isSet(tag, 'hidden') || attributeOf(tag, 'width') === '0')
    .flatMap((tag) => {
      const first = Number(attributeOf(tag, 'min')) - 1;
      const length = Math.min(Number(attributeOf(tag, 'max')), COLUMNS_MAX) - first;
      return length > 0 ? Array.from({ length }, (_, index) => first + index) : [];
    });
  return { rows, columns };
}

// Pictures, macros and embedded objects stay packed; other workbooks are never opened.
const WANTED = /^(?!xl\/externalLinks\/).*\.(?:xml|rels)$/;

function unpack(bytes: Uint8Array): { [name: string]: Uint8Array } {
  const limits = { entriesMax: ENTRIES_MAX, bytesMax: XLSX_UNPACKED_BYTES_MAX };
  try {
    return unzipEntries(bytes, limits, (name) => WANTED.test(name));
  } catch (error) {
    throw error instanceof TooLargeArchive ? tooLarge() : notAWorkbook(error);
  }
}

const notAWorkbook = (error: unknown) =>
  new UnreadableWorkbook('不是有效的 XLSX 工作簿', `no XLSX workbook: ${String(error)}`);

// No spreadsheet declares a document type; a file that does wants entities resolved.
function assertPlainXml(xml: string): void {
  if (!/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return;
  const zh = '工作簿中有文档类型声明（DTD、实体），不予读取';
  throw new UnreadableWorkbook(zh, 'the workbook declares a document type: it is not read');
}

const tooLarge = () =>
  new UnreadableWorkbook(
    `工作簿解压后超过 ${XLSX_UNPACKED_BYTES_MAX / 1024 / 1024} MiB 或内容过多，请分批导入`,
    'the workbook is too large when unpacked',
  );

// One cell far out would make the reader fill everything up to it, and so would very many without a
// place of their own.
function assertSize(xml: string, rowsMax: number): void {
  for (const [, place = ''] of xml.matchAll(/\sr\s*=\s*["']([^"']*)["']/g)) {
    const [, letters = '', row = '0'] = /^([A-Z]*)(\d+)$/i.exec(place.trim()) ?? [];
    if (letters.length > 3 || Number(row) > rowsMax || columnOf(letters) > COLUMNS_MAX) {
      throw farOut(`${letters}${row}`, rowsMax);
    }
    if (place.includes('&')) throw farOut(place, rowsMax);
  }
  let rows = 0;
  let cells = 0;
  for (const [, tag] of xml.matchAll(/<(?:[\w.-]+:)?(row|c)(?=[\s/>])/g)) {
    cells = tag === 'row' ? 0 : cells + 1;
    if (tag === 'row') rows += 1;
    if (rows > rowsMax || cells > COLUMNS_MAX) throw farOut('', rowsMax);
  }
}

const farOut = (cell: string, rowsMax: number) =>
  new UnreadableWorkbook(
    `单元格 ${cell} 超出范围：至多 ${rowsMax} 行、${COLUMNS_MAX} 列`,
    `cell ${cell}: at most ${rowsMax} rows and ${COLUMNS_MAX} columns`,
  );

const columnOf = (letters: string): number =>
  [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
