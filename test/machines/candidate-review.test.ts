import { describe, expect, test } from 'vitest';
import { ask, documents, effectsOf, fire, notices, tell, unmet, where } from './life.ts';
import { candidateAt, goTo } from './way.ts';
import { midnightAfter, onDay } from './yijun.ts';

const REVIEWS = [
  {
    stage: 'countyAcceptance',
    reviewer: 'county-office',
    passed: 'accepted',
    notice: 'county-acceptance-passed → responsible',
    clause: 'R63',
    returned: 'R62',
  },
  {
    stage: 'cityVerification',
    reviewer: 'city-centre',
    passed: 'awaiting-notice',
    notice: 'city-verification-passed → responsible',
    clause: 'R64',
    returned: 'R64',
  },
] as const;

describe.each(REVIEWS)(
  'the five verdicts of $stage',
  ({ stage, reviewer, passed, notice, clause, returned }) => {
    const underReview = () => {
      const life = candidateAt('DEMONSTRATION_VILLAGE', `${stage}/under-review`);
      if (stage === 'cityVerification') tell(life, 'record-verification');
      return life;
    };

    test('pass', () => {
      const life = underReview();
      expect(notices(tell(life, 'pass'))[0]).toBe(notice);
      expect(where(life)).toBe(`${stage}/${passed}`);
    });

    test('pass with requirements: met by confirmation, ten working days are given', () => {
      const life = underReview();
      const step = tell(life, 'pass-with-requirements', { at: onDay('2017-11-13') });
      expect(where(life)).toBe(`${stage}/meeting-requirements`);
      expect(effectsOf(step, 'open-obligation')).toMatchObject([
        {
          params: { kind: 'conditions', owner: 'responsible', dueAt: midnightAfter('2017-11-27') },
        },
      ]);
      expect(notices(tell(life, 'confirm-requirements-met'))[0]).toBe(notice);
      expect(where(life)).toBe(`${stage}/${passed}`);
    });

    test('pass with requirements that are overdue stays open: silence neither passes nor fails', () => {
      const life = underReview();
      tell(life, 'pass-with-requirements');
      expect(notices(fire(life, 'conditionsWindow'))).toEqual([
        'obligation-overdue → responsible, county-office',
      ]);
      expect(where(life)).toBe(`${stage}/meeting-requirements`);
    });

    test('return for correction, with the complete list and once only', () => {
      const life = underReview();
      const corrections = ['补盖公章', '补交照片'];
      const step = tell(life, 'return-for-correction', { at: onDay('2017-11-13'), corrections });
      expect(effectsOf(step, 'notify')[0]?.params).toMatchObject({
        template: 'returned-for-correction',
        params: { corrections, dueAt: midnightAfter('2017-11-20') },
      });
      expect(notices(tell(life, 'resubmit'))).toEqual([`resubmitted → ${reviewer}`]);
      expect(unmet(life, 'return-for-correction')).toEqual([`returned-once (${clause})`]);
    });

    test('R62, R64: what the return did not open stays, and every point is answered', () => {
      const returned = stage === 'countyAcceptance' ? 'R62' : clause;
      const life = underReview();
      const corrections = [
        { text: '盖章页缺支部公章', fields: ['signature', 'priorityClass'] },
        { text: '补说明' },
      ];
      const step = tell(life, 'return-for-correction', { corrections });
      expect(effectsOf(step, 'notify')[0]?.params.params).toMatchObject({
        corrections: ['盖章页缺支部公章（可更正：签字盖章、优先类别）', '补说明'],
      });
      const answers = [1, 2].map((correction) => ({ correction, text: '已补' }));
      const beyond = { statement: '另作陈述', signatory: '李', fileIds: ['f'] };
      const refused = ask(life, 'resubmit', { answers, application: beyond });
      expect(refused).toMatchObject({
        kind: 'refused',
        unmet: [
          {
            name: 'changes-only-the-opened',
            clause: returned,
            actual: ['statement', 'attachments'],
            required: ['signature', 'priorityClass'],
          },
        ],
      });
      const application = { signatory: '李', priorityClass: 'COOPERATIVE' };
      for (const [given, actual] of [
        [answers.slice(1), [1]],
        [[...answers, { correction: 3, text: '多答' }], [3]],
        [[answers[0], answers[0], answers[1]], [1]],
      ] as const) {
        expect(ask(life, 'resubmit', { answers: given, application })).toMatchObject({
          unmet: [{ name: 'every-correction-answered', clause: returned, actual }],
        });
      }
      const emptied = { answers, application: { signatory: '' } };
      expect(unmet(life, 'resubmit', emptied)).toEqual([`stays-signed (${returned})`]);
      const foreign = {
        answers,
        application: { signatureFileId: 'f' },
        facts: { signature: { unit: null, isOwn: false, owners: ['u'] } },
      };
      expect(unmet(life, 'resubmit', foreign)).toEqual([`signature-is-own (${returned})`]);
      const before = life.instance.context.application as { number: number };
      const done = tell(life, 'resubmit', { answers, application });
      const number = before.number + 1;
      expect(effectsOf(done, 'keep-application')).toMatchObject([
        { params: { number, stage, declared: application, renews: false } },
      ]);
      expect(effectsOf(done, 'store-record')[0]?.params).toMatchObject({
        kind: 'application-form',
        clause: returned,
        supersedes: {},
      });
      expect(life.instance.context).toMatchObject({
        application: { number },
        priorityClass: 'COOPERATIVE',
        corrections: [],
      });
    });

    test('R62: attestations that are corrected are still those the criteria ask', () => {
      const life = underReview();
      const corrections = [{ text: '承诺有误', fields: ['attestations', 'evidence'] }];
      tell(life, 'return-for-correction', { corrections });
      const criterion = {
        id: 'village.word',
        clause: 'R24',
        modality: 'E',
        at: 'application',
        zh: '承诺',
        en: 'word',
        measured: null,
      };
      const answers = [{ correction: 1, text: '已更正' }];
      const facts = { criteria: [criterion] };
      const sent = (attestations: string[]) => ({ answers, application: { attestations }, facts });
      expect(unmet(life, 'resubmit', sent([]))).toEqual(['village.word (R24)']);
      const [kept] = effectsOf(tell(life, 'resubmit', sent(['village.word'])), 'keep-application');
      expect(kept?.params).toMatchObject({ renews: true });
    });

    test('an instance returned before lists were kept is resubmitted as it used to be', () => {
      const life = underReview();
      tell(life, 'return-for-correction');
      const { corrections: _, application: __, ...old } = life.instance.context;
      life.instance = { ...life.instance, context: old };
      const [kept] = effectsOf(tell(life, 'resubmit', { answers: undefined }), 'keep-application');
      expect(kept?.params).toMatchObject({ number: 2, declared: {} });
    });

    test('R62: a correction at 24:00 of its last day is late, unless it is admitted with a reason', () => {
      const life = underReview();
      tell(life, 'return-for-correction', { at: onDay('2017-11-13') });
      const late = { at: midnightAfter('2017-11-20') };
      expect(unmet(life, 'resubmit', late)).toEqual([`resubmitted-in-time (${returned})`]);
      const last = new Date(Date.parse(late.at) - 1000).toISOString();
      expect(ask(life, 'resubmit', { at: last }).kind).toBe('step');
      expect(notices(tell(life, 'admit-late-resubmission', late))).toEqual([
        'late-resubmission-admitted → responsible',
      ]);
      expect(notices(tell(life, 'resubmit', late))).toEqual([`resubmitted → ${reviewer}`]);
    });

    test('R63, R64: what the reviewer says rests on the clause of its stage', () => {
      const verdicts = [
        'pass-with-requirements',
        'return-for-correction',
        'defer',
        'fail',
      ] as const;
      const cited = verdicts.map((verdict) => {
        const told = effectsOf(tell(underReview(), verdict), 'notify')[0]?.params;
        return (told?.params as { restsOn?: string } | undefined)?.restsOn;
      });
      const returned = stage === 'countyAcceptance' ? 'R62' : clause;
      expect(cited).toEqual([clause, returned, clause, clause]);
    });

    test('an application that is not corrected can still be failed', () => {
      const life = underReview();
      tell(life, 'return-for-correction');
      const step = tell(life, 'fail');
      expect(where(life)).toBe(`${stage}/failed`);
      expect(effectsOf(step, 'close-obligation')).toMatchObject([
        { params: { outcome: 'waived' } },
      ]);
    });

    test('defer until a day: then the review stands open again, and nothing is decided', () => {
      const life = underReview();
      tell(life, 'defer', { at: onDay('2017-11-13'), until: '2017-11-20' });
      expect([...life.timers.values()]).toEqual([midnightAfter('2017-11-20')]);
      expect(notices(fire(life, 'deferral'))).toEqual([`deferral-ended → ${reviewer}`]);
      expect(where(life)).toBe(`${stage}/under-review`);
    });

    test('a deferral ends early when the review is resumed', () => {
      const life = underReview();
      tell(life, 'defer');
      tell(life, 'resume-review');
      expect(where(life)).toBe(`${stage}/under-review`);
      expect(life.timers.size).toBe(0);
    });

    describe('fail', () => {
      const failed = () => {
        const life = underReview();
        const step = tell(life, 'fail', { at: onDay('2017-11-13') });
        expect(notices(step)).toEqual(['review-failed → responsible']);
        expect(effectsOf(step, 'notify')[0]?.params.params).toMatchObject({
          dueAt: midnightAfter('2017-11-20'),
        });
        return life;
      };

      test('is final once five working days have passed in which nobody asked', () => {
        const life = failed();
        expect(where(life)).toBe(`${stage}/failed`);
        const step = fire(life, 'reconsiderationWindow');
        expect(where(life)).toBe('not-selected');
        expect(effectsOf(step, 'tell-children').map(({ params }) => params.machine)).toEqual([
          'regression',
          'reconsideration',
          'document',
        ]);
      });

      test('asked about in the last second its clock stands still; at 24:00:00 it is late', () => {
        const life = failed();
        const late = { at: midnightAfter('2017-11-20') };
        expect(unmet(life, 'reconsideration-asked', late)).toEqual([`asked-in-time (${clause})`]);
        const last = new Date(Date.parse(late.at) - 1000).toISOString();
        tell(life, 'reconsideration-asked', { at: last });
        expect([where(life), life.timers.size]).toEqual([`${stage}/reconsidering`, 0]);
      });

      test('upheld it is final; granted it is reviewed anew, and asked about once only', () => {
        const upheld = failed();
        tell(upheld, 'reconsideration-asked');
        tell(upheld, 'reconsideration-closed', { granted: false });
        expect(where(upheld)).toBe('not-selected');
        const life = failed();
        tell(life, 'reconsideration-asked');
        tell(life, 'reconsideration-closed', { granted: true });
        expect(where(life)).toBe(`${stage}/under-review`);
        tell(life, 'fail');
        expect(unmet(life, 'reconsideration-asked')).toEqual([`asked-once (${clause})`]);
      });

      test('who withdraws while it is reconsidered waits for no decision', () => {
        const life = failed();
        tell(life, 'reconsideration-asked');
        const step = tell(life, 'withdraw');
        expect(effectsOf(step, 'tell-children').map(({ params }) => params.machine)).toContain(
          'reconsideration',
        );
      });
    });
  },
);

