// Candidates, and those on whom a title was conferred, as workbooks.

import type Type from 'typebox';
import type { Static } from 'typebox';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import { listOwedCandidates } from '../../db/assessment/score-sheets.ts';
import { findConferred } from '../../db/document/documents.ts';
import type { Principal } from '../../rules/access/access.ts';
import { holds, mayRead, readsAsAssessor } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { findCategory } from '../../rules/plan-check/plan.ts';
import { inLanguage, type Language } from '../../rules/words/details.ts';
import { stageInWords, stateInWords } from '../../rules/words/states.ts';
import { candidateFilters, listSettled } from '../candidate/candidate-lists.ts';
import type { App } from '../kernel/app.ts';
import { problem } from '../kernel/problems.ts';
import type { Service } from '../kernel/service.ts';
import { contextOf, Id } from '../kernel/subject-schemas.ts';
import { filtersOf, findVisible, planOf } from '../kernel/visibility.ts';
import { addExportRoute, assertRows, EXPORT_ROWS_MAX } from './exports.ts';
import { placesOf } from './places.ts';
import { activityIn, activityOf, categoryOf, plansOf, rolesOfAuthority } from './plan-words.ts';
import { deadline, instant, type List, listOf } from './workbooks.ts';

const PAGE = 500;

export function addCandidateExportRoutes(app: App, service: Service): void {
  addExportRoute(app, service, {
    path: 'candidates',
    name: 'Candidates',
    ...CANDIDATES,
    filters: candidateFilters,
    list: (filters, principal, language) => candidateList(service, filters, principal, language),
  });
  addExportRoute(app, service, {
    path: 'final-list',
    name: 'FinalList',
    ...FINAL_LIST,
    filters: { campaignId: Id },
    list: ({ campaignId }, principal, language) =>
      finalList(service, campaignId, principal, language),
  });
}

const CANDIDATES = { zh: '申报对象', en: 'candidates' };
const FINAL_LIST = { zh: '最终确定名单', en: 'the final list' };

type CandidateFilters = Static<ReturnType<typeof Type.Object<typeof candidateFilters>>>;

async function candidateList(
  service: Service,
  filters: CandidateFilters,
  principal: Principal,
  language: Language,
): Promise<List> {
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
  const places = await placesOf(service, {
    organisations: rows.map(({ organisationId }) => organisationId),
    sites: rows.flatMap(({ siteId }) => siteId ?? []),
  });
  const plans = await plansOf(service, rows);
  const points = (centi: unknown) => (typeof centi === 'number' ? centi / 100 : null);
  const isBlind = await blindness(service, principal);
  const streams = [...new Map([...plans.values()].flatMap((one) => Object.entries(one.streams)))];
  const nothing = { zh: '', en: '' };
  return listOf(language, { title: CANDIDATES, activity: activityOf(plans) }, rows, (column) => [
    column(['序号', 'No.'], (_, index) => index + 1, 8),
    column(['类别', 'Category'], (row) => categoryOf(plans.get(row.campaignId), row.category)),
    column(['名称', 'Name'], places.subjectOf),
    column(['所在单位', 'Of'], places.homeOf),
    column(['站点', 'Site'], ({ siteId }) => (siteId === null ? null : places.siteOf(siteId)), 26),
    column(
      ['环节', 'Stage'],
      ({ campaignId: id, stage }) => {
        const own = plans.get(id);
        return own === undefined ? nothing : stageInWords(own, stage);
      },
      16,
    ),
    column(
      ['状态', 'State'],
      ({ campaignId: id, state }) => stateInWords('candidate', state, plans.get(id) ?? null),
      20,
    ),
    ...streams.map(([code, { name, english, kind }]) =>
      column(
        [`${name}得分`, english ?? code],
        (row) =>
          isBlind(row) && kind === 'sheets'
            ? null
            : points(contextOf<CandidateContext>(row).figures[code]),
        10,
      ),
    ),
    column(
      ['综合得分', 'Score'],
      (row) => (isBlind(row) ? null : points(row.context.compositeCenti)),
      10,
    ),
    column(
      ['名次', 'Rank'],
      (row) => (!isBlind(row) && typeof row.context.rank === 'number' ? row.context.rank : null),
      8,
    ),
    column(['最近期限', 'Next deadline'], ({ nextDueAt }) => deadline(nextDueAt)),
    column(['登记时间', 'Registered'], ({ createdAt }) => instant(createdAt)),
  ]);
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

/** R65: readers of the county's business may read the final list. */
async function finalList(
  service: Service,
  campaignId: string,
  principal: Principal,
  language: Language,
): Promise<List> {
  const place = await findVisible(service, principal, 'campaign', campaignId);
  if (!mayRead(principal, place.path)) throw problem('not-found');
  const plan = await planOf(service, place);
  const found = assertRows(await findConferred(service.pool, campaignId));
  const order = plan.categories.map(({ code }) => code);
  const rows = found.toSorted((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
  const places = await placesOf(service, {
    organisations: rows.map(({ organisationId }) => organisationId),
  });
  return listOf(language, { title: FINAL_LIST, activity: activityIn(plan) }, rows, (column) => [
    column(['序号', 'No.'], (_, index) => index + 1, 8),
    column(['类别', 'Category'], ({ category }) => categoryOf(plan, category)),
    column(['名称', 'Name'], places.subjectOf, 36),
    column(['所在单位', 'Of'], places.homeOf, 30),
    column(
      ['确定机关', 'Determined by'],
      ({ authority }) => inLanguage(language, rolesOfAuthority(plan, authority ?? 'county')),
      24,
    ),
  ]);
}
