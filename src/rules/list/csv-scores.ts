// An assessor's own sheets as a list: a row for each item of each sheet (R61).

import { inCenti } from '../../../machines/assessment/events.ts';
import type { Plan } from '../plan-check/plan.ts';
import type { CellFault, Column, CsvRow, CsvTable } from './csv.ts';
import { inOrder } from './csv.ts';
import { roundOf } from './csv-assignments.ts';
import type { Listed } from './named-candidates.ts';
import { CANDIDATE_NAMES, candidatesNamed, contradiction } from './named-candidates.ts';

export const SCORE_COLUMNS: readonly Column[] = [
  { name: 'sheetId', headers: ['考评表编号', 'sheetId'] },
  { name: 'round', headers: ['轮次', 'round'] },
  ...CANDIDATE_NAMES,
  { name: 'item', headers: ['考评项目', 'item'] },
  { name: 'text', headers: ['考评内容', 'text'] },
  { name: 'maximum', headers: ['满分', 'maximum'] },
  { name: 'points', headers: ['得分', 'points'], required: true },
  { name: 'remark', headers: ['备注', 'remark'] },
  { name: 'dueAt', headers: ['期限', 'dueAt'] },
];

const REMARK_LENGTH_MAX = 2_000;

export type OwnSheet = Listed & {
  sheetId: string;
  round: number;
  stage: string;
  items: readonly { id: string; maximumCenti: number; text: string }[];
};

export type FilledSheet = {
  sheetId: string;
  candidateId: string;
  /** Its first row. */
  row: number;
  rowOf: Map<string, number>;
  points: { item: string; points: number }[];
  remarks: string[];
};

type World = { plan: Plan; sheets: readonly OwnSheet[]; submits: boolean };

const NOT_YOURS = [
  '考评表只能由被指派的考评人本人填写，您没有这份表',
  'is no sheet of yours',
] as const;

/** The sheets as they are filled in, and every fault of the rows. An empty cell says nothing. */
export function checkScores(
  table: CsvTable,
  world: World,
): { filled: FilledSheet[]; faults: CellFault[] } {
  const faults: CellFault[] = [...table.faults];
  const filled = new Map<string, FilledSheet>();
  for (const row of table.rows) {
    const sheet = sheetOf(table, row, world, faults);
    if (sheet === null) continue;
    const { sheetId, candidateId } = sheet;
    const known = filled.get(sheetId);
    const own: FilledSheet = known ?? {
      sheetId,
      candidateId,
      row: row.row,
      rowOf: new Map(),
      points: [],
      remarks: [],
    };
    filled.set(sheetId, own);
    faults.push(...fillIn(table, row, sheet, own));
  }
  const sheets = [...filled.values()];
  const written = sheets.filter(({ points, remarks }) => points.length + remarks.length > 0);
  if (faults.length === 0 && !world.submits && written.length === 0) {
    faults.push(table.fault(2, 'points', '没有填写得分', 'no points were filled in'));
  }
  return { filled: world.submits ? sheets : written, faults: inOrder(faults) };
}

function sheetOf(
  table: CsvTable,
  row: CsvRow,
  { plan, sheets }: World,
  faults: CellFault[],
): OwnSheet | null {
  const { sheetId = '' } = row.cells;
  const refuse = (column: string, [zh, en]: readonly [string, string]): null => {
    faults.push({ ...table.fault(row.row, column, zh, en), clause: 'R61' });
    return null;
  };
  let found = sheets.find((sheet) => sheet.sheetId === sheetId);
  if (sheetId === '') {
    const round = roundOf(table, row, faults);
    if (round === null) return null;
    const own = sheets.filter((sheet) => sheet.round === round);
    const before = faults.length;
    const [only, ...others] = candidatesNamed(table, row, plan, own, faults);
    if (faults.length > before) return null;
    if (others.length > 0) {
      const zh = '有几份考评表的对象同名，请填考评表编号';
      faults.push(table.fault(row.row, 'candidate', zh, 'several have this name: give the id'));
      return null;
    }
    found = only;
  }
  if (found === undefined) return refuse('sheetId', NOT_YOURS);
  const wrong = sheetId === '' ? null : contradiction(table, row, plan, found);
  if (wrong !== null) {
    faults.push(wrong);
    return null;
  }
  if (found.stage === 'open') return found;
  return found.stage === 'void'
    ? refuse('sheetId', ['这份考评表已作废', 'this sheet is void'])
    : refuse('sheetId', [
        '这份考评表已经提交，须由县远程办退回后才能修改',
        'was handed in: it is changed only when the office sends it back',
      ]);
}

/** Takes the row over into the sheet; answers what is wrong with it. */
function fillIn(
  table: CsvTable,
  { row, cells }: CsvRow,
  { items }: OwnSheet,
  { rowOf, points, remarks }: FilledSheet,
): CellFault[] {
  const { item: code = '', text = '', points: written = '', remark = '' } = cells;
  const fault = (column: string, zh: string, en: string) => [table.fault(row, column, zh, en)];
  const named = code === '' ? text : code;
  const item = items.find(({ id, text: words }) => id === named || words === named);
  if (item === undefined) {
    const known = items.map(({ id }) => id).join('、');
    return fault(code === '' ? 'text' : 'item', `该表没有这一项；有：${known}`, `items: ${known}`);
  }
  const first = rowOf.get(item.id);
  if (first !== undefined) {
    return fault('item', `与第 ${first} 行重复：每项只打一次分`, `is in row ${first} already`);
  }
  rowOf.set(item.id, row);
  if (remark.length > REMARK_LENGTH_MAX) {
    return fault(
      'remark',
      `至多 ${REMARK_LENGTH_MAX} 个字`,
      `at most ${REMARK_LENGTH_MAX} characters`,
    );
  }
  if (remark !== '' && !remarks.includes(remark)) remarks.push(remark);
  if (written === '') return [];
  const maximum = item.maximumCenti / 100;
  const centi = centiOf(written);
  if (centi === null || centi > item.maximumCenti) {
    const zh = `得分应为 0 至 ${maximum} 的数字，至多两位小数`;
    const faults = fault('points', zh, `a number from 0 to ${maximum}, to the hundredth`);
    return faults.map((one) => ({ ...one, clause: 'R61' }));
  }
  points.push({ item: item.id, points: centi / 100 });
  return [];
}

/** Points in hundredths; null for anything else. Spreadsheets write 31.9 as 31.899999999999999. */
const centiOf = (text: string): number | null =>
  /^\d{1,3}(?:\.\d{1,20})?$/.test(text) ? inCenti(Number(text)) : null;
