// 公示: the days it runs, how they are counted, and what it says (R63, R65).

import { expect, test } from 'vitest';
import { composeDocument, issuerOf } from '../../src/rules/document/documents.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { deadlineFor, firstDayOfNotice } from '../../src/rules/time/deadlines.ts';
import { calendar, plan } from '../machines/yijun.ts';

type Counting = Plan['policies']['publicNoticeCounting']['value'];

const counted = (value: Counting, days = 5): Plan => {
  const provenance = { kind: 'county-decision' as const };
  const { policies } = plan;
  const own = {
    publicNoticeDays: { value: days, provenance },
    publicNoticeCounting: { value, provenance },
  };
  return { ...plan, policies: { ...policies, ...own } };
};

/** The first and the last day of a notice that is issued on a Thursday before a week off. */
const daysOf = (own: Plan, at = '2017-09-28T01:00:00Z') => {
  const { dueAt } = deadlineFor(own, calendar, at, { policy: 'publicNoticeDays' });
  const last = Temporal.Instant.from(dueAt)
    .toZonedDateTimeISO('Asia/Shanghai')
    .subtract({ days: 1 });
  return [firstDayOfNotice(own, calendar, at), last.toPlainDate().toString()];
};

test('C20: the days of a public notice are counted as the plan says', () => {
  expect(daysOf(counted({ days: 'working', first: 'next-day' }))).toEqual([
    '2017-09-29',
    '2017-10-11',
  ]);
  expect(daysOf(counted({ days: 'working', first: 'same-day' }))).toEqual([
    '2017-09-28',
    '2017-10-10',
  ]);
  // The last calendar day lies in the week off, and moves to the first working day after it.
  expect(daysOf(counted({ days: 'calendar', first: 'next-day' }))).toEqual([
    '2017-09-29',
    '2017-10-09',
  ]);
  expect(daysOf(counted({ days: 'calendar', first: 'next-day' }, 12))).toEqual([
    '2017-09-29',
    '2017-10-10',
  ]);
  expect(daysOf(counted({ days: 'calendar', first: 'same-day' }, 12))).toEqual([
    '2017-09-28',
    '2017-10-09',
  ]);
});

test('C20: a notice that is issued on a day off begins, its first day counted, with the next working day', () => {
  const own = counted({ days: 'working', first: 'same-day' });
  expect(daysOf(own, '2017-10-02T01:00:00Z')).toEqual(['2017-10-09', '2017-10-13']);
});

const write = (own: Plan, issuer: string, params: object) =>
  composeDocument(own, {
    kind: 'public-notice',
    issuer: issuerOf(own, issuer),
    issuerName: '某部',
    campaignName: '宜君县“四创三评”活动',
    subjectName: null,
    category: 'DEMONSTRATION_VILLAGE',
    at: '2017-11-20T01:00:00Z',
    params: { authority: issuer, listed: 6, ...params },
    addressees: ['哭泉镇党委'],
    copyTo: ['宜君县远程办'],
  });

test('O2: a public notice says its first and last day, what may be objected to, and how', () => {
  const days = { beginsOn: '2017-11-21', dueAt: '2017-11-27T16:00:00Z' };
  const { title, body, addressees, copyTo, numbered, period } = write(plan, 'county', days);
  expect(title).toBe('关于宜君县“四创三评”活动示范村（社区）入选对象的公示');
  expect(body.map(({ text }) => text).slice(1)).toEqual([
    '公示期：2017年11月21日起至2017年11月27日24时止（自发布次日起5个工作日）。',
    '对公示对象是否符合条件、申报材料是否真实有异议的，请在公示期内以来信、来电、来访等方式向受理机构如实反映，也可在公示网页上提出（无须登录，凭查询码查询办理情况）。提倡署真实姓名和联系方式，并提供可查证的线索；以单位名义反映的，请加盖公章。',
    '受理机构：宜君县远程办',
    '联系电话：0919-0000000',
    '通信地址：陕西省铜川市宜君县（邮政编码727200）',
  ]);
  expect({ addressees, copyTo, numbered, period }).toEqual({
    addressees: [],
    copyTo: [],
    numbered: false,
    period: days,
  });
});

test('O4: the city publishes on grounds of its own, not on the county’s document', () => {
  const { body } = write(plan, 'city', {});
  expect(body[0]?.text).toMatch(
    /^根据市委组织部《.+》的要求，经验收，现将示范村（社区）拟确定的6个对象/,
  );
  expect(body[1]?.text).toBe('公示期：自发布次日起5个工作日。');
});

test('C20: the text says how the days are counted', () => {
  const { body } = write(counted({ days: 'calendar', first: 'same-day' }, 7), 'county', {});
  expect(body[1]?.text).toBe('公示期：自发布之日起7天。');
});
