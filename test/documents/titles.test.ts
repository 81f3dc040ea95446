// Titles of several lines, as both renderings of a document break them.

import { expect, test } from 'vitest';
import { widthOf } from '../../src/documents/layout.ts';
import { titleLines } from '../../src/documents/titles.ts';

test.each([
  ['关于确定宜君县“四创三评”活动先进典型的决定', '关于确定宜君县“四创三评”', '活动先进典型的决定'],
  [
    '关于责令示范基地申报对象“尧生玉米良种繁育基地”限期整改的通知',
    '关于责令示范基地申报对象',
    '“尧生玉米良种繁育基地”限期整改的通知',
  ],
  [
    '关于印发《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》的通知',
    '关于印发《关于在全县党员',
    '干部现代远程教育工作中开展',
    '“四创三评”活动实施方案》的通知',
  ],
  [
    '关于哭泉镇麻庄村逾期未报送自查整改情况的通知',
    '关于哭泉镇麻庄村逾期未报送',
    '自查整改情况的通知',
  ],
])('O10: %s is broken between words, not within quotation marks', (title, ...lines) => {
  expect(titleLines(title)).toEqual(lines);
});

test('O10: a name that is no word of the dictionary stays whole', () => {
  const name = '尧生玉米良种繁育基地';
  const lines = titleLines(`关于责令${name}限期整改的通知`, [name]);
  expect(lines).toHaveLength(2);
  expect(lines.filter((line) => line.includes(name))).toHaveLength(1);
});

test('a title that fits on a line is not broken', () => {
  expect(titleLines('短通知')).toEqual(['短通知']);
});

test.each([
  '示范'.repeat(60),
  '“'.repeat(30),
  'A'.repeat(90),
  '《关于“四创三评”活动的通知》'.repeat(9),
  '，。；：'.repeat(12),
])('nothing of a title of any kind is lost: %s', (title) => {
  const lines = titleLines(title);
  expect(lines.join('')).toBe(title);
  for (const line of lines) expect(line).not.toBe('');
});

test('lines make a trapezium or a diamond, never an hourglass', () => {
  const lines = titleLines(
    '关于印发《关于在全县党员干部现代远程教育工作中开展“四创三评”活动实施方案》的通知',
  ).map(widthOf);
  const [first = 0, middle = 0, last = 0] = lines;
  expect(middle).toBeGreaterThanOrEqual(Math.min(first, last));
});
