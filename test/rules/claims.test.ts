import { expect, test } from 'vitest';
import { CODE_BYTES, codeInWords, newCode, readCode } from '../../src/rules/county/claims.ts';

const codeOf = (byte: number) => newCode(new Uint8Array(CODE_BYTES).fill(byte));

test('the secret of a one-time code has more than 128 random bits, no character likelier than another', () => {
  const often = Map.groupBy(Array.from({ length: 256 }).keys(), (byte) => codeOf(byte).secret[0]);
  const counts = [...often.values()].map(({ length }) => length);
  expect(counts).toEqual(Array.from({ length: 32 }, () => 8));
  const { secret } = codeOf(0);
  for (const at of secret.split('').keys()) {
    const bytes = new Uint8Array(CODE_BYTES);
    bytes[CODE_BYTES - secret.length + at] = 1;
    expect(newCode(bytes).secret).toBe(`${'0'.repeat(at)}1${'0'.repeat(secret.length - at - 1)}`);
  }
  expect(secret.length * Math.log2(counts.length)).toBeGreaterThan(128);
});

test('a code is read as it is written, and one character less is none', () => {
  const code = newCode(Uint8Array.from({ length: CODE_BYTES }, (_, index) => index * 7));
  expect(readCode(codeInWords(code))).toEqual(code);
  expect(readCode(codeInWords(code).slice(0, -1))).toBeNull();
});
