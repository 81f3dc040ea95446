// Plans that nobody wrote: shipped ones with steps left out, other roles and phases that overlap. Only what the
// validator passes is played. The same seed gives the same plans.

import type { Role } from '../machines/kit/access.ts';
import type { Plan } from '../src/rules/plan/plan-schema.ts';
import type { StageData } from '../src/rules/plan/procedure-schema.ts';
import { readPlan } from '../src/rules/plan-check/plan.ts';
import { stageOfPlan } from '../src/rules/procedure/procedures.ts';

/** A plan lasts so many days, so that many of them fit into the calendar one after the other. */
const DAYS_MAX = 40;
const SERIAL_FIRST = 1000;
const CATEGORIES_MAX = 2;

/** For each plan that is asked for, so many are tried. */
const TRIES = 40;
const SOME_DAY = '2018-05-02';

const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;

const after = (day: string, days: number): string =>
  Temporal.PlainDate.from(day).add({ days }).toString();

/** The plan under a name of its own, its phases shortened and begun on this day. */
export function begunOn(plan: Plan, number: number, day: string): Plan {
  const first = plan.phases.map(({ start }) => start).sort()[0] ?? day;
  const last =
    plan.phases
      .map(({ end }) => end)
      .sort()
      .at(-1) ?? day;
  const length = Math.max(daysBetween(first, last), 1);
  const on = (date: string) =>
    after(day, Math.round((daysBetween(first, date) * DAYS_MAX) / length));
  return {
    ...plan,
    id: `random-${number}`,
    version: 1,
    document: {
      ...plan.document,
      issueDate: day,
      year: Temporal.PlainDate.from(day).year,
      serial: SERIAL_FIRST + number,
    },
    phases: plan.phases.map(
      ({ effectiveFrom: _, start, end, ...phase }, index, { length: all }) => ({
        ...phase,
        start: on(start),
        // What ends before the next begins still does.
        end: index === all - 1 ? on(end) : endBefore(on(end), on(start), plan, index, on),
      }),
    ),
  };
}

function endBefore(
  end: string,
  start: string,
  { phases }: Plan,
  index: number,
  on: (date: string) => string,
): string {
  const [phase, next] = [phases[index], phases[index + 1]];
  if (phase === undefined || next === undefined || next.start <= phase.end) return end;
  const before = after(on(next.start), -1);
  return end > before && before >= start ? before : end;
}

/** Two categories of the shipped plan with steps left out, other roles and overlapping phases. */
function variantOf(plan: Plan, lot: Lot): Plan {
  const procedures = Object.entries(plan.procedures).map(([name, stages]) => [
    name,
    stages.map((stage) => altered(stageOfPlan(plan, stage), lot)),
  ]);
  const first = lot(plan.categories.length);
  const chosen = plan.categories.filter(
    (_, index, { length }) => (index - first + length) % length < CATEGORIES_MAX,
  );
  const named = procedures.filter(([name]) => chosen.some(({ procedure }) => procedure === name));
  return {
    ...plan,
    phases: overlapping(plan.phases, lot),
    stages: {},
    procedures: Object.fromEntries(named) as Plan['procedures'],
    categories: chosen,
  };
}

/** The stage with steps left out, and with other roles for some of those that stay. */
const altered = (stage: StageData, lot: Lot): StageData => ({
  ...stage,
  steps: stage.steps
    .filter(() => lot(5) > 0)
    .map((step) => {
      const by = ROLES[lot(ROLES.length)];
      return step.by === undefined || by === undefined || lot(4) > 0 ? step : { ...step, by: [by] };
    }),
});

const ROLES: readonly Role[] = [
  'city-centre',
  'county-office',
  'county-department',
  'township-committee',
  'township-office',
];

/** Some phases go on while the next is open, and none asks anything before it closes. */
const overlapping = (phases: Plan['phases'], lot: Lot): Plan['phases'] =>
  phases.map((phase, index) => {
    const next = phases[index + 1];
    const end = next !== undefined && lot(4) === 0 ? next.end : phase.end;
    return { ...phase, end, leave: [] };
  });

/** A lot of so many, from 0. */
type Lot = (of: number) => number;

/** Lots that follow from a seed (mulberry32). */
function lotsOf(seed: number): Lot {
  let state = seed;
  return (of) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % of;
  };
}

/** So many plans that the validator passes, of each shipped one by turns. Throws when it passes too few. */
export function randomPlans(plans: readonly Plan[], count: number, seed: number): Plan[] {
  const lot = lotsOf(seed);
  const passed: Plan[] = [];
  for (let turn = 0; passed.length < count; turn += 1) {
    const shipped = plans[turn % plans.length];
    if (shipped === undefined || turn > count * TRIES)
      throw new Error(`the validator passes ${passed.length} of these plans`);
    const plan = variantOf(shipped, lot);
    if ('plan' in readPlan(begunOn(plan, 0, SOME_DAY), {})) passed.push(plan);
  }
  return passed;
}
