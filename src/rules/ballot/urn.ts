// What lies in the urn of a secret round: every slip that was printed, and what was chosen on it.

import type { ByStratum } from '../../../machines/ballot/result.ts';

/**
 * The slips of each stratum, sorted: the hash of a slip's code, and one character for what was chosen on it. A
 * vote changes that character and nothing else, so that the text has one length from printing to count.
 */
export type Urn = {
  generation: number;
  choices: readonly string[];
  slips: { readonly [stratum: string]: readonly string[] };
};

const UNUSED = '-';
/** One character tells at most so many choices apart. */
const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyz';

const hashOf = (slip: string): string => slip.slice(0, -1);
const signOf = (slip: string): string => slip.slice(-1);

/** An urn of unused slips, by the hashes of their codes. */
export const newUrn = (
  generation: number,
  choices: readonly string[],
  hashes: { readonly [stratum: string]: readonly string[] },
): Urn => ({
  generation,
  choices,
  slips: Object.fromEntries(
    Object.entries(hashes).map(([stratum, own]) => [
      stratum,
      own.map((hash) => `${hash}${UNUSED}`).sort(),
    ]),
  ),
});

/** What a vote comes to: it is taken, it was taken before, or another choice was made with this slip. */
export type Vote = { kind: 'taken'; urn: Urn } | { kind: 'repeated' } | { kind: 'spent' };

/** The vote by this slip for one of the urn's choices; null when the urn has no such slip. */
export function vote(urn: Urn, hash: string, choice: string): Vote | null {
  const { choices, slips } = urn;
  const found = Object.entries(slips).find(([, own]) => own.some((slip) => hashOf(slip) === hash));
  if (found === undefined) return null;
  const [stratum, own] = found;
  const sign = SIGNS[choices.indexOf(choice)];
  if (sign === undefined) throw new Error('no choice of this urn');
  const known = signOf(own.find((slip) => hashOf(slip) === hash) ?? '');
  if (known === sign) return { kind: 'repeated' };
  if (known !== UNUSED) return { kind: 'spent' };
  const marked = own.map((slip) => (hashOf(slip) === hash ? `${hash}${sign}` : slip));
  return { kind: 'taken', urn: { ...urn, slips: { ...slips, [stratum]: marked } } };
}

/** How often each choice was made with the slips of a stratum. */
export function countUrn({ choices, slips }: Urn, stratum: string): ByStratum {
  const counts: { [choice: string]: number } = {};
  for (const slip of slips[stratum] ?? []) {
    const choice = signOf(slip) === UNUSED ? undefined : choices[SIGNS.indexOf(signOf(slip))];
    if (choice !== undefined) counts[choice] = (counts[choice] ?? 0) + 1;
  }
  return counts;
}
