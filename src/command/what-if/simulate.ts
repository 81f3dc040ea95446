// A simulation runs a plan on a virtual clock, in a session that touches nothing. It tells what would be
// sent, owed and due when nobody acts or when a script does. The one transaction and the released machines
// run, so a simulation cannot disagree with a campaign.

import type pg from 'pg';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { openSandbox } from '../../db/kernel/sandbox.ts';
import { statement } from '../../db/kernel/transaction.ts';
import type { SimulatedRows } from '../../db/plan/simulations.ts';
import { findSimulated } from '../../db/plan/simulations.ts';
import { systemEntropy } from '../../entropy.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { ROLES } from '../../rules/plan/schema-terms.ts';
import type { Performer } from '../kernel/batches.ts';
import { createPerformer } from '../kernel/batches.ts';
import type { Command, Fault, Outcome } from '../kernel/command.ts';
import { advanceOperations } from '../kernel/operations.ts';
import { createReferenceCache } from '../kernel/reference.ts';
import { findDueUntil, fireRound } from '../kernel/timers.ts';
import type { NewSubject } from '../new-subjects.ts';
import { nouns } from '../nouns.ts';

export const SIMULATED_CANDIDATES_MAX = 300;
export const SIMULATED_EVENTS_MAX = 2_000;
export const SIMULATED_DAYS_MAX = 800;
export const SIMULATED_TIMERS_MAX = 20_000;
/** A simulation that takes longer stops where it is and says so in `stoppedAt`. */
export const SIMULATED_SECONDS_MAX = 20;

export type SimulatedCandidate = {
  /** The name by which the script and the result call the candidate. */
  key: string;
  category: string;
  organisationId: string;
  personName: string | null;
  siteId: string | null;
};

export type ScriptedEvent = {
  at: string;
  /** 'campaign', a candidate's key, or `<key>/<machine>` for the last thing that hangs on it. */
  subject: string;
  event: { type: string; readonly [name: string]: unknown };
  /** The sender. A mere name holds every role everywhere; two people who must differ need two names. */
  by: string | Principal;
};

export type Simulation = {
  issuedAt: string;
  registeredAt: string;
  until: string;
  candidates: readonly SimulatedCandidate[];
  script: readonly ScriptedEvent[];
};

type ScriptOutcome = {
  at: string;
  subject: string;
  event: string;
  outcome: Outcome['kind'] | 'failed';
  unmet: readonly Measurement[];
  /** The category whose policies refused; null where nothing did or the plan's own. */
  category: string | null;
  /** The roles that may send a forbidden event. */
  roles: readonly string[];
  /** The events that the state takes, when it does not take this one. */
  accepts: readonly string[];
  /** The faults of an invalid event, such as one that names a missing thing. */
  faults: readonly Fault[];
};

type Simulated = SimulatedRows & {
  outcomes: ScriptOutcome[];
  /** The instant at which the simulation stopped at a bound; null when it reached none. */
  stoppedAt: string | null;
};

type Run = {
  pool: pg.Pool;
  performer: Performer;
  campaignId: string;
  ids: Map<string, string>;
  keys: Map<string, string>;
  endMs: number;
  fired: number;
};

/** Runs the simulation. Rejects only for a bug or a fault of the database; a refusal is an outcome. */
export async function simulate(
  of: pg.Pool,
  plan: Plan,
  simulation: Simulation,
): Promise<Simulated> {
  const pool = await openSandbox(of, simulation.issuedAt);
  try {
    const unsigned = withoutSignatures(plan);
    const cache = { ...createReferenceCache(), plan: async () => unsigned };
    const run: Run = {
      pool,
      performer: createPerformer(nouns, pool, cache),
      campaignId: numbered(0),
      ids: new Map(),
      keys: new Map(),
      endMs: performance.now() + SIMULATED_SECONDS_MAX * 1_000,
      fired: 0,
    };
    const outcomes = await issue(run, plan, simulation);
    const stoppedAt = await play(run, simulation, outcomes);
    return { ...(await findSimulated(pool, run.campaignId, run.keys)), outcomes, stoppedAt };
  } finally {
    await pool.end();
  }
}

/** Nobody signs in a simulation: each document is issued with its draft, one for each candidate. */
function withoutSignatures(plan: Plan): Plan {
  const unsigned = structuredClone(plan);
  const selfIssued = { kind: 'default', note: '试算' };
  for (const kind of Object.values(unsigned.documents.kinds)) {
    Object.assign(kind, { selfIssued, per: 'candidate' });
  }
  return unsigned;
}

async function issue(run: Run, plan: Plan, simulation: Simulation): Promise<ScriptOutcome[]> {
  const { campaignId, ids, keys } = run;
  const create: NewSubject = {
    machine: 'campaign',
    planId: plan.id,
    planVersion: plan.version,
    name: plan.title,
  };
  const office = whoever('office');
  await done(run, {
    campaignId,
    subjectId: campaignId,
    create,
    event: { type: 'draft' },
    principal: office,
  });
  ids.set('campaign', campaignId);
  keys.set(campaignId, 'campaign');
  await moveTo(run, simulation.registeredAt);
  const outcomes: ScriptOutcome[] = [];
  const commands = simulation.candidates.map((candidate, index): Command => {
    const subjectId = numbered(index + 1);
    ids.set(candidate.key, subjectId);
    keys.set(subjectId, candidate.key);
    const { category, organisationId, personName, siteId } = candidate;
    return {
      campaignId,
      subjectId,
      create: { machine: 'candidate', category, organisationId, name: null, personName, siteId },
      event: { type: 'register' },
      principal: office,
    };
  });
  const answers = await run.performer.performAll(commands);
  for (const [index, answer] of answers.entries()) {
    if (answer.kind === 'done') continue;
    const subject = simulation.candidates[index]?.key ?? '';
    outcomes.push(told({ at: simulation.registeredAt, subject, type: 'register' }, answer));
  }
  return outcomes;
}

