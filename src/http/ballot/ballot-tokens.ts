// The printed ballot token: the id of its round and 256 random bits.

import { hash } from 'node:crypto';

const ROUND_BYTES = 16;
const SECRET_BYTES = 32;

export const TOKEN_PATTERN = '^bt_[A-Za-z0-9_-]{64}$';

/** `bt_` and base64url of the round's id and the secret. */
export const tokenOf = (roundId: string, secret: Buffer): string =>
  `bt_${Buffer.concat([Buffer.from(roundId.replaceAll('-', ''), 'hex'), secret]).toString('base64url')}`;

/** The round of a token and the hash it is stored by. The token must match the pattern. */
export function readToken(token: string): { roundId: string; sha256: Buffer } {
  const bytes = Buffer.from(token.slice('bt_'.length), 'base64url');
  if (bytes.length !== ROUND_BYTES + SECRET_BYTES) throw new Error('a token of another length');
  const id = bytes.toString('hex', 0, ROUND_BYTES);
  const roundId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { roundId, sha256: hash('sha256', bytes.subarray(ROUND_BYTES), 'buffer') };
}
