// Lists as workbooks, with the filters and the reach of the list but without pages.

import Type, { type Static, type TProperties } from 'typebox';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import { listOwedCandidates } from '../../db/assessment/score-sheets.ts';
import { findOrganisations } from '../../db/county/organisations.ts';
import { findConferred } from '../../db/document/documents.ts';
import { listRectifications } from '../../db/inspection/rectifications.ts';
import { listObligations } from '../../db/kernel/obligations.ts';
import { readsOf } from '../../db/tables.ts';
import type { Sheet } from '../../documents/xlsx.ts';
import type { Principal } from '../../rules/access/access.ts';
import { holds, mayRead, readsAsAssessor } from '../../rules/access/access.ts';
import { inWords } from '../../rules/notice/notice-words.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { candidateFilters, listSettled } from '../candidate/candidate-lists.ts';
import { rectificationFilters } from '../inspection/rectifications.ts';
import type { App } from '../kernel/app.ts';
import { fileAnswer, XLSX_TYPE } from '../kernel/downloads.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { contextOf, Id } from '../kernel/subject-schemas.ts';
import { filtersOf, findVisible, placeOfCampaign, planOf } from '../kernel/visibility.ts';
import { obligationFilters } from '../notice/obligations.ts';
import { column, instant, sendWorkbook } from './workbooks.ts';

/** The most rows of one workbook: it is made in memory, and nobody reads more in one sheet. */
export const EXPORT_ROWS_MAX = 10_000;
const PAGE = 500;

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
  sheet: (
    filters: Static<ReturnType<typeof Type.Object<Filters>>>,
    principal: Principal,
  ) => Promise<Sheet>;
};

/** Adds `GET /v1/<path>.xlsx`. */
export function addExportRoute<Filters extends TProperties>(
  app: App,
  service: Service,
  { path, tag, name, zh, en, filters, sheet, description }: Export<Filters>,
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
      const made = await sheet(request.query as Parameters<typeof sheet>[0], request.principal);
      return sendWorkbook(service, request, reply, made, {
        name: `${zh}.xlsx`,
        fallback: `${name.toLowerCase()}.xlsx`,
      });
    },
  );
}

export function addExportRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'candidates',
    name: 'Candidates',
    zh: '申报对象',
    en: 'candidates',
    filters: candidateFilters,
    sheet: (filters, principal) => candidateSheet(service, filters, principal),
  });
  addExportRoute(app, service, {
    path: 'rectifications',
    name: 'Rectifications',
    zh: '限期整改台账',
    en: 'rectification orders',
    filters: rectificationFilters,
    sheet: (filters, principal) => rectificationSheet(service, filters, principal),
  });
  addExportRoute(app, service, {
    path: 'obligations',
    name: 'Obligations',
    zh: '期限义务',
    en: 'obligations',
    filters: obligationFilters,
    sheet: (filters, principal) => obligationSheet(service, filters, principal),
  });
  addExportRoute(app, service, {
    path: 'final-list',
    name: 'FinalList',
    zh: '最终确定名单',
    en: 'the final list',
    filters: { campaignId: Id },
    sheet: (filters, principal) => finalSheet(service, filters.campaignId, principal),
  });
}

/** The names of these organisations; the id of one that has none. */
export async function namesOf(
  service: Service,
  ids: readonly string[],
): Promise<(id: string) => string> {
  const found = await findOrganisations(service.pool, [...new Set(ids)]);
  return (id) => found.get(id)?.name ?? id;
}

/** The name of the unit of each of these rows. */
export const unitNames = (service: Service, rows: readonly { organisationId: string }[]) =>
  namesOf(
    service,
    rows.map(({ organisationId }) => organisationId),
  );

/** The plans of these rows' campaigns, by campaign. */
export async function plansOf(
  service: Service,
  rows: readonly { campaignId: string }[],
): Promise<Map<string, Plan>> {
  const plans = new Map<string, Plan>();
  for (const id of new Set(rows.map(({ campaignId }) => campaignId))) {
    plans.set(id, await planOf(service, await placeOfCampaign(service, id)));
  }
  return plans;
}

/** A parameter in the words of the plan of its campaign; a list is joined. */
export const sayIn =
  (plans: ReadonlyMap<string, Plan>) =>
  (campaignId: string, param: string, value: unknown): string => {
    const plan = plans.get(campaignId);
    const said = plan === undefined ? value : inWords(plan, param, value as string | string[]);
    return Array.isArray(said) ? said.map(String).join('；') : String(said ?? '');
  };

type CandidateFilters = Static<ReturnType<typeof Type.Object<typeof candidateFilters>>>;

