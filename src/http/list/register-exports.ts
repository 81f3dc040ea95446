// Sites, inspections, documents and notices as workbooks, with the filters of their lists.

import { findOrganisations } from '../../db/county/organisations.ts';
import { listDocuments } from '../../db/document/documents.ts';
import { listNotices } from '../../db/notice/notices.ts';
import { listInspections } from '../../db/record/records.ts';
import { readsOf } from '../../db/tables.ts';
import type { Sheet, SheetValue } from '../../documents/xlsx.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { FactValue } from '../../rules/county/site-facts.ts';
import { formOf, SITE_FACTS } from '../../rules/county/site-facts.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import { membersWithin, rosterFilters } from '../conformance/conformance.ts';
import { siteFilters, sitesWithin, siteToJson } from '../county/sites.ts';
import { summaryToJson } from '../document/document-views.ts';
import { documentFilters, readerOf } from '../document/documents.ts';
import { inspectionFilters } from '../inspection/inspections.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { readingOf, recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { placeOfCampaign, planOf } from '../kernel/visibility.ts';
import { inboxesOf, noticeFilters } from '../notice/notices.ts';
import { recordToJson } from '../record/record-views.ts';
import {
  addExportRoute,
  assertRows,
  EXPORT_ROWS_MAX,
  namesOf,
  plansOf,
  sayIn,
  unitNames,
} from './exports.ts';
import { column, instant } from './workbooks.ts';

const ALL = { limit: EXPORT_ROWS_MAX + 1 };

export function addRegisterExportRoutes(app: App, service: Service): void {
  addSiteRoutes(app, service);
  addRoster(app, service);
  addInspectionRoutes(app, service);
  addDocumentRoutes(app, service);
  addNoticeRoutes(app, service);
}

/** The headers are those of the import, so that the workbook can be corrected and brought in again. */
function addSiteRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'sites',
    name: 'Sites',
    zh: '站点',
    en: 'sites',
    filters: siteFilters,
    sheet: async (filters, principal) => {
      const found = await sitesWithin(service, principal, filters, { after: null, ...ALL });
      const recusal = await recusalOf(service, principal);
      const sites = assertRows(found).map((site) => siteToJson(principal, site, recusal));
      const known = SITE_FACTS.map(({ name }) => name);
      const others = sites.flatMap(({ facts }) => Object.keys(facts ?? {}));
      const names = [...known, ...new Set(others.filter((name) => !known.includes(name)).sort())];
      const units = await findOrganisations(
        service.pool,
        sites.map(({ organisationId }) => organisationId),
      );
      const titles = new Map(SITE_FACTS.map(({ name, zh }) => [name, zh]));
      return {
        name: '站点',
        columns: [
          column('站点代码', 22),
          column('单位代码', 18),
          column('类型', 12),
          column('名称', 28),
          ...names.map((name) => column(titles.get(name) ?? `facts.${name}`)),
        ],
        rows: sites.map(({ id, organisationId, kind, name, facts }) => [
          id,
          units.get(organisationId)?.code ?? null,
          kind,
          name,
          ...names.map((fact) => factCell(fact, facts?.[fact] as FactValue | undefined)),
        ]),
      };
    },
  });
}

/** The sites that conform and the criteria the others fail, as in `/v1/campaigns/{id}/roster` (R12). */
function addRoster(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'roster',
    tag: 'conformance',
    name: 'Roster',
    zh: '站点达标名册',
    en: 'the roster, and how each site stands',
    filters: { campaignId: Id, ...rosterFilters },
    sheet: async (filters, principal) => {
      const found = await membersWithin(service, principal, filters, { after: null, ...ALL });
      const rows = assertRows(found);
      const plan = await planOf(service, await placeOfCampaign(service, filters.campaignId));
      const criteria = new Map(
        plan.categories.flatMap((category) => category.criteria.map(({ id, text }) => [id, text])),
      );
      const nameOf = await namesOf(
        service,
        rows.map(({ path }) => townshipOf(path)),
      );
      return {
        name: '站点达标名册',
        columns: [
          column('站点代码', 22),
          column('乡镇', 18),
          column('名称', 28),
          column('类型', 12),
          column('是否达标', 10),
          column('认定日期', 14),
          column('认定依据', 14),
          column('条款', 8),
          column('不符合的标准', 60),
        ],
        rows: rows.map((row) => [
          row.siteId,
          nameOf(townshipOf(row.path)),
          row.name,
          row.kind === 'BASE' ? '基地' : '村（社区）',
          row.conforms,
          row.assessedOn === null ? null : { day: row.assessedOn },
          row.source === null ? '未认定' : (SOURCES[row.source] ?? row.source),
          row.clause,
          row.criteria.map((id) => criteria.get(id) ?? id).join('；'),
        ]),
      };
    },
  });
}

