import { expect, test } from 'vitest';
import { lastDayFor } from '../../src/rules/procedure/waiting-steps.ts';
import { deadlineFor, recalculated } from '../../src/rules/time/deadlines.ts';
import { calendar, onDay, plan } from '../machines/yijun.ts';

const VILLAGE = 'DEMONSTRATION_VILLAGE';
const policy = 'assessmentWorkingDays' as const;
const noLaterThan = lastDayFor(plan, VILLAGE, policy);
const sheetOn = (date: string) => deadlineFor(plan, calendar, onDay(date), { policy, noLaterThan });

test('C08: a sheet passed on on 28 November is due with the application that waits for it, and reminded before', () => {
  const due = sheetOn('2017-11-28');
  expect(due.dueAt).toBe('2017-11-30T16:00:00Z');
  expect(due.dueSoonAt < due.dueAt).toBe(true);
  expect(recalculated(plan, calendar, due)).toBeNull();
});

test('C08: a sheet keeps its own days where they end before the application, or that is over', () => {
  expect(sheetOn('2017-11-02').dueAt < '2017-11-30').toBe(true);
  expect(sheetOn('2017-12-01').dueAt > '2017-12-01T16:00:00Z').toBe(true);
});

test('what nothing waits for is bound by no step', () => {
  expect(lastDayFor(plan, VILLAGE, 'receiptWorkingDays')).toBeNull();
  expect(lastDayFor(plan, null, policy)).toBeNull();
});
