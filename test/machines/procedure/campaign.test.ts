// Campaigns of other phases than Yijun's, compiled and led.

import { describe, expect, test } from 'vitest';
import { effects } from '../../../machines/effects.ts';
import type { Instance, Told } from '../../../machines/kit/step.ts';
import { accepts, advance, begin, waits } from '../../../machines/kit/step.ts';
import type { CampaignDefinition, PhaseDefinition } from '../../../machines/procedure/campaign.ts';
import { compileCampaign } from '../../../machines/procedure/campaign.ts';
import { chainOf } from '../../../machines/procedure/chain.ts';
import { campaignDefinitionOf } from '../../../src/rules/procedure/campaign-definition.ts';
import { dutiesDone, onDay, plan } from '../yijun.ts';

type Phase = { code: string; start: string; end: string; leave?: PhaseDefinition['leave'] };

const RATING = { code: 'self-rating', start: '2026-03-01', end: '2026-03-31' };
const TOWNSHIP = { code: 'township', start: '2026-04-01', end: '2026-06-30' };
const COUNTY = { code: 'county', start: '2026-06-01', end: '2026-08-31' };
const NOTHING_DONE = { ...dutiesDone, townshipsPlanned: 0, townshipsMobilized: 0, fieldVisits: 0 };

function definitionOf(phases: readonly Phase[], selects: string[] = []): CampaignDefinition {
  const named = phases.map(({ code, leave = [] }, index) => ({
    ...{ code, name: `阶段${index + 1}`, clause: `B${index + 1}`, leave },
  }));
  return { chain: chainOf(phases), phases: named, selects };
}

/** A campaign of these phases, issued on the first day. */
function led(phases: readonly Phase[], selects?: string[]) {
  const chart = compileCampaign(definitionOf(phases, selects));
  const machine = { name: 'campaign', version: 1, effects, chart };
  let instance: Instance = begin(machine, { planId: 'p', divisionCode: '610203' });
  const windows = Object.fromEntries(
    phases.map(({ code, start, end }) => {
      const due = { dueSoonAt: onDay(end), dueAt: onDay(end, 23), calendarVersion: '1' };
      return [code, { ...due, startAt: onDay(start, 0), provisional: false }];
    }),
  );
  const ask = (
    type: string,
    at: string,
    more: { facts?: object; [name: string]: unknown } = {},
  ) => {
    const { facts, ...payload } = more;
    const supervision = { withoutScheduled: ['五里镇'], withoutUnscheduled: [] };
    const undecided = { applications: 0, objections: 0, ties: 0 };
    const known = { windows, duties: NOTHING_DONE, supervision, undecided, ...facts };
    const told: Told = { type, at, by: { principalId: 'zhang', roles: [] }, facts: known };
    return advance(machine, instance, { ...told, ...payload });
  };
  const tell = (type: string, at: string, more = {}) => {
    const answer = ask(type, at, more);
    if (answer.kind !== 'step') throw new Error(JSON.stringify(answer));
    instance = answer.step.instance;
    return answer.step;
  };
  const first = onDay(phases[0]?.start ?? '');
  tell('draft', first);
  tell('document-issued', first);
  const refused = (type: string, at: string) => {
    const answer = ask(type, at);
    return answer.kind === 'refused' ? answer.unmet : answer.kind;
  };
  return {
    tell,
    refused,
    where: () => instance.value,
    accepts: () => accepts(machine, instance),
    waits: () => waits(machine, instance),
  };
}

type Step = ReturnType<ReturnType<typeof led>['tell']>;
const debts = ({ effects: said }: Step) =>
  said.flatMap(({ type, params }) =>
    type === 'open-obligation' || type === 'close-obligation' ? [`${type} ${params.kind}`] : [],
  );

