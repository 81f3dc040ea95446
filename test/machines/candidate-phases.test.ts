import { describe, expect, test } from 'vitest';
import type { Step } from '../../machines/effects.ts';
import { advance } from '../../machines/kit/step.ts';
import { ask, effectsOf, fire, notices, startOf, tell, toldTo, unmet, where } from './life.ts';
import { candidateAt, goTo } from './way.ts';
import { candidateOf, criteriaOf, midnightAfter, onDay, policies } from './yijun.ts';

const townshipAt = (state: string) => candidateAt('DEMONSTRATION_TOWNSHIP', state);
const villageAt = (state: string) => candidateAt('DEMONSTRATION_VILLAGE', state);

describe('mobilization', () => {
  test('a township without a consultation before the adoption is refused under R48', () => {
    const life = townshipAt('mobilization/planning');
    expect(unmet(life, 'submit-plan')).toEqual([
      'implementation-plan (R48)',
      'work-plan (R48)',
      'consultation-before-adoption (R48)',
    ]);
    for (const [kind, occurredOn] of [
      ['implementation-plan', '2017-05-22'],
      ['work-plan', '2017-05-22'],
      ['consultation', '2017-05-22'],
    ]) {
      tell(life, 'record-evidence', { kind, occurredOn });
    }
    expect(unmet(life, 'submit-plan')).toEqual(['consultation-before-adoption (R48)']);
    tell(life, 'record-evidence', { kind: 'consultation', occurredOn: '2017-05-21' });
    tell(life, 'submit-plan');
    expect(where(life)).toBe('mobilization/plan-review');
  });

  test('what was recorded for tomorrow is refused: the day is that of Yijun, not of Greenwich', () => {
    const life = townshipAt('mobilization/planning');
    const tomorrow = { at: '2017-05-24T15:59:59Z', occurredOn: '2017-05-25' };
    expect(unmet(life, 'record-evidence', tomorrow)).toEqual(['not-in-the-future (R46)']);
    tell(life, 'record-evidence', { ...tomorrow, at: '2017-05-24T16:00:00Z' });
  });

  test('a plan is due by the end of June, and the county office is told when it is not', () => {
    const life = townshipAt('mobilization/planning');
    const due = midnightAfter('2017-06-30');
    expect([...life.timers]).toEqual([
      ['xstate.after.planDueSoon.candidate.mobilization.planning', midnightAfter('2017-06-27')],
      ['xstate.after.planWindow.candidate.mobilization.planning', due],
    ]);
    expect(notices(fire(life, 'planDueSoon'))).toEqual(['obligation-due-soon → responsible']);
    expect(notices(fire(life, 'planWindow'))).toEqual([
      'obligation-overdue → responsible, county-office',
    ]);
    expect(life.timers.size).toBe(0);
  });

  test('a returned plan opens a new generation, due five working days later or with the window', () => {
    const life = townshipAt('mobilization/plan-review');
    const step = tell(life, 'return-plan', { at: onDay('2017-06-29') });
    expect(notices(step)).toEqual(['plan-returned → responsible']);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      {
        params: { kind: 'plan', generation: 2, clause: 'R48', dueAt: midnightAfter('2017-07-06') },
      },
    ]);
    const early = townshipAt('mobilization/plan-review');
    expect(effectsOf(tell(early, 'return-plan'), 'open-obligation')).toMatchObject([
      { params: { generation: 2, dueAt: midnightAfter('2017-06-30') } },
    ]);
  });

  test('one form of mobilization is not 多种形式, and one site short is not every site (R49)', () => {
    const life = townshipAt('mobilization/mobilizing');
    tell(life, 'record-evidence', { kind: 'mobilization', form: 'meeting' });
    tell(life, 'record-evidence', { kind: 'mobilization', form: 'meeting' });
    const short = { facts: { reach: { sites: 12, reached: 11 } } };
    expect(unmet(life, 'confirm-mobilization', short)).toEqual([
      'forms-of-mobilization (R49)',
      'every-site-reached (R49)',
    ]);
    tell(life, 'record-evidence', { kind: 'mobilization', form: 'broadcast' });
    const empty = { facts: { reach: { sites: 0, reached: 0 } } };
    expect(unmet(life, 'confirm-mobilization', empty)).toEqual(['every-site-reached (R49)']);
    tell(life, 'confirm-mobilization');
    expect(where(life)).toBe('mobilization/mobilized');
  });
});

