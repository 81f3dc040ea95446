// Ledgers as workbooks, with the rows, the order and the titles of the list.

import Type, { type Static } from 'typebox';
import type { LedgerFilter } from '../../db/record/ledgers.ts';
import { listLedger } from '../../db/record/ledgers.ts';
import type { SheetValue } from '../../documents/xlsx.ts';
import { clauseIn } from '../../rules/plan/citations.ts';
import type { ColumnKey, LedgerRow } from '../../rules/record/ledgers.ts';
import type { App } from '../kernel/app.ts';
import { fileAnswer, XLSX_TYPE } from '../kernel/downloads.ts';
import type { Service } from '../kernel/service.ts';
import { columnsOf, ledgerFilter, ledgerQuery } from '../record/ledgers.ts';
import { assertRows, EXPORT_ROWS_MAX } from './exports.ts';
import { column, instant, sendWorkbook } from './workbooks.ts';

const PAGE = 500;
const DAYS: readonly ColumnKey[] = ['occurredOn', 'closedOn'];
const INSTANTS: readonly ColumnKey[] = ['dueAt', 'recordedAt'];
const LONG: readonly ColumnKey[] = ['summary', 'detail', 'result', 'remark'];

export function addLedgerExportRoutes(app: App, service: Service): void {
  app.get(
    '/v1/ledgers/:ledger.xlsx',
    {
      config: { problems: ['export-too-large', 'not-found'], access: 'export' },
      schema: {
        operationId: 'exportLedger',
        tags: ['ledgers'],
        summary: '导出一本台账 · Export one ledger',
        description: `与台账列表同样的筛选和范围，至多 ${EXPORT_ROWS_MAX} 行；以 = + - @ 开头的文字加撇号，不作公式。 · The filters and the reach of the list, at most ${EXPORT_ROWS_MAX} rows; text that begins like a formula is guarded by an apostrophe.`,
        params: Type.Object({ ledger: Type.String({ minLength: 1, maxLength: 60 }) }),
        querystring: Type.Object(ledgerQuery),
        response: fileAnswer(XLSX_TYPE),
      },
    },
    async (request, reply) => {
      const { params, query, principal } = request;
      const asked = query as Static<ReturnType<typeof Type.Object<typeof ledgerQuery>>>;
      const { ledger, plan, filter } = await ledgerFilter(service, principal, params.ledger, asked);
      const columns = columnsOf(plan, ledger);
      const rows = assertRows(await everyRow(service, filter));
      const sheet = {
        name: ledger.zh,
        columns: columns.map(({ key, zh }) =>
          column(zh, LONG.includes(key as ColumnKey) ? 40 : 16),
        ),
        rows: rows.map((row) =>
          ledger.columns.map((key) =>
            key === 'clause' ? clauseIn(plan, row.clause) : cellOf(row, key),
          ),
        ),
      };
      return sendWorkbook(service, request, reply, sheet, {
        name: `${ledger.zh}.xlsx`,
        fallback: `${ledger.code}.xlsx`,
      });
    },
  );
}

/** Reads the rows page by page, until a workbook would be full. */
async function everyRow(
  { pool }: Service,
  filter: Omit<LedgerFilter, 'after' | 'limit'>,
): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for (;;) {
    const last = rows.at(-1);
    const after = last === undefined ? undefined : ([last.recordedAt, last.id] as const);
    const found = await listLedger(pool, { ...filter, after, limit: PAGE });
    rows.push(...found);
    if (found.length < PAGE || rows.length > EXPORT_ROWS_MAX) return rows;
  }
}

function cellOf(row: LedgerRow, key: ColumnKey): SheetValue {
  const value: unknown = row[key];
  if (value === null || value === undefined) return null;
  if (INSTANTS.includes(key)) return instant(String(value));
  if (DAYS.includes(key)) return { day: String(value) };
  if (Array.isArray(value)) return value.join('；');
  if (typeof value === 'object') return detailTold(value);
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

const detailTold = (detail: object): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}：${Array.isArray(value) ? value.join('、') : String(value)}`)
    .join('；');
