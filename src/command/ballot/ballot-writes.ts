// The effects of a round on roll, urn and ballots become rows here.

import type { CloseUrn } from '../../../machines/ballot/effects.ts';
import type { Entropy } from '../../entropy.ts';
import { ABSTAIN } from '../../rules/ballot/ballots.ts';
import type { Handlers } from '../kernel/batch-context.ts';

export const ballotHandlers: Handlers<
  'store-roll' | 'fill-urn' | 'mark-roll' | 'extend-urn' | 'close-urn'
> = {
  'store-roll': ({ writes }, { id }, { entries, generation }) => {
    for (const { entry, name, stratum } of entries) {
      writes.ballotRoll.push({ round_id: id, generation, entry, name, stratum, marked: false });
    }
  },
  'fill-urn': ({ writes, sealed }, { id }, { generation, number, opensAt, closesAt }) => {
    if (sealed === null) throw new Error('slips are printed without an urn');
    const times = { opens_at: opensAt, closes_at: closesAt };
    writes.urns.push({ id, generation, number, ...times, sealed });
  },
  'mark-roll': ({ writes }, { id }, { generation, entry }) => {
    writes.rollMarks.push({ round_id: id, generation, entry });
  },
  'extend-urn': ({ writes }, { id }, { closesAt }) => {
    writes.urnsExtended.push({ id, closes_at: closesAt });
  },
  'close-urn': ({ writes, entropy }, { id }, { groups, generation }) => {
    writes.urnsClosed.push({ id });
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