test('O19: whoever stands below the townships is told of the phase, and of none that was there before they came', () => {
  const life = villageAt('mobilization/mobilized');
  expect(notices(tell(life, 'phase-entered', { at: onDay('2017-07-01') }))).toEqual([
    'phase-entered → responsible',
  ]);
});

describe('concentrated creation', () => {
  test('a declaration without any activity is refused under R53', () => {
    const life = villageAt('concentratedCreation/creating');
    expect(unmet(life, 'declare-created')).toEqual(['activity-held (R53)']);
  });

  test('a declaration at 24:00 of the last day is late (R51), unless it is admitted with a reason', () => {
    const life = villageAt('concentratedCreation/creating');
    tell(life, 'record-evidence');
    const late = { at: midnightAfter('2017-09-30') };
    expect(unmet(life, 'declare-created', late)).toEqual(['declared-in-time (R51)']);
    expect(notices(tell(life, 'admit-late-declaration', late))).toEqual([
      'late-declaration-admitted → responsible',
    ]);
    tell(life, 'declare-created', late);
    expect(where(life)).toBe('concentratedCreation/declared');
  });

  test('the deadline itself moves nobody: an overdue site may still be admitted', () => {
    const life = villageAt('concentratedCreation/creating');
    expect(notices(fire(life, 'creationWindow'))).toEqual([
      'obligation-overdue → responsible, county-office',
    ]);
    expect(where(life)).toBe('concentratedCreation/creating');
  });

  test('C27: a reminder that comes after the deadline, as after an outage, is recorded and told to nobody', () => {
    const step = fire(
      villageAt('concentratedCreation/creating'),
      'creationDueSoon',
      midnightAfter('2017-09-30'),
    );
    expect(effectsOf(step, 'raise-obligation')).toMatchObject([{ params: { level: 'due-soon' } }]);
    expect(effectsOf(step, 'notify')).toMatchObject([{ params: { to: [] } }]);
  });

  test('Q8: a site that is not created when phase 3 comes is not created, and its debt is waived', () => {
    const life = villageAt('concentratedCreation/creating');
    const step = tell(life, 'phase-entered', { at: onDay('2017-10-09') });
    expect(where(life)).toBe('not-created');
    expect(notices(step)).toContain('not-created → responsible, superior');
    expect(effectsOf(step, 'close-obligation')).toMatchObject([{ params: { outcome: 'waived' } }]);
  });

  test('a returned declaration is declared again', () => {
    const life = villageAt('concentratedCreation/declared');
    expect(notices(tell(life, 'return-declaration'))).toEqual([
      'declaration-returned → responsible',
    ]);
    expect(where(life)).toBe('concentratedCreation/creating');
    goTo(life, 'concentratedCreation/created');
  });

  test('who is mobilized only after phase 2 is over is not created, and owes nothing for it', () => {
    const life = villageAt('mobilization/acknowledging');
    tell(life, 'phase-entered', { at: onDay('2017-07-01') });
    tell(life, 'phase-entered', { at: onDay('2017-10-09') });
    expect(where(life)).toBe('mobilization/acknowledging');
    const step = tell(life, 'acknowledge-mobilization');
    expect(where(life)).toBe('not-created');
    expect(notices(step)).toEqual(['not-created → responsible, superior']);
    expect(effectsOf(step, 'open-obligation')).toEqual([]);
    expect(step.timers.filter(({ op }) => op === 'set')).toEqual([]);
  });
});

