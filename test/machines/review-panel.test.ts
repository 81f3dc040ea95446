// A panel of several reviewers: who may sit, and how its conclusion follows from their verdicts.

import { describe, expect, test } from 'vitest';
import { startOf, tell, unmet, where } from './life.ts';
import { onDay } from './yijun.ts';

const RULE = { min: 3, odd: true, majority: 'simple' };
const free = { known: true, roles: ['county-office'], conflict: null };
const PEOPLE = { a: free, b: free, c: free, d: free };
const reviewed = { stage: 'countyAcceptance', state: 'under-review', round: 1 };
const facts = { reviewed, interests: PEOPLE, panelRule: RULE };

const panelOf = (members: string[], chair = members[0] ?? '') =>
  startOf(
    'review-panel',
    {
      candidateId: 'x',
      stage: 'countyAcceptance',
      office: 'county-office',
      clause: 'R63',
      round: 1,
      members,
      chair,
    },
    onDay('2017-11-07'),
  );
function sitting() {
  const life = panelOf(['a', 'b', 'c']);
  tell(life, 'convene', { facts });
  return life;
}
const says = (life: ReturnType<typeof sitting>, by: string, verdict: string) =>
  tell(life, 'give-verdict', { by, verdict, reasons: '理由' });

describe('who sits', () => {
  test('R63: as many as the plan asks, an odd number, the chair among them', () => {
    expect(unmet(panelOf(['a']), 'convene', { facts })).toEqual(['members-suffice (R63)']);
    expect(unmet(panelOf(['a', 'b', 'c', 'd']), 'convene', { facts })).toEqual([
      'members-suffice (R63)',
    ]);
    expect(unmet(panelOf(['a', 'b', 'c'], 'd'), 'convene', { facts })).toEqual([
      'members-suffice (R63)',
    ]);
  });

  test('R63: nobody with a conflict of interest, and nobody without the office', () => {
    const conflict = { kind: 'own-subtree', organisationId: 'peng' };
    for (const change of [{ conflict }, { known: false }, { roles: ['township-office'] }]) {
      const interests = { ...PEOPLE, b: { ...free, ...change } };
      const told = { facts: { ...facts, interests } };
      expect(unmet(panelOf(['a', 'b', 'c']), 'convene', told)).toEqual(['members-are-free (R63)']);
    }
  });

  test.each([
    ['city-centre', ['city-centre', 'assessor'], ['county-office', 'township-office']],
    ['county-office', ['city-centre', 'county-department', 'assessor'], ['township-committee']],
    [
      'township-office',
      ['city-centre', 'county-office', 'township-committee', 'assessor'],
      ['village-organisation', 'base', 'auditor'],
    ],
  ])('of a panel at %s, those of its level and above it may be members', (office, fit, unfit) => {
    const convenes = (role: string): string[] => {
      const input = { candidateId: 'x', stage: 'a', office, clause: 'B5', round: 1 };
      const life = startOf(
        'review-panel',
        { ...input, members: ['a', 'b', 'c'], chair: 'a' },
        onDay('2017-11-07'),
      );
      const held = { ...free, roles: [role] };
      const interests = { a: held, b: held, c: held };
      const under = { stage: 'a', state: 'under-review', round: 1 };
      return unmet(life, 'convene', { facts: { ...facts, reviewed: under, interests } });
    };
    for (const role of fit) expect(convenes(role)).toEqual(['convene is not refused: step']);
    for (const role of unfit) expect(convenes(role)).toEqual(['members-are-free (B5)']);
  });

  test('C18: a member who stepped back by mistake sits again, unless the seat was filled', () => {
    const life = sitting();
    tell(life, 'recuse', { by: 'b', reason: '亲属在该村' });
    const back = { memberId: 'b', reason: '看错了村' };
    expect(unmet(life, 'withdraw-recusal', { ...back, by: 'b' })).toEqual([
      'taken-back-by-another (R63)',
    ]);
    tell(life, 'withdraw-recusal', { ...back, by: 'zhang' });
    says(life, 'b', 'pass');
    tell(life, 'recuse', { by: 'c', reason: '亲属在该村' });
    tell(life, 'replace', { memberId: 'c', substituteId: 'd', facts });
    expect(unmet(life, 'withdraw-recusal', { memberId: 'c', reason: '看错了村' })).toEqual([
      'recusal-stands (R63)',
    ]);
  });

  test('R63: who steps back is replaced by somebody new before the panel can conclude', () => {
    const life = sitting();
    tell(life, 'recuse', { by: 'b', reason: '亲属在该村' });
    expect(unmet(life, 'give-verdict', { by: 'b' })).toEqual(['is-a-member (R63)']);
    says(life, 'a', 'pass');
    says(life, 'c', 'pass');
    expect(unmet(life, 'conclude', { facts })).toEqual(['everybody-has-spoken (R63)']);
    const again = { memberId: 'b', substituteId: 'b', facts };
    expect(unmet(life, 'replace', again)).toEqual(['substitute-fits (R63)']);
    tell(life, 'replace', { memberId: 'b', substituteId: 'd', facts });
    says(life, 'd', 'fail');
    tell(life, 'conclude', { facts });
    expect(life.instance.context).toMatchObject({ verdict: 'pass' });
  });
});

describe('what it concludes', () => {
  test('R63: one verdict each, then the majority', () => {
    const life = sitting();
    says(life, 'a', 'fail');
    expect(unmet(life, 'give-verdict', { by: 'a' })).toEqual(['verdict-is-new (R63)']);
    expect(unmet(life, 'give-verdict', { by: 'd' })).toEqual(['is-a-member (R63)']);
    says(life, 'b', 'pass');
    says(life, 'c', 'fail');
    tell(life, 'conclude', { facts });
    expect([where(life), life.instance.context.verdict]).toEqual(['concluded', 'fail']);
  });

  test('R63: without a majority the chair decides among what was said, with a reason', () => {
    const life = sitting();
    says(life, 'a', 'fail');
    says(life, 'b', 'pass');
    says(life, 'c', 'return-for-correction');
    expect(unmet(life, 'conclude', { facts })).toEqual(['verdict-follows (R63)']);
    expect(unmet(life, 'break-tie', { by: 'b', verdict: 'pass' })).toEqual(['is-the-chair (R63)']);
    const invented = { by: 'a', verdict: 'pass-with-requirements' };
    expect(unmet(life, 'break-tie', invented)).toEqual(['verdict-was-given (R63)']);
    tell(life, 'break-tie', { by: 'a', verdict: 'return-for-correction', reason: '缺材料' });
    tell(life, 'conclude', { facts });
    expect(life.instance.context.verdict).toBe('return-for-correction');
  });

  test('R63: two thirds, where the plan asks for them, are reached exactly', () => {
    const life = panelOf(['a', 'b', 'c']);
    tell(life, 'convene', { facts: { ...facts, panelRule: { ...RULE, majority: 'two-thirds' } } });
    says(life, 'a', 'pass');
    says(life, 'b', 'pass');
    says(life, 'c', 'fail');
    tell(life, 'conclude', { facts });
    expect(life.instance.context.verdict).toBe('pass');
  });

  test('R63: a panel of a review that is over concludes nothing', () => {
    const life = sitting();
    for (const by of ['a', 'b', 'c']) says(life, by, 'pass');
    const over = { facts: { reviewed: { ...reviewed, state: 'accepted' } } };
    expect(unmet(life, 'conclude', over)).toEqual(['candidate-is-under-review (R63)']);
  });
});
