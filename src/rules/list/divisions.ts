// A list of administrative divisions, as the statistics bureau publishes them (code, class code, name) or with
// parents and levels written out. Its rows may stand in any order.

import type { Organisation } from '../access/addressees.ts';
import {
  bareCode,
  DIVISION_LEVELS,
  type Division,
  type DivisionLevel,
  isGathering,
  KIND_OF_LEVEL,
  LEVELS_ABOVE,
  levelOfCode,
  parentsByCode,
} from '../county/divisions.ts';
import { NAME_LENGTH_MAX } from '../county/organisations.ts';
import {
  type CellFault,
  type Column,
  faultsOf,
  lengthFault,
  OUT_OF_REACH,
  openRows,
  type Row,
  repeats,
  scientificFault,
  type Table,
  type Text,
} from './table.ts';

export const DIVISION_COLUMNS: readonly Column[] = [
  {
    name: 'code',
    headers: ['统计用区划代码', '区划代码', '行政区划代码', '代码', 'code'],
    required: true,
  },
  { name: 'classCode', headers: ['城乡分类代码', '城乡分类', 'class_code', 'classCode'] },
  { name: 'parentCode', headers: ['上级代码', 'parent_code', 'parentCode'] },
  { name: 'level', headers: ['级别', 'level'] },
  { name: 'name', headers: ['名称', '区划名称', 'name'], required: true },
];

/** The largest province has some 80,000 divisions. */
export const DIVISION_ROWS_MAX = 100_000;
/** The names of bodies are made of that of the division. */
const DIVISION_NAME_LENGTH_MAX = NAME_LENGTH_MAX - 20;
const DIVISION_CODE_LENGTH_MAX = 30;

/** What an installation may begin with. */
const TOPMOST_LEVELS: readonly DivisionLevel[] = ['province', 'city', 'county'];

export const LEVEL_NAMES: { readonly [L in DivisionLevel]: string } = {
  province: '省',
  city: '市',
  county: '县',
  township: '乡镇',
  village: '村',
};

/** The divisions that are there already, by code; null where there is no directory yet. */
export type Known = ReadonlyMap<string, { level: DivisionLevel }> | null;

export type DivisionTree = {
  /** Parents first. Rows that only gather others are left out. */
  divisions: Division[];
  /** The name that the list has for the division above the topmost; null when it has none. */
  above: string | null;
  faults: CellFault[];
  /** The row of each division, by code. */
  rowOf: ReadonlyMap<string, number>;
};

type Entry = { row: Row; code: string; level: DivisionLevel; name: string; parents: string[] };
type Entries = ReadonlyMap<string, Entry>;
type Placed = Entry & Pick<Division, 'parentCode'>;

/** The bare codes that a list names, as those of its rows or of their possible parents. */
export const codesNamed = ({ rows }: Table): string[] => [
  ...new Set(
    rows.flatMap(({ cells: { code: written = '', parentCode = '' } }) => {
      const code = bareCode(written);
      return [code, ...parentsNamed(code, parentCode)];
    }),
  ),
];

const parentsNamed = (code: string, written: string): string[] =>
  written === '' ? parentsByCode(code) : [bareCode(written)];

/**
 * The tree that the list holds, or of it what stands at and below `root`. Each row has its parent in the list or
 * among the known; in a new database one row is the topmost and has none.
 */
export function readDivisions(
  table: Table,
  { root, known }: { root: string | null; known: Known },
): DivisionTree {
  const rows = openRows(table);
  const entries = readEntries(rows);
  const top = root === null ? null : bareCode(root);
  const placed = place(entries, known, top);
  for (const { row, text } of looseOf(placed, known, top)) row.wrong('code', text);
  const within = top === null ? placed : below(placed, top);
  const faults = faultsOf(table, rows);
  if (top !== null && within.length === 0) {
    const text = { zh: `没有代码为 ${top} 的行`, en: `there is no row of the code ${top}` };
    faults.push(table.fault(1, 'code', text));
  }
  const [topmost] = within;
  const over = topmost === undefined ? null : parentAmong(topmost.parents, entries, known);
  return {
    divisions: within.map(({ code, parentCode, level, name }) => ({
      ...{ code, parentCode, level, name },
    })),
    above: over === null ? null : (entries.get(over)?.name ?? null),
    faults,
    rowOf: new Map(within.map(({ code, row }) => [code, row.row])),
  };
}

