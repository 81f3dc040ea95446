// The database of a service that was given none: a real PostgreSQL under DATA_DIR, on a unix
// socket in a directory only its owner may enter, so it needs neither TCP port nor password.
// It outlives a killed service, and the next service finds it.

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { prepareArchive } from './archive.ts';
import {
  findSocketDir,
  makeCluster,
  readLogTail,
  refuseOtherMajor,
  type Server,
  START_TIMEOUT_MS,
  SUPERUSER,
  stopServer,
  tryStart,
} from './embedded-cluster.ts';
import { EmbeddedError } from './embedded-error.ts';
import { prepareBinaries, prepareHome } from './postgres-binaries.ts';

export type Embedded = {
  /** Where the server keeps its files. */
  cluster: string;
  /** The log-in of the database's owner, who is no superuser. */
  connectionString: string;
  /** The server's superuser, in the same database. */
  superuser: string;
  version: string;
  /** new: made now · existing: started · reused: was running already */
  started: 'new' | 'existing' | 'reused';
  /** Stops the server unless another service on the same DATA_DIR still uses it. */
  stop(): Promise<void>;
};

type EmbeddedOptions = {
  dataDir: string;
  log?: (message: string) => void;
  /** Server settings beside ours. They hold for a server this call starts, not for one it joins. */
  settings?: Record<string, string>;
  /** The folder of backups: the server archives its WAL there. */
  backupDir?: string | undefined;
  /** The longest wait for the start; a recovery takes as long as its WAL. */
  startTimeoutMs?: number;
  /** The folder of the package of programs, when it is not this release's. */
  programs?: string;
};

const DATABASE = 'chuangping';
const OWNER = `${DATABASE}_owner`;
// Every service holds this lock shared while it uses the server; the last one gets it alone.
const PRESENCE_LOCK = 7_039_201_705_20n;
const START_REFUSALS_MAX = 3;

const isNotYet = (error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  // 57P03: starting up, recovering or shutting down; 57P01: it was shut down during the call.
  const waits = ['57P03', '57P01', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];
  // The last: the server ended the connection between two calls of pg, which then has no code to tell.
  return waits.includes(code ?? '') || /terminated|not queryable/.test(message);
};

// Port and mode are given, so that PGPORT and PGSSLMODE of the environment change nothing.
const connectionTo = (socketDir: string, database: string, user = SUPERUSER) =>
  `postgresql://${user}@/${database}?host=${encodeURIComponent(socketDir)}&port=5432&sslmode=disable`;

