// Random procedures, drawn from the library of steps as a plan would state them, and wrong ones among them.

import fc from 'fast-check';
import type { Role } from '../../machines/kit/access.ts';
import type { StageData, StepData } from '../../src/rules/plan/procedure-schema.ts';
import type { Procedural } from '../../src/rules/procedure/procedures.ts';

/** The name under which a drawn procedure stands. */
export const DRAWN = 'drawn';

const OFFICES: readonly Role[] = [
  'city-centre',
  'county-office',
  'county-department',
  'township-committee',
  'township-office',
];

const STREAMS: Procedural['streams'] = {
  mass: { kind: 'ballots', name: '群众评议', english: 'mass evaluation' },
  assessment: { kind: 'sheets', name: '组织考评', english: 'organisational assessment' },
};

const by = fc
  .subarray([...OFFICES], { minLength: 1, maxLength: 2 })
  .map((roles) => ({ by: roles }));

type Phases = Procedural['phases'];

/** One to four phases that follow each other, overlap, or leave days between them. */
const phasesOf = (clause: string): fc.Arbitrary<Phases> =>
  fc
    .array(
      fc.record({ lasts: fc.integer({ min: 20, max: 60 }), gap: fc.integer({ min: -15, max: 5 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((all) => {
      let start = Temporal.PlainDate.from('2018-05-02');
      return all.map(({ lasts, gap }, index) => {
        const end = start.add({ days: lasts });
        const phase = {
          code: `phase-${index + 1}`,
          name: `第${index + 1}阶段`,
          clause,
          start: start.toString(),
          end: end.toString(),
          leave: [],
        };
        start = end.add({ days: gap });
        return phase;
      });
    });

const WORDS = {
  推荐: { effect: 'advance' },
  带条件推荐: { effect: 'advance-bound' },
  退回: { effect: 'return' },
  暂缓: { effect: 'defer' },
  不推荐: { effect: 'end' },
} as const;

/** A set of verdicts that lets somebody go on; conditions are met here or before the conferral. */
const verdicts = fc
  .tuple(
    fc.constantFrom(['推荐'], ['带条件推荐'], ['推荐', '带条件推荐']),
    fc.subarray(['退回', '暂缓', '不推荐']),
    fc.constantFrom('here', 'confer'),
  )
  .map(([on, others, until]) => {
    const words = [...on, ...others] as (keyof typeof WORDS)[];
    return Object.fromEntries(
      words.map((word) => [word, word === '带条件推荐' ? { ...WORDS[word], until } : WORDS[word]]),
    );
  }) as fc.Arbitrary<NonNullable<Procedural['verdicts']>[string]>;

/** What a procedure has beside application, review and conferral. */
const options = fc.record({
  plan: fc.boolean(),
  opening: fc.constantFrom('mobilize', 'acknowledge', null),
  create: fc.constantFrom('confirmed', 'declared', null),
  selfCheck: fc.boolean(),
  gatherBefore: fc.boolean(),
  streams: fc.subarray(['mass', 'assessment']),
  gatherAfter: fc.boolean(),
  reviews: fc.integer({ min: 1, max: 3 }),
  select: fc.boolean(),
  notice: fc.boolean(),
  submit: fc.boolean(),
  passMark: fc.boolean(),
  onSite: fc.boolean(),
  roles: fc.array(by, { minLength: 10, maxLength: 10 }),
});

type Options = typeof options extends fc.Arbitrary<infer Value> ? Value : never;

/** The steps in an order that makes sense; reviews come last but for what follows the final one. */
function stepsOf(drawn: Options, clause: string): StepData[] {
  const { roles, streams } = drawn;
  const office = (index: number) => roles[index] ?? { by: ['county-office'] };
  const own = drawn.gatherBefore || drawn.gatherAfter;
  const gather: StepData[] =
    streams.length > 0 ? [{ step: 'gather', clause, streams, ...office(0) }] : [];
  const told = 'county-acceptance-passed' as const;
  const when = (holds: boolean, ...steps: StepData[]) => (holds ? steps : []);
  const opening: StepData[] = drawn.opening === null ? [] : [{ step: drawn.opening, clause }];
  const confirmed = drawn.create === 'confirmed' ? { confirmedBy: office(2).by } : {};
  const reviews = Array.from(
    { length: drawn.reviews },
    (_, index): StepData => ({
      step: 'review',
      clause,
      ...office(3 + index),
      verdicts: `set-${index + 1}`,
      told,
      onSite: drawn.onSite,
    }),
  );
  return [
    ...when(drawn.plan, { step: 'plan', clause, ...office(1) }),
    ...opening,
    ...when(drawn.create !== null, {
      step: 'create',
      clause,
      admittedBy: ['county-office'],
      ...confirmed,
    }),
    ...when(drawn.selfCheck, { step: 'self-check', clause, ...office(6) }),
    ...when(drawn.gatherBefore, ...gather),
    {
      step: 'apply',
      clause,
      ...(own || streams.length === 0 ? {} : { gathers: streams }),
      ...(drawn.passMark && streams.length === 2 && !(drawn.gatherAfter && !drawn.gatherBefore)
        ? { passMark: true }
        : {}),
    },
    ...when(drawn.gatherAfter && !drawn.gatherBefore, ...gather),
    ...reviews,
    ...when(drawn.select, { step: 'select', clause }),
    ...when(drawn.notice, { step: 'notice', clause, issuer: 'county' }),
    ...when(drawn.submit, {
      step: 'submit',
      clause,
      ...office(7),
      confirmedBy: office(8).by,
      to: ['city-centre'],
    }),
    { step: 'confer', clause, ...office(9), authority: 'county' },
  ];
}

/** A new stage begins where a kind of step would come again, and where `cuts` says so. */
function stagesOf(
  steps: readonly StepData[],
  cuts: readonly boolean[],
  phases: Phases,
): StageData[] {
  const stages: StageData[] = [];
  let phase = 0;
  for (const [index, step] of steps.entries()) {
    const last = stages.at(-1);
    const again = last?.steps.some((one) => one.step === step.step) ?? true;
    const isCut = cuts[index] === true && step.step !== 'notice';
    if (last !== undefined && !again && !isCut) {
      last.steps.push(step);
      continue;
    }
    if (last !== undefined && isCut) phase = Math.min(phase + 1, phases.length - 1);
    stages.push({
      code: `stage${stages.length + 1}`,
      in: phases[phase]?.code ?? '',
      steps: [step],
    });
  }
  return stages;
}

/**
 * A procedure that makes sense, with the phases and verdicts that it names. `clause` is a sentence of the plan
 * that it is put into.
 */
export const soundProcedures = (clause: string): fc.Arbitrary<Procedural> =>
  fc
    .record({
      phases: phasesOf(clause),
      drawn: options,
      sets: fc.array(verdicts, { minLength: 3, maxLength: 3 }),
      cuts: fc.array(fc.boolean(), { minLength: 16, maxLength: 16 }),
    })
    .map(({ phases, drawn, sets, cuts }) => ({
      phases,
      streams: STREAMS,
      verdicts: Object.fromEntries(sets.map((set, index) => [`set-${index + 1}`, set])),
      procedures: { [DRAWN]: stagesOf(stepsOf(drawn, clause), cuts, phases) },
    }));

/** One thing that an author may get wrong; `at` and `to` choose where. */
const SLIPS: readonly ((stages: StageData[], at: number, to: number) => void)[] = [
  // A step is forgotten.
  (stages, at) => {
    const stage = stages[at % stages.length];
    stage?.steps.splice(at % Math.max(stage.steps.length, 1), 1);
  },
  // A step comes again, in this stage or another.
  (stages, at, to) => {
    const [step] = stages[at % stages.length]?.steps ?? [];
    if (step !== undefined) stages[to % stages.length]?.steps.push(step);
  },
  // Two stages change places.
  (stages, at, to) => {
    const [one, other] = [at % stages.length, to % stages.length];
    const [first, second] = [stages[one], stages[other]];
    if (first === undefined || second === undefined) return;
    stages[one] = second;
    stages[other] = first;
  },
  // The steps of a stage are told backwards.
  (stages, at) => {
    stages[at % stages.length]?.steps.reverse();
  },
  // A step is given to somebody without an office.
  (stages, at) => {
    const step = stages.flatMap(({ steps }) => steps).filter((one) => one.by !== undefined)[at % 3];
    if (step !== undefined) step.by = ['auditor'];
  },
  // A wait is called what a step calls a state.
  (stages, at) => {
    const stage = stages[at % stages.length];
    if (stage !== undefined) stage.rest = 'under-review';
  },
  // Two stages have one code.
  (stages, at, to) => {
    const [one, other] = [stages[at % stages.length], stages[to % stages.length]];
    if (one !== undefined && other !== undefined) one.code = other.code;
  },
  // A stage is left out.
  (stages, at) => {
    if (stages.length > 1) stages.splice(at % stages.length, 1);
  },
  // A stage is put into a phase of another.
  (stages, at, to) => {
    const [one, other] = [stages[at % stages.length], stages[to % stages.length]];
    if (one !== undefined && other !== undefined) one.in = other.in;
  },
];

/** A procedure with one or two slips, of which the validator may pass some. */
export const slippedProcedures = (clause: string): fc.Arbitrary<Procedural> =>
  fc
    .tuple(
      soundProcedures(clause),
      fc.array(fc.tuple(fc.nat(SLIPS.length - 1), fc.nat(30), fc.nat(30)), {
        minLength: 1,
        maxLength: 2,
      }),
    )
    .map(([sound, slips]) => {
      const slipped = structuredClone(sound);
      const stages = slipped.procedures[DRAWN] as StageData[];
      for (const [slip, at, to] of slips) SLIPS[slip]?.(stages, at, to);
      return slipped;
    });
