import { expect, test } from 'vitest';
import { chooseKept } from '../../src/backup/retention.ts';

const nightly = (from: string, days: number): string[] =>
  Array.from(
    { length: days },
    (_, day) => `${Temporal.PlainDate.from(from).add({ days: day })}-020000`,
  );

test('of a year of nights seven days, five weeks and twelve months are kept', () => {
  const { kept, daily } = chooseKept(nightly('2025-11-30', 365));
  expect(daily).toEqual(nightly('2026-11-23', 7));
  expect(kept).toEqual(
    [
      ...['2025-12-31', '2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
      ...['2026-06-30', '2026-07-31', '2026-08-31', '2026-09-30', '2026-10-31'],
      // Ends of weeks; the newest week is among the days.
      ...['2026-11-01', '2026-11-08', '2026-11-15', '2026-11-22'],
      ...['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28'],
      '2026-11-29',
    ].map((day) => `${day}-020000`),
  );
});

test('of the newest day all are kept, of an earlier one the last', () => {
  const names = [
    '2026-11-28-020000',
    '2026-11-28-170000',
    '2026-11-29-020000',
    '2026-11-29-101848',
  ];
  expect(chooseKept(names).kept).toEqual(names.slice(1));
});

test('a service that was off for a month keeps what it had', () => {
  const names = nightly('2026-09-01', 7);
  expect(chooseKept([...names, '2026-11-29-020000']).kept).toEqual([
    ...names.slice(1),
    '2026-11-29-020000',
  ]);
});

test('nothing is kept of nothing', () => {
  expect(chooseKept([])).toEqual({ kept: [], daily: [] });
});