describe('self-check and rectification', () => {
  const results = (unmetIds: readonly string[], owned = true) =>
    criteriaOf('DEMONSTRATION_VILLAGE')
      .filter(({ at }) => at === 'self-check')
      .map(({ id }) =>
        unmetIds.includes(id)
          ? {
              criterion: id,
              met: false,
              ...(owned ? { priority: '1', responsiblePerson: '李' } : {}),
            }
          : { criterion: id, met: true },
      );

  test('a self-check that leaves a criterion out is refused under R57', () => {
    const life = villageAt('selfCheckRectification/self-checking');
    expect(unmet(life, 'submit-self-check', { results: results([]).slice(1) })).toEqual([
      'every-criterion-checked (R57)',
    ]);
  });

  test('a shortcoming without priority and responsible person is refused under R57', () => {
    const life = villageAt('selfCheckRectification/self-checking');
    expect(
      unmet(life, 'submit-self-check', { results: results(['village.network'], false) }),
    ).toEqual(['findings-have-owners (R57)']);
  });

  test('a screen of 42 inches cannot be attested away: the criterion itself refuses, under R19', () => {
    const life = villageAt('selfCheckRectification/self-checking');
    const facts = { criteria: criteriaOf('DEMONSTRATION_VILLAGE', ['village.screen']) };
    expect(unmet(life, 'submit-self-check', { facts })).toEqual(['village.screen (R19)']);
    tell(life, 'submit-self-check', { facts, results: results(['village.screen']) });
    expect(where(life)).toBe('selfCheckRectification/rectifying-findings');
    expect(unmet(life, 'confirm-finding-rectified', { facts })).toEqual(['village.screen (R19)']);
    tell(life, 'confirm-finding-rectified');
    expect(where(life)).toBe('selfCheckRectification/self-checked');
  });

  test('findings are struck off one by one, and only those on the list', () => {
    const life = villageAt('selfCheckRectification/self-checking');
    const step = tell(life, 'submit-self-check', {
      results: results(['village.network', 'village.playback']),
    });
    expect(effectsOf(step, 'notify')[0]?.params).toMatchObject({
      template: 'self-check-found-shortcomings',
      params: { findings: ['village.network', 'village.playback'] },
    });
    expect(unmet(life, 'confirm-finding-rectified', { criterion: 'village.safety' })).toEqual([
      'finding-is-open (R57)',
    ]);
    tell(life, 'confirm-finding-rectified', { criterion: 'village.playback' });
    expect(where(life)).toBe('selfCheckRectification/rectifying-findings');
    tell(life, 'confirm-finding-rectified', { criterion: 'village.network' });
    expect(where(life)).toBe('selfCheckRectification/self-checked');
  });

  test('Q17: a self-check of the township stands in one ledger, an inspection in another', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'selfCheckRectification/self-checking');
    const ledgers = (step: Step) =>
      effectsOf(step, 'store-record').map(({ params }) => params.ledger);
    expect(ledgers(tell(life, 'record-inspection'))).not.toContain('self-check');
    expect(ledgers(tell(life, 'submit-self-check'))).not.toContain('inspection');
  });

  test('the site conforms from the day in Yijun on which it was checked', () => {
    const life = villageAt('selfCheckRectification/self-checking');
    const step = tell(life, 'submit-self-check', { at: '2017-10-11T17:00:00Z' });
    expect(effectsOf(step, 'store-record').map(({ params }) => params)).toMatchObject([
      { ledger: 'self-check', clause: 'R57' },
    ]);
    expect(effectsOf(step, 'assess-sites').map(({ params }) => params)).toMatchObject([
      { assessments: [{ siteId: 'site-1', conforms: true, assessedOn: '2017-10-12' }] },
    ]);
  });
});

describe('inspections', () => {
  test('one of the four triggers opens an order, with the inspector who found it (R59)', () => {
    const life = villageAt('concentratedCreation/creating');
    const step = tell(life, 'record-inspection', { triggers: ['formalism'], by: 'wang' });
    expect(effectsOf(step, 'open-rectification')).toMatchObject([
      { params: { triggers: ['formalism'], inspectedBy: 'wang' } },
    ]);
    expect(effectsOf(step, 'notify')).toEqual([]);
  });

  test('an inspection without a trigger is told, and says whether the site conforms', () => {
    const life = villageAt('concentratedCreation/creating');
    const step = tell(life, 'record-inspection', { conforms: false });
    expect(notices(step)).toEqual(['inspection-recorded → responsible']);
    expect(effectsOf(step, 'store-record').map(({ params }) => params.ledger)).toEqual([
      'inspection',
    ]);
    expect(effectsOf(step, 'assess-sites')).toMatchObject([
      { params: { assessments: [{ conforms: false, source: 'inspection' }] } },
    ]);
  });

  test('evidence is assessed once, by what the reviewer finds', () => {
    const life = villageAt('concentratedCreation/creating');
    const assessed = (verdict: string | null) => ({
      facts: {
        assessed: {
          kind: 'showcase-case',
          verdict,
          recordedBy: 'chen',
          determines: true,
          superseded: false,
          showcase: null,
        },
      },
    });
    expect(unmet(life, 'assess-evidence', { facts: { assessed: null } })).toEqual([
      'evidence-is-unassessed (R58)',
    ]);
    expect(unmet(life, 'assess-evidence', assessed('accepted'))).toEqual([
      'evidence-is-unassessed (R58)',
    ]);
    expect(effectsOf(tell(life, 'assess-evidence', assessed(null)), 'assess-record')).toMatchObject(
      [
        {
          params: {
            verdict: 'accepted',
            attributes: { impact: 'MAJOR', promotionScope: 'CITYWIDE' },
          },
        },
      ],
    );
  });
});

