// A township completes the standards of creation and acceptance (R71): it may tighten or add
// criteria. The plan is a floor (R66), so a candidate that meets the supplement meets the plan.
// Pure.

import type { Category, Criterion, CriterionTest, Modality, Plan } from '../plan/plan-schema.ts';
import { measurementFaults } from '../plan-check/criterion-references.ts';

export type SupplementChange =
  | {
      action: 'tighten';
      criterion: string;
      required: CriterionTest;
      modality?: Modality;
      text?: string;
    }
  | { action: 'add'; criterion: Criterion }
  | { action: 'remove'; criterion: string };

/** A relaxation in words; `actual` is the change's demand and `required` the floor. */
type Relaxation = {
  criterion: string;
  clause: string;
  zh: string;
  en: string;
  actual: string;
  required: string;
};

/** Every relaxation and every change that cannot be measured; empty when the floor holds. */
export function relaxations(
  plan: Plan,
  category: Category,
  changes: readonly SupplementChange[],
): Relaxation[] {
  const seen = new Set<string>();
  return changes.flatMap((change) => {
    const id = change.action === 'add' ? change.criterion.id : change.criterion;
    if (seen.has(id)) return [say(id, 'R71', ['同一标准只改一次', 'is changed twice'])];
    seen.add(id);
    if (change.action === 'add') return additionFaults(plan, category, change.criterion);
    const base = category.criteria.find((criterion) => criterion.id === id);
    if (base === undefined) {
      return [say(id, 'R71', ['方案的该类别没有这一标准', 'is no criterion of the category'])];
    }
    if (change.action === 'remove') {
      return [
        say(id, base.clause, ['基本要求不得取消', 'a criterion of the plan cannot be removed']),
      ];
    }
    return tighteningFaults(plan, category, base, change);
  });
}

const say = (
  criterion: string,
  clause: string,
  [zh, en]: readonly [zh: string, en: string],
  actual: unknown = null,
  required: unknown = null,
): Relaxation => ({
  criterion,
  clause,
  zh,
  en,
  actual: actual === null ? '' : JSON.stringify(actual),
  required: required === null ? '' : JSON.stringify(required),
});

function additionFaults(plan: Plan, category: Category, added: Criterion): Relaxation[] {
  const taken = plan.categories.some(({ criteria }) => criteria.some(({ id }) => id === added.id));
  if (taken) return [say(added.id, 'R71', ['这一编号方案已经使用', 'the plan uses this id'])];
  if (!Object.hasOwn(plan.clauses, added.clause)) {
    return [
      say(added.id, 'R71', ['方案没有这一条款', 'the plan has no such clause'], added.clause),
    ];
  }
  // A criterion may ask for a site that only the added one binds the candidate to.
  const extended = { ...category, criteria: [...category.criteria, added] };
  return measurementFaults(plan, extended, added, '').map(({ message: { zh, en } }) =>
    say(added.id, 'R71', [`无法度量：${zh}`, en], added.required ?? null),
  );
}

/** A weaker modality refuses less. */
const STRENGTH: readonly Modality[] = ['I', 'S', 'P', 'E', 'M'];

function tighteningFaults(
  plan: Plan,
  category: Category,
  base: Criterion,
  change: Extract<SupplementChange, { action: 'tighten' }>,
): Relaxation[] {
  const faults: Relaxation[] = [];
  const { modality = base.modality, required } = change;
  const isWeaker = STRENGTH.indexOf(modality) < STRENGTH.indexOf(base.modality);
  if (isWeaker && !(modality === 'E' && base.modality === 'M')) {
    faults.push(
      say(
        base.id,
        base.clause,
        ['约束力不得降低', 'the modality is lowered'],
        modality,
        base.modality,
      ),
    );
  }
  if (base.required === undefined) {
    const words = [
      '该标准由人认定，无从加严，请另行增加',
      'nothing is measured; add a criterion',
    ] as const;
    return [...faults, say(base.id, 'R71', words)];
  }
  const [unmeasured] = measurementFaults(plan, category, { ...base, required }, '');
  if (unmeasured !== undefined) {
    const { zh, en } = unmeasured.message;
    return [...faults, say(base.id, 'R71', [`无法度量：${zh}`, en], required)];
  }
  if (!impliesTest(required, base.required)) {
    const words = ['低于或者有别于基本要求', 'asks less than, or other than, the plan'] as const;
    faults.push(say(base.id, base.clause, words, required, base.required));
  }
  return faults;
}