/** The rows that say what they are, by bare code. */
function readEntries(rows: readonly Row[]): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const row of rows) {
    const { code: written = '', name = '', parentCode = '', classCode = '' } = row.cells;
    const code = bareCode(written);
    const first = entries.get(code);
    const fault = codeFaultOf(written) ?? (first === undefined ? null : repeats(first.row.row));
    if (fault !== null) row.wrong('code', fault);
    const nameFault =
      name === ''
        ? { zh: '名称必填', en: 'the name is missing' }
        : lengthFault(name, DIVISION_NAME_LENGTH_MAX);
    if (nameFault !== null) row.wrong('name', nameFault);
    if (!/^(?:\d{3})?$/.test(classCode)) {
      const zh = '城乡分类代码应为三位数字';
      row.wrong('classCode', { zh, en: 'a class code has three digits' });
    }
    const level = fault === null ? levelOf(row, code) : null;
    if (level === null) continue;
    entries.set(code, { row, code, level, name, parents: parentsNamed(code, parentCode) });
  }
  return entries;
}

const codeFaultOf = (text: string): Text | null => {
  if (text === '') return { zh: '代码必填', en: 'the code is missing' };
  const isCode = /^[0-9A-Za-z]+$/.test(text) && text.length <= DIVISION_CODE_LENGTH_MAX;
  return (
    scientificFault(text) ??
    (isCode ? null : { zh: '代码只能由字母和数字组成', en: 'is no code of a division' })
  );
};

function levelOf(row: Row, code: string): DivisionLevel | null {
  const written = row.cells.level ?? '';
  if (written === '') {
    const level = levelOfCode(code);
    if (level !== undefined) return level;
    return row.wrong('code', {
      zh: '应为国家统计局的 12 位区划代码，或去零后的 2、4、6、9 位；其他代码须另写级别和上级代码',
      en: 'has not twelve digits (or 2, 4, 6, 9 without the zeros): other codes need a level and a parent',
    });
  }
  const level = DIVISION_LEVELS.find(
    (each) => each === written.toLowerCase() || LEVEL_NAMES[each] === written,
  );
  if (level !== undefined) return level;
  const zh = `级别应为：${Object.values(LEVEL_NAMES).join('、')}`;
  return row.wrong('level', { zh, en: `the level is one of ${DIVISION_LEVELS.join(', ')}` });
}

/** Gathering rows name one another at most so often: the districts of a city in a municipality. */
const GATHERED_MAX = 3;

/** The nearest of these that is there; a row that only gathers others stands for its own parent. */
function parentAmong(
  parents: readonly string[],
  entries: Entries,
  known: Known,
  gathered = 0,
): string | null {
  for (const code of parents) {
    const entry = entries.get(code);
    if (entry !== undefined && isGathering(entry.name)) {
      return gathered < GATHERED_MAX
        ? parentAmong(entry.parents, entries, known, gathered + 1)
        : null;
    }
    if (entry !== undefined || known?.has(code)) return code;
  }
  return null;
}

/** Every division with its parent and its level, parents first, and each held to the level of its parent. */
function place(entries: Entries, known: Known, top: string | null): Placed[] {
  const placed = [...entries.values()]
    .filter(({ name }) => !isGathering(name))
    .map((entry): Placed => {
      const parent = parentAmong(entry.parents, entries, known);
      // The topmost that is taken out of a list has a parent only in the directory.
      const isAbove = entry.code !== top || (parent !== null && known?.has(parent));
      return { ...entry, parentCode: isAbove ? parent : null };
    });
  const parentsOf = (level: DivisionLevel) =>
    new Set(placed.flatMap((one) => (one.level === level ? [one.parentCode] : [])));
  const [ofTownships, ofCounties] = [parentsOf('township'), parentsOf('county')];
  const isCounty = ({ code, level }: Placed): boolean =>
    level === 'city' &&
    !ofCounties.has(code) &&
    (ofTownships.has(code) || known?.get(code)?.level === 'county');
  const levelled = placed.map((one) =>
    isCounty(one) ? { ...one, level: 'county' as const } : one,
  );
  const levels = new Map(levelled.map(({ code, level }) => [code, level]));
  for (const { row, parentCode, level } of levelled) {
    if (parentCode === null) continue;
    const above = levels.get(parentCode) ?? known?.get(parentCode)?.level;
    const wanted = LEVELS_ABOVE[level];
    if (above === undefined || wanted.includes(above)) continue;
    const zh = wanted.map((each) => LEVEL_NAMES[each]).join('或');
    row.wrong(row.cells.parentCode ? 'parentCode' : 'code', {
      zh:
        zh === ''
          ? '省没有上级'
          : `${LEVEL_NAMES[level]}应设在${zh}之下，而 ${parentCode} 是${LEVEL_NAMES[above]}`,
      en: `a ${level} stands under ${wanted.join(' or ') || 'nothing'}, and ${parentCode} is a ${above}`,
    });
  }
  return DIVISION_LEVELS.flatMap((level) => levelled.filter((one) => one.level === level));
}

