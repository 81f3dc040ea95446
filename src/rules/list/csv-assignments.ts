// A list of who assesses whom: candidate and assessor, a sheet a row (R61).

import type { Plan } from '../plan-check/plan.ts';
import type { CellFault, Column, CsvRow, CsvTable } from './csv.ts';
import { inOrder } from './csv.ts';
import type { Listed } from './named-candidates.ts';
import { CANDIDATE_NAMES, candidatesNamed, contradiction } from './named-candidates.ts';

export const ASSIGNMENT_COLUMNS: readonly Column[] = [
  { name: 'candidateId', headers: ['对象编号', 'candidateId'] },
  ...CANDIDATE_NAMES,
  { name: 'assessor', headers: ['考评员', '考评员编号', 'assessor', 'assessorId'], required: true },
  { name: 'round', headers: ['轮次', 'round'] },
];

export const ROUNDS_MAX = 9;

export type AssignedRow = {
  row: number;
  candidateId: string;
  category: string;
  assessorId: string;
  round: number;
};

type World = {
  plan: Plan;
  candidates: readonly Listed[];
  assessors: readonly { id: string; name: string }[];
};

/** The sheets to be given out; a row without an assessor is passed over. Every fault of the others. */
export function checkAssignments(
  table: CsvTable,
  world: World,
): { assigned: AssignedRow[]; unchanged: number; faults: CellFault[] } {
  const faults: CellFault[] = [...table.faults];
  const assigned: AssignedRow[] = [];
  const seen = new Map<string, number>();
  let unchanged = 0;
  for (const row of table.rows) {
    if ((row.cells.assessor ?? '') === '') {
      unchanged += 1;
      continue;
    }
    const own: CellFault[] = [];
    const candidate = candidateOf(table, row, world, own);
    const assessorId = assessorOf(table, row, world, own);
    const round = roundOf(table, row, own);
    faults.push(...own);
    if (candidate === null || assessorId === null || round === null || own.length > 0) continue;
    const key = `${candidate.candidateId} ${assessorId} ${round}`;
    const first = seen.get(key);
    seen.set(key, first ?? row.row);
    if (first !== undefined) {
      const zh = `与第 ${first} 行重复：每位考评员对每个对象每轮一份`;
      faults.push(table.fault(row.row, 'assessor', zh, `is in row ${first} already`));
      continue;
    }
    const { candidateId, category } = candidate;
    assigned.push({ row: row.row, candidateId, category, assessorId, round });
  }
  if (table.rows.length > 0 && unchanged === table.rows.length) {
    faults.push(table.fault(2, 'assessor', '没有一行写明考评员', 'no row names an assessor'));
  }
  return { assigned, unchanged, faults: inOrder(faults) };
}

function candidateOf(
  table: CsvTable,
  row: CsvRow,
  { plan, candidates }: World,
  faults: CellFault[],
): Listed | null {
  const { candidateId = '' } = row.cells;
  if (candidateId === '') {
    const [only, ...others] = candidatesNamed(table, row, plan, candidates, faults);
    if (others.length === 0) return only ?? null;
    const zh = '有几个申报对象同名，请写明类别、单位或对象编号';
    faults.push(table.fault(row.row, 'candidate', zh, 'several have this name: give the id'));
    return null;
  }
  const found = candidates.find((one) => one.candidateId === candidateId);
  const wrong =
    found === undefined
      ? table.fault(row.row, 'candidateId', '没有这个申报对象', 'no such candidate')
      : contradiction(table, row, plan, found);
  if (wrong !== null) faults.push(wrong);
  return wrong === null ? (found ?? null) : null;
}

function assessorOf(
  table: CsvTable,
  { row, cells }: CsvRow,
  { assessors }: World,
  faults: CellFault[],
): string | null {
  const { assessor: text = '' } = cells;
  const [only, ...others] = assessors.filter(({ id, name }) => id === text || name === text);
  if (only !== undefined && others.length === 0) return only.id;
  faults.push(
    only === undefined
      ? table.fault(row, 'assessor', '没有这个考评员', 'nobody of this name or id assesses')
      : table.fault(row, 'assessor', '有几个考评员同名，请填编号', 'several have this name'),
  );
  return null;
}

/** The round a row names, 1 where it names none; null with a fault. */
export function roundOf(
  table: CsvTable,
  { row, cells }: CsvRow,
  faults: CellFault[],
): number | null {
  const { round: text = '' } = cells;
  if (text === '') return 1;
  if (/^[1-9]$/.test(text)) return Number(text);
  const zh = `轮次为 1 至 ${ROUNDS_MAX} 的整数`;
  faults.push(table.fault(row, 'round', zh, `a whole number from 1 to ${ROUNDS_MAX}`));
  return null;
}
