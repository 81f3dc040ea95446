// A list of candidates, checked row by row against the plan, the county and who is there already.

import type { Organisation } from '../access/addressees.ts';
import { comparable, type Identity, likeness, type StandsAs } from '../candidate/identity.ts';
import { comparableName } from '../candidate/personal-name.ts';
import { standsWithSite } from '../candidate/site-bound.ts';
import { bearsPersonalName, personalNameFault, STANDS_AT } from '../candidate/subject.ts';
import { settlementName } from '../county/divisions.ts';
import { KIND_NAMES } from '../county/organisations.ts';
import { placeName } from '../county/place-names.ts';
import { clauseIn } from '../plan/citations.ts';
import type { Category, Plan } from '../plan/plan-schema.ts';
import { findCategory } from '../plan-check/plan.ts';
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

export const CANDIDATE_COLUMNS: readonly Column[] = [
  { name: 'category', headers: ['类别', 'category'], required: true },
  {
    name: 'organisation',
    headers: ['单位', '单位代码', '单位名称', 'organisation', 'organisationCode'],
    required: true,
  },
  { name: 'personName', headers: ['姓名', '户主', '户主姓名', 'personName'] },
  { name: 'birthYear', headers: ['出生年份', '出生年', 'birthYear'] },
  { name: 'identityDigest', headers: ['身份摘要', 'identityDigest'] },
  { name: 'name', headers: ['名称', '家庭名称', 'name'] },
  { name: 'siteId', headers: ['站点', '站点代码', 'siteId'] },
  { name: 'admittedLateFor', headers: ['准予逾期登记的理由', '准予逾期理由', 'admittedLateFor'] },
];

const PERSON_NAME_LENGTH_MAX = 100;
const NAME_LENGTH_MAX = 200;
const REASON_LENGTH_MAX = 2000;

type NewCandidate = {
  category: string;
  organisationId: string;
  name: string | null;
  personName: string | null;
  birthYear: number | null;
  identityDigest: string | null;
  siteId: string | null;
};

export type CandidateOfRow = NewCandidate & { row: number; admittedLateFor: string | null };

/** One candidate for a unit, person or household in a category: what makes two rows the same. */
export const candidateKey = ({
  category,
  organisationId,
  personName,
}: Pick<NewCandidate, 'category' | 'organisationId' | 'personName'>): string =>
  JSON.stringify([category, organisationId, comparableName(personName ?? '')]);

type CandidateRoster = {
  plan: Plan;
  /** Every organisation of the plan's county. */
  organisations: readonly Organisation[];
  sites: readonly { id: string; organisationId: string }[];
  /** Keys of those that are registered already. */
  registered: ReadonlySet<string>;
  mayRegister: (path: string) => boolean;
};

type Index = {
  byCode: ReadonlyMap<string, Organisation>;
  byName: ReadonlyMap<string, readonly Organisation[]>;
  sitesOf: ReadonlyMap<string, readonly string[]>;
};

/** The candidates of the faultless rows, in order, and every fault of the others. */
export function checkCandidates(
  table: Table,
  roster: CandidateRoster,
): { creates: CandidateOfRow[]; faults: CellFault[] } {
  const index = indexOf(roster);
  const rows = openRows(table);
  const creates: CandidateOfRow[] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    const candidate = candidateOf(row, roster, index);
    if (candidate === null || row.faults.length > 0) continue;
    if (isTwin(row, candidate, roster, seen)) continue;
    if (isSamePerson(row, candidate, roster, creates)) continue;
    creates.push({
      ...candidate,
      row: row.row,
      admittedLateFor: row.cells.admittedLateFor || null,
    });
  }
  return { creates, faults: faultsOf(table, rows) };
}

function indexOf({ organisations, sites }: CandidateRoster): Index {
  const byName = new Map<string, Organisation[]>();
  const byId = new Map(organisations.map((item) => [item.id, item]));
  for (const organisation of organisations) {
    const above = byId.get(organisation.parentId ?? '');
    const place = placeName(organisation, above === undefined ? [] : [above]);
    // Lists of villages say 甲村 or 某镇甲村, the directory 甲村村委会.
    const { name: own } = organisation;
    for (const name of new Set([own, settlementName(own), place])) {
      byName.set(name, [...(byName.get(name) ?? []), organisation]);
    }
  }
  const sitesOf = Map.groupBy(sites, ({ organisationId }) => organisationId);
  return {
    byCode: new Map(organisations.map((item) => [item.code, item])),
    byName,
    sitesOf: new Map([...sitesOf].map(([id, rows]) => [id, rows.map((site) => site.id)])),
  };
}

function candidateOf(
  { cells, wrong }: Row,
  { plan, mayRegister }: CandidateRoster,
  index: Index,
): NewCandidate | null {
  const category = findCategory(plan, cells.category ?? '');
  if (category === undefined) {
    const known = plan.categories.map(({ name }) => name).join('、');
    const en = `no such category; known: ${known}`;
    wrong('category', { zh: `方案没有这一类别；可用：${known}`, en });
  }
  const organisation = organisationOf(cells.organisation ?? '', category, index);
  if ('zh' in organisation) wrong('organisation', organisation);
  else if (!mayRegister(organisation.path)) wrong('organisation', OUT_OF_REACH);
  const tooLong = lengthFault(cells.name ?? '', NAME_LENGTH_MAX);
  if (tooLong !== null) wrong('name', tooLong);
  const longReason = lengthFault(cells.admittedLateFor ?? '', REASON_LENGTH_MAX);
  if (longReason !== null) wrong('admittedLateFor', longReason);
  if (category === undefined) return null;
  checkPerson(category, cells, wrong);
  if ('zh' in organisation) return null;
  const sites = index.sitesOf.get(organisation.id) ?? [];
  const { birthYear = '', identityDigest = '', siteId = '' } = cells;
  if (siteId !== '' && !sites.includes(siteId)) {
    wrong('siteId', { zh: '该单位没有这一站点', en: 'is no site of this organisation' });
  }
  return {
    category: category.code,
    organisationId: organisation.id,
    name: cells.name || null,
    personName: cells.personName || null,
    birthYear: birthYear === '' ? null : Number(birthYear),
    identityDigest: identityDigest.toLowerCase() || null,
    siteId: siteId || onlySite(category, sites),
  };
}

