// The order of the tree: the parent of each kind of organisation, and the sites of each.

import type { OrganisationKind } from './divisions.ts';

type Text = { zh: string; en: string };

export const ORGANISATION_KINDS = [
  'PROVINCE',
  'CITY',
  'COUNTY',
  'TOWNSHIP',
  'VILLAGE',
  'CITY_ORGANIZATION_DEPARTMENT',
  'CITY_CENTRE',
  'COUNTY_ORGANIZATION_DEPARTMENT',
  'COUNTY_OFFICE',
  'TOWNSHIP_PARTY_COMMITTEE',
  'TOWNSHIP_OFFICE',
  'VILLAGE_PARTY_ORGANIZATION',
  'BASE',
] as const satisfies readonly OrganisationKind[];

/** The kinds under which one may stand; a topmost organisation is founded with the database alone. */
const PARENT_KINDS: { readonly [K in OrganisationKind]: readonly OrganisationKind[] } = {
  PROVINCE: [],
  CITY: ['PROVINCE'],
  COUNTY: ['CITY', 'PROVINCE'],
  TOWNSHIP: ['COUNTY'],
  VILLAGE: ['TOWNSHIP'],
  CITY_ORGANIZATION_DEPARTMENT: ['CITY', 'PROVINCE'],
  CITY_CENTRE: ['CITY', 'PROVINCE'],
  COUNTY_ORGANIZATION_DEPARTMENT: ['COUNTY'],
  COUNTY_OFFICE: ['COUNTY'],
  TOWNSHIP_PARTY_COMMITTEE: ['TOWNSHIP'],
  TOWNSHIP_OFFICE: ['TOWNSHIP'],
  VILLAGE_PARTY_ORGANIZATION: ['VILLAGE'],
  BASE: ['TOWNSHIP'],
};

type Parent = { kind: OrganisationKind; parentId: string | null };

/** The bodies of the level above stand at a county where it is the topmost itself. */
const mayStandUnder = (kind: OrganisationKind, parent: Parent): boolean =>
  PARENT_KINDS[kind].includes(parent.kind) ||
  (parent.kind === 'COUNTY' && parent.parentId === null && kind.startsWith('CITY_'));

/** The reason why an organisation of this kind cannot stand under another; null when it can. */
export function parentFault(kind: OrganisationKind, parent: Parent): Text | null {
  if (mayStandUnder(kind, parent)) return null;
  const kinds = PARENT_KINDS[kind];
  if (kinds.length === 0) {
    return { zh: `${KIND_NAMES[kind]}没有上级单位`, en: `a ${kind} stands under nothing` };
  }
  return {
    zh: `${KIND_NAMES[kind]}应设在${kinds.map((each) => KIND_NAMES[each]).join('或')}之下`,
    en: `${kind} stands under ${kinds.join(' or ')}, not under ${parent.kind}`,
  };
}

export const KIND_NAMES: { readonly [K in OrganisationKind]: string } = {
  PROVINCE: '省',
  CITY: '市',
  COUNTY: '县',
  TOWNSHIP: '乡镇',
  VILLAGE: '村',
  CITY_ORGANIZATION_DEPARTMENT: '市委组织部',
  CITY_CENTRE: '市级主办单位',
  COUNTY_ORGANIZATION_DEPARTMENT: '县委组织部',
  COUNTY_OFFICE: '县级主办单位',
  TOWNSHIP_PARTY_COMMITTEE: '乡镇党委',
  TOWNSHIP_OFFICE: '乡镇经办机构',
  VILLAGE_PARTY_ORGANIZATION: '村级党组织',
  BASE: '基地',
};

export const SITE_KINDS = ['VILLAGE', 'COMMUNITY', 'BASE'] as const;
export type SiteKind = (typeof SITE_KINDS)[number];

/** The kind of organisation that has sites of this kind. */
export const SITE_OF: { readonly [K in SiteKind]: OrganisationKind } = {
  VILLAGE: 'VILLAGE',
  COMMUNITY: 'VILLAGE',
  BASE: 'BASE',
};

/** Codes and ids become parts of paths that searches match by prefix, so they hold no special characters. */
export const CODE_PATTERN = '^[0-9A-Za-z]+(?:-[0-9A-Za-z]+)*$';
export const CODE_LENGTH_MAX = 40;
export const NAME_LENGTH_MAX = 200;

export const isCode = (text: string): boolean =>
  text.length <= CODE_LENGTH_MAX && new RegExp(CODE_PATTERN).test(text);

type Paths = { path: string; codePath: string };

/** Where an organisation lies below its parent; null for the topmost. */
export const pathsBelow = (
  parent: Paths | null | undefined,
  { id, code }: { id: string; code: string },
): Paths => ({
  path: `${parent?.path ?? '/'}${id}/`,
  codePath: `${parent?.codePath ?? '/'}${code}/`,
});