test.each(['DEMONSTRATION_VILLAGE', 'ADVANCED_WORKER'])(
  'R64: the city goes and looks before it judges, at a person as at a unit (%s)',
  (category) => {
    const life = candidateAt(category, 'cityVerification/under-review');
    for (const verdict of ['pass', 'pass-with-requirements', 'fail']) {
      expect(unmet(life, verdict)).toEqual(['verified (R64)']);
    }
    const future = { occurredOn: '2018-01-01' };
    expect(unmet(life, 'record-verification', future)).toEqual(['not-in-the-future (R46)']);
    expect(effectsOf(tell(life, 'record-verification'), 'store-record')).toMatchObject([
      {
        params: {
          ledger: 'verification',
          clause: 'R64',
          body: { place: '彭镇彭村站点', verifiers: ['高', '梁'], findings: ['设施齐全'] },
        },
      },
    ]);
    tell(life, 'pass');
    expect(where(life)).toBe('cityVerification/awaiting-notice');
  },
);

test('the county having returned it once does not use up the return of the city', () => {
  const life = candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/under-review');
  tell(life, 'return-for-correction');
  tell(life, 'resubmit');
  goTo(life, 'cityVerification/under-review');
  tell(life, 'return-for-correction');
  expect(where(life)).toBe('cityVerification/correcting');
});

