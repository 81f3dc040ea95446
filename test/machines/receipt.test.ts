import { expect, test } from 'vitest';
import { ask, effectsOf, fire, notices, startOf, tell, where } from './life.ts';
import { midnightAfter, onDay } from './yijun.ts';

const NOTICE = { noticeId: 'notice-1', clause: 'R2', title: '关于印发方案的通知' };
const issued = (day: string) => {
  const life = startOf('receipt', NOTICE, onDay(day));
  return { life, step: tell(life, 'issue') };
};

test('the receipt of the notice of 20 May is owed by the third working day after it (R2)', () => {
  const { step } = issued('2017-05-20');
  expect(effectsOf(step, 'open-obligation')).toMatchObject([
    { params: { kind: 'receipt', clause: 'R2', dueAt: midnightAfter('2017-05-24') } },
  ]);
});

test('a missing receipt is reminded of once, and may still be signed', () => {
  const { life } = issued('2017-05-20');
  expect(notices(fire(life, 'receiptWindow'))).toEqual(['receipt-reminder → responsible']);
  expect(life.timers.size).toBe(0);
  const step = tell(life, 'sign', { signatory: '刘' });
  expect(effectsOf(step, 'close-obligation')).toMatchObject([{ params: { outcome: 'satisfied' } }]);
  expect(life.instance.context).toMatchObject({ signedBy: '刘', signedAt: life.now });
});

test('a notice is signed for once', () => {
  const { life } = issued('2017-05-20');
  tell(life, 'sign');
  expect(where(life)).toBe('signed');
  expect(ask(life, 'sign')).toEqual({ kind: 'out-of-state', accepts: [] });
});

test('when the calendar arrives the receipt is owed by the new day, as a new generation', () => {
  const { life } = issued('2017-05-20');
  expect(tell(life, 'recalculate-deadline').effects).toMatchObject([
    { type: 'close-obligation', params: { generation: 1, outcome: 'superseded' } },
    { type: 'open-obligation', params: { generation: 2 } },
  ]);
});
