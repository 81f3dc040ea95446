// To whom a notice goes: decided by role and place in the tree, never by a list somebody keeps.

import type { Addressee } from '../../machines/effect.ts';

export type Organisation = {
  id: string;
  parentId: string | null;
  kind: string;
  name: string;
  path: string;
};

/** The organisations of the county's tree, by id, and the bodies under each division. */
export type Directory = {
  version: number;
  byId: ReadonlyMap<string, Organisation>;
  childrenOf: ReadonlyMap<string, readonly Organisation[]>;
};

export function directoryOf(version: number, organisations: readonly Organisation[]): Directory {
  const childrenOf = new Map<string, Organisation[]>();
  for (const organisation of organisations) {
    if (organisation.parentId === null) continue;
    const siblings = childrenOf.get(organisation.parentId) ?? [];
    siblings.push(organisation);
    childrenOf.set(organisation.parentId, siblings);
  }
  return { version, byId: new Map(organisations.map((item) => [item.id, item])), childrenOf };
}

const body = (directory: Directory, divisionId: string, kind: string): Organisation[] =>
  (directory.childrenOf.get(divisionId) ?? []).filter((item) => item.kind === kind);

/** The division of this kind at or above an organisation; undefined when there is none. */
export function divisionAbove(
  directory: Directory,
  organisationId: string,
  kind: 'CITY' | 'COUNTY' | 'TOWNSHIP' | 'VILLAGE',
): Organisation | undefined {
  let current = directory.byId.get(organisationId);
  while (current !== undefined && current.kind !== kind) {
    current = current.parentId === null ? undefined : directory.byId.get(current.parentId);
  }
  return current;
}

const OWN_BODY: { readonly [kind: string]: string } = {
  COUNTY: 'COUNTY_OFFICE',
  TOWNSHIP: 'TOWNSHIP_PARTY_COMMITTEE',
  VILLAGE: 'VILLAGE_PARTY_ORGANIZATION',
};

/** The body that answers for an organisation: a division has one, every other answers itself. */
export function responsibleBody(directory: Directory, organisationId: string): Organisation[] {
  const organisation = directory.byId.get(organisationId);
  if (organisation === undefined) return [];
  const kind = OWN_BODY[organisation.kind];
  return kind === undefined ? [organisation] : body(directory, organisation.id, kind);
}

const above = (
  directory: Directory,
  organisationId: string,
  division: 'CITY' | 'COUNTY' | 'TOWNSHIP',
  kind: string,
): Organisation[] => {
  const found = divisionAbove(directory, organisationId, division);
  return found === undefined ? [] : body(directory, found.id, kind);
};

/** The office one step up: of a village or base its township, of a township the county, then the city. */
function superior(directory: Directory, organisationId: string): Organisation[] {
  const organisation = directory.byId.get(organisationId);
  if (organisation === undefined) return [];
  const isTownship = divisionAbove(directory, organisationId, 'TOWNSHIP');
  if (isTownship === undefined) return above(directory, organisationId, 'CITY', 'CITY_CENTRE');
  const ofTownship = organisation.kind === 'TOWNSHIP' || organisation.kind.startsWith('TOWNSHIP_');
  return ofTownship
    ? above(directory, organisationId, 'COUNTY', 'COUNTY_OFFICE')
    : body(directory, isTownship.id, 'TOWNSHIP_OFFICE');
}

/** The organisations behind one addressee, seen from the subject's organisation. */
export function resolveAddressee(
  directory: Directory,
  organisationId: string,
  addressee: Addressee,
): Organisation[] {
  switch (addressee) {
    case 'responsible':
      return responsibleBody(directory, organisationId);
    case 'superior':
      return superior(directory, organisationId);
    case 'township-committee':
      return above(directory, organisationId, 'TOWNSHIP', 'TOWNSHIP_PARTY_COMMITTEE');
    case 'every-township-committee': {
      const county = divisionAbove(directory, organisationId, 'COUNTY');
      return (county === undefined ? [] : (directory.childrenOf.get(county.id) ?? []))
        .filter(({ kind }) => kind === 'TOWNSHIP')
        .flatMap(({ id }) => body(directory, id, 'TOWNSHIP_PARTY_COMMITTEE'));
    }
    case 'county-office':
      return above(directory, organisationId, 'COUNTY', 'COUNTY_OFFICE');
    case 'county-department':
      return above(directory, organisationId, 'COUNTY', 'COUNTY_ORGANIZATION_DEPARTMENT');
    case 'city-centre':
      return above(directory, organisationId, 'CITY', 'CITY_CENTRE');
    default: {
      const never: never = addressee;
      throw new Error(`nobody is addressed as ${String(never)}`);
    }
  }
}