/** A path is made of the ids of city, county and township in this order, each closed by a slash. */
const townshipOf = (path: string): string => path.split('/')[3] ?? '';

const SOURCES: { readonly [source: string]: string } = {
  'self-check': '自查',
  inspection: '检查',
  facts: '站点情况',
};

const factCell = (name: string, value: FactValue | undefined): SheetValue =>
  value === undefined ? null : formOf(name) === 'date' ? { day: String(value) } : value;

const list = (value: unknown): string => (Array.isArray(value) ? value.map(String).join('；') : '');

function addInspectionRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'inspections',
    name: 'Inspections',
    zh: '检查记录',
    en: 'inspections',
    filters: inspectionFilters,
    sheet: async (filters, principal) => {
      const reads = readsOf(service.pool);
      const reading = await readingOf(service, principal);
      const rows = assertRows(await listInspections(reads, { ...filters, ...reading, ...ALL }));
      const say = sayIn(await plansOf(service, rows));
      return {
        name: '检查记录',
        columns: [
          column('检查日期', 14),
          column('方式', 14),
          column('检查对象', 28),
          column('单位', 24),
          column('站点', 22),
          column('检查人员', 24),
          column('情形', 24),
          column('问题', 50),
          column('登记时间', 18),
          column('编号', 38),
        ],
        rows: rows.map((row) => {
          const { body, recordedAt, id } = recordToJson(row);
          const said = body as { [name: string]: unknown };
          const day = said.occurredOn;
          return [
            typeof day === 'string' ? { day } : null,
            said.kind === 'REINSPECTION' ? '复查' : say(row.campaignId, 'kind', said.kind),
            row.inspectedName,
            row.unitName,
            typeof said.siteId === 'string' ? said.siteId : null,
            list(said.inspectors),
            say(row.campaignId, 'triggers', said.triggers),
            list(said.findings),
            instant(recordedAt),
            id,
          ];
        }),
      };
    },
  });
}

const KINDS: { readonly [Kind in DocumentKind]: string } = {
  'campaign-notice': '印发方案的通知',
  'circular-of-criticism': '通报批评',
  'rectification-order': '限期整改通知书',
  'public-notice': '公示',
  'final-decision': '命名决定',
  notice: '通知',
  commendation: '通报表扬',
  'application-form': '申报表',
  'acceptance-sheet': '验收表',
  'ranking-summary': '评选汇总表',
  correction: '更正',
};

function addDocumentRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'documents',
    name: 'Documents',
    zh: '公文',
    en: 'documents',
    filters: documentFilters,
    sheet: async (filters, principal) => {
      const found = await listDocuments(readsOf(beyondReach(service, 'documents')), {
        ...filters,
        ...(await readerOf(service, principal)),
        ...ALL,
      });
      const documents = assertRows(found).map(summaryToJson);
      const nameOf = await namesOf(
        service,
        documents.flatMap(({ addressees, copyTo }) => [...addressees, ...copyTo]),
      );
      return {
        name: '公文',
        columns: [
          column('发文字号', 24),
          column('标题', 50),
          column('文种', 18),
          column('依据', 8),
          column('状态', 14),
          column('主送', 40),
          column('抄送', 40),
          column('签发人', 12),
          column('成文日期', 14),
          column('印发时间', 18),
        ],
        rows: documents.map((row) => [
          row.number,
          row.title,
          KINDS[row.kind as DocumentKind] ?? row.kind,
          row.clause,
          row.state,
          row.addressees.map(nameOf).join('；'),
          row.copyTo.map(nameOf).join('；'),
          row.signatory,
          row.issuedOn === null ? null : { day: row.issuedOn },
          instant(row.issuedAt),
        ]),
      };
    },
  });
}

function addNoticeRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'notices',
    name: 'Notices',
    zh: '通知',
    en: 'notices',
    filters: noticeFilters,
    sheet: (filters, principal) => noticeSheet(service, filters, principal),
  });
}

type NoticeFilters = Omit<Parameters<typeof listNotices>[1], 'inboxes' | 'after' | 'limit'>;

async function noticeSheet(
  service: Service,
  filters: NoticeFilters,
  principal: Principal,
): Promise<Sheet> {
  const inboxes = await inboxesOf(service, principal);
  const found = await listNotices(readsOf(service.pool), { ...filters, inboxes, ...ALL });
  const rows = assertRows(found);
  const nameOf = await unitNames(service, rows);
  return {
    name: '通知',
    columns: [
      column('标题', 36),
      column('内容', 60),
      column('收件单位', 24),
      column('依据', 8),
      column('发出时间', 18),
      column('阅读时间', 18),
      column('签收时间', 18),
      column('须签收', 8),
    ],
    rows: rows.map((row) => [
      row.title,
      row.body,
      nameOf(row.organisationId),
      row.clause,
      instant(row.issuedAt),
      instant(row.readAt),
      instant(row.receivedAt),
      row.receiptRequired,
    ]),
  };
}