/** What stands at and below a division; parents come first. */
function below(placed: readonly Placed[], top: string): Placed[] {
  const within = new Set([top]);
  return placed.filter(({ code, parentCode }) => {
    if (code !== top && !within.has(parentCode ?? '')) return false;
    within.add(code);
    return true;
  });
}

type Loose = { row: Row; text: Text };

/** Whoever should have a parent and has none; `placed` begins with the highest. */
function looseOf(placed: readonly Placed[], known: Known, top: string | null): Loose[] {
  const without = placed.filter(({ code, parentCode }) => parentCode === null && !known?.has(code));
  if (top !== null) {
    // The rest of a larger list is passed over, but not what lies under the topmost by its code.
    const isMeant = ({ code, row }: Placed) =>
      code === top ? known !== null : code.startsWith(top) || row.cells.parentCode;
    return without.filter(isMeant).map(parentless);
  }
  if (known !== null) return without.map(parentless);
  const highest = without.filter(({ level }) => level === without[0]?.level);
  const lower = without.slice(highest.length).map(parentless);
  if (highest.length > 1) return [...severalTopmost(highest), ...lower];
  return [...highest.filter(({ level }) => !TOPMOST_LEVELS.includes(level)).map(unfit), ...lower];
}

const parentless = ({ row, parents }: Placed): Loose => {
  const [parent] = parents;
  return {
    row,
    text:
      parent === undefined
        ? { zh: '没有写明上级', en: 'its parent is not told' }
        : { zh: `没有上级 ${parent}`, en: `there is no parent ${parent}` },
  };
};

const severalTopmost = (highest: readonly Placed[]): Loose[] => {
  const rows = highest.map(({ row }) => row.row).sort((a, b) => a - b);
  const told = rows.slice(0, 5).join('、');
  const zh = `最高一级有 ${highest.length} 行（第 ${told}${rows.length > 5 ? '…' : ''} 行），须只有一行：请补上它们的上级，或以 ROOT 指明只取哪一个代码及其以下`;
  const en = `there are ${highest.length} topmost rows and there must be one: add what is above them, or name by ROOT the code that is taken with all below it`;
  return highest.map(({ row }) => ({ row, text: { zh, en } }));
};

const unfit = ({ row }: Placed): Loose => ({
  row,
  text: {
    zh: '最高一级应为省、市或县',
    en: 'the topmost row is a province, a city or a county',
  },
});

/**
 * Faults of rows that the directory contradicts: another kind or parent under the code, or a place out of reach. What
 * becomes of a division that moves is no matter of a list.
 */
export function checkPresent(
  table: Table,
  { divisions, rowOf }: DivisionTree,
  existing: ReadonlyMap<string, Organisation>,
  mayAdminister: (path: string) => boolean,
): CellFault[] {
  // A new division lies where the nearest one above it lies that is there.
  const reachOf = new Map<string, string | undefined>();
  return divisions.flatMap(({ code, parentCode, level, name }) => {
    const present = existing.get(code);
    const parent = existing.get(parentCode ?? '');
    const path = present?.path ?? parent?.path ?? reachOf.get(parentCode ?? '');
    reachOf.set(code, path);
    const fault = (text: Text) => [table.fault(rowOf.get(code) ?? 1, 'code', text)];
    if (present !== undefined) {
      const isSame = present.kind === KIND_OF_LEVEL[level];
      const isThere = parentCode === null || present.parentId === (parent?.id ?? null);
      if (!isSame || !isThere) {
        const zh = '此代码已用于另一类型或另一上级的单位';
        return fault({ zh, en: 'the code belongs to another kind or parent' });
      }
      if (present.name === name) return [];
    }
    return path === undefined || mayAdminister(path) ? [] : fault(OUT_OF_REACH);
  });
}
