// Which assessors take which candidates: so many each, balanced, and the same for everybody who asks.

type Assignee = { id: string; load: number };

type AssignmentAsk = {
  /** Assessors in any order; `taken` are those who already have a sheet of this candidate. */
  candidates: readonly { id: string; taken: readonly string[] }[];
  pool: readonly Assignee[];
  perCandidate: number;
  mayAssess: (assessorId: string, candidateId: string) => boolean;
};

export type Assignment = {
  assigned: { candidateId: string; assessorId: string }[];
  /** Candidates for whom fewer than asked for were found, with how many are missing. */
  short: { candidateId: string; missing: number }[];
};

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Whom the fewest may assess comes first; each gets the least burdened, of equals whoever has sat
 * least often with those already chosen for it, then the first by id. Those a candidate already has
 * count towards what it is to get. Deterministic: the order of the input changes nothing.
 */
export function assignSheets({
  candidates,
  pool,
  perCandidate,
  mayAssess,
}: AssignmentAsk): Assignment {
  const load = new Map(pool.map(({ id, load: owed }) => [id, owed]));
  const together = new Map<string, number>();
  const pair = (a: string, b: string): string => [a, b].sort(inOrder).join(' ');
  const open = candidates
    .map(({ id, taken }) => ({
      id,
      taken,
      eligible: [...load.keys()].filter((one) => !taken.includes(one) && mayAssess(one, id)),
    }))
    .sort((a, b) => a.eligible.length - b.eligible.length || inOrder(a.id, b.id));
  const assigned: Assignment['assigned'] = [];
  const short: Assignment['short'] = [];
  for (const { id, taken, eligible } of open) {
    const chosen: string[] = [];
    const company = (one: string): number =>
      chosen.reduce((sum, other) => sum + (together.get(pair(one, other)) ?? 0), 0);
    const wanted = Math.max(0, perCandidate - taken.length);
    while (chosen.length < wanted) {
      const [next] = eligible
        .filter((one) => !chosen.includes(one))
        .sort(
          (a, b) =>
            (load.get(a) ?? 0) - (load.get(b) ?? 0) || company(a) - company(b) || inOrder(a, b),
        );
      if (next === undefined) break;
      for (const other of chosen) {
        together.set(pair(next, other), (together.get(pair(next, other)) ?? 0) + 1);
      }
      chosen.push(next);
      load.set(next, (load.get(next) ?? 0) + 1);
      assigned.push({ candidateId: id, assessorId: next });
    }
    if (chosen.length < wanted) short.push({ candidateId: id, missing: wanted - chosen.length });
  }
  return { assigned, short };
}

/** Who takes a sheet over: the least burdened who may, then the first by id; null when nobody may. */
export function replacementFor(
  pool: readonly Assignee[],
  may: (assessorId: string) => boolean,
): string | null {
  const [first] = pool
    .filter(({ id }) => may(id))
    .sort((a, b) => a.load - b.load || inOrder(a.id, b.id));
  return first?.id ?? null;
}
