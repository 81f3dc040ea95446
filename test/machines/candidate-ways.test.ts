import { describe, expect, test } from 'vitest';
import type { CategoryCode } from '../../src/rules/plan/plan-schema.ts';
import { ask, effectsOf, notices, startOf, tell, unmet, where } from './life.ts';
import { candidateAt, goTo } from './way.ts';
import { candidateOf, midnightAfter, onDay, unstated } from './yijun.ts';

const wayOf = (code: CategoryCode, to = 'conferred'): string[] =>
  goTo(startOf('candidate', candidateOf(code), onDay('2017-05-23')), to);

const CREATES = ['creating', 'declared', 'created'].map((state) => `concentratedCreation/${state}`);
const CHECKED = ['self-checking', 'self-checked'].map((state) => `selfCheckRectification/${state}`);
const PLANS = ['planning', 'plan-review', 'mobilizing', 'mobilized'].map(
  (state) => `mobilization/${state}`,
);
const ACKNOWLEDGES = ['acknowledging', 'mobilized'].map((state) => `mobilization/${state}`);
const COUNTY = ['under-review', 'accepted', 'awaiting-notice', 'public-notice'].map(
  (state) => `countyAcceptance/${state}`,
);
const CITY = [
  'under-review',
  'awaiting-notice',
  'public-notice',
  'confirmable',
  'conferral-proposed',
  'awaiting-decision',
].map((state) => `cityVerification/${state}`);
const EVALUATED = 'evaluation/evaluating';
const PERSON = [
  'unregistered',
  'mobilization/mobilized',
  'concentratedCreation/cultivating',
  'selfCheckRectification/exempt',
  EVALUATED,
  ...COUNTY,
  'countyAcceptance/cleared',
  'countyAcceptance/submission-proposed',
  ...CITY,
  'conferred',
];

describe('each category takes the way its route in the plan says', () => {
  test('a township plans, is created, checked, accepted by the county and verified by the city', () => {
    expect(wayOf('DEMONSTRATION_TOWNSHIP')).toEqual([
      'unregistered',
      ...PLANS,
      ...CREATES,
      ...CHECKED,
      EVALUATED,
      ...COUNTY,
      'countyAcceptance/cleared',
      'countyAcceptance/submission-proposed',
      ...CITY,
      'conferred',
    ]);
  });

  test('a village acknowledges the plan of its township instead of making one', () => {
    expect(wayOf('DEMONSTRATION_VILLAGE')).toEqual([
      'unregistered',
      ...ACKNOWLEDGES,
      ...CREATES,
      ...CHECKED,
      EVALUATED,
      ...COUNTY,
      'countyAcceptance/cleared',
      'countyAcceptance/submission-proposed',
      ...CITY,
      'conferred',
    ]);
  });

  test('a base ends at the county, which alone determines it (Q1)', () => {
    expect(wayOf('DEMONSTRATION_BASE')).toEqual([
      'unregistered',
      ...ACKNOWLEDGES,
      ...CREATES,
      ...CHECKED,
      EVALUATED,
      ...COUNTY,
      'countyAcceptance/confirmable',
      'countyAcceptance/conferral-proposed',
      'countyAcceptance/awaiting-decision',
      'conferred',
    ]);
  });

  test('the county skips its own step and is confirmed by nobody below the city (Q3)', () => {
    expect(wayOf('ADVANCED_COUNTY')).toEqual([
      'unregistered',
      ...PLANS,
      'concentratedCreation/creating',
      'concentratedCreation/created',
      ...CHECKED,
      EVALUATED,
      ...CITY,
      'conferred',
    ]);
  });

  test.each([
    'ADVANCED_WORKER',
    'OUTSTANDING_SITE_ADMINISTRATOR',
    'LEARNING_APPLICATION_PACESETTER',
  ] as const)('a person (%s) neither plans nor is created nor self-checked', (code) => {
    expect(wayOf(code)).toEqual(PERSON);
  });

  test('that the county step does not apply is told to the county and the city (Q3)', () => {
    const life = candidateAt('ADVANCED_COUNTY', EVALUATED);
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    expect(notices(tell(life, 'apply'))).toEqual([
      'county-step-not-applicable → county-office, city-centre',
    ]);
  });

  test.each([
    ['DEMONSTRATION_TOWNSHIP', 'city'],
    ['DEMONSTRATION_BASE', 'county'],
  ] as const)('%s is conferred by the %s', (code, authority) => {
    expect(candidateAt(code, 'conferred').instance.context).toMatchObject({
      conferredBy: authority,
    });
  });

  test('a base whose plan states no authority is never conferred, under R65 (Q1)', () => {
    const life = candidateAt('DEMONSTRATION_BASE', 'countyAcceptance/confirmable', unstated);
    expect(unmet(life, 'propose-conferral')).toEqual(['authority-stated (R65)']);
  });

  test('the city confers nothing that the plan leaves to the county', () => {
    const life = candidateAt('ADVANCED_COUNTY', 'cityVerification/confirmable', unstated);
    expect(unmet(life, 'propose-conferral')).toEqual(['authority-stated (R65)']);
  });
});

test('Q11: an order issued between proposal and confirmation holds the conferral (R59)', () => {
  const life = candidateAt('DEMONSTRATION_TOWNSHIP', 'cityVerification/conferral-proposed');
  expect(unmet(life, 'confirm-conferral', { facts: { openRectifications: 1 } })).toEqual([
    'no-open-rectification (R59)',
  ]);
  tell(life, 'confirm-conferral');
  expect(where(life)).toBe('cityVerification/awaiting-decision');
});

