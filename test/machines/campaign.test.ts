import { describe, expect, test } from 'vitest';
import type { CampaignContext } from '../../machines/campaign/events.ts';
import type { RankingEntry } from '../../machines/selection/ranking.ts';
import { ruleOf } from '../../src/rules/selection/ranking.ts';
import { isWorkingDay } from '../../src/rules/time/calendar.ts';
import { ask, documents, effectsOf, fire, notices, startOf, tell, unmet, where } from './life.ts';
import { calendar, dutiesDone, midnightAfter, onDay, plan } from './yijun.ts';

const PHASES = [
  ['mobilization', '2017-05-22'],
  ['concentrated-creation', '2017-07-01'],
  ['self-check-rectification', '2017-10-01'],
  ['evaluation', '2017-11-01'],
] as const;

type Phase = (typeof PHASES)[number][0];

/** The campaign, led on the first day of each phase until this one. */
function campaignIn(place: 'draft' | Phase) {
  const life = startOf(
    'campaign',
    { planId: 'yijun-2017', divisionCode: '610222' },
    onDay('2017-05-20'),
  );
  tell(life, 'draft');
  for (const [phase, day] of PHASES) {
    if (where(life) === place) break;
    tell(life, phase === 'mobilization' ? 'document-issued' : 'advance-phase', { at: onDay(day) });
  }
  return life;
}

const duties = (change: object) => ({ facts: { duties: { ...dutiesDone, ...change } } });

describe('the issue', () => {
  test('O1: a campaign is drafted with its notice, and ends with a notice that is abandoned', () => {
    const life = startOf(
      'campaign',
      { planId: 'yijun-2017', divisionCode: '610222' },
      onDay('2017-05-20'),
    );
    expect(documents(tell(life, 'draft'))).toEqual([
      'campaign-notice → every-township-committee, county-office',
    ]);
    tell(life, 'document-abandoned');
    expect(where(life)).toBe('cancelled');
  });

  test('tells every township committee, and opens phase 1 until the end of June (R2, R47)', () => {
    const life = campaignIn('draft');
    const step = tell(life, 'document-issued');
    expect(notices(step)).toEqual(['phase-entered → county-office, every-township-committee']);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { kind: 'phase:mobilization', clause: 'R47', dueAt: midnightAfter('2017-06-30') } },
    ]);
  });

  test('Q9: months are told as instants, and the first begins on the day of issue', () => {
    const { windows } = campaignIn('mobilization').instance.context as CampaignContext;
    expect(windows?.mobilization?.startAt).toBe(onDay('2017-05-20', 0));
    expect(windows?.['concentrated-creation']?.startAt).toBe(onDay('2017-07-01', 0));
    expect(windows?.mobilization?.dueAt).toBe(midnightAfter('2017-06-30'));
  });

  test('Q10: phase 3 begins on a holiday, and phase 2 ends on a Saturday with work', () => {
    const { windows } = campaignIn('mobilization').instance.context as CampaignContext;
    expect(windows?.['self-check-rectification']?.startAt).toBe(onDay('2017-10-01', 0));
    expect(isWorkingDay(calendar, '2017-10-01').working).toBe(false);
    expect(windows?.['concentrated-creation']?.dueAt).toBe(midnightAfter('2017-09-30'));
    expect(isWorkingDay(calendar, '2017-09-30').working).toBe(true);
  });

  test('a draft that is dropped keeps the reason', () => {
    const life = campaignIn('draft');
    expect(tell(life, 'cancel', { reason: '另行部署' }).effects).toEqual([]);
    expect(life.instance.context).toMatchObject({ phase: 'cancelled', reason: '另行部署' });
  });
});