/** Ids in the order of the candidates, so that decisions in the order of ids come out alike each time. */
const numbered = (index: number): string =>
  `00000000-0000-8000-8000-${index.toString(16).padStart(12, '0')}`;

async function done({ performer }: Run, command: Command): Promise<void> {
  const outcome = await performer.perform(command);
  if (outcome.kind !== 'done')
    throw new Error(`the plan cannot be issued: ${JSON.stringify(outcome)}`);
}

/** Moves time from one scripted event to the next and fires the timers that fall due on the way. */
async function play(
  run: Run,
  { script, until }: Simulation,
  outcomes: ScriptOutcome[],
): Promise<string | null> {
  for (const scripted of script.toSorted((a, b) => compare(a.at, b.at))) {
    if (compare(scripted.at, until) > 0) break;
    if (performance.now() > run.endMs) return scripted.at;
    const stopped = await moveTo(run, scripted.at);
    if (stopped !== null) return stopped;
    outcomes.push(await perform(run, scripted));
    await settle(run);
  }
  return moveTo(run, until);
}

const compare = (a: string, b: string): number =>
  Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b));

const SET = statement(
  'set-simulated-clock',
  'update virtual_clock set instant = greatest(instant, $1)',
);

/** Moves time and stops at every timer on the way. Gives the instant at which a bound was met, else null. */
async function moveTo(run: Run, instant: string): Promise<string | null> {
  const { pool, performer } = run;
  for (;;) {
    const dueAt = await findDueUntil(pool, instant);
    if (dueAt === null) break;
    if (run.fired >= SIMULATED_TIMERS_MAX || performance.now() > run.endMs) return dueAt;
    await pool.query({ ...SET, values: [dueAt] });
    const { fired, failed, passing } = await fireRound(pool, performer);
    if (passing !== null) throw passing;
    // A plan that makes a deadline fail ends the simulation, so that it is not played on without it.
    if (failed[0] !== undefined) throw failed[0].error;
    run.fired += fired.length;
    await settle(run);
  }
  await pool.query({ ...SET, values: [instant] });
  return null;
}

/** Finishes operations, so that phase changes and selections reach all candidates before time goes on. */
async function settle({ pool, performer }: Run): Promise<void> {
  while (await advanceOperations(pool, performer));
}

async function perform(
  run: Run,
  { at, subject, event, by }: ScriptedEvent,
): Promise<ScriptOutcome> {
  const asked = { at, subject, type: event.type };
  const subjectId = await idOf(run, subject);
  if (subjectId === null) return told(asked, { kind: 'unknown-subject' });
  const named = await recordOf(run, subjectId, event);
  const command: Command = {
    campaignId: run.campaignId,
    subjectId,
    event: { id: systemEntropy.newId(), ...named },
    principal: typeof by === 'string' ? whoever(by) : by,
  };
  try {
    return told(asked, await run.performer.perform(command));
  } catch {
    // A machine cannot decide an event without its form, such as a self-check without results.
    return { ...asking(asked), outcome: 'failed' };
  }
}

const LAST_RECORD = statement(
  'last-simulated-record',
  `select id from record where campaign_id = $1 and subject_id = $2 and kind = $3
          order by sequence desc limit 1`,
);

/** A script names a record by its kind, because it cannot know the id of a record that is yet to be made. */
async function recordOf(
  { pool, campaignId }: Run,
  subjectId: string,
  event: ScriptedEvent['event'],
): Promise<ScriptedEvent['event']> {
  if (event.type !== 'assess-evidence') return event;
  const values = [campaignId, subjectId, event.id];
  const { rows } = await pool.query<{ id: string }>({ ...LAST_RECORD, values });
  return { ...event, id: rows[0]?.id ?? event.id };
}

const LAST_CHILD = statement(
  'last-simulated-child',
  `select id from subject where campaign_id = $1 and parent_id = $2 and machine = $3
          order by created_at desc, id desc limit 1`,
);

async function idOf({ pool, campaignId, ids }: Run, subject: string): Promise<string | null> {
  const known = ids.get(subject);
  if (known !== undefined) return known;
  const at = subject.lastIndexOf('/');
  const parent = ids.get(subject.slice(0, at));
  if (at < 0 || parent === undefined) return null;
  const values = [campaignId, parent, subject.slice(at + 1)];
  const { rows } = await pool.query<{ id: string }>({ ...LAST_CHILD, values });
  return rows[0]?.id ?? null;
}

/** A principal with every role everywhere, because a simulation asks when and not by whom. */
const whoever = (name: string): Principal => ({
  id: `simulated:${name}`,
  name,
  grants: ROLES.map((role) => ({ role, organisationId: '', reach: '/' })),
  credential: null,
});

type AskedOf = { at: string; subject: string; type: string };

const asking = ({ at, subject, type }: AskedOf): Omit<ScriptOutcome, 'outcome'> => ({
  at,
  subject,
  event: type,
  unmet: [],
  category: null,
  roles: [],
  accepts: [],
  faults: [],
});

const told = (asked: AskedOf, outcome: Outcome): ScriptOutcome => ({
  ...asking(asked),
  outcome: outcome.kind,
  ...(outcome.kind === 'refused' ? { unmet: outcome.unmet, category: outcome.category } : {}),
  ...(outcome.kind === 'forbidden' ? { roles: outcome.roles } : {}),
  ...(outcome.kind === 'out-of-state' ? { accepts: outcome.accepts } : {}),
  ...(outcome.kind === 'invalid' ? { faults: outcome.faults } : {}),
});
