import { expect, test } from 'vitest';
import { planFor, policiesOf } from '../../src/rules/plan/category-policies.ts';
import type { Category, Plan, Provenance } from '../../src/rules/plan/plan-schema.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { planDifferences } from '../../src/rules/plan-check/plan-difference.ts';
import { ruleOf } from '../../src/rules/selection/ranking.ts';
import { deadlineFor } from '../../src/rules/time/deadlines.ts';
import { calendar, onDay, plan } from '../machines/yijun.ts';

const decided: Provenance = { kind: 'county-decision', note: '示范村从严' };
const own = <Value>(value: Value) => ({ value, provenance: decided });

const [VILLAGE, TOWNSHIP] = ['DEMONSTRATION_VILLAGE', 'DEMONSTRATION_TOWNSHIP'];

const stating = (policies: Category['policies']): Plan => ({
  ...plan,
  categories: plan.categories.map((category) =>
    category.code === VILLAGE && policies !== undefined ? { ...category, policies } : category,
  ),
});

const strict = stating({
  passMark: own(85),
  publicNoticeDays: own(10),
  panelMin: own(5),
  surplusNominations: own(3),
});

test('a category’s own policies decide it with their provenance, and no other category', () => {
  const policies = policiesOf(strict, VILLAGE);
  expect(policies.passMark).toEqual({ value: 85, provenance: decided });
  expect(policies.panelMin.value).toBe(5);
  expect(policies.correctionWorkingDays).toBe(plan.policies.correctionWorkingDays);
  for (const { code } of plan.categories.filter((category) => category.code !== VILLAGE)) {
    expect(policiesOf(strict, code)).toEqual(policiesOf(plan, code));
  }
  expect(policiesOf(strict, null)).toBe(plan.policies);
  expect(policiesOf(strict, 'NO_SUCH_CATEGORY')).toBe(plan.policies);
});

test('the plan made for one category gives another its own, and the same one again', () => {
  const forVillages = planFor(strict, VILLAGE);
  expect(planFor(strict, VILLAGE)).toBe(forVillages);
  expect(planFor(forVillages, VILLAGE)).toBe(forVillages);
  expect(planFor(forVillages, null)).toBe(strict);
  expect(policiesOf(forVillages, TOWNSHIP)).toEqual(policiesOf(plan, TOWNSHIP));
});

test('the rule of a ranking and a deadline are those of the category', () => {
  const at = onDay('2017-11-10');
  expect(ruleOf(strict, VILLAGE, at)).toMatchObject({ passMarkCenti: 8500, reserves: 3 });
  expect(ruleOf(strict, TOWNSHIP, at)).toEqual(ruleOf(plan, TOWNSHIP, at));
  const dueIn = (category: string) =>
    deadlineFor(planFor(strict, category), calendar, at, { policy: 'publicNoticeDays' });
  expect(dueIn(VILLAGE)).toMatchObject({ dueAt: '2017-11-24T16:00:00Z', basis: { days: 10 } });
  expect(dueIn(TOWNSHIP)).toMatchObject({ basis: { days: 5 } });
});

test('what a category states is held to what the plan states: each fault at its own pointer', () => {
  const index = plan.categories.findIndex(({ code }) => code === VILLAGE);
  const at = `/categories/${index}/policies`;
  const pathsOf = (policies: object) => {
    const checked = validatePlan(stating(policies as Category['policies']));
    return 'faults' in checked ? checked.faults.map(({ path }) => path) : [];
  };
  expect(pathsOf({ passMark: own(85) })).toEqual([]);
  expect(pathsOf({ streamWeights: own({ mass: 50, assessment: 49 }) })).toEqual([
    `${at}/streamWeights/value`,
  ]);
  expect(pathsOf({ streamWeights: own({ mass: 100, visits: 0 }) })).toEqual([
    `${at}/streamWeights/value/visits`,
  ]);
  expect(pathsOf({ streamWeights: own({ mass: 100, assessment: 0 }) })).toEqual([]);
  expect(pathsOf({ rectificationDays: own(61) })).toEqual([`${at}/rectificationDays/value`]);
  expect(pathsOf({ gradePoints: own({ 好: 1, 差: 1 }) })).toEqual([`${at}/gradePoints/value`]);
  const nowhere = { value: 85, provenance: { kind: 'plan', clause: 'R80' } };
  expect(pathsOf({ passMark: nowhere })).toEqual([`${at}/passMark/provenance/clause`]);
  // A duty, a draw and one person's category are matters of the whole campaign.
  for (const name of ['onePersonOneCategory', 'mobilizationFormsMin', 'drawInspectorsMin']) {
    expect(pathsOf({ [name]: own(1) })).toContain(`${at}/${name}`);
  }
});

test('a change of a category’s own policy is told as that category’s', () => {
  const path = `/categories/${VILLAGE}/policies/passMark`;
  expect(planDifferences(plan, stating({ passMark: own(85) }))).toEqual([
    { path, from: 80, to: 85, effect: 'harder' },
  ]);
  expect(planDifferences(stating({ passMark: own(85) }), plan)).toEqual([
    { path, from: 85, to: 80, effect: 'easier' },
  ]);
});
