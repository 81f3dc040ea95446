// A list as a workbook that is sent: its rows on the first sheet, and on the second the last checkpoint of
// the logs, so that whoever keeps the file can hold the logs to it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { findLastCheckpoint } from '../../db/audit/checkpoints.ts';
import { findNow } from '../../db/kernel/clock.ts';
import type { Sheet, SheetColumn, SheetValue } from '../../documents/xlsx.ts';
import { checkpointInPrint, PRINTED_DIGITS } from '../../rules/audit/checkpoint.ts';
import { dayInWords, inLanguage, type Language } from '../../rules/words/details.ts';
import type { Words } from '../../rules/words/states.ts';
import { sendFile, XLSX_TYPE } from '../kernel/downloads.ts';
import { languageOf } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { makeFile } from '../kernel/threads.ts';

const TIME_ZONE = 'Asia/Shanghai';

export const instant = (at: string | null | undefined): SheetValue =>
  at ? { instant: at, timeZone: TIME_ZONE } : null;
/** 12月5日24时, where an instant would say the midnight after. */
export const deadline = (at: string | null | undefined): SheetValue =>
  at ? { deadline: at, timeZone: TIME_ZONE } : null;
export const day = (on: unknown): SheetValue => (typeof on === 'string' ? { day: on } : null);

/** A column of a list: its title, how wide it may get, and what it says of a row. */
export type ListColumn<Row> = {
  title: Words;
  width: number;
  isHidden?: boolean;
  cell: (row: Row, index: number) => SheetValue | Words;
};

/** Makes a column of its titles, its cells and how wide it may get. */
type MakeColumn<Row> = (
  title: readonly [zh: string, en: string],
  cell: ListColumn<Row>['cell'],
  width?: number,
) => ListColumn<Row>;

/** A list as it is printed: `title` is its name, `activity` the campaign that it is of. */
export type List = { title: Words; activity: string | null; sheet: Sheet };

/** The rows by columns, in the reader's language. */
export function listOf<Row>(
  language: Language,
  { title, activity = null }: { title: Words; activity?: string | null | undefined },
  rows: readonly Row[],
  columnsOf: (column: MakeColumn<Row>) => readonly ListColumn<Row>[],
): List {
  const columns = columnsOf(([zh, en], cell, width = 24) => ({ title: { zh, en }, cell, width }));
  return {
    title,
    activity,
    sheet: {
      name: inLanguage(language, title),
      title: inLanguage(language, title),
      language,
      columns: columns.map(
        ({ title: header, width, isHidden = false }): SheetColumn => ({
          title: inLanguage(language, header),
          width,
          isHidden,
        }),
      ),
      rows: rows.map((row, index) =>
        columns.map(({ cell }) => {
          const value = cell(row, index);
          return isWords(value) ? inLanguage(language, value) : value;
        }),
      ),
    },
  };
}

const isWords = (value: SheetValue | Words): value is Words =>
  typeof value === 'object' && value !== null && 'zh' in value;

export const languageFor = (request: FastifyRequest): Language =>
  languageOf(request.headers['accept-language']);

/** Sends the list, and the checkpoint behind it once there is one. Throws 422 when it takes too much. */
export async function sendWorkbook(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  list: List,
  fallback: string,
): Promise<FastifyReply> {
  const sheet = { ...list.sheet, note: await noteOf(service, languageFor(request), list) };
  const sheets = [sheet, ...(await anchorOf(service))];
  const bytes = await makeFile(service, request, 'renderXlsx', ...sheets);
  const name = `${list.title.zh}.xlsx`;
  return sendFile(reply, bytes, XLSX_TYPE, { name, fallback: `${fallback}.xlsx` });
}

/** What stands under the title: the campaign, the day, and how many rows there are. */
async function noteOf(
  { pool }: Service,
  language: Language,
  { activity, sheet: { rows } }: List,
): Promise<string> {
  const today = Temporal.Instant.from(await findNow(pool)).toZonedDateTimeISO(TIME_ZONE);
  const made = dayInWords(language, today.toPlainDate().toString());
  const told = inLanguage(language, {
    zh: `${made}制表　　共 ${rows.length} 条`,
    en: `made on ${made}, ${rows.length} rows`,
  });
  return activity === null ? told : `${activity}　　${told}`;
}

const told = (title: string, width: number): SheetColumn => ({ title, width });

async function anchorOf({ pool }: Service): Promise<Sheet[]> {
  const checkpoint = await findLastCheckpoint(pool);
  if (checkpoint === undefined) return [];
  const { number, root, at } = checkpoint;
  const printed = root.slice(0, PRINTED_DIGITS);
  return [
    {
      name: '核验',
      columns: [told('项目', 14), told('内容', 76)],
      isAlignedLeft: true,
      rows: [
        ['说明', '导出时日志的最后一个检查点；此后日志如被改动，与之不符。'],
        ['检查点', number],
        ['时间', instant(at)],
        ['根值', root],
        ['文书上写作', checkpointInPrint(checkpoint)],
        ['运维人员核验', `npm run audit:verify -- --root ${printed}`],
        ['审计员下载', '/v1/audit/bundle'],
        ['审计员核验', `node verify.mjs bundle.ndjson.gz --root ${printed}`],
      ],
    },
  ];
}
