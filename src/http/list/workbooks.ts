// A list as a workbook that is sent: its rows on the first sheet, and on the second the last checkpoint of
// the logs, so that whoever keeps the file can hold the logs to it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { findLastCheckpoint } from '../../db/audit/checkpoints.ts';
import type { Sheet, SheetColumn, SheetValue } from '../../documents/xlsx.ts';
import { checkpointInPrint, PRINTED_DIGITS } from '../../rules/audit/checkpoint.ts';
import { sendFile, XLSX_TYPE } from '../kernel/downloads.ts';
import type { Service } from '../kernel/service.ts';
import { makeFile } from '../kernel/threads.ts';

const TIME_ZONE = 'Asia/Shanghai';

export const column = (title: string, width = 16): SheetColumn => ({ title, width });
export const instant = (at: string | null | undefined): SheetValue =>
  at ? { instant: at, timeZone: TIME_ZONE } : null;

/** Sends the sheet, and the checkpoint behind it once there is one. Throws 422 when it takes too much. */
export async function sendWorkbook(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  sheet: Sheet,
  names: { name: string; fallback: string },
): Promise<FastifyReply> {
  const sheets = [sheet, ...(await anchorOf(service))];
  const bytes = await makeFile(service, request, 'renderXlsx', ...sheets);
  return sendFile(reply, bytes, XLSX_TYPE, names);
}

async function anchorOf({ pool }: Service): Promise<Sheet[]> {
  const checkpoint = await findLastCheckpoint(pool);
  if (checkpoint === undefined) return [];
  const { number, root, at } = checkpoint;
  const printed = root.slice(0, PRINTED_DIGITS);
  return [
    {
      name: '核验',
      columns: [column('项目', 14), column('内容', 76)],
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
