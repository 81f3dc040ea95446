// Makes the organisations of a place from its administrative divisions. Several bodies act for each
// division, and they are different addressees (Q13, Q16).

export const DIVISION_LEVELS = ['province', 'city', 'county', 'township', 'village'] as const;
export type DivisionLevel = (typeof DIVISION_LEVELS)[number];
export type OrganisationKind =
  | 'PROVINCE'
  | 'CITY'
  | 'COUNTY'
  | 'TOWNSHIP'
  | 'VILLAGE'
  | 'CITY_ORGANIZATION_DEPARTMENT'
  | 'CITY_CENTRE'
  | 'COUNTY_ORGANIZATION_DEPARTMENT'
  | 'COUNTY_OFFICE'
  | 'TOWNSHIP_PARTY_COMMITTEE'
  | 'TOWNSHIP_OFFICE'
  | 'VILLAGE_PARTY_ORGANIZATION'
  | 'BASE';

/** A county is also a city without counties: its townships stand right below it. */
export type Division = {
  code: string;
  /** Null for the topmost of an installation. */
  parentCode: string | null;
  level: DivisionLevel;
  name: string;
};

type MadeOrganisation = {
  code: string;
  parentCode: string | null;
  kind: OrganisationKind;
  name: string;
};

type MadeSite = {
  code: string;
  organisationCode: string;
  kind: 'VILLAGE' | 'COMMUNITY';
  name: string;
};

type Body = { suffix: string; kind: OrganisationKind; name: (division: string) => string };

export const KIND_OF_LEVEL = {
  province: 'PROVINCE',
  city: 'CITY',
  county: 'COUNTY',
  township: 'TOWNSHIP',
  village: 'VILLAGE',
} as const satisfies Record<DivisionLevel, OrganisationKind>;

/** The levels at which the parent of a division may stand. */
export const LEVELS_ABOVE: { readonly [L in DivisionLevel]: readonly DivisionLevel[] } = {
  province: [],
  city: ['province'],
  county: ['city', 'province'],
  township: ['county'],
  village: ['township'],
};

const department = (division: string): string => `${partyCommittee(division)}组织部`;

/** They verify and determine what a county hands up. */
const BODIES_ABOVE: Body[] = [
  { suffix: 'ZZB', kind: 'CITY_ORGANIZATION_DEPARTMENT', name: department },
  { suffix: 'YCJY', kind: 'CITY_CENTRE', name: (name) => `${name}远程教育中心` },
];

const BODIES: Record<DivisionLevel, Body[]> = {
  province: BODIES_ABOVE,
  city: BODIES_ABOVE,
  county: [
    { suffix: 'ZZB', kind: 'COUNTY_ORGANIZATION_DEPARTMENT', name: department },
    { suffix: 'YCB', kind: 'COUNTY_OFFICE', name: (county) => `${county}远程办` },
  ],
  township: [
    {
      suffix: 'DW',
      kind: 'TOWNSHIP_PARTY_COMMITTEE',
      name: (name) => `${officeless(name)}${isGoverned(name) ? '党委' : '党工委'}`,
    },
    { suffix: 'ZF', kind: 'TOWNSHIP_OFFICE', name: townshipOffice },
  ],
  village: [
    {
      suffix: 'DZB',
      kind: 'VILLAGE_PARTY_ORGANIZATION',
      name: (name) => `${settlementName(name)}党支部`,
    },
  ],
};

/** How bodies of this kind are named after their division; null for any other kind of organisation. */
export const bodyNames = (kind: string): ((division: string) => string) | null =>
  Object.values(BODIES)
    .flat()
    .find((body) => body.kind === kind)?.name ?? null;

/**
 * The bodies of a division. Where a county is the topmost, those of the level above stand at it under codes of
 * their own, and bear the name of that level where it is known.
 */
export function bodiesOf(
  { code, parentCode, level, name }: Division,
  above: string | null,
): MadeOrganisation[] {
  const made = (bodies: readonly Body[], prefix: string, of: string) =>
    bodies.map((body) => ({
      code: `${code}-${prefix}${body.suffix}`,
      parentCode: code,
      kind: body.kind,
      name: body.name(of),
    }));
  const own = made(BODIES[level], '', name);
  if (level !== 'county' || parentCode !== null) return own;
  return [...own, ...made(BODIES_ABOVE, 'SJ', above ?? `${name}上级`)];
}

