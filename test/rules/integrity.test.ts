// What refuses although nobody asked for it, and what does not.

import { expect, test } from 'vitest';
import { definitionOf } from '../../machines/kit/definition.ts';
import { INTEGRITY } from '../../machines/kit/integrity.ts';
import type { Requirement, RequirementText } from '../../machines/kit/requirement.ts';
import { refuses, requires } from '../../machines/kit/requirement.ts';
import { groundsOf } from '../../src/rules/plan/citations.ts';
import { RULE_NUMBERS } from '../../src/rules/plan/rule-numbers.ts';
import { everyRelease, plan } from '../machines/yijun.ts';

const RULES = Object.keys(RULE_NUMBERS);

/** Every requirement of every machine that may refuse. */
const refusing: readonly RequirementText[] = everyRelease
  .flatMap((release) => definitionOf(release).states)
  .flatMap(({ events }) => events)
  .flatMap(({ requirements }) => requirements)
  .filter((item) => typeof item !== 'string')
  .filter(({ modality }) => modality === 'M' || modality === 'E');

const isRefusedBy = (text: RequirementText, assumed: readonly string[]): boolean => {
  const measure = () => ({ actual: false, required: true, met: false });
  const unmet: Requirement<object, object> = { ...text, measure };
  return requires(unmet).measureAll({}, { facts: { assumed } }).some(refuses);
};

const namesOf = (texts: readonly RequirementText[]): string[] =>
  [...new Set(texts.map(({ name }) => name))].sort();

test('by a rule that rests on nobody’s word only what no plan may give up refuses', () => {
  expect(namesOf(refusing.filter((text) => isRefusedBy(text, RULES)))).toEqual(
    [...INTEGRITY].sort(),
  );
});

test('the others are told as warnings, each listed here', () => {
  expect(namesOf(refusing.filter((text) => !isRefusedBy(text, RULES)))).toEqual([
    'activity-held',
    'applied-in-time',
    'by-the-drawn-inspectors',
    'consultation-before-adoption',
    'declared-in-time',
    'draw-is-wide-enough',
    'every-created-site-self-checked',
    'every-criterion-checked',
    'every-drawn-unit-inspected',
    'every-site-reached',
    'every-township-has-a-plan',
    'every-township-held-activities',
    'every-township-mobilized',
    'every-township-supervised-off-schedule',
    'every-township-supervised-on-schedule',
    'evidence-of-correction',
    'field-visits-made',
    'findings-have-owners',
    'findings-rectified',
    'floor-holds',
    'follows-from-a-draw',
    'forms-of-mobilization',
    'impact-and-scope-found',
    'implementation-plan',
    'judges-the-criteria',
    'no-open-rectification',
    'no-undecided-declaration',
    'no-undecided-regression',
    'pass-mark',
    'random-inspections-made',
    'registered-in-time',
    'resubmitted-in-time',
    'signature-scanned',
    'signed',
    'stream-gate',
    'verified',
    'window-has-come',
    'within-the-maximum',
    'work-plan',
  ]);
});

test('by a rule that a sentence or a decision carries everything refuses that may', () => {
  expect(refusing.filter((text) => !isRefusedBy(text, []))).toEqual([]);
});

test('a plan that says on what each rule rests assumes none, and one that leaves one out does', () => {
  expect(groundsOf(plan)).toEqual({});
  const { R53: _, ...clauses } = plan.clauses;
  expect(groundsOf({ ...plan, clauses })).toEqual({ assumed: ['R53'] });
  const cites = { R53: { kind: 'county-decision' as const, note: '学用活动' } };
  expect(groundsOf({ ...plan, clauses, cites })).toEqual({});
});
