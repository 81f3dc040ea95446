// To whom a notice goes: decided by role and place in the tree, never by a list somebody keeps.

import type { Addressee } from '../../../machines/kit/effect.ts';
import type { Places } from '../../../machines/selection/caps.ts';
import { bareCode, type OrganisationKind } from '../county/divisions.ts';
import { KIND_NAMES } from '../county/organisations.ts';

export type Organisation = {
  /** Never changes, says nothing, and is what paths are made of. */
  id: string;
  /** The division code, of a body with a suffix. It may be reassigned. */
  code: string;
  parentId: string | null;
  kind: OrganisationKind;
  name: string;
  /** The ids from the top of the tree down: '/u5s…/uk2…/'. */
  path: string;
  /** The codes from the top of the tree down; lists are in its order. */
  codePath: string;
  /** Its last day and who goes on with what was its own; null, or left out, while it stands. */
  ended?: OrganisationEnd | null;
};

export type OrganisationEnd = {
  /** The first day on which nothing new is laid on it, 'YYYY-MM-DD'. */
  on: string;
  /** The first named takes over what nobody decides about. */
  successorIds: string[];
};

/** The organisations of the county's tree by id; by code, and under each division, those that stand. */
export type Directory = {
  version: number;
  byId: ReadonlyMap<string, Organisation>;
  byCode: ReadonlyMap<string, Organisation>;
  childrenOf: ReadonlyMap<string, readonly Organisation[]>;
};

export function directoryOf(version: number, organisations: readonly Organisation[]): Directory {
  const childrenOf = new Map<string, Organisation[]>();
  const standing = organisations.filter(({ ended }) => !ended);
  for (const organisation of standing) {
    if (organisation.parentId === null) continue;
    const siblings = childrenOf.get(organisation.parentId) ?? [];
    siblings.push(organisation);
    childrenOf.set(organisation.parentId, siblings);
  }
  return {
    version,
    byId: new Map(organisations.map((item) => [item.id, item])),
    byCode: new Map(standing.map((item) => [item.code, item])),
    childrenOf,
  };
}

/** Who goes on with what was an organisation's: itself while it stands, and where it ended without a successor. */
export function successorOf(
  directory: Directory,
  organisationId: string,
): Organisation | undefined {
  const own = directory.byId.get(organisationId);
  const [next] = own?.ended?.successorIds ?? [];
  // A successor stands when it is named, and whoever ends later names another: there is no circle.
  return next === undefined ? own : successorOf(directory, next);
}

/** The division that a plan is made for, which it names by its code. */
export const divisionOf = (
  { byCode }: Directory,
  { divisionCode }: { divisionCode: string },
): Organisation | undefined => byCode.get(bareCode(divisionCode));

const body = (directory: Directory, divisionId: string, kind: string): Organisation[] =>
  (directory.childrenOf.get(divisionId) ?? []).filter((item) => item.kind === kind);

/**
 * The division of this kind at or above an organisation; undefined when there is none. Over a county stands a city, or
 * right away the province; where the county itself is the topmost, the bodies of the level above stand at it.
 */
export function divisionAbove(
  directory: Directory,
  organisationId: string,
  kind: 'CITY' | 'COUNTY' | 'TOWNSHIP' | 'VILLAGE',
): Organisation | undefined {
  for (let current = directory.byId.get(organisationId); current !== undefined; ) {
    const isOver = kind === 'CITY' && (current.parentId === null || current.kind === 'PROVINCE');
    if (current.kind === kind || isOver) return current;
    current = current.parentId === null ? undefined : directory.byId.get(current.parentId);
  }
  return undefined;
}

/** The places in which an organisation's candidate stands: itself, its village and its township. */
export const placesIn =
  (directory: Directory) =>
  (organisationId: string): Places => ({
    unit: organisationId,
    village: divisionAbove(directory, organisationId, 'VILLAGE')?.id ?? null,
    township: divisionAbove(directory, organisationId, 'TOWNSHIP')?.id ?? null,
  });

/** The body that answers for a division. */
export const OWN_BODY: { readonly [kind: string]: string } = {
  COUNTY: 'COUNTY_OFFICE',
  TOWNSHIP: 'TOWNSHIP_PARTY_COMMITTEE',
  VILLAGE: 'VILLAGE_PARTY_ORGANIZATION',
};

type Body = readonly [division: Organisation | undefined, kind: string];

const above = (
  directory: Directory,
  organisationId: string,
  division: 'CITY' | 'COUNTY' | 'TOWNSHIP',
  kind: string,
): Body => [divisionAbove(directory, organisationId, division), kind];

/** The office one step up: of a village or base its township, of a township the county, then the city. */
function superior(directory: Directory, organisationId: string): Body[] {
  const organisation = directory.byId.get(organisationId);
  if (organisation === undefined) return [];
  const township = divisionAbove(directory, organisationId, 'TOWNSHIP');
  if (township === undefined) return [above(directory, organisationId, 'CITY', 'CITY_CENTRE')];
  const ofTownship = organisation.kind === 'TOWNSHIP' || organisation.kind.startsWith('TOWNSHIP_');
  return [
    ofTownship
      ? above(directory, organisationId, 'COUNTY', 'COUNTY_OFFICE')
      : [township, 'TOWNSHIP_OFFICE'],
  ];
}