describe('phases', () => {
  test('no phase is skipped: each leads to the next and to no other (R46)', () => {
    const life = campaignIn('evaluation');
    expect(where(life)).toBe('evaluation');
    expect(ask(life, 'advance-phase')).toMatchObject({ kind: 'out-of-state' });
  });

  test.each([
    ['R51', 'mobilization', '2017-06-30'],
    ['R56', 'concentrated-creation', '2017-09-30'],
    ['R60', 'self-check-rectification', '2017-10-31'],
  ] as const)('%s: %s is not left on %s, the next window has not come', (clause, phase, day) => {
    const life = campaignIn(phase);
    expect(unmet(life, 'advance-phase', { at: onDay(day, 23) })).toEqual([
      `window-has-come (${clause})`,
    ]);
    const step = tell(life, 'advance-phase', { at: midnightAfter(day) });
    expect(effectsOf(step, 'move-candidates')).toHaveLength(1);
  });

  test.each([
    ['mobilization', { townshipsPlanned: 7 }, 'every-township-has-a-plan (R48)'],
    ['mobilization', { townshipsMobilized: 7 }, 'every-township-mobilized (R49)'],
    ['mobilization', { townships: 0, townshipsPlanned: 0 }, 'every-township-has-a-plan (R48)'],
    ['mobilization', { behind: 1 }, 'last-phase-change-arrived (R46)'],
    ['concentrated-creation', { townshipsActive: 7 }, 'every-township-held-activities (R53)'],
    ['concentrated-creation', { undecidedDeclarations: 1 }, 'no-undecided-declaration (R57)'],
    ['self-check-rectification', { selfChecked: 29 }, 'every-created-site-self-checked (R57)'],
    ['self-check-rectification', { fieldVisits: 0 }, 'field-visits-made (R58)'],
    ['self-check-rectification', { randomInspections: 0 }, 'random-inspections-made (R58)'],
  ] as const)('%s with %j is held by %s', (phase, short, requirement) => {
    const life = campaignIn(phase);
    const late = { at: onDay('2017-12-01'), ...duties(short) };
    expect(unmet(life, 'advance-phase', late)).toContain(requirement);
  });

  test('an override with a reason and a second approver waives duties and window, once', () => {
    const life = campaignIn('mobilization');
    const short = duties({ townshipsPlanned: 7 });
    expect(unmet(life, 'approve-override')).toEqual([
      'override-asked (R46)',
      'another-officer (R46)',
    ]);
    tell(life, 'request-override', { by: 'zhang', reason: '汛期' });
    expect(unmet(life, 'approve-override', { by: 'zhang' })).toEqual(['another-officer (R46)']);
    expect(unmet(life, 'advance-phase', short)).toContain('every-township-has-a-plan (R48)');
    tell(life, 'approve-override', { by: 'li' });
    const step = tell(life, 'advance-phase', short);
    expect(step.instance.context).toMatchObject({ phase: 'concentrated-creation', override: null });
  });

  test('no override counts candidates that the last change has not reached', () => {
    const life = campaignIn('mobilization');
    tell(life, 'request-override');
    tell(life, 'approve-override');
    expect(unmet(life, 'advance-phase', duties({ behind: 3 }))).toEqual([
      'last-phase-change-arrived (R46)',
    ]);
  });

  test('a phase that overruns tells the county office by itself, and moves nobody', () => {
    const life = campaignIn('mobilization');
    expect(life.timers.get('xstate.after.phaseDueSoon.campaign.mobilization')).toBe(
      midnightAfter('2017-06-27'),
    );
    expect(notices(fire(life, 'phaseDueSoon'))).toEqual(['phase-due-soon → county-office']);
    const step = fire(life, 'phaseWindow');
    expect(notices(step)).toEqual(['phase-overrun → county-office, county-department']);
    expect(effectsOf(step, 'raise-obligation')).toEqual([
      {
        type: 'raise-obligation',
        params: { kind: 'phase:mobilization', generation: 1, level: 'overdue' },
      },
    ]);
    expect(where(life)).toBe('mobilization');
  });
});

describe('an inspection of a site outside any candidate', () => {
  test('is recorded with what it found', () => {
    const step = tell(campaignIn('concentrated-creation'), 'record-inspection', { kind: 'RANDOM' });
    expect(effectsOf(step, 'store-record')).toMatchObject([
      { params: { ledger: 'inspection', kind: 'RANDOM', clause: 'R58' } },
    ]);
    expect(effectsOf(step, 'assess-sites')).toMatchObject([
      { params: { assessments: [{ siteId: 'site-1', conforms: true, source: 'inspection' }] } },
    ]);
  });

  test('cannot lie in the future', () => {
    const life = campaignIn('concentrated-creation');
    expect(unmet(life, 'record-inspection', { occurredOn: '2017-12-01' })).toEqual([
      'not-in-the-future (R46)',
    ]);
  });
});