describe('phases that overlap', () => {
  const { where, tell, refused, waits: held } = led([RATING, TOWNSHIP, COUNTY]);

  test('are gone through as the sets of them that are open together', () => {
    expect(where()).toBe('self-rating');
    expect(refused('advance-phase', onDay('2026-03-31'))).toMatchObject([
      { name: 'window-has-come', clause: 'B2', zh: '下一阶段（阶段2）的时间已到' },
    ]);
    const step = tell('advance-phase', onDay('2026-04-01'));
    expect(debts(step)).toEqual(['close-obligation phase:self-rating']);
    expect(where()).toBe('township');
  });

  test('a link that closes no phase waits for no day', () => {
    expect(held()).toEqual([]);
  });

  test('a phase is owed in the link that closes it, and reminded of there', () => {
    const step = tell('advance-phase', onDay('2026-06-01'));
    expect(where()).toBe('township+county');
    expect(debts(step)).toEqual(['open-obligation phase:township']);
    expect(step.timers).toMatchObject([
      { timerId: 'xstate.after.phaseDueSoon.campaign.township+county', dueAt: onDay('2026-06-30') },
      { timerId: 'xstate.after.phaseWindow.campaign.township+county' },
    ]);
    const overrun = tell('xstate.after.phaseWindow.campaign.township+county', onDay('2026-07-01'));
    expect(overrun.effects).toMatchObject([
      { type: 'raise-obligation', params: { kind: 'phase:township', level: 'overdue' } },
      { type: 'notify', params: { template: 'phase-overrun', params: { phase: 'township' } } },
    ]);
  });

  test('where none opens, the one that closes has to be over', () => {
    expect(refused('advance-phase', onDay('2026-06-30', 22))).toMatchObject([
      { name: 'window-is-over', clause: 'B2', zh: '本阶段（阶段2）的时间已过' },
    ]);
    tell('advance-phase', onDay('2026-07-01'));
    expect(where()).toBe('county');
    expect(refused('advance-phase', onDay('2026-09-01'))).toBe('out-of-state');
    tell('conclude', onDay('2026-09-01'));
    expect(where()).toBe('concluded');
  });
});

test('two phases that end together are owed and reminded of together', () => {
  const visits = { ...COUNTY, code: 'visits', start: '2026-05-01' };
  const { tell } = led([TOWNSHIP, visits, COUNTY].slice(1));
  const step = tell('advance-phase', onDay('2026-06-01'));
  expect(debts(step)).toEqual(['open-obligation phase:visits', 'open-obligation phase:county']);
  const reminded = tell('xstate.after.phaseDueSoon.campaign.visits+county', onDay('2026-08-31'));
  const raised = reminded.effects.filter(({ type }) => type === 'raise-obligation');
  expect(raised.map(({ params }) => params)).toMatchObject([
    { kind: 'phase:visits', level: 'due-soon' },
    { kind: 'phase:county', level: 'due-soon' },
  ]);
});

test('a campaign selects in the phases in which a procedure of its plan does', () => {
  expect(campaignDefinitionOf(plan).selects).toEqual(['evaluation']);
});

test('a campaign of one phase is issued and concluded', () => {
  const { where, tell, refused } = led([COUNTY]);
  expect(where()).toBe('county');
  expect(refused('advance-phase', onDay('2026-09-01'))).toBe('out-of-state');
  tell('conclude', onDay('2026-09-01'));
  expect(where()).toBe('concluded');
});

test('six phases are gone through in their order, and none is skipped (R46)', () => {
  const six = [1, 2, 3, 4, 5, 6].map((month) => ({
    code: ['a', 'b', 'c', 'd', 'e', 'f'][month - 1] ?? '',
    start: `2026-0${month}-01`,
    end: `2026-0${month}-28`,
  }));
  const { where, tell } = led(six);
  const seen = six.slice(1).map(({ start }) => {
    tell('advance-phase', onDay(start));
    return where();
  });
  expect(seen).toEqual(['b', 'c', 'd', 'e', 'f']);
});

describe('gates', () => {
  test('that a phase does not list are not asked: it closes without an override', () => {
    const { where, tell } = led([RATING, TOWNSHIP]);
    tell('advance-phase', onDay('2026-04-01'));
    expect(where()).toBe('township');
  });

  test('that a phase lists hold it up, each by its own sentence', () => {
    const leave = ['field-visits-made', 'every-township-supervised-on-schedule'] as const;
    const { refused } = led([{ ...RATING, leave }, TOWNSHIP]);
    expect(refused('advance-phase', onDay('2026-04-01'))).toMatchObject([
      { name: 'field-visits-made', clause: 'R58' },
      { name: 'every-township-supervised-on-schedule', clause: 'R72', actual: ['五里镇'] },
    ]);
  });

  test('of the last phase hold up the conclusion', () => {
    const { refused } = led([{ ...COUNTY, leave: ['field-visits-made'] }]);
    expect(refused('conclude', onDay('2026-09-01'))).toMatchObject([{ name: 'field-visits-made' }]);
  });

  test('of two phases that close together are asked once', () => {
    const leave = ['field-visits-made'] as const;
    const visits = { ...COUNTY, code: 'visits', leave };
    const { refused } = led([visits, { ...COUNTY, leave }]);
    expect(refused('conclude', onDay('2026-09-01'))).toHaveLength(1);
  });
});

test('selection on merit is offered while its phase is open, whatever else is', () => {
  const { tell, accepts: known } = led([RATING, TOWNSHIP, COUNTY], ['county']);
  const offered = ['2026-04-01', '2026-06-01', '2026-07-01'].map((day) => {
    tell('advance-phase', onDay(day));
    return known().includes('select-by-merit');
  });
  expect(offered).toEqual([false, true, true]);
});