type Alternative = NonNullable<CriterionTest['anyOf']>[number];

/** True when all that meets `next` meets `base`: each way is one of the plan's, or narrower. */
function impliesTest(next: CriterionTest, base: CriterionTest): boolean {
  if (next.of !== undefined || base.of !== undefined) return impliesShare(next, base);
  const ways = next.anyOf ?? [next];
  const allowed = base.anyOf ?? [base];
  return ways.every((way) => allowed.some((one) => impliesWay(way, one)));
}

function impliesShare(next: CriterionTest, base: CriterionTest): boolean {
  const percent = base.percent ?? 100;
  const kinds = base.siteKinds;
  const counted = next.siteKinds;
  // A larger whole makes a share harder only where the share is all of it.
  const sameKinds =
    JSON.stringify([...(kinds ?? [])].sort()) === JSON.stringify([...(counted ?? [])].sort());
  const wider =
    percent === 100 && kinds !== undefined && kinds.every((kind) => counted?.includes(kind));
  return (
    next.of === base.of &&
    next.fact === base.fact &&
    (next.percent ?? 100) >= percent &&
    (sameKinds || wider)
  );
}

function impliesWay(next: Alternative, base: Alternative): boolean {
  if (next.evidence !== base.evidence || next.fact !== base.fact) return false;
  if (next.equals !== base.equals || next.atLeastFact !== base.atLeastFact) return false;
  if (next.atLeastPolicy !== base.atLeastPolicy) return false;
  if (base.evidence !== undefined && !narrower(next.where ?? {}, base.where ?? {})) return false;
  const isCompared = base.equals !== undefined || base.atLeastFact !== undefined;
  if (isCompared || base.atLeastPolicy !== undefined) return true;
  const floor = base.atLeast ?? (base.evidence === undefined ? null : 1);
  const asked = next.atLeast ?? (next.evidence === undefined ? null : 1);
  return floor === null || (asked !== null && asked >= floor);
}

type Where = NonNullable<Alternative['where']>;

/** The supplement tests every attribute that the plan tests, and admits no other values. */
const narrower = (next: Where, base: Where): boolean =>
  Object.entries(base).every(([attribute, allowed]) => {
    const values = Object.hasOwn(next, attribute) ? next[attribute] : undefined;
    return values?.every((value) => allowed.includes(value)) ?? false;
  });

/** The category as it measures candidates below the township. */
export function withSupplement(
  category: Category,
  changes: readonly SupplementChange[] | null,
): Category {
  if (changes === null) return category;
  const tightened = category.criteria.map((criterion): Criterion => {
    const change = changes.find(
      (one) => one.action === 'tighten' && one.criterion === criterion.id,
    );
    if (change?.action !== 'tighten') return criterion;
    const { required, modality = criterion.modality, text = criterion.text } = change;
    return { ...criterion, required, modality, text };
  });
  const added = changes.flatMap((change) => (change.action === 'add' ? [change.criterion] : []));
  return { ...category, criteria: [...tightened, ...added] };
}

export type InForce = {
  organisationId: string;
  path: string;
  category: string;
  version: number;
  changes: readonly SupplementChange[];
  approvedAt: string;
};

/**
 * The supplement that measures a candidate is the last one approved before its first measurement,
 * or before `at` when it has not been measured. A candidate keeps the version of its first
 * measurement.
 */
export function inForce(
  supplements: readonly InForce[],
  { category, path, measuredAt }: { category: string; path: string; measuredAt: string | null },
  at: string,
): InForce | null {
  const until = Temporal.Instant.from(measuredAt ?? at);
  const approved = supplements.filter(
    (one) =>
      one.category === category &&
      path.startsWith(one.path) &&
      Temporal.Instant.compare(Temporal.Instant.from(one.approvedAt), until) <= 0,
  );
  return approved.reduce<InForce | null>(
    (last, one) => (last === null || one.version > last.version ? one : last),
    null,
  );
}