describe('selection on merit', () => {
  type Scored = readonly [string, number, number?];
  const COUNTED = { registered: 9, applied: 9 };
  const RULE = { ...ruleOf(plan, 'DEMONSTRATION_VILLAGE', onDay('2017-11-10')), reserves: 1 };
  const entries = (scores: readonly Scored[]): RankingEntry[] =>
    scores.map(([candidateId, scoreCenti, priority = 0], index) => ({
      candidateId,
      accepted: true,
      scoreCenti,
      figures: { mass: scoreCenti, assessment: scoreCenti },
      priority,
      priorityClass: null,
      places: { unit: null, village: null, township: null },
      appliedAt: `2017-11-1${index}T02:00:00Z`,
      veto: null,
    }));
  const ranking = (quota: number | null, scores: readonly Scored[]) => ({
    id: 'ranking-1',
    category: 'DEMONSTRATION_VILLAGE',
    facts: { ranking: { rule: { ...RULE, quota }, counted: COUNTED, entries: entries(scores) } },
  });
  const THREE = [
    ['a', 8100],
    ['b', 9000],
    ['c', 8500],
    ['d', 8000],
  ] as const;
  const TIED = [
    ['a', 8500],
    ['b', 8500],
  ] as const;

  test('R63: the best within the quota are selected, the next kept in reserve, the rest passed over', () => {
    const life = campaignIn('evaluation');
    const step = tell(life, 'select-by-merit', ranking(2, THREE));
    expect(effectsOf(step, 'select-candidates')[0]?.params).toEqual({
      category: 'DEMONSTRATION_VILLAGE',
      rankingId: 'ranking-1',
      selected: [
        { candidateId: 'b', rank: 1 },
        { candidateId: 'c', rank: 2 },
      ],
      reserves: [{ candidateId: 'a', rank: 3, position: 1 }],
      passedOver: [{ candidateId: 'd', rank: 4, because: 'quota' }],
    });
    expect(effectsOf(step, 'store-ranking')).toMatchObject([
      { params: { id: 'ranking-1', kind: 'selection', basedOn: null } },
    ]);
  });

  test('R63: a tie across the line refuses the selection and becomes a task with a deadline', () => {
    const life = campaignIn('evaluation');
    const tied = ranking(1, TIED);
    expect(unmet(life, 'select-by-merit', tied)).toEqual(['tie-decided (R63)']);
    const step = tell(life, 'rank-candidates', tied);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { kind: 'tie-decision', generation: 1, clause: 'R63', owner: 'county-office' } },
    ]);
    expect(notices(step)).toEqual(['tie-found → county-office, county-department']);
    // Ranked again, the tie is the same: one task, not two.
    expect(effectsOf(tell(life, 'rank-candidates', tied), 'open-obligation')).toEqual([]);
    const other = ranking(1, [
      ['c', 8500],
      ['d', 8500],
    ]);
    expect(effectsOf(tell(life, 'rank-candidates', other), 'close-obligation')).toMatchObject([
      { params: { kind: 'tie-decision', generation: 1, outcome: 'superseded' } },
    ]);
  });

  test('R63: another version of the plan leaves the decision owed; the end of the campaign does not', () => {
    const life = campaignIn('evaluation');
    tell(life, 'rank-candidates', ranking(1, TIED));
    const settled = (step: ReturnType<typeof tell>) =>
      effectsOf(step, 'close-obligation').map(({ params }) => `${params.kind} ${params.outcome}`);
    expect(settled(tell(life, 'adopt-policy'))).toEqual(['phase:evaluation superseded']);
    expect(settled(tell(life, 'cancel'))).toEqual([
      'phase:evaluation waived',
      'tie-decision waived',
    ]);
  });

  test('R63: two officers decide a tie, with a reason, and the selection follows them', () => {
    const life = campaignIn('evaluation');
    const tied = ranking(1, TIED);
    const { category } = tied;
    tell(life, 'rank-candidates', tied);
    expect(unmet(life, 'confirm-tie-decision', { category })).toEqual([
      'tie-decision-proposed (R63)',
      'another-officer (R63)',
    ]);
    const stranger = { category, prefer: ['x'] };
    expect(unmet(life, 'propose-tie-decision', stranger)).toEqual(['tie-is-ordered (R63)']);
    tell(life, 'propose-tie-decision', { category, prefer: ['b'], reason: '会议研究' });
    expect(unmet(life, 'confirm-tie-decision', { category, by: 'zhang' })).toEqual([
      'another-officer (R63)',
    ]);
    const step = tell(life, 'confirm-tie-decision', { category });
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { kind: 'tie-decision', outcome: 'satisfied' } },
    ]);
    const selection = effectsOf(tell(life, 'select-by-merit', tied), 'select-candidates')[0];
    expect(selection?.params.selected).toEqual([{ candidateId: 'b', rank: 1 }]);
  });

  test('Q20: selection waits for every verdict, is not held on nobody, and is held once', () => {
    const life = campaignIn('evaluation');
    const waits = ranking(1, THREE);
    const [first] = waits.facts.ranking.entries;
    Object.assign(first as object, { accepted: false });
    expect(unmet(life, 'select-by-merit', waits)).toEqual(['nothing-pending (R63)']);
    expect(unmet(life, 'select-by-merit', ranking(1, []))).toEqual(['something-accepted (R63)']);
    expect(unmet(life, 'rank-candidates', ranking(1, []))).toEqual(['something-accepted (R63)']);
    tell(life, 'select-by-merit', ranking(1, THREE));
    expect(unmet(life, 'select-by-merit', ranking(1, THREE))).toEqual(['selected-once (R63)']);
  });

  test('R63: the next in rank moves up into a vacancy, and only into one', () => {
    const life = campaignIn('evaluation');
    const told = ranking(2, THREE);
    tell(life, 'select-by-merit', told);
    const { category } = told;
    const input = { category, ...told.facts.ranking, decision: null, held: [] };
    const standing = (gone: string[]) => ({
      id: 'ranking-2',
      category,
      facts: {
        standing: { rankingId: 'ranking-1', input, selected: ['b', 'c'], reserves: ['a'], gone },
      },
    });
    expect(unmet(life, 'move-up', standing([]))).toEqual([
      'seat-is-vacant (R63)',
      'reserve-is-left (R63)',
    ]);
    expect(unmet(life, 'move-up', standing(['a', 'b']))).toEqual(['reserve-is-left (R63)']);
    const step = tell(life, 'move-up', standing(['b']));
    expect(effectsOf(step, 'select-candidates')[0]?.params.selected).toEqual([
      { candidateId: 'a', rank: 2 },
    ]);
    expect(effectsOf(step, 'store-ranking')).toMatchObject([
      { params: { kind: 'move-up', basedOn: 'ranking-1' } },
    ]);
    const released = tell(life, 'release-reserves', standing([]));
    expect(effectsOf(released, 'select-candidates')[0]?.params.passedOver).toEqual([
      { candidateId: 'a', rank: 3, because: 'not-moved-up' },
    ]);
  });

  test('R63: a veto is recorded with its day and reason', () => {
    const life = campaignIn('evaluation');
    expect(unmet(life, 'record-veto', { occurredOn: '2018-01-01' })).toEqual([
      'not-in-the-future (R46)',
    ]);
    expect(effectsOf(tell(life, 'record-veto'), 'store-record')).toMatchObject([
      { params: { ledger: 'veto', body: { organisationId: 'village-1', reason: '安全事故' } } },
    ]);
  });
});

