// Sites, inspections, documents and notices as workbooks, with the filters of their lists.

import { findOrganisations } from '../../db/county/organisations.ts';
import { listDocuments } from '../../db/document/documents.ts';
import { listNotices } from '../../db/notice/notices.ts';
import { listInspections } from '../../db/record/records.ts';
import { readsOf } from '../../db/tables.ts';
import type { SheetValue } from '../../documents/xlsx.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { FactValue } from '../../rules/county/site-facts.ts';
import { formOf, SITE_FACTS } from '../../rules/county/site-facts.ts';
import type { Language } from '../../rules/words/details.ts';
import { stateInWords } from '../../rules/words/states.ts';
import {
  CONFORMANCE_SOURCES,
  DOCUMENT_KINDS,
  FACT_VALUES,
  inspectionInWords,
  SITE_KIND_WORDS,
  termOf,
} from '../../rules/words/terms.ts';
import { membersWithin, rosterFilters } from '../conformance/conformance.ts';
import { siteFilters, sitesWithin, siteToJson } from '../county/sites.ts';
import { summaryToJson } from '../document/document-views.ts';
import { awaitedOf, documentFilters, readerOf } from '../document/documents.ts';
import { inspectionFilters } from '../inspection/inspections.ts';
import type { App } from '../kernel/app.ts';
import { beyondReach } from '../kernel/beyond-reach.ts';
import { readingOf, recusalOf } from '../kernel/recusal.ts';
import type { Service } from '../kernel/service.ts';
import { Id } from '../kernel/subject-schemas.ts';
import { placeOfCampaign, planOf } from '../kernel/visibility.ts';
import { inboxesOf, noticeFilters } from '../notice/notices.ts';
import { addExportRoute, assertRows, EXPORT_ROWS_MAX } from './exports.ts';
import { placesOf } from './places.ts';
import { activityIn, activityOf, basisColumn, basisIn, plansOf, triggersIn } from './plan-words.ts';
import { day, instant, type List, listOf } from './workbooks.ts';

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
  const title = { zh: '站点', en: 'sites' };
  addExportRoute(app, service, {
    path: 'sites',
    name: 'Sites',
    ...title,
    filters: siteFilters,
    list: async (filters, principal, language) => {
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
      return listOf(language, { title }, sites, (column) => [
        column(['站点代码', 'id'], ({ id }) => id, 22),
        column(
          ['单位代码', 'organisationCode'],
          ({ organisationId }) => units.get(organisationId)?.code ?? null,
          18,
        ),
        column(['类型', 'kind'], ({ kind }) => SITE_KIND_WORDS[kind], 12),
        column(['名称', 'name'], ({ name }) => name, 28),
        ...names.map((fact) =>
          column(
            [titles.get(fact) ?? `facts.${fact}`, `facts.${fact}`],
            ({ facts }) => factCell(fact, facts?.[fact] as FactValue | undefined),
            16,
          ),
        ),
      ]);
    },
  });
}

/** The sites that conform and the criteria the others fail, as in `/v1/campaigns/{id}/roster` (R12). */
function addRoster(app: App, service: Service): void {
  const title = { zh: '站点达标名册', en: 'the roster, and how each site stands' };
  addExportRoute(app, service, {
    path: 'roster',
    tag: 'conformance',
    name: 'Roster',
    ...title,
    filters: { campaignId: Id, ...rosterFilters },
    list: async (filters, principal, language) => {
      const found = await membersWithin(service, principal, filters, { after: null, ...ALL });
      const rows = assertRows(found);
      const plan = await planOf(service, await placeOfCampaign(service, filters.campaignId));
      const criteria = new Map(
        plan.categories.flatMap((category) => category.criteria.map((one) => [one.id, one])),
      );
      const places = await placesOf(service, {
        organisations: rows.map(({ path }) => unitIn(path)),
      });
      return listOf(language, { title, activity: activityIn(plan) }, rows, (column) => [
        column(['序号', 'No.'], (_, index) => index + 1, 8),
        column(['站点代码', 'Code'], ({ siteId }) => siteId, 22),
        column(['单位', 'Unit'], ({ path }) => places.nameOf(unitIn(path))),
        column(['名称', 'Site'], ({ name }) => name, 28),
        column(['类型', 'Kind'], ({ kind }) => termOf(SITE_KIND_WORDS, kind), 10),
        column(['是否达标', 'Conforms'], ({ conforms }) => conforms, 8),
        column(['认定日期', 'Assessed on'], ({ assessedOn }) => day(assessedOn)),
        column(
          ['认定依据', 'Known from'],
          ({ source }) =>
            termOf(CONFORMANCE_SOURCES, source) ?? { zh: '未认定', en: 'not assessed' },
          14,
        ),
        column(['条款', 'Basis'], ({ clause }) => basisIn(plan, clause), 36),
        column(
          ['不符合的标准', 'Criteria that fail'],
          (row) => {
            const failed = row.criteria.flatMap((id) => criteria.get(id) ?? []);
            return {
              zh: failed.map(({ text }) => text).join('；'),
              en: failed.map(({ english }) => english).join('; '),
            };
          },
          60,
        ),
      ]);
    },
  });
}

/** A path is made of the ids from the top down, each closed by a slash; a site lies at its unit. */
const unitIn = (path: string): string => path.split('/').filter(Boolean).at(-1) ?? '';

function factCell(
  name: string,
  value: FactValue | undefined,
): SheetValue | { zh: string; en: string } {
  if (value === undefined) return null;
  if (formOf(name) === 'date') return { day: String(value) };
  const values = FACT_VALUES[name];
  return typeof value === 'string' && values !== undefined ? termOf(values, value) : value;
}

