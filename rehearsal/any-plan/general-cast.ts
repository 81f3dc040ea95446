// The roles that the plan's routes name, as actors of this county.

import type { Subject } from '../../machines/candidate/subject.ts';
import type { Calendar } from '../../src/rules/time/calendar.ts';
import { actorOf } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { type Candidate, categoryOf, moveTo, type Play } from '../kit/play.ts';
import { type Way, wayOf } from '../kit/ways.ts';

/** A play of any plan; waits are counted on the calendar of the service. */
export type GeneralPlay = Play & { calendar: Calendar };

/** Everybody, in the order of the plan's categories and of their registration. */
export const everyone = ({ candidates }: Play): Candidate[] => [...candidates.values()].flat();

export const routeOf = (play: Play, { category }: Candidate): Way =>
  wayOf(play.plan, categoryOf(play, category));

/** The holder of this role over a candidate; the first officer where the role is the county's. */
export function holderOf({ cast }: Play, candidate: Candidate, role: string): Actor {
  const township = candidate.township?.id ?? '';
  if (role === 'county-office') return cast.officers[1];
  if (role === 'county-department') return cast.department;
  if (role === 'city-centre') return cast.cityOfficers[0];
  if (role === 'township-office') return actorOf(cast.offices, township);
  if (role === 'township-committee') return actorOf(cast.committees, township);
  return candidate.actor;
}

export const applicantOf = (play: Play, candidate: Candidate): Actor => {
  const { applicants } = categoryOf(play, candidate.category);
  const own = candidate.actor;
  const ownRole = ROLE_OF[categoryOf(play, candidate.category).subject];
  if (ownRole !== null && applicants.includes(ownRole)) return own;
  const roles = candidate.township === null ? ['county-office'] : applicants;
  const role = roles.find((one) => one !== 'base' && one !== 'county-office') ?? 'county-office';
  return role === 'village-organisation' ? own : holderOf(play, candidate, role);
};

/** The role with which whoever stands, or their village, applies in the rehearsal; null: another's. */
const ROLE_OF: { readonly [S in Subject]: 'base' | 'village-organisation' | null } = {
  county: null,
  township: null,
  village: 'village-organisation',
  base: 'base',
  household: 'village-organisation',
  person: null,
};

/** The actor who confirms what this candidate declares; null when the route lets nobody. */
export function generalConfirmerOf(play: Play, candidate: Candidate): Actor | null {
  const { confirmedBy } = routeOf(play, candidate);
  return confirmedBy === null ? null : holderOf(play, candidate, confirmedBy);
}

export const generalCheckerOf = (play: Play, candidate: Candidate): Actor =>
  holderOf(play, candidate, routeOf(play, candidate).selfCheckedBy ?? '');

/** The clock goes to this day and hour unless it stands there or later already. */
export async function moveOn(play: Play, date: string, time = '09:00'): Promise<void> {
  const target = Temporal.Instant.from(`${date}T${time}:00+08:00`);
  if (Temporal.Instant.compare(target, Temporal.Instant.from(play.now)) > 0) {
    await moveTo(play, date, time);
  }
}

/** Does the work for each of the items, with a bar that fills. */
export async function eachOf(
  play: Play,
  candidates: readonly Candidate[],
  [zh, en]: [zh: string, en: string],
  work: (candidate: Candidate, index: number) => Promise<unknown>,
): Promise<void> {
  const progress = play.timeline.progress(zh, en, candidates.length);
  await forEach(candidates, work, progress.tick);
  progress.end();
}
