// How the last paragraph and the signature share a page and the next, and the lines that a text takes.

import { expect, test } from 'vitest';
import { linesOf } from '../../src/documents/lines.ts';
import { placeSignature } from '../../src/documents/signature-place.ts';

test('a text that fits on the page with its signature is kept with it', () => {
  expect(placeSignature(7.9, 4, 3, true)).toEqual({ kept: true, blankLines: 0, next: 0 });
});

test('O10: where the signature does not fit two lines of text go with it, the others stay', () => {
  for (const lines of [5, 6, 7, 8, 9]) {
    const { kept, blankLines, next } = placeSignature(7.9, lines, 3, false);
    expect(kept).toBe(false);
    expect(next).toBe(2 + 3);
    expect(Math.floor(7.9 - blankLines)).toBe(lines - 2);
  }
});

test('a text that goes over by itself leaves no blank, two lines go over whole', () => {
  expect(placeSignature(7.9, 12, 3, true)).toEqual({ kept: false, blankLines: 0, next: 8 });
  expect(placeSignature(4.9, 2, 3, false)).toEqual({ kept: true, blankLines: 0, next: 5 });
});

test('a text of one paragraph begins on the first page, however short it is', () => {
  expect(placeSignature(4.9, 2, 3, true)).toEqual({
    kept: false,
    blankLines: 3.4000000000000004,
    next: 4,
  });
});

test('28 characters fill a line, the first one takes 26', () => {
  expect([26, 27, 54, 55].map((n) => linesOf('字'.repeat(n)))).toEqual([1, 2, 2, 3]);
});

test('punctuation begins no line, a number is not divided', () => {
  expect(linesOf(`${'字'.repeat(26)}，`)).toBe(2);
  expect(linesOf(`${'字'.repeat(25)}，字`)).toBe(2);
  expect(linesOf(`${'字'.repeat(24)}2017年`)).toBe(2);
  expect(linesOf(`${'字'.repeat(27)}（字）`, 0)).toBe(2);
});
