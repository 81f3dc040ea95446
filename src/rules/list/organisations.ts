// A list of organisations, checked row by row. Parents may stand anywhere in it.

import type { Organisation } from '../access/addressees.ts';
import { withoutBody, withoutBodyText } from '../access/addressees.ts';
import type { OrganisationKind } from '../county/divisions.ts';
import {
  KIND_NAMES,
  NAME_LENGTH_MAX,
  ORGANISATION_KINDS,
  parentFault,
  pathsBelow,
} from '../county/organisations.ts';
import {
  type CellFault,
  type Column,
  codeFault,
  faultsOf,
  lengthFault,
  OUT_OF_REACH,
  openRows,
  type Row,
  repeats,
  type Table,
  type Text,
} from './table.ts';

export const ORGANISATION_COLUMNS: readonly Column[] = [
  { name: 'code', headers: ['代码', '单位代码', 'code'], required: true },
  { name: 'parentCode', headers: ['上级代码', 'parentCode', 'parent_code'], required: true },
  { name: 'kind', headers: ['类型', 'kind'], required: true },
  { name: 'name', headers: ['名称', '单位名称', 'name'], required: true },
];

type OrganisationChanges = {
  creates: Organisation[];
  renames: { id: string; path: string; before: string; name: string }[];
  unchanged: number;
};

type CheckedOrganisations = OrganisationChanges & {
  faults: CellFault[];
  /** Villages that nobody will answer for. */
  warnings: CellFault[];
};

type KnownKind = { row: Row; kind: OrganisationKind };

/**
 * Which rows are new, which are known by another name, and what is wrong with the others. `existing`
 * holds by code every organisation that a row names, as its own or as its parent; `ids` gives the id of each
 * code that is new.
 */
export function checkOrganisations(
  table: Table,
  existing: ReadonlyMap<string, Organisation>,
  ids: ReadonlyMap<string, string>,
  mayAdminister: (path: string) => boolean,
): CheckedOrganisations {
  const rows = openRows(table);
  const changes: OrganisationChanges = { creates: [], renames: [], unchanged: 0 };
  const known = new Map(existing);
  const seen = new Map<string, number>();
  const inFile = new Set(rows.map(({ cells }) => cells.code));
  for (const { row, kind } of parentsFirst(rows)) {
    const { code = '' } = row.cells;
    checkForm(row, seen.get(code));
    const misplaced = placeFault(row, kind, known, inFile, mayAdminister);
    if (misplaced !== null) row.wrong(...misplaced);
    if (!seen.has(code)) seen.set(code, row.row);
    if (row.faults.length === 0) take(changes, known, ids, row, kind);
  }
  const warnings = withoutBody(changes.creates).map((village) =>
    table.fault(seen.get(village.code) ?? table.headerRow, 'name', withoutBodyText(village)),
  );
  return { ...changes, faults: faultsOf(table, rows), warnings };
}

/** Rows whose kind is known, so ordered that a parent comes before its children. */
function parentsFirst(rows: readonly Row[]): KnownKind[] {
  const known = rows.flatMap((row): KnownKind[] => {
    const kind = kindOf(row.cells.kind ?? '');
    if (kind !== undefined) return [{ row, kind }];
    const names = Object.values(KIND_NAMES).join('、');
    row.wrong('kind', { zh: `类型应为：${names}`, en: 'is no kind of organisation' });
    return [];
  });
  const rank = ({ kind }: KnownKind) => ORGANISATION_KINDS.indexOf(kind);
  return known.toSorted((a, b) => rank(a) - rank(b));
}

const kindOf = (text: string): OrganisationKind | undefined =>
  ORGANISATION_KINDS.find((kind) => kind === text || KIND_NAMES[kind] === text);

function checkForm({ cells: { code = '', name = '' }, wrong }: Row, first?: number): void {
  const fault =
    code === ''
      ? { zh: '代码必填', en: 'the code is missing' }
      : (codeFault(code) ?? (first === undefined ? null : repeats(first)));
  if (fault !== null) wrong('code', fault);
  const nameFault =
    name === ''
      ? { zh: '名称必填', en: 'the name is missing' }
      : lengthFault(name, NAME_LENGTH_MAX);
  if (nameFault !== null) wrong('name', nameFault);
}

function placeFault(
  { cells: { code = '', parentCode = '' } }: Row,
  kind: OrganisationKind,
  known: ReadonlyMap<string, Organisation>,
  inFile: ReadonlySet<string | undefined>,
  mayAdminister: (path: string) => boolean,
): [column: string, text: Text] | null {
  const parent = known.get(parentCode);
  const present = known.get(code);
  // The topmost is known and has no parent.
  const isTopmost = parentCode === '' && present?.parentId === null;
  if (parent === undefined && !isTopmost) {
    return inFile.has(parentCode)
      ? ['parentCode', { zh: '上级单位所在的行有误', en: 'the row of its parent is faulty' }]
      : ['parentCode', { zh: '没有这个上级单位', en: 'there is no such parent' }];
  }
  const misplaced = parent === undefined ? null : parentFault(kind, parent);
  if (misplaced !== null) return ['parentCode', misplaced];
  if (
    present !== undefined &&
    (present.kind !== kind || present.parentId !== (parent?.id ?? null))
  ) {
    const zh = '此代码已用于另一类型或另一上级的单位';
    return ['code', { zh, en: 'the code belongs to another kind or parent' }];
  }
  return mayAdminister(parent?.path ?? present?.path ?? '/') ? null : ['parentCode', OUT_OF_REACH];
}

function take(
  changes: OrganisationChanges,
  known: Map<string, Organisation>,
  ids: ReadonlyMap<string, string>,
  { cells: { code = '', parentCode = '', name = '' } }: Row,
  kind: OrganisationKind,
): void {
  const present = known.get(code);
  if (present?.name === name) changes.unchanged += 1;
  else if (present !== undefined) {
    const { id, path, name: before } = present;
    changes.renames.push({ id, path, before, name });
  } else {
    const parent = known.get(parentCode);
    const own = { id: ids.get(code) ?? '', code };
    const placed = { parentId: parent?.id ?? null, ...pathsBelow(parent, own) };
    const organisation = { ...own, ...placed, kind, name };
    known.set(code, organisation);
    changes.creates.push(organisation);
  }
}
