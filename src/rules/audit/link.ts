// The form of one link of a hash chain, as the logs of the service are made of. A verifier that stands alone
// is written against the words of this file: whoever changes the bytes breaks every chain there is.
//
// Every digest is a SHA-256 in 64 lower-case hexadecimal digits. What is hashed is always a text in UTF-8
// without a byte order mark, and canonical JSON is what canonical-json.ts makes of a value: keys sorted by
// their UTF-16 code units, no spaces, strings and numbers as JSON.stringify writes them, undefined left out.

import { canonicalJson } from '../plan/canonical-json.ts';

/** The SHA-256 of a text's UTF-8 bytes, as 64 lower-case hexadecimal digits. */
export type Sha256 = (text: string) => string;

/** What stands in the place of the link before the first. */
export const CHAIN_START = '0'.repeat(64);

/** What is hashed into a link: its fields as they are stored, and digests in the place of contents. */
export type Link = {
  readonly [field: string]: string | number | null | readonly string[];
  /** Of what nobody may ever erase. */
  readonly content: string;
  /** Of the part that may be erased; null where there is none. */
  readonly personal: string | null;
};

/** Hashes the content that stays: its canonical JSON. */
export const contentDigest = (sha256: Sha256, content: object): string =>
  sha256(canonicalJson(content));

/**
 * Hashes a personal part: its salt (32 lower-case hexadecimal digits), a line feed, its canonical JSON. Nobody
 * can guess the part from the digest once the salt is gone.
 */
export const personalDigest = (sha256: Sha256, salt: string, personal: object): string =>
  sha256(`${salt}\n${canonicalJson(personal)}`);

/** Hashes a link: the hash before it (CHAIN_START for the first), a line feed, the link's canonical JSON. */
export const linkHash = (sha256: Sha256, previous: string, link: Link): string =>
  sha256(`${previous}\n${canonicalJson(link)}`);

/** An event of the business as it is stored; instants in RFC 3339, UTC, with three digits of a second. */
export type LinkedEvent = {
  readonly subject_id: string;
  readonly sequence: number;
  readonly type: string;
  readonly at: string;
  readonly principal_id: string;
  readonly roles: readonly string[];
  /** `key:<id of the API key>`; null of the service's own acts. */
  readonly credential: string | null;
  readonly payload: object;
  readonly facts: object;
  readonly stage: string;
  readonly state: string;
  readonly personal: string | null;
};

/** An event of the administrative log as it is stored. */
export type LinkedAdministrativeEvent = {
  readonly sequence: number;
  readonly at: string;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly path: string;
  readonly principal_id: string;
  readonly credential: string | null;
  readonly address: string | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly personal: string | null;
};

/** The link of an administrative event: its columns, with the digest of `{ after, before }` as its content. */
export function linkOfAdministrativeEvent(sha256: Sha256, event: LinkedAdministrativeEvent): Link {
  const { sequence, at, kind, subject_kind, subject_id, path } = event;
  const { principal_id, credential, address, before, after, personal } = event;
  const content = contentDigest(sha256, { before, after });
  const who = { principal_id, credential, address };
  return { sequence, at, kind, subject_kind, subject_id, path, ...who, content, personal };
}

/** The link of an event: its columns by their names, with the digest of `{ facts, payload }` as its content. */
export function linkOfEvent(sha256: Sha256, event: LinkedEvent): Link {
  const { subject_id, sequence, type, at, principal_id, roles, credential } = event;
  const { payload, facts, stage, state, personal } = event;
  const content = contentDigest(sha256, { payload, facts });
  return {
    ...{ subject_id, sequence, type, at, principal_id, roles, credential, stage, state },
    content,
    personal,
  };
}
