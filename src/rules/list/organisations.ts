// A list of organisations, checked row by row. Parents may stand anywhere in it.

import type { Organisation } from '../access/addressees.ts';
import { withoutBody, withoutBodyText } from '../access/addressees.ts';
import type { OrganisationKind } from '../county/divisions.ts';
import {
  KIND_NAMES,
  NAME_LENGTH_MAX,
  ORGANISATION_KINDS,
  PARENT_KIND,
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
  { name: 'id', headers: ['代码', '单位代码', 'id', 'code'], required: true },
  { name: 'parentId', headers: ['上级代码', 'parentId', 'parent_code'], required: true },
  { name: 'kind', headers: ['类型', 'kind'], required: true },
  { name: 'name', headers: ['名称', '单位名称', 'name'], required: true },
];

type OrganisationChanges = {
  creates: Organisation[];
  renames: { id: string; name: string }[];
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
 * holds every organisation that a row names, as its own code or as its parent's.
 */
export function checkOrganisations(
  table: Table,
  existing: ReadonlyMap<string, Organisation>,
  mayAdminister: (path: string) => boolean,
): CheckedOrganisations {
  const rows = openRows(table);
  const changes: OrganisationChanges = { creates: [], renames: [], unchanged: 0 };
  const known = new Map(existing);
  const seen = new Map<string, number>();
  const inFile = new Set(rows.map(({ cells }) => cells.id));
  for (const { row, kind } of parentsFirst(rows)) {
    const { id = '' } = row.cells;
    checkForm(row, seen.get(id));
    const misplaced = placeFault(row, kind, known, inFile, mayAdminister);
    if (misplaced !== null) row.wrong(...misplaced);
    if (!seen.has(id)) seen.set(id, row.row);
    if (row.faults.length === 0) take(changes, known, row, kind);
  }
  const warnings = withoutBody(changes.creates).map((village) =>
    table.fault(seen.get(village.id) ?? 1, 'name', withoutBodyText(village)),
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

function checkForm({ cells: { id = '', name = '' }, wrong }: Row, first: number | undefined): void {
  const idFault =
    id === ''
      ? { zh: '代码必填', en: 'the code is missing' }
      : (codeFault(id) ?? (first === undefined ? null : repeats(first)));
  if (idFault !== null) wrong('id', idFault);
  const nameFault =
    name === ''
      ? { zh: '名称必填', en: 'the name is missing' }
      : lengthFault(name, NAME_LENGTH_MAX);
  if (nameFault !== null) wrong('name', nameFault);
}

function placeFault(
  { cells: { id = '', parentId = '' } }: Row,
  kind: OrganisationKind,
  known: ReadonlyMap<string, Organisation>,
  inFile: ReadonlySet<string | undefined>,
  mayAdminister: (path: string) => boolean,
): [column: string, text: Text] | null {
  const under = PARENT_KIND[kind];
  const parent = known.get(parentId);
  if (parentId === '' ? under !== null : parent === undefined) {
    return inFile.has(parentId)
      ? ['parentId', { zh: '上级单位所在的行有误', en: 'the row of its parent is faulty' }]
      : ['parentId', { zh: '没有这个上级单位', en: 'there is no such parent' }];
  }
  if ((parent?.kind ?? null) !== under) {
    const zh = under === null ? `${KIND_NAMES[kind]}没有上级` : `应设在${KIND_NAMES[under]}之下`;
    return ['parentId', { zh, en: `stands under ${under ?? 'nothing'}` }];
  }
  const present = known.get(id);
  if (present !== undefined && (present.kind !== kind || (present.parentId ?? '') !== parentId)) {
    const zh = '此代码已用于另一类型或另一上级的单位';
    return ['id', { zh, en: 'the code belongs to another kind or parent' }];
  }
  return mayAdminister(parent?.path ?? `/${id}/`) ? null : ['parentId', OUT_OF_REACH];
}

function take(
  changes: OrganisationChanges,
  known: Map<string, Organisation>,
  { cells: { id = '', parentId = '', name = '' } }: Row,
  kind: OrganisationKind,
): void {
  const present = known.get(id);
  if (present?.name === name) changes.unchanged += 1;
  else if (present !== undefined) changes.renames.push({ id, name });
  else {
    const path = `${known.get(parentId)?.path ?? '/'}${id}/`;
    const organisation = { id, parentId: parentId || null, kind, name, path };
    known.set(id, organisation);
    changes.creates.push(organisation);
  }
}
