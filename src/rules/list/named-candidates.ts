// A candidate as a row of a list names it: by its id, or by name as far as that is unique.

import { isSameName } from '../candidate/personal-name.ts';
import { settlementName } from '../county/divisions.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { findCategory } from '../plan-check/plan.ts';
import type { Column, Row } from './table.ts';

export type Listed = {
  candidateId: string;
  category: string;
  name: string;
  personName: string | null;
  organisationCode: string;
  organisationName: string;
  /** The unit as lists call it: 甲镇甲村. */
  place: string;
};

export const CANDIDATE_NAMES: readonly Column[] = [
  { name: 'category', headers: ['类别', 'category'] },
  { name: 'candidate', headers: ['申报对象', '名称', '姓名', 'candidate'] },
  { name: 'organisation', headers: ['单位', 'organisation'] },
];

/** Those of `listed` whom the row's category, name and unit mean; none is a fault of the row. */
export function findNamed<One extends Listed>(
  { cells, wrong }: Row,
  plan: Plan,
  listed: readonly One[],
): readonly One[] {
  const { category: text = '', candidate = '', organisation = '' } = cells;
  const category = text === '' ? undefined : findCategory(plan, text)?.code;
  if (text !== '' && category === undefined) {
    wrong('category', { zh: '方案没有这一类别', en: 'no such category' });
    return [];
  }
  if (candidate === '') {
    wrong('candidate', { zh: '请写明申报对象', en: 'the candidate is missing' });
    return [];
  }
  const found = listed.filter(
    (one) =>
      (isCalled(one, candidate) ||
        one.candidateId === candidate ||
        settlementName(one.name) === candidate) &&
      (category === undefined || one.category === category) &&
      (organisation === '' || isUnit(one, organisation)),
  );
  if (found.length === 0) {
    const zh = '没有这个申报对象，或与类别、单位不符';
    wrong('candidate', { zh, en: 'no such candidate of this category and unit' });
  }
  return found;
}

const isUnit = ({ organisationCode, organisationName, place }: Listed, text: string): boolean =>
  [organisationCode, organisationName, settlementName(organisationName), place].includes(text);

/** A unit that is a candidate bears the name of its place, too. */
const isCalled = ({ name, personName, organisationName, place }: Listed, text: string): boolean =>
  name === text ||
  (personName !== null && isSameName(personName, text)) ||
  (name === organisationName && place === text);

/** The candidate as lists call it. */
export const listedName = (listed: Listed): string =>
  listed.personName === null && listed.name === listed.organisationName
    ? listed.place
    : listed.name;

/** True, with a fault, where the row says something else than its id: another name or category. */
export function contradicts({ cells, wrong }: Row, plan: Plan, listed: Listed): boolean {
  const { category: text = '', candidate = '' } = cells;
  if (candidate !== '' && !isCalled(listed, candidate)) {
    const name = listedName(listed);
    const zh = `与编号不符：该编号的申报对象为“${name}”`;
    wrong('candidate', { zh, en: `the id is that of ${name}` });
    return true;
  }
  if (text === '' || findCategory(plan, text)?.code === listed.category) return false;
  wrong('category', { zh: '与编号不符', en: 'is not the category of this id' });
  return true;
}
