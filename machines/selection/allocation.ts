// Seats go down the ranking (R63), within the quota, the maximum of a township and the minimum of a
// preference class. A better placed candidate is passed over only when its seat would leave a rule
// unmet.

export type Seat = { candidateId: string; townshipId: string | null; priorityClass: string | null };

export type SeatRule = {
  /** Null without a quota in the plan; then everyone is selected. */
  quota: number | null;
  perTownshipMax: number | null;
  classMinima: readonly { priorityClass: string; min: number }[];
};

export type Seating = {
  seated: boolean;
  because: 'within-quota' | 'quota' | 'township-full' | 'kept-for-class';
};

type Allocation = {
  seats: ReadonlyMap<string, Seating>;
  /** Minima that too few candidates could fill; no seat stays empty for them. */
  shortfalls: readonly { priorityClass: string; min: number; reached: number }[];
};

type Room = {
  rule: SeatRule;
  left: number;
  townships: Map<string, number>;
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
    left: rule.quota ?? ranked.length,
    townships: new Map(),
    needs: new Map(rule.classMinima.map(({ priorityClass, min }) => [priorityClass, min])),
  };
  for (const seat of ranked) if (held.has(seat.candidateId)) take(room, seat);
  return room;
}

function take(room: Room, { townshipId, priorityClass }: Seat): void {
  room.left -= 1;
  if (townshipId !== null) {
    room.townships.set(townshipId, (room.townships.get(townshipId) ?? 0) + 1);
  }
  const need = priorityClass === null ? 0 : (room.needs.get(priorityClass) ?? 0);
  if (priorityClass !== null && need > 0) room.needs.set(priorityClass, need - 1);
}

/** A minimum is reduced to what candidates and seats can fill. */
function reduceNeeds(room: Room, ranked: readonly Seat[], held: ReadonlySet<string>) {
  const free = ranked.filter(({ candidateId }) => !held.has(candidateId));
  const reachable = fill(room, free, room.needs);
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
  const { perTownshipMax } = room.rule;
  if (seat.townshipId !== null && perTownshipMax !== null) {
    if ((room.townships.get(seat.townshipId) ?? 0) >= perTownshipMax) return 'township-full';
  }
  const owed = [...room.needs.values()].reduce((sum, need) => sum + need, 0);
  if (owed === 0) return null;
  const after: Room = { ...room, townships: new Map(room.townships), needs: new Map(room.needs) };
  take(after, seat);
  const still = [...after.needs.values()].reduce((sum, need) => sum + need, 0);
  if (still > after.left) return 'kept-for-class';
  const filled = fill(after, rest(), after.needs);
  const isMet = [...after.needs].every(([name, need]) => (filled.get(name) ?? 0) >= need);
  return isMet ? null : 'kept-for-class';
}

/**
 * The number of needed seats of each class that these candidates can fill within the limits of the
 * townships. It is a flow from classes through townships, widened seat by seat by alternating paths.
 */
function fill(
  { rule: { perTownshipMax }, townships }: Room,
  free: readonly Seat[],
  needs: ReadonlyMap<string, number>,
): Map<string, number> {
  const available = new Map<string, Map<string, number>>();
  for (const { priorityClass, townshipId } of free) {
    if (priorityClass === null || !needs.has(priorityClass)) continue;
    const places = available.get(priorityClass) ?? new Map<string, number>();
    available.set(priorityClass, places);
    // A candidate of no township is limited by none.
    const place = townshipId ?? '';
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  const used = new Map<string, Map<string, number>>();
  const count = (name: string, place: string) => used.get(name)?.get(place) ?? 0;
  const put = (name: string, place: string, change: number) => {
    const places = used.get(name) ?? new Map<string, number>();
    used.set(name, places.set(place, (places.get(place) ?? 0) + change));
  };
  const roomIn = (place: string): boolean => {
    if (place === '' || perTownshipMax === null) return true;
    const taken = [...used.keys()].reduce((sum, name) => sum + count(name, place), 0);
    return taken + (townships.get(place) ?? 0) < perTownshipMax;
  };
  const widen = (name: string, seen: Set<string>): boolean => {
    for (const [place, present] of available.get(name) ?? []) {
      if (seen.has(place) || count(name, place) >= present) continue;
      seen.add(place);
      const giver = roomIn(place)
        ? null
        : [...used.keys()].find(
            (other) => other !== name && count(other, place) > 0 && widen(other, seen),
          );
      if (giver === undefined) continue;
      if (giver !== null) put(giver, place, -1);
      put(name, place, 1);
      return true;
    }
    return false;
  };
  const filled = new Map<string, number>();
  for (const [name, need] of needs) {
    let got = 0;
    while (got < need && widen(name, new Set())) got += 1;
    filled.set(name, got);
  }
  return filled;
}
