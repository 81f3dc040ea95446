// Plays a procedure in a world in which all is well, by every way that candidate, officers and time may
// take, and finds who would wait for ever. States are told apart by what guards read.

import type { CandidateContext } from '../../../machines/candidate/events.ts';
import type { Role, Who } from '../../../machines/kit/access.ts';
import { definitionOf } from '../../../machines/kit/definition.ts';
import type { Instance, Machine } from '../../../machines/kit/step.ts';
import { accepts, advance, begin, stageOf, stateOf, waits } from '../../../machines/kit/step.ts';
import type { CompiledProcedure } from '../../../machines/procedure/compile.ts';
import { hasCome, isOver } from '../../../machines/procedure/phases.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import { boundUntilConferral } from '../../../machines/procedure/reading.ts';
import { actorsOf } from './procedure-graph.ts';
import { waitsAt } from './procedure-shape.ts';
import type { World } from './search-world.ts';
import { factsOfProcedure, payloadsFor, recorded, timeOf } from './search-world.ts';

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

type Node = {
  instance: Instance;
  /** The place of the campaign in its chain; behind the last link every window is over. */
  link: number;
  /** Somebody has let the applicant pass. */
  isReviewed: boolean;
  ways: { to: Node; by: 'event' | 'phase' }[];
};

type Searched = {
  compiled: CompiledProcedure;
  machine: Machine;
  facts: ReturnType<typeof factsOfProcedure>;
  offices: readonly Role[];
  /** The delays that lead elsewhere; the others remind. */
  moving: ReadonlySet<string>;
  /** Conditions of a review may stay open until the conferral. */
  isBound: boolean;
};

/** Events that change nothing of the way in a world in which all is well, or end it. */
const ASIDE: ReadonlySet<string> = new Set([
  'adopt-policy',
  'record-evidence',
  'assess-evidence',
  'record-inspection',
  'recalculate-deadline',
  'withdraw',
  'propose-disqualification',
  'confirm-disqualification',
  'request-override',
  'approve-override',
  'retract-assessment',
  'pass-over',
]);

/** Nobody decides about what has not been handed in. */
const DECIDE: ReadonlySet<string> = new Set([
  'pass',
  'pass-with-requirements',
  'return-for-correction',
  'defer',
  'fail',
  'select',
  'keep-in-reserve',
  'propose-submission',
  'propose-conferral',
]);

const PASSES: ReadonlySet<string> = new Set([
  'pass',
  'pass-with-requirements',
  'confirm-requirements-met',
]);

