// The invariants of the database after every step, whatever stands half done. Only committed rows are seen,
// and of each subject only the new ones are read.

import { hash } from 'node:crypto';
import type pg from 'pg';
import { type Pin, type Release, releaseOf } from '../../machines/catalog.ts';
import { begin, type Instance, type Told, waits } from '../../machines/kit/step.ts';
import { advancePinned } from '../../machines/pinning.ts';
import { eventHash } from '../../src/command/kernel/chain.ts';
import { ATTEMPTS_MAX } from '../../src/db/kernel/incidents.ts';
import { CHAIN_START } from '../../src/rules/audit/link.ts';
import { putBack } from '../../src/rules/audit/personal.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import { asLinked, type LoggedEvent } from '../support/replay.ts';
import { POISON, POISONED_OPERATION } from './county.ts';

export class Violation extends Error {
  override name = 'Violation';
}

/** A subject as its log gives it. */
export type Known = {
  id: string;
  release: Release;
  instance: Instance;
  revision: number;
  hash: string;
  parentId: string | null;
  organisationId: string;
  path: string;
  updatedAt: string;
  /** Pending timers by the log: id → due time. */
  timers: Map<string, string>;
};

type Row = {
  id: string;
  revision: number;
  chain_hash: string;
  machine: string;
  version: number;
  value: unknown;
  context: Instance['context'];
  status: Instance['status'];
  parent_id: string | null;
  organisation_id: string;
  path: string;
};

export type Seen = {
  subjects: Map<string, Known>;
  /** The number of times that each marked command stands in the log. */
  marks: Map<string, number>;
  /** Every event type that was stored: `machine type` → the number of times. */
  types: Map<string, number>;
  /** The number of times that clients have tried each type, with any outcome. */
  tried: Map<string, number>;
  /** Records of each subject, by their ids, in the order they were made. */
  records: Map<string, string[]>;
  /** The last showcase case of each subject, whose impact reviewers find. */
  cases: Map<string, string>;
  /** The hash of the preview that an approval of the policy change would be shown now. */
  preview: string | null;
  events: number;
  instant: string;
  /** Rounds of timers that replicas have done without losing anything on the way. */
  rounds: number;
  /** Timers that are due and can be fired: the number of rounds at the time when each was first seen due. */
  dueSince: Map<string, number>;
};

/**
 * A timer that can be fired is fired within so many rounds: both replicas may just have listed without it.
 */
const ROUNDS_MAX = 6;

export const nothingSeen = (): Seen => ({
  subjects: new Map(),
  marks: new Map(),
  types: new Map(),
  tried: new Map(),
  records: new Map(),
  cases: new Map(),
  preview: null,
  events: 0,
  instant: '',
  rounds: 0,
  dueSince: new Map(),
});

/** Reads the new rows since the last look and checks the invariants. Throws Violation. */
export async function look(db: pg.ClientBase, campaignId: string, seen: Seen): Promise<void> {
  const [state] = await rows<State>(db, STATE, [campaignId, POISON, POISONED_OPERATION]);
  const { heads, timers, instant, doubled, wrong, unjustified, reasons } = state as State;
  seen.instant = instant;
  const changed = heads.filter(({ id, revision }) => seen.subjects.get(id)?.revision !== revision);
  if (changed.length > 0) await follow(db, campaignId, seen, changed);
  holdTimers(seen, timers);
  holdRounds(seen, timers);
  if (doubled > 0) throw new Violation('a notice was issued twice');
  if (wrong > 0) throw new Violation('an operation miscounts its items');
  if (unjustified > 0) throw new Violation(`an incident of what only had to wait: ${reasons}`);
}

type Timer = { subject_id: string; timer_id: string; due_at: string };
type State = {
  heads: { id: string; revision: number }[];
  timers: Timer[];
  instant: string;
  doubled: number;
  wrong: number;
  unjustified: number;
  /** What these incidents say of themselves. */
  reasons: string | null;
};

