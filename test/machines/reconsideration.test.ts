// 复核 (R63, R64): asked for once, decided by another officer of the body that reviewed.

import { describe, expect, test } from 'vitest';
import type { Change, Life } from './life.ts';
import { effectsOf, fire, notices, startOf, tell, unmet, where } from './life.ts';
import { midnightAfter, onDay } from './yijun.ts';

const REVIEWS = [
  { stage: 'countyAcceptance', body: 'county-office', other: 'city-centre', clause: 'R63' },
  { stage: 'cityVerification', body: 'city-centre', other: 'county-office', clause: 'R64' },
] as const;

describe.each(REVIEWS)('a failed $stage', ({ stage, body, other, clause }) => {
  const asked = (): Life => {
    const input = {
      candidateId: 'c',
      stage,
      office: body,
      clause,
      failedBy: 'zhang',
      applicants: ['base'],
    };
    const life = startOf('reconsideration', input, onDay('2017-11-13'));
    const step = tell(life, 'ask', { reason: '数据有误' });
    expect(notices(step)).toEqual([`reconsideration-asked → ${body}, responsible`]);
    expect(effectsOf(step, 'tell-parent')).toMatchObject([
      { params: { event: { type: 'reconsideration-asked' } } },
    ]);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      {
        params: {
          kind: 'reconsideration-decision',
          owner: body,
          clause,
          dueAt: midnightAfter('2017-11-20'),
        },
      },
    ]);
    return life;
  };

  test.each([
    ['uphold', 'upheld', false],
    ['grant', 'granted', true],
  ] as const)('%s: the candidate and its applicant are told', (type, state, granted) => {
    const life = asked();
    const step = tell(life, type, { by: 'li', reason: '经核' });
    expect(where(life)).toBe(state);
    expect(notices(step)).toEqual([`reconsideration-${state} → responsible, superior`]);
    expect(effectsOf(step, 'tell-parent')[0]?.params.event).toEqual({
      type: 'reconsideration-closed',
      granted,
      reason: '经核',
    });
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { outcome: 'satisfied' } },
    ]);
    expect(life.instance.context).toMatchObject({ decidedBy: 'li', reason: '经核' });
  });

  test.each<[string, Change, string]>([
    ['the officer who failed it', { by: 'zhang' }, 'decided-by-another'],
    [
      'somebody with a conflict of interest',
      { facts: { conflict: { kind: 'declared', organisationId: 'u' } } },
      'decider-is-free',
    ],
  ])('%s does not decide', (_, change, name) => {
    const life = asked();
    for (const type of ['uphold', 'grant']) {
      expect(unmet(life, type, { by: 'li', ...change })).toEqual([`${name} (${clause})`]);
    }
  });

  test('who stepped back does not decide; another does', () => {
    const life = asked();
    tell(life, 'recuse', { by: 'li' });
    expect(unmet(life, 'grant', { by: 'li' })).toEqual([`decider-is-free (${clause})`]);
    tell(life, 'grant', { by: 'wang' });
    expect(where(life)).toBe('granted');
  });

  test('C18: who stepped back by mistake decides again once somebody else has taken that back', () => {
    const life = asked();
    const back = { officerId: 'li', reason: '误认为是同名村' };
    expect(unmet(life, 'withdraw-recusal', back)).toEqual(['recusal-stands (R63)']);
    tell(life, 'recuse', { by: 'li' });
    expect(unmet(life, 'withdraw-recusal', { ...back, by: 'li' })).toEqual([
      'taken-back-by-another (R63)',
    ]);
    tell(life, 'withdraw-recusal', { ...back, by: 'wang' });
    tell(life, 'grant', { by: 'li' });
    expect(where(life)).toBe('granted');
  });

  test('the other body does not decide', () => {
    const life = asked();
    expect(unmet(life, 'uphold', { by: 'li', roles: [other] })).toEqual([
      `decided-by-the-reviewing-body (${clause})`,
    ]);
  });

  test('what is not decided in time is reminded of and stays open: silence grants nothing', () => {
    const life = asked();
    expect(notices(fire(life, 'reconsiderationDueSoon'))).toEqual([
      `obligation-due-soon → ${body}`,
    ]);
    expect(notices(fire(life, 'reconsiderationDecisionWindow'))).toEqual([
      `obligation-overdue → ${body}, responsible`,
    ]);
    expect(where(life)).toBe('asked');
  });

  test('a new calendar counts the deadline again, as a new generation', () => {
    const step = tell(asked(), 'recalculate-deadline', { at: onDay('2017-11-14') });
    expect(step.effects).toMatchObject([
      { type: 'close-obligation', params: { generation: 1, outcome: 'superseded' } },
      { type: 'open-obligation', params: { generation: 2, dueAt: midnightAfter('2017-11-20') } },
    ]);
  });

  test('it is settled with its candidate, and then nobody owes a decision', () => {
    const life = asked();
    const step = tell(life, 'candidate-ended');
    expect(where(life)).toBe('settled');
    expect(effectsOf(step, 'close-obligation')).toMatchObject([{ params: { outcome: 'waived' } }]);
  });
});
