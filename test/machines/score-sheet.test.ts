import { describe, expect, test } from 'vitest';
import { effectsOf, fire, type Life, notices, startOf, tell, unmet, where } from './life.ts';
import { inputsFor } from './walk.ts';
import { midnightAfter, onDay } from './yijun.ts';

/** Assigned to Zhang on Thursday 2 November 2017: due five working days later. */
function assigned(): Life {
  const life = startOf('score-sheet', inputsFor('score-sheet')[0] ?? {}, onDay('2017-11-02'));
  tell(life, 'assign', { assessorId: 'zhang' });
  return life;
}

const duties = (points: number) => [{ item: 'worker.duties', points }];
const both = [...duties(42.25), { item: 'worker.conduct', points: 50 }];

describe('a score sheet (R61)', () => {
  test('R61: it is owed within five working days, with a reminder before and a notice after', () => {
    const life = assigned();
    expect(where(life)).toBe('open/assigned');
    expect(life.instance.context.deadline).toMatchObject({ dueAt: midnightAfter('2017-11-09') });
    expect(notices(fire(life, 'assessmentDueSoon'))).toEqual([
      'obligation-due-soon → county-office',
    ]);
    expect(notices(fire(life, 'assessmentWindow'))).toEqual(['obligation-overdue → county-office']);
    expect(where(life)).toBe('open/assigned');
  });

  test('R61: a draft is kept item by item, and the whole is handed in as exact hundredths', () => {
    const life = assigned();
    tell(life, 'save-draft', { points: duties(42.25) });
    expect(unmet(life, 'submit', { points: [] })).toEqual(['every-item-scored (R61)']);
    const step = tell(life, 'submit', { points: both.slice(1) });
    expect(where(life)).toBe('submitted');
    expect(effectsOf(step, 'keep-submission')[0]?.params).toMatchObject({
      number: 1,
      assessorId: 'zhang',
      totalCenti: 9225,
      points: { 'worker.duties': 4225, 'worker.conduct': 5000 },
    });
    expect(effectsOf(step, 'tell-parent')[0]?.params.event).toEqual({
      type: 'record-assessment',
      sheetId: 'sheet-1',
      stream: 'assessment',
      assessorId: 'zhang',
      round: 1,
      pointsCenti: 9225,
    });
  });

  test.each([
    ['more than the maximum', duties(50.01)],
    ['finer than a hundredth', duties(10.005)],
    ['an item of no such sheet', [{ item: 'village.seats', points: 1 }]],
    ['one item twice', [...duties(1), ...duties(2)]],
  ])('R61: %s is refused', (_, points) => {
    expect(unmet(assigned(), 'save-draft', { points })).toEqual(['points-fit-the-scheme (R61)']);
  });

  test('R61: nobody fills in another’s sheet, nor one they must stay away from', () => {
    const life = assigned();
    expect(unmet(life, 'submit', { points: both, by: 'li' })).toEqual(['own-sheet (R61)']);
    const conflict = { kind: 'declared', organisationId: 'u' };
    const facts = { assessor: { holdsRole: true, conflict, hasSheet: false } };
    expect(unmet(life, 'submit', { points: both, facts })).toEqual([
      'no-conflict-of-interest (R61)',
    ]);
  });

  test.each([
    ['no assessor', { holdsRole: false, conflict: null, hasSheet: false }, 'holds-the-role (R61)'],
    [
      'somebody of the unit itself',
      {
        holdsRole: true,
        conflict: { kind: 'own-unit', organisationId: 'u' },
        hasSheet: false,
      },
      'no-conflict-of-interest (R61)',
    ],
    [
      'whoever has one already',
      { holdsRole: true, conflict: null, hasSheet: true },
      'one-sheet-per-assessor (R61)',
    ],
  ])('R61: it is not assigned to %s', (_, assessor, why) => {
    const life = startOf('score-sheet', inputsFor('score-sheet')[0] ?? {}, onDay('2017-11-02'));
    expect(unmet(life, 'assign', { facts: { assessor } })).toEqual([why]);
  });

  test('R60: none is assigned of a candidate that is not being evaluated', () => {
    const life = startOf('score-sheet', inputsFor('score-sheet')[0] ?? {}, onDay('2017-11-02'));
    const parent = {
      id: 'c',
      stage: 'countyAcceptance',
      state: 'under-review',
      status: 'active',
      gathers: [],
    };
    expect(unmet(life, 'assign', { facts: { parent } })).toEqual([
      'candidate-under-evaluation (R60)',
    ]);
  });

  test('R61: whoever steps aside says why, and the next one has a time limit of their own', () => {
    const life = assigned();
    tell(life, 'save-draft', { points: duties(10) });
    const step = tell(life, 'declare-conflict', {
      at: onDay('2017-11-06'),
      reason: '申报人系本人亲属',
      facts: { replacement: 'li', sheetsInConflict: ['sheet-7'] },
    });
    expect(where(life)).toBe('open/assigned');
    expect(life.instance.context).toMatchObject({
      assessorId: 'li',
      recused: ['zhang'],
      points: {},
      generation: 2,
      deadline: { dueAt: midnightAfter('2017-11-13') },
    });
    expect(effectsOf(step, 'record-conflict')[0]?.params).toMatchObject({
      principalId: 'zhang',
      organisationId: null,
      sheets: ['sheet-7'],
    });
    expect(effectsOf(step, 'close-obligation')[0]?.params.outcome).toBe('superseded');
    expect(notices(step)).toEqual(['assessment-reassigned → county-office']);
  });

  test('R61: where nobody is left to take it, the county office is told and gives it out', () => {
    const life = assigned();
    const step = tell(life, 'declare-conflict', { facts: { replacement: null } });
    expect(where(life)).toBe('open/vacant');
    expect(notices(step)).toEqual(['assessment-vacant → county-office']);
    tell(life, 'reassign', { assessorId: 'wang' });
    expect(where(life)).toBe('open/assigned');
    expect(life.instance.context).toMatchObject({ assessorId: 'wang', generation: 3 });
  });

  test('R61: submitted it is not changed; sent back with a reason it is a new one, the old kept', () => {
    const life = assigned();
    tell(life, 'submit', { points: both });
    expect(unmet(life, 'save-draft', { points: duties(1) })).toEqual([
      'save-draft is not refused: out-of-state',
    ]);
    const back = tell(life, 'send-back', { reason: '第二项未按标准打分' });
    expect(effectsOf(back, 'tell-parent')[0]?.params.event).toEqual({
      type: 'retract-assessment',
      sheetId: 'sheet-1',
      stream: 'assessment',
    });
    expect(where(life)).toBe('open/drafting');
    const again = tell(life, 'submit', { points: duties(40) });
    expect(effectsOf(again, 'keep-submission')[0]?.params).toMatchObject({
      number: 2,
      totalCenti: 9000,
    });
    tell(life, 'accept');
    expect(life.instance.status).toBe('done');
  });

  test('R61: a sheet whose candidate has left the evaluation is void when its time comes', () => {
    const life = assigned();
    const parent = {
      id: 'c',
      stage: 'withdrawn',
      state: 'withdrawn',
      status: 'done',
      gathers: [],
    };
    const timer = [...life.timers.keys()].find((id) => id.includes('assessmentDueSoon'));
    expect(timer).toBeDefined();
    const step = tell(life, timer ?? '', { at: midnightAfter('2017-11-09'), facts: { parent } });
    expect(where(life)).toBe('void');
    expect(notices(step)).toEqual([]);
    expect(effectsOf(step, 'close-obligation')[0]?.params.outcome).toBe('waived');
  });

  test('R61: a void sheet that had counted counts no longer', () => {
    const life = assigned();
    tell(life, 'submit', { points: both });
    const step = tell(life, 'void', { reason: '考评员资格有误' });
    expect(effectsOf(step, 'tell-parent')).toHaveLength(1);
    expect(where(life)).toBe('void');
  });
});
