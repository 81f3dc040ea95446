// What texts call the units of the directory and the candidates that stand at them: 甲镇甲村, never its committee.

import type { Directory, Organisation } from '../access/addressees.ts';
import { reachAddressee } from '../access/addressees.ts';
import { placeName } from './place-names.ts';

type Subject = { name: string | null; personName?: string | null; organisationId: string };

function aboveIn({ byId }: Directory, { parentId }: Organisation): Organisation[] {
  const above: Organisation[] = [];
  for (let id = parentId; id !== null; ) {
    const organisation = byId.get(id);
    if (organisation === undefined) break;
    above.push(organisation);
    id = organisation.parentId;
  }
  return above;
}

/** A unit as a place, a body by its official name and its township: 甲镇甲村党支部. Empty for one that is gone. */
export function placeIn(directory: Directory, organisationId: string): string {
  const organisation = directory.byId.get(organisationId);
  return organisation === undefined
    ? ''
    : placeName(organisation, aboveIn(directory, organisation));
}

const isUnit = ({ byId }: Directory, { name, personName, organisationId }: Subject): boolean =>
  (personName ?? null) === null && byId.get(organisationId)?.name === name;

/** A candidate: a unit as a place, a person or a household by its name; null without one. */
export const subjectIn = (directory: Directory, subject: Subject): string | null =>
  isUnit(directory, subject) ? placeIn(directory, subject.organisationId) : subject.name;

/** Where a candidate belongs: a person's unit, and what lies above a unit. */
export function homeIn(directory: Directory, subject: Subject): string {
  if (!isUnit(directory, subject)) return placeIn(directory, subject.organisationId);
  return placeIn(directory, directory.byId.get(subject.organisationId)?.parentId ?? '');
}

/**
 * How a document names whom it is addressed to: every township committee of the county in the plan's one word for
 * them (各乡镇（街道）党委), any other by its name.
 */
export function addresseesIn(
  directory: Directory,
  {
    divisionId,
    everyCommittee,
  }: { divisionId: string | undefined; everyCommittee: readonly string[] },
  ids: readonly string[],
): string[] {
  const committees =
    divisionId === undefined
      ? []
      : reachAddressee(directory, divisionId, 'every-township-committee').map(
          ({ organisation }) => organisation.id,
        );
  const isEvery = committees.length > 1 && committees.every((id) => ids.includes(id));
  const others = isEvery ? ids.filter((id) => !committees.includes(id)) : ids;
  return [...(isEvery ? everyCommittee : []), ...others.map((id) => placeIn(directory, id) || id)];
}
