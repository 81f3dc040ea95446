// The campaign's roster of sites as a list: the whole of it as it is to be, or, with a column 变动, only
// what is added and taken off (R12).

import {
  type CellFault,
  type Column,
  faultsOf,
  inOrder,
  openRows,
  repeats,
  type Table,
} from './table.ts';

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

type RosterChange = {
  add: string[];
  remove: string[];
  /** Sites of the list that stay as they are. */
  kept: number;
  /** Where each site of the list stands. */
  rowOf: ReadonlyMap<string, number>;
};

type Known = {
  /** The names of the county's sites by their codes. */
  sites: ReadonlyMap<string, string>;
  roster: ReadonlySet<string>;
};

/** What the list changes, and every fault of its rows. */
export function checkRoster(
  table: Table,
  { sites, roster }: Known,
): RosterChange & { faults: CellFault[] } {
  const rows = openRows(table);
  const rowOf = new Map<string, number>();
  const add: string[] = [];
  const remove: string[] = [];
  const isWhole = rows.every(({ cells }) => cells.change === undefined);
  for (const { row, cells, wrong } of rows) {
    const { id = '', name = '', change = '' } = cells;
    const known = sites.get(id);
    const first = rowOf.get(id);
    const adds = isWhole ? !roster.has(id) : ADD.has(change.toLowerCase());
    const removes = !isWhole && REMOVE.has(change.toLowerCase());
    if (id === '') wrong('id', { zh: '站点代码必填', en: 'the code of the site is missing' });
    else if (first !== undefined) wrong('id', repeats(first));
    else if (known === undefined && !(removes && roster.has(id))) {
      wrong('id', { zh: '本县没有这个站点', en: 'no such site in the county' });
    } else if (name !== '' && known !== undefined && name !== known) {
      const zh = `与站点代码不符：该站点名为“${known}”`;
      wrong('name', { zh, en: `the site of this code is ${known}` });
    }
    if (!isWhole && !adds && !removes) {
      wrong('change', { zh: '应为“增列”或“减列”', en: 'must be add or remove' });
    }
    rowOf.set(id, first ?? row);
    if (adds) add.push(id);
    if (removes) remove.push(id);
  }
  if (isWhole) for (const id of [...roster].sort()) if (!rowOf.has(id)) remove.push(id);
  const faults = faultsOf(table, rows);
  if (add.length > ROSTER_CHANGES_MAX || remove.length > ROSTER_CHANGES_MAX) {
    const zh = `一次至多增列、减列各 ${ROSTER_CHANGES_MAX} 个站点，请分次调整`;
    const en = `at most ${ROSTER_CHANGES_MAX} sites each way at once`;
    faults.push(table.fault(table.headerRow, 'id', { zh, en }));
  }
  const kept = rows.length - add.length - (isWhole ? 0 : remove.length);
  return { add, remove, kept, rowOf, faults: inOrder(faults) };
}
