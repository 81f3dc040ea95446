import { describe, expect, test } from 'vitest';
import { documents, effectsOf, fire, notices, startOf, tell, unmet, where } from './life.ts';
import { inputsFor } from './walk.ts';
import { midnightAfter, onDay } from './yijun.ts';

/** An order from an inspection by Zhang, issued on Wednesday 11 October 2017. */
function issued() {
  const life = startOf('rectification', inputsFor('rectification')[0] ?? {}, onDay('2017-10-11'));
  const drafted = tell(life, 'draft', { at: onDay('2017-10-09') });
  const step = tell(life, 'document-issued', { at: onDay('2017-10-11') });
  return { life, drafted, step };
}

function submitted() {
  const { life } = issued();
  for (const type of ['acknowledge', 'start', 'submit']) tell(life, type, { by: 'township' });
  return life;
}

describe('an order of rectification (R59)', () => {
  test('O4, R59: is two documents: the circular of criticism and the order', () => {
    const { drafted } = issued();
    expect(documents(drafted)).toEqual([
      'circular-of-criticism → every-township-committee, responsible',
      'rectification-order → township-committee, responsible',
    ]);
    expect(effectsOf(drafted, 'draft-document')[1]?.params.params).toMatchObject({
      triggers: ['formalism'],
      days: 15,
    });
  });

  test('O1: its time limit begins with the issue of the order, until which nothing runs', () => {
    const { drafted, step } = issued();
    expect(effectsOf(drafted, 'open-obligation')).toEqual([]);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      {
        params: {
          kind: 'rectification',
          generation: 1,
          clause: 'R59',
          dueAt: midnightAfter('2017-10-26'),
        },
      },
    ]);
  });

  test('O1: an order that is abandoned is never issued', () => {
    const life = startOf('rectification', inputsFor('rectification')[0] ?? {}, onDay('2017-10-11'));
    tell(life, 'draft');
    tell(life, 'document-abandoned');
    expect(where(life)).toBe('not-issued');
  });

  test('is acknowledged, started, submitted and closed by another than the inspector', () => {
    const life = submitted();
    expect(unmet(life, 'close', { by: 'zhang' })).toEqual(['reinspected-by-another (R59)']);
    expect(unmet(life, 'reopen', { by: 'zhang' })).toEqual(['reinspected-by-another (R59)']);
    const step = tell(life, 'close', { by: 'li' });
    expect(notices(step)).toEqual(['rectification-closed → responsible, county-office']);
    expect(effectsOf(step, 'close-obligation')).toMatchObject([
      { params: { generation: 1, outcome: 'satisfied' } },
    ]);
    expect(life.timers.size).toBe(0);
  });

  test('that was not put right is reopened as a new generation with its own deadline', () => {
    const life = submitted();
    const step = tell(life, 'reopen', { at: onDay('2017-10-20') });
    expect(where(life)).toBe('open/in-progress+on-time');
    expect(step.effects.map(({ type }) => type)).toEqual([
      'store-record',
      'assess-sites',
      'close-obligation',
      'open-obligation',
      'notify',
    ]);
    expect(effectsOf(step, 'open-obligation')).toMatchObject([
      { params: { generation: 2, dueAt: midnightAfter('2017-11-06') } },
    ]);
  });

  test('that is overdue when reopened is on time again', () => {
    const life = submitted();
    fire(life, 'rectificationDueSoon');
    fire(life, 'rectificationWindow');
    expect(where(life)).toBe('open/submitted+overdue');
    tell(life, 'reopen');
    expect(where(life)).toBe('open/in-progress+on-time');
  });
});

describe('supervision', () => {
  test('reminds 3 working days before, tells at 24:00, and 5 working days later the superior', () => {
    const { life } = issued();
    expect(
      life.timers.get('xstate.after.rectificationDueSoon.rectification.open.supervision.on-time'),
    ).toBe(midnightAfter('2017-10-23'));
    expect(notices(fire(life, 'rectificationDueSoon'))).toEqual([
      'rectification-due-soon → responsible',
    ]);
    expect([...life.timers.values()]).toEqual([midnightAfter('2017-10-26')]);
    expect(notices(fire(life, 'rectificationWindow'))).toEqual([
      'rectification-overdue → responsible, superior, county-office',
    ]);
    expect([...life.timers.values()]).toEqual([midnightAfter('2017-11-02')]);
    expect(notices(fire(life, 'rectificationEscalation'))).toEqual([
      'rectification-escalated → responsible, superior, county-department',
    ]);
    expect(where(life)).toBe('open/issued+escalated');
  });

  test('goes on beside the handling: an order submitted in time but not closed goes overdue', () => {
    const life = submitted();
    fire(life, 'rectificationWindow');
    expect(where(life)).toBe('open/submitted+overdue');
  });

  test('C27: after an outage each level is recorded, and only the highest reached is told', () => {
    const { life } = issued();
    const late = onDay('2017-11-30');
    const steps = ['rectificationDueSoon', 'rectificationWindow', 'rectificationEscalation'].map(
      (delay) => fire(life, delay, late),
    );
    expect(
      steps.flatMap((step) =>
        effectsOf(step, 'raise-obligation').map(({ params }) => params.level),
      ),
    ).toEqual(['due-soon', 'overdue', 'escalated']);
    expect(
      steps.flatMap((step) => effectsOf(step, 'notify').map(({ params }) => params.to.length)),
    ).toEqual([0, 0, 3]);
    expect(where(life)).toBe('open/issued+escalated');
  });

  test.each([
    ['before', []],
    ['after', ['rectificationWindow', 'rectificationEscalation']],
  ] as const)(
    'an extension %s expiry is on time again, with a reason in the chain',
    (_, delays) => {
      const { life } = issued();
      for (const delay of delays) fire(life, delay);
      const step = tell(life, 'extend', { until: '2017-11-15', reason: '汛期' });
      expect(where(life)).toBe('open/issued+on-time');
      expect(notices(step)).toEqual(['rectification-extended → responsible']);
      expect(step.effects.slice(0, 2)).toMatchObject([
        { type: 'close-obligation', params: { generation: 1, outcome: 'superseded' } },
        { type: 'open-obligation', params: { generation: 2, dueAt: midnightAfter('2017-11-15') } },
      ]);
      expect(life.instance.context.extensions).toMatchObject([
        { from: midnightAfter('2017-10-26'), until: midnightAfter('2017-11-15'), reason: '汛期' },
      ]);
    },
  );

  test.each([
    ['the same day', '2017-10-26'],
    ['an earlier day', '2017-10-20'],
  ])('an extension to %s is refused', (_, until) => {
    expect(unmet(issued().life, 'extend', { until })).toEqual(['extends-the-deadline (R59)']);
  });

  test('an extension beyond the longest limit of the plan, sixty days from now, is refused', () => {
    expect(unmet(issued().life, 'extend', { until: '2018-03-01' })).toEqual([
      'within-the-maximum (R59)',
    ]);
  });

  test('an extension that is already over is refused', () => {
    const { life } = issued();
    expect(unmet(life, 'extend', { until: '2017-11-01', at: onDay('2017-11-03') })).toEqual([
      'extends-the-deadline (R59)',
    ]);
  });
});
