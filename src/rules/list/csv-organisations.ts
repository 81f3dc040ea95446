// A list of organisations, checked row by row. Parents may stand anywhere in it.

import type { Organisation } from '../access/addressees.ts';
import { withoutBody, withoutBodyText } from '../access/addressees.ts';
import type { OrganisationKind } from '../county/divisions.ts';
import {
  isCode,
  KIND_NAMES,
  NAME_LENGTH_MAX,
  ORGANISATION_KINDS,
  PARENT_KIND,
} from '../county/organisations.ts';
import type { CellFault, Column, CsvRow, CsvTable } from './csv.ts';
import { inOrder, isScientific } from './csv.ts';

export const ORGANISATION_COLUMNS: readonly Column[] = [
  { name: 'id', headers: ['代码', '单位代码', 'id', 'code'], required: true },
  { name: 'parentId', headers: ['上级代码', 'parentId', 'parent_code'], required: true },
  { name: 'kind', headers: ['类型', 'kind'], required: true },
  { name: 'name', headers: ['名称', '单位名称', 'name'], required: true },
];

export type CheckedOrganisations = {
  creates: Organisation[];
  renames: { id: string; name: string }[];
  unchanged: number;
  faults: CellFault[];
  /** Villages that nobody will answer for. */
  warnings: CellFault[];
};

type Candidate = { row: CsvRow; kind: OrganisationKind };

/**
 * Which rows are new, which are known by another name, and what is wrong with the others. `existing`
 * holds every organisation that a row names, as its own code or as its parent's.
 */
export function checkOrganisations(
  table: CsvTable,
  existing: ReadonlyMap<string, Organisation>,
  mayAdminister: (path: string) => boolean,
): CheckedOrganisations {
  const checked: CheckedOrganisations = {
    creates: [],
    renames: [],
    unchanged: 0,
    faults: [...table.faults],
    warnings: [],
  };
  const known = new Map(existing);
  const seen = new Map<string, number>();
  const inFile = new Set(table.rows.map(({ cells }) => cells.id));
  for (const { row, kind } of parentsFirst(table, checked.faults)) {
    const { id = '' } = row.cells;
    const faults = [
      ...formFaults(table, row, seen),
      ...placeFaults(table, row, kind, known, inFile, mayAdminister),
    ];
    if (!seen.has(id)) seen.set(id, row.row);
    checked.faults.push(...faults);
    if (faults.length === 0) take(checked, known, row, kind);
  }
  checked.faults = inOrder(checked.faults);
  checked.warnings = withoutBody(checked.creates).map((village) => {
    const { zh, en } = withoutBodyText(village);
    return table.fault(seen.get(village.id) ?? 1, 'name', zh, en);
  });
  return checked;
}

/** Rows whose kind is known, so ordered that a parent comes before its children. */
function parentsFirst(table: CsvTable, faults: CellFault[]): Candidate[] {
  const candidates = table.rows.flatMap((row): Candidate[] => {
    const kind = kindOf(row.cells.kind ?? '');
    if (kind !== undefined) return [{ row, kind }];
    const known = Object.values(KIND_NAMES).join('、');
    faults.push(table.fault(row.row, 'kind', `类型应为：${known}`, 'is no kind of organisation'));
    return [];
  });
  const rank = ({ kind }: Candidate) => ORGANISATION_KINDS.indexOf(kind);
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}

const kindOf = (text: string): OrganisationKind | undefined =>
  ORGANISATION_KINDS.find((kind) => kind === text || KIND_NAMES[kind] === text);

function formFaults(
  { fault }: CsvTable,
  { row, cells: { id = '', name = '' } }: CsvRow,
  seen: ReadonlyMap<string, number>,
): CellFault[] {
  const faults: CellFault[] = [];
  const first = seen.get(id);
  if (id === '') faults.push(fault(row, 'id', '代码必填', 'the code is missing'));
  else if (isScientific(id)) {
    faults.push(
      fault(
        row,
        'id',
        '代码被电子表格改成了科学记数，请将此列设为文本',
        'the spreadsheet turned the code into a number: format the column as text',
      ),
    );
  } else if (!isCode(id)) {
    faults.push(fault(row, 'id', '代码只能由字母、数字和连字符组成', 'is no code'));
  } else if (first !== undefined) {
    faults.push(fault(row, 'id', `与第 ${first} 行重复`, `is in row ${first} already`));
  }
  if (name === '') faults.push(fault(row, 'name', '名称必填', 'the name is missing'));
  else if (name.length > NAME_LENGTH_MAX) {
    const [zh, en] = [`至多 ${NAME_LENGTH_MAX} 个字`, `at most ${NAME_LENGTH_MAX} characters`];
    faults.push(fault(row, 'name', zh, en));
  }
  return faults;
}

function placeFaults(
  { fault }: CsvTable,
  { row, cells: { id = '', parentId = '' } }: CsvRow,
  kind: OrganisationKind,
  known: ReadonlyMap<string, Organisation>,
  inFile: ReadonlySet<string | undefined>,
  mayAdminister: (path: string) => boolean,
): CellFault[] {
  const under = PARENT_KIND[kind];
  const parent = known.get(parentId);
  if (parentId === '' ? under !== null : parent === undefined) {
    const [zh, en] = inFile.has(parentId)
      ? ['上级单位所在的行有误', 'the row of its parent is faulty']
      : ['没有这个上级单位', 'there is no such parent'];
    return [fault(row, 'parentId', zh, en)];
  }
  if ((parent?.kind ?? null) !== under) {
    const zh = under === null ? `${KIND_NAMES[kind]}没有上级` : `应设在${KIND_NAMES[under]}之下`;
    return [fault(row, 'parentId', zh, `stands under ${under ?? 'nothing'}`)];
  }
  const present = known.get(id);
  if (present !== undefined && (present.kind !== kind || (present.parentId ?? '') !== parentId)) {
    const zh = '此代码已用于另一类型或另一上级的单位';
    return [fault(row, 'id', zh, 'the code belongs to another kind or parent')];
  }
  if (mayAdminister(parent?.path ?? `/${id}/`)) return [];
  return [fault(row, 'parentId', '不在您的管辖范围', 'is not within your reach')];
}

function take(
  checked: CheckedOrganisations,
  known: Map<string, Organisation>,
  { cells: { id = '', parentId = '', name = '' } }: CsvRow,
  kind: OrganisationKind,
): void {
  const present = known.get(id);
  if (present?.name === name) checked.unchanged += 1;
  else if (present !== undefined) checked.renames.push({ id, name });
  else {
    const path = `${known.get(parentId)?.path ?? '/'}${id}/`;
    const organisation = { id, parentId: parentId || null, kind, name, path };
    known.set(id, organisation);
    checked.creates.push(organisation);
  }
}
