// The service put together: database, performer, worker and server, and their end in reverse.

import { hostname } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createAccessLog } from './command/audit/access-log.ts';
import { claimFileStore } from './command/file/file-store.ts';
import { createPerformer, type Performer } from './command/kernel/batches.ts';
import { readVirtualClock, startVirtualClock } from './command/kernel/clock.ts';
import { opening } from './command/kernel/noun.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { findNext } from './command/kernel/timers.ts';
import { watched } from './command/kernel/watched.ts';
import { nouns } from './command/nouns.ts';
import { prepareDataKeys } from './command/sealing/data-keys.ts';
import type { Config } from './config.ts';
import { createKeyAuthenticator } from './db/county/api-keys.ts';
import { type Connections, openConnections } from './db/kernel/connections.ts';
import { type PreparedLogins, prepareLogins } from './db/kernel/logins.ts';
import { listMigrations, migrate } from './db/kernel/migrate.ts';
import { createPool } from './db/kernel/pool.ts';
import { createReadPool } from './db/kernel/reading.ts';
import { type Replica, WritingStopped } from './db/kernel/replicas.ts';
import { whenDatabaseIsThere } from './db/kernel/waiting.ts';
import { createPrinter } from './documents/printer.ts';
import { systemEntropy } from './entropy.ts';
import { createDiskStore } from './files/disk.ts';
import { createS3Store } from './files/s3.ts';
import type { FileStore } from './files/store.ts';
import type { App } from './http/kernel/app.ts';
import { firstOf } from './http/kernel/authentication.ts';
import type { Readiness } from './http/kernel/health.ts';
import { createDoor, EVERYWHERE } from './http/kernel/officer-networks.ts';
import type { Port } from './http/kernel/port.ts';
import { buildServer, type ServerOptions } from './http/kernel/server.ts';
import type { Service } from './http/kernel/service.ts';
import { addResources, subjects } from './http/resources.ts';
import { keysOfFile } from './sealing/keys.ts';
import { createVault, type Vault } from './sealing/vault.ts';
import { type FirstCodes, seed } from './seed.ts';
import { openThreads } from './threads/open.ts';
import {
  BEAT_TIMEOUT_MS,
  type DatabaseState,
  type Heartbeat,
  startHeartbeat,
} from './workers/heartbeat.ts';
import { retryOrphans, sweepOrphans } from './workers/orphan-files.ts';
import { startWorker, type Worker } from './workers/worker.ts';

const MIGRATIONS = join(import.meta.dirname, '../migrations');

const GAUGES_EVERY_MS = 15_000;

type Starting = {
  port: Port;
  registry: Registry;
  log: Logger;
  version: string;
  /** Ends the start wherever it stands. */
  signal: AbortSignal;
  /** Shown once in the life of a database, before they are stored. */
  showCodes: (codes: FirstCodes) => Promise<void>;
};

export type RunningService = {
  /** Answers the requests under way, stops the worker, closes the pools. The database stays. */
  close: () => Promise<void>;
};

/**
 * Waits for the database, migrates, seeds an empty one, and takes the port over. `owner` is the connection
 * string of the embedded server's owner or of the operator's. Throws the error that keeps the service from
 * starting.
 */
