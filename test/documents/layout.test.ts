// What both renderings of a document rest on: widths, the mark, columns of a table.

import { expect, test } from 'vitest';
import { columnShares, markPoints, widthOf } from '../../src/documents/layout.ts';

test('Chinese is one character wide, Latin and digits half of one', () => {
  expect(widthOf('2017年5月20日')).toBe(6.5);
  expect(widthOf('中共宜君县委组织部')).toBe(9);
});

test('the mark of an issuer stays on one line of 442 points, however long it is', () => {
  expect(markPoints('中共宜君县委组织部文件', 442)).toBe(36);
  const long = '中共王益区委组织部文件（示例）';
  expect(markPoints(long, 442) * widthOf(long)).toBeLessThanOrEqual(442);
});

test('columns share the width by what stands in them, and what is left blank has room', () => {
  const shares = columnShares(
    ['序号', '标准', '验收情况'],
    [['1', '党员活动室桌椅数量满足党员集中学习需要', '　']],
  );
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  const [number = 0, text = 0, blank = 0] = shares;
  expect(number).toBeLessThan(blank);
  expect(blank).toBeLessThan(text);
});
