// Who acts for whom: the roles that a plan's steps name, as people of this county.

import type { Subject } from '../../machines/candidate/subject.ts';
import type { CompiledProcedure } from '../../machines/procedure/compile.ts';
import { stepsOfKind } from '../../machines/procedure/reading.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Calendar } from '../../src/rules/time/calendar.ts';
import { actorOf, admit } from '../kit/actors.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { bodyOf } from '../kit/county.ts';
import { type Candidate, categoryOf, moveTo, type Play } from '../kit/play.ts';

/** How many stand: everybody whom the plan can hold, or just enough for one title of each category. */
export type Size = 'whole' | 'small';

/** A play of any plan. */
export type GeneralPlay = Play & {
  size: Size;
  /** Waits are counted on the calendar of the service. */
  calendar: Calendar;
  ways: ReadonlyMap<string, CompiledProcedure>;
  /** Those who go on to be evaluated, by category, best first; the others stay behind. */
  contenders: Map<string, Contender[]>;
  /** Second officers of bodies of which the county's cast has one. */
  deputies: Map<string, Promise<Actor>>;
  /** What is done once for a candidate, or once in the play. */
  done: Set<string>;
};

export type Contender = { candidate: Candidate; rank: number; weak: boolean };

/** Everybody, in the order of the plan's categories and of their registration. */
export const everyone = ({ candidates }: Play): Candidate[] => [...candidates.values()].flat();

export function wayOf({ ways }: GeneralPlay, { category }: Candidate): CompiledProcedure {
  const way = ways.get(category);
  if (way === undefined) throw new Error(`nobody compiled ${category}`);
  return way;
}

/** True the first time that this is asked. */
export function once({ done }: GeneralPlay, what: string): boolean {
  if (done.has(what)) return false;
  done.add(what);
  return true;
}

/** The holders of this role over a candidate, so far as the county's cast has them. */
function holdersOf({ cast }: Play, candidate: Candidate, role: string): Actor[] {
  const township = candidate.township?.id ?? '';
  const at = (actors: ReadonlyMap<string, Actor>, id: string) => {
    const found = actors.get(id);
    return found === undefined ? [] : [found];
  };
  switch (role) {
    case 'county-office':
      return [cast.officers[1], cast.officers[0], cast.officers[2]];
    case 'county-department':
      return [cast.department];
    case 'city-centre':
      return cast.cityOfficers;
    case 'township-office':
      return at(cast.offices, township);
    case 'township-committee':
      return at(cast.committees, township);
    case 'village-organisation':
      return at(cast.villages, candidate.organisationId);
    case 'base':
      return at(cast.bases, candidate.organisationId);
    default:
      return [];
  }
}

const OF_BODIES = [
  'county-department',
  'township-office',
  'township-committee',
  'village-organisation',
] as const;

/** Of those who hand in, review and reconsider, each is another. */
const DEPUTIES = ['第一副职', '第二副职'] as const;

/** More people of the same body, let in when a step needs another one; the first who is free. */
async function deputyOf(
  play: GeneralPlay,
  candidate: Candidate,
  role: string,
  isFree: (actor: Actor) => boolean,
): Promise<Actor | undefined> {
  const held = OF_BODIES.find((one) => one === role);
  const [first] = holdersOf(play, candidate, role);
  if (held === undefined || first === undefined) return undefined;
  const place =
    role === 'county-department'
      ? play.county.id
      : role === 'village-organisation'
        ? candidate.organisationId
        : (candidate.township?.id ?? '');
  const organisationId = bodyOf(play.county, place, held);
  for (const rank of DEPUTIES) {
    const key = `${role} ${organisationId} ${rank}`;
    const asked =
      play.deputies.get(key) ??
      admit(play.client, play.cast, { name: `${first.name} ${rank}`, role, organisationId });
    play.deputies.set(key, asked);
    const deputy = await asked;
    if (isFree(deputy)) return deputy;
  }
  return undefined;
}

/**
 * Somebody of these roles over the candidate who is none of `others`. Undefined when the place has nobody
 * of them.
 */
export async function officerOf(
  play: GeneralPlay,
  candidate: Candidate,
  roles: readonly string[],
  others: readonly Actor[] = [],
): Promise<Actor | undefined> {
  const isFree = ({ id }: Actor) => others.every((other) => other.id !== id);
  for (const role of roles) {
    const found = holdersOf(play, candidate, role).find(isFree);
    if (found !== undefined) return found;
  }
  for (const role of roles) {
    const found = await deputyOf(play, candidate, role, isFree);
    if (found !== undefined) return found;
  }
  return undefined;
}

export const applicantOf = (play: Play, candidate: Candidate): Actor => {
  const { applicants, subject } = categoryOf(play, candidate.category);
  const own = candidate.actor;
  const ownRole = ROLE_OF[subject];
  if (ownRole !== null && applicants.includes(ownRole)) return own;
  const roles = candidate.township === null ? ['county-office'] : applicants;
  const role = roles.find((one) => one !== 'base' && one !== 'county-office') ?? 'county-office';
  return role === 'village-organisation' ? own : (holdersOf(play, candidate, role)[0] ?? own);
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

/** The reviewing body determines what a record counts for; another of the county where it may not. */
export function assessorOf(play: Play, candidate: Candidate): Actor {
  const { cast } = play;
  const [review] = stepsOfKind(procedureOf(play.plan, candidate.category), 'review');
  const role = review?.by.find((one) => ASSESSING.includes(one)) ?? 'county-office';
  if (role === 'city-centre') return cast.cityOfficers[0];
  if (role === 'township-office' && candidate.township !== null)
    return actorOf(cast.offices, candidate.township.id);
  return cast.officers[1];
}

/** Whoever answers for the candidate records, unless the kind of record is for others alone. */
export function recorderOf(
  play: Play,
  candidate: Candidate,
  by: readonly string[] | undefined,
): Actor {
  if (by === undefined || by.includes('responsible')) return candidate.actor;
  const holders = by.flatMap((role) => holdersOf(play, candidate, role));
  return holders.find(({ id }) => id === candidate.actor.id) ?? holders[0] ?? candidate.actor;
}

const ASSESSING: readonly string[] = ['county-office', 'township-office', 'city-centre'];

/** The clock goes to this day and hour unless it stands there or later already. */
export async function moveOn(play: Play, date: string, time = '09:00'): Promise<void> {
  const target = Temporal.Instant.from(`${date}T${time}:00+08:00`);
  if (Temporal.Instant.compare(target, Temporal.Instant.from(play.now)) > 0) {
    await moveTo(play, date, time);
  }
}

/** Does the work for each of the items, with a bar that fills. */
export async function eachOf<Item>(
  play: Play,
  items: readonly Item[],
  [zh, en]: [zh: string, en: string],
  work: (item: Item, index: number) => Promise<unknown>,
): Promise<void> {
  if (items.length === 0) return;
  const progress = play.timeline.progress(zh, en, items.length);
  await forEach(items, work, progress.tick);
  progress.end();
}
