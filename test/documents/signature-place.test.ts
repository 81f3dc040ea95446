// How the last paragraph and the signature share the first page and the next.

import { expect, test } from 'vitest';
import { linesOf, placeSignature } from '../../src/documents/signature-place.ts';

test('a text that fits on the first page with its signature is kept with it', () => {
  expect(placeSignature(7.9, 4, 3, true)).toEqual({ kept: true, blankLines: 0, single: false });
});

test('a text of one paragraph that does not fit begins on the first page, three lines go over', () => {
  for (const lines of [5, 6, 7, 8, 9]) {
    const { kept, blankLines } = placeSignature(7.9, lines, 3, true);
    expect(kept).toBe(false);
    expect(Math.floor(7.9 - blankLines)).toBe(lines - 3);
  }
});

test('a text that goes over by itself leaves no blank, a short last paragraph goes over whole', () => {
  expect(placeSignature(7.9, 12, 3, true)).toEqual({ kept: false, blankLines: 0, single: false });
  expect(placeSignature(4.9, 3, 3, false).kept).toBe(true);
});

test('28 characters fill a line, the first one takes 26', () => {
  expect([26, 27, 54, 55].map((n) => linesOf('字'.repeat(n)))).toEqual([1, 2, 2, 3]);
});
