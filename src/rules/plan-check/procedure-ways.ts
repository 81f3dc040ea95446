// Whether each procedure of a plan leads to the title. What is checked here has no unknown names, because
// a procedure with some cannot be made a chart of.

import type { Role } from '../../../machines/kit/access.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import { HELD_AT } from '../access/access.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import { policiesOf } from '../plan/category-policies.ts';
import { type Fault, pointer } from '../plan/fault.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import type { StepData } from '../plan/procedure-schema.ts';
import type { ProcedureFinding } from '../procedure/check-procedure.ts';
import { checkProcedure, playProcedure } from '../procedure/check-procedure.ts';
import type { Procedural } from '../procedure/procedures.ts';
import { procedureNamed } from '../procedure/procedures.ts';
import type { Sound } from './shape.ts';

/** Whether a role holds an office over the candidates of each category has been told with its name. */
const ROLES = Object.keys(HELD_AT) as Role[];

export const WORLD = { offices: ROLES, streamWeights: null };

/** States that are searched of one plan; the procedures that ship have 110 to 310 each. */
export const STATES_MAX = 10_000;

/** What keeps the shape and the graph of a procedure from leading to the title. */
export function wayFaults(plan: Sound<Plan>, ofNames: readonly Fault[]): Fault[] {
  const left = { states: STATES_MAX };
  const names = new Set((plan.categories ?? []).flatMap((category) => category?.procedure ?? []));
  return withoutRepeats(
    [...names].flatMap((name) => {
      const procedure = soundProcedure(plan, name, ofNames);
      const found = procedure === null ? [] : checkProcedure(procedure, WORLD, left);
      return found.map((one) => placed(plan, name, one));
    }),
  );
}

/** The procedure, when all that it names is known and of its form; else null. */
export function soundProcedure(
  plan: Sound<Plan>,
  name: string,
  ofNames: readonly Fault[],
): Procedure | null {
  const { phases, procedures = {}, stages, streams = {}, verdicts } = plan;
  if (phases === undefined || isUnsound(plan, name, ofNames)) return null;
  // What is sound and complete has the plan's own type.
  const procedural = { phases, procedures, stages, streams, verdicts } as Procedural;
  return procedureNamed(procedural, name);
}

/** What the search finds of a plan without faults, by the procedure and the weights of each category. */
export function playFaults(plan: Plan): Fault[] {
  const left = { states: STATES_MAX };
  const worlds = plan.categories.map(({ code, procedure }) => ({
    name: procedure,
    world: { offices: ROLES, streamWeights: weighing(policiesOf(plan, code).streamWeights.value) },
  }));
  const distinct = new Map(worlds.map((one) => [canonicalJson(one), one])).values();
  return withoutRepeats(
    [...distinct].flatMap(({ name, world }) =>
      playProcedure(procedureNamed(plan, name), world, left).map((one) => placed(plan, name, one)),
    ),
  );
}

/** How much a stream weighs changes nobody's way. */
const weighing = (weights: { readonly [stream: string]: number }) =>
  Object.fromEntries(
    Object.entries(weights).map(([stream, weight]) => [stream, weight > 0 ? 1 : 0]),
  );

/** A stage that several procedures share is told of once. */
const withoutRepeats = (faults: readonly Fault[]): Fault[] => [
  ...new Map(faults.map((one) => [one.path, one])).values(),
];

const stageAt = (name: string, stage: unknown, index: number): string =>
  typeof stage === 'string' ? `/stages/${pointer(stage)}` : `/procedures/${pointer(name)}/${index}`;

function isUnsound(plan: Sound<Plan>, name: string, ofNames: readonly Fault[]): boolean {
  const { procedures = {}, stages = {}, phases = [] } = plan;
  const listed = own(procedures, name);
  if (listed === undefined || listed.length === 0) return true;
  if (!phases.every(isPeriod)) return true;
  const places = [
    `/procedures/${pointer(name)}/`,
    ...listed.map((one, at) => `${stageAt(name, one, at)}/`),
  ];
  if (ofNames.some(({ path }) => places.some((place) => `${path}/`.startsWith(place)))) return true;
  return listed.some((one) => {
    const stage = typeof one === 'string' ? own(stages, one) : one;
    const { code, in: phase, steps } = stage ?? {};
    const isWhole = code !== undefined && phase !== undefined && steps !== undefined;
    return !isWhole || !steps.every((step) => isStep(step, plan));
  });
}

function isPeriod(phase: Sound<Plan['phases'][number]> | undefined): boolean {
  const { code, start, end } = phase ?? {};
  if (code === undefined || start === undefined || end === undefined) return false;
  try {
    return Temporal.PlainDate.compare(start, end) <= 0;
  } catch {
    return false;
  }
}

function isStep(
  step: Sound<StepData> | undefined,
  { verdicts = {}, streams = {} }: Sound<Plan>,
): boolean {
  if (step?.step === undefined) return false;
  const codes = [...(step.streams ?? []), ...(step.gathers ?? [])];
  if (codes.some((code) => code === undefined || streams[code]?.kind === undefined)) return false;
  const words = step.verdicts === undefined ? {} : (own(verdicts, step.verdicts) ?? {});
  return Object.values(words).every((one) => one?.effect !== undefined);
}

/** `/stages/3/steps/1` of a procedure is in its fourth stage, under its name or in its place. */
function placed(
  { procedures = {} }: Sound<Plan>,
  name: string,
  { path, message }: ProcedureFinding,
): Fault {
  const [, stage, rest] = /^\/stages\/(\d+)(.*)$/.exec(path) ?? [];
  if (stage === undefined) return { path: `/procedures/${pointer(name)}${path}`, message };
  const at = stageAt(name, own(procedures, name)?.[Number(stage)], Number(stage));
  return { path: `${at}${rest ?? ''}`, message };
}
