// A list of sites and what is recorded of them. A row that names a known site changes only what its
// cells say; an empty cell says nothing.

import type { Organisation } from '../access/addressees.ts';
import type { SiteKind } from '../county/organisations.ts';
import {
  isCode,
  KIND_NAMES,
  NAME_LENGTH_MAX,
  SITE_KINDS,
  SITE_OF,
} from '../county/organisations.ts';
import type { FactForm, Facts } from '../county/site-facts.ts';
import { factFault, formOf, SITE_FACTS } from '../county/site-facts.ts';
import type { CellFault, Column, CsvRow, CsvTable } from './csv.ts';
import { inOrder, isScientific } from './csv.ts';

export type SiteRow = {
  id: string;
  organisationId: string;
  path: string;
  kind: SiteKind;
  name: string;
  facts: Facts;
};

export const SITE_COLUMNS: readonly Column[] = [
  { name: 'id', headers: ['站点代码', '站点', 'siteId', 'id'] },
  { name: 'organisationId', headers: ['单位代码', '单位', 'organisationId'] },
  { name: 'kind', headers: ['类型', 'kind'] },
  { name: 'name', headers: ['名称', '站点名称', 'name'] },
  ...SITE_FACTS.map(({ name, zh }) => ({
    name: `facts.${name}`,
    headers: [zh, name, `facts.${name}`],
  })),
];

/** A header that names a fact nobody foresaw: 'facts.bandwidthMbps'. */
export const factColumn = (header: string): string | null =>
  /^facts\.[A-Za-z][A-Za-z0-9]{0,63}$/.test(header) ? header : null;

const KINDS: { readonly [text: string]: SiteKind } = {
  村: 'VILLAGE',
  社区: 'COMMUNITY',
  基地: 'BASE',
};
const TEXT_LENGTH_MAX = 500;

export type SiteRoster = {
  organisations: ReadonlyMap<string, Organisation>;
  sites: readonly SiteRow[];
  mayAdd: (path: string) => boolean;
  mayRecord: (path: string) => boolean;
};

export type CheckedSites = {
  creates: SiteRow[];
  updates: SiteRow[];
  unchanged: number;
  faults: CellFault[];
};

export function checkSites(table: CsvTable, roster: SiteRoster): CheckedSites {
  const checked: CheckedSites = {
    creates: [],
    updates: [],
    unchanged: 0,
    faults: [...table.faults],
  };
  const sites = indexOf(roster.sites);
  const seen = new Map<string, number>();
  for (const row of table.rows) {
    const { facts, faults } = factsOf(table, row);
    const known = knownSite(row, sites);
    const answer =
      known === undefined
        ? newSite(table, row, roster, sites, facts)
        : changedSite(table, row, roster, known, facts);
    if ('fault' in answer) faults.push(answer.fault);
    else if (seen.has(answer.site.id)) {
      const first = seen.get(answer.site.id);
      faults.push(table.fault(row.row, 'id', `与第 ${first} 行重复`, `is in row ${first} already`));
    } else seen.set(answer.site.id, row.row);
    checked.faults.push(...faults);
    if (faults.length > 0 || 'fault' in answer) continue;
    if (known === undefined) {
      add(sites, answer.site);
      checked.creates.push(answer.site);
    } else if (sameSite(known, answer.site)) checked.unchanged += 1;
    else checked.updates.push(answer.site);
  }
  checked.faults = inOrder(checked.faults);
  return checked;
}

type Index = { byId: Map<string, SiteRow>; byName: Map<string, SiteRow> };

const nameKey = (organisationId: string, name: string): string =>
  JSON.stringify([organisationId, name]);

function indexOf(sites: readonly SiteRow[]): Index {
  const index: Index = { byId: new Map(), byName: new Map() };
  for (const site of sites) add(index, site);
  return index;
}

function add({ byId, byName }: Index, site: SiteRow): void {
  byId.set(site.id, site);
  byName.set(nameKey(site.organisationId, site.name), site);
}

/** By its code; without one, by its organisation and name, so that a list may be sent again. */
const knownSite = (
  { cells: { id = '', organisationId = '', name = '' } }: CsvRow,
  { byId, byName }: Index,
): SiteRow | undefined => (id === '' ? byName.get(nameKey(organisationId, name)) : byId.get(id));

type Answer = { site: SiteRow } | { fault: CellFault };

