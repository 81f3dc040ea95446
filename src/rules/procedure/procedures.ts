// The procedure of a category, taken from the plan: names replaced by what they stand for.

import { chainOf } from '../../../machines/procedure/chain.ts';
import type { Procedure, ProcedureStep, Stage } from '../../../machines/procedure/procedure.ts';
import { gatheredBy } from '../../../machines/procedure/reading.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { StageData, StepData } from '../plan/procedure-schema.ts';

export type Procedural = Pick<Plan, 'phases' | 'procedures' | 'stages' | 'streams' | 'verdicts'>;

/** The stage as the plan states it, under its name or in its place. Throws on an unknown name. */
export function stageOfPlan({ stages = {} }: Procedural, stage: string | StageData): StageData {
  const found = typeof stage === 'string' ? own(stages, stage) : stage;
  if (found === undefined) throw new Error(`no stage is ${String(stage)}`);
  return found;
}

/** The procedure of this name. The validator has found that every name in it is known. */
export function procedureNamed(plan: Procedural, name: string): Procedure {
  const stages = own(plan.procedures, name);
  if (stages === undefined) throw new Error(`no procedure is ${name}`);
  const made = stages.map((stage): Stage => {
    const { code, in: phase, rest, steps } = stageOfPlan(plan, stage);
    return {
      code,
      in: phase,
      ...(rest === undefined ? {} : { rest }),
      steps: steps.map((step) => stepOf(plan, step)),
    };
  });
  return { chain: chainOf(plan.phases), stages: made, streams: streamsOf(plan, made) };
}

/** The streams that these stages gather, without their names, which change no chart. */
function streamsOf({ streams }: Procedural, stages: readonly Stage[]): Procedure['streams'] {
  const codes = stages.flatMap(({ steps }) => steps.flatMap(gatheredBy));
  return Object.fromEntries(
    codes.sort().map((code) => {
      const stream = streams[code];
      if (stream === undefined) throw new Error(`no stream is ${code}`);
      return [code, { kind: stream.kind }];
    }),
  );
}

const stepOf = ({ verdicts = {} }: Procedural, step: StepData): ProcedureStep => {
  const set = step.verdicts === undefined ? undefined : own(verdicts, step.verdicts);
  const words = set && withoutTitles(set);
  // The validator has found that a step has the fields of its kind (STEP_FIELDS), and no others.
  return { ...step, ...(words === undefined ? {} : { verdicts: words }) } as ProcedureStep;
};

/** What verdicts are called changes no chart. */
const withoutTitles = (set: NonNullable<Procedural['verdicts']>[string]) =>
  Object.fromEntries(
    Object.entries(set).map(([word, { name: _, english: __, ...verdict }]) => [word, verdict]),
  );

/** The procedure of a category. Throws when the plan has no such category. */
export function procedureOf(plan: Procedural & Pick<Plan, 'categories'>, code: string): Procedure {
  const category = plan.categories.find((one) => one.code === code);
  if (category === undefined) throw new Error(`the plan has no category ${code}`);
  return procedureNamed(plan, category.procedure);
}