export async function startService(
  config: Config,
  owner: string,
  starting: Starting,
): Promise<RunningService> {
  const { port, registry, log, version, signal } = starting;
  const logins = await prepareDatabase(config, owner, starting);
  const connections = openConnections(logins, {
    max: config.poolMax,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  const { facts } = connections;
  const vault = createVault(keysOfFile(config.dataKeys.path), systemEntropy);
  let heartbeat: Heartbeat | undefined;
  let worker: Worker | undefined;
  const state = (): DatabaseState => heartbeat?.state() ?? UNKNOWN;
  try {
    const cache = createReferenceCache();
    const { store, orphanDays } = config.files;
    const files = createFileStore(store);
    const performer = createWatchedPerformer(connections, cache, vault, state, (error) =>
      heartbeat?.noteFault(error),
    );
    const service: Service = {
      pool: createReadPool(connections.readers, facts),
      unwalled: facts,
      performer,
      cache,
      files,
      entropy: systemEntropy,
      vault,
      keyDaysMax: config.keyDaysMax,
      threads: openThreads(),
      printer: config.office === undefined ? null : createPrinter(config.office),
      subjects,
    };
    const onFired = countWork(registry, performer);
    const accessLog = createAccessLog(performer, {
      months: config.retention.accessLogMonths,
      onLost: countLost(registry),
    });
    const app = await buildApp(config, service, {
      accessLog,
      log,
      version,
      port,
      metrics: registry,
      pace: { nowMs: () => performance.now(), replicas: () => state().live },
      ready: () => readinessOf(state(), worker, logins, service.printer !== null),
    });
    const replica = await describeReplica(version);
    // Each step may be done again: the database may go while it is under way.
    heartbeat = await whenDatabaseIsThere(
      logins.app,
      async () => {
        const fileStore = await claimFileStore(performer, store, files);
        return beatFor({ ...replica, fileStore }, logins.app, log);
      },
      { say: (message, error) => log.warn({ err: error }, message), signal },
    );
    const gauges = keepGauges(registry, facts, state);
    port.open();
    if (config.worker) {
      const sweepFiles = {
        sweep: () => sweepOrphans(facts, performer, files, orphanDays, log),
        retry: () => retryOrphans(facts, performer, files, log),
      };
      const { retention, audit } = config;
      worker = startWorker({ pool: facts, performer, log, onFired, retention, audit, sweepFiles });
    }
    return {
      close: async () => {
        await app.close();
        await service.printer?.close();
        await accessLog.close();
        clearInterval(gauges);
        await worker?.stop();
        await performer.drain();
        await heartbeat?.stop();
        await connections.end();
      },
    };
  } catch (error) {
    await heartbeat?.stop();
    await connections.end();
    throw error;
  }
}

/** What the owner of the database does at each start, on a connection that is closed before anything else. */
async function prepareDatabase(
  config: Config,
  owner: string,
  { log, signal, showCodes }: Starting,
): Promise<PreparedLogins> {
  const pool = createPool(owner, { max: 1, applicationName: 'chuangping owner' });
  try {
    const logins = await whenDatabaseIsThere(
      owner,
      async () => {
        const migrated = await migrate(pool, MIGRATIONS, signal);
        if (migrated.length > 0) log.info({ migrated }, 'migrated');
        const prepared = await prepareLogins(pool, config.logins);
        await prepareClock(pool, config);
        const { divisions, planDir } = config;
        await seed(pool, { divisions, planDir, showCodes });
        const owners = createPerformer(nouns, pool, createReferenceCache());
        if (await prepareDataKeys(owners, config.dataKeys, systemEntropy)) {
          log.warn(`${NEW_KEYS} ${config.dataKeys.path}`);
        }
        return prepared;
      },
      { say: (message, error) => log.warn({ err: error }, message), signal },
    );
    if (!logins.areApart) log.warn(ONE_LOGIN);
    return logins;
  } finally {
    await pool.end();
  }
}

const NEW_KEYS =
  '已生成密钥文件，请另存一份，勿与数据库备份放在一起；同一数据库的其他机器须用同一文件 · made the file of keys: keep a copy apart from the backups of the database; other machines on this database need the same file';

const ONE_LOGIN =
  '数据库不许本服务另建账号，一切都用 DATABASE_URL 的账号：数据库内的隔墙不起作用，见 docs/operations.md · the database lets the service make no log-ins, so it does everything as DATABASE_URL’s: the walls inside the database do not stand, see docs/operations.md';

const createFileStore = (store: Config['files']['store']): FileStore =>
  store.kind === 'disk' ? createDiskStore(store.folder) : createS3Store(store);

const describeReplica = async (release: string): Promise<Omit<Replica, 'fileStore'>> => ({
  id: systemEntropy.newId(),
  host: hostname(),
  pid: process.pid,
  release,
  migrations: await listMigrations(MIGRATIONS),
});

const beatFor = (replica: Replica, connectionString: string, log: Logger): Promise<Heartbeat> =>
  startHeartbeat({
    replica,
    newClient: () => newBeatClient(connectionString),
    nowMs: () => performance.now(),
    onTurn: (turned) => log.warn(turned, 'what is known of the database has turned'),
  });

/**
 * A performer that writes nothing while the database is newer than this process, and reports the faults it
 * meets.
 */
const createWatchedPerformer = (
  { pipes, administration }: Connections,
  cache: Service['cache'],
  { open }: Vault,
  state: () => DatabaseState,
  noteFault: (error: unknown) => void,
): Performer =>
  watched(createPerformer(opening(nouns, open), pipes, cache, systemEntropy, administration), {
    refusal: () => {
      const { unknownMigrations } = state();
      return unknownMigrations.length === 0 ? null : new WritingStopped(unknownMigrations);
    },
    noteFault,
  });

const buildApp = (
  config: Config,
  service: Service,
  own: Pick<ServerOptions, 'log' | 'version' | 'port' | 'metrics' | 'pace' | 'ready' | 'accessLog'>,
): Promise<App> =>
  buildServer({
    ...own,
    threads: service.threads,
    trustProxy: config.trustProxy,
    door: config.officerNetworks === undefined ? EVERYWHERE : createDoor(config.officerNetworks),
    principalLimit: { requests: config.rateLimit, windowSeconds: 10 },
    publicLimit: { requests: config.publicRateLimit, windowSeconds: 60 },
    // The seam for OIDC: another authenticator joins this list.
    authenticate: firstOf([createKeyAuthenticator(service.pool)]),
    registerResources: (server) => addResources(server, service, { files: config.files }),
  });

const UNKNOWN: DatabaseState = { isWritable: false, fault: null, live: 1, unknownMigrations: [] };

const newBeatClient = (connectionString: string): pg.Client =>
  new pg.Client({
    connectionString,
    application_name: 'chuangping heartbeat',
    connectionTimeoutMillis: BEAT_TIMEOUT_MS,
    statement_timeout: BEAT_TIMEOUT_MS,
    query_timeout: BEAT_TIMEOUT_MS,
  });

const readinessOf = (
  { isWritable, fault, live, unknownMigrations }: DatabaseState,
  worker: Worker | undefined,
  { areApart }: PreparedLogins,
  prints: boolean,
): Readiness => {
  const lanes = worker?.status() ?? [];
  const detail = {
    database: isWritable ? 'writable' : 'not writable',
    ...(fault === null ? {} : { fault }),
    logins: areApart ? 'apart' : 'one',
    schema: unknownMigrations.length === 0 ? 'known' : 'newer than this process',
    ...(unknownMigrations.length === 0 ? {} : { unknownMigrations }),
    worker: worker === undefined ? 'off' : lanes.every(({ ok }) => ok) ? 'moves' : 'stands still',
    lanes,
    replicas: live,
    pdf: prints ? 'made' : 'not made: there is no LibreOffice',
  };
  const ok = isWritable && unknownMigrations.length === 0 && lanes.every((lane) => lane.ok);
  return { ok, detail };
};

/** A database keeps its kind of clock for life: a rehearsal's never runs on real time. */
async function prepareClock(
  pool: Parameters<typeof readVirtualClock>[0],
  { clock }: Config,
): Promise<void> {
  const virtual = await readVirtualClock(pool);
  if (clock.kind === 'system' && virtual !== null) {
    throw new Error(
      '此数据库使用虚拟时钟，请设 CLOCK=virtual · this database runs on a virtual clock: set CLOCK=virtual',
    );
  }
  if (clock.kind === 'virtual' && virtual === null) {
    const { rows } = await pool.query('select 1 from campaign limit 1');
    if (rows.length > 0) {
      throw new Error(
        '此数据库已按真实时间使用，不能改用虚拟时钟 · this database has lived on real time: CLOCK=virtual is refused',
      );
    }
    await startVirtualClock(pool, clock.start?.toString() ?? null);
  }
}

function countWork(
  registry: Registry,
  performer: Performer,
): (count: number, maxLateMs: number) => void {
  const registers = [registry];
  const batch = new Histogram({
    name: 'command_batch_size',
    help: 'Commands taken together in one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  const seconds = new Histogram({
    name: 'command_batch_seconds',
    help: 'Time of one such transaction',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  performer.onBatch((commands, tookSeconds) => {
    batch.observe(commands);
    seconds.observe(tookSeconds);
  });
  const fired = new Counter({ name: 'timers_fired_total', help: 'Timers fired', registers });
  const late = new Gauge({
    name: 'timer_lateness_max_milliseconds',
    help: 'The most a timer of the last round was late',
    registers,
  });
  return (count, maxLateMs) => {
    fired.inc(count);
    late.set(maxLateMs);
  };
}

function countLost(registry: Registry): (count: number) => void {
  const lost = new Counter({
    name: 'access_log_lost_total',
    help: 'Rows of the access log that could not be stored',
    registers: [registry],
  });
  return (count) => lost.inc(count);
}

/** Gauges that need the database are set every fifteen seconds, however often metrics are read. */
function keepGauges(registry: Registry, pool: pg.Pool, state: () => DatabaseState): NodeJS.Timeout {
  const registers = [registry];
  const due = new Gauge({
    name: 'timers_due',
    help: 'Timers due and not yet fired, as of the last look',
    registers,
  });
  const age = new Gauge({
    name: 'outbox_age_seconds',
    help: 'Age of the oldest outgoing event that waits, as of the last look',
    registers,
  });
  const looked = new Gauge({
    name: 'database_looked_at_timestamp_seconds',
    help: 'When timers_due and outbox_age_seconds were last set',
    registers,
  });
  new Gauge({
    name: 'database_writable',
    help: '1 when commands can be written, as the heartbeat knows',
    registers,
    collect() {
      this.set(state().isWritable ? 1 : 0);
    },
  });
  new Gauge({
    name: 'replicas_live',
    help: 'Processes on this database, as the heartbeat knows',
    registers,
    collect() {
      this.set(state().live);
    },
  });
  const look = async (): Promise<void> => {
    const { remaining } = await findNext(pool);
    const { rows } = await pool.query<{ age: number }>(
      `select coalesce(extract(epoch from now_instant() - min(created_at)), 0)::float8 as age
         from outbox where delivered_at is null`,
    );
    due.set(remaining);
    age.set(rows[0]?.age ?? 0);
    looked.setToCurrentTime();
  };
  let isLooking = false;
  const lookOnce = async (): Promise<void> => {
    if (isLooking || !state().isWritable) return;
    isLooking = true;
    await look().catch(() => undefined);
    isLooking = false;
  };
  void lookOnce();
  return setInterval(() => void lookOnce(), GAUGES_EVERY_MS);
}
