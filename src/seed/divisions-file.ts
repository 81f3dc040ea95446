// The divisions that a new database begins with: a file of the operator's, or those of the sample that ships.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readXlsx, UnreadableWorkbook } from '../documents/xlsx-reader.ts';
import { DIVISION_ROWS_MAX, type DivisionTree, readDivisions } from '../rules/list/divisions.ts';
import { LISTS } from '../rules/list/lists.ts';
import { readCsv } from '../rules/list/records.ts';
import { type Records, readTable, tableOf } from '../rules/list/table.ts';
import { SeedError } from './seed-error.ts';

const DATA = join(import.meta.dirname, '../../data');
/** More faults than anybody mends before trying again. */
const FAULTS_TOLD_MAX = 50;

export type DivisionsFile = {
  path: string;
  /** The code of the topmost division; null where the file has one topmost row. */
  root: string | null;
};

/** The sample of this repository. */
export async function sampleDivisions(): Promise<DivisionsFile> {
  const { divisions } = JSON.parse(await readFile(join(DATA, 'sample.json'), 'utf8')) as {
    divisions: string;
  };
  return { path: join(DATA, divisions), root: null };
}

/** The tree of a file, CSV or XLSX. Throws SeedError with the row of every fault. */
export async function readDivisionsFile({ path, root }: DivisionsFile): Promise<DivisionTree> {
  const table = readTable(await recordsOf(path), LISTS.divisions);
  const tree = readDivisions(tableOf(table), { root, known: null });
  const { faults } = tree;
  if (faults.length === 0) return tree;
  const told = (language: 'zh' | 'en') =>
    faults
      .slice(0, FAULTS_TOLD_MAX)
      .map(({ row, column, message }) => `\n  ${path}:${row} ${column} ${message[language]}`)
      .join('');
  throw new SeedError(
    `区划文件有 ${faults.length} 处错误：${told('zh')}`,
    `The file of divisions has ${faults.length} faults:${told('en')}`,
  );
}

async function recordsOf(path: string): Promise<Records> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new SeedError(
      `区划文件 ${path} 读不了：${error.message}`,
      `The file of divisions ${path} cannot be read: ${error.message}`,
    );
  });
  // Every archive, and so every workbook, begins with these two letters.
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    try {
      // Nobody is there to be told of hidden rows, so they are read as well.
      return (await readXlsx(bytes, DIVISION_ROWS_MAX)).records;
    } catch (error) {
      if (!(error instanceof UnreadableWorkbook)) throw error;
      throw new SeedError(`区划文件 ${path}：${error.zh}`, `${path}: ${error.message}`);
    }
  }
  const read = readCsv(decoded(path, bytes), DIVISION_ROWS_MAX);
  if ('records' in read) return read.records;
  const { zh, en } = read.text;
  throw new SeedError(`${path}:${read.row} ${zh}`, `${path}:${read.row} ${en}`);
}

/** Spreadsheets save CSV in the encoding of the machine, which is GB 18030 where this is used. */
function decoded(path: string, bytes: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // The next encoding is tried.
    }
  }
  throw new SeedError(
    `区划文件 ${path} 既不是 UTF-8 也不是 GB 18030 编码`,
    `The file of divisions ${path} is neither UTF-8 nor GB 18030`,
  );
}