/** Pure; takes tens of milliseconds. */
export function searchProcedure(
  compiled: CompiledProcedure,
  world: World,
  statesMax: number,
): Search {
  const machine = { name: 'candidate', version: 1, chart: compiled.chart, effects: {} };
  const { offices } = world;
  const facts = factsOfProcedure(compiled.procedure, world);
  const waiting = definitionOf(machine).states.flatMap((state) => state.waits);
  const isBound = boundUntilConferral(compiled.procedure).length > 0;
  const moving = new Set(waiting.flatMap(({ delay, target }) => (target ? delay : [])));
  const searched = { compiled, machine, facts, offices, moving, isBound };
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

const contextOf = ({ instance }: Node) => instance.context as CandidateContext;
const isTitle = ({ instance }: Node): boolean => stageOf(instance.value) === 'conferred';
const isEnd = (node: Node): boolean =>
  isTitle(node) || node.instance.status === 'done' || isRefused(node);

/** Failed again after its reconsideration, which may be asked for once: it only becomes final. */
function isRefused({ instance: { value, context } }: Node): boolean {
  const { reconsidered } = context as CandidateContext;
  return stateOf(value) === 'failed' && reconsidered[stageOf(value)] === true;
}

/** Every state that can be come to, the first first; null when there are more than `statesMax`. */
function explore(searched: Searched, world: World, statesMax: number): Node[] | null {
  const begun = begin(searched.machine, {
    category: 'CATEGORY',
    track: 'CREATE',
    subject: 'village',
    applicants: [],
    finalAuthority: null,
    siteId: null,
  });
  const first: Node = {
    instance: { ...begun, context: { ...begun.context, ...recorded(world) } },
    link: 0,
    isReviewed: false,
    ways: [],
  };
  const known = new Map([[keyOf(searched, first), first]]);
  for (const node of known.values()) {
    if (known.size > statesMax) return null;
    if (isEnd(node)) continue;
    for (const { to, by } of waysFrom(searched, node)) {
      const key = keyOf(searched, to);
      if (!known.has(key)) known.set(key, to);
      const found = known.get(key) as Node;
      if (found !== node) node.ways.push({ to: found, by });
    }
  }
  return [...known.values()];
}

/** What no guard reads in this world; the link stands for the phase. */
const UNREAD: ReadonlySet<string> = new Set([
  'windows',
  'deadline',
  'generations',
  'reason',
  'application',
  'words',
  'corrections',
  'findingsRectified',
  'failedBy',
  'priorityClass',
  'phase',
  'evidence',
]);

/** What is read in these states only. */
const READ_IN: { readonly [field: string]: readonly string[] } = {
  lateAdmittedFor: ['creating', 'declared'],
  lateApplicationFor: ['evaluating'],
  lateResubmissionFor: ['correcting'],
};

function keyOf({ isBound }: Searched, node: Node): string {
  const { value, context } = node.instance;
  const [stage, state] = [stageOf(value), stateOf(value)];
  const read = Object.entries(context).map(([name, kept]) => {
    if (UNREAD.has(name) || READ_IN[name]?.includes(state) === false) return null;
    // A return and a reconsideration count in their own stage.
    if (name === 'returned' || name === 'reconsidered') {
      return (kept as CandidateContext['returned'])[stage] ?? null;
    }
    if (name === 'requirements' && !isBound) return null;
    if (typeof kept === 'number') return kept > 0;
    return typeof kept === 'string' ? true : kept;
  });
  return JSON.stringify([value, node.link, node.isReviewed, read]);
}

type Way = { to: Node; by: 'event' | 'phase' };

function waysFrom(searched: Searched, node: Node): Way[] {
  const { machine, compiled } = searched;
  const { links } = compiled.procedure.chain;
  const told = accepts(machine, node.instance)
    .filter((event) => event !== 'phase-entered' && mayHappen(searched, node, event))
    .flatMap((event) =>
      payloadsFor(compiled.procedure, node.instance, event).flatMap((payload) =>
        wayBy(searched, node, event, payload),
      ),
    );
  const timers = waits(machine, node.instance)
    .filter((timer) => searched.moving.has(timer.split('.')[2] ?? ''))
    .flatMap((timer) => wayBy(searched, node, timer, {}));
  if (stageOf(node.instance.value) === 'unregistered') return told;
  const next = links[node.link + 1];
  const later = { ...node, link: node.link + 1, ways: [] };
  const phases: Way[] =
    next !== undefined
      ? wayBy(searched, later, 'phase-entered', { phase: next.code })
      : node.link < links.length
        ? [{ to: later, by: 'phase' }]
        : [];
  return [...told, ...timers, ...phases.map(({ to }): Way => ({ to, by: 'phase' }))];
}

/** Somebody may send it, and the rest of the service has something to tell it for. */
function mayHappen({ compiled, offices }: Searched, node: Node, event: string): boolean {
  if (ASIDE.has(event)) return false;
  const stage = stageOf(node.instance.value);
  if (actorsOf(compiled.rowOf(event, stage)?.by ?? [], offices).length === 0) return false;
  const { appliedAt, rank, openObjections } = contextOf(node);
  if (event === 'apply') return appliedAt === null; // An application is frozen once, as the first.
  if (DECIDE.has(event) && appliedAt === null) return false;
  if (event === 'objection-opened') return openObjections.length === 0;
  if (event === 'admit-late-declaration' || event === 'admit-late-application') {
    return isLate(compiled.procedure, node);
  }
  // The campaign ranks a category once, from the phase of the stage on.
  if (event !== 'select' && event !== 'keep-in-reserve') return true;
  const isTurn = event === 'select' || rank === null;
  return isTurn && phaseOf(compiled.procedure, node) !== 'before';
}

function wayBy(
  { machine, facts, compiled }: Searched,
  node: Node,
  type: string,
  payload: object,
): Way[] {
  const { instance, link, isReviewed } = node;
  const { proposedBy } = contextOf(node);
  const roles = (compiled.rowOf(type, stageOf(instance.value))?.by ?? []).filter(
    (who) => who !== 'system',
  );
  const by = { principalId: proposedBy === null ? 'one' : 'another', roles };
  const answer = advance(machine, instance, { type, at: timeOf(link), by, facts, ...payload });
  if (answer.kind !== 'step') return [];
  const { appliedAt } = contextOf(node);
  const to: Node = {
    instance: answer.step.instance,
    link,
    isReviewed: isReviewed || (appliedAt !== null && PASSES.has(type)),
    ways: [],
  };
  return [{ to, by: 'event' }];
}

const linkOf = ({ chain: { links } }: Procedure, link: number): string =>
  links[Math.min(link, links.length - 1)]?.code ?? '';

/** Whether the phase of the stage is before, open, or over; unknown outside of the stages. */
function phaseOf(procedure: Procedure, node: Node): 'before' | 'open' | 'over' | null {
  const stage = procedure.stages.find(({ code }) => code === stageOf(node.instance.value));
  if (stage === undefined) return null;
  const link = linkOf(procedure, node.link);
  if (!hasCome(procedure.chain, link, stage.in)) return 'before';
  return isOver(procedure.chain, link, stage.in) ? 'over' : 'open';
}

const isLate = (procedure: Procedure, node: Node): boolean =>
  node.link >= procedure.chain.links.length || phaseOf(procedure, node) === 'over';

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

const unearned = (nodes: readonly Node[]): Trouble[] =>
  nodes
    .filter(isTitle)
    .filter((node) => {
      const { appliedAt, conferredBy } = contextOf(node);
      return appliedAt === null || conferredBy === null || !node.isReviewed;
    })
    .slice(0, 1)
    .map((node) => ({ kind: 'unearned', state: placeOf(node), who: [] }));

/** States of the stages in which nobody ever stands; those that are passed through are not waited in. */
function unreached({ compiled }: Searched, nodes: readonly Node[]): Trouble[] {
  const reached = new Set(nodes.map(placeOf));
  return compiled.procedure.stages.flatMap(({ code }) =>
    Object.entries(compiled.chart.root.states[code]?.states ?? {})
      .filter(([state, { always }]) => !reached.has(`${code}/${state}`) && !isPassage(always))
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
      if (by === 'event' || isRest(procedure, node) || !isLate(procedure, to)) inTime.add(to);
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
