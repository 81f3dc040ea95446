// The code on a ballot slip: twelve characters that can be read aloud and typed in, `K7QM-3XWD-9RTA`. The first
// four are the number of the set of slips, the other eight are the secret of the slip.

import { hash } from 'node:crypto';
import type { Entropy } from '../../entropy.ts';

/** Crockford's base 32 has no I, L, O, U, which are read as others. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NUMBER_SIGNS = 4;
const SECRET_SIGNS = 8;
/** 128 bits of a hash are as good as all of them here, where nobody is to find a second slip. */
const HASH_BYTES = 16;

/** A code as it is printed or typed: with or without hyphens and spaces, in capitals or not. */
export const CODE_PATTERN = '^[ -]*(?:[0-9A-Za-z][ -]*){12}$';

const draw = ({ below }: Pick<Entropy, 'below'>, length: number): string =>
  Array.from({ length }, () => SIGNS.charAt(below(SIGNS.length))).join('');

export const newNumber = (entropy: Pick<Entropy, 'below'>): string => draw(entropy, NUMBER_SIGNS);

/** So many different codes of one number, in groups of four characters, in random order. */
export function newCodes(entropy: Pick<Entropy, 'below'>, number: string, count: number): string[] {
  const codes = new Set<string>();
  while (codes.size < count) {
    codes.add(`${number}${draw(entropy, SECRET_SIGNS)}`.replace(/(.{4})(.{4})(.{4})/, '$1-$2-$3'));
  }
  return [...codes];
}

/** The number of a code that matches the pattern, and the hash (base64url) by which an urn knows it. */
export function readCode(code: string): { number: string; hash: string } {
  const signs = code.toUpperCase().replace(/[ -]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
  const sum = hash('sha256', signs, 'buffer').subarray(0, HASH_BYTES);
  return { number: signs.slice(0, NUMBER_SIGNS), hash: sum.toString('base64url') };
}
