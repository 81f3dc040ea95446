// A list of sites and what is recorded of them. A row that names a known site changes only what its
// cells say; an empty cell says nothing.

import type { Organisation } from '../access/addressees.ts';
import type { SiteKind } from '../county/organisations.ts';
import { KIND_NAMES, NAME_LENGTH_MAX, SITE_KINDS, SITE_OF } from '../county/organisations.ts';
import type { FactForm, Facts, FactValue } from '../county/site-facts.ts';
import { factFault, formOf, SITE_FACTS } from '../county/site-facts.ts';
import { FACT_VALUES, SITE_KIND_WORDS } from '../words/terms.ts';
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

type SiteRow = {
  id: string;
  organisationId: string;
  path: string;
  kind: SiteKind;
  name: string;
  facts: Facts;
};

export const SITE_COLUMNS: readonly Column[] = [
  { name: 'id', headers: ['站点代码', '站点', 'siteId', 'id'] },
  { name: 'organisation', headers: ['单位代码', '单位', 'organisationCode'] },
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

const TEXT_LENGTH_MAX = 500;

type SiteRoster = {
  /** By code. */
  organisations: ReadonlyMap<string, Organisation>;
  sites: readonly SiteRow[];
  mayAdd: (path: string) => boolean;
  mayRecord: (path: string) => boolean;
};

type SiteChanges = {
  creates: SiteRow[];
  updates: SiteRow[];
  /** Those of the updates that get another name. */
  renames: (SiteRow & { before: string })[];
  unchanged: number;
};

/** What the faultless rows change, and every fault of the others. */
export function checkSites(
  table: Table,
  roster: SiteRoster,
): SiteChanges & { faults: CellFault[] } {
  const changes: SiteChanges = { creates: [], updates: [], renames: [], unchanged: 0 };
  const rows = openRows(table);
  const sites = indexOf(roster.sites);
  const seen = new Map<string, number>();
  for (const row of rows) {
    const facts = factsOf(row);
    const known = knownSite(row, roster, sites);
    const site =
      known === undefined
        ? newSite(row, roster, sites, facts)
        : changedSite(row, roster, known, facts);
    if (site === null) continue;
    const first = seen.get(site.id);
    if (first !== undefined) row.wrong('id', repeats(first));
    seen.set(site.id, first ?? row.row);
    if (row.faults.length > 0) continue;
    if (known === undefined) {
      add(sites, site);
      changes.creates.push(site);
    } else if (isSameSite(known, site)) changes.unchanged += 1;
    else {
      changes.updates.push(site);
      if (known.name !== site.name) changes.renames.push({ ...site, before: known.name });
    }
  }
  return { ...changes, faults: faultsOf(table, rows) };
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
  { cells: { id = '', organisation = '', name = '' } }: Row,
  { organisations }: SiteRoster,
  { byId, byName }: Index,
): SiteRow | undefined =>
  id === '' ? byName.get(nameKey(organisations.get(organisation)?.id ?? '', name)) : byId.get(id);

function changedSite(
  { cells: { organisation = '', kind = '', name = '' }, wrong }: Row,
  { organisations, mayAdd, mayRecord }: SiteRoster,
  known: SiteRow,
  facts: Facts,
): SiteRow | null {
  if (organisation !== '' && organisations.get(organisation)?.id !== known.organisationId) {
    return wrong('organisation', { zh: '该站点属于另一单位', en: 'the site is another’s' });
  }
  if (kind !== '' && kindOf(kind) !== known.kind) {
    return wrong('kind', { zh: '该站点是另一类型', en: 'the site is of another kind' });
  }
  const site = { ...known, name: name || known.name, facts: { ...known.facts, ...facts } };
  const records = !haveSameFacts(known.facts, site.facts);
  const mayChange =
    (!records || mayRecord(known.path)) && (site.name === known.name || mayAdd(known.path));
  const maySee = mayRecord(known.path) || mayAdd(known.path);
  return mayChange && maySee ? site : wrong('id', OUT_OF_REACH);
}

function newSite(
  { cells: { id = '', organisation: of = '', kind: told = '', name = '' }, wrong }: Row,
  { organisations, mayAdd }: SiteRoster,
  sites: Index,
  facts: Facts,
): SiteRow | null {
  const noCode = id === '' ? null : codeFault(id);
  if (noCode !== null) return wrong('id', noCode);
  if (id !== '' && of === '') {
    return wrong('id', { zh: '没有这个站点', en: 'there is no such site' });
  }
  const organisation = organisations.get(of);
  if (organisation === undefined) {
    const text = { zh: '没有这个单位', en: 'there is no such organisation' };
    return wrong('organisation', text);
  }
  const kind = kindOf(told);
  if (kind === undefined) {
    return wrong('kind', { zh: '类型应为：村、社区、基地', en: 'is no kind of site' });
  }
  if (organisation.kind !== SITE_OF[kind]) {
    const zh = `此类站点应属于${KIND_NAMES[SITE_OF[kind]]}`;
    return wrong('organisation', { zh, en: `a site of this kind belongs to a ${SITE_OF[kind]}` });
  }
  if (name === '') return wrong('name', { zh: '名称必填', en: 'the name is missing' });
  const tooLong = lengthFault(name, NAME_LENGTH_MAX);
  if (tooLong !== null) return wrong('name', tooLong);
  const { id: organisationId, path } = organisation;
  if (!mayAdd(path)) return wrong('organisation', OUT_OF_REACH);
  return { id: id || nextCode(organisation.code, sites), organisationId, path, kind, name, facts };
}

function nextCode(organisationCode: string, { byId }: Index): string {
  for (let number = 1; ; number += 1) {
    const code = `${organisationCode}-S${number}`;
    if (!byId.has(code)) return code;
  }
}

const kindOf = (text: string): SiteKind | undefined =>
  SITE_KINDS.find((kind) => kind === text || Object.values(SITE_KIND_WORDS[kind]).includes(text));

function factsOf({ cells, wrong }: Row): Facts {
  const facts: Facts = {};
  for (const [column, text] of Object.entries(cells)) {
    if (!column.startsWith('facts.') || text === '') continue;
    const name = column.slice('facts.'.length);
    const read = readFact(formOf(name), factNamed(name, text));
    const fault = 'value' in read ? factFault(name, read.value) : read;
    if (fault !== null) wrong(column, fault);
    else if ('value' in read) facts[name] = read.value;
  }
  return facts;
}

const YES = new Set(['true', 'yes', '是', '有']);
const NO = new Set(['false', 'no', '否', '无']);

/** The value that a workbook shows in words: 电信模式 is TELECOM. */
const factNamed = (name: string, text: string): string =>
  Object.entries(FACT_VALUES[name] ?? {}).find(([, words]) =>
    Object.values(words).includes(text),
  )?.[0] ?? text;

function readFact(form: FactForm | undefined, text: string): { value: FactValue } | Text {
  const isNumber = /^-?\d{1,12}(?:\.\d{1,6})?$/.test(text);
  if (form !== 'text' && form !== 'date') {
    if (form !== 'boolean' && isNumber) return { value: Number(text) };
    if (form === 'number') return { zh: '应为不小于 0 的数字', en: 'must be a number, 0 or more' };
    if (YES.has(text.toLowerCase())) return { value: true };
    if (NO.has(text.toLowerCase())) return { value: false };
    if (form === 'boolean') return { zh: '应为“是”或“否”', en: 'must be true or false' };
  }
  return lengthFault(text, TEXT_LENGTH_MAX) ?? { value: text };
}

const haveSameFacts = (a: Facts, b: Facts): boolean =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([name, value]) => b[name] === value);

const isSameSite = (a: SiteRow, b: SiteRow): boolean =>
  a.name === b.name && haveSameFacts(a.facts, b.facts);
