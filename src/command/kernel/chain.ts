// The links of src/rules/audit/link.ts with the SHA-256 of this machine, which those pure rules are handed.

import { hash } from 'node:crypto';
import type { Entropy } from '../../entropy.ts';
import type { Link, LinkedEvent, Sha256 } from '../../rules/audit/link.ts';
import { linkOfEvent, personalDigest, linkHash as ruledHash } from '../../rules/audit/link.ts';
import type { PersonalPart } from '../../rules/audit/personal.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** The hash of this link after `previous`. */
export const linkHash = (previous: string, link: Link): string => ruledHash(sha256, previous, link);

/** The hash of this event's link after `previous`. */
export const eventHash = (previous: string, event: LinkedEvent): string =>
  linkHash(previous, linkOfEvent(sha256, event));

const SALT_BYTES = 16;

/** A personal part with a salt of its own (hexadecimal), and the digest that its link holds. */
export function sealPart(entropy: Pick<Entropy, 'bytes'>, part: PersonalPart) {
  const salt = entropy.bytes(SALT_BYTES).toString('hex');
  return { salt, digest: personalDigest(sha256, salt, part) };
}
