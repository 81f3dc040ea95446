// The lists of documents that name several candidates: one public notice, one decision (R65). Pure.

import type { IssueDocument } from '../../../machines/document/effects.ts';
import type { Notify } from '../../../machines/notice/effects.ts';
import type { TemplateName } from '../../../machines/notice/templates.ts';
import { chineseDeadline } from '../notice/notice-words.ts';
import type { DocumentKind } from '../plan/document-schema.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { procedureOf } from '../procedure/procedures.ts';
import type { DocumentAttachment } from './document-content.ts';

/** Kinds that may name several candidates in one document. */
const LIST_KINDS = ['public-notice', 'final-decision'] as const;
export type ListKind = (typeof LIST_KINDS)[number];

export const isListKind = (kind: DocumentKind): kind is ListKind =>
  (LIST_KINDS as readonly string[]).includes(kind);

/** Whose step or title a list of this issuer is about. */
export const authorityOf = (plan: Plan, issuer: string): 'city' | 'county' =>
  plan.documents.issuers[issuer]?.body === 'city-centre' ? 'city' : 'county';

export type Listed = {
  id: string;
  category: string;
  name: string;
  organisation: string;
  dueAt: string | null;
};

/** The one instant at which every notice of the list ends; null when they differ or there is none. */
export function endOfNotice(rows: readonly Listed[]): string | null {
  const ends = new Set(rows.map(({ dueAt }) => dueAt));
  const [only = null] = ends;
  return ends.size === 1 ? only : null;
}

/** 名单: numbered, by category as the plan orders them, each with its unit. */
export function listTable(
  plan: Plan,
  kind: ListKind,
  rows: readonly Listed[],
  end: string | null,
): DocumentAttachment {
  const order = plan.categories.map(({ code }) => code as string);
  const sorted = rows.toSorted((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
  const nameOf = (code: string): string =>
    plan.categories.find((category) => category.code === code)?.name ?? code;
  const isNotice = kind === 'public-notice';
  const tellsEnd = isNotice && end === null;
  return {
    title: isNotice ? '公示名单' : '最终确定名单',
    columns: ['序号', '类别', '名称', '所在单位', ...(tellsEnd ? ['公示期至'] : [])],
    rows: sorted.map(({ category, name, organisation, dueAt }, index) => [
      String(index + 1),
      nameOf(category),
      name,
      organisation,
      ...(tellsEnd ? [dueAt === null ? '' : chineseDeadline(dueAt, plan.timeZone)] : []),
    ]),
  };
}

/**
 * Whether the plan wants this document of a step: one for each candidate, or one for the list. The city
 * passes its candidates one by one, so each has a notice of its own from the city (R64).
 */
export function isWanted(plan: Plan, { kind, issuer, list }: IssueDocument): boolean {
  if (!isListKind(kind as DocumentKind)) return true;
  const { per = 'candidate' } = plan.documents.kinds[kind as DocumentKind];
  if (list !== undefined)
    return per === 'list' && list.named.length > 0 && isHeld(plan, kind, list);
  return per === 'candidate' || (kind === 'public-notice' && issuer === 'city');
}

/** Those selected are published where their procedure goes on with a public notice. */
function isHeld(plan: Plan, kind: string, { category }: { category: string }): boolean {
  if (kind !== 'public-notice') return true;
  const kinds = procedureOf(plan, category).stages.flatMap(({ steps }) =>
    steps.map(({ step }) => step),
  );
  return kinds[kinds.indexOf('select') + 1] === 'notice';
}

/** What is delivered of a step whose document is another's: the same words, no number yet. */
export const toldWithout = (plan: Plan, { kind, to, copyTo, params }: IssueDocument): Notify => ({
  // A text that the plan chose for this kind; its publication asked for it.
  template: plan.documents.kinds[kind as DocumentKind].delivery as TemplateName,
  to: [...to, ...copyTo],
  params: { ...params, number: null, title: null },
});
