import { describe, expect, test } from 'vitest';
import { handCount, ROLL, resultBy } from './ballot-payloads.ts';
import type { Life } from './life.ts';
import { effectsOf, fire, notices, startOf, tell, unmet, where } from './life.ts';
import { onDay } from './yijun.ts';

const AT = onDay('2017-11-02');
const CLOSES = onDay('2017-11-02', 18);

const begin = (form: 'secret' | 'open'): Life =>
  startOf(
    'ballot-round',
    { roundId: 'round-1', stream: 'mass', candidateId: 'c-1', form, leaders: ['township-office'] },
    AT,
  );

const opened = (form: 'secret' | 'open'): Life => {
  const life = begin(form);
  tell(life, 'convene', { closesAt: CLOSES });
  return life;
};

const printed = (): Life => {
  const life = opened('secret');
  tell(life, 'print-slips', { by: 'printer', facts: { ballotsReturned: 0 } });
  return life;
};

const came = (grades: Record<string, number>, change: object = {}) => ({
  facts: { ballotResult: resultBy(handCount(grades, change)) },
});

describe('who is asked, and when', () => {
  test.each([
    ['nobody of the masses', ROLL.filter(({ stratum }) => stratum === 'members')],
    ['somebody twice', [...ROLL, ROLL[0]]],
    ['an electorate the plan does not name', [...ROLL, { ...ROLL[0], entry: 'x', stratum: 'x' }]],
  ])('R61: a roll with %s is refused', (_, roll) => {
    expect(unmet(begin('secret'), 'convene', { roll, closesAt: CLOSES })).toEqual([
      'roll-is-whole (R61)',
    ]);
  });

  test('R61: a secret cannot be kept among two', () => {
    const roll = [ROLL[0], ROLL[4]];
    expect(unmet(begin('secret'), 'convene', { roll, closesAt: CLOSES })).toEqual([
      'roll-keeps-secrets (R61)',
    ]);
    tell(begin('open'), 'convene', { roll, closesAt: CLOSES });
  });

  test('R61: a candidate that is not in the stage of evaluation, or has a round, gets none', () => {
    const parent = {
      id: 'c-1',
      stage: 'countyAcceptance',
      state: 'under-review',
      status: 'active',
      gathers: [],
    };
    expect(unmet(begin('secret'), 'convene', { facts: { parent } })).toEqual([
      'candidate-is-evaluated (R61)',
    ]);
    expect(unmet(begin('secret'), 'convene', { facts: { otherRounds: 1 } })).toEqual([
      'only-round (R61)',
    ]);
  });

  test('it opens by itself at the time it was announced for, and not before', () => {
    const life = begin('secret');
    tell(life, 'convene', { opensAt: onDay('2017-11-02', 12), closesAt: CLOSES });
    expect(where(life)).toBe('convened');
    expect(unmet(life, 'open')).toEqual(['opening-time-has-come (R61)']);
    fire(life, 'ballotOpening');
    expect(where(life)).toBe('open');
  });
});

