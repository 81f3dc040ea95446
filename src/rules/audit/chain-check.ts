// Holds the stored links of one chain to each other, to the head that is kept beside it and to the last
// checkpoint, and names what was done to it. Each link is read once, so that a chain of any length is held to
// in the same memory.

import { CHAIN_START } from './link.ts';

export type Head = { readonly sequence: number; readonly hash: string };

/** A link as it is stored; `hashAt` gives the hash it would have after another link, at another place. */
export type StoredLink = Head & {
  readonly at: string;
  readonly hashAt: (previous: string, sequence: number) => string;
};

export type LinkFaultKind =
  | 'edited'
  | 'inserted'
  | 'removed'
  | 'cut-off'
  /** The chain fits by itself, but not what a checkpoint says of it. */
  | 'rewritten'
  /** Nothing says that there is such a chain. */
  | 'unknown-chain';

export type LinkFault = {
  readonly kind: LinkFaultKind;
  /** The first and the last event that it concerns; they stand at these places or stood there. */
  readonly sequence: number;
  readonly until: number;
  /** When the first of them was told; of one that is gone, when the one before it was. */
  readonly at: string | null;
};

/** How many events may have been taken out or put in at one place for its links to be told apart. */
const SHIFT_MAX = 32;

type Held = Pick<StoredLink, 'sequence' | 'hash' | 'at'>;

/**
 * Checks one chain: `take` each stored link in the order of the sequence, then `end`. `head` is what its
 * subject says of its end, null where there is no subject; `anchor` is what the last checkpoint says.
 * `start` is the link before the first that is taken, where a part is checked only.
 */
export function createChainCheck(
  head: Head | null,
  anchor: Head | null,
  start: Held | null = null,
) {
  const faults: LinkFault[] = [];
  let last: Held | null = start;
  let suspects: Held[] = [];
  /** By how much the place of a link has moved since it was hashed. */
  let shift = 0;
  let anchored: string | null = null;

  const found = (kind: LinkFaultKind, sequence: number, until: number, at: string | null): void => {
    faults.push({ kind, sequence, until, at });
  };

  /** The suspects are followed by a link that stood `moved` further on: that tells what they are. */
  const explain = (moved: number): void => {
    const suspect = suspects.pop();
    if (suspect === undefined) return;
    const { sequence, at } = suspect;
    if (moved === shift) suspects.push(suspect);
    const put = shift - moved;
    if (put > 0) {
      const first = suspects.find((held) => held.sequence === sequence - put);
      suspects = suspects.filter((held) => held.sequence < sequence - put);
      found('inserted', sequence - put, sequence - 1, first?.at ?? at);
    }
    for (const held of suspects) found('edited', held.sequence, held.sequence, held.at);
    if (moved > shift) found('removed', sequence, sequence + moved - shift - 1, at);
    suspects = [];
    shift = moved;
  };

  const shifts = function* (): Generator<number> {
    yield shift;
    if (suspects.length === 0) return;
    for (let by = 1; by <= SHIFT_MAX; by += 1) yield* [shift + by, shift - by];
  };

  const take = (link: StoredLink): void => {
    const { sequence, hash, at, hashAt } = link;
    const held = { sequence, hash, at };
    if (sequence === anchor?.sequence) anchored = hash;
    if (sequence > (last?.sequence ?? 0) + 1) {
      explain(shift);
      found('removed', (last?.sequence ?? 0) + 1, sequence - 1, last?.at ?? null);
    } else if (hash === last?.hash) {
      // A copy of the one before, which nothing was ever linked to.
      found('inserted', sequence, sequence, at);
      shift -= 1;
    } else {
      const previous = last?.hash ?? CHAIN_START;
      const moved = shifts().find((by) => hashAt(previous, sequence + by) === hash);
      if (moved === undefined) suspects.push(held);
      else explain(moved);
    }
    last = held;
  };

  const endSuspects = (): void => {
    const suspect = suspects.at(-1);
    if (suspect === undefined) return;
    const isPutOn = (known: Head | null): boolean =>
      known !== null && known.sequence === suspect.sequence - 1 + shift && suspects.length === 1;
    const known = [anchor, head].find((each) => each?.hash === suspect.hash);
    if (known) explain(known.sequence - suspect.sequence);
    else if (isPutOn(head)) {
      found('inserted', suspect.sequence, suspect.sequence, suspect.at);
      suspects = [];
    } else explain(shift);
  };

  const endAt = (known: Head, isAnchor: boolean): void => {
    const at = last?.at ?? null;
    const sequence = last?.sequence ?? 0;
    const place = sequence + shift;
    if (known.sequence > place) found('cut-off', sequence + 1, known.sequence - shift, at);
    else if (isAnchor) {
      if (anchored !== null && anchored !== known.hash)
        found('rewritten', known.sequence, known.sequence, at);
    } else if (known.sequence < place) found('inserted', known.sequence - shift + 1, sequence, at);
    else if (known.hash !== last?.hash) found('edited', sequence, sequence, at);
  };

  /** What was found, the first event first; an empty list is a whole chain. */
  const end = (): LinkFault[] => {
    endSuspects();
    if (head === null && last !== null) found('unknown-chain', 1, last.sequence, last.at);
    // What a fault in the middle has done to the end is no second fault.
    if (head !== null && faults.length === 0) endAt(head, false);
    if (anchor !== null && faults.length === 0) endAt(anchor, true);
    return faults;
  };

  return { take, end };
}
