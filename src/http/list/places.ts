// The names of units and sites that the rows of a list name by id.

import { findOrganisations } from '../../db/county/organisations.ts';
import { findSites } from '../../db/county/sites.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import { placeName, withTownship } from '../../rules/county/place-names.ts';
import type { Service } from '../kernel/service.ts';

type Subject = { name: string; personName?: string | null; organisationId: string };

export type Places = {
  /** 甲镇甲村; empty for an organisation that is gone. */
  nameOf: (organisationId: string) => string;
  /** The division that a unit lies in: 甲镇 of 甲镇甲村. */
  aboveOf: (organisationId: string) => string;
  /** A candidate: a unit as a place, a person by name. */
  subjectOf: (subject: Subject) => string;
  /** Where a candidate belongs: the unit of a person, what lies above a unit. */
  homeOf: (subject: Subject) => string;
  siteOf: (siteId: string) => string;
};

/** The names of these organisations and sites, read at once. */
export async function placesOf(
  { pool }: Service,
  { organisations, sites = [] }: { organisations: readonly string[]; sites?: readonly string[] },
): Promise<Places> {
  const siteRows = await findSites(pool, [...new Set(sites)]);
  const asked = new Set([...organisations, ...siteRows.map((site) => site.organisationId)]);
  const found = await findOrganisations(pool, [...asked]);
  const ids = new Set([...found.values()].flatMap(({ path }) => idsIn(path)));
  const all = new Map([...(await findOrganisations(pool, [...ids])), ...found]);
  const aboveIn = ({ path, id }: Pick<Organisation, 'path' | 'id'>): Organisation[] =>
    idsIn(path).flatMap((one) => (one === id ? [] : (all.get(one) ?? [])));
  const nameOf = (id: string): string => {
    const organisation = all.get(id);
    return organisation === undefined ? '' : placeName(organisation, aboveIn(organisation));
  };
  const aboveOf = (id: string): string => {
    const organisation = all.get(id);
    const above = organisation && aboveIn(organisation).at(-1);
    return above === undefined ? '' : placeName(above, aboveIn(above));
  };
  const isUnit = ({ name, personName, organisationId }: Subject): boolean =>
    (personName ?? null) === null && all.get(organisationId)?.name === name;
  const siteNames = new Map(
    siteRows.map(({ id, name, path }) => [id, withTownship(name, aboveIn({ path, id: '' }))]),
  );
  return {
    nameOf,
    aboveOf,
    subjectOf: (subject) => (isUnit(subject) ? nameOf(subject.organisationId) : subject.name),
    homeOf: (subject) =>
      isUnit(subject) ? aboveOf(subject.organisationId) : nameOf(subject.organisationId),
    siteOf: (siteId) => siteNames.get(siteId) ?? '',
  };
}

const idsIn = (path: string): string[] => path.split('/').filter(Boolean);