describe('ballots go out', () => {
  const ALL = { members: 4, masses: 4 };

  test('F13: slips are printed for the roll, before or after the round opens', () => {
    const life = begin('secret');
    tell(life, 'convene', { opensAt: onDay('2017-11-02', 12), closesAt: CLOSES });
    const slips = { members: 5, masses: 4 };
    const step = tell(life, 'print-slips', { generation: 1, number: 'K7QM', slips });
    expect(effectsOf(step, 'fill-urn')).toEqual([
      {
        type: 'fill-urn',
        params: {
          generation: 1,
          number: 'K7QM',
          opensAt: onDay('2017-11-02', 12),
          closesAt: CLOSES,
        },
      },
    ]);
    fire(life, 'ballotOpening');
    tell(life, 'print-slips', { generation: 1, slips: ALL, by: 'another' });
    expect(life.instance.context).toMatchObject({ printed: ALL, printedBy: 'another' });
  });

  test.each([
    ['too few of one electorate', { members: 4, masses: 3 }, 1],
    ['none of one electorate', { members: 4 }, 1],
    ['an electorate that is not asked', { ...ALL, cadres: 1 }, 1],
    ['another generation', ALL, 2],
  ])('F13: slips for %s are refused', (_, slips, generation) => {
    expect(unmet(opened('secret'), 'print-slips', { slips, generation })).toEqual([
      'slips-suffice (R61)',
    ]);
  });

  test('F13: once a slip is out, another set is refused: it would cost a vote', () => {
    const cast = opened('secret');
    expect(unmet(cast, 'print-slips', { facts: { ballotsReturned: 1 } })).toEqual([
      'no-slip-is-out (R61)',
    ]);
    const marked = printed();
    tell(marked, 'mark-voter', { entry: 'members-1' });
    expect(unmet(marked, 'print-slips', { facts: { ballotsReturned: 0 } })).toEqual([
      'no-slip-is-out (R61)',
    ]);
  });

  test('R61, F13: one for each person on the roll, until the closing time', () => {
    const life = printed();
    tell(life, 'mark-voter', { entry: 'members-1' });
    expect(life.instance.context.issued).toEqual({ members: 1 });
    const marked = { rollEntry: { stratum: 'members', marked: true } };
    expect(unmet(life, 'mark-voter', { facts: marked })).toEqual(['entry-is-unmarked (R61)']);
    expect(unmet(life, 'mark-voter', { facts: { rollEntry: null } })).toEqual([
      'entry-is-on-the-roll (R61)',
    ]);
    expect(unmet(life, 'mark-voter', { at: CLOSES })).toEqual(['urn-is-open (R61)']);
    expect(unmet(opened('open'), 'print-slips')).toContain('is-secret (R61)');
    expect(unmet(opened('secret'), 'mark-voter')).toEqual(['slips-are-printed (R61)']);
  });

  test('F13: who has printed the slips, and knows their codes, hands none out', () => {
    expect(unmet(printed(), 'mark-voter', { by: 'printer' })).toEqual(['another-hands-out (R61)']);
  });

  test('F13: the log of a hand-out names the entry, and nothing of a slip', () => {
    const step = tell(printed(), 'mark-voter', { entry: 'members-1' });
    expect(effectsOf(step, 'mark-roll')).toEqual([
      { type: 'mark-roll', params: { generation: 1, entry: 'members-1' } },
    ]);
  });

  test('the county gives more time, and the urn closes at the new one', () => {
    const life = opened('secret');
    const shorter = { closesAt: onDay('2017-11-02', 17), reason: '道路中断' };
    expect(unmet(life, 'extend', shorter)).toEqual(['extends-the-time (R61)']);
    tell(life, 'extend', { closesAt: onDay('2017-11-03', 18), reason: '道路中断' });
    expect([...life.timers.values()]).toEqual([onDay('2017-11-03', 18)]);
  });
});

