// Makes the organisations of a city from its administrative divisions. Several bodies act for each
// division, and they are different addressees (Q13, Q16).

type DivisionLevel = 'city' | 'county' | 'township' | 'village';
export type OrganisationKind =
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

/** One row of the divisions file; `parentCode` is empty for the topmost. */
export type Division = { code: string; parentCode: string; level: DivisionLevel; name: string };

type SeedOrganisation = {
  code: string;
  parentCode: string | null;
  kind: OrganisationKind;
  name: string;
};

type SeedSite = {
  code: string;
  organisationCode: string;
  kind: 'VILLAGE' | 'COMMUNITY';
  name: string;
};

type Body = { suffix: string; kind: OrganisationKind; name: (division: string) => string };

const LEVELS: DivisionLevel[] = ['city', 'county', 'township', 'village'];

const KIND_OF_LEVEL = {
  city: 'CITY',
  county: 'COUNTY',
  township: 'TOWNSHIP',
  village: 'VILLAGE',
} as const satisfies Record<DivisionLevel, OrganisationKind>;

const BODIES: Record<DivisionLevel, Body[]> = {
  city: [
    { suffix: 'ZZB', kind: 'CITY_ORGANIZATION_DEPARTMENT', name: (city) => `${city}委组织部` },
    { suffix: 'YCJY', kind: 'CITY_CENTRE', name: (city) => `${city}远程教育中心` },
  ],
  county: [
    { suffix: 'ZZB', kind: 'COUNTY_ORGANIZATION_DEPARTMENT', name: (name) => `${name}委组织部` },
    { suffix: 'YCB', kind: 'COUNTY_OFFICE', name: (county) => `${county}远程办` },
  ],
  township: [
    {
      suffix: 'DW',
      kind: 'TOWNSHIP_PARTY_COMMITTEE',
      name: (name) => `${name}${isSubdistrict(name) ? '党工委' : '党委'}`,
    },
    {
      suffix: 'ZF',
      kind: 'TOWNSHIP_OFFICE',
      name: (name) => `${name}${isSubdistrict(name) ? '办事处' : '人民政府'}`,
    },
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
 * Every division and its bodies, parents before children. Throws when a parent is missing or not of
 * the level above, or when a code appears twice.
 */
export function organisationsFromDivisions(rows: Division[]): SeedOrganisation[] {
  const levels = new Map(rows.map((row) => [row.code, row.level]));
  if (levels.size < rows.length) throw new Error('a division code appears twice');
  const inOrder = LEVELS.flatMap((level) => rows.filter((row) => row.level === level));
  return inOrder.flatMap((row) => {
    const above = LEVELS[LEVELS.indexOf(row.level) - 1];
    if (row.parentCode && levels.get(row.parentCode) !== above) {
      throw new Error(`${row.code} ${row.name}: there is no ${above} ${row.parentCode}`);
    }
    return [
      {
        code: row.code,
        parentCode: row.parentCode || null,
        kind: KIND_OF_LEVEL[row.level],
        name: row.name,
      },
      ...BODIES[row.level].map((body) => ({
        code: `${row.code}-${body.suffix}`,
        parentCode: row.code,
        kind: body.kind,
        name: body.name(row.name),
      })),
    ];
  });
}

/** Each village or community has one terminal site (站点); users add the sites of bases. */
export function sitesFromDivisions(rows: Division[]): SeedSite[] {
  return rows
    .filter((row) => row.level === 'village')
    .map((row) => ({
      code: `${row.code}-S1`,
      organisationCode: row.code,
      kind: settlementName(row.name).endsWith('社区') ? 'COMMUNITY' : 'VILLAGE',
      name: `${settlementName(row.name)}远程教育站点`,
    }));
}

function isSubdistrict(township: string): boolean {
  return township.endsWith('街道');
}

/** 彭村村委会 → 彭村, 偏桥村委会 → 偏桥村, 宜园社区居委会 → 宜园社区. */
export function settlementName(division: string): string {
  const village = /^(.+)村(?:委会|民委员会)$/.exec(division)?.[1];
  if (village) return village.endsWith('村') ? village : `${village}村`;
  return division.replace(/(?:居委会|居民委员会)$/, '');
}
