// The colours of the ledger of orders (整改台账), and of other obligations with a day: overdue red,
// behind yellow, due soon blue. Lists are filtered by them, so the rule is SQL.

import { dueAt, dueSoonAt } from '../kernel/deadlines.ts';

export const COLOURS = ['red', 'yellow', 'blue', 'none', 'closed'] as const;
export type Colour = (typeof COLOURS)[number];

/** The SQL that the colour depends on: two conditions, and two instants as text. */
type Owed = { isClosed: string; isBehind?: string; dueAt: string; dueSoonAt: string };

/** The worst colour that holds: red before yellow before blue. `dueAt` is exclusive: red begins at it. */
export const colourOf = (
  { isClosed, isBehind = 'false', ...owed }: Owed,
  now = 'now_instant()',
): string => `case
  when ${isClosed} then 'closed'
  when ${owed.dueAt}::timestamptz <= ${now} then 'red'
  when ${isBehind} then 'yellow'
  when ${owed.dueSoonAt}::timestamptz <= ${now} then 'blue'
  else 'none' end`;

/** The colour of the order `alias`; without progress it is behind from its context's `behindAt` on. */
export const colourOfOrder = (alias: string, now = 'now_instant()'): string =>
  colourOf(
    {
      isClosed: `${alias}.status = 'done'`,
      isBehind: `${alias}.context ->> 'progressedAt' is null
    and (${alias}.context ->> 'behindAt')::timestamptz <= ${now}`,
      dueAt: dueAt(alias),
      dueSoonAt: dueSoonAt(alias),
    },
    now,
  );