const DIGEST = /^[0-9a-f]{64}$/i;
const isBirthYear = (text: string): boolean =>
  /^\d{4}$/.test(text) && Number(text) >= 1900 && Number(text) <= 2100;

function checkPerson(category: Category, cells: Row['cells'], wrong: Row['wrong']): void {
  const { personName = '', birthYear = '', identityDigest = '' } = cells;
  const nameFault = personFault(category, personName);
  if (nameFault !== null) wrong('personName', nameFault);
  const isPersonal = bearsPersonalName(category.subject);
  if (birthYear !== '' && !(isPersonal && isBirthYear(birthYear))) {
    const zh = '出生年份为四位年份，如 1968；创建单位不填';
    wrong('birthYear', { zh, en: 'a year as 1968, of persons and householders only' });
  }
  if (identityDigest !== '' && !(isPersonal && DIGEST.test(identityDigest))) {
    // A number of 18 digits is what a hurried clerk puts here: it is not repeated in the answer.
    const zh = '应为 64 位十六进制摘要（HMAC-SHA-256）；不得填写身份证号；创建单位不填';
    const en = 'a keyed digest of 64 hexadecimal digits, never the number itself';
    wrong('identityDigest', { zh, en });
  }
}

/** Where there is only one site it need not be named. */
const onlySite = (category: Category, sites: readonly string[]): string | null =>
  standsWithSite(category) && sites.length === 1 ? (sites[0] ?? null) : null;

function organisationOf(
  text: string,
  category: Category | undefined,
  { byCode, byName }: Index,
): Organisation | Text {
  if (text === '') return { zh: '单位必填', en: 'the organisation is missing' };
  const scientific = scientificFault(text);
  if (scientific !== null) return scientific;
  const kind = STANDS_AT[category?.subject ?? 'person'];
  const found = byCode.get(text);
  const named = found === undefined ? (byName.get(text) ?? []) : [found];
  const fitting = named.filter((item) => kind === null || item.kind === kind);
  const [only, ...others] = fitting;
  if (named.length === 0)
    return { zh: '本县没有这个单位', en: 'no such organisation in the county' };
  if (only === undefined) {
    const what = category?.subject === 'household' ? '单位' : '对象';
    const zh = `这一类别的${what}应为${kind === null ? '' : KIND_NAMES[kind]}`;
    return { zh, en: `this category takes a ${kind}` };
  }
  if (others.length === 0) return only;
  const codes = fitting
    .slice(0, 5)
    .map(({ code }) => code)
    .join('、');
  return {
    zh: `有几个单位同名，请连同乡镇一起写，或填代码：${codes}`,
    en: `several are called this: name the township too, or a code: ${codes}`,
  };
}

const personFault = ({ subject }: Category, personName: string): Text | null =>
  personalNameFault(subject, personName || null) ?? lengthFault(personName, PERSON_NAME_LENGTH_MAX);

/** True, with a fault, for whom an earlier row names or who is registered already. */
function isTwin(
  { row, wrong }: Row,
  candidate: NewCandidate,
  { registered }: CandidateRoster,
  seen: Map<string, number>,
): boolean {
  const key = candidateKey(candidate);
  const column = candidate.personName === null ? 'organisation' : 'personName';
  const first = seen.get(key);
  seen.set(key, first ?? row);
  if (first !== undefined) wrong(column, repeats(first));
  else if (registered.has(key)) {
    wrong(column, { zh: '同一类别中已经登记', en: 'is registered in this category already' });
  } else return false;
  return true;
}

/**
 * True, with a fault, for the person or household of an earlier row (R63). Whoever stands already is found by the
 * registration itself.
 */
function isSamePerson(
  { wrong }: Row,
  candidate: NewCandidate,
  { plan }: CandidateRoster,
  before: readonly CandidateOfRow[],
): boolean {
  const identity = identityOf(candidate);
  if (identity === null || !plan.policies.onePersonOneCategory.value) return false;
  const own = standsAs(plan, candidate);
  const twin = before.find((other) => {
    const known = identityOf(other);
    return (
      known !== null &&
      comparable(own, standsAs(plan, other)) &&
      likeness(identity, known) === 'same'
    );
  });
  if (twin === undefined) return false;
  const [zh, en] =
    own.subject === 'household'
      ? [
          `与第 ${twin.row} 行为同一户：同一户在一个类别只申报一次`,
          `is the household of row ${twin.row}: it stands in a category only once`,
        ]
      : [
          `与第 ${twin.row} 行为同一人：同一人只在一个类别、由一个单位申报`,
          `is the person of row ${twin.row}: one person stands in one category only`,
        ];
  wrong('personName', { zh, en }, clauseIn(plan, 'R63'));
  return true;
}

const standsAs = (plan: Plan, { category }: NewCandidate): StandsAs => ({
  category,
  subject: findCategory(plan, category)?.subject ?? 'person',
});

const identityOf = ({ personName, birthYear, identityDigest }: NewCandidate): Identity | null =>
  personName === null ? null : { name: personName, birthYear, digest: identityDigest };