test('when the calendar arrives a correction is counted again, as a new generation', () => {
  const life = candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/under-review');
  tell(life, 'return-for-correction', { at: onDay('2017-11-13') });
  const step = tell(life, 'recalculate-deadline', { at: onDay('2017-11-14') });
  expect(step.effects).toMatchObject([
    { type: 'close-obligation', params: { generation: 1, outcome: 'superseded' } },
    { type: 'open-obligation', params: { generation: 2, dueAt: midnightAfter('2017-11-20') } },
  ]);
});

describe('selection on merit', () => {
  test('an accepted candidate waits for the ranking: it cannot be submitted past it (R63, Q20)', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/accepted');
    expect(ask(life, 'submit-upward')).toMatchObject({ kind: 'out-of-state' });
  });

  test('O1: the selected wait for their notice, which runs five working days from its issue', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/accepted');
    const step = tell(life, 'select', { at: onDay('2017-11-20'), rank: 3 });
    expect(notices(step)).toEqual(['selected → responsible']);
    expect(documents(step)).toEqual(['public-notice → responsible, county-office']);
    expect(where(life)).toBe('countyAcceptance/awaiting-notice');
    expect([...life.timers.values()]).toEqual([]);
    tell(life, 'document-issued', { at: onDay('2017-11-21') });
    expect([...life.timers.values()]).toEqual([midnightAfter('2017-11-28')]);
  });

  test('those beyond the quota are told, and their rank is kept', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/accepted');
    expect(notices(tell(life, 'pass-over', { rank: 7, because: 'quota' }))).toEqual([
      'passed-over → responsible',
    ]);
    expect(where(life)).toBe('not-selected');
    expect(life.instance.context).toMatchObject({ rank: 7, reason: 'quota' });
  });
});

