// The order of the tree: the parent of each kind of organisation, and the sites of each.

import type { OrganisationKind } from './divisions.ts';

export const ORGANISATION_KINDS = [
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

/** The kind of the parent; null for the topmost. */
export const PARENT_KIND: { readonly [K in OrganisationKind]: OrganisationKind | null } = {
  CITY: null,
  COUNTY: 'CITY',
  TOWNSHIP: 'COUNTY',
  VILLAGE: 'TOWNSHIP',
  CITY_ORGANIZATION_DEPARTMENT: 'CITY',
  CITY_CENTRE: 'CITY',
  COUNTY_ORGANIZATION_DEPARTMENT: 'COUNTY',
  COUNTY_OFFICE: 'COUNTY',
  TOWNSHIP_PARTY_COMMITTEE: 'TOWNSHIP',
  TOWNSHIP_OFFICE: 'TOWNSHIP',
  VILLAGE_PARTY_ORGANIZATION: 'VILLAGE',
  BASE: 'TOWNSHIP',
};

export const KIND_NAMES: { readonly [K in OrganisationKind]: string } = {
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