test.each([
  ['approve-plan', 'DEMONSTRATION_TOWNSHIP', 'mobilization/plan-review'],
  ['confirm-created', 'DEMONSTRATION_VILLAGE', 'concentratedCreation/declared'],
  ['pass', 'DEMONSTRATION_VILLAGE', 'countyAcceptance/under-review'],
] as const)(
  'O12: nobody sends %s about what they handed in with another office',
  (type, code, at) => {
    const life = candidateAt(code, at);
    const by = String(life.instance.context.handedInBy);
    expect(unmet(life, type, { by })).toContainEqual(
      expect.stringMatching(/^approved-by-another /),
    );
    tell(life, type, { by: 'zhao' });
  },
);

describe('what may end a candidate', () => {
  test('withdrawal ends it at any stage, and what it still owed is waived, not satisfied', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'concentratedCreation/creating');
    const step = tell(life, 'withdraw');
    expect(where(life)).toBe('withdrawn');
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { kind: 'creation', generation: 1, outcome: 'waived' } },
    ]);
    expect(life.timers.size).toBe(0);
  });

  test('C05: a withdrawal by mistake is taken back with a reason, and the same candidate goes on', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'concentratedCreation/creating');
    const [before, waits] = [where(life), new Map(life.timers)];
    tell(life, 'withdraw');
    expect(life.instance.status).toBe('done');
    const step = tell(life, 'reinstate', { reason: '误点撤回' });
    expect(where(life)).toBe(before);
    expect(life.instance.status).toBe('active');
    expect(life.timers).toEqual(waits);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { kind: 'creation', generation: 2 } },
    ]);
    expect(notices(step)).toEqual(['reinstated → responsible, superior']);
  });

  test('C05: nobody is reinstated after the selection, nor past what was settled with the withdrawal', () => {
    const held = candidateAt('DEMONSTRATION_VILLAGE', 'evaluation/evaluating');
    tell(held, 'withdraw');
    expect(unmet(held, 'reinstate', { facts: { selectionHeld: true } })).toEqual([
      'selection-lies-ahead (R63)',
    ]);
    const lost = candidateAt('DEMONSTRATION_VILLAGE', 'evaluation/evaluating');
    tell(lost, 'withdraw', { facts: { undecidedRegressions: 1 } });
    expect(unmet(lost, 'reinstate')).toEqual(['nothing-was-settled (R63)']);
  });

  test('O16: whoever comes too late is refused, and once admitted has the end of the present phase', () => {
    const late = { missed: ['mobilization', 'concentrated-creation'], until: 'evaluation' };
    const input = { ...candidateOf('DEMONSTRATION_VILLAGE'), late };
    const life = startOf('candidate', input, onDay('2017-11-06'));
    expect(unmet(life, 'register')).toEqual(['registered-in-time (R51)']);
    const admittedLateFor = '洪灾';
    expect(unmet(life, 'register', { admittedLateFor, roles: ['township-committee'] })).toEqual([
      'late-admission-is-ours (R51)',
    ]);
    tell(life, 'register', { admittedLateFor });
    expect([...life.timers.values()]).toContain(midnightAfter('2017-11-30'));
    goTo(life, 'concentratedCreation/creating');
    tell(life, 'phase-entered', { at: onDay('2017-11-07'), phase: 'evaluation' });
    expect(where(life)).toBe('concentratedCreation/creating');
  });

  test('a debt that was paid is satisfied', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'mobilization/acknowledging');
    expect(effectsOf(tell(life, 'acknowledge-mobilization'), 'close-obligation')).toMatchObject([
      { params: { kind: 'mobilization', outcome: 'satisfied' } },
    ]);
  });

  test('disqualification takes two officers', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'evaluation/evaluating');
    expect(unmet(life, 'confirm-disqualification')).toEqual(['another-officer (R58)']);
    tell(life, 'propose-disqualification', { by: 'zhang' });
    expect(unmet(life, 'confirm-disqualification', { by: 'zhang' })).toEqual([
      'another-officer (R58)',
    ]);
    expect(notices(tell(life, 'confirm-disqualification', { by: 'li' }))).toEqual([
      'disqualified → responsible, superior',
    ]);
    expect(where(life)).toBe('disqualified');
  });

  test('a conferral is revoked by two officers, with the reason of who proposed it', () => {
    const life = candidateAt('DEMONSTRATION_TOWNSHIP', 'conferred');
    expect(unmet(life, 'confirm-revocation')).toEqual(['another-officer (R65)']);
    tell(life, 'propose-revocation', { by: 'zhang', reason: '弄虚作假' });
    expect(unmet(life, 'confirm-revocation', { by: 'zhang' })).toEqual(['another-officer (R65)']);
    const step = tell(life, 'confirm-revocation', { by: 'li' });
    expect(where(life)).toBe('revoked');
    expect(effectsOf(step, 'notify')[0]?.params.params).toEqual({ reason: '弄虚作假' });
  });

  test('a conferred candidate is past phases, withdrawal and disqualification', () => {
    const life = candidateAt('DEMONSTRATION_TOWNSHIP', 'conferred');
    for (const type of ['phase-entered', 'withdraw', 'propose-disqualification']) {
      expect(ask(life, type), type).toMatchObject({ kind: 'out-of-state' });
    }
  });

  test.each(['concluded', 'cancelled'])(
    'a campaign that is %s lets the undecided lapse',
    (phase) => {
      const life = candidateAt('DEMONSTRATION_TOWNSHIP', 'cityVerification/under-review');
      expect(notices(tell(life, 'phase-entered', { phase }))).toEqual(['lapsed → responsible']);
      expect(where(life)).toBe('lapsed');
    },
  );
});