const listed = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).filter(Boolean).join('；') : '';

function addInspectionRoutes(app: App, service: Service): void {
  const title = { zh: '检查记录', en: 'inspections' };
  addExportRoute(app, service, {
    path: 'inspections',
    name: 'Inspections',
    ...title,
    filters: inspectionFilters,
    list: async (filters, principal, language) => {
      const reads = readsOf(service.pool);
      const reading = await readingOf(service, principal);
      const rows = assertRows(await listInspections(reads, { ...filters, ...reading, ...ALL }));
      const plans = await plansOf(service, rows);
      const said = ({ body }: (typeof rows)[number]) => body as { [name: string]: unknown };
      const siteIn = (row: (typeof rows)[number]): string[] => {
        const { siteId } = said(row);
        return typeof siteId === 'string' ? [siteId] : [];
      };
      const places = await placesOf(service, {
        organisations: rows.flatMap(({ unitId }) => unitId ?? []),
        sites: rows.flatMap(siteIn),
      });
      const subject = ({ inspectedName, unitId }: (typeof rows)[number]) => ({
        name: inspectedName ?? '',
        organisationId: unitId ?? '',
      });
      return listOf(language, { title, activity: activityOf(plans) }, rows, (column) => [
        column(['序号', 'No.'], (_, index) => index + 1, 8),
        column(['检查日期', 'Date'], (row) => day(said(row).occurredOn)),
        column(['方式', 'How'], ({ kind }) => inspectionInWords(kind), 14),
        column(['检查对象', 'Inspected'], (row) => places.subjectOf(subject(row)), 28),
        column(['所在单位', 'Of'], (row) => places.homeOf(subject(row))),
        column(['站点', 'Site'], (row) => siteIn(row).map(places.siteOf).join('；'), 32),
        column(['检查人员', 'Inspectors'], (row) => listed(said(row).inspectors)),
        column(['情形', 'Failings'], (row) =>
          triggersIn(plans.get(row.campaignId), said(row).triggers, language),
        ),
        column(['问题', 'Findings'], (row) => listed(said(row).findings), 50),
        column(['登记时间', 'Recorded'], ({ recordedAt }) => instant(recordedAt)),
      ]);
    },
  });
}

function addDocumentRoutes(app: App, service: Service): void {
  const title = { zh: '公文', en: 'documents' };
  addExportRoute(app, service, {
    path: 'documents',
    name: 'Documents',
    ...title,
    filters: documentFilters,
    list: async ({ awaiting, ...filters }, principal, language) => {
      const found = await listDocuments(readsOf(beyondReach(service, 'documents')), {
        ...filters,
        awaiting: awaitedOf(principal, awaiting),
        ...(await readerOf(service, principal)),
        ...ALL,
      });
      const documents = assertRows(found).map(summaryToJson);
      const places = await placesOf(service, {
        organisations: documents.flatMap(({ addressees, copyTo }) => [...addressees, ...copyTo]),
      });
      const plans = await plansOf(service, documents);
      return listOf(language, { title, activity: activityOf(plans) }, documents, (column) => [
        column(['序号', 'No.'], (_, index) => index + 1, 8),
        column(['发文字号', 'Number'], ({ number }) => number, 22),
        column(['标题', 'Title'], (row) => row.title, 50),
        column(['文种', 'Kind'], ({ kind }) => termOf(DOCUMENT_KINDS, kind), 18),
        basisColumn(plans),
        column(['状态', 'State'], ({ state }) => stateInWords('document', state, null), 14),
        column(['主送', 'To'], ({ addressees }) => addressees.map(places.nameOf).join('、'), 40),
        column(['抄送', 'Copies to'], ({ copyTo }) => copyTo.map(places.nameOf).join('、'), 30),
        column(['签发人', 'Signed by'], ({ signatory }) => signatory, 16),
        column(['成文日期', 'Date'], ({ issuedOn }) => day(issuedOn)),
        column(['印发时间', 'Issued'], ({ issuedAt }) => instant(issuedAt)),
      ]);
    },
  });
}

function addNoticeRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'notices',
    name: 'Notices',
    ...NOTICES,
    filters: noticeFilters,
    list: (filters, principal, language) => noticeList(service, filters, principal, language),
  });
}

const NOTICES = { zh: '通知', en: 'notices' };

type NoticeFilters = Omit<Parameters<typeof listNotices>[1], 'inboxes' | 'after' | 'limit'>;

async function noticeList(
  service: Service,
  filters: NoticeFilters,
  principal: Principal,
  language: Language,
): Promise<List> {
  const inboxes = await inboxesOf(service, principal);
  const found = await listNotices(readsOf(service.pool), { ...filters, inboxes, ...ALL });
  const rows = assertRows(found);
  const places = await placesOf(service, {
    organisations: rows.map(({ organisationId }) => organisationId),
  });
  const plans = await plansOf(service, rows);
  return listOf(language, { title: NOTICES, activity: activityOf(plans) }, rows, (column) => [
    column(['序号', 'No.'], (_, index) => index + 1, 8),
    column(['标题', 'Title'], (row) => row.title, 30),
    column(['内容', 'Text'], ({ body }) => body, 100),
    column(['收件单位', 'To'], ({ organisationId }) => places.nameOf(organisationId)),
    basisColumn(plans),
    column(['发出时间', 'Sent'], ({ issuedAt }) => instant(issuedAt)),
    column(['阅读时间', 'Read'], ({ readAt }) => instant(readAt)),
    column(['签收时间', 'Received'], ({ receivedAt }) => instant(receivedAt)),
    column(['须签收', 'Receipt'], ({ receiptRequired }) => receiptRequired, 8),
  ]);
}
