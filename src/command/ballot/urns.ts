// The urns of secret rounds as they are stored: sealed, so that no version of a row that a server keeps
// somewhere tells a slip, a choice or their order.

import type { UrnRow } from '../../db/ballot/urns.ts';
import { lockUrnsByNumber, updateUrn } from '../../db/ballot/urns.ts';
import { type Urn, vote } from '../../rules/ballot/urn.ts';
import type { Open, SealedPlace, Vault } from '../../sealing/vault.ts';
import type { Performer } from '../kernel/batches.ts';

const placeOf = (roundId: string): SealedPlace => ({
  table: 'ballot_urn',
  row: roundId,
  column: 'sealed',
});

/** The urn's content, sealed for its round. */
export const sealUrn = ({ seal }: Pick<Vault, 'seal'>, roundId: string, urn: Urn): string =>
  seal(placeOf(roundId), JSON.stringify(urn));

/** The urn of a row; null when it has been destroyed. Throws when it is not of the row's generation. */
export function openUrn(open: Open, { sealed, roundId, generation }: UrnRow): Urn | null {
  if (sealed === null) return null;
  const urn = JSON.parse(open(placeOf(roundId), sealed)) as Urn;
  if (urn.generation !== generation) throw new Error(`the urn of ${roundId} is of another time`);
  return urn;
}

/** The end of a try to vote. `choices` are those that the slip leaves when the choice is none of them. */
export type Cast =
  | { kind: 'taken' | 'spent' | 'closed' | 'unknown' }
  | { kind: 'no-choice'; choices: readonly string[] };

/**
 * Casts the slip with this code in a transaction of its own, which touches the urn and nothing else. The lock on
 * the urn lets a slip be cast once, and no vote into an urn that has been counted. A repeat of the same choice is
 * `taken` again, whether its first answer came through or not.
 */
export const castSlip = (
  { administer }: Pick<Performer, 'administer'>,
  vault: Pick<Vault, 'open' | 'seal'>,
  { number, hash }: { number: string; hash: string },
  choice: string,
): Promise<Cast> =>
  administer(async (tx): Promise<Cast> => {
    const rows = await lockUrnsByNumber(tx, number);
    for (const row of rows) {
      const urn = openUrn(vault.open, row);
      if (
        urn === null ||
        !Object.values(urn.slips)
          .flat()
          .some((slip) => slip.startsWith(hash))
      ) {
        continue;
      }
      if (!urn.choices.includes(choice)) return { kind: 'no-choice', choices: urn.choices };
      const told = vote(urn, hash, choice);
      if (told?.kind === 'repeated') return { kind: 'taken' };
      if (told?.kind !== 'taken') return { kind: 'spent' };
      if (!row.isOpen) return { kind: 'closed' };
      await updateUrn(tx, row, sealUrn(vault, row.roundId, told.urn));
      return { kind: 'taken' };
    }
    // Several rounds may have one number, and any of them may be the slip's.
    return { kind: rows.some(({ sealed }) => sealed === null) ? 'closed' : 'unknown' };
  });
