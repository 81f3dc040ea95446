// An assessor's own sheets as a list: a row for each item of each sheet (R61).

import { inCenti } from '../../../machines/assessment/events.ts';
import type { SheetItem } from '../../../machines/assessment/sheet-score.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { titlesOf } from '../plan/titles.ts';
import { roundOf } from './assignments.ts';
import { CANDIDATE_NAMES, contradicts, findNamed, type Listed } from './named-candidates.ts';
import {
  type CellFault,
  type Column,
  faultsOf,
  lengthFault,
  openRows,
  type Row,
  repeats,
  type Table,
  type Text,
} from './table.ts';

export const SCORE_COLUMNS: readonly Column[] = [
  { name: 'sheetId', headers: ['考评表编号', 'sheetId'], isHidden: true },
  { name: 'stream', headers: ['评价环节', 'stream'] },
  { name: 'round', headers: ['轮次', 'round'] },
  ...CANDIDATE_NAMES,
  { name: 'block', headers: ['板块', 'block'] },
  { name: 'item', headers: ['考评项目', 'item'], isHidden: true },
  { name: 'text', headers: ['考评内容', 'text'] },
  { name: 'maximum', headers: ['满分', 'maximum'] },
  { name: 'points', headers: ['得分', 'points'], required: true },
  { name: 'notApplicable', headers: ['不适用理由', 'notApplicable'] },
  { name: 'remark', headers: ['备注', 'remark'] },
  { name: 'dueAt', headers: ['期限', 'dueAt'] },
];

/** The most characters of a remark, and of a reason why an item does not apply. */
const REMARK_LENGTH_MAX = 2_000;

export type OwnSheet = Listed & {
  sheetId: string;
  stream: string;
  round: number;
  stage: string;
  stepCenti: number;
  items: readonly (SheetItem & { text: string; blockName: string | null })[];
};

export type FilledSheet = {
  sheetId: string;
  candidateId: string;
  /** Its first row. */
  row: number;
  rowOf: Map<string, number>;
  points: { item: string; points: number }[];
  notApplicable: { item: string; reason: string }[];
  remarks: string[];
};

type Known = { plan: Plan; sheets: readonly OwnSheet[]; submits: boolean };

/** The sheets as they are filled in, and every fault of the rows. An empty cell says nothing. */
export function checkScores(
  table: Table,
  known: Known,
): { filled: FilledSheet[]; faults: CellFault[] } {
  const rows = openRows(table);
  const filled = new Map<string, FilledSheet>();
  for (const row of rows) {
    const sheet = sheetOf(row, known);
    if (sheet === null) continue;
    const { sheetId, candidateId } = sheet;
    const own: FilledSheet = filled.get(sheetId) ?? {
      sheetId,
      candidateId,
      row: row.row,
      rowOf: new Map(),
      points: [],
      notApplicable: [],
      remarks: [],
    };
    filled.set(sheetId, own);
    fillIn(row, sheet, own);
  }
  const sheets = [...filled.values()];
  const written = sheets.filter((sheet) => isWritten(sheet));
  const faults = faultsOf(table, rows);
  if (faults.length === 0 && !known.submits && written.length === 0) {
    const text = { zh: '没有填写得分', en: 'no points were filled in' };
    faults.push(table.fault(table.headerRow + 1, 'points', text));
  }
  return { filled: known.submits ? sheets : written, faults };
}

const isWritten = ({ points, notApplicable, remarks }: FilledSheet): boolean =>
  points.length + notApplicable.length + remarks.length > 0;

