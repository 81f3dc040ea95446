// The service put together: database, performer, worker and server, and their end in reverse.

import { join } from 'node:path';
import type { Logger } from 'pino';
import { Counter, Gauge, Histogram } from 'prom-client';
import { createPerformer } from './command/batches.ts';
import { readVirtualClock, startVirtualClock } from './command/clock.ts';
import { createReferenceCache } from './command/reference.ts';
import { findNext } from './command/timers.ts';
import type { Config } from './config.ts';
import { createKeyAuthenticator } from './db/api-keys.ts';
import { openConnections } from './db/connections.ts';
import { migrate } from './db/migrate.ts';
import { systemEntropy } from './entropy.ts';
import { createDiskStore } from './files/disk.ts';
import { createS3Store } from './files/s3.ts';
import { addAdministrationResources } from './http/administration.ts';
import { firstOf } from './http/authentication.ts';
import type { App } from './http/instance.ts';
import { createRegistry } from './http/metrics.ts';
import { addBusinessResources } from './http/resources.ts';
import { buildServer } from './http/server.ts';
import { seed } from './seed.ts';
import { openThreads } from './threads/open.ts';
import { sweepOrphans } from './workers/orphan-files.ts';
import { startWorker } from './workers/worker.ts';

const MIGRATIONS = join(import.meta.dirname, '../migrations');

export type RunningService = {
  app: App;
  /** Told once in the life of a database; null ever after. */
  firstAdministratorKey: string | null;
  /** Answers what is under way, stops the worker, closes the pool. The database stays. */
  close: () => Promise<void>;
};

/**
 * Migrates, seeds an empty database, and gives a server that is ready to listen. `connectionString`
 * is the embedded server's or the operator's own. Throws what keeps the service from starting.
 */
export async function startService(
  config: Config,
  connectionString: string,
  log: Logger,
  version: string,
): Promise<RunningService> {
  const connections = openConnections(connectionString, {
    max: config.poolMax,
    onError: (error) => log.warn({ err: error }, 'a database connection broke'),
  });
  const { readers: pool, pipes, administration } = connections;
  try {
    const migrated = await migrate(pool, MIGRATIONS);
    if (migrated.length > 0) log.info({ migrated }, 'migrated');
    await holdClock(pool, config);
    const cache = createReferenceCache();
    const performer = createPerformer(pipes, cache, systemEntropy, administration);
    const { store } = config.files;
    const files = store.kind === 'disk' ? createDiskStore(store.folder) : createS3Store(store);
    const threads = openThreads();
    const service = { pool, performer, cache, files, entropy: systemEntropy, threads };
    const { firstAdministratorKey } = await seed(pool, { planDir: config.planDir });

    const registry = createRegistry();
    const onFired = countWork(registry, performer, pool);
    const app = await buildServer({
      log,
      version,
      metrics: registry,
      threads,
      trustProxy: config.trustProxy,
      principalLimit: { requests: config.rateLimit, windowSeconds: 10 },
      // The seam for OIDC: another authenticator joins this list.
      authenticate: firstOf([createKeyAuthenticator(pool)]),
      registerResources: (server) => {
        addBusinessResources(server, service, { fileSizeBytesMax: config.files.sizeBytesMax });
        addAdministrationResources(server, service);
      },
      ready: async () => {
        await pool.query('select 1');
        return { ok: true, detail: { database: 'ok', worker: config.worker ? 'on' : 'off' } };
      },
    });
    const sweepFiles = () => sweepOrphans(pool, performer, files, config.files.orphanDays, log);
    const worker = config.worker
      ? startWorker({ pool, performer, log, onFired, sweepFiles })
      : null;
    return {
      app,
      firstAdministratorKey,
      close: async () => {
        await app.close();
        await worker?.stop();
        await performer.drain();
        await connections.end();
      },
    };
  } catch (error) {
    await connections.end();
    throw error;
  }
}

/** The clock of a database is one for its life: a rehearsal's database never runs on real time. */
async function holdClock(
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
  registry: ReturnType<typeof createRegistry>,
  performer: ReturnType<typeof createPerformer>,
  pool: Parameters<typeof findNext>[0],
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
  new Gauge({
    name: 'timers_due',
    help: 'Timers due and not yet fired',
    registers,
    async collect() {
      this.set((await findNext(pool)).remaining);
    },
  });
  new Gauge({
    name: 'outbox_age_seconds',
    help: 'Age of the oldest outgoing event that waits',
    registers,
    async collect() {
      const { rows } = await pool.query<{ age: number }>(
        `select coalesce(extract(epoch from now_instant() - min(created_at)), 0)::float8 as age
           from outbox where delivered_at is null`,
      );
      this.set(rows[0]?.age ?? 0);
    },
  });
  return (count, maxLateMs) => {
    fired.inc(count);
    late.set(maxLateMs);
  };
}
