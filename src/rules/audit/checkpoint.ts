// The form of a checkpoint: a root over the heads of all chains that changed since the one before it, which it
// holds. So each root stands for every head that was ever named, and what is written costs as much as what
// changed, not as what is stored. Heads are kept by campaign, and a campaign has a digest of its own: whoever
// holds one campaign can reckon every root from its heads and the digests of the others.
//
// It is no Merkle tree: a short proof for one chain without its neighbours is what nobody has asked for, and a
// tree that is kept up has to be rewritten at each checkpoint, where this is only ever added to.

import { canonicalJson } from '../plan/canonical-json.ts';
import type { Sha256 } from './link.ts';

/** What stands in the place of the root before the first. */
export const ROOT_START = '0'.repeat(64);

/** The log of administration is one chain, which stands where campaigns and their subjects do. */
export const ADMINISTRATION = '00000000-0000-0000-0000-000000000000';

/** The end of one chain, as a checkpoint names it. */
export type ChainHead = {
  readonly campaignId: string;
  readonly subjectId: string;
  readonly sequence: number;
  readonly hash: string;
};

/** The heads of one campaign in one checkpoint. */
export type CheckpointPart = {
  readonly campaignId: string;
  readonly heads: number;
  readonly digest: string;
};

export type Checkpoint = {
  readonly number: number;
  /** RFC 3339, UTC, three digits of a second. */
  readonly at: string;
  /** Chains and events that this and all checkpoints before it have named. */
  readonly chains: number;
  readonly events: number;
  readonly previous: string;
  readonly root: string;
};

/** A checkpoint as what leaves the house names it. */
export type CheckpointName = Pick<Checkpoint, 'number' | 'root'>;

/** So many digits of a root are printed: nobody finds another log whose root begins with 128 given bits. */
export const PRINTED_DIGITS = 32;

/** '核验码 3f9a 07c2 …（第 128 号检查点）'. */
export const checkpointInPrint = ({ number, root }: CheckpointName): string =>
  `核验码 ${root.slice(0, PRINTED_DIGITS).replaceAll(/.{4}(?=.)/g, '$& ')}（第 ${number} 号检查点）`;

/** The digits of a root, or of its beginning, as somebody copies them from paper; null when they are none. */
export function readRoot(text: string): string | null {
  const digits = text.replaceAll(/\s/g, '').toLowerCase();
  return /^[0-9a-f]{16,64}$/.test(digits) ? digits : null;
}

/** A line of a part's text. */
const lineOf = ({ subjectId, sequence, hash }: ChainHead): string =>
  `${subjectId} ${sequence} ${hash}\n`;

/** The parts of these heads, which are ordered by campaign and subject. */
export function partsOf(sha256: Sha256, heads: readonly ChainHead[]): CheckpointPart[] {
  const lines = Map.groupBy(heads, ({ campaignId }) => campaignId);
  return [...lines].map(([campaignId, own]) => ({
    campaignId,
    heads: own.length,
    digest: sha256(own.map(lineOf).join('')),
  }));
}

/** The root: a SHA-256 of the one before, a line feed, and the canonical JSON of what this one says. */
export const rootOf = (
  sha256: Sha256,
  { previous, number, at, chains, events }: Omit<Checkpoint, 'root'>,
  parts: readonly CheckpointPart[],
): string => {
  const said = parts.map(({ campaignId, heads, digest }) => [campaignId, heads, digest]);
  return sha256(`${previous}\n${canonicalJson({ number, at, chains, events, parts: said })}`);
};