function sheetOf(row: Row, { plan, sheets }: Known): OwnSheet | null {
  const { sheetId = '' } = row.cells;
  const refuse = (zh: string, en: string): null => row.wrong('sheetId', { zh, en }, 'R61');
  const found =
    sheetId === ''
      ? namedSheet(row, plan, sheets)
      : sheets.find((sheet) => sheet.sheetId === sheetId);
  if (found === null) return null;
  if (found === undefined) {
    return refuse('考评表只能由被指派的考评人本人填写，您没有这份表', 'is no sheet of yours');
  }
  if (sheetId !== '' && contradicts(row, plan, found)) return null;
  if (found.stage === 'open') return found;
  return found.stage === 'void'
    ? refuse('这份考评表已作废', 'this sheet is void')
    : refuse(
        `这份考评表已经提交，须由${titlesOf(plan)['county-office'].name}退回后才能修改`,
        'was handed in: it is changed only when the office sends it back',
      );
}

/** The sheet of the candidate, the stream and the round that the row names; null with a fault. */
function namedSheet(row: Row, plan: Plan, sheets: readonly OwnSheet[]): OwnSheet | null {
  const round = roundOf(row);
  if (round === null) return null;
  const { stream = '' } = row.cells;
  const own = sheets.filter(
    (sheet) =>
      sheet.round === round &&
      (stream === '' || sheet.stream === stream || plan.streams[sheet.stream]?.name === stream),
  );
  const [only, ...others] = findNamed(row, plan, own);
  if (others.length === 0) return only ?? null;
  const zh = '有几份考评表的对象同名，请填评价环节或考评表编号';
  return row.wrong('candidate', { zh, en: 'several have this name: give the id' });
}

/** Takes the row over into the sheet, as far as it is faultless. */
function fillIn(
  { row, cells, wrong }: Row,
  { items, stepCenti }: OwnSheet,
  { rowOf, points, notApplicable, remarks }: FilledSheet,
): void {
  const { item: code = '', text = '', points: written = '', remark = '' } = cells;
  const { notApplicable: reason = '' } = cells;
  const named = code === '' ? text : code;
  const item = items.find(({ id, text: words }) => id === named || words === named);
  if (item === undefined) {
    const known = items.map(({ id }) => id).join('、');
    const column = code === '' ? 'text' : 'item';
    wrong(column, { zh: `该表没有这一项；有：${known}`, en: `items: ${known}` });
    return;
  }
  const first = rowOf.get(item.id);
  if (first !== undefined) {
    const { zh, en } = repeats(first);
    wrong('item', { zh: `${zh}：每项只打一次分`, en });
    return;
  }
  rowOf.set(item.id, row);
  const tooLong = lengthFault(remark, REMARK_LENGTH_MAX);
  if (tooLong !== null) {
    wrong('remark', tooLong);
    return;
  }
  if (remark !== '' && !remarks.includes(remark)) remarks.push(remark);
  if (reason !== '') {
    const fault = reasonFault(item, written, reason);
    if (fault === null) notApplicable.push({ item: item.id, reason });
    else wrong('notApplicable', fault, 'R61');
    return;
  }
  if (written === '') return;
  const centi = centiOf(written);
  if (centi === null || centi > item.maximumCenti || centi % stepCenti !== 0) {
    const [maximum, step] = [item.maximumCenti / 100, stepCenti / 100];
    const zh = `得分应为 0 至 ${maximum} 的数字，以 ${step} 分为单位`;
    wrong('points', { zh, en: `a number from 0 to ${maximum}, in steps of ${step}` }, 'R61');
    return;
  }
  points.push({ item: item.id, points: centi / 100 });
}

/** What is wrong with a reason why an item does not apply; null for nothing. */
function reasonFault({ mayNotApply }: SheetItem, written: string, reason: string): Text | null {
  if (!mayNotApply) {
    const zh = '考评标准未注明这一项可以不适用，请打分';
    return { zh, en: 'the standard does not let this item not apply: give it points' };
  }
  if (written === '') return lengthFault(reason, REMARK_LENGTH_MAX);
  return { zh: '不适用的项目不打分', en: 'an item that does not apply has no points' };
}

/** Points in hundredths; null for anything else. Spreadsheets write 31.9 as 31.899999999999999. */
const centiOf = (text: string): number | null =>
  /^\d{1,3}(?:\.\d{1,20})?$/.test(text) ? inCenti(Number(text)) : null;