describe('the end', () => {
  test('a campaign is concluded when every candidate has come to an end (R65)', () => {
    const life = campaignIn('evaluation');
    expect(unmet(life, 'conclude', duties({ live: 2 }))).toEqual(['every-candidate-decided (R65)']);
    const step = tell(life, 'conclude');
    expect(notices(step)).toEqual([
      'campaign-concluded → county-office, every-township-committee, city-centre',
    ]);
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { kind: 'phase:evaluation', outcome: 'satisfied' } },
    ]);
    expect(effectsOf(step, 'move-candidates')).toMatchObject([{ params: { phase: 'concluded' } }]);
  });

  test('R65: what has been applied for or objected to is decided first; no override waives that', () => {
    const life = campaignIn('evaluation');
    tell(life, 'request-override');
    tell(life, 'approve-override');
    for (const kind of ['applications', 'objections', 'ties']) {
      const undecided = { applications: 0, objections: 0, ties: 0, [kind]: 1 };
      expect(unmet(life, 'conclude', { facts: { undecided } })).toEqual([
        'nothing-undecided (R65)',
      ]);
    }
    tell(life, 'conclude', duties({ live: 2 }));
  });

  test.each(PHASES)('cancelled in %s, the phase is waived and every candidate is told', (phase) => {
    const life = campaignIn(phase);
    const step = tell(life, 'cancel', { reason: '上级调整' });
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { kind: `phase:${phase}`, outcome: 'waived' } },
    ]);
    expect(effectsOf(step, 'move-candidates')).toMatchObject([{ params: { phase: 'cancelled' } }]);
    expect(life.timers.size).toBe(0);
  });
});
