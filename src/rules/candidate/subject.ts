// What a candidate of each subject is registered by: the place it stands at, and whose name it bears.

import type { Subject } from '../../../machines/candidate/subject.ts';
import type { OrganisationKind } from '../county/divisions.ts';

/** The kind of organisation a candidate stands at; null where any will do, as for a person (R5). */
export const STANDS_AT: { readonly [S in Subject]: OrganisationKind | null } = {
  county: 'COUNTY',
  township: 'TOWNSHIP',
  village: 'VILLAGE',
  base: 'BASE',
  household: 'VILLAGE',
  person: null,
};

/** True where a personal name tells candidates of one place apart: a person's, or a householder's. */
export const bearsPersonalName = (subject: Subject): boolean =>
  subject === 'person' || subject === 'household';

/** The name of a candidate that was given none of its own. */
export function defaultName(
  subject: Subject,
  personName: string | null,
  organisationName: string,
): string {
  if (personName === null) return organisationName;
  return subject === 'household' ? `${personName}家庭` : personName;
}

/** How official forms name a candidate: a household by its name and its householder. */
export function nameInForms(
  subject: Subject | undefined,
  {
    name,
    personName,
    organisation,
  }: { name: string | null; personName: string | null; organisation: string },
): string {
  if (subject === 'household' && name !== null) return `${name}（户主：${personName ?? ''}）`;
  return personName ?? name ?? organisation;
}

/** What is wrong with the personal name, given or left out; null when nothing is. */
export function personalNameFault(
  subject: Subject,
  personName: string | null,
): { zh: string; en: string } | null {
  const isGiven = personName !== null;
  if (isGiven === bearsPersonalName(subject)) return null;
  if (isGiven) return { zh: '创建单位不写个人姓名', en: 'a unit has no personal name' };
  return subject === 'household'
    ? { zh: '评选家庭须写明户主姓名', en: 'a household needs the name of its householder' }
    : { zh: '评选个人须写明姓名', en: 'a person needs a name' };
}
