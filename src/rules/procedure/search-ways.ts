// Every way that candidate, officers and time may take through a procedure, in a world in which all is well.
// States are told apart by what guards read.

import type { CandidateContext } from '../../../machines/candidate/events.ts';
import type { Role } from '../../../machines/kit/access.ts';
import { definitionOf } from '../../../machines/kit/definition.ts';
import type { Instance, Machine } from '../../../machines/kit/step.ts';
import { accepts, advance, begin, stageOf, stateOf, waits } from '../../../machines/kit/step.ts';
import type { CompiledProcedure } from '../../../machines/procedure/compile.ts';
import { hasCome, isOver } from '../../../machines/procedure/phases.ts';
import type { Procedure } from '../../../machines/procedure/procedure.ts';
import { boundUntilConferral } from '../../../machines/procedure/reading.ts';
import { actorsOf } from './procedure-graph.ts';
import type { World } from './search-world.ts';
import { factsOfProcedure, payloadsFor, recorded, timeOf } from './search-world.ts';

type Way = {
  to: Node;
  /** A review is the pass of one who has applied; a phase comes by time alone. */
  by: 'event' | 'review' | 'phase';
};

export type Node = {
  instance: Instance;
  /** The place of the campaign in its chain; behind the last link every window is over. */
  link: number;
  /** The ways to other states. */
  ways: Way[];
};

export type Searched = {
  compiled: CompiledProcedure;
  machine: Machine;
  facts: ReturnType<typeof factsOfProcedure>;
  offices: readonly Role[];
  /** The delays that lead elsewhere; the others remind. */
  moving: ReadonlySet<string>;
  /** Conditions of a review may stay open until the conferral. */
  isBound: boolean;
};

/** What the search of this procedure asks at each state. */
export function searchedOf(compiled: CompiledProcedure, world: World): Searched {
  const machine = { name: 'candidate', version: 1, chart: compiled.chart, effects: {} };
  const { offices } = world;
  const facts = factsOfProcedure(compiled.procedure, world);
  const waiting = definitionOf(machine).states.flatMap((state) => state.waits);
  const isBound = boundUntilConferral(compiled.procedure).length > 0;
  const moving = new Set(waiting.flatMap(({ delay, target }) => (target ? delay : [])));
  return { compiled, machine, facts, offices, moving, isBound };
}

/** Events that change nothing of the way in a world in which all is well, or end it. */
export const ASIDE: ReadonlySet<string> = new Set([
  'adopt-policy',
  'record-evidence',
  'void-record',
  'assess-evidence',
  'record-inspection',
  'recalculate-deadline',
  'withdraw',
  'reinstate',
  'end-with-unit',
  'succeed',
  'propose-disqualification',
  'confirm-disqualification',
  'request-override',
  'approve-override',
  'retract-assessment',
  'correct-assessment',
  'pass-over',
]);

const HANDS_IN: ReadonlySet<string> = new Set([
  'submit-plan',
  'declare-created',
  'apply',
  'resubmit',
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

export const contextOf = ({ instance }: Node) => instance.context as CandidateContext;
export const isTitle = ({ instance }: Node): boolean => stageOf(instance.value) === 'conferred';
export const isEnd = (node: Node): boolean =>
  isTitle(node) || node.instance.status === 'done' || isRefused(node);

/** Failed again after its reconsideration, which may be asked for once: it only becomes final. */
function isRefused({ instance: { value, context } }: Node): boolean {
  const { reconsidered } = context as CandidateContext;
  return stateOf(value) === 'failed' && reconsidered[stageOf(value)] === true;
}

/** Every state that can be come to, the first first; null when there are more than `statesMax`. */
export function explore(searched: Searched, world: World, statesMax: number): Node[] | null {
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

/** What the further way of a candidate depends on; whoever agrees in it goes the same ways. */
function keyOf({ isBound }: Searched, { instance: { value, context }, link }: Node): string {
  const [stage, state] = [stageOf(value), stateOf(value)];
  const read = Object.entries(context).flatMap(([name, kept]) => {
    if (UNREAD.has(name) || READ_IN[name]?.includes(state) === false) return [];
    if (name === 'requirements' && !isBound) return [];
    // A return and a reconsideration count in their own stage.
    const isOfStage = name === 'returned' || name === 'reconsidered';
    const own = isOfStage ? (kept as CandidateContext['returned'])[stage] : kept;
    return NOTHING.has(own) ? [] : [name, saidOf(own)];
  });
  return JSON.stringify([stage, state, link, read]);
}

const NOTHING: ReadonlySet<unknown> = new Set([undefined, null, false, 0]);

/** A list counts as it stands. Of what is kept by name, the names: in this world each has one value. */
function saidOf(kept: unknown): unknown {
  if (typeof kept !== 'object' || kept === null) return true;
  return Array.isArray(kept) ? kept : Object.keys(kept).sort();
}

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
  // Whatever comes later of an objection, has come of it here.
  if (event === 'objection-opened') {
    return openObjections.length === 0 && stateOf(node.instance.value) === 'public-notice';
  }
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
  { instance, link }: Pick<Node, 'instance' | 'link'>,
  type: string,
  payload: object,
): Way[] {
  const { proposedBy, handedInBy, appliedAt } = instance.context as CandidateContext;
  const roles = (compiled.rowOf(type, stageOf(instance.value))?.by ?? []).filter(
    (who) => who !== 'system',
  );
  // Nobody decides what they proposed or handed in; handing in is always the same person's.
  const taken = HANDS_IN.has(type) ? [] : [proposedBy, handedInBy];
  const principalId = ['one', 'another', 'a third'].find((id) => !taken.includes(id)) ?? 'one';
  const by = { principalId, roles };
  const answer = advance(machine, instance, { type, at: timeOf(link), by, facts, ...payload });
  if (answer.kind !== 'step') return [];
  const to: Node = { instance: answer.step.instance, link, ways: [] };
  return [{ to, by: appliedAt !== null && PASSES.has(type) ? 'review' : 'event' }];
}

const linkOf = ({ chain: { links } }: Procedure, link: number): string =>
  links[Math.min(link, links.length - 1)]?.code ?? '';

/** Whether the phase of the stage is before, open, or over; unknown outside of the stages. */
export function phaseOf(procedure: Procedure, node: Node): 'before' | 'open' | 'over' | null {
  const stage = procedure.stages.find(({ code }) => code === stageOf(node.instance.value));
  if (stage === undefined) return null;
  const link = linkOf(procedure, node.link);
  if (!hasCome(procedure.chain, link, stage.in)) return 'before';
  return isOver(procedure.chain, link, stage.in) ? 'over' : 'open';
}

export const isLate = (procedure: Procedure, node: Node): boolean =>
  node.link >= procedure.chain.links.length || phaseOf(procedure, node) === 'over';
