// A list of who assesses whom: candidate and assessor, a sheet a row (R61).

import type { Plan } from '../plan/plan-schema.ts';
import { findStream, OF_SHEETS, streamsOf } from '../plan/streams.ts';
import { CANDIDATE_NAMES, contradicts, findNamed, type Listed } from './named-candidates.ts';
import {
  type CellFault,
  type Column,
  faultsOf,
  inOrder,
  openRows,
  type Row,
  repeats,
  type Table,
} from './table.ts';

export const ASSIGNMENT_COLUMNS: readonly Column[] = [
  { name: 'candidateId', headers: ['对象编号', 'candidateId'], isHidden: true },
  ...CANDIDATE_NAMES,
  { name: 'assessor', headers: ['考评员', '考评员编号', 'assessor', 'assessorId'], required: true },
  { name: 'stream', headers: ['评价环节', 'stream'] },
  { name: 'round', headers: ['轮次', 'round'] },
];

const ROUNDS_MAX = 9;

export type AssignedRow = {
  row: number;
  candidateId: string;
  category: string;
  assessorId: string;
  stream: string;
  round: number;
};

type Known = {
  plan: Plan;
  candidates: readonly Listed[];
  assessors: readonly { id: string; name: string }[];
};

/** The sheets to be given out; a row without an assessor is passed over. Every fault of the others. */
export function checkAssignments(
  table: Table,
  known: Known,
): { assigned: AssignedRow[]; unchanged: number; faults: CellFault[] } {
  const rows = openRows(table);
  const assigned: AssignedRow[] = [];
  const seen = new Map<string, number>();
  const naming = rows.filter(({ cells }) => (cells.assessor ?? '') !== '');
  for (const row of naming) {
    const candidate = candidateOf(row, known);
    const assessorId = assessorOf(row, known);
    const stream = streamOf(row, known.plan);
    const round = roundOf(row);
    if (candidate === null || assessorId === null || stream === null || round === null) continue;
    const { candidateId, category } = candidate;
    const key = `${candidateId} ${assessorId} ${stream} ${round}`;
    const first = seen.get(key);
    seen.set(key, first ?? row.row);
    if (first === undefined) {
      assigned.push({ row: row.row, candidateId, category, assessorId, stream, round });
    } else {
      const { zh, en } = repeats(first);
      row.wrong('assessor', { zh: `${zh}：每位考评员对每个对象每个环节每轮一份`, en });
    }
  }
  const faults = faultsOf(table, rows);
  if (rows.length > 0 && naming.length === 0) {
    const text = { zh: '没有一行写明考评员', en: 'no row names an assessor' };
    faults.push(table.fault(table.headerRow + 1, 'assessor', text));
  }
  return { assigned, unchanged: rows.length - naming.length, faults: inOrder(faults) };
}

function candidateOf(row: Row, { plan, candidates }: Known): Listed | null {
  const { candidateId = '' } = row.cells;
  if (candidateId === '') {
    const [only, ...others] = findNamed(row, plan, candidates);
    if (others.length === 0) return only ?? null;
    const zh = '有几个申报对象同名，请写明类别、单位或对象编号';
    return row.wrong('candidate', { zh, en: 'several have this name: give the id' });
  }
  const found = candidates.find((one) => one.candidateId === candidateId);
  if (found === undefined) {
    return row.wrong('candidateId', { zh: '没有这个申报对象', en: 'no such candidate' });
  }
  return contradicts(row, plan, found) ? null : found;
}

function assessorOf(row: Row, { assessors }: Known): string | null {
  const { assessor: text } = row.cells;
  const [only, ...others] = assessors.filter(({ id, name }) => id === text || name === text);
  if (only !== undefined && others.length === 0) return only.id;
  return row.wrong(
    'assessor',
    only === undefined
      ? { zh: '没有这个考评员', en: 'nobody of this name or id assesses' }
      : { zh: '有几个考评员同名，请填编号', en: 'several have this name' },
  );
}

/** The stream a row names, or the only one of sheets; null with a fault. */
function streamOf(row: Row, plan: Plan): string | null {
  const { stream = '' } = row.cells;
  const found = findStream(plan, OF_SHEETS, stream === '' ? undefined : stream);
  if (found !== null) return found;
  const known = streamsOf(plan, OF_SHEETS);
  const zh = `请写明评价环节：${known.join('、')}`;
  return row.wrong('stream', { zh, en: `name the stream: ${known.join(', ')}` });
}

/** The round a row names, 1 where it names none; null with a fault. */
export function roundOf(row: Row): number | null {
  const { round: text = '' } = row.cells;
  if (text === '') return 1;
  if (/^[1-9]$/.test(text)) return Number(text);
  const zh = `轮次为 1 至 ${ROUNDS_MAX} 的整数`;
  return row.wrong('round', { zh, en: `a whole number from 1 to ${ROUNDS_MAX}` });
}
