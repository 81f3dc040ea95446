// What effects must hold locked besides subjects. It is taken after every subject's lock and always in
// the same order, so that no two transactions wait for each other.

import type { LockName } from '../../../machines/locks.ts';
import { LOCKS } from '../../../machines/locks.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Ask } from './fact-request.ts';
import type { Reference } from './reference.ts';

/** What a lock gives, by its name. The noun that takes the lock adds the type, hence an interface. */
// biome-ignore lint/suspicious/noEmptyInterface: each noun adds its share
export interface HeldRows {}

/** What is held while the effects of a batch are spelled out; each step sees what those before did. */
export type Held = { readonly [Name in LockName]?: HeldRows[Name] };

type World = { tx: Tx; campaignId: string; plan: Plan; reference: Reference };
type Lock<Name extends LockName> = (world: World, asks: readonly Ask[]) => Promise<HeldRows[Name]>;

/** How each kind of these rows is locked and read. */
export type LocksOf<Names extends LockName> = { readonly [Name in Names]: Lock<Name> };

/** Locks what the events of these asks declare; nothing is asked of the database when none does. */
export async function lockRows(
  locks: LocksOf<LockName>,
  world: World,
  asks: readonly Ask[],
): Promise<Held> {
  const held: { [Name in LockName]?: HeldRows[Name] } = {};
  const hold = async <Name extends LockName>(name: Name): Promise<void> => {
    const wanting = asks.filter(({ draft, event }) =>
      draft.release.holds(event.type).includes(name),
    );
    if (wanting.length > 0) held[name] = await locks[name](world, wanting);
  };
  for (const name of LOCKS) await hold(name);
  return held;
}
