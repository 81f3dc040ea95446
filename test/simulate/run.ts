// One run of one seed: the seed chooses everything that happens, one step at a time.

import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Command, Outcome } from '../../src/command/kernel/command.ts';
import { createPool } from '../../src/db/kernel/pool.ts';
import { learnProcedures } from '../../src/db/kernel/procedures.ts';
import { randomFrom } from '../machines/walk.ts';
import { unitPath } from '../support/units.ts';
import type { Wish } from './clients.ts';
import { wishOf } from './clients.ts';
import { CAMPAIGN, POISON, POISONED_OPERATION } from './county.ts';
import { seededEntropy } from './entropy.ts';
import type { Held } from './gate.ts';
import { clearAway, cut, held, letAllGo, settle, standAt, wasTouched } from './gate.ts';
import { holdIncidents, look, nothingSeen, Violation } from './invariants.ts';
import type { Asked, Copy } from './oracle.ts';
import { isForgotten, judge } from './oracle.ts';
import { phaseWish } from './phases.ts';
import type { Replica } from './replica.ts';
import { kill, startReplica } from './replica.ts';
import { asleep, beginTime, running, wake } from './virtual-time.ts';
import type { World } from './world.ts';

export type Report = {
  seed: number;
  steps: number;
  /** The fault found, and its step; null when everything held. */
  fault: string | null;
  /** SHA-256 of everything the run did, and of the log it left. */
  trace: string;
  log: string;
  /** Every step, and each statement on its way to the server. */
  history: string[];
  /** The number of times that each point was stood at, crashed at, cut at. */
  stood: { [point: string]: number };
  crashed: { [point: string]: number };
  cuts: { [point: string]: number };
  /** `machine type` → the number of times it was stored. */
  types: { [type: string]: number };
  outcomes: { [kind: string]: number };
  /** `machine type` → the reason of its last refusal. */
  refusals: { [type: string]: string };
};

const STEPS = 1_400;
/** Steps in which nothing new begins, so that everything under way can come to its end. */
const CALM_STEPS_MAX = 1_600;
const WAITING_MAX = 8;

