// The campaign's roster of sites as a list: the whole of it as it is to be, or, with a column 变动, only
// what is added and taken off (R12).

import type { CellFault, Column, CsvTable } from './csv.ts';
import { inOrder } from './csv.ts';

export const ROSTER_COLUMNS: readonly Column[] = [
  { name: 'id', headers: ['站点代码', '站点', 'siteId', 'id'], required: true },
  { name: 'name', headers: ['站点名称', '名称', 'name'] },
  { name: 'organisation', headers: ['单位', 'organisation'] },
  { name: 'change', headers: ['变动', 'change'] },
];

/** As one event takes them. */
export const ROSTER_CHANGES_MAX = 1_000;

const ADD = new Set(['增列', 'add']);
const REMOVE = new Set(['减列', 'remove']);

export type RosterChange = {
  add: string[];
  remove: string[];
  /** Sites of the list that stay as they are. */
  kept: number;
  /** Where each site of the list stands. */
  rowOf: ReadonlyMap<string, number>;
};

/** What the list changes, and every fault of its rows. */
export function checkRoster(
  table: CsvTable,
  {
    sites,
    roster,
  }: {
    /** The names of the county's sites by their codes. */
    sites: ReadonlyMap<string, string>;
    roster: ReadonlySet<string>;
  },
): RosterChange & { faults: CellFault[] } {
  const faults: CellFault[] = [...table.faults];
  const rowOf = new Map<string, number>();
  const add: string[] = [];
  const remove: string[] = [];
  const isWhole = table.rows.every(({ cells }) => cells.change === undefined);
  for (const { row, cells } of table.rows) {
    const { id = '', name = '', change = '' } = cells;
    const wrong = (column: string, zh: string, en: string): void => {
      faults.push(table.fault(row, column, zh, en));
    };
    const known = sites.get(id);
    const first = rowOf.get(id);
    const adds = isWhole ? !roster.has(id) : ADD.has(change.toLowerCase());
    const removes = !isWhole && REMOVE.has(change.toLowerCase());
    if (id === '') wrong('id', '站点代码必填', 'the code of the site is missing');
    else if (first !== undefined) wrong('id', `与第 ${first} 行重复`, `is in row ${first} already`);
    else if (known === undefined && !(removes && roster.has(id))) {
      wrong('id', '本县没有这个站点', 'no such site in the county');
    } else if (name !== '' && known !== undefined && name !== known) {
      wrong('name', `与站点代码不符：该站点名为“${known}”`, `the site of this code is ${known}`);
    }
    if (!isWhole && !adds && !removes)
      wrong('change', '应为“增列”或“减列”', 'must be add or remove');
    rowOf.set(id, first ?? row);
    if (adds) add.push(id);
    if (removes) remove.push(id);
  }
  if (isWhole) for (const id of [...roster].sort()) if (!rowOf.has(id)) remove.push(id);
  if (add.length > ROSTER_CHANGES_MAX || remove.length > ROSTER_CHANGES_MAX) {
    const zh = `一次至多增列、减列各 ${ROSTER_CHANGES_MAX} 个站点，请分次调整`;
    faults.push(table.fault(1, 'id', zh, `at most ${ROSTER_CHANGES_MAX} sites each way at once`));
  }
  const kept = table.rows.length - add.length - (isWhole ? 0 : remove.length);
  return { add, remove, kept, rowOf, faults: inOrder(faults) };
}