describe.each([
  ['countyAcceptance', 'cleared'],
  ['cityVerification', 'confirmable'],
])('public notice in %s', (stage, cleared) => {
  const published = () => candidateAt('DEMONSTRATION_VILLAGE', `${stage}/public-notice`);

  test('without an objection it is cleared when the time is over, and not before', () => {
    const life = published();
    fire(life, 'publicityPeriod');
    expect(where(life)).toBe(`${stage}/${cleared}`);
  });

  test('an open objection holds the decision after the time is over', () => {
    const life = published();
    tell(life, 'objection-opened', { objectionId: 'o-1' });
    tell(life, 'objection-opened', { objectionId: 'o-2' });
    fire(life, 'publicityPeriod');
    expect(where(life)).toBe(`${stage}/objection-hold`);
    tell(life, 'objection-closed', { objectionId: 'o-1', upheld: false });
    expect(where(life)).toBe(`${stage}/objection-hold`);
    tell(life, 'objection-closed', { objectionId: 'o-2', upheld: false });
    expect(where(life)).toBe(`${stage}/${cleared}`);
  });

  test('an objection resolved within the time does not shorten it', () => {
    const life = published();
    tell(life, 'objection-opened', { objectionId: 'o-1' });
    tell(life, 'objection-closed', { objectionId: 'o-1', upheld: false });
    expect(where(life)).toBe(`${stage}/public-notice`);
  });

  test.each(['before', 'after'])('an objection upheld %s the end disqualifies', (when) => {
    const life = published();
    tell(life, 'objection-opened', { objectionId: 'o-1' });
    if (when === 'after') fire(life, 'publicityPeriod');
    const step = tell(life, 'objection-closed', { objectionId: 'o-1', upheld: true });
    expect(where(life)).toBe('disqualified');
    // Not `disqualified`, which rests on R58: what removes here is the objection (R63).
    expect(notices(step)).toEqual([
      'removed-after-objection → responsible, superior, county-office',
    ]);
  });

  test('R63: an objection in the last second is in time, one at 24:00:00 is late', () => {
    const life = published();
    const dueAt = (life.instance.context.deadline as { dueAt: string }).dueAt;
    const before = Temporal.Instant.from(dueAt).subtract({ milliseconds: 1 }).toString();
    expect(unmet(life, 'objection-opened', { at: dueAt })).toEqual(['notice-is-running (R63)']);
    tell(life, 'objection-opened', { at: before });
    fire(life, 'publicityPeriod');
    expect(where(life)).toBe(`${stage}/objection-hold`);
  });

  test('C15: what was lodged within the notice still opens after it, and nothing else does', () => {
    const life = published();
    const dueAt = (life.instance.context.deadline as { dueAt: string }).dueAt;
    const objectedAt = Temporal.Instant.from(dueAt).subtract({ milliseconds: 1 }).toString();
    fire(life, 'publicityPeriod');
    const next = where(life);
    expect(unmet(life, 'objection-opened', { objectedAt: dueAt, at: dueAt })).toEqual([
      'objected-during-notice (R63)',
    ]);
    tell(life, 'objection-opened', { objectionId: 'o-1', objectedAt });
    expect(where(life)).toBe(next);
    const on = stage === 'countyAcceptance' ? 'propose-submission' : 'propose-conferral';
    expect(unmet(life, on)).toEqual(['no-open-objection (R63)']);
    tell(life, 'objection-closed', { objectionId: 'o-1', upheld: false });
    tell(life, on);
    tell(life, 'objection-opened', { objectionId: 'o-2', objectedAt });
    tell(life, 'objection-closed', { objectionId: 'o-2', upheld: true });
    expect(where(life)).toBe('disqualified');
  });

  test('C15: what is decided while the candidate is withdrawn is told, and not waited for once it is back', () => {
    const life = published();
    for (const objectionId of ['o-1', 'o-2'])
      tell(life, 'objection-opened', { objectionId, objectedAt: life.now });
    fire(life, 'publicityPeriod');
    tell(life, 'withdraw');
    const told = tell(life, 'objection-closed', { objectionId: 'o-1', upheld: false });
    expect(notices(told)).toEqual(['objection-dismissed → responsible']);
    tell(life, 'reinstate');
    expect(where(life)).toBe(`${stage}/objection-hold`);
    tell(life, 'withdraw');
    tell(life, 'objection-closed', { objectionId: 'o-2', upheld: false });
    tell(life, 'reinstate');
    expect(where(life)).toBe(`${stage}/${cleared}`);
    tell(life, 'withdraw');
    const objectedAt = Temporal.Instant.from(life.now).subtract({ hours: 9000 }).toString();
    tell(life, 'objection-opened', { objectionId: 'o-3', objectedAt });
    tell(life, 'reinstate');
    const on = stage === 'countyAcceptance' ? 'propose-submission' : 'propose-conferral';
    expect(unmet(life, on)).toEqual(['no-open-objection (R63)']);
    tell(life, 'withdraw');
    expect(notices(tell(life, 'objection-closed', { objectionId: 'o-3', upheld: true }))).toEqual([
      'removed-after-objection → responsible, superior, county-office',
    ]);
    expect(where(life)).toBe('disqualified');
  });

  test('an objection that nobody made cannot be resolved, nor upheld', () => {
    const life = published();
    for (const upheld of [true, false]) {
      expect(unmet(life, 'objection-closed', { objectionId: 'o-9', upheld })).toEqual([
        'objection-is-open (R63)',
      ]);
    }
  });
});

