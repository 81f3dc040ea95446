// The first sheet of a workbook as CSV text, so that a list in either form goes the same way. Values
// only: a formula is the value it had when it was saved, macros are never looked at. The archive is
// bounded before anything of it is parsed, by what really comes out of it.

import { unzipSync, zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';

export const XLSX_UNPACKED_BYTES_MAX = 32 * 1024 * 1024;
const ENTRIES_MAX = 200;
const ROWS_MAX = 20_000;
const COLUMNS_MAX = 100;

/** What is wrong with the file itself. */
export class UnreadableWorkbook extends Error {
  readonly zh: string;

  constructor(zh: string, en: string) {
    super(en);
    this.zh = zh;
  }
}

/** Throws UnreadableWorkbook for what is no workbook, or too large a one. */
export async function csvOfXlsx(bytes: Uint8Array): Promise<string> {
  const files = unpack(bytes);
  for (const [name, file] of Object.entries(files)) {
    if (name.startsWith('xl/worksheets/')) holdToSize(new TextDecoder().decode(file));
  }
  let rows: unknown[][];
  try {
    // Packed anew, so that the reader unpacks no more than was measured here.
    rows = (await readSheet(Buffer.from(zipSync(files, { level: 0 })))) as unknown[][];
  } catch (error) {
    throw new UnreadableWorkbook('不是有效的 XLSX 工作簿', `no XLSX workbook: ${String(error)}`);
  }
  return rows.map((row) => row.map(textOf).join(',')).join('\n');
}

function unpack(bytes: Uint8Array): { [name: string]: Uint8Array } {
  let total = 0;
  let entries = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        entries += 1;
        total += originalSize;
        if (entries > ENTRIES_MAX || total > XLSX_UNPACKED_BYTES_MAX) throw tooLarge();
        // Pictures, macros and embedded objects stay packed.
        return /\.(?:xml|rels)$/.test(name);
      },
    });
  } catch (error) {
    if (error instanceof UnreadableWorkbook) throw error;
    throw new UnreadableWorkbook('不是有效的 XLSX 工作簿', `no XLSX workbook: ${String(error)}`);
  }
}

const tooLarge = () =>
  new UnreadableWorkbook(
    `工作簿解压后超过 ${XLSX_UNPACKED_BYTES_MAX / 1024 / 1024} MiB 或内容过多，请分批导入`,
    'the workbook is too large when unpacked',
  );

// One cell far out would make the reader fill everything up to it.
function holdToSize(xml: string): void {
  for (const [, letters = '', row = ''] of xml.matchAll(/\br="([A-Z]{0,4})(\d{1,8})"/g)) {
    if (Number(row) > ROWS_MAX || columnOf(letters) > COLUMNS_MAX) {
      throw new UnreadableWorkbook(
        `单元格 ${letters}${row} 超出范围：至多 ${ROWS_MAX} 行、${COLUMNS_MAX} 列`,
        `cell ${letters}${row}: at most ${ROWS_MAX} rows and ${COLUMNS_MAX} columns`,
      );
    }
  }
}

const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);

/** Days as they are written in lists; the apostrophe of our own exports is taken off again. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text =
    value instanceof Date
      ? value.toISOString().slice(0, 10)
      : typeof value === 'boolean'
        ? value
          ? '是'
          : '否'
        : String(value).replace(/^'(?=[=+\-@])/, '');
  return `"${text.replaceAll('"', '""')}"`;
}
