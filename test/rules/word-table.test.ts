// The table of words is complete: whatever a shipped plan or a machine names, people read it in both languages.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { MachineName, Release } from '../../machines/catalog.ts';
import { accessOf, MACHINE_NAMES, releases } from '../../machines/catalog.ts';
import { campaignReleaseOf, candidateReleaseOf } from '../../src/db/plan/releases.ts';
import { planLibrary } from '../../src/plan-library.ts';
import { SITE_FACTS } from '../../src/rules/county/site-facts.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { rolesInWords } from '../../src/rules/plan/titles.ts';
import { readPlan } from '../../src/rules/plan-check/plan.ts';
import { stageOfPlan } from '../../src/rules/procedure/procedures.ts';
import { kindsOf } from '../../src/rules/record/record-kinds.ts';
import { codeInWords } from '../../src/rules/words/codes.ts';
import { eventInWords, MACHINES } from '../../src/rules/words/events.ts';
import { factInWords } from '../../src/rules/words/facts.ts';
import { fieldInWords } from '../../src/rules/words/record-words.ts';
import type { Words } from '../../src/rules/words/states.ts';
import {
  candidateState,
  phaseNamed,
  stageNamed,
  standingInWords,
  stateInWords,
  verdictInWords,
} from '../../src/rules/words/states.ts';
import { plan as yijun } from '../machines/yijun.ts';

const shipped = ['yijun-2017', 'wangyi-2018', 'yintai-2019'].map((name): Plan => {
  const checked = readPlan(parse(readFileSync(`plans/${name}.yaml`, 'utf8')), planLibrary);
  if ('faults' in checked) throw new Error(JSON.stringify(checked.faults));
  return checked.plan;
});
const plans = shipped.map((plan) => [plan.id, plan] as const);

type Node = { states?: { [name: string]: Node } };

/** The last parts of the names of all states of a chart. */
const leavesOf = ({ states = {} }: Node): string[] =>
  Object.entries(states).flatMap(([name, node]) =>
    Object.keys(node.states ?? {}).length === 0 ? [name] : leavesOf(node),
  );

const candidateReleases = (plan: Plan): Release[] =>
  plan.categories.map(({ code }) => candidateReleaseOf(plan, code));

/** People read Chinese characters in the one text and none in the other. */
function expectBoth(said: Words | undefined, of: string): void {
  expect(said?.zh, of).toMatch(/\p{Script=Han}/u);
  expect(said?.en, of).toMatch(/^\P{Script=Han}+$/u);
}

describe('O20: of every machine', () => {
  test.each([...MACHINE_NAMES])(
    '%s, its name, states and events have words',
    (machine: MachineName) => {
      expectBoth(MACHINES[machine], machine);
      for (const release of releases.filter(({ name }) => name === machine)) {
        for (const leaf of leavesOf(release.chart.config as Node))
          expectBoth(stateInWords(machine, leaf, yijun), `${machine} ${leaf}`);
      }
      for (const event of Object.keys(accessOf(machine)))
        expectBoth(eventInWords(machine, event), `${machine} ${event}`);
    },
  );
});

describe.each(plans)('O20: of the plan %s', (_, plan) => {
  test('every state and event of its candidates has words', () => {
    const stages = Object.values(plan.procedures).flatMap((all) =>
      all.map((stage) => stageOfPlan(plan, stage)),
    );
    const rests = stages.map(({ rest = 'waiting' }) => rest);
    for (const { chart, access } of candidateReleases(plan)) {
      for (const leaf of leavesOf(chart.config as Node))
        if (!rests.includes(leaf) && leaf !== 'waiting') expectBoth(candidateState(leaf), leaf);
      for (const event of Object.keys(access)) expectBoth(eventInWords('candidate', event), event);
    }
  });

  test('every state of its campaign has words', () => {
    for (const leaf of leavesOf(campaignReleaseOf(plan).chart.config as Node))
      expectBoth(stateInWords('campaign', leaf, plan), leaf);
  });

  test('its phases, stages, verdicts and streams have titles in both languages', () => {
    for (const { code } of plan.phases) expectBoth(phaseNamed(plan, code), code);
    for (const stage of Object.values(plan.procedures).flat()) {
      const { code } = stageOfPlan(plan, stage);
      expectBoth(stageNamed(plan, code), code);
    }
    for (const word of Object.values(plan.verdicts ?? {}).flatMap((set) => Object.keys(set)))
      expectBoth(verdictInWords(plan, word), word);
    for (const code of Object.keys(plan.streams)) expectBoth(codeInWords(plan, code), code);
  });

  test('its kinds of record, their fields, its facts of sites and its roles have words', () => {
    for (const { code, zh, en, fields } of kindsOf(plan)) {
      expectBoth({ zh, en }, code);
      for (const field of Object.keys(fields ?? {}))
        expectBoth(fieldInWords(code, field), `${code} ${field}`);
    }
    for (const { name } of [...SITE_FACTS, ...(plan.siteFacts ?? [])])
      expectBoth(factInWords(plan, name), name);
    const roles = new Set(Object.values(accessOf('campaign')).flat().map(String));
    for (const role of roles)
      if (role !== '[object Object]') expectBoth(rolesInWords(plan, [role]), role);
  });
});

test('a candidate stands in a stage of its plan, and a state of it', () => {
  const at = { machine: 'candidate', stage: 'countyAcceptance', state: 'under-review' } as const;
  expect(standingInWords(yijun, at)).toEqual({
    zh: '县级验收：待审核',
    en: 'county acceptance: under review',
  });
});

test('a plan is refused whose own words have no title in one of the languages', () => {
  const written = parse(readFileSync('plans/yintai-2019.yaml', 'utf8'));
  delete written.phases[0].english;
  delete written.procedures.household[1].name;
  delete written.streams.visit.english;
  delete written.verdicts.look.退回.english;
  written.verdicts.look.later = { effect: 'defer', english: 'later' };
  const checked = readPlan(written, planLibrary);
  const faults = 'faults' in checked ? checked.faults : [];
  expect(faults.map(({ path, message }) => [path, message.zh])).toEqual([
    ['/phases/0/english', '缺少英文名称'],
    ['/procedures/household/1/name', '缺少中文名称'],
    ['/verdicts/look/退回/english', '缺少英文名称'],
    ['/verdicts/look/later/name', '缺少中文名称'],
    ['/streams/visit/english', '缺少英文名称'],
  ]);
});
