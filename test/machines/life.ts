// One instance, told one thing after another, as the transaction would: its timers, what it said.

import type { MachineName, Release } from '../../machines/catalog.ts';
import type { Advance, Effect, Step } from '../../machines/effects.ts';
import type { Instance, Told } from '../../machines/kit/step.ts';
import { advance, begin, stageOf, stateOf } from '../../machines/kit/step.ts';
import type { Notify } from '../../machines/notice/effects.ts';
import { factsOf, payloadOf } from './payloads.ts';
import { firstOf, type Pick } from './situation.ts';
import { releaseFor } from './yijun.ts';

/** What a test says otherwise than the life in which everything goes well. */
export type Change = {
  at?: string;
  by?: string;
  roles?: readonly string[];
  facts?: object;
  [name: string]: unknown;
};

export type Life = {
  release: Release;
  instance: Instance;
  now: string;
  /** Pending timers: id → due time. */
  timers: Map<string, string>;
  /** Timers that fired in a state that is still held. */
  fired: Set<string>;
};

// Whoever proposes is Zhang, whoever decides on it is Li.
// Each office is there, and both parties of a draw.
const ROLES = ['city-centre', 'county-office', 'auditor'];
const DECIDES =
  /^(?:pass$|pass-with|mark-voter|confirm|approve|close|reopen|submit-upward|uphold|grant|dismiss)/;

export const startOf = (machine: MachineName, input: object, now: string): Life => {
  const release = releaseFor(machine, input);
  return { release, instance: begin(release, input), now, timers: new Map(), fired: new Set() };
};

/** The event as it is handed to the machine, with the facts it needs. */
export function toldTo(life: Life, type: string, change: Change = {}, pick: Pick = firstOf): Told {
  const { at = life.now, by, roles = ROLES, facts, ...said } = change;
  const situation = { release: life.release, instance: life.instance, at, pick };
  const event = { type, ...payloadOf(type, situation), ...said };
  const principalId = by ?? (DECIDES.test(type) ? 'li' : 'zhang');
  return {
    ...event,
    at,
    by: { principalId, roles },
    facts: { ...factsOf(situation, event), ...facts },
  };
}

export const ask = (life: Life, type: string, change: Change = {}): Advance =>
  advance(life.release, life.instance, toldTo(life, type, change));

/** Moves the life by one event, which the machine must take. */
export function tell(life: Life, type: string, change: Change = {}): Step {
  const told = toldTo(life, type, change);
  const answer = advance(life.release, life.instance, told);
  if (answer.kind !== 'step') {
    throw new Error(`${where(life)} does not take ${type}: ${JSON.stringify(answer)}`);
  }
  follow(life, told, answer.step);
  return answer.step;
}

/** Fires the pending timer of this delay at its due time, as the service's worker would. */
export function fire(life: Life, delay: string, at?: string): Step {
  const timer = [...life.timers].find(([id]) => id.startsWith(`xstate.after.${delay}.`));
  if (timer === undefined) throw new Error(`${where(life)} waits for no ${delay}`);
  return tell(life, timer[0], { at: at ?? timer[1], by: 'system' });
}

/** Takes a step over: the instance, the time, the timers in the order they were said. */
export function follow(life: Life, told: Told, step: Step): void {
  life.instance = step.instance;
  life.now = told.at;
  if (life.timers.delete(told.type)) life.fired.add(told.type);
  for (const change of step.timers) {
    life.fired.delete(change.timerId);
    if (change.op === 'set') life.timers.set(change.timerId, change.dueAt);
    else life.timers.delete(change.timerId);
  }
}

/** Stage and innermost state, as they are stored beside the instance. */
export const where = ({ instance: { value } }: Life): string => {
  const [stage, state] = [stageOf(value), stateOf(value)];
  return stage === state ? stage : `${stage}/${state}`;
};

/** Why the machine refuses this event: `name (clause)` of each requirement that is not met. */
export function unmet(life: Life, type: string, change: Change = {}): string[] {
  const answer = ask(life, type, change);
  if (answer.kind !== 'refused') return [`${type} is not refused: ${answer.kind}`];
  return answer.unmet.map(({ name, clause }) => `${name} (${clause})`);
}

export const effectsOf = <Type extends Effect['type']>(step: Step, type: Type) =>
  step.effects.filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type);

/** The notices of a step: `template → addressees`. */
export const notices = (step: Step): string[] =>
  effectsOf(step, 'notify').map(({ params }) => noticeTold(params));

/** The official documents of a step: `kind → addressees, copies`. */
export const documents = (step: Step): string[] =>
  effectsOf(step, 'draft-document').map(
    ({ params: { kind, to, copyTo } }) => `${kind} → ${[...to, ...copyTo].join(', ')}`,
  );

const noticeTold = ({ template, to }: Notify): string => `${template} → ${to.join(', ')}`;
