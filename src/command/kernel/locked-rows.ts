// What effects must hold locked besides subjects. Taken after every subject's lock and always in
// the same order, so that no two transactions wait for each other.

import type { LockName } from '../../../machines/locks.ts';
import { LOCKS } from '../../../machines/locks.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Ask } from './fact-request.ts';
import type { Reference } from './reference.ts';

/** What is held while the effects of a batch are spelled out; each step sees what those before did. */
export type Held = { readonly [Name in LockName]?: unknown };

type World = { tx: Tx; campaignId: string; plan: Plan; reference: Reference };

/** How each kind of these rows is locked and read. */
export type LocksOf<Names extends LockName> = {
  readonly [Name in Names]: (world: World, asks: readonly Ask[]) => Promise<unknown>;
};

/** Locks what the events of these asks declare; asks nothing when none declares anything. */
export async function lockRows(
  locks: LocksOf<LockName>,
  world: World,
  asks: readonly Ask[],
): Promise<Held> {
  const held: { [Name in LockName]?: unknown } = {};
  for (const name of LOCKS) {
    const wanting = asks.filter(({ draft, event }) =>
      draft.release.holds(event.type).includes(name),
    );
    if (wanting.length > 0) held[name] = await locks[name](world, wanting);
  }
  return held;
}
