// A connection that is watched while a caller waits for it. A half-open one never answers and never
// breaks, and a slow statement looks just the same from here; only the server can tell them apart. So
// another connection asks the server what it does for this one.

import pg from 'pg';
import { codeOf } from './faults.ts';
import { socketOf } from './socket.ts';

/** The silence after which the server is asked. With the two waits below it makes under two seconds. */
const SILENT_MS = 700;
const LOOK_EVERY_MS = 200;
/** The longest that asking may take; a server that does not answer by then is away. */
const ASK_MS = 600;
/** The pause before the server is asked again about a statement that it works on. */
const ASK_AGAIN_MS = 1_000;
/** The silence after which any connection is cut: longer than the server's own limit of a statement. */
const SILENT_MS_MAX = 35_000;

type Session = {
  pid: number;
  /** The database cluster and its timeline, the same until a standby takes over; null on a standby. */
  cluster: string | null;
};

/** SQL for the `cluster` of a session. */
export const CLUSTER = `
  case when not pg_is_in_recovery() then
    (select system_identifier::text from pg_control_system()) || ' ' ||
    left(pg_walfile_name(pg_current_wal_lsn()), 8)
  end`;
const WHOAMI = `select pg_backend_pid() as pid, ${CLUSTER} as cluster`;
// A backend that waits for the client, to read or to be read, is not at work. Nor is one that waits for a
// lock, but it will be, and lock_timeout limits that wait.
const DOING = `
  select pid, wait_event_type = 'Lock' as "isWaiting" from pg_stat_activity
   where pid = any ($1) and state in ('active', 'fastpath function call')
     and wait_event_type is distinct from 'Client'`;

/** The server's work for a connection; `away`: no answer, `unknown`: no connection was left to ask on. */
type Doing = 'working' | 'waiting' | 'idle' | 'away' | 'unknown';

type Callback = (error: Error | undefined, result: unknown) => void;

export class WatchedClient extends pg.Client {
  /** The identity of this connection at the server; set before the pool hands it out. */
  session: Session | undefined;
  /** True once the connection is gone, or about to go. */
  isOver = false;
  #waiting = 0;
  /** When the wait began or was last broken by an answer, in milliseconds of performance.now. */
  #heardMs = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isWorking = false;
  /** True while it works, or waits for its turn: the server is then asked less often. */
  #isBusy = false;
  #isDoubted = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // Without a listener a broken connection would end the process. Its statements report the error.
    const over = (): void => {
      this.isOver = true;
    };
    this.on('error', over).on('end', over);
  }

  /** Asks the server for the identity of this connection. */
  async introduce(): Promise<void> {
    const { rows } = await this.query<Session>(WHOAMI);
    this.session = rows[0];
  }

  /** True while the server says that it works for this connection. */
  get isWorking(): boolean {
    return this.#waiting > 0 && this.#isWorking;
  }

  /** True when the server is to be asked: a caller waits, and the connection has been silent too long. */
  isSilent(nowMs: number): boolean {
    return (
      this.#waiting > 0 &&
      nowMs - this.#heardMs > SILENT_MS &&
      nowMs - this.#askedMs > (this.#isBusy ? ASK_AGAIN_MS : 0)
    );
  }

  get heardMs(): number {
    return this.#heardMs;
  }

  /** Judges a silence that still lasts by the server's answer, and cuts a connection that waits in vain. */
  judge(found: Doing, nowMs: number): void {
    this.#askedMs = nowMs;
    this.#isWorking = found === 'working';
    this.#isBusy = found === 'working' || found === 'waiting';
    const isLong = nowMs - this.#heardMs > SILENT_MS_MAX;
    // An answer may be on its way: only a connection found idle twice has been abandoned.
    if (found === 'away' || isLong || (found === 'idle' && this.#isDoubted)) this.cut();
    this.#isDoubted = found === 'idle';
  }

  /** Ends the connection without a word to the server, which may not be there to hear it. */
  cut(): void {
    this.isOver = true;
    socketOf(this)?.destroy();
  }

  // pg declares overloads of one function, which is overridden here to count the open statements.
  override query = ((...asked: unknown[]): unknown => {
    if (this.#waiting === 0) this.#heard();
    this.#waiting += 1;
    const answered = (): void => {
      this.#waiting -= 1;
      this.#heard();
    };
    const callback = asked.at(-1);
    if (typeof callback === 'function') {
      asked[asked.length - 1] = (...told: Parameters<Callback>) => {
        answered();
        (callback as Callback)(...told);
      };
    }
    const result = (pg.Client.prototype.query as (...asked: unknown[]) => unknown).apply(
      this,
      asked,
    );
    if (typeof callback !== 'function') (result as Promise<unknown>).then(answered, answered);
    return result;
  }) as pg.Client['query'];

  #heard(): void {
    this.#heardMs = performance.now();
    this.#isWorking = false;
    this.#isBusy = false;
    this.#isDoubted = false;
  }
}

/** The connections of a process to one database, under watch. `end` stops watching. */
export type Watch = { clients: Set<WatchedClient>; end: () => void };

/** Watches the connections that join `clients`, and cuts every one that is waited for in vain. */
export function startWatch(connectionString: string): Watch {
  const clients = new Set<WatchedClient>();
  let isLooking = false;

  const look = async (): Promise<void> => {
    const silent = [...clients]
      .filter((client) => client.isSilent(performance.now()))
      .map((client) => ({ client, heardMs: client.heardMs }));
    if (silent.length === 0) return;
    const found = await askServer(
      connectionString,
      silent.flatMap(({ client: { session } }) => session?.pid ?? []),
    );
    const nowMs = performance.now();
    for (const { client, heardMs } of silent) {
      if (client.isOver || client.heardMs !== heardMs) continue;
      if (typeof found === 'string') client.judge(found, nowMs);
      else client.judge(found.get(client.session?.pid ?? 0) ?? 'idle', nowMs);
    }
  };

  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    await look();
    isLooking = false;
  }, LOOK_EVERY_MS);
  timer.unref();
  return { clients, end: () => clearInterval(timer) };
}

/** The server's work for these backends; a backend that is not named does nothing. */
async function askServer(
  connectionString: string,
  pids: readonly number[],
): Promise<ReadonlyMap<number, Doing> | 'away' | 'unknown'> {
  const client = new WatchedClient({ connectionString, application_name: 'chuangping watch' });
  const late = setTimeout(() => client.cut(), ASK_MS);
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number; isWaiting: boolean | null }>(DOING, [pids]);
    return new Map(rows.map(({ pid, isWaiting }) => [pid, isWaiting ? 'waiting' : 'working']));
  } catch (error) {
    // A server without a connection to spare is not away.
    return codeOf(error) === '53300' ? 'unknown' : 'away';
  } finally {
    clearTimeout(late);
    client.end().catch(() => undefined);
  }
}
