// The picture of a plan: what an author looks at before publishing, and docs/pictures for those that ship.

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planPictures } from '../../scripts/plan-pictures.ts';
import { pictureOf } from '../../src/rules/plan/picture.ts';
import { plan } from '../machines/yijun.ts';

test('docs/pictures shows each plan that ships as it is', () => {
  const pictures = planPictures();
  expect(pictures.length).toBeGreaterThan(1);
  for (const { url, text } of pictures) {
    expect(existsSync(url) && readFileSync(url, 'utf8'), `${url.pathname}: npm run docs`).toBe(
      text,
    );
  }
});

test('phases stand on the calendar, the first from the day it takes effect', () => {
  const text = pictureOf(plan, 'zh');
  expect(text).toContain('  动员部署 : 2017-05-20, 2017-06-30\n');
  expect(text).toContain('  考核评议 : 2017-11-01, 2017-11-30\n');
});

test('the base goes the way that ends at the county, and a person the way that is shared', () => {
  const text = pictureOf(plan, 'zh');
  const wayOf = (name: string) => text.split('\n### ').find((part) => part.startsWith(name)) ?? '';
  expect(wayOf('示范基地')).toContain('| 自查 | 乡镇办 | R57 ');
  expect(wayOf('示范基地')).not.toContain('| 市远程教育中心 |');
  expect(wayOf('先进工作者、优秀站点管理员、学用标兵')).toContain(
    '| 最终确定 | 市远程教育中心 | R65 ',
  );
});

test('in English the steps and roles are English; the names of the plan stay its own', () => {
  expect(pictureOf(plan, 'en')).toMatch(/\| 考核评议 \| select on merit \| by the ranking \| R63 /);
});

test('no name of a plan ends a label or a task before its end', () => {
  const [first, ...rest] = plan.phases;
  const phases = [{ ...first, name: 'a: b; "c", #d <e>' }, ...rest] as typeof plan.phases;
  const lines = pictureOf({ ...plan, phases }, 'zh').split('\n');
  expect(lines).toContain('  a  b  "c"   d <e> : 2017-05-20, 2017-06-30');
  for (const line of lines.filter((one) => /^ +(?:subgraph |s\d+_\d+[[(])/.test(one))) {
    expect(line.match(/"/g), line).toHaveLength(2);
  }
});