/** Plays the seed on this world. Never throws for a fault it finds: the report names it. */
export async function play(world: World, seed: number): Promise<Report> {
  beginTime();
  const random = randomFrom(seed);
  const source = seededEntropy(seed, 0);
  const pool = createPool(world.connectionString, { max: 1, applicationName: 'observer' });
  const db = await pool.connect();
  // The lives of the chapters stand under procedures that other processes have compiled.
  const { rows: pins } = await db.query<{ procedure: string }>(
    'select hash as procedure from procedure',
  );
  await learnProcedures(db, pins);
  const { rows: sites } = await db.query<{ id: string; path: string }>(
    `select id, path from site where path like '${unitPath('6102', '610222')}%' order by id`,
  );
  const { rows: ended } = await db.query<{ id: string; successor: string }>(
    'select id, successor_ids[1] as successor from organisation where ended_on is not null',
  );
  const successors = new Map(ended.map(({ id, successor }) => [id, successor]));
  const seen = nothingSeen();
  const asked: Asked[] = [];
  const history: string[] = [];
  const refusals = new Map<string, string>();
  const tally = { stood: {}, crashed: {}, cuts: {}, outcomes: {} } as {
    [name in 'stood' | 'crashed' | 'cuts' | 'outcomes']: { [key: string]: number };
  };
  const count = (of: { [key: string]: number }, key: string): void => {
    of[key] = (of[key] ?? 0) + 1;
  };
  const lives = [0, 0];
  /** Whether a replica has lost nothing since it last listed what is due. */
  const isWhole = [false, false];
  let step = 0;
  let unresolved: Asked[] = [];

  const saw =
    (replica: Replica) =>
    (point: string, burst: readonly { name: string; values: readonly unknown[] }[]) => {
      count(tally.stood, point);
      if (point === 'timers listed') {
        if (isWhole[replica.number]) seen.rounds += 1;
        isWhole[replica.number] = true;
      }
      const ids = burst
        .filter(({ name }) => name === 'lock-subjects')
        .flatMap(({ values }) => values[1] as string[]);
      for (const { command, copies } of unresolved) {
        if (!ids.includes(command.subjectId)) continue;
        for (const copy of copies) {
          if (copy.replica === replica && copy.outcome === null) copy.lockedAt = step;
        }
      }
    };
  const begin = (number: number): Replica => {
    const replica = startReplica(world.logins, seed, number, lives[number] ?? 0, () => undefined);
    replica.saw = saw(replica);
    lives[number] = (lives[number] ?? 0) + 1;
    return replica;
  };
  const replicas = [begin(0), begin(1)];

  const note = (line: string): void => {
    history.push(`${step} ${line}`);
  };

  // A sender who approves what was not shown to them learns from the refusal what it would have been.
  const learn = ({ subjectId, create, event }: Command, outcome: Outcome): void => {
    const machine = create?.machine ?? seen.subjects.get(subjectId)?.release.name;
    const why =
      outcome.kind === 'refused' ? outcome.unmet.map(({ name }) => name).join(', ') : outcome.kind;
    refusals.set(`${machine} ${event.type}`, why);
    if (outcome.kind !== 'refused') return;
    const current = outcome.unmet.find(({ name }) => name === 'preview-is-current');
    if (current !== undefined) seen.preview = String(current.required);
  };

  const ask = async (one: Asked, replica: Replica): Promise<void> => {
    const copy: Copy = { replica, state: 'waiting', outcome: null, error: null, lockedAt: -1 };
    one.copies.push(copy);
    if (!unresolved.includes(one)) unresolved.push(one);
    try {
      const outcome = await running.run(replica, () => replica.performer.perform(one.command));
      if (replica.isGone) return;
      copy.outcome = outcome;
      count(tally.outcomes, outcome.kind);
      learn(one.command, outcome);
      count(tally.stood, 'answered');
      await standAt({ replica, point: 'answered', about: one.mark, client: null });
      copy.state = 'told';
    } catch (error) {
      if (replica.isGone) return;
      copy.state = 'failed';
      copy.error = error;
      count(tally.outcomes, `throws ${(error as Error).message}`.slice(0, 120));
    }
  };

  const send = (wish: Wish): void => {
    const mark = `${seed}.${asked.length}`;
    const withKey = random() < 0.5;
    const command: Command = {
      campaignId: CAMPAIGN,
      ...wish,
      event: { ...wish.event, mark },
      ...(withKey ? { idempotency: { key: mark, requestHash: mark } } : {}),
      ...(random() < 0.1 && wish.create === undefined
        ? { ifMatch: seen.subjects.get(wish.subjectId)?.revision ?? 0 }
        : {}),
    };
    const one: Asked = { mark, command, copies: [], storedAt: null, since: seen.instant };
    asked.push(one);
    const first = random() < 0.5 ? 0 : 1;
    note(`${mark} ${command.event.type} ${command.subjectId} → ${first}`);
    void ask(one, replicas[first] as Replica);
    if (withKey && random() < 0.4) {
      note(`${mark} again → ${1 - first}`);
      void ask(one, replicas[1 - first] as Replica);
    }
  };

  const crash = async ({ replica, point }: Held): Promise<void> => {
    note(`crash ${replica.number} ${point}`);
    isWhole[replica.number] = false;
    count(tally.crashed, point);
    for (const one of [...held]) if (one.replica === replica) held.delete(one);
    const clients = kill(replica);
    for (const { copies } of unresolved) {
      for (const copy of copies) {
        if (copy.replica === replica && copy.state === 'waiting')
          copy.state = copy.outcome === null ? 'lost' : 'told';
      }
    }
    await clearAway(db, clients);
    replicas[replica.number] = begin(replica.number);
  };

  const lose = async ({ lose: break_, client, replica, point, about }: Held): Promise<void> => {
    note(`cut ${replica.number} ${point} ${about}`);
    isWhole[replica.number] = false;
    count(tally.cuts, point);
    cut(client as pg.Client);
    await clearAway(db, [client as pg.Client]);
    break_(new Error('Connection terminated unexpectedly'));
  };

  /** Commands with a key whose outcome is unknown to their sender, who sends them again. */
  const repeatables = (): Asked[] =>
    unresolved.filter(
      (one) =>
        one.command.idempotency !== undefined &&
        !isForgotten(one, seen) &&
        one.copies.every(({ state }) => state === 'lost' || state === 'failed') &&
        one.copies.length < 6,
    );

  const moveClock = async (): Promise<void> => {
    const { rows } = await db.query<{ due: string | null }>(
      'select min(due_at) as due from timer where due_at > now_instant()',
    );
    const due = rows[0]?.due ?? null;
    const hours = Math.floor(random() * 20);
    const aside = Temporal.Instant.from(seen.instant)
      .add({ hours })
      .toString({ fractionalSecondDigits: 3 });
    const to = due !== null && (due < aside || random() < 0.4) ? due : aside;
    note(`clock ${to}`);
    await db.query('update virtual_clock set instant = greatest(instant, $1)', [to]);
    if (to > seen.instant) seen.instant = to;
  };

  const endWaits = async (): Promise<void> => {
    note('incidents are tried again');
    // A replica that stands with the row locked is not waited for, because nobody would let it go.
    await db.query(
      `update incident set not_before = '2000-01-01'
        where id in (select id from incident where status = 'retrying' for update skip locked)`,
    );
  };

  const next = async (isCalm: boolean): Promise<boolean> => {
    const stands = [...held];
    const connected = stands.filter(({ client }) => client !== null);
    const sleepers = asleep();
    const waiting = unresolved
      .flatMap(({ copies }) => copies)
      .filter(({ state }) => state === 'waiting').length;
    const again = repeatables();
    const actions: [number, () => Promise<void> | void][] = [
      [
        stands.length > 0 ? 8 : 0,
        () => {
          const one = choose(random, stands);
          note(`go ${one.replica.number} ${one.point} ${one.about}`);
          one.go();
        },
      ],
      [
        sleepers.length > 0 ? (isCalm ? 4 : 0.7) : 0,
        () => {
          const one =
            random() < 0.7
              ? sleepers[0]
              : choose(
                  random,
                  sleepers.filter(({ dueMs }) => dueMs <= (sleepers[0]?.dueMs ?? 0) + 1_100),
                );
          if (one === undefined) return;
          note(`wake ${one.of.number} ${one.dueMs}`);
          wake(one);
        },
      ],
      [
        again.length > 0 ? 1.5 : 0,
        () => {
          const one = choose(random, again);
          const number = random() < 0.5 ? 0 : 1;
          note(`${one.mark} once more → ${number}`);
          void ask(one, replicas[number] as Replica);
        },
      ],
      [
        !isCalm && waiting < WAITING_MAX ? 4 : 0,
        () => {
          const mayEnd = seed % 5 === 0 && asked.length > 60;
          const { newId } = source;
          const at = { seed, campaignId: CAMPAIGN, seen, random, mayEnd, newId, sites, successors };
          send((seed % 2 === 1 ? phaseWish(at) : null) ?? wishOf(at));
        },
      ],
      // Due timers mostly fire before time goes on, or nobody would ever be warned in time.
      [isCalm ? 0 : seen.dueSince.size > 0 ? 0.04 : 0.7, moveClock],
      [0.4, endWaits],
      [
        isCalm ? 0 : eager(stands, tally.crashed),
        () => crash(rarest(random, stands, tally.crashed)),
      ],
      [
        isCalm ? 0 : eager(connected, tally.cuts),
        () => lose(rarest(random, connected, tally.cuts)),
      ],
    ];
    let left = random() * actions.reduce((sum, [weight]) => sum + weight, 0);
    const chosen = actions.find(([weight]) => {
      left -= weight;
      return left < 0;
    });
    await chosen?.[1]();
    return chosen !== undefined;
  };

  const inspect = async (): Promise<void> => {
    await settle(db, (line) => note(`  ${line}`));
    if (wasTouched()) await look(db, CAMPAIGN, seen);
    judge(unresolved, seen, step);
    unresolved = unresolved.filter(
      ({ command, copies }) =>
        copies.some(
          ({ state }) =>
            state === 'waiting' || (command.idempotency !== undefined && state !== 'told'),
        ) && copies.length < 6,
    );
  };

  let fault: string | null = null;
  try {
    await look(db, CAMPAIGN, seen);
    // The run has not reached what the template brought, so that does not count.
    seen.types.clear();
    for (; step < STEPS; step += 1) {
      await inspect();
      await next(false);
    }
    for (const last = step + CALM_STEPS_MAX; ; step += 1) {
      await inspect();
      const isQuiet = held.size === 0 && repeatables().length === 0;
      const left = isQuiet || step > last ? await unfinished(db) : null;
      if (isQuiet && left === null) break;
      if (step > last) throw new Violation(`stands still with ${left ?? 'clients unanswered'}`);
      await next(true);
    }
    judge(asked, seen, step);
    await holdIncidents(db);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    fault = error.message;
  }
  const log = await logOf(db);
  letAllGo();
  for (const replica of replicas) kill(replica);
  for (const one of [...held]) held.delete(one);
  db.release();
  await pool.end();
  return {
    seed,
    steps: step,
    fault,
    trace: hash('sha256', history.join('\n'), 'hex'),
    log,
    history,
    ...tally,
    types: Object.fromEntries(seen.types),
    refusals: Object.fromEntries(refusals),
  };
}

