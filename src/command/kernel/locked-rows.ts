// Effects need locked rows besides subjects. These are locked after every subject and always in the same
// order, so that no two transactions wait for each other.

import { stageOf } from '../../../machines/kit/step.ts';
import type { LockName } from '../../../machines/locks.ts';
import { LOCKS } from '../../../machines/locks.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Ask } from './fact-request.ts';
import type { Reference } from './reference.ts';

/** The rows that a lock gives, by its name. It is an interface so that each noun can add its locks. */
// biome-ignore lint/suspicious/noEmptyInterface: each noun adds its share
export interface HeldRows {}

/** The locked rows while effects are applied; each step sees the changes of those before it. */
export type Held = { readonly [Name in LockName]?: HeldRows[Name] };

type World = { tx: Tx; campaignId: string; plan: Plan; reference: Reference };
type Lock<Name extends LockName> = (world: World, asks: readonly Ask[]) => Promise<HeldRows[Name]>;

/** How each kind of these rows is locked and read. */
export type LocksOf<Names extends LockName> = { readonly [Name in Names]: Lock<Name> };

/** Locks the rows that the events of these asks declare; no query is sent when none declares any. */
export async function lockRows(
  locks: LocksOf<LockName>,
  world: World,
  asks: readonly Ask[],
): Promise<Held> {
  const held: { [Name in LockName]?: HeldRows[Name] } = {};
  const hold = async <Name extends LockName>(name: Name): Promise<void> => {
    const wanting = asks.filter(({ draft, event }) =>
      draft.release.holds(event.type, stageOf(draft.instance.value)).includes(name),
    );
    if (wanting.length > 0) held[name] = await locks[name](world, wanting);
  };
  for (const name of LOCKS) await hold(name);
  return held;
}
