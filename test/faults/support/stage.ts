// The stage of a scenario: a copy of the county's database, the processes that serve it, and the balance
// that is drawn at the end.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeEach, expect, inject } from 'vitest';
import { createPool } from '../../../src/db/kernel/pool.ts';
import { learnProcedures } from '../../../src/db/kernel/procedures.ts';
import {
  EVENTS,
  findDifferences,
  type LoggedEvent,
  replay,
  type StoredSubject,
  SUBJECTS,
} from '../../support/replay.ts';
import { ask, type Cluster, urlOf } from './cluster.ts';
import type { County } from './county.ts';
import {
  createOracle,
  findBroken,
  findRudeAnswers,
  longestWaitMs,
  type Oracle,
  type Stored,
} from './oracle.ts';
import { launch, type Process, statusOf, within } from './processes.ts';

declare module 'vitest' {
  interface ProvidedContext {
    cluster: Cluster;
    county: County;
  }
}

export const TEMPLATE = 'county';
/** The promised time to an answer, and the time that a busy machine of two cores may add to it. */
export const TOLD_WITHIN_MS = 3_000;
export const SLACK_MS = 2_500;
// A process that stood still reports this for 20 s: see LOOP_DELAY_MS_MAX.
const HEALS_WITHIN_MS = 30_000;

export type Stage = {
  /** The name of the stage and of its database. */
  name: string;
  cluster: Cluster;
  county: County;
  oracle: Oracle;
  /** The address of the database itself, past every proxy. */
  url: string;
  services: Process[];
  origins: () => string[];
  /** Starts another process on this stage; resolves when it listens. */
  start: (settings?: { readonly [name: string]: string }) => Promise<Process>;
  query: <Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]) => Promise<Row[]>;
  setClock: (instant: string) => Promise<void>;
  /** Ends every connection that the processes have. */
  terminate: () => Promise<void>;
  /** Ends the processes; to be called however the scenario ended. */
  close: () => Promise<void>;
};

export type StageOptions = {
  replicas?: number;
  settings?: { readonly [name: string]: string };
  /** The server's port for the processes, when it is not the server's own. */
  port?: number;
  /** True for a database on the small disk, which can be filled. */
  onSmallDisk?: boolean;
  /** Changes the database before any process meets it. */
  before?: (stage: Stage) => Promise<void>;
};

let stages = 0;

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { replicas = 1, settings = {}, port, onSmallDisk = false, before } = options;
  const cluster = inject('cluster');
  const county = inject('county');
  stages += 1;
  const name = `stage_${process.pid}_${stages}`;
  const postgres = urlOf(cluster, 'postgres');
  const space = onSmallDisk ? ' tablespace small' : '';
  await ask(postgres, `create database ${name} template ${TEMPLATE}${space}`);
  const folder = join(cluster.folder, name);
  await mkdir(folder);
  const url = urlOf(cluster, name);
  const services: Process[] = [];
  const start = async (more: { readonly [name: string]: string } = {}): Promise<Process> => {
    const service = launch({
      DATABASE_URL: urlOf({ port: port ?? cluster.port }, name),
      CLOCK: 'virtual',
      DATA_DIR: folder,
      // The copy of the database knows the keys of the one that was copied.
      DATA_KEYS_FILE: join(cluster.folder, TEMPLATE, 'data-keys.json'),
      ...settings,
      ...more,
    });
    services.push(service);
    await service.listening;
    return service;
  };
  const query: Stage['query'] = (sql, ...values) => ask(url, sql, values) as never;
  const stage: Stage = {
    name,
    cluster,
    county,
    oracle: createOracle(name),
    url,
    services,
    origins: () => services.filter((one) => one.isAlive()).map(({ origin }) => origin),
    start,
    query,
    setClock: async (instant) => {
      await query('update virtual_clock set instant = $1', instant);
    },
    terminate: async () => {
      await ask(
        postgres,
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
        [name],
      );
    },
    close: async () => {
      await Promise.all(services.filter((one) => one.isAlive()).map((one) => one.kill('SIGKILL')));
      await ask(postgres, `drop database if exists ${name} with (force)`);
    },
  };
  // The copy's files lie in a folder of its own.
  await query('delete from file_store');
  await before?.(stage);
  await Promise.all(Array.from({ length: replicas }, () => start()));
  return stage;
}

/**
 * One stage for the scenarios of a file whose processes must outlive them all; each scenario has an oracle
 * of its own. A scenario after one that ended a process gets a new stage.
 */
export function keepStage(options: () => StageOptions | Promise<StageOptions>): () => Stage {
  let stage: Stage | null = null;
  let scenarios = 0;
  beforeEach(async () => {
    scenarios += 1;
    if (stage !== null && stage.origins().length < stage.services.length) {
      await stage.close();
      stage = null;
    }
    if (stage === null) stage = await openStage(await options());
    else stage.oracle = createOracle(`${stage.name}_${scenarios}`);
  });
  afterAll(async () => stage?.close());
  return () => {
    if (stage === null) throw new Error('no scenario is played');
    return stage;
  };
}