describe('evaluation', () => {
  const villageInEvaluation = () => villageAt('evaluation/evaluating');

  test('R61: what the masses said counts once: a second round has nothing to tell', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed');
    expect(unmet(life, 'mass-evaluation-closed')).toEqual(['evaluated-once (R61)']);
  });

  test('R61: a sheet that comes again replaces the one before, and one that goes back no longer counts', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed', { scoreCenti: 10_000 });
    tell(life, 'record-assessment', { sheetId: 'a', pointsCenti: 9000 });
    tell(life, 'record-assessment', { sheetId: 'a', pointsCenti: 8000 });
    expect(life.instance.context).toMatchObject({ compositeCenti: 8800 });
    expect(life.instance.context.sheets).toMatchObject({ assessment: [{ sheetId: 'a' }] });
    tell(life, 'retract-assessment', { sheetId: 'a' });
    expect(life.instance.context).toMatchObject({
      figures: { mass: 10_000 },
      sheets: { assessment: [] },
      compositeCenti: null,
    });
  });

  test('the composite is 40 % masses and 60 % organisation, and 80 points pass (R61)', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed', { scoreCenti: 8000 });
    tell(life, 'record-assessment', { pointsCenti: 8000 });
    expect(life.instance.context).toMatchObject({
      figures: { mass: 8000, assessment: 8000 },
      compositeCenti: 8000,
    });
    expect(unmet(life, 'apply')).toEqual(['sheets-enough (R61)']);
    tell(life, 'record-assessment', { pointsCenti: 7998 });
    expect(life.instance.context).toMatchObject({ compositeCenti: 7999 });
    expect(unmet(life, 'apply')).toEqual(['pass-mark (R61)']);
  });

  test('R61: of five sheets the highest and the lowest are left out, and only the last round counts', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed', { scoreCenti: 10_000 });
    for (const pointsCenti of [0, 8000, 9000, 10_000]) {
      tell(life, 'record-assessment', { pointsCenti });
    }
    expect(life.instance.context).toMatchObject({ compositeCenti: 8050 });
    tell(life, 'record-assessment', { pointsCenti: 8500 });
    expect(life.instance.context).toMatchObject({ compositeCenti: 9100 });
    tell(life, 'record-assessment', { pointsCenti: 7000, round: 2 });
    expect(life.instance.context).toMatchObject({ compositeCenti: 8200 });
  });

  test('R61: nobody applies while a sheet that was assigned is still owed', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    expect(unmet(life, 'apply', { facts: { openSheets: 1 } })).toEqual(['every-sheet-in (R61)']);
  });

  test('without masses and organisation, unsigned, nobody applies', () => {
    expect(unmet(villageInEvaluation(), 'apply', { signatory: '', attestations: [] })).toEqual(
      expect.arrayContaining([
        'round-held (R61)',
        'sheets-enough (R61)',
        'pass-mark (R61)',
        'signed (R62)',
      ]),
    );
  });

  test('a township with two cases is refused under R17: three are required', () => {
    const life = townshipAt('evaluation/evaluating');
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    const criteria = criteriaOf('DEMONSTRATION_TOWNSHIP').map((criterion) =>
      criterion.clause === 'R17'
        ? { ...criterion, measured: { actual: 2, required: 3, met: false } }
        : criterion,
    );
    expect(unmet(life, 'apply', { facts: { criteria } })).toEqual([
      expect.stringMatching(/ \(R17\)$/),
    ]);
  });

  test('R62: an application at 24:00 of 30 November is late, unless its reviewer admits it with a reason', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    const late = { at: midnightAfter('2017-11-30') };
    expect(unmet(life, 'apply', late)).toEqual(['applied-in-time (R62)']);
    const last = new Date(Date.parse(late.at) - 1000).toISOString();
    expect(ask(life, 'apply', { at: last }).kind).toBe('step');
    expect(notices(tell(life, 'admit-late-application', late))).toEqual([
      'late-application-admitted → responsible',
    ]);
    const step = tell(life, 'apply', late);
    expect(effectsOf(step, 'keep-application')[0]?.params).toMatchObject({
      number: 1,
      inTime: false,
      admittedFor: '理由',
    });
  });

  test('R62: whether words show a seal is the plan’s to say; where it wants the page, words do not', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    const strict = { policies: { ...policies, signatureScanRequired: true } };
    expect(unmet(life, 'apply', { facts: strict })).toEqual(['signature-scanned (R62)']);
    const foreign = { signature: { unit: null, isOwn: false, owners: ['village-1'] } };
    const signatureFileId = 'file-1';
    expect(unmet(life, 'apply', { signatureFileId, facts: { ...strict, ...foreign } })).toEqual([
      'signature-is-own (R62)',
    ]);
    expect(unmet(life, 'apply', { signatory: ' ', signatureEvidence: ' ' })).toEqual([
      'signed (R62)',
    ]);
    const scanned = { signatureFileId, signatureEvidence: undefined, facts: strict };
    const [kept] = effectsOf(tell(life, 'apply', scanned), 'keep-application');
    expect(kept?.params.declared).toMatchObject({ signatureFileId, signatureEvidence: null });
  });

  test('R62: the county does not admit its own late application, the city does (Q3)', () => {
    const county = candidateAt('ADVANCED_COUNTY', 'evaluation/evaluating');
    const { release, instance } = county;
    const told = toldTo(county, 'admit-late-application');
    const by = { ...told.by, roles: ['county-office'] };
    expect(advance(release, instance, { ...told, by })).toMatchObject({
      kind: 'refused',
      unmet: [{ name: 'admitted-by-reviewer', clause: 'R62', required: ['city-centre'] }],
    });
    expect(ask(county, 'admit-late-application').kind).toBe('step');
  });

  test('the application is dated by the day in Yijun', () => {
    const life = villageInEvaluation();
    tell(life, 'mass-evaluation-closed');
    tell(life, 'record-assessment');
    tell(life, 'record-assessment');
    const step = tell(life, 'apply', { at: '2017-11-22T17:00:00Z' });
    expect(effectsOf(step, 'store-record')[0]?.params.body).toMatchObject({
      occurredOn: '2017-11-23',
    });
    expect(notices(step)).toEqual(['application-received → county-office']);
  });

  test('Q15: a preference only warns: a base that leads nobody may apply (R27)', () => {
    const base = startOf('candidate', candidateOf('DEMONSTRATION_BASE'), onDay('2017-05-23'));
    goTo(base, 'evaluation/evaluating');
    tell(base, 'mass-evaluation-closed');
    tell(base, 'record-assessment');
    tell(base, 'record-assessment');
    const step = tell(base, 'apply', { priorityClass: 'OTHER' });
    expect(step.warnings.map(({ name, clause }) => [name, clause])).toEqual([
      ['preference-class', 'R27'],
    ]);
  });

  test('R27, R62: a preference class the plan does not list is refused, not silently ranked last', () => {
    const base = startOf('candidate', candidateOf('DEMONSTRATION_BASE'), onDay('2017-05-23'));
    goTo(base, 'evaluation/evaluating');
    tell(base, 'mass-evaluation-closed');
    tell(base, 'record-assessment');
    tell(base, 'record-assessment');
    const facts = { priorityClasses: ['COOPERATIVE', 'OTHER'] };
    expect(ask(base, 'apply', { priorityClass: 'LEADING_ENTERPRISE', facts })).toMatchObject({
      kind: 'refused',
      unmet: [
        {
          name: 'priority-class-listed',
          clause: 'R62',
          actual: 'LEADING_ENTERPRISE',
          required: facts.priorityClasses,
        },
      ],
    });
    tell(base, 'apply', { priorityClass: 'COOPERATIVE', facts });
  });
});