function changedSite(
  { fault }: CsvTable,
  { row, cells: { organisationId = '', kind = '', name = '' } }: CsvRow,
  { mayAdd, mayRecord }: SiteRoster,
  known: SiteRow,
  facts: Facts,
): Answer {
  if (organisationId !== '' && organisationId !== known.organisationId) {
    return { fault: fault(row, 'organisationId', '该站点属于另一单位', 'the site is another’s') };
  }
  if (kind !== '' && kindOf(kind) !== known.kind) {
    return { fault: fault(row, 'kind', '该站点是另一类型', 'the site is of another kind') };
  }
  const site = { ...known, name: name || known.name, facts: { ...known.facts, ...facts } };
  const records = !sameFacts(known.facts, site.facts);
  const mayChange =
    (!records || mayRecord(known.path)) && (site.name === known.name || mayAdd(known.path));
  const maySee = mayRecord(known.path) || mayAdd(known.path);
  if (mayChange && maySee) return { site };
  return { fault: fault(row, 'id', '不在您的管辖范围', 'is not within your reach') };
}

function newSite(
  { fault }: CsvTable,
  { row, cells: { id = '', organisationId = '', kind: told = '', name = '' } }: CsvRow,
  { organisations, mayAdd }: SiteRoster,
  sites: Index,
  facts: Facts,
): Answer {
  const wrong = (column: string, zh: string, en: string) => ({ fault: fault(row, column, zh, en) });
  if (isScientific(id)) {
    return wrong(
      'id',
      '代码被电子表格改成了科学记数，请将此列设为文本',
      'the code became a number',
    );
  }
  if (id !== '' && !isCode(id))
    return wrong('id', '代码只能由字母、数字和连字符组成', 'is no code');
  if (id !== '' && organisationId === '')
    return wrong('id', '没有这个站点', 'there is no such site');
  const organisation = organisations.get(organisationId);
  if (organisation === undefined) {
    return wrong('organisationId', '没有这个单位', 'there is no such organisation');
  }
  const kind = kindOf(told);
  if (kind === undefined) return wrong('kind', '类型应为：村、社区、基地', 'is no kind of site');
  if (organisation.kind !== SITE_OF[kind]) {
    const zh = `此类站点应属于${KIND_NAMES[SITE_OF[kind]]}`;
    return wrong('organisationId', zh, `a site of this kind belongs to a ${SITE_OF[kind]}`);
  }
  if (name === '') return wrong('name', '名称必填', 'the name is missing');
  if (name.length > NAME_LENGTH_MAX) {
    return wrong('name', `至多 ${NAME_LENGTH_MAX} 个字`, `at most ${NAME_LENGTH_MAX} characters`);
  }
  if (!mayAdd(organisation.path)) {
    return wrong('organisationId', '不在您的管辖范围', 'is not within your reach');
  }
  const code = id || nextCode(organisationId, sites);
  const { path } = organisation;
  return { site: { id: code, organisationId, path, kind, name, facts } };
}

function nextCode(organisationId: string, { byId }: Index): string {
  for (let number = 1; ; number += 1) {
    const code = `${organisationId}-S${number}`;
    if (!byId.has(code)) return code;
  }
}

const kindOf = (text: string): SiteKind | undefined =>
  SITE_KINDS.find((kind) => kind === text) ?? KINDS[text];

function factsOf(table: CsvTable, { row, cells }: CsvRow): { facts: Facts; faults: CellFault[] } {
  const facts: Facts = {};
  const faults: CellFault[] = [];
  for (const [column, text] of Object.entries(cells)) {
    if (!column.startsWith('facts.') || text === '') continue;
    const name = column.slice('facts.'.length);
    const value = factValue(formOf(name), text);
    const fault = 'value' in value ? factFault(name, value.value) : value;
    if (fault !== null) faults.push(table.fault(row, column, fault.zh, fault.en));
    else if ('value' in value) facts[name] = value.value;
  }
  return { facts, faults };
}

const YES = new Set(['true', '是', '有']);
const NO = new Set(['false', '否', '无']);

function factValue(
  form: FactForm | undefined,
  text: string,
): { value: string | number | boolean } | { zh: string; en: string } {
  const isNumber = /^-?\d{1,12}(?:\.\d{1,6})?$/.test(text);
  if (form !== 'text' && form !== 'date') {
    if (form !== 'boolean' && isNumber) return { value: Number(text) };
    if (form === 'number') return { zh: '应为不小于 0 的数字', en: 'must be a number, 0 or more' };
    if (YES.has(text.toLowerCase())) return { value: true };
    if (NO.has(text.toLowerCase())) return { value: false };
    if (form === 'boolean') return { zh: '应为“是”或“否”', en: 'must be true or false' };
  }
  if (text.length <= TEXT_LENGTH_MAX) return { value: text };
  return { zh: `至多 ${TEXT_LENGTH_MAX} 个字`, en: `at most ${TEXT_LENGTH_MAX} characters` };
}

const sameFacts = (a: Facts, b: Facts): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value);

const sameSite = (a: SiteRow, b: SiteRow): boolean =>
  a.name === b.name && sameFacts(a.facts, b.facts);
