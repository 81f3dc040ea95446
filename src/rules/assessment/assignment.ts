// Assigns assessors to candidates in balance; the same input always gives the same assignment.

type Assignee = { id: string; load: number };

type AssignmentAsk = {
  /** Assessors in any order; those in `taken` already have a sheet about this candidate. */
  candidates: readonly { id: string; taken: readonly string[] }[];
  pool: readonly Assignee[];
  perCandidate: number;
  mayAssess: (assessorId: string, candidateId: string) => boolean;
};

export type Assignment = {
  assigned: { candidateId: string; assessorId: string }[];
  /** Candidates with too few assessors, and how many are missing. */
  short: { candidateId: string; missing: number }[];
};

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The candidate that the fewest may assess comes first. It gets the least burdened assessor; among
 * equals the one who has sat least often with those chosen for it, then the first by id. Assessors
 * it already has count. The order of the input changes nothing.
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

/** The least burdened assessor who may take a sheet over, then the first by id; null without any. */
export function replacementFor(
  pool: readonly Assignee[],
  may: (assessorId: string) => boolean,
): string | null {
  const [first] = pool
    .filter(({ id }) => may(id))
    .sort((a, b) => a.load - b.load || inOrder(a.id, b.id));
  return first?.id ?? null;
}