// One statement takes all in one look. There is one notice per step, text and addressee. An operation has
// counted exactly its outcomes, and is over when nothing is open.
const STATE = `
  select now_instant() as instant,
         (select coalesce(json_agg(json_build_object('id', id, 'revision', revision) order by id), '[]')
            from subject where campaign_id = $1 and id <> $2::uuid) as heads,
         (select coalesce(json_agg(json_build_object(
                   'subject_id', subject_id, 'timer_id', timer_id,
                   'due_at', to_char(due_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                   order by subject_id, timer_id), '[]')
            from timer where campaign_id = $1) as timers,
         (select count(*) - count(distinct (subject_id, sequence, template, organisation_id,
                                            obligation_kind, obligation_generation, level, title))
            from notice where campaign_id = $1)::int as doubled,
         (select count(*) from (
            select o.id
              from operation o
              join operation_item i on i.campaign_id = o.campaign_id and i.operation_id = o.id
             where o.campaign_id = $1
             group by o.campaign_id, o.id
            having o.done <> count(i.outcome)
                or o.refused <> count(*) filter (
                     where i.outcome ->> 'kind' not in ('done', 'repeated'))
                or o.total <> count(*)
                or (o.status = 'done') <> (count(i.outcome) = count(*))) wrong)::int as wrong,
         (select count(*) from incident
           where subject_id is distinct from $2 and operation_id is distinct from $3)::int
           as unjustified,
         (select string_agg(concat_ws(' ', lane, item, cause_code, cause_message), '; ') from incident
           where subject_id is distinct from $2 and operation_id is distinct from $3) as reasons`;

const LOG = `
  select e.subject_id, e.sequence, type, at, principal_id, roles, credential, payload, facts, stage, state,
         e.personal, hash, encode(p.salt, 'hex') as salt, p.personal as part
    from event e
    join unnest($2::uuid[], $3::int[]) as asked (id, after)
      on e.subject_id = asked.id and e.sequence > asked.after
    left join event_personal p on p.campaign_id = e.campaign_id and p.subject_id = e.subject_id
     and p.sequence = e.sequence
   where e.campaign_id = $1 order by e.subject_id, e.sequence`;

async function follow(
  db: pg.ClientBase,
  campaignId: string,
  seen: Seen,
  changed: readonly { id: string; revision: number }[],
): Promise<void> {
  const ids = changed.map(({ id }) => id);
  const known = changed.map(({ id }) => seen.subjects.get(id)?.revision ?? 0);
  const subjects = await rows<Row>(
    db,
    `select id, revision, chain_hash, machine, version, value, context, status, parent_id,
            organisation_id, path
       from subject where campaign_id = $1 and id = any ($2::uuid[]) order by id`,
    [campaignId, ids],
  );
  const log = await rows<LoggedEvent>(db, LOG, [campaignId, ids, known]);
  const events = Map.groupBy(log, ({ subject_id }) => subject_id);
  for (const row of subjects) replay(seen, row, events.get(row.id) ?? []);
}

function replay(seen: Seen, row: Row, log: readonly LoggedEvent[]): void {
  const subject = seen.subjects.get(row.id) ?? beginningOf(row, log[0]);
  const where = `${row.machine} ${row.id}`;
  for (const event of log) {
    const { type, at, principal_id, roles, hash } = event;
    const { payload, facts } = putBack(event, event.part);
    if (event.sequence !== subject.revision + 1)
      throw new Violation(`${where} has no event ${subject.revision + 1}`);
    const linked = eventHash(subject.hash, asLinked(event));
    if (linked !== hash) throw new Violation(`the chain of ${where} breaks at ${event.sequence}`);
    const told = { ...payload, type, at, by: { principalId: principal_id, roles }, facts } as Told;
    const { release, answer } = advancePinned(subject.instance, told);
    subject.release = release;
    if (answer.kind !== 'step') throw new Violation(`${where} refuses ${type} of its own log`);
    subject.timers.delete(type);
    for (const timer of answer.step.timers) {
      if (timer.op === 'set') subject.timers.set(timer.timerId, timer.dueAt);
      else subject.timers.delete(timer.timerId);
    }
    Object.assign(subject, {
      instance: answer.step.instance,
      revision: event.sequence,
      hash: linked,
      updatedAt: at,
    });
    seen.events += 1;
    const name = `${row.machine} ${type}`;
    seen.types.set(name, (seen.types.get(name) ?? 0) + 1);
    if (payload.kind === 'showcase-case') seen.cases.set(row.id, String(payload.id));
    if (type === 'record-evidence')
      seen.records.set(row.id, [...(seen.records.get(row.id) ?? []), String(payload.id)]);
    if (typeof payload.mark === 'string')
      seen.marks.set(payload.mark, (seen.marks.get(payload.mark) ?? 0) + 1);
  }
  if (row.revision !== subject.revision) throw new Violation(`${where} is ahead of its log`);
  if (row.chain_hash !== subject.hash) throw new Violation(`the chain head of ${where} is stale`);
  const { value, context, status } = row;
  const { instance } = subject;
  const [stored, replayed] = [
    { value, context, status },
    { value: instance.value, context: instance.context, status: instance.status },
  ].map((state) => canonicalJson(state));
  if (stored !== replayed) throw new Violation(`${where} is not what its log replays to`);
  seen.subjects.set(row.id, subject);
}

