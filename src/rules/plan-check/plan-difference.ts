// Compares two versions of one plan: each difference is easier, harder or other. The approver of a
// change sees them all, so that nothing is relaxed silently.

import { policiesOf } from '../plan/category-policies.ts';
import type { Category, Criterion, Plan } from '../plan/plan-schema.ts';

export type PlanDifference = {
  /** A JSON pointer into the plan, with criteria and categories by their ids. */
  path: string;
  from: unknown;
  to: unknown;
  effect: 'easier' | 'harder' | 'other';
};

type Effect = PlanDifference['effect'];

/** True where more of a policy is easier, false where less is. */
const MORE_IS_EASIER: { readonly [policy: string]: boolean } = {
  rectificationDays: true,
  rectificationDaysMax: true,
  correctionWorkingDays: true,
  requirementsWorkingDays: true,
  receiptWorkingDays: true,
  documentReviewWorkingDays: true,
  documentSignatureWorkingDays: true,
  escalationWorkingDays: true,
  caseAcrossLevels: true,
  publicNoticeDays: false,
  quorumPercent: false,
  passMark: false,
  mobilizationFormsMin: false,
  openRectificationBlocks: false,
  countyRosterIncludesBases: false,
};

const compared = (from: unknown, to: unknown, moreIsEasier: boolean | undefined): Effect => {
  if (moreIsEasier === undefined || typeof from === 'object' || typeof to === 'object')
    return 'other';
  return Number(to) > Number(from) === moreIsEasier ? 'easier' : 'harder';
};

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Every difference that can decide about a candidate, in the order of the plan. Pure. */
export function planDifferences(from: Plan, to: Plan): PlanDifference[] {
  return [
    ...phaseDifferences(from, to),
    ...policyDifferences('/policies', from.policies, to.policies),
    ...from.categories.flatMap((category) => categoryDifferences(category, from, to)),
    ...to.categories
      .filter(({ code }) => !from.categories.some((category) => category.code === code))
      .map(
        ({ code, name }): PlanDifference => ({
          path: `/categories/${code}`,
          from: null,
          to: name,
          effect: 'other',
        }),
      ),
  ];
}

const phaseDifferences = (from: Plan, to: Plan): PlanDifference[] =>
  from.phases.flatMap(({ code, start, end }) => {
    const other = to.phases.find((phase) => phase.code === code);
    const path = `/phases/${code}`;
    return [
      ...(other === undefined || other.start === start
        ? []
        : [{ path: `${path}/start`, from: start, to: other.start, effect: 'other' as const }]),
      ...(other === undefined || other.end === end
        ? []
        : [
            {
              path: `${path}/end`,
              from: end,
              to: other.end,
              effect: other.end > end ? ('easier' as const) : ('harder' as const),
            },
          ]),
    ];
  });

type Stated = { readonly [policy: string]: { value: unknown } | undefined };

function policyDifferences(path: string, before: Stated, after: Stated): PlanDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, fresh] = [before[name]?.value ?? null, after[name]?.value ?? null];
    if (same(old, fresh)) return [];
    const effect = compared(old, fresh, MORE_IS_EASIER[name]);
    return [{ path: `${path}/${name}`, from: old, to: fresh, effect }];
  });
}

/** What decides about the category before and after, of the policies that it states in either version. */
function statedBy(from: Plan, to: Plan, code: string): [Stated, Stated] {
  const stated = [from, to].flatMap(({ categories }) =>
    Object.keys(categories.find((category) => category.code === code)?.policies ?? {}),
  );
  const of = (plan: Plan): Stated =>
    Object.fromEntries(
      Object.entries(policiesOf(plan, code)).filter(([name]) => stated.includes(name)),
    );
  return [of(from), of(to)];
}

function categoryDifferences(category: Category, from: Plan, to: Plan): PlanDifference[] {
  const { categories } = to;
  const path = `/categories/${category.code}`;
  const other = categories.find(({ code }) => code === category.code);
  if (other === undefined) return [{ path, from: category.name, to: null, effect: 'other' }];
  const quota = (value: Category['quota']) => value ?? Number.POSITIVE_INFINITY;
  return [
    ...(same(category.quota, other.quota)
      ? []
      : [
          {
            path: `${path}/quota`,
            from: category.quota,
            to: other.quota,
            effect: compared(quota(category.quota), quota(other.quota), true),
          },
        ]),
    ...(['procedure', 'applicants', 'caps', 'classMinima'] as const)
      .filter((part) => !same(category[part], other[part]))
      .map(
        (part): PlanDifference => ({
          path: `${path}/${part}`,
          from: category[part] ?? null,
          to: other[part] ?? null,
          effect: 'other',
        }),
      ),
    ...policyDifferences(`${path}/policies`, ...statedBy(from, to, category.code)),
    ...criterionDifferences(path, category.criteria, other.criteria),
  ];
}

const refuses = ({ modality }: Criterion): boolean => modality === 'M' || modality === 'E';

function criterionDifferences(
  path: string,
  from: readonly Criterion[],
  to: readonly Criterion[],
): PlanDifference[] {
  const ids = [...new Set([...from, ...to].map(({ id }) => id))];
  return ids.flatMap((id): PlanDifference[] => {
    const [old, fresh] = [from, to].map((list) => list.find((one) => one.id === id));
    const present = old ?? fresh;
    if (present === undefined || same(old, fresh)) return [];
    const at = `${path}/criteria/${id}`;
    if (old === undefined || fresh === undefined) {
      const effect = !refuses(present) ? 'other' : old === undefined ? 'harder' : 'easier';
      return [{ path: at, from: old?.text ?? null, to: fresh?.text ?? null, effect }];
    }
    return [{ path: at, from: asked(old), to: asked(fresh), effect: strength(old, fresh) }];
  });
}

const asked = ({ text, modality, kind, at, required }: Criterion) => ({
  text,
  modality,
  kind,
  at,
  ...(required === undefined ? {} : { required }),
});

/** The effect of a changed number; a criterion of another shape is another criterion. */
function strength(old: Criterion, fresh: Criterion): Effect {
  if (refuses(old) !== refuses(fresh)) return refuses(old) ? 'easier' : 'harder';
  const numbers = ['atLeast', 'percent'] as const;
  const strip = ({ required, ...rest }: Criterion) => {
    const { atLeast: _, percent: __, ...others } = required ?? {};
    return { ...rest, text: '', english: '', required: others };
  };
  if (!same(strip(old), strip(fresh))) return 'other';
  const changes = numbers
    .map((name) => [old.required?.[name] ?? 0, fresh.required?.[name] ?? 0] as const)
    .filter(([a, b]) => a !== b);
  if (changes.length === 0) return 'other';
  return changes.every(([a, b]) => b < a)
    ? 'easier'
    : changes.every(([a, b]) => b > a)
      ? 'harder'
      : 'other';
}
