// The facts that guards need are read under the lock, each kind in one query. The catalog lists the facts,
// and the noun of each says how it is read.

import type { FactName, FactValue } from '../../../machines/catalog.ts';
import type { Grounds } from '../../../machines/kit/requirement.ts';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Deadline } from '../../../machines/kit/time.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import { groundsOf } from '../../rules/plan/citations.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { lastDayFor } from '../../rules/procedure/waiting-steps.ts';
import { deadlineFor, recalculated } from '../../rules/time/deadlines.ts';
import type { Open } from '../../sealing/vault.ts';
import type { Fault } from './command.ts';
import { type Draft, kept, standingOf } from './draft.ts';
import type { Ask } from './fact-request.ts';
import { Impossible } from './fact-request.ts';
import type { Held } from './locked-rows.ts';
import type { Reference } from './reference.ts';

/** The facts of an event, and the rules that rest on nobody's word. */
export type Facts = { [Name in FactName]?: FactValue<Name> } & Grounds;
/** The plan and the reference by which facts at hand are reckoned. */
export type Place = { plan: Plan; reference: Reference };
export type World = Place & {
  tx: Tx;
  campaignId: string;
  sources: FactSources;
  /** Opens what is sealed; there where commands are decided, and nowhere else. */
  open?: Open;
};
/** The asks that need this fact. */
type Wants = (name: FactName) => readonly Ask[];
/** The rows that a batch holds locked, and those that its steps have written so far. */
export type Locked = { held: Held; writes: Writes };

type Reading<Name extends FactName> = (ask: Ask, locked?: Locked) => FactValue<Name> | undefined;

/** Reads these facts for all asks that want them: one query for each kind, and none where no ask does. */
export type FactLoader<Names extends FactName> = (
  world: World,
  wants: Wants,
) => Promise<{ readonly [Name in Names]: Reading<Name> }>;

/** A fact that follows from the plan, the calendar and the drafts, without a query. */
type AtHand<Name extends FactName> = {
  atHand: (place: Place, ask: Ask) => FactValue<Name> | undefined;
};

/** The source of each of these facts; one loader may serve several names. */
export type SourcesOf<Names extends FactName> = {
  readonly [Name in Names]: FactLoader<Name> | AtHand<Name>;
};
export type FactSources = SourcesOf<FactName>;

/** `impossible` is the fault of an input that permits no fact: a date out of range, too long a wait. */
export type Loaded = Facts & { impossible?: Fault };

const noDeadline = (why: string): Impossible =>
  new Impossible({
    path: '/until',
    zh: '期限无法计算',
    en: `the deadline cannot be reckoned: ${why}`,
  });

const namesOf = ({ draft, event }: Ask): readonly FactName[] =>
  draft.release.factsFor(event.type, stageOf(draft.instance.value));

/**
 * A function for each ask, in the same order, that gives its facts as they were read. Facts that rest on
 * locked rows are measured anew by `locked`. An impossible fact of one ask does no harm to the others.
 */
export async function loadFacts(
  world: World,
  asks: readonly Ask[],
): Promise<((locked?: Locked) => Loaded)[]> {
  const wanted = new Map<FactName, Ask[]>();
  for (const ask of asks) {
    for (const name of namesOf(ask)) {
      const known = wanted.get(name);
      if (known === undefined) wanted.set(name, [ask]);
      else known.push(ask);
    }
  }
  const readings: { [Name in FactName]?: Reading<Name> } = {};
  for (const [loader, names] of loadersOf(world.sources)) {
    if (!names.some((name) => wanted.has(name))) continue;
    Object.assign(readings, await loader(world, (name) => wanted.get(name) ?? []));
  }
  return asks.map((ask) => (locked) => {
    const facts: Loaded = { ...groundsOf(world.plan) };
    for (const name of namesOf(ask)) {
      const source = world.sources[name];
      try {
        const value =
          'atHand' in source ? source.atHand(world, ask) : readings[name]?.(ask, locked);
        Object.assign(facts, { [name]: value });
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        facts.impossible = error.fault;
      }
    }
    return facts;
  });
}

type Loaders = readonly (readonly [FactLoader<never>, readonly FactName[]])[];
const LOADERS = new WeakMap<FactSources, Loaders>();

/** Each loader once, with the facts it loads, in the order of the nouns. */
function loadersOf(sources: FactSources): Loaders {
  const known = LOADERS.get(sources);
  if (known !== undefined) return known;
  const names = new Map<FactLoader<never>, FactName[]>();
  for (const name of Object.keys(sources) as FactName[]) {
    const source = sources[name];
    if ('atHand' in source) continue;
    names.set(source, [...(names.get(source) ?? []), name]);
  }
  const loaders = [...names];
  LOADERS.set(sources, loaders);
  return loaders;
}

/** The facts of an event that a step causes: only those at hand. Any other is a bug and throws. */
export function factsAtHand(sources: FactSources, place: Place, ask: Ask): Facts {
  const facts: Facts = { ...groundsOf(place.plan) };
  for (const name of namesOf(ask)) {
    const source = sources[name];
    if (!('atHand' in source)) {
      throw new Error(`${name} of ${ask.event.type} was not loaded before`);
    }
    Object.assign(facts, { [name]: source.atHand(place, ask) });
  }
  return facts;
}

/** The facts of every machine that owes something or hangs on another. */
export const kernelFacts: SourcesOf<'deadline' | 'parent'> = {
  deadline: { atHand: deadlineOf },
  parent: {
    atHand: (_, { parent }) => parent && parentFacts(parent),
  },
};

/** What a child is told of the candidate it hangs on. */
export function parentFacts(parent: Pick<Draft, 'id' | 'release' | 'instance'>) {
  const { value, status } = parent.instance;
  const { gathers } = standingOf(parent);
  return { id: parent.id, stage: stageOf(value), state: stateOf(value), status, gathers };
}

function deadlineOf({ plan, reference: { calendar } }: Place, { draft, event, at }: Ask): Deadline {
  const policy = draft.release.deadlineFor(event.type, stageOf(draft.instance.value));
  if (policy === null) throw new Error(`${event.type} opens no deadline`);
  if (policy === 'unchanged') {
    // Every machine that knows a deadline of its own keeps it under this name.
    const deadline = kept(draft, 'deadline');
    if (!deadline) throw noDeadline(`${draft.id} has no deadline of its own`);
    const notBefore = typeof event.notBefore === 'string' ? event.notBefore : null;
    const anew = recalculated(plan, calendar, deadline, notBefore);
    if (anew === null) throw noDeadline('the calendar changes no day of it');
    return anew;
  }
  const days = kept(draft, 'days');
  const { until } = event;
  // What begins with a document runs from its issue, however late the subject is told.
  const from = typeof event.issuedAt === 'string' ? event.issuedAt : at;
  try {
    return deadlineFor(plan, calendar, from, {
      policy,
      ...(typeof days === 'number' ? { days } : {}),
      ...(typeof until === 'string' ? { until } : {}),
      noLaterThan: lastDayFor(plan, draft.category, policy),
    });
  } catch (error) {
    if (error instanceof RangeError) throw noDeadline(error.message);
    throw error;
  }
}
