import { describe, expect, test } from 'vitest';
import { chainOf, firstDaysOf } from '../../../machines/procedure/chain.ts';
import { hasCome, isEnd, isOver, linkNumber } from '../../../machines/procedure/phases.ts';

const phase = (code: string, start: string, end: string) => ({ code, start, end });
const codes = (...phases: ReturnType<typeof phase>[]) =>
  chainOf(phases).links.map(({ code }) => code);

const RATED = chainOf([
  phase('self-rating', '2026-03-01', '2026-03-31'),
  phase('township', '2026-04-01', '2026-06-30'),
  phase('county', '2026-06-01', '2026-08-31'),
]);

describe('the chain of phases', () => {
  test('that do not overlap is the phases, and a gap lasts until the next begins', () => {
    const one = phase('one', '2026-01-01', '2026-01-31');
    expect(codes(one)).toEqual(['one']);
    expect(codes(one, phase('two', '2026-02-01', '2026-02-28'))).toEqual(['one', 'two']);
    expect(codes(one, phase('two', '2026-03-01', '2026-03-31'))).toEqual(['one', 'two']);
  });

  test('of six is six links, each opening and closing its own', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((code, index) =>
      phase(code, `2026-0${index + 1}-01`, `2026-0${index + 1}-28`),
    );
    expect(chainOf(six).links).toEqual(
      six.map(({ code }) => ({ code, open: [code], opens: [code], closes: [code] })),
    );
  });

  test('that overlap has a link for each set of them open together', () => {
    expect(RATED.links).toEqual([
      {
        code: 'self-rating',
        open: ['self-rating'],
        opens: ['self-rating'],
        closes: ['self-rating'],
      },
      { code: 'township', open: ['township'], opens: ['township'], closes: [] },
      {
        code: 'township+county',
        open: ['township', 'county'],
        opens: ['county'],
        closes: ['township'],
      },
      { code: 'county', open: ['county'], opens: [], closes: ['county'] },
    ]);
  });

  test('tells the first day of each link', () => {
    const days = [
      phase('township', '2026-04-01', '2026-06-30'),
      phase('county', '2026-06-01', '2026-08-31'),
    ];
    expect(firstDaysOf(days)).toEqual(['2026-04-01', '2026-06-01', '2026-07-01']);
  });

  test('around a shorter phase numbers the set that comes again', () => {
    const long = phase('visits', '2026-01-01', '2026-12-31');
    const short = phase('ballot', '2026-05-01', '2026-05-31');
    expect(codes(long, short)).toEqual(['visits', 'visits+ballot', 'visits-2']);
  });

  test('of two that end together closes both at once', () => {
    const both = chainOf([
      phase('a', '2026-01-01', '2026-03-31'),
      phase('b', '2026-02-01', '2026-03-31'),
    ]);
    expect(both.links.map(({ closes }) => closes)).toEqual([[], ['a', 'b']]);
  });
});

describe('in a link of the chain', () => {
  test.each([
    ['self-rating', 'self-rating', true, false],
    ['self-rating', 'county', false, false],
    ['township', 'self-rating', true, true],
    ['township', 'county', false, false],
    ['township+county', 'township', true, false],
    ['township+county', 'county', true, false],
    ['county', 'township', true, true],
    ['concluded', 'county', true, true],
    ['cancelled', 'self-rating', true, true],
  ])('%s: %s has come is %s, is over is %s', (link, code, come, over) => {
    expect([hasCome(RATED, link, code), isOver(RATED, link, code)]).toEqual([come, over]);
  });

  test('the ends come after the last, and what is unknown is a bug', () => {
    expect(RATED.links.map(({ code }) => linkNumber(RATED, code))).toEqual([1, 2, 3, 4]);
    expect([linkNumber(RATED, 'concluded'), linkNumber(RATED, 'cancelled')]).toEqual([5, 6]);
    expect([isEnd('county'), isEnd('concluded'), isEnd('cancelled')]).toEqual([false, true, true]);
    expect(() => linkNumber(RATED, 'ballot')).toThrow('no link of this chain is ballot');
    expect(() => hasCome(RATED, 'county', 'ballot')).toThrow('no phase of this chain is ballot');
  });
});