test('C15: nobody is given a title while an objection is unread, nor while one is open', () => {
  const life = candidateAt('DEMONSTRATION_VILLAGE', 'cityVerification/confirmable');
  const unread = { facts: { unreadObjections: 1 } };
  expect(unmet(life, 'propose-conferral', unread)).toEqual(['no-unread-objection (R63)']);
  tell(life, 'propose-conferral', { by: 'zhang' });
  expect(unmet(life, 'confirm-conferral', { by: 'li', ...unread })).toEqual([
    'no-unread-objection (R63)',
  ]);
  tell(life, 'objection-opened', { objectionId: 'o-1', objectedAt: '2017-01-01T00:00:00Z' });
  expect(unmet(life, 'confirm-conferral', { by: 'li' })).toEqual(['no-open-objection (R63)']);
});

describe('upward submission', () => {
  const cleared = () => candidateAt('DEMONSTRATION_VILLAGE', 'countyAcceptance/cleared');
  const blocked = { facts: { openRectifications: 1 } };

  test('an open rectification order blocks it, under R59', () => {
    expect(unmet(cleared(), 'propose-submission', blocked)).toEqual([
      'no-open-rectification (R59)',
    ]);
    const life = cleared();
    tell(life, 'propose-submission');
    expect(unmet(life, 'submit-upward', blocked)).toEqual(['no-open-rectification (R59)']);
  });

  test('R63: one officer proposes it and another submits', () => {
    const life = cleared();
    tell(life, 'propose-submission', { by: 'zhang' });
    expect(unmet(life, 'submit-upward', { by: 'zhang' })).toEqual(['another-officer (R63)']);
    tell(life, 'decline-submission', { by: 'li' });
    expect(where(life)).toBe('countyAcceptance/cleared');
    tell(life, 'propose-submission', { by: 'li' });
    tell(life, 'submit-upward', { by: 'zhang' });
    expect(where(life)).toBe('cityVerification/under-review');
    expect(life.instance.context.submittedAt).toBe(life.now);
  });

  test('an override with a reason and a second approver lets it pass', () => {
    const life = cleared();
    expect(unmet(life, 'approve-override')).toEqual(['another-officer (R63)']);
    expect(notices(tell(life, 'request-override', { by: 'zhang' }))).toEqual([
      'override-requested → county-department',
    ]);
    expect(unmet(life, 'propose-submission', blocked)).toEqual(['no-open-rectification (R59)']);
    expect(unmet(life, 'approve-override', { by: 'zhang' })).toEqual(['another-officer (R63)']);
    tell(life, 'approve-override', { by: 'li' });
    tell(life, 'propose-submission', blocked);
    tell(life, 'submit-upward', blocked);
    expect(where(life)).toBe('cityVerification/under-review');
  });

  test('asking anew takes back the approval of the old reason', () => {
    const life = cleared();
    tell(life, 'request-override');
    tell(life, 'approve-override');
    tell(life, 'request-override', { reason: '另一理由' });
    expect(unmet(life, 'propose-submission', blocked)).toEqual(['no-open-rectification (R59)']);
  });

  test('a plan may decide that open orders do not block', () => {
    const life = cleared();
    const { facts } = blocked;
    const lenient = { quorumPercent: 50, openRectificationBlocks: false };
    tell(life, 'propose-submission', { facts: { ...facts, policies: lenient } });
    tell(life, 'submit-upward', { facts: { ...facts, policies: lenient } });
    expect(where(life)).toBe('cityVerification/under-review');
  });
});