function beginningOf(row: Row, first: LoggedEvent | undefined): Known {
  const begun = first && (putBack(first, first.part).payload.begin as Pin & { input: object });
  if (begun === undefined)
    throw new Violation(`the log of ${row.machine} ${row.id} does not begin`);
  const release = releaseOf(begun);
  return {
    id: row.id,
    release,
    instance: begin(release, begun.input),
    revision: 0,
    hash: CHAIN_START,
    parentId: row.parent_id,
    organisationId: row.organisation_id,
    path: row.path,
    updatedAt: '',
    timers: new Map(),
  };
}

/** A timer is set exactly while its state is held, and due when the log says. */
function holdTimers(seen: Seen, stored: readonly Timer[]): void {
  const bySubject = Map.groupBy(stored, ({ subject_id }) => subject_id);
  for (const { id, release, instance, timers } of seen.subjects.values()) {
    const set = new Map(bySubject.get(id)?.map(({ timer_id, due_at }) => [timer_id, due_at]));
    const held = new Set(waits(release, instance));
    for (const [timer, dueAt] of set) {
      const due = timers.get(timer);
      if (!held.has(timer)) throw new Violation(`${release.name} ${id} keeps its timer ${timer}`);
      if (due === undefined) throw new Violation(`${release.name} ${id} has ${timer} anew`);
      if (Temporal.Instant.compare(due, dueAt) !== 0)
        throw new Violation(`${timer} of ${release.name} ${id} is due ${dueAt}, not ${due}`);
    }
    for (const [timer, due] of timers) {
      if (set.has(timer)) continue;
      // The timer fired in a state that takes no event from it: its row is gone and no event was stored.
      if (Temporal.Instant.compare(due, seen.instant) > 0)
        throw new Violation(`${release.name} ${id} has lost ${timer}`);
      timers.delete(timer);
    }
  }
}

/** A due timer is fired, whatever stands before it. */
function holdRounds(seen: Seen, stored: readonly Timer[]): void {
  const due = stored.filter(
    ({ subject_id, due_at }) => due_at <= seen.instant && subject_id !== POISON,
  );
  const before = seen.dueSince;
  seen.dueSince = new Map();
  for (const { subject_id, timer_id } of due) {
    const timer = `${timer_id} of ${subject_id}`;
    const since = before.get(timer) ?? seen.rounds;
    seen.dueSince.set(timer, since);
    if (seen.rounds - since > ROUNDS_MAX)
      throw new Violation(`${timer} is due and was not fired in ${ROUNDS_MAX} rounds`);
  }
}

/**
 * Work that fails has been tried the number of times that is worth it, and is left to people. One more try
 * is allowed when a seed ends the wait of a replica that is still trying, as a pause of a process can.
 */
export async function holdIncidents(db: pg.ClientBase): Promise<void> {
  const parked = await rows<{ lane: string }>(
    db,
    `select lane from incident i
      where status = 'open' and attempts >= $1
        and attempts = (select count(*) from incident_event e where e.incident_id = i.id)
      order by lane`,
    [ATTEMPTS_MAX],
  );
  const lanes = parked.map(({ lane }) => lane).join(', ');
  if (lanes !== 'operations, timers') throw new Violation(`parked are: ${lanes}`);
}

async function rows<Of extends pg.QueryResultRow>(
  db: pg.ClientBase,
  text: string,
  values: unknown[],
): Promise<Of[]> {
  // The name is made of the statement's text, so that it is planned once.
  return (await db.query<Of>({ name: hash('sha1', text), text, values })).rows;
}
