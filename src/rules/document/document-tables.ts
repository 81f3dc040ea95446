// The tables of forms and summaries: 验收表, 汇总表 and the list of a commendation (R63).

import { nameInForms } from '../candidate/subject.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { titlesOf } from '../plan/titles.ts';
import { findCategory } from '../plan-check/plan.ts';
import type { DocumentAttachment } from './document-content.ts';

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
  organisation: string;
  rank: number;
  scoreCenti: number | null;
  state: string;
};

export type ConferredRow = {
  category: string;
  name: string;
  organisation: string;
  organisationId: string;
  authority: string | null;
};

const points = (centi: number | null): string => (centi === null ? '' : String(centi / 100));

const categoryName = (plan: Plan, code: string): string => findCategory(plan, code)?.name ?? code;

const headOf = (plan: Plan, about: AboutCandidate) => [
  ['类别', categoryName(plan, about.category)],
  ['申报对象', nameInForms(findCategory(plan, about.category)?.subject, about)],
  ['所在单位', about.organisation],
  [`所在${titlesOf(plan).site.name}`, about.siteId ?? '无'],
];

/** R63: each criterion of the category, with room for what the panel found. */
export function acceptanceTable(plan: Plan, about: AboutCandidate): DocumentAttachment {
  const criteria = plan.categories.find(({ code }) => code === about.category)?.criteria ?? [];
  return {
    title: `${categoryName(plan, about.category)}验收表`,
    columns: ['序号', '标准', '依据', '验收情况'],
    rows: [
      ...headOf(plan, about).map(([label = '', value = ''], index) => [
        String(index + 1),
        label,
        '',
        value,
      ]),
      ...criteria.map(({ text, clause }, index) => [String(index + 5), text, clause, '　']),
      [String(criteria.length + 5), '综合得分', 'R61', points(about.compositeCenti)],
    ],
  };
}

const OUTCOMES: { readonly [state: string]: string } = {
  'not-selected': '未入选',
  'in-reserve': '差额备选',
};

/** R63: 汇总表, in order of merit. */
export const summaryTable = (
  plan: Plan,
  category: string,
  rows: readonly RankedRow[],
): DocumentAttachment => ({
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
export const conferredTable = (plan: Plan, rows: readonly ConferredRow[]): DocumentAttachment => ({
  title: '最终确定名单',
  columns: ['序号', '类别', '名称', '所在单位', '确定机关'],
  rows: rows.map(({ category, name, organisation, authority }, index) => [
    String(index + 1),
    categoryName(plan, category),
    name,
    organisation,
    authority === 'city' ? '市级' : '县级',
  ]),
});