describe('the final determination', () => {
  test('takes two officers (R65)', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'cityVerification/conferral-proposed');
    expect(unmet(life, 'confirm-conferral', { by: 'zhang' })).toEqual(['another-officer (R65)']);
    const step = tell(life, 'confirm-conferral', { by: 'li' });
    expect(documents(step)).toEqual(['final-decision → county-office, responsible']);
    expect(effectsOf(step, 'draft-document')[0]?.params).toMatchObject({
      issuer: 'city',
      params: { authority: 'city' },
    });
    expect(where(life)).toBe('cityVerification/awaiting-decision');
    tell(life, 'document-issued');
    expect(where(life)).toBe('conferred');
  });

  test('O1: a decision that is abandoned leaves the title to be proposed anew', () => {
    const life = candidateAt('DEMONSTRATION_VILLAGE', 'cityVerification/awaiting-decision');
    tell(life, 'document-abandoned');
    expect(where(life)).toBe('cityVerification/confirmable');
    expect(life.instance.context).toMatchObject({ conferredBy: null, reason: '理由' });
  });

  test('a declined proposal is open to be proposed again, by either', () => {
    const life = candidateAt('DEMONSTRATION_BASE', 'countyAcceptance/conferral-proposed');
    tell(life, 'decline-conferral');
    expect(where(life)).toBe('countyAcceptance/confirmable');
    tell(life, 'propose-conferral', { by: 'li' });
    expect(unmet(life, 'confirm-conferral', { by: 'li' })).toEqual(['another-officer (R65)']);
  });
});