/** The weight of a fault here: more at a point that has had none. */
const eager = (stands: readonly Held[], tally: { readonly [point: string]: number }): number => {
  if (stands.length === 0) return 0;
  return stands.some(({ point }) => tally[point] === undefined) ? 3 : 0.15;
};

/** One of the stands at the point with the fewest faults, because least is known of it. */
function rarest(
  random: () => number,
  stands: readonly Held[],
  tally: { readonly [point: string]: number },
): Held {
  const least = Math.min(...stands.map(({ point }) => tally[point] ?? 0));
  return choose(
    random,
    stands.filter(({ point }) => (tally[point] ?? 0) === least),
  );
}

const choose = <Item>(random: () => number, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

/** A timer or work that is due or under way and should not stay so; null when there is none. */
async function unfinished(db: pg.ClientBase): Promise<string | null> {
  const { rows } = await db.query<{
    timers: number;
    operations: number;
    items: number;
    tries: number;
  }>(
    `select (select count(*) from timer
              where due_at <= now_instant() and subject_id <> $1)::int as timers,
            (select count(*) from operation where status <> 'done' and id <> $2)::int as operations,
            (select count(*) from operation_item
              where outcome is null and not (operation_id = $2 and index = 0))::int as items,
            (select count(*) from incident where status = 'retrying')::int as tries`,
    [POISON, POISONED_OPERATION],
  );
  const { timers = 0, operations = 0, items = 0, tries = 0 } = rows[0] ?? {};
  if (timers + operations + items + tries === 0) return null;
  return `${timers} timers due, ${operations} operations under way, ${items} items open, ${tries} incidents tried again`;
}

async function logOf(db: pg.ClientBase): Promise<string> {
  const { rows } = await db.query<{ digest: string }>(
    `select encode(sha256(coalesce(string_agg(hash, '' order by subject_id, sequence), '')::bytea),
                   'hex') as digest from event`,
  );
  return rows[0]?.digest ?? '';
}
