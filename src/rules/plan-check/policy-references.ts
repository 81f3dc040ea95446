// The policies of a plan: figures that fit each other, and duties and sources that exist.

import { EARLIER_APPLICATION } from '../../../machines/selection/ranking.ts';
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
  streams = {},
}: Sound<Plan>): Fault[] {
  const known = Object.keys(streams);
  const faults = faultsAmong(policies, clauses, known);
  const told = new Set(faults.map(({ path, message }) => `${path} ${message.en}`));
  return [
    ...faults,
    ...categories.flatMap((category, index) =>
      category?.policies === undefined
        ? []
        : faultsAmong({ ...policies, ...category.policies }, clauses, known)
            .filter(({ path, message }) => !told.has(`${path} ${message.en}`))
            .map((one) => ({ ...one, path: `/categories/${index}${one.path}` })),
    ),
  ];
}

const faultsAmong = (
  policies: Sound<Policies>,
  clauses: Clauses,
  streams: readonly string[],
): Fault[] => [
  ...Object.entries(policies).flatMap(([name, policy]) =>
    provenanceFaults(policy?.provenance, clauses, `/policies/${name}/provenance`),
  ),
  ...weightFaults(policies, streams),
  ...gateFaults(policies, streams),
  ...tieFaults(policies, streams),
  ...trimFaults(policies),
  ...rectificationFaults(policies),
  ...dutyFaults(policies),
  ...ballotFaults(policies),
];

/** Weights are of streams, and make 100; nothing weighs where there is no composite score. */
function weightFaults({ streamWeights }: Sound<Policies>, streams: readonly string[]): Fault[] {
  const path = '/policies/streamWeights/value';
  const weights = Object.entries(streamWeights?.value ?? {});
  const total = weights.reduce((sum, [, weight]) => sum + (weight ?? 0), 0);
  const unknown = weights
    .filter(([code]) => !streams.includes(code))
    .map(([code]) => unknownName(`${path}/${code}`, NO_STREAM, code, streams));
  if (total === 0 || total === 100 || weights.some(([, weight]) => weight === undefined)) {
    return unknown;
  }
  const [zh, en] = [`权重合计 ${total}，应为 100`, `the weights make ${total}, not 100`];
  return [...unknown, fault(path, zh, en)];
}

const gateFaults = ({ streamGates }: Sound<Policies>, streams: readonly string[]): Fault[] =>
  Object.keys(streamGates?.value ?? {})
    .filter((code) => !streams.includes(code))
    .map((code) => unknownName(`/policies/streamGates/value/${code}`, NO_STREAM, code, streams));

const NO_STREAM = { zh: '方案没有这一评价环节', en: 'the plan has no stream' };

function tieFaults({ tieChain }: Sound<Policies>, streams: readonly string[]): Fault[] {
  const known = [...streams, EARLIER_APPLICATION];
  return (tieChain?.value ?? []).flatMap((name, index) =>
    name === undefined || known.includes(name)
      ? []
      : [unknownName(`/policies/tieChain/value/${index}`, NO_STREAM, name, known)],
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
const STATEABLE = DUTIES.filter(
  ({ gate, none }) => gate === 'recorded-duties' && none !== true,
).map(({ id }) => id);
const NO_DUTY = { zh: '台账没有这一职责', en: 'no duty that the ledgers hold:' };

/** A plan can neither waive a duty that does not exist, nor let it be stated that none arose. */
const dutyFaults = (policies: Sound<Policies>): Fault[] =>
  (
    [
      ['dutiesNotOwed', WAIVABLE],
      ['noneMayBeStated', STATEABLE],
    ] as const
  ).flatMap(([name, known]) =>
    (policies[name]?.value ?? []).flatMap((id, index) =>
      id === undefined || known.includes(id)
        ? []
        : [unknownName(`/policies/${name}/value/${index}`, NO_DUTY, id, known)],
    ),
  );