describe('the urn closes', () => {
  test('R61: before its time only when every ballot has come back', () => {
    const life = printed();
    tell(life, 'mark-voter', { entry: 'members-1' });
    expect(unmet(life, 'close', { facts: { ballotsReturned: 0 } })).toEqual([
      'every-ballot-returned (R61)',
    ]);
    tell(life, 'close', { facts: { ballotsReturned: 1 } });
    expect(where(life)).toBe('valid');
  });

  test('R61: a valid round tells its candidate the score, and nothing goes back', () => {
    const life = opened('secret');
    const step = fire(life, 'ballotClosing');
    expect(where(life)).toBe('valid');
    expect(effectsOf(step, 'tell-parent')).toMatchObject([
      { params: { event: { type: 'mass-evaluation-closed', scoreCenti: 9500 } } },
    ]);
    expect(effectsOf(step, 'close-urn')[0]?.params.groups).toHaveLength(2);
  });

  test('R61: below the quorum it is void; the masses are asked once more, within the plan’s days', () => {
    const life = opened('secret');
    const timer = [...life.timers.keys()][0] ?? '';
    const step = tell(life, timer, { at: CLOSES, by: 'system', ...came({ 好: 2 }) });
    expect(where(life)).toBe('void');
    expect(effectsOf(step, 'tell-parent')).toEqual([]);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { kind: 'ballot-repeat', generation: 1, clause: 'R61', owner: 'superior' } },
    ]);
    expect(notices(step)).toEqual(['ballot-round-void → superior, responsible, county-office']);
    tell(life, 'reconvene', { at: onDay('2017-11-03'), closesAt: onDay('2017-11-04') });
    expect(life.instance.context).toMatchObject({
      generation: 2,
      printed: {},
      issued: {},
      result: null,
    });
    expect(where(life)).toBe('open');
  });

  test('a candidate that is gone is told nothing; its round lapses and owes nothing', () => {
    const life = opened('secret');
    const parent = {
      id: 'c-1',
      stage: 'withdrawn',
      state: 'withdrawn',
      status: 'done',
      gathers: [],
    };
    const timer = [...life.timers.keys()][0] ?? '';
    const step = tell(life, timer, { at: CLOSES, by: 'system', facts: { parent } });
    expect(where(life)).toBe('lapsed');
    expect(effectsOf(step, 'tell-parent')).toEqual([]);
    expect(effectsOf(step, 'close-urn')).toMatchObject([{ params: { groups: [] } }]);
  });
});

describe('a count by hand', () => {
  const counting = () => {
    const life = opened('open');
    fire(life, 'ballotClosing');
    expect(where(life)).toBe('counting');
    return life;
  };

  test.each([
    ['grades that do not add up', handCount({ 好: 3 }, { returned: 4 })],
    ['a grade the plan does not know', handCount({ 优: 4 })],
    ['more issued than there are on the roll', handCount({ 好: 4 }, { issued: 5 })],
    ['one electorate only', handCount({ 好: 4 }).slice(0, 1)],
  ])('R61: %s is refused', (_, strata) => {
    expect(unmet(counting(), 'enter-count', { strata })).toEqual(['count-adds-up (R61)']);
  });

  test('R61: one teller enters it and another confirms it', () => {
    const life = counting();
    tell(life, 'enter-count', { by: 'zhang' });
    expect(unmet(life, 'confirm-count', { by: 'zhang' })).toEqual(['another-teller (R61)']);
    const step = tell(life, 'confirm-count', { by: 'li' });
    expect(where(life)).toBe('valid');
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { kind: 'ballot-confirmation', outcome: 'satisfied' } },
    ]);
  });

  test('R61: more ballots returned than issued void the round, which owes a new one', () => {
    const life = counting();
    tell(life, 'enter-count', { strata: handCount({ 好: 5 }), by: 'zhang' });
    const step = tell(life, 'confirm-count', { by: 'li' });
    expect(where(life)).toBe('void');
    expect(life.instance.context).toMatchObject({ reason: 'more-returned-than-issued' });
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { kind: 'ballot-repeat' } },
    ]);
  });

  test('a count that the other teller does not find is counted again', () => {
    const life = counting();
    tell(life, 'enter-count', { by: 'zhang' });
    tell(life, 'reject-count', { by: 'li' });
    expect(where(life)).toBe('counting');
    expect(life.instance.context).toMatchObject({
      counted: null,
      generations: { 'ballot-count': 2 },
    });
  });

  test('a count that is owed is reminded of, and reported when it is late', () => {
    const life = counting();
    expect(notices(fire(life, 'ballotDutyDueSoon'))).toEqual(['obligation-due-soon → superior']);
    expect(notices(fire(life, 'ballotDutyWindow'))).toEqual([
      'obligation-overdue → superior, county-office',
    ]);
  });
});
