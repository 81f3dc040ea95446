// The people whom an event names may have to stay away from the candidate (回避); these facts tell.

import type { Interests } from '../../../machines/assessment/interests.ts';
import type { Role } from '../../../machines/kit/access.ts';
import { findInterests } from '../../db/assessment/interests.ts';
import { divisionAbove } from '../../rules/access/addressees.ts';
import { conflictOf } from '../../rules/access/conflict-of-interest.ts';
import { reachOf } from '../../rules/county/grants.ts';
import { kept } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader } from '../kernel/facts.ts';
import type { Reference } from '../kernel/reference.ts';

/** The ids of the people an event names: an investigator, members of a panel, a substitute. */
const namedBy = ({ event }: Ask): string[] =>
  [event.investigatorId, event.substituteId, event.members, event.memberId]
    .flat()
    .filter((id): id is string => typeof id === 'string');

/** The conflicts between these people and the candidates they are to judge, in two queries for all asks. */
export const loadInterests: FactLoader<'interests'> = async (world, wants) => {
  const { tx, campaignId, reference } = world;
  const asks = wants('interests');
  const people = await findInterests(tx, campaignId, [...new Set(asks.flatMap(namedBy))]);
  return { interests: (ask) => interestsOf(reference, people, ask) };
};

/** The conflict that keeps the sender of the event from deciding about the candidate; null when none. */
export const loadConflict: FactLoader<'conflict'> = async (world, wants) => {
  const { tx, campaignId, reference } = world;
  const ids = wants('conflict').flatMap(({ principal }) => principal?.id ?? []);
  const people = await findInterests(tx, campaignId, [...new Set(ids)]);
  return {
    conflict: (ask) => {
      const person = people.get(ask.principal?.id ?? '');
      if (person === undefined) return null;
      // A seat in the body that decides is no conflict with its decision.
      const office = kept(ask.draft, 'office');
      const held = person.held.filter(({ role }) => role !== office);
      return conflictOf({ ...person, held }, assessedOf(reference, ask));
    },
  };
};

function assessedOf({ directory }: Reference, { parent, draft }: Ask) {
  const { organisationId, path } = parent ?? draft;
  const organisation = directory.byId.get(organisationId);
  const unitPath = organisation === undefined ? path : reachOf(organisation);
  const office = kept(draft, 'office');
  const level = (office && LEVEL_OF[office]) ?? 'COUNTY';
  const judgedAt = divisionAbove(directory, organisationId, level)?.path ?? '/';
  return { organisationId, path, unitPath, judgedAt };
}

/** The level at which these offices judge; all others judge at the county's, or for it. */
const LEVEL_OF: { readonly [Office in Role]?: 'TOWNSHIP' | 'VILLAGE' } = {
  'township-committee': 'TOWNSHIP',
  'township-office': 'TOWNSHIP',
  'village-organisation': 'VILLAGE',
};

function interestsOf(
  reference: Reference,
  people: Awaited<ReturnType<typeof findInterests>>,
  ask: Ask,
): Interests {
  const candidate = assessedOf(reference, ask);
  const found = namedBy(ask).flatMap((id) => {
    const person = people.get(id);
    if (person === undefined) return [];
    const held = person.held.filter(({ reach }) => candidate.path.startsWith(reach));
    const roles = held.map(({ role }) => role);
    const conflict = conflictOf(person, candidate);
    return [[id, { known: roles.length > 0, roles, conflict }] as const];
  });
  return Object.fromEntries(found);
}
