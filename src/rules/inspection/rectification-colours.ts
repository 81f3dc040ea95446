// The colours of the ledger of orders (整改台账): overdue red, behind yellow, due soon blue. The same
// rule stands as SQL in src/db/inspection/rectifications.ts, because lists are filtered by it; a test holds them
// to each other.

export type Colour = 'red' | 'yellow' | 'blue' | 'none' | 'closed';
export const COLOURS = ['red', 'yellow', 'blue', 'none', 'closed'] as const;

/** What the colour depends on; instants as RFC 3339. */
export type Coloured = {
  isClosed: boolean;
  dueAt: string | null;
  dueSoonAt: string | null;
  /** From here on an order without progress in this round is behind. */
  behindAt: string | null;
  progressedAt: string | null;
};

const hasCome = (at: string | null, now: string): boolean =>
  at !== null &&
  Temporal.Instant.compare(Temporal.Instant.from(at), Temporal.Instant.from(now)) <= 0;

/** The worst that holds: red before yellow before blue. `dueAt` is exclusive, so at it red begins. */
export function colourOf(order: Coloured, now: string): Colour {
  if (order.isClosed) return 'closed';
  if (hasCome(order.dueAt, now)) return 'red';
  if (order.progressedAt === null && hasCome(order.behindAt, now)) return 'yellow';
  return hasCome(order.dueSoonAt, now) ? 'blue' : 'none';
}
