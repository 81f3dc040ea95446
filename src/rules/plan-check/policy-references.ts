// The policies of a plan: figures that fit each other, and duties and sources that exist.

import { type Fault, fault, unknownName } from '../plan/fault.ts';
import type { Plan, Policies } from '../plan/plan-schema.ts';
import { DUTIES } from '../record/duties.ts';
import { ballotFaults } from './ballot-references.ts';
import { type Clauses, provenanceFaults } from './clause-references.ts';
import type { Sound } from './shape.ts';

/** Every fault of the plan's policies, and of those that a category states for itself. */
export function policyFaults({
  policies = {},
  categories = [],
  clauses = {},
}: Sound<Plan>): Fault[] {
  const faults = faultsAmong(policies, clauses);
  const told = new Set(faults.map(({ path, message }) => `${path} ${message.en}`));
  return [
    ...faults,
    ...categories.flatMap((category, index) =>
      category?.policies === undefined
        ? []
        : faultsAmong({ ...policies, ...category.policies }, clauses)
            .filter(({ path, message }) => !told.has(`${path} ${message.en}`))
            .map((one) => ({ ...one, path: `/categories/${index}${one.path}` })),
    ),
  ];
}

const faultsAmong = (policies: Sound<Policies>, clauses: Clauses): Fault[] => [
  ...Object.entries(policies).flatMap(([name, policy]) =>
    provenanceFaults(policy?.provenance, clauses, `/policies/${name}/provenance`),
  ),
  ...weightFaults(policies),
  ...trimFaults(policies),
  ...rectificationFaults(policies),
  ...dutyFaults(policies),
  ...ballotFaults(policies),
];

function weightFaults({ assessmentWeight, massEvaluationWeight }: Sound<Policies>): Fault[] {
  const [masses, assessment] = [massEvaluationWeight?.value, assessmentWeight?.value];
  if (masses === undefined || assessment === undefined || masses + assessment === 100) return [];
  return ['massEvaluationWeight', 'assessmentWeight'].map((name) =>
    fault(
      `/policies/${name}/value`,
      `massEvaluationWeight 与 assessmentWeight 合计 ${masses + assessment}，应为 100`,
      `massEvaluationWeight and assessmentWeight make ${masses + assessment}, not 100`,
    ),
  );
}

function trimFaults({ assessmentTrim }: Sound<Policies>): Fault[] {
  const { drop = 0, from } = assessmentTrim?.value ?? {};
  if (drop === 0 || from === undefined || from > 2 * drop) return [];
  return [
    fault(
      '/policies/assessmentTrim/value/from',
      `${from} 份考评表两端各去掉 ${drop} 份后不再有剩余`,
      `of ${from} sheets nothing is left when ${drop} are dropped at each end`,
    ),
  ];
}

function rectificationFaults({
  rectificationDays,
  rectificationDaysMax,
}: Sound<Policies>): Fault[] {
  const [days, most] = [rectificationDays?.value, rectificationDaysMax?.value];
  if (days === undefined || most === undefined || days <= most) return [];
  return [
    fault(
      '/policies/rectificationDays/value',
      `超过 rectificationDaysMax 的 ${most} 天`,
      `exceeds rectificationDaysMax, ${most}`,
    ),
  ];
}

const WAIVABLE = DUTIES.filter(({ gate }) => gate === 'recorded-duties').map(({ id }) => id);
const NO_DUTY = { zh: '台账没有这一职责', en: 'no duty that the ledgers hold:' };

/** A plan cannot waive a duty that does not exist. */
const dutyFaults = ({ dutiesNotOwed }: Sound<Policies>): Fault[] =>
  (dutiesNotOwed?.value ?? []).flatMap((id, index) =>
    id === undefined || WAIVABLE.includes(id)
      ? []
      : [unknownName(`/policies/dutiesNotOwed/value/${index}`, NO_DUTY, id, WAIVABLE)],
  );
