// Every value that a list shows has a word in both languages: of every machine, every shipped plan, every record.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { learnRelease, releases } from '../../machines/catalog.ts';
import { definitionOf } from '../../machines/kit/definition.ts';
import { statedBy } from '../../src/db/plan/releases.ts';
import { planLibrary } from '../../src/plan-library.ts';
import { placeName, withTownship } from '../../src/rules/county/place-names.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { readPlan } from '../../src/rules/plan-check/plan.ts';
import { stageOfPlan } from '../../src/rules/procedure/procedures.ts';
import { RECORD_KINDS } from '../../src/rules/record/record-kinds.ts';
import { detailInWords } from '../../src/rules/words/details.ts';
import { fieldInWords, fieldValueInWords } from '../../src/rules/words/record-words.ts';
import { stageInWords, stateInWords } from '../../src/rules/words/states.ts';
import { obligationInWords } from '../../src/rules/words/terms.ts';

function planOf(name: string): Plan {
  const text = readFileSync(join(import.meta.dirname, `../../plans/${name}.yaml`), 'utf8');
  const checked = readPlan(parse(text), planLibrary);
  if ('faults' in checked) throw new Error(JSON.stringify(checked.faults, null, 2));
  return checked.plan;
}
const plans = ['yijun-2017', 'wangyi-2018', 'yintai-2019'].map(planOf);
const [yijun] = plans as [Plan];

const isChinese = (text: string): boolean => /[\u4e00-\u9fff]/.test(text) && !/[a-z]/.test(text);

test('O21: every state of every machine is told in words', () => {
  for (const release of releases) {
    const leaves = definitionOf(release).states.filter(({ type }) =>
      ['atomic', 'final'].includes(type),
    );
    for (const { path } of leaves) {
      const { zh, en } = stateInWords(release.name, path, null);
      expect([path, isChinese(zh), en.length > 0]).toEqual([path, true, true]);
    }
  }
  expect(stateInWords('rectification', 'in-progress+overdue', null)).toEqual({
    zh: '整改中，已逾期',
    en: 'in progress, overdue',
  });
});

test('O21: every stage and state of every shipped plan is told in words, and no two stages of a procedure alike', () => {
  for (const plan of plans) {
    const rests = Object.values(plan.procedures).flatMap((stages) =>
      stages.map((stage) => stageOfPlan(plan, stage).rest ?? 'waiting'),
    );
    for (const { hash, stated } of statedBy(plan)) {
      const release = learnRelease(hash, stated);
      for (const { path, type } of definitionOf(release).states) {
        if (type !== 'atomic' && type !== 'final') continue;
        const { zh } = stateInWords(stated.machine, path, plan);
        expect([path, isChinese(zh)]).toEqual([path, true]);
        const leaf = path.split('.').at(-1) ?? '';
        const isRest = stated.machine === 'candidate' && rests.includes(leaf);
        expect([path, zh.startsWith('本环节已完成')]).toEqual([path, isRest]);
      }
    }
    for (const stages of Object.values(plan.procedures)) {
      const names = stages.map((stage) => stageInWords(plan, stageOfPlan(plan, stage).code).zh);
      expect(new Set(names).size).toBe(names.length);
      expect(names.every(isChinese)).toBe(true);
    }
    for (const { code } of plan.phases) {
      expect(obligationInWords(plan, `phase:${code}`).zh).toMatch(/^完成“/);
    }
  }
});

/** The names of the fields of a schema, and the values of those that are lists of codes. */
function fieldsIn(schema: object): { field: string; values: string[] }[] {
  const { properties = {}, items } = schema as { properties?: object; items?: object };
  const own = Object.entries(properties).flatMap(([field, value]) => {
    const { enum: own, items: of } = value as { enum?: string[]; items?: { enum?: string[] } };
    return [{ field, values: own ?? of?.enum ?? [] }, ...fieldsIn(value)];
  });
  return items === undefined ? own : [...own, ...fieldsIn(items)];
}

test('O21: every field of every kind of record has a name, and every value that is a code a word', () => {
  for (const { code, fields } of RECORD_KINDS) {
    for (const { field, values } of fieldsIn({ properties: fields ?? {} })) {
      expect([code, field, fieldInWords(code, field)?.zh]).toEqual([
        code,
        field,
        expect.stringMatching(/[\u4e00-\u9fff]/),
      ]);
      for (const value of values) {
        expect([field, value, fieldValueInWords(field, value)?.zh]).toEqual([
          field,
          value,
          expect.stringMatching(/[\u4e00-\u9fff]/),
        ]);
      }
    }
  }
});

test('O21: what stands in the fields of a record is told without a code, an object or an id', () => {
  const reading = { plan: yijun, language: 'zh-CN', siteNamed: () => '彭镇彭村站点' } as const;
  expect(
    detailInWords(
      'supervision-plan',
      { visits: [{ siteId: '610222101203-S1', dueOn: '2017-10-13' }] },
      reading,
    ),
  ).toBe('督查安排：站点：彭镇彭村站点；应于：2017年10月13日');
  expect(
    detailInWords(
      'application-form',
      { number: 1, signatureFileId: 'x', attestations: [] },
      reading,
    ),
  ).toBe('第几次提交：1');
  const order = { state: 'in-progress+overdue', triggers: ['FORMALISM'] };
  expect(detailInWords('rectification', order, reading)).toBe(
    '办理情况：整改中，已逾期；情形：图形式、走过场',
  );
});

test('C13, O3: a village is called by its township and its own name, so that two of one name are told apart', () => {
  const under = (name: string) => [{ kind: 'TOWNSHIP', name }] as const;
  const village = { kind: 'VILLAGE', name: '西村村委会' } as const;
  expect(placeName(village, under('哭泉镇'))).toBe('哭泉镇西村');
  expect(placeName(village, under('彭镇'))).toBe('彭镇西村');
  const community = { kind: 'VILLAGE', name: '宜园社区居委会' } as const;
  expect(placeName(community, under('宜阳街道'))).toBe('宜阳街道宜园社区');
  const own = { kind: 'VILLAGE', name: '红土镇街道社区居委会' } as const;
  expect(placeName(own, under('红土镇'))).toBe('红土镇街道社区');
  const branch = { kind: 'VILLAGE_PARTY_ORGANIZATION', name: '西村党支部' } as const;
  expect(placeName(branch, under('彭镇'))).toBe('彭镇西村党支部');
  expect(placeName({ kind: 'TOWNSHIP', name: '彭镇' }, [])).toBe('彭镇');
  expect(withTownship('西村远程教育站点', under('彭镇'))).toBe('彭镇西村远程教育站点');
});
