// The routes of workbooks: a list with the filters and the reach of the list, but without pages.

import Type, { type Static, type TProperties } from 'typebox';
import type { Principal } from '../../rules/access/access.ts';
import type { Language } from '../../rules/words/details.ts';
import type { App } from '../kernel/app.ts';
import { fileAnswer, XLSX_TYPE } from '../kernel/downloads.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { type List, languageFor, sendWorkbook } from './workbooks.ts';

/** The most rows of one workbook: it is made in memory, and nobody reads more in one sheet. */
export const EXPORT_ROWS_MAX = 10_000;

/** Throws 422 when there are more rows than a workbook takes. */
export function assertRows<Row>(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= EXPORT_ROWS_MAX) return rows;
  throw problem('export-too-large', {
    detail: {
      zh: `筛选结果超过 ${EXPORT_ROWS_MAX} 行，请缩小筛选范围。`,
      en: `The filter leaves more than ${EXPORT_ROWS_MAX} rows: narrow it.`,
    },
    rowsMax: EXPORT_ROWS_MAX,
  });
}

type Export<Filters extends TProperties> = {
  /** The segment of the address: `candidates`. */
  path: string;
  /** The noun in ids of operations: `Candidates`. */
  name: string;
  zh: string;
  en: string;
  filters: Filters;
  /** The tag it is documented under, when that is not its path. */
  tag?: string;
  /** The description, where it is not the list of the same address. */
  description?: string;
  list: (
    filters: Static<ReturnType<typeof Type.Object<Filters>>>,
    principal: Principal,
    language: Language,
  ) => Promise<List>;
};

/** Adds `GET /v1/<path>.xlsx`. */
export function addExportRoute<Filters extends TProperties>(
  app: App,
  service: Service,
  { path, tag, name, zh, en, filters, list, description }: Export<Filters>,
): void {
  app.get(
    `/v1/${path}.xlsx`,
    {
      config: { problems: ['export-too-large', 'not-found'], access: 'export' },
      schema: {
        operationId: `export${name}`,
        tags: [tag ?? path.split('/')[0] ?? path],
        summary: `导出${zh} · Export ${en}`,
        description:
          description ??
          `与列表同样的筛选和范围，至多 ${EXPORT_ROWS_MAX} 行；以 = + - @ 开头的文字加撇号，不作公式。 · The filters and the reach of the list, at most ${EXPORT_ROWS_MAX} rows; text that begins like a formula is guarded by an apostrophe.`,
        querystring: Type.Object(filters),
        response: fileAnswer(XLSX_TYPE),
      },
    },
    async (request, reply) => {
      const { query, principal } = request;
      const asked = query as Parameters<typeof list>[0];
      const made = await list(asked, principal, languageFor(request));
      return sendWorkbook(service, request, reply, made, name.toLowerCase());
    },
  );
}
