// Plays a procedure in a world in which all is well, by every way that candidate, officers and time may
// take, and finds who would wait for ever.

import type { Who } from '../../../machines/kit/access.ts';
import { accepts, stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { CompiledProcedure } from '../../../machines/procedure/compile.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import { waitsAt } from './procedure-shape.ts';
import type { Node, Searched } from './search-ways.ts';
import {
  ASIDE,
  contextOf,
  explore,
  isEnd,
  isLate,
  isTitle,
  phaseOf,
  searchedOf,
} from './search-ways.ts';
import type { World } from './search-world.ts';

/**
 * What is wrong with a procedure: `stuck` where the title can no longer be reached although all is well,
 * `unreached` where nobody ever comes, `untimely` where somebody in time comes outside the phase of the
 * stage, `unearned` where the title is given without application, review and conferral. `who` would have
 * to act there.
 */
export type Trouble = {
  kind: 'stuck' | 'unreached' | 'untimely' | 'unearned' | 'too-large';
  state: string;
  who: readonly Who[];
};

export type Search = { states: number; troubles: Trouble[] };

/** Pure; takes tens of milliseconds. */
export function searchProcedure(
  compiled: CompiledProcedure,
  world: World,
  statesMax: number,
): Search {
  const searched = searchedOf(compiled, world);
  const nodes = explore(searched, world, statesMax);
  if (nodes === null) {
    return { states: statesMax, troubles: [{ kind: 'too-large', state: 'unregistered', who: [] }] };
  }
  return {
    states: nodes.length,
    troubles: [
      ...unearned(nodes),
      ...stuckIn(searched, nodes),
      ...unreached(searched, nodes),
      ...untimely(searched, nodes),
    ],
  };
}

const placeOf = ({ instance: { value } }: Node): string => {
  const [stage, state] = [stageOf(value), stateOf(value)];
  return stage === state ? stage : `${stage}/${state}`;
};

/** Whoever would have to act there: the senders of what the state itself waits for, or its office. */
function whoActs({ compiled, machine }: Searched, node: Node): Who[] {
  const stage = stageOf(node.instance.value);
  const own = accepts(machine, node.instance).filter(
    (event) => !ASIDE.has(event) && event !== 'phase-entered',
  );
  const senders = own.flatMap((event) => compiled.rowOf(event, stage)?.by ?? []);
  const office = compiled.standing(stage, stateOf(node.instance.value))?.office ?? null;
  const who = [...new Set(senders)].filter((one) => one !== 'system');
  return who.length > 0 ? who : office === null ? ['responsible'] : [office];
}

/** States that lead to the title no more; whoever is late may lead to another end instead. */
function stuckIn(searched: Searched, nodes: readonly Node[]): Trouble[] {
  const toTitle = leadingTo(nodes, isTitle);
  const toEnd = leadingTo(nodes, isEnd);
  const { procedure } = searched.compiled;
  const stuck = nodes.filter(
    (node) => !isEnd(node) && !toTitle.has(node) && !(isLate(procedure, node) && toEnd.has(node)),
  );
  const halts = stuck.filter(
    (node) => !isRest(procedure, node) && node.ways.every(({ by }) => by === 'phase'),
  );
  // Whoever halts is the witness; where nobody does, the one who has come furthest.
  const witness = halts[0] ?? stuck.at(-1);
  if (witness === undefined) return [];
  return [{ kind: 'stuck', state: placeOf(witness), who: whoActs(searched, witness) }];
}

/** The states from which some way leads to such a one. */
function leadingTo(nodes: readonly Node[], isGoal: (node: Node) => boolean): ReadonlySet<Node> {
  const before = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const { to } of node.ways) {
      const known = before.get(to);
      if (known === undefined) before.set(to, [node]);
      else known.push(node);
    }
  }
  const leading = new Set(nodes.filter(isGoal));
  for (const node of leading) for (const one of before.get(node) ?? []) leading.add(one);
  return leading;
}

/** Whoever has the title without having applied, passed a review, or been conferred it. */
function unearned(nodes: readonly Node[]): Trouble[] {
  const unreviewed = new Set(nodes.slice(0, 1));
  for (const { ways } of unreviewed) {
    for (const { to, by } of ways) if (by !== 'review') unreviewed.add(to);
  }
  const found = nodes.filter(isTitle).find((node) => {
    const { appliedAt, conferredBy } = contextOf(node);
    return appliedAt === null || conferredBy === null || unreviewed.has(node);
  });
  return found === undefined ? [] : [{ kind: 'unearned', state: placeOf(found), who: [] }];
}

/** States of the stages in which nobody ever stands; those that are passed through are not waited in. */
function unreached({ compiled }: Searched, nodes: readonly Node[]): Trouble[] {
  const reached = new Set(nodes.map(placeOf));
  const { stages } = compiled.procedure;
  const stagesReached = new Set(nodes.map(({ instance: { value } }) => stageOf(value)));
  const furthest = stages.findLastIndex(({ code }) => stagesReached.has(code));
  // Whoever comes in time to a stage without steps waits in it.
  return stages.flatMap(({ code, steps }, index) =>
    Object.entries(compiled.chart.root.states[code]?.states ?? {})
      .filter(([state]) => !reached.has(`${code}/${state}`))
      .filter(([, { always }]) => index > furthest || steps.length === 0 || !isPassage(always))
      .map(
        ([state]): Trouble => ({
          kind: 'unreached',
          state: `${code}/${state}`,
          who: [compiled.standing(code, state)?.office ?? 'responsible'],
        }),
      ),
  );
}

/** A wait that is over by itself may be over before anybody comes. */
const isPassage = (always: readonly unknown[] | undefined): boolean => (always ?? []).length > 0;

/** A state in which nothing is waited for but a phase. */
function isRest(procedure: Procedure, { instance: { value } }: Node): boolean {
  const [stage, state] = [stageOf(value), stateOf(value)];
  return procedure.stages.some(
    ({ code, rest = 'waiting' }, index) =>
      code === stage &&
      ((state === rest && waitsAt(procedure, index)) || (state === 'registered' && index === 0)),
  );
}

/** Whoever leaves each stage while its phase is open comes to each while its phase is open. */
function untimely(searched: Searched, nodes: readonly Node[]): Trouble[] {
  const { procedure } = searched.compiled;
  const inTime = new Set(nodes.slice(0, 1));
  for (const node of inTime) {
    for (const { to, by } of node.ways) {
      if (by !== 'phase' || isRest(procedure, node) || !isLate(procedure, to)) inTime.add(to);
    }
  }
  const found = [...inTime].find((node) => {
    const phase = phaseOf(procedure, node);
    return !isEnd(node) && !isRest(procedure, node) && (phase === 'before' || phase === 'over');
  });
  return found === undefined
    ? []
    : [{ kind: 'untimely', state: placeOf(found), who: whoActs(searched, found) }];
}
