// The tables of summaries: 汇总表, and the list of a commendation (R63).

import type { Plan } from '../plan/plan-schema.ts';
import { titlesOf } from '../plan/titles.ts';
import { findCategory } from '../plan-check/plan.ts';
import type { DocumentTable } from './document-content.ts';

/** A candidate as forms tell of it; points in hundredths. */
export type AboutCandidate = {
  category: string;
  name: string | null;
  personName: string | null;
  organisation: string;
  siteId: string | null;
  compositeCenti: number | null;
};

export type RankedRow = {
  name: string;
  personName: string | null;
  organisationId: string;
  organisation: string;
  rank: number;
  scoreCenti: number | null;
  state: string;
};

export type ConferredRow = {
  category: string;
  name: string;
  organisation: string;
  personName: string | null;
  organisationId: string;
  authority: string | null;
};

const points = (centi: number | null): string => (centi === null ? '' : String(centi / 100));

const categoryName = (plan: Plan, code: string): string => findCategory(plan, code)?.name ?? code;

const OUTCOMES: { readonly [state: string]: string } = {
  'not-selected': '未入选',
  'in-reserve': '差额备选',
};

/** R63: 汇总表, in order of merit. */
export const summaryTable = (
  plan: Plan,
  category: string,
  rows: readonly RankedRow[],
): DocumentTable => ({
  title: `${categoryName(plan, category)}择优汇总表`,
  columns: ['名次', '申报对象', '所在单位', '综合得分', '结果'],
  rows: rows.map(({ rank, name, organisation, scoreCenti, state }) => [
    String(rank),
    name,
    organisation,
    points(scoreCenti),
    OUTCOMES[state] ?? '入选',
  ]),
});

/** R65: everybody who was finally determined. */
export const conferredTable = (plan: Plan, rows: readonly ConferredRow[]): DocumentTable => ({
  title: '先进典型名单',
  columns: ['序号', '类别', '名称', '所在单位', '确定机关'],
  rows: rows.map(({ category, name, organisation, authority }, index) => [
    String(index + 1),
    categoryName(plan, category),
    name,
    organisation,
    titlesOf(plan)[authority === 'city' ? 'city-centre' : 'county-office'].name,
  ]),
});
