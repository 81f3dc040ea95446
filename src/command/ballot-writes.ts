// What the effects of a round say of roll, urn and ballots, turned into rows.

import type { CloseUrn, Effect } from '../../machines/effect.ts';
import type { Writes } from '../db/store.ts';
import type { Entropy } from '../entropy.ts';
import { ABSTAIN } from '../rules/ballots.ts';

type BallotEffect = Extract<
  Effect,
  { type: 'store-roll' | 'open-urn' | 'mark-roll' | 'extend-urn' | 'close-urn' }
>;

/** Adds the rows that one effect of this round asks for. */
export function writeBallots(
  { writes, sealed, entropy }: { writes: Writes; sealed: string | null; entropy: Entropy },
  roundId: string,
  { type, params }: BallotEffect,
): void {
  const owned = { round_id: roundId };
  switch (type) {
    case 'store-roll':
      for (const { entry, name, stratum } of params.entries) {
        const { generation } = params;
        writes.ballotRoll.push({ ...owned, generation, entry, name, stratum, marked: false });
      }
      break;
    case 'open-urn':
      for (const stratum of params.strata) {
        const { generation, closesAt } = params;
        writes.urns.push({ ...owned, stratum, generation, closes_at: closesAt });
      }
      break;
    case 'mark-roll': {
      if (sealed === null) throw new Error('a ballot is handed out without a token');
      const { generation, entry, stratum } = params;
      writes.rollMarks.push({ ...owned, generation, entry });
      writes.tokens.push({ ...owned, stratum, hash: sealed });
      break;
    }
    case 'extend-urn':
      writes.urnsExtended.push({ ...owned, closes_at: params.closesAt });
      break;
    case 'close-urn':
      writes.urnsClosed.push(owned);
      writes.ballots.push(
        ...shuffled(params.groups.flatMap(slipsOf), entropy).map((slip) => ({
          ...owned,
          generation: params.generation,
          id: entropy.newTimelessId(),
          ...slip,
        })),
      );
  }
}

function slipsOf({ strata, abstained, grades }: CloseUrn['groups'][number]) {
  const choices = Object.entries({ ...grades, [ABSTAIN]: abstained });
  return choices.flatMap(([choice, count]) =>
    Array.from({ length: count }, () => ({ strata: strata.join('+'), choice })),
  );
}

/** Fisher–Yates by the system's randomness: the order of the rows says nothing, not even the choice. */
function shuffled<Item>(items: Item[], { below }: Entropy): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
