// The only file that runs XState. Charts are written in its terms; the callers of a chart see plain
// steps: before, after, timers, effects.

import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { initialTransition, transition } from 'xstate';
import type { Actions, EffectOf } from './effect.ts';
import type { Measurement, RequirementGuard } from './requirement.ts';
import { refuses } from './requirement.ts';

/** One instance as it is stored. Loading checks name and version, because XState does not. */
export type Instance = {
  machine: string;
  version: number;
  /** The hash of the procedure that its chart is compiled from; machines written by hand have none. */
  procedure?: string | null;
  value: unknown;
  context: { [name: string]: unknown };
  status: 'active' | 'done';
};

/** The tag of an end that one event can take back: whoever asks finds it done, and it waits for nothing. */
export const REVOCABLE_END = 'revocable-end';

/** An event as any machine takes it; the log keeps `at`, `by` and `facts`. */
export type Told = {
  type: string;
  at: string;
  by: { principalId: string; roles: readonly string[] };
  facts: { readonly [name: string]: unknown };
  readonly [name: string]: unknown;
};

type TimerChange =
  | { op: 'set'; timerId: string; dueAt: string }
  | { op: 'cancel'; timerId: string };

export type StepOf<Of extends Actions> = {
  instance: Instance;
  timers: TimerChange[];
  effects: EffectOf<Of>[];
  /** Soft aims and preferences that are not met; they never refuse. */
  warnings: Measurement[];
};

export type AdvanceOf<Of extends Actions> =
  | { kind: 'step'; step: StepOf<Of> }
  | { kind: 'refused'; unmet: Measurement[] }
  | { kind: 'out-of-state'; accepts: string[] };

/** A chart under its name and version; `effects` are the actions it was set up with. */
export type Machine<Of extends Actions = Actions> = {
  name: string;
  version: number;
  /** The hash of the procedure that the chart is compiled from. */
  procedure?: string;
  chart: AnyStateMachine;
  effects: Of;
};

type LooseGuard = RequirementGuard<unknown, unknown>;

const isRequirementGuard = (guard: unknown): guard is LooseGuard =>
  typeof guard === 'function' && 'measureAll' in guard;

/** An instance before its first event has no waits, because no time is known yet. */
export function begin(machine: Machine, input: object): Instance {
  // XState knows neither the input nor the events of a chart of any type, so `never` stands for both.
  const [snapshot, actions] = initialTransition(machine.chart, input as never);
  if (actions.length > 0) throw new Error(`${machine.name} acts before it was told anything`);
  return store(machine, snapshot as AnyMachineSnapshot);
}

/** Decides one event. Pure: the same instance and event give the same answer for ever. */
export function advance<Of extends Actions>(
  machine: Machine<Of>,
  instance: Instance,
  told: Told,
): AdvanceOf<Of> {
  const snapshot = load(machine, instance);
  const known = transitionsFor(snapshot, told.type);
  if (known.length === 0) return { kind: 'out-of-state', accepts: accepts(machine, instance) };
  const [next, actions] = transition(machine.chart, snapshot, told as never); // as in begin()
  const measurements = measure(snapshot, told);
  if (next === snapshot && actions.length === 0) {
    return { kind: 'refused', unmet: measurements.filter(refuses) };
  }
  return {
    kind: 'step',
    step: {
      instance: store(machine, next as AnyMachineSnapshot),
      timers: actions.flatMap((action) => timerChange(action as Action, told.at)),
      effects: actions
        .map(({ type, params }) => ({ type, params }))
        .filter((said) => isEffect(machine.effects, said)),
      warnings: measurements.filter(({ met }) => !met),
    },
  };
}

/** Measures every requirement of an event in this state; null when the state knows no such event. */
export function explain(machine: Machine, instance: Instance, told: Told): Measurement[] | null {
  const snapshot = load(machine, instance);
  return transitionsFor(snapshot, told.type).length === 0 ? null : measure(snapshot, told);
}

type Answers = { accepts: readonly string[]; waits: readonly string[] };

// The answers are kept, because asking XState for each command costs more than deciding. A chart has
// some dozens of state values.
const answers = new WeakMap<AnyStateMachine, Map<string, Answers>>();

