// A process finds out every two seconds, on a connection of its own, whether commands can be written.
// Readiness is known before anybody asks, so that anybody may ask for it as often as they like.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { causeCodeOf, isContended, isPassing } from '../db/kernel/faults.ts';
import { beat, leave, type Replica, tryGrowing } from '../db/kernel/replicas.ts';
import { socketOf } from '../db/kernel/socket.ts';

const BEAT_EVERY_MS = 2_000;
/** The limit for a connection and for each answer; the service cannot work with a slower database. */
export const BEAT_TIMEOUT_MS = 1_000;
// Many commands that fail at once are one reason to look.
const BEAT_EVERY_MS_MIN = 200;
/** The time of a beat that is tried twice; a process that has not known for so long is not ready. */
const STATE_AGE_MS_MAX = 6_000;

export type DatabaseState = {
  /** Commands can be written, as far as is known. */
  isWritable: boolean;
  /** The code or message of the last failure; null while all is well. */
  fault: string | null;
  /** Processes that live on this database, this one among them. */
  live: number;
  /** Migrations of the database that this process does not know. */
  unknownMigrations: readonly string[];
};

export type Heartbeat = {
  state: () => DatabaseState;
  /** Takes the error that a command met; a fault of the database is looked into at once. */
  noteFault: (error: unknown) => void;
  stop: () => Promise<void>;
};

type HeartbeatOptions = {
  replica: Replica;
  /** A new client, not connected, with BEAT_TIMEOUT_MS as its limits. */
  newClient: () => pg.Client;
  nowMs: () => number;
  /** Called when the state turns, for the log. */
  onTurn: (state: DatabaseState) => void;
};

// Errors that the next command meets too: out of disk or memory, input and output, read-only.
const LASTING = /^(53[12]..|58...|25006)$/;
const faultName = (error: unknown): string =>
  causeCodeOf(error) || (error instanceof Error ? error.message : String(error));

const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Keeps the known state of the database; `onTurn` is called when that changes. */
function keepState(nowMs: () => number, onTurn: (state: DatabaseState) => void) {
  let lastWellMs = nowMs();
  let known: DatabaseState = { isWritable: true, fault: null, live: 1, unknownMigrations: [] };
  const turn = (next: DatabaseState): void => {
    const { isWritable, unknownMigrations } = known;
    known = next;
    const isTurned =
      isWritable !== next.isWritable || unknownMigrations.length !== next.unknownMigrations.length;
    if (isTurned) onTurn(next);
  };
  return {
    state: (): DatabaseState =>
      nowMs() - lastWellMs > STATE_AGE_MS_MAX
        ? { ...known, isWritable: false, fault: known.fault ?? 'no answer in time' }
        : known,
    noteWell: (live: number, unknownMigrations: readonly string[]): void => {
      lastWellMs = nowMs();
      turn({ isWritable: true, fault: null, live, unknownMigrations });
    },
    noteFault: (error: unknown): void =>
      turn({ ...known, isWritable: false, fault: faultName(error) }),
  };
}

/** The connection that beats go over: a new one whenever the one before broke. */
function keepConnection(newClient: () => pg.Client) {
  let client: pg.Client | undefined;
  return {
    connected: async (): Promise<pg.Client> => {
      if (client !== undefined) return client;
      const fresh = newClient();
      fresh.on('error', () => undefined);
      fresh.on('end', () => {
        if (client === fresh) client = undefined;
      });
      await fresh.connect();
      client = fresh;
      return fresh;
    },
    // A connection that did not answer in time may answer the wrong question later, and one that is half
    // open never answers a farewell.
    drop: (): void => {
      if (client !== undefined) socketOf(client)?.destroy();
      client = undefined;
    },
    end: async (replicaId: string): Promise<void> => {
      if (client !== undefined) await leave(client, replicaId).catch(() => undefined);
      await client?.end().catch(() => undefined);
    },
  };
}

/** Beats until it is stopped; resolves after the first beat, which throws the error it meets. */
export async function startHeartbeat(options: HeartbeatOptions): Promise<Heartbeat> {
  const { replica, newClient, nowMs, onTurn } = options;
  const connection = keepConnection(newClient);
  // A doubted database must show more than a beat: that a table can grow.
  let isDoubted = true;
  const { state, noteWell, noteFault } = keepState(nowMs, onTurn);
  const stopped = new AbortController();
  let wake = new AbortController();

  const attempt = async (): Promise<void> => {
    try {
      const on = await connection.connected();
      const { live, unknown } = await beat(on, replica);
      if (isDoubted) await tryGrowing(on);
      isDoubted = false;
      noteWell(live, unknown);
    } catch (error) {
      isDoubted = true;
      connection.drop();
      throw error;
    }
  };

  // A broken connection is no fault of the database yet: a new one decides.
  const once = async (): Promise<void> => {
    try {
      await attempt().catch((error: unknown) => {
        if (LASTING.test(causeCodeOf(error))) throw error;
        return attempt();
      });
    } catch (error) {
      noteFault(error);
      throw error;
    }
  };

  await once();
  const running = (async () => {
    while (!stopped.signal.aborted) {
      await pause(BEAT_EVERY_MS_MIN, stopped.signal);
      await pause(
        BEAT_EVERY_MS - BEAT_EVERY_MS_MIN,
        AbortSignal.any([wake.signal, stopped.signal]),
      );
      wake = new AbortController();
      if (!stopped.signal.aborted) await once().catch(() => undefined);
    }
  })();

  const doubt = (error: unknown): void => {
    isDoubted = true;
    noteFault(error);
    wake.abort();
  };

  return {
    state,
    noteFault: (error) => {
      if (LASTING.test(causeCodeOf(error))) doubt(error);
      else if (isPassing(error) && !isContended(error)) wake.abort();
    },
    stop: async () => {
      stopped.abort();
      await running;
      await connection.end(replica.id);
    },
  };
}
