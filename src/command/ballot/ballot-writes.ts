// The effects of a round on roll, urn and ballots become rows here.

import type { CloseUrn } from '../../../machines/ballot/effects.ts';
import type { Entropy } from '../../entropy.ts';
import { ABSTAIN } from '../../rules/ballot/ballots.ts';
import type { Handlers } from '../kernel/batch-context.ts';

export const ballotHandlers: Handlers<
  'store-roll' | 'open-urn' | 'mark-roll' | 'extend-urn' | 'close-urn'
> = {
  'store-roll': ({ writes }, { id }, { entries, generation }) => {
    for (const { entry, name, stratum } of entries) {
      writes.ballotRoll.push({ round_id: id, generation, entry, name, stratum, marked: false });
    }
  },
  'open-urn': ({ writes }, { id }, { strata, generation, closesAt }) => {
    for (const stratum of strata) {
      writes.urns.push({ round_id: id, stratum, generation, closes_at: closesAt });
    }
  },
  'mark-roll': ({ writes, sealed }, { id }, { generation, entry, stratum }) => {
    if (sealed === null) throw new Error('a ballot is handed out without a token');
    writes.rollMarks.push({ round_id: id, generation, entry });
    writes.tokens.push({ round_id: id, stratum, hash: sealed });
  },
  'extend-urn': ({ writes }, { id }, { closesAt }) => {
    writes.urnsExtended.push({ round_id: id, closes_at: closesAt });
  },
  'close-urn': ({ writes, entropy }, { id }, { groups, generation }) => {
    writes.urnsClosed.push({ round_id: id });
    writes.ballots.push(
      ...shuffled(groups.flatMap(slipsOf), entropy).map((slip) => ({
        round_id: id,
        generation,
        id: entropy.newTimelessId(),
        ...slip,
      })),
    );
  },
};

function slipsOf({ strata, abstained, grades }: CloseUrn['groups'][number]) {
  const choices = Object.entries({ ...grades, [ABSTAIN]: abstained });
  return choices.flatMap(([choice, count]) =>
    Array.from({ length: count }, () => ({ strata: strata.join('+'), choice })),
  );
}

/** Shuffles by Fisher–Yates with the system's randomness, so that the order of the rows betrays no ballot. */
function shuffled<Item>(items: Item[], { below }: Entropy): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
