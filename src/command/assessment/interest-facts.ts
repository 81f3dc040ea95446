// Who the people are that an event names, and whether they must stay away from the candidate (回避).

import type { Interests } from '../../../machines/assessment/interests.ts';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Deadline } from '../../../machines/kit/time.ts';
import type { Publicity } from '../../../machines/objection/events.ts';
import { findInterests } from '../../db/assessment/interests.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { divisionAbove } from '../../rules/access/addressees.ts';
import { conflictOf } from '../../rules/access/conflict-of-interest.ts';
import { reachOf } from '../../rules/county/grants.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Reference } from '../kernel/reference.ts';

type Ask = {
  draft: Draft;
  parent?: Draft | undefined;
  event: { readonly [name: string]: unknown };
};

/** The public notice a candidate stands under, as an objection to it asks. */
export function publicityOf({ instance }: Draft): Publicity {
  const state = stateOf(instance.value);
  const deadline = instance.context.deadline as Deadline | null;
  return {
    stage: stageOf(instance.value),
    state,
    isLive: state === 'public-notice' || state === 'objection-hold',
    dueAt: deadline?.dueAt ?? null,
  };
}

/** Everybody an event names: an investigator, members of a panel, a substitute. */
const namedBy = ({ event }: Ask): string[] =>
  [event.investigatorId, event.substituteId, event.members, event.memberId]
    .flat()
    .filter((id): id is string => typeof id === 'string');

/** What stands between these people and the candidates they are to judge; two queries for all. */
export async function loadInterests(
  tx: Tx,
  campaignId: string,
  { directory }: Reference,
  asks: readonly Ask[],
): Promise<Map<unknown, Interests>> {
  if (asks.length === 0) return new Map();
  const people = await findInterests(tx, campaignId, [...new Set(asks.flatMap(namedBy))]);
  return new Map(
    asks.map((ask) => {
      const { organisationId, path } = ask.parent ?? ask.draft;
      const organisation = directory.byId.get(organisationId);
      const unitPath = organisation === undefined ? path : reachOf(organisation);
      const countyPath = divisionAbove(directory, organisationId, 'COUNTY')?.path ?? '/';
      const candidate = { organisationId, path, unitPath, countyPath };
      const found = namedBy(ask).flatMap((id) => {
        const person = people.get(id);
        if (person === undefined) return [];
        const held = person.held.filter(({ reach }) => path.startsWith(reach));
        const roles = held.map(({ role }) => role);
        const conflict = conflictOf(person, candidate);
        return [[id, { known: roles.length > 0, roles, conflict }] as const];
      });
      return [ask, Object.fromEntries(found)] as const;
    }),
  );
}
