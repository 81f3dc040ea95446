// A candidate as a row of a list names it: by its id, or by name as far as that is unique.

import { settlementName } from '../county/divisions.ts';
import { findCategory, type Plan } from '../plan-check/plan.ts';
import type { CellFault, Column, CsvRow, CsvTable } from './csv.ts';

export type Listed = {
  candidateId: string;
  category: string;
  name: string;
  personName: string | null;
  organisationId: string;
  organisationName: string;
};

export const CANDIDATE_NAMES: readonly Column[] = [
  { name: 'category', headers: ['类别', 'category'] },
  { name: 'candidate', headers: ['申报对象', '名称', '姓名', 'candidate'] },
  { name: 'organisation', headers: ['单位', 'organisation'] },
];

/** Those of `listed` whom the row's category, name and unit mean; a fault is pushed for none. */
export function candidatesNamed<One extends Listed>(
  table: CsvTable,
  { row, cells }: CsvRow,
  plan: Plan,
  listed: readonly One[],
  faults: CellFault[],
): readonly One[] {
  const { category: text = '', candidate = '', organisation = '' } = cells;
  const category = text === '' ? undefined : findCategory(plan, text)?.code;
  if (text !== '' && category === undefined) {
    faults.push(table.fault(row, 'category', '方案没有这一类别', 'no such category'));
    return [];
  }
  if (candidate === '') {
    faults.push(table.fault(row, 'candidate', '请写明申报对象', 'the candidate is missing'));
    return [];
  }
  const found = listed.filter(
    (one) =>
      (one.name === candidate ||
        one.personName === candidate ||
        one.candidateId === candidate ||
        settlementName(one.name) === candidate) &&
      (category === undefined || one.category === category) &&
      (organisation === '' || isUnit(one, organisation)),
  );
  if (found.length === 0) {
    const zh = '没有这个申报对象，或与类别、单位不符';
    faults.push(table.fault(row, 'candidate', zh, 'no such candidate of this category and unit'));
  }
  return found;
}

const isUnit = ({ organisationId, organisationName }: Listed, text: string): boolean =>
  organisationId === text || organisationName === text || settlementName(organisationName) === text;

/** The texts of this row do not contradict the one that its id names. */
export function contradiction(
  table: CsvTable,
  { row, cells }: CsvRow,
  plan: Plan,
  { category, name, personName }: Listed,
): CellFault | null {
  const { category: text = '', candidate = '' } = cells;
  if (candidate !== '' && candidate !== name && candidate !== personName) {
    const zh = `与编号不符：该编号的申报对象为“${name}”`;
    return table.fault(row, 'candidate', zh, `the id is that of ${name}`);
  }
  if (text !== '' && findCategory(plan, text)?.code !== category) {
    return table.fault(row, 'category', '与编号不符', 'is not the category of this id');
  }
  return null;
}
