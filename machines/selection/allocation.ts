// Seats go down the ranking (R63), within the quota, the maxima of places and of preference classes, and the
// minimum of a class. A better placed candidate is passed over only when its seat would leave a rule unmet.

import {
  type Cap,
  type Full,
  type Group,
  limitedClass,
  limitedPlaces,
  type Places,
} from './caps.ts';

export type Seat = { candidateId: string; places: Places; priorityClass: string | null };

export type SeatRule = {
  /** The number of seats; null without a quota in the plan, and then everyone is selected. */
  seats: number | null;
  caps: readonly Cap[];
  classMinima: readonly { priorityClass: string; min: number }[];
};

export type Seating = {
  seated: boolean;
  because: 'within-quota' | 'quota' | 'kept-for-class' | Full;
};

type Allocation = {
  seats: ReadonlyMap<string, Seating>;
  /** Minima that too few candidates could fill; no seat stays empty for them. */
  shortfalls: readonly { priorityClass: string; min: number; reached: number }[];
};

type Room = {
  rule: SeatRule;
  left: number;
  /** The seats taken of each limited place and class. */
  taken: Map<string, number>;
  needs: Map<string, number>;
};

/** Seats the candidates, best first. The `held` keep the seats they have. */
export function allocate(
  ranked: readonly Seat[],
  rule: SeatRule,
  held: ReadonlySet<string> = new Set(),
): Allocation {
  const room = openRoom(ranked, rule, held);
  const shortfalls = reduceNeeds(room, ranked, held);
  const seats = new Map<string, Seating>();
  for (const [index, seat] of ranked.entries()) {
    if (held.has(seat.candidateId)) {
      seats.set(seat.candidateId, { seated: true, because: 'within-quota' });
      continue;
    }
    const because = refusal(room, seat, () =>
      ranked.slice(index + 1).filter(({ candidateId }) => !held.has(candidateId)),
    );
    seats.set(seat.candidateId, { seated: because === null, because: because ?? 'within-quota' });
    if (because === null) take(room, seat);
  }
  return { seats, shortfalls };
}

function openRoom(ranked: readonly Seat[], rule: SeatRule, held: ReadonlySet<string>): Room {
  const room: Room = {
    rule,
    left: rule.seats ?? ranked.length,
    taken: new Map(),
    needs: new Map(rule.classMinima.map(({ priorityClass, min }) => [priorityClass, min])),
  };
  for (const seat of ranked) if (held.has(seat.candidateId)) take(room, seat);
  return room;
}

/** The limited places and the limited class of a candidate. */
function groupsOf({ caps }: SeatRule, { places, priorityClass }: Seat): Group[] {
  const limited = limitedClass(caps, priorityClass);
  return [...limitedPlaces(caps, places), ...(limited === null ? [] : [limited])];
}

const isFull = ({ taken }: Room, { key, max }: Group): boolean => (taken.get(key) ?? 0) >= max;

function take(room: Room, seat: Seat): void {
  room.left -= 1;
  for (const { key } of groupsOf(room.rule, seat)) {
    room.taken.set(key, (room.taken.get(key) ?? 0) + 1);
  }
  const { priorityClass } = seat;
  const need = priorityClass === null ? 0 : (room.needs.get(priorityClass) ?? 0);
  if (priorityClass !== null && need > 0) room.needs.set(priorityClass, need - 1);
}

/** A minimum is reduced to what candidates and seats can fill. */
function reduceNeeds(room: Room, ranked: readonly Seat[], held: ReadonlySet<string>) {
  const free = ranked.filter(({ candidateId }) => !held.has(candidateId));
  const reachable = fill(room, free);
  let seats = Math.max(0, room.left);
  return room.rule.classMinima.flatMap(({ priorityClass, min }) => {
    const wanted = room.needs.get(priorityClass) ?? 0;
    const need = Math.min(reachable.get(priorityClass) ?? 0, seats);
    seats -= need;
    room.needs.set(priorityClass, need);
    return need < wanted ? [{ priorityClass, min, reached: min - wanted + need }] : [];
  });
}

function refusal(
  room: Room,
  seat: Seat,
  rest: () => readonly Seat[],
): Exclude<Seating['because'], 'within-quota'> | null {
  if (room.left <= 0) return 'quota';
  const group = groupsOf(room.rule, seat).find((one) => isFull(room, one));
  if (group !== undefined) return group.full;
  const owed = [...room.needs.values()].reduce((sum, need) => sum + need, 0);
  if (owed === 0) return null;
  const after: Room = { ...room, taken: new Map(room.taken), needs: new Map(room.needs) };
  take(after, seat);
  const still = [...after.needs.values()].reduce((sum, need) => sum + need, 0);
  if (still > after.left) return 'kept-for-class';
  const filled = fill(after, rest());
  const isMet = [...after.needs].every(([name, need]) => (filled.get(name) ?? 0) >= need);
  return isMet ? null : 'kept-for-class';
}

/** The seats that can still be led from one node of a network to another. */
type Network = Map<string, Map<string, number>>;

const SEATED = 'seated';

function widen(network: Network, from: string, to: string, by: number): void {
  const ways = network.get(from) ?? new Map<string, number>();
  network.set(from, ways.set(to, (ways.get(to) ?? 0) + by));
}

/** Leads one seat more from this node to the end; false when nothing more gets through. */
function lead(network: Network, from: string, seen = new Set<string>()): boolean {
  if (from === SEATED) return true;
  seen.add(from);
  for (const [to, room] of network.get(from) ?? []) {
    if (room <= 0 || seen.has(to) || !lead(network, to, seen)) continue;
    widen(network, from, to, -1);
    widen(network, to, from, 1);
    return true;
  }
  return false;
}

/**
 * The number of needed seats of each class that these candidates can fill within the maxima. It is a flow
 * from each class through its candidates and the places in which they stand, the narrowest first, widened
 * seat by seat; classes that the plan names first are served first.
 */
function fill({ rule: { caps }, taken, needs }: Room, free: readonly Seat[]): Map<string, number> {
  const network: Network = new Map();
  for (const { places, priorityClass } of free) {
    if (priorityClass === null || !needs.has(priorityClass)) continue;
    const groups = limitedPlaces(caps, places);
    let from = [priorityClass, ...groups.map(({ key }) => key)].join(' of ');
    widen(network, `class ${priorityClass}`, from, 1);
    for (const { key, max } of groups) {
      network.set(from, new Map([[`into ${key}`, Number.POSITIVE_INFINITY]]));
      from = `within ${key}`;
      network.set(`into ${key}`, new Map([[from, max - (taken.get(key) ?? 0)]]));
    }
    network.set(from, new Map([[SEATED, Number.POSITIVE_INFINITY]]));
  }
  const filled = new Map<string, number>();
  for (const [name, need] of needs) {
    const limit = limitedClass(caps, name);
    const most = limit === null ? need : Math.min(need, limit.max - (taken.get(limit.key) ?? 0));
    let got = 0;
    while (got < most && lead(network, `class ${name}`)) got += 1;
    filled.set(name, got);
  }
  return filled;
}
