// The lists of documents that name several candidates: one public notice, one decision (R65). Pure.

import type { DraftDocument } from '../../../machines/document/effects.ts';
import type { Notify } from '../../../machines/notice/effects.ts';
import type { TemplateName } from '../../../machines/notice/templates.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import { policiesOf } from '../plan/category-policies.ts';
import type { DocumentKind } from '../plan/document-schema.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { procedureOf } from '../procedure/procedures.ts';
import type { DocumentTable } from './document-content.ts';
import { issuerNamed } from './documents.ts';

/** Kinds that may name several candidates in one document. */
export const LIST_KINDS = ['public-notice', 'final-decision'] as const;
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
};

/** 名单: numbered, by category as the plan orders them, each with its unit. */
export function listTable(plan: Plan, kind: ListKind, rows: readonly Listed[]): DocumentTable {
  const order = plan.categories.map(({ code }) => code as string);
  const sorted = rows.toSorted((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
  const nameOf = (code: string): string =>
    plan.categories.find((category) => category.code === code)?.name ?? code;
  return {
    title: kind === 'public-notice' ? '公示名单' : '先进典型名单',
    columns: ['序号', '类别', '名称', '所在单位'],
    rows: sorted.map(({ category, name, organisation }, index) => [
      String(index + 1),
      nameOf(category),
      name,
      organisation,
    ]),
  };
}

/** A list begins one period for all; true when the plan gives all of these categories the same. */
export const haveOnePeriod = (plan: Plan, rows: readonly Listed[]): boolean =>
  new Set(
    rows.map(({ category }) => {
      const { publicNoticeDays, publicNoticeCounting } = policiesOf(plan, category);
      return canonicalJson([publicNoticeDays.value, publicNoticeCounting.value]);
    }),
  ).size < 2;

/**
 * Whether an event drafts this document by itself: one for each candidate, or one for the list that a
 * selection makes. What a reviewing body has passed one by one is a list that this body drafts when it
 * closes the batch.
 */
export function isWanted(plan: Plan, { kind, list }: DraftDocument): boolean {
  if (!isListKind(kind as DocumentKind)) return true;
  const { per = 'candidate' } = plan.documents.kinds[kind as DocumentKind];
  if (list === undefined) return per === 'candidate';
  return per === 'list' && list.named.length > 0 && isHeld(plan, kind, list);
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
export const toldWithout = (
  plan: Plan,
  { kind, issuer, to, copyTo, params }: DraftDocument,
): Notify => ({
  // A text that the plan chose for this kind; its publication asked for it.
  template: plan.documents.kinds[kind as DocumentKind].delivery as TemplateName,
  to: [...to, ...copyTo],
  params: {
    ...params,
    number: null,
    title: null,
    issuer: plan.documents.issuers[issuerNamed(plan, kind as DocumentKind, issuer)]?.name ?? null,
  },
});
