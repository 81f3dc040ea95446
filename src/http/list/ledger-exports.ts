// Ledgers as workbooks, with the rows, the order and the titles of the list.

import Type, { type Static } from 'typebox';
import type { LedgerFilter } from '../../db/record/ledgers.ts';
import { listLedger } from '../../db/record/ledgers.ts';
import type { SheetValue } from '../../documents/xlsx.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { inPlansWords } from '../../rules/plan/titles.ts';
import type { ColumnKey, Ledger, LedgerRow } from '../../rules/record/ledgers.ts';
import { findKind } from '../../rules/record/record-kinds.ts';
import { detailInWords, type Language } from '../../rules/words/details.ts';
import type { Words } from '../../rules/words/states.ts';
import {
  COLOURS,
  IMPACTS,
  INSPECTIONS,
  LEDGER_STATUSES,
  PROMOTION_SCOPES,
  RECORDS,
  termOf,
  VERDICTS,
} from '../../rules/words/terms.ts';
import type { App } from '../kernel/app.ts';
import { fileAnswer, XLSX_TYPE } from '../kernel/downloads.ts';
import type { Service } from '../kernel/service.ts';
import { columnsOf, ledgerFilter, ledgerQuery } from '../record/ledgers.ts';
import { assertRows, EXPORT_ROWS_MAX } from './exports.ts';
import { type Places, placesOf } from './places.ts';
import { activityIn, basisIn } from './plan-words.ts';
import {
  day,
  deadline,
  instant,
  type List,
  languageFor,
  listOf,
  sendWorkbook,
} from './workbooks.ts';

const PAGE = 500;
const LONG: readonly ColumnKey[] = ['summary', 'detail', 'result', 'remark', 'siteIds'];

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
      const rows = assertRows(await everyRow(service, filter));
      const list = await ledgerList(service, plan, ledger, rows, languageFor(request));
      return sendWorkbook(service, request, reply, list, ledger.code);
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

async function ledgerList(
  service: Service,
  plan: Plan,
  ledger: Ledger,
  rows: readonly LedgerRow[],
  language: Language,
): Promise<List> {
  const places = await placesOf(service, {
    organisations: rows.map(({ organisationId }) => organisationId),
    sites: rows.flatMap((row) => [...row.siteIds, ...sitesIn(row.detail)]),
  });
  const reading = { plan, language, siteNamed: places.siteOf };
  const columns = columnsOf(plan, ledger).map(({ key, zh, en }) => ({
    title: { zh, en },
    width: LONG.includes(key as ColumnKey) ? 44 : 24,
    cell: (row: LedgerRow) =>
      key === 'detail'
        ? detailInWords(row.kind, row.detail, reading)
        : cellOf(row, key as ColumnKey, plan, places),
  }));
  return listOf(language, { title: ledger, activity: activityIn(plan) }, rows, () => columns);
}

/** The sites of a plan of supervision stand within its visits. */
const sitesIn = ({ visits }: LedgerRow['detail']): string[] =>
  Array.isArray(visits) ? visits.flatMap(({ siteId }: { siteId?: string }) => siteId ?? []) : [];

function cellOf(row: LedgerRow, key: ColumnKey, plan: Plan, places: Places): SheetValue | Words {
  const subject = { name: row.subjectName ?? '', organisationId: row.organisationId };
  switch (key) {
    case 'clause':
      return basisIn(plan, row.clause);
    case 'kind':
      return kindInWords(plan, row.kind);
    case 'subjectName':
      return places.subjectOf(subject);
    case 'organisationName':
      return places.homeOf(subject);
    case 'siteIds':
      return row.siteIds.map(places.siteOf).join('；');
    case 'occurredOn':
    case 'closedOn':
      return day(row[key]);
    case 'dueAt':
      return deadline(row.dueAt);
    case 'recordedAt':
      return instant(row.recordedAt);
    case 'status':
      return termOf(LEDGER_STATUSES, row.status);
    case 'colour':
      return termOf(COLOURS, row.colour);
    case 'verdict':
      return termOf(VERDICTS, row.verdict);
    case 'impact':
      return termOf(IMPACTS, row.impact);
    case 'promotionScope':
      return termOf(PROMOTION_SCOPES, row.promotionScope);
    default:
      return typeof row[key] === 'string' ? row[key] : null;
  }
}

/** A record by its kind, an inspection by how it was made. */
function kindInWords(plan: Plan, kind: string): Words | null {
  const record = findKind(plan, kind);
  if (record !== undefined) return inPlansWords(plan, { zh: record.zh, en: record.en });
  return termOf({ ...INSPECTIONS, ...RECORDS }, kind);
}