function answersOf(machine: Machine, instance: Instance): Answers {
  assertOwn(machine, instance);
  const known = answers.get(machine.chart) ?? new Map<string, Answers>();
  answers.set(machine.chart, known);
  const state = JSON.stringify([instance.status, instance.value]);
  const found = known.get(state);
  if (found !== undefined) return found;
  const nodes = load(machine, instance)._nodes;
  const events = nodes.flatMap(({ ownEvents }) => ownEvents as string[]);
  const timers = nodes.flatMap(({ after }) => after.map(({ eventType }) => String(eventType)));
  const answer = {
    accepts: [...new Set(events)].filter((type) => !type.startsWith('xstate.')),
    waits: instance.status === 'done' ? [] : [...new Set(timers)],
  };
  known.set(state, answer);
  return answer;
}

/** The events that this state accepts, in the order of the chart and without timers. */
export const accepts = (machine: Machine, instance: Instance): string[] => [
  ...answersOf(machine, instance).accepts,
];

/** The timers of the present states; a timer is set exactly while its state is held. */
export const waits = (machine: Machine, instance: Instance): string[] => [
  ...answersOf(machine, instance).waits,
];

/** The first state below the root, which is the stage of a candidate or the phase of a campaign. */
export const stageOf = (value: unknown): string =>
  typeof value === 'string' ? value : (Object.keys(value as object)[0] ?? '');

/** The innermost state; the parts of a parallel state are joined by `+`. */
export function stateOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return Object.values(value as object)
    .map(stateOf)
    .join('+');
}

type Action = { type: string; params?: { [name: string]: unknown } };

function timerChange({ type, params }: Action, at: string): TimerChange[] {
  if (type === 'xstate.cancel') return [{ op: 'cancel', timerId: String(params?.sendId) }];
  if (type !== 'xstate.raise' || params?.delay === undefined) return [];
  const delay = Number(params.delay);
  if (!Number.isFinite(delay)) throw new Error(`timer ${String(params.id)} has no finite delay`);
  const dueAt = Temporal.Instant.from(at)
    .add({ milliseconds: Math.ceil(delay) })
    .toString();
  return [{ op: 'set', timerId: String(params.id), dueAt }];
}

const isEffect = <Of extends Actions>(effects: Of, action: Action): action is EffectOf<Of> =>
  Object.hasOwn(effects, action.type);

function measure(snapshot: AnyMachineSnapshot, told: Told): Measurement[] {
  for (const { guard } of transitionsFor(snapshot, told.type)) {
    if (guard === undefined) return [];
    if (!isRequirementGuard(guard)) continue;
    if (guard.applies(snapshot.context, told)) return guard.measureAll(snapshot.context, told);
  }
  return [];
}

const transitionsFor = (snapshot: AnyMachineSnapshot, type: string) =>
  snapshot._nodes
    .toReversed()
    .flatMap((node) => (node.transitions.get(type) ?? []) as { guard?: unknown }[]);

function assertOwn(machine: Machine, instance: Instance): void {
  const isOther = (instance.procedure ?? undefined) !== machine.procedure;
  if (instance.machine !== machine.name || instance.version !== machine.version || isOther) {
    throw new Error(
      `${instance.machine} v${instance.version} was handed to ${machine.name} v${machine.version}`,
    );
  }
}

function load(machine: Machine, instance: Instance): AnyMachineSnapshot {
  assertOwn(machine, instance);
  return machine.chart.resolveState({
    value: instance.value as never, // as in begin()
    context: instance.context,
    status: 'active',
  }) as AnyMachineSnapshot;
}

function store(machine: Machine, snapshot: AnyMachineSnapshot): Instance {
  return {
    machine: machine.name,
    version: machine.version,
    ...(machine.procedure === undefined ? {} : { procedure: machine.procedure }),
    value: snapshot.value,
    context: snapshot.context as { [name: string]: unknown },
    status: snapshot.status === 'done' || snapshot.hasTag(REVOCABLE_END) ? 'done' : 'active',
  };
}
