// The procedures of a plan: every name in them is known, every step has the fields of its kind, and each
// leads to the title.

import type { Subject } from '../../../machines/candidate/subject.ts';
import { CANDIDATE_RULES } from '../../../machines/procedure/rules.ts';
import { officesAbove, officesOver } from '../access/offices.ts';
import { type Fault, fault, pointer, unknownName } from '../plan/fault.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { STEP_FIELDS, type StageData, type StepData } from '../plan/procedure-schema.ts';
import { unknownClause } from './clause-references.ts';
import { wayFaults } from './procedure-ways.ts';
import { ruleFaults } from './rule-references.ts';
import type { Sound } from './shape.ts';

type Placed<Part> = { at: string; part: Sound<Part> };

/** Every fault of the procedures. */
export function procedureFaults(plan: Sound<Plan>): Fault[] {
  const stages = stagesOf(plan);
  const steps = stages.flatMap(stepsIn);
  const ofNames = [
    ...namesFaults(plan),
    ...stages.flatMap((stage) => phaseFaults(plan, stage)),
    ...steps.flatMap((step) => stepFaults(plan, step)),
    ...officesFaults(plan),
  ];
  return [...ofNames, ...wayFaults(plan, ofNames), ...ruleFaults(plan, ofNames)];
}

/** Every stage with its place in the plan, those with a name and those that stand in a procedure. */
function stagesOf({ stages = {}, procedures = {} }: Sound<Plan>): Placed<StageData>[] {
  const named = Object.entries(stages).map(([name, part]) => ({
    at: `/stages/${pointer(name)}`,
    part,
  }));
  const inPlace = Object.entries(procedures).flatMap(([name, all]) =>
    (all ?? []).map((part, index) => ({ at: `/procedures/${pointer(name)}/${index}`, part })),
  );
  return [...named, ...inPlace].flatMap(({ at, part }) =>
    part === undefined || typeof part === 'string' ? [] : [{ at, part }],
  );
}

const stepsIn = ({ at, part }: Placed<StageData>): Placed<StepData>[] =>
  (part.steps ?? []).flatMap((step, index) =>
    step === undefined ? [] : [{ at: `${at}/steps/${index}`, part: step }],
  );

const NO_PROCEDURE = { zh: '没有这一程序', en: 'no procedure is' };
const NO_STAGE = { zh: '没有这一环节', en: 'no stage is' };
const NO_PHASE = { zh: '没有这一阶段', en: 'no phase is' };
const NO_VERDICTS = { zh: '没有这套结论用语', en: 'no set of verdicts is' };
const NO_STREAM = { zh: '没有这一评议环节', en: 'no stream is' };
const NO_RULE = { zh: '这一步骤没有这一规则', en: 'this step has no rule' };
const NOT_ABOVE = {
  zh: '不是这类对象的上级，不能作决定的角色',
  en: 'a role that is not above such a candidate and may not decide:',
};
const NO_OFFICE = {
  zh: '对这类对象不任职的角色',
  en: 'a role that holds no office over such a candidate:',
};

const known = (
  at: string,
  text: { zh: string; en: string },
  name: string | undefined,
  all: readonly string[],
) => (name === undefined || all.includes(name) ? [] : [unknownName(at, text, name, all)]);

function namesFaults({ categories = [], procedures = {}, stages = {} }: Sound<Plan>): Fault[] {
  const ofCategories = categories.flatMap((category, index) =>
    known(
      `/categories/${index}/procedure`,
      NO_PROCEDURE,
      category?.procedure,
      Object.keys(procedures),
    ),
  );
  const ofStages = Object.entries(procedures).flatMap(([name, all]) =>
    (all ?? []).flatMap((stage, index) =>
      typeof stage === 'string'
        ? known(`/procedures/${pointer(name)}/${index}`, NO_STAGE, stage, Object.keys(stages))
        : [],
    ),
  );
  return [...ofCategories, ...ofStages];
}

const phaseFaults = ({ phases = [] }: Sound<Plan>, { at, part }: Placed<StageData>): Fault[] =>
  known(
    `${at}/in`,
    NO_PHASE,
    part.in,
    phases.flatMap((phase) => phase?.code ?? []),
  );

function stepFaults(plan: Sound<Plan>, { at, part }: Placed<StepData>): Fault[] {
  const { step, clause } = part;
  if (step === undefined) return [];
  const [must, may] = STEP_FIELDS[step];
  const given = Object.keys(part).filter((key) => key !== 'step' && key !== 'clause');
  const allowed: readonly string[] = [...must, ...may];
  const rules = step in CANDIDATE_RULES ? Object.keys(CANDIDATE_RULES[step as 'plan']) : [];
  return [
    ...must
      .filter((key) => part[key] === undefined)
      .map((key) => fault(`${at}/${key}`, '缺少这一项', 'is missing')),
    ...given.flatMap((key) =>
      known(
        `${at}/${key}`,
        { zh: `步骤“${step}”没有这一项`, en: `${step} has no field` },
        key,
        allowed,
      ),
    ),
    ...(part.rules ?? []).flatMap((rule, index) =>
      known(`${at}/rules/${index}`, NO_RULE, rule, rules),
    ),
    ...known(`${at}/verdicts`, NO_VERDICTS, part.verdicts, Object.keys(plan.verdicts ?? {})),
    ...(['streams', 'gathers'] as const).flatMap((key) =>
      (part[key] ?? []).flatMap((stream, index) =>
        known(`${at}/${key}/${index}`, NO_STREAM, stream, Object.keys(plan.streams ?? {})),
      ),
    ),
    ...unknownClause(plan.clauses ?? {}, clause, `${at}/clause`),
  ];
}

const ROLE_FIELDS = ['by', 'confirmedBy', 'admittedBy', 'to'] as const;

/** Whoever a step names holds an office over what stands in the category. */
function officesFaults({ categories = [], procedures = {}, stages = {} }: Sound<Plan>): Fault[] {
  const faults = categories.flatMap((category) => {
    const { subject, procedure } = category ?? {};
    if (subject === undefined || procedure === undefined) return [];
    return (own(procedures, procedure) ?? []).flatMap((stage, place) => {
      const at =
        typeof stage === 'string'
          ? `/stages/${pointer(stage)}`
          : `/procedures/${pointer(procedure)}/${place}`;
      const part = typeof stage === 'string' ? own(stages, stage) : stage;
      return part === undefined
        ? []
        : stepsIn({ at, part }).flatMap((step) => unofficial(step, subject));
    });
  });
  return [...new Map(faults.map((one) => [one.path, one])).values()];
}

const DECIDES: readonly (string | undefined)[] = ['review', 'submit', 'confer'];

/** Whoever decides holds an office above the candidate; its own body would be refused at every one. */
function unofficial({ at, part }: Placed<StepData>, subject: Subject): Fault[] {
  const decides = DECIDES.includes(part.step);
  const offices: readonly string[] = decides ? officesAbove(subject) : officesOver(subject);
  return ROLE_FIELDS.flatMap((key) =>
    (part[key] ?? []).flatMap((role, index) =>
      known(`${at}/${key}/${index}`, decides ? NOT_ABOVE : NO_OFFICE, role, offices),
    ),
  );
}
