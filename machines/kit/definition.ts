// A machine as plain JSON: its states, the events that each accepts, and its waits.

import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { ListedRequirement, RequirementGuard } from './requirement.ts';
import type { Machine } from './step.ts';
import { inTitles, NEUTRAL_TITLES } from './titles.ts';

export type EventDefinition = {
  type: string;
  /** Paths of the states that the event may lead to; none when the state is kept. */
  targets: string[];
  requirements: ListedRequirement[];
};

/** A wait without a `target` only reminds somebody; the state is kept. */
type WaitDefinition = { delay: string } & Way;

type Way = { target?: string; when?: string };

export type StateDefinition = {
  /** Keys from the top, joined by dots. */
  path: string;
  type: 'atomic' | 'compound' | 'parallel' | 'final';
  initial?: string;
  events: EventDefinition[];
  waits: WaitDefinition[];
  /** Transitions without an event; the first that holds is taken at once. */
  passages: Way[];
};

export type MachineDefinition = {
  name: string;
  version: number;
  initial: string;
  states: StateDefinition[];
};

/** The definition of one release, its states in the order of the chart, parents before children. */
export function definitionOf({ name, version, chart }: Machine): MachineDefinition {
  const root = chart.root as AnyStateNode;
  return {
    name,
    version,
    initial: initialOf(root) ?? '',
    states: childrenOf(root).flatMap(statesFrom),
  };
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);
const pathOf = (node: AnyStateNode): string => node.path.join('.');
const targetsOf = (transition: AnyTransitionDefinition): string[] =>
  (transition.target ?? []).map((node) => pathOf(node as AnyStateNode));

function statesFrom(node: AnyStateNode): StateDefinition[] {
  const initial = initialOf(node);
  const own: StateDefinition = {
    path: pathOf(node),
    type: node.type as StateDefinition['type'],
    ...(initial === undefined ? {} : { initial }),
    events: eventsOf(node),
    waits: node.after.map((wait) => ({ delay: String(wait.delay), ...wayOf(wait) })),
    passages: (node.always ?? []).map(wayOf),
  };
  return [own, ...childrenOf(node).flatMap(statesFrom)];
}

const initialOf = (node: AnyStateNode): string | undefined =>
  node.type === 'compound' ? node.initial?.target?.map(pathOf)[0] : undefined;

function wayOf(transition: AnyTransitionDefinition): Way {
  const [target] = targetsOf(transition);
  const says = (transition.guard as { says?: string } | undefined)?.says;
  return {
    ...(target === undefined ? {} : { target }),
    ...(says === undefined ? {} : { when: says }),
  };
}

function eventsOf(node: AnyStateNode): EventDefinition[] {
  const told = [...node.transitions].filter(([type]) => type !== '' && !type.startsWith('xstate.'));
  return told.map(([type, branches]) => ({
    type,
    targets: [...new Set(branches.flatMap(targetsOf))],
    requirements: withoutRepeats(branches.flatMap(requirementsOf)),
  }));
}

/** The requirements in neutral words, because a machine belongs to no plan. */
const requirementsOf = ({ guard }: AnyTransitionDefinition): ListedRequirement[] =>
  ((guard as Partial<RequirementGuard<unknown, unknown>> | undefined)?.requirements ?? []).map(
    (item) => (typeof item === 'string' ? item : inTitles(NEUTRAL_TITLES, item)),
  );

/** The branches of one event ask the same requirements; each is listed once. */
function withoutRepeats(requirements: readonly ListedRequirement[]): ListedRequirement[] {
  const keyed = requirements.map((item): [string, ListedRequirement] => [
    typeof item === 'string' ? item : `${item.name}/${item.clause}`,
    item,
  ]);
  return [...new Map(keyed).values()];
}
