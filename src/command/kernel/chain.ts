// The links of src/rules/audit/link.ts with the SHA-256 of this machine, which those pure rules are handed.

import { hash } from 'node:crypto';
import type { Link, LinkedEvent, Sha256 } from '../../rules/audit/link.ts';
import { linkOfEvent, linkHash as ruledHash } from '../../rules/audit/link.ts';

export const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

/** The hash of this link after `previous`. */
export const linkHash = (previous: string, link: Link): string => ruledHash(sha256, previous, link);

/** The hash of this event's link after `previous`. */
export const eventHash = (previous: string, event: LinkedEvent): string =>
  linkHash(previous, linkOfEvent(sha256, event));