/** A connection; undefined while the server is on its way up or down. */
const connect = async (socketDir: string): Promise<pg.Client | undefined> => {
  const client = new pg.Client({
    connectionString: connectionTo(socketDir, SUPERUSER),
    application_name: 'chuangping presence',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (isNotYet(error)) return undefined;
    throw error;
  }
};

type Presence = { client: pg.Client; socketDir: string; wasRunning: boolean };

const tryEnter = async (socketDir: string): Promise<pg.Client | undefined> => {
  const client = await connect(socketDir);
  try {
    await client?.query('select pg_advisory_lock_shared($1)', [PRESENCE_LOCK]);
    return client;
  } catch (error) {
    await client?.end().catch(() => undefined);
    if (isNotYet(error)) return undefined;
    throw error;
  }
};

/** A connection that holds the presence lock, after starting the server if none runs. */
const enter = async (server: Server): Promise<Presence> => {
  const begun = performance.now();
  let wasRunning = true;
  // A start is also refused while another service's server comes up or goes down.
  let refusals = 0;
  while (performance.now() - begun < server.startTimeoutMs && refusals < START_REFUSALS_MAX) {
    const socketDir = await findSocketDir(server);
    if (socketDir === undefined) {
      if (await tryStart(server)) wasRunning = false;
      else refusals += 1;
      continue;
    }
    const client = socketDir && (await tryEnter(socketDir));
    if (client) return { client, socketDir, wasRunning };
    await sleep(100);
  }
  throw new EmbeddedError(
    `PostgreSQL 未能在 ${server.cluster} 启动，其日志末尾见下。`,
    `PostgreSQL did not start in ${server.cluster}; its log ends:\n${await readLogTail(server.home)}`,
  );
};

// Another service made it in between: a role, a database, or either in this very moment.
const IS_MADE = ['42710', '42P04', '23505'];

/** Makes the database and its owner, who may make the log-ins of the service. */
const makeDatabase = async (client: pg.Client) => {
  const make = (sql: string) =>
    client.query(sql).catch((error) => {
      if (!IS_MADE.includes(error.code)) throw error;
    });
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
  if (rowCount) return;
  await make(`create role ${OWNER} login createrole`);
  await make(`create database ${DATABASE} owner ${OWNER}`);
};

/** Stops the server if no other service is present; one that waits for the lock then starts it anew. */
const leave = async (server: Pick<Server, 'cluster' | 'binaries' | 'home'>) => {
  const socketDir = await findSocketDir(server);
  const client = socketDir && (await connect(socketDir));
  if (!client) return;
  const { rows } = await client.query('select pg_try_advisory_lock($1) as alone', [PRESENCE_LOCK]);
  if (rows[0]?.alone) await stopServer(server);
  await client.end().catch(() => undefined);
};

/** True when a service has made its database in `dataDir`. */
export const hasEmbedded = (dataDir: string): boolean =>
  existsSync(join(dataDir, 'postgresql', 'cluster'));

const clusterIn = (dataDir: string): Promise<string> =>
  realpath(join(dataDir, 'postgresql')).then(
    (home) => join(home, 'cluster'),
    () => join(dataDir, 'postgresql', 'cluster'),
  );

/** True when a server runs, starts or recovers itself in `dataDir`. */
export const isEmbeddedRunning = async (dataDir: string): Promise<boolean> =>
  (await findSocketDir({ cluster: await clusterIn(dataDir) })) !== undefined;

/** Stops a server that a killed process left in `dataDir`; false when one runs there still, used by another. */
export const stopAbandoned = async (dataDir: string): Promise<boolean> => {
  if (!(await isEmbeddedRunning(dataDir))) return true;
  const home = await prepareHome(dataDir);
  const cluster = join(home.path, 'cluster');
  await leave({ home, cluster, binaries: await prepareBinaries(home) });
  return !(await isEmbeddedRunning(dataDir));
};

/**
 * Starts the embedded PostgreSQL of `dataDir`, or joins the one that runs there. While it is held,
 * a server that dies is started again. Throws EmbeddedError, in words for the operator.
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { dataDir, log = () => undefined, backupDir, startTimeoutMs = START_TIMEOUT_MS } = options;
  const home = await prepareHome(dataDir);
  const cluster = join(home.path, 'cluster');
  const binaries = await prepareBinaries(home, options.programs);
  const settings = { ...options.settings };
  const server: Server = { home, binaries, cluster, settings, startTimeoutMs, log };
  const isNew = await makeCluster(server);
  await refuseOtherMajor(server);
  if (backupDir !== undefined) Object.assign(settings, await prepareArchive(server, backupDir));
  let presence = await enter(server);
  const { socketDir, wasRunning } = presence;
  await makeDatabase(presence.client);
  const { rows } = await presence.client.query('show server_version');

  let stopped = false;
  // A stop during a restart waits for it, because the restart may just have started the server again.
  let restart: Promise<void> = Promise.resolve();
  const stayPresent = (): void => {
    presence.client.on('end', () => {
      restart = startAgain();
    });
  };
  const startAgain = async (): Promise<void> => {
    while (!stopped) {
      log('the embedded database went away; starting it again');
      try {
        presence = await enter(server);
        if (stopped) await presence.client.end();
        else stayPresent();
        return;
      } catch (error) {
        log(`the embedded database does not start: ${(error as Error).message}`);
        await sleep(1_000);
      }
    }
  };
  stayPresent();
  return {
    cluster,
    connectionString: connectionTo(socketDir, DATABASE, OWNER),
    superuser: connectionTo(socketDir, DATABASE),
    version: rows[0]?.server_version,
    started: isNew ? 'new' : wasRunning ? 'reused' : 'existing',
    stop: async () => {
      if (stopped) return;
      stopped = true;
      await presence.client.end().catch(() => undefined);
      await restart;
      await leave(server);
    },
  };
};
