import { expect, test } from 'vitest';
import { readLsn, walBetween, walToTheEnd } from '../../src/backup/wal-files.ts';

const one = (segment: string) => `00000001${segment}`;
const two = (segment: string) => `00000002${segment}`;

test('after the last file of a log comes the first of the next', () => {
  expect(walBetween(one('00000000000000FE'), one('0000000100000001'))).toEqual(
    ['00000000000000FE', '00000000000000FF', '0000000100000000', '0000000100000001'].map(one),
  );
});

const archived = [
  ...walBetween(one('0000000000000003'), one('0000000000000009')),
  ...walBetween(two('0000000000000006'), two('0000000000000008')),
].sort();
const restored = { newest: 2, turns: [{ timeline: 1, endedAt: readLsn('0/6000128') }] };

test('without a restore the way leads to the newest file', () => {
  const way = walToTheEnd(archived, { newest: 1, turns: [] }, one('0000000000000004'), 0n);
  expect(way).toEqual(walBetween(one('0000000000000004'), one('0000000000000009')));
});

test('after a restore the way turns into the new timeline where the old one was left', () => {
  const way = walToTheEnd(archived, restored, one('0000000000000004'), readLsn('0/4000100'));
  expect(way).toEqual([
    ...walBetween(one('0000000000000004'), one('0000000000000005')),
    ...walBetween(two('0000000000000006'), two('0000000000000008')),
  ]);
});

test('a backup that was made after that place on the old timeline leads to nothing newer', () => {
  expect(walToTheEnd(archived, restored, one('0000000000000007'), readLsn('0/7000100'))).toBeNull();
});

test('a missing file in between is part of the way, so that it is missed', () => {
  const holed = archived.filter((name) => name !== one('0000000000000005'));
  const way = walToTheEnd(holed, restored, one('0000000000000004'), readLsn('0/4000100'));
  expect(way).toContain(one('0000000000000005'));
});