/** Every division and its bodies, parents before children as the divisions are. */
export const organisationsFromDivisions = (
  divisions: readonly Division[],
  above: string | null,
): MadeOrganisation[] =>
  divisions.flatMap((division) => {
    const { code, parentCode, level, name } = division;
    return [{ code, parentCode, kind: KIND_OF_LEVEL[level], name }, ...bodiesOf(division, above)];
  });

/** Each village or community has one terminal site (站点); users add the sites of bases. */
export const sitesFromDivisions = (divisions: readonly Division[]): MadeSite[] =>
  divisions
    .filter(({ level }) => level === 'village')
    .map(({ code, name }) => ({
      code: `${code}-S1`,
      organisationCode: code,
      kind: isCommunity(code, name) ? 'COMMUNITY' : 'VILLAGE',
      name: `${settlementName(name)}远程教育站点`,
    }));

/** 甲县 → 甲县委, 甲地区 → 甲地委, 甲自治区 → 甲自治区党委. */
function partyCommittee(division: string): string {
  if (division.endsWith('自治区')) return `${division}党委`;
  return division.endsWith('地区') ? `${division.slice(0, -2)}地委` : `${division}委`;
}

/** True of those that have a people's government; the others have an office of the government above. */
const isGoverned = (township: string): boolean => /[镇乡]$|苏木$/.test(township);

/** 甲街道办事处 → 甲街道, 甲管委会 → 甲. */
const officeless = (township: string): string =>
  township.replace(/(.)(?:办事处|管委会|管理委员会)$/, '$1');

function townshipOffice(township: string): string {
  if (isGoverned(township)) return `${township}人民政府`;
  const name = officeless(township);
  return `${name}${/(?:街道|地区)$/.test(name) ? '办事处' : '管委会'}`;
}

/**
 * The name decides, and where it says neither, the number: 001 to 199 and 4xx are residents' committees and the like,
 * the others villagers' (统计用区划代码和城乡划分代码编制规则).
 */
const isCommunity = (code: string, name: string): boolean =>
  /(?:社区|居委会|居民委员会)$/.test(name) || (!/村/.test(name) && /^\d{9}[014]\d\d$/.test(code));

/** 甲村村委会 → 甲村, 甲村委会 → 甲村, 甲社区居委会 → 甲社区. */
export function settlementName(division: string): string {
  const village = /^(.+)村(?:委会|民委员会)$/.exec(division)?.[1];
  if (village) return village.endsWith('村') ? village : `${village}村`;
  return division.replace(/(?:居委会|居民委员会)$/, '');
}

const DIGITS_OF_LEVEL: { readonly [digits: number]: DivisionLevel } = {
  2: 'province',
  4: 'city',
  6: 'county',
  9: 'township',
  12: 'village',
};

/**
 * The code as the directory has it: the twelve digits of the statistics bureau and the six of GB/T 2260 without
 * the zeros that stand for the levels below; every other code as it is.
 */
export function bareCode(code: string): string {
  if (!/^\d{6}(?:\d{6})?$/.test(code)) return code;
  const whole = code.padEnd(12, '0');
  const digits = [2, 4, 6, 9].find((length) => /^0+$/.test(whole.slice(length)));
  return whole.slice(0, digits);
}

/** The level that a bare code tells by its length; undefined for a code of another form. */
export const levelOfCode = (code: string): DivisionLevel | undefined =>
  /^\d+$/.test(code) ? DIGITS_OF_LEVEL[code.length] : undefined;

/** Counties right below a province: in the four municipalities, and those whose city is 90. */
const STANDS_UNDER_PROVINCE = /^(?:(?:11|12|31|50)..|..90)..$/;

/** Bare codes of the divisions that may be the parent by the code alone, the nearest first. */
export function parentsByCode(code: string): string[] {
  if (levelOfCode(code) === undefined) return [];
  const cut = (digits: number) => code.slice(0, digits);
  switch (code.length) {
    case 12:
      return [cut(9)];
    case 9:
      // A city without counties has 00 in the place of the county.
      return [cut(6).endsWith('00') ? cut(4) : cut(6)];
    case 6:
      return STANDS_UNDER_PROVINCE.test(code) ? [cut(4), cut(2)] : [cut(4)];
    case 4:
      return [cut(2)];
    default:
      return [];
  }
}

/** Rows of the bureau's form that only gather others and name no division. */
export const isGathering = (name: string): boolean =>
  /^(?:市辖区|县|(?:省|自治区)直辖县级行政(?:区划|单位))$/.test(name);
