import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coloured, colourOf } from '../../src/rules/inspection/rectification-colours.ts';

const order: Coloured = {
  isClosed: false,
  behindAt: '2017-10-20T04:00:00Z',
  dueSoonAt: '2017-10-24T16:00:00Z',
  dueAt: '2017-10-27T16:00:00Z',
  progressedAt: null,
};
const started = { ...order, progressedAt: '2017-10-13T01:00:00Z' };

describe('R59: the colour of an order', () => {
  test.each<[string, Coloured, string, string]>([
    ['with time enough', order, '2017-10-20T03:59:59Z', 'none'],
    ['half its time gone and nothing begun', order, '2017-10-20T04:00:00Z', 'yellow'],
    ['begun, half its time gone', started, '2017-10-20T04:00:00Z', 'none'],
    ['begun, three working days before its end', started, '2017-10-24T16:00:00Z', 'blue'],
    ['not begun, three working days before its end', order, '2017-10-24T16:00:00Z', 'yellow'],
    ['in its last second', started, '2017-10-27T15:59:59Z', 'blue'],
    ['at 24:00 of its last day', started, '2017-10-27T16:00:00Z', 'red'],
    ['closed late', { ...order, isClosed: true }, '2017-12-01T00:00:00Z', 'closed'],
  ])('%s', (_, one, now, colour) => {
    expect(colourOf(one, now)).toBe(colour);
  });

  test('never gets better while nothing happens', () => {
    const RANK = ['none', 'blue', 'yellow', 'red'];
    const instant = fc
      .integer({ min: 0, max: 30 * 86_400 })
      .map((seconds) => Temporal.Instant.from('2017-10-12T00:00:00Z').add({ seconds }).toString());
    fc.assert(
      fc.property(instant, instant, fc.boolean(), (a, b, isStarted) => {
        const [before, after] = a < b ? [a, b] : [b, a];
        const one = isStarted ? started : order;
        const ranks = [before, after].map((now) => RANK.indexOf(colourOf(one, now)));
        expect(ranks[1]).toBeGreaterThanOrEqual(ranks[0] ?? 0);
      }),
    );
  });
});