/** The bodies behind one addressee, whether or not the directory has them; the county's all townships. */
function bodiesOf(directory: Directory, organisationId: string, addressee: Addressee): Body[] {
  switch (addressee) {
    case 'responsible': {
      const own = directory.byId.get(organisationId);
      return own === undefined ? [] : [[own, OWN_BODY[own.kind] ?? own.kind]];
    }
    case 'superior':
      return superior(directory, organisationId);
    case 'township-committee':
      return [above(directory, organisationId, 'TOWNSHIP', 'TOWNSHIP_PARTY_COMMITTEE')];
    case 'township-office':
      return [above(directory, organisationId, 'TOWNSHIP', 'TOWNSHIP_OFFICE')];
    case 'every-township-committee': {
      const county = divisionAbove(directory, organisationId, 'COUNTY');
      return (county === undefined ? [] : (directory.childrenOf.get(county.id) ?? []))
        .filter(({ kind }) => kind === 'TOWNSHIP')
        .map((township): Body => [township, 'TOWNSHIP_PARTY_COMMITTEE']);
    }
    case 'county-office':
      return [above(directory, organisationId, 'COUNTY', 'COUNTY_OFFICE')];
    case 'county-department':
      return [above(directory, organisationId, 'COUNTY', 'COUNTY_ORGANIZATION_DEPARTMENT')];
    case 'city-centre':
      return [above(directory, organisationId, 'CITY', 'CITY_CENTRE')];
    default: {
      const never: never = addressee;
      throw new Error(`nobody is addressed as ${String(never)}`);
    }
  }
}

const standingFor = (directory: Directory, organisationId: string): string =>
  successorOf(directory, organisationId)?.id ?? organisationId;

const present = (directory: Directory, [division, kind]: Body): Organisation[] => {
  if (division === undefined) return [];
  return division.kind === kind ? [division] : body(directory, division.id, kind);
};

/** The organisations behind one addressee, seen from the subject's organisation. */
export const resolveAddressee = (
  directory: Directory,
  organisationId: string,
  addressee: Addressee,
): Organisation[] =>
  bodiesOf(directory, standingFor(directory, organisationId), addressee).flatMap((one) =>
    present(directory, one),
  );

/** Who acts for a division to the outside, the first that there is. */
const STAND_INS: { readonly [kind: string]: readonly string[] } = {
  TOWNSHIP: ['TOWNSHIP_PARTY_COMMITTEE', 'TOWNSHIP_OFFICE'],
  COUNTY: ['COUNTY_OFFICE', 'COUNTY_ORGANIZATION_DEPARTMENT'],
  CITY: ['CITY_CENTRE', 'CITY_ORGANIZATION_DEPARTMENT'],
  PROVINCE: ['CITY_CENTRE', 'CITY_ORGANIZATION_DEPARTMENT'],
};

/** The next body at or above an organisation that the directory has; none: nobody at all. */
function standInFor(
  directory: Directory,
  organisation: Organisation | undefined,
): Organisation | undefined {
  for (let at = organisation; at !== undefined; ) {
    for (const kind of STAND_INS[at.kind] ?? []) {
      const [found] = body(directory, at.id, kind);
      if (found !== undefined) return found;
    }
    at = at.parentId === null ? undefined : directory.byId.get(at.parentId);
  }
  return undefined;
}

export type Reached = {
  organisation: Organisation;
  /** Whom it was for, when the directory does not have them: 某村（村级党组织）. Null: themselves. */
  standsFor: string | null;
};

/**
 * Who gets what is sent to one addressee: for a body that the directory does not have, as after an
 * import of villages without their Party organisations, the next one at or above its division. Empty
 * only when the addressee has no meaning here: a county's own candidate has no township.
 */
export const reachAddressee = (
  directory: Directory,
  organisationId: string,
  addressee: Addressee,
): Reached[] =>
  bodiesOf(directory, standingFor(directory, organisationId), addressee).flatMap(
    (one): Reached[] => {
      const own = present(directory, one);
      if (own.length > 0) return own.map((organisation) => ({ organisation, standsFor: null }));
      const [division, kind] = one;
      // Where nobody acts for anything above either, the division itself has it, for all to see.
      const organisation = standInFor(directory, division) ?? division;
      if (organisation === undefined) return [];
      const name = KIND_NAMES[kind as OrganisationKind] ?? kind;
      return [{ organisation, standsFor: `${division?.name ?? ''}（${name}）` }];
    },
  );

/** Villages of a list whose Party organisation is in no list: what is meant for them goes above. */
export const withoutBody = (organisations: readonly Organisation[]): Organisation[] => {
  const served = new Set(
    organisations.flatMap(({ kind, parentId }) => (kind === OWN_BODY.VILLAGE ? [parentId] : [])),
  );
  return organisations.filter(({ id, kind }) => kind === 'VILLAGE' && !served.has(id));
};

/** What whoever brings in such a village is told of it. */
export const withoutBodyText = ({ name }: Organisation): { zh: string; en: string } => ({
  zh: `${name}没有村级党组织，给它的通知将送乡镇；请一并导入村级党组织`,
  en: `${name} has no Party organisation: its notices will go to the township; import one as well`,
});

/** What a notice says to who gets it in the place of others. */
export const standInNote = (standsFor: readonly string[]): string =>
  `（本通知应送${standsFor.join('、')}，单位目录中没有该组织，故送上一级，请转达。）`;