/** The processes have never ended, answer, and become ready again by themselves. */
export async function expectAlive(services: readonly Process[]): Promise<void> {
  for (const service of services) {
    const { pid } = service;
    expect(service.isAlive(), `process ${pid} lives: ${service.said().slice(-3_000)}`).toBe(true);
    for (const page of ['/livez', '/readyz']) {
      const isWell = await within(
        HEALS_WITHIN_MS,
        async () => (await statusOf(service.origin, page)) === 200,
      );
      expect(isWell, `${page} of process ${pid} is well again by itself`).toBe(true);
    }
  }
}

const STORED = `
  select personal ->> '/payload/summary' as marker, subject_id as "subjectId", sequence
    from event_personal where personal ? '/payload/summary'
  union all
  select c.person_name, e.subject_id, e.sequence
    from candidate c join event e on e.campaign_id = c.campaign_id and e.subject_id = c.id
   where c.person_name is not null and e.type = 'register'`;

export type Balance = { isPolite?: boolean; toldWithinMs?: number };

/**
 * Draws the balance. The live processes become ready by themselves, commands with a key are repeated until
 * their outcome is known, and then the answers, the log, the states, the timers and the notices agree with
 * each other.
 */
export async function settle(
  stage: Stage,
  { isPolite = true, toldWithinMs }: Balance = {},
): Promise<void> {
  const { services, oracle } = stage;
  const living = services.filter((one) => one.isAlive());
  await expectAlive(living);
  if (toldWithinMs !== undefined) {
    expect(longestWaitMs(oracle.entries)).toBeLessThan(toldWithinMs + SLACK_MS);
  }
  await oracle.repeatUnknown(living[0]?.origin ?? '');
  const pool = createPool(stage.url, { max: 2, applicationName: 'oracle' });
  try {
    const { rows } = await pool.query<Stored>(STORED);
    expect(findBroken(oracle.entries, rows)).toEqual([]);
    if (isPolite) expect(findRudeAnswers(oracle.entries)).toEqual([]);
    expect(await findUntrue(pool)).toEqual([]);
  } finally {
    await pool.end();
  }
}

/** The states, timers, chains and notices that the log, told again, does not bear out. */
export async function findUntrue(pool: pg.Pool, but: readonly string[] = []): Promise<string[]> {
  const subjects = (await pool.query<StoredSubject>(SUBJECTS)).rows;
  await learnProcedures(pool, subjects);
  const logs = Map.groupBy(
    (await pool.query<LoggedEvent>(EVENTS)).rows,
    ({ subject_id }) => subject_id,
  );
  const { rows: timers } = await pool.query<{ subject_id: string; timer_id: string }>(
    'select subject_id, timer_id from timer',
  );
  const { rows: notices } = await pool.query<NoticeRow>(
    `select subject_id, sequence, template, organisation_id, obligation_kind, obligation_generation,
            level from notice`,
  );
  const { rows: instants } = await pool.query<{ now: string }>('select now_instant() as now');
  const now = instants[0]?.now ?? '';
  const timersOf = Map.groupBy(timers, ({ subject_id }) => subject_id);
  const noticesOf = Map.groupBy(notices, ({ subject_id }) => subject_id);
  return subjects
    .filter(({ id }) => !but.includes(id))
    .flatMap((subject) => {
      const log = logs.get(subject.id) ?? [];
      const replayed = replay(log);
      const pending = (timersOf.get(subject.id) ?? []).map(({ timer_id }) => timer_id);
      return [
        ...findDifferences(subject, log, pending, now, replayed),
        ...findTwice(noticesOf.get(subject.id) ?? []),
        ...findMissing(subject, replayed, noticesOf.get(subject.id) ?? []),
      ];
    });
}

type NoticeRow = {
  subject_id: string;
  sequence: number;
  template: string;
  organisation_id: string;
  obligation_kind: string | null;
  obligation_generation: number | null;
  level: string | null;
};

/** One notice per obligation, generation, level and addressee; one per event and addressee else. */
const findTwice = (notices: readonly NoticeRow[]): string[] => {
  const told = notices.map((one) =>
    [
      one.subject_id,
      one.template,
      one.organisation_id,
      one.obligation_kind ?? one.sequence,
      one.obligation_generation,
      one.level,
    ].join(' '),
  );
  return told
    .filter((one, index) => told.indexOf(one) !== index)
    .map((one) => `told twice: ${one}`);
};

/** The notices that an event of the log called for and that are missing. */
const findMissing = (
  { id, machine }: StoredSubject,
  { effects }: ReturnType<typeof replay>,
  notices: readonly NoticeRow[],
): string[] =>
  effects.flatMap(({ sequence, effects: asked }) =>
    asked.flatMap((effect) => {
      if (effect.type !== 'notify') return [];
      const { template, obligation, to } = effect.params;
      if (to.length === 0) return [];
      const isThere = notices.some(
        (one) =>
          one.template === template &&
          (obligation === undefined
            ? one.sequence === sequence
            : one.level === obligation.level &&
              one.obligation_generation === obligation.generation),
      );
      return isThere ? [] : [`${machine} ${id} was not told ${template} of event ${sequence}`];
    }),
  );
