// Workbooks as people use them: a form is downloaded, filled in, sent with one mistake, and sent again.

import { readSheet } from 'read-excel-file/node';
import { renderXlsx, type SheetValue } from '../../src/documents/xlsx.ts';
import { type Actor, Unexpected } from './client.ts';
import type { Play } from './play.ts';

type DryRun = {
  rows: number;
  errors: { row: number; cell: string; clause: string | null; message: string }[];
  planToken: string | null;
};

/** A list to be sent: CSV is text, a workbook its bytes. */
type List = string | Uint8Array;

/** A form as rows; the first are the headers. */
type Form = { header: string[]; rows: SheetValue[][] };

export async function downloadForm({ client }: Play, actor: Actor, path: string): Promise<Form> {
  const bytes = await client.download(actor, path);
  // The title and the line below it stand above the header.
  const [header = [], ...rows] = (await readSheet(Buffer.from(bytes))).slice(2);
  return {
    header: header.map(String),
    rows: rows.map((row) =>
      row.map((cell) =>
        cell instanceof Date ? { day: cell.toISOString().slice(0, 10) } : (cell as SheetValue),
      ),
    ),
  };
}

export const bookOf = ({ header, rows }: Form): Promise<Buffer> =>
  renderXlsx({ name: '表', columns: header.map((title) => ({ title, width: 16 })), rows });

/** The row with other words under these headers. */
export const filled = (
  { header }: Form,
  row: readonly SheetValue[],
  cells: { readonly [title: string]: SheetValue },
): SheetValue[] => header.map((title, index) => cells[title] ?? row[index] ?? null);

/** `path` ends in `?` or `&`. */
async function runDry({ client }: Play, actor: Actor, path: string, list: List): Promise<DryRun> {
  const asked = `${path}dryRun=true`;
  return (await client.demand<DryRun>(actor, 'POST', asked, list, { list: true })).body;
}

/** Sends a list with one row wrong on purpose: the dry run names its cell and gives no token. */
export async function expectWrongRow(
  play: Play,
  actor: Actor,
  path: string,
  list: List,
  [zh, en]: readonly [string, string],
): Promise<void> {
  const { rows, errors, planToken } = await runDry(play, actor, path, list);
  const [error] = errors;
  if (errors.length !== 1 || error === undefined || planToken !== null) {
    throw new Unexpected(`one wrong row was to be found: ${JSON.stringify(errors)}`);
  }
  const clause = error.clause === null ? '' : `，依据 ${error.clause}`;
  play.timeline.say(
    `试导入${zh} ${rows} 行，1 行有误（单元格 ${error.cell}${clause}）：${error.message}`,
    `dry run: one row of ${en} is wrong`,
  );
}

/** Runs a list dry, then sends it with the token of the dry run, which is spent by it. Answers the rows. */
export async function importList(
  play: Play,
  actor: Actor,
  path: string,
  list: List,
  [zh, en]: readonly [string, string],
): Promise<number> {
  const { rows, errors, planToken } = await runDry(play, actor, path, list);
  if (planToken === null) throw new Unexpected(`${en}: ${JSON.stringify(errors)}`);
  const asked = `${path}planToken=${encodeURIComponent(planToken)}`;
  await play.client.demand(actor, 'POST', asked, list, { list: true });
  const again = await play.client.ask(actor, 'POST', asked, list, { list: true });
  if (again.status !== 409)
    throw new Unexpected(`${en}: a spent token was answered ${again.status}`);
  play.timeline.say(`导入${zh} ${rows} 行，全部写入`, `imported, all or nothing: ${en}`);
  return rows;
}
