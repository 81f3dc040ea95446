// The code of a receipt: ten characters that can be read aloud and typed in, `K7QM3-XWD9R`, worth 50 bits. Wrong
// ones are counted, and the database has only keyed hashes of the right ones.

import type { Entropy } from '../../entropy.ts';

/** Crockford's base 32 has no I, L, O, U, which are read as others. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RECEIPT_SIGNS = 10;

/** A code as it is told or typed: with or without hyphens and spaces, in capitals or not. */
export const RECEIPT_PATTERN = '^[ -]*(?:[0-9A-Za-z][ -]*){10}$';

export const newReceipt = ({ below }: Pick<Entropy, 'below'>): string =>
  Array.from({ length: RECEIPT_SIGNS }, () => SIGNS.charAt(below(SIGNS.length)))
    .join('')
    .replace(/(.{5})(.{5})/, '$1-$2');

/** The code that was meant by one that matches the pattern. */
export const readReceipt = (code: string): string =>
  code.toUpperCase().replace(/[ -]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0');