async function candidateSheet(
  service: Service,
  filters: CandidateFilters,
  principal: Principal,
): Promise<Sheet> {
  const { campaignId, category } = filters;
  const plan = campaignId === undefined ? null : await visiblePlan(service, principal, campaignId);
  const rows = [];
  let after: readonly [string, string] | undefined;
  do {
    const found = await listSettled(service, {
      ...(await filtersOf(service, principal, filters)),
      category: (plan && category && findCategory(plan, category)?.code) || category,
      after,
      limit: PAGE,
    });
    rows.push(...found.rows);
    after = found.next ?? undefined;
  } while (after !== undefined && rows.length <= EXPORT_ROWS_MAX);
  assertRows(rows);
  const nameOf = await unitNames(service, rows);
  const plans = await plansOf(service, rows);
  const points = (centi: unknown) => (typeof centi === 'number' ? centi / 100 : null);
  const isBlind = await blindness(service, principal);
  const streams = [...new Map([...plans.values()].flatMap((one) => Object.entries(one.streams)))];
  return {
    name: '申报对象',
    columns: [
      column('类别', 20),
      column('名称', 24),
      column('姓名'),
      column('单位', 24),
      column('站点', 20),
      column('阶段', 20),
      column('状态', 20),
      ...streams.map(([, { name }]) => column(`${name}得分`)),
      column('综合得分'),
      column('名次', 8),
      column('最近期限', 18),
      column('登记时间', 18),
    ],
    rows: rows.map((row) => [
      plans.get(row.campaignId)?.categories.find(({ code }) => code === row.category)?.name ??
        row.category,
      row.name,
      row.personName,
      nameOf(row.organisationId),
      row.siteId,
      row.stage,
      row.state,
      ...streams.map(([code, { kind }]) =>
        isBlind(row) && kind === 'sheets'
          ? null
          : points(contextOf<CandidateContext>(row).figures[code]),
      ),
      isBlind(row) ? null : points(row.context.compositeCenti),
      !isBlind(row) && typeof row.context.rank === 'number' ? row.context.rank : null,
      instant(row.nextDueAt),
      instant(row.createdAt),
    ]),
  };
}

/** 盲评 (R61): readers who have yet to judge a candidate see no composite of it in a list either. */
async function blindness(
  { pool }: Service,
  principal: Principal,
): Promise<(row: { id: string; path: string }) => boolean> {
  if (!holds(principal, 'assessor')) return () => false;
  const owed = new Set(await listOwedCandidates(pool, principal.id));
  return ({ id, path }) => owed.has(id) || readsAsAssessor(principal, path);
}

async function visiblePlan(service: Service, principal: Principal, id: string): Promise<Plan> {
  return planOf(service, await findVisible(service, principal, 'campaign', id));
}

type RectificationFilters = Static<ReturnType<typeof Type.Object<typeof rectificationFilters>>>;

async function rectificationSheet(
  service: Service,
  filters: RectificationFilters,
  principal: Principal,
): Promise<Sheet> {
  const rows = assertRows(
    await listRectifications(readsOf(service.pool), {
      ...(await filtersOf(service, principal, filters)),
      limit: EXPORT_ROWS_MAX + 1,
    }),
  );
  const nameOf = await unitNames(service, rows);
  const say = sayIn(await plansOf(service, rows));
  return {
    name: '限期整改',
    columns: [
      column('对象', 24),
      column('单位', 24),
      column('情形', 30),
      column('问题', 50),
      column('状态', 24),
      column('第几次限期', 12),
      column('整改期限', 18),
      column('开出时间', 18),
    ],
    rows: rows.map(({ context, ...row }) => [
      row.candidateName,
      nameOf(row.organisationId),
      say(row.campaignId, 'triggers', context.triggers),
      (Array.isArray(context.findings) ? context.findings : []).join('；'),
      row.state,
      Number(context.generation),
      instant((context.deadline as { dueAt?: string } | null)?.dueAt),
      instant(row.createdAt),
    ]),
  };
}

type ObligationFilters = Static<ReturnType<typeof Type.Object<typeof obligationFilters>>>;

async function obligationSheet(
  service: Service,
  filters: ObligationFilters,
  principal: Principal,
): Promise<Sheet> {
  const rows = assertRows(
    await listObligations(readsOf(service.pool), {
      ...(await filtersOf(service, principal, filters)),
      limit: EXPORT_ROWS_MAX + 1,
    }),
  );
  const nameOf = await unitNames(service, rows);
  return {
    name: '期限义务',
    columns: [
      column('单位', 24),
      column('义务', 24),
      column('依据', 8),
      column('第几次', 8),
      column('期限', 18),
      column('级别', 14),
      column('是否逾期', 10),
      column('开立时间', 18),
      column('了结时间', 18),
    ],
    rows: rows.map((row) => [
      nameOf(row.organisationId),
      row.kind,
      row.clause,
      row.generation,
      instant(row.dueAt),
      row.level,
      row.late,
      instant(row.openedAt),
      instant(row.closedAt),
    ]),
  };
}

/** R65: readers of the county's business may read the final list. */
async function finalSheet(
  service: Service,
  campaignId: string,
  principal: Principal,
): Promise<Sheet> {
  const place = await findVisible(service, principal, 'campaign', campaignId);
  if (!mayRead(principal, place.path)) throw problem('not-found');
  const plan = await planOf(service, place);
  const rows = assertRows(await findConferred(service.pool, campaignId));
  return {
    name: '最终确定名单',
    columns: [
      column('序号', 8),
      column('类别', 24),
      column('名称', 30),
      column('单位', 24),
      column('确定机关', 12),
    ],
    rows: rows.map((row, index) => [
      index + 1,
      plan.categories.find(({ code }) => code === row.category)?.name ?? row.category,
      row.name,
      row.organisation,
      row.authority === 'city' ? '市级' : '县级',
    ]),
  };
}
