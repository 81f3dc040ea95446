// The database may be away when the service starts: the service waits and says so. An error that no
// waiting mends ends the start with an instruction for the operator.

import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { causeCodeOf, isPassing } from './faults.ts';

// A database that is soon back is met within a second; one that stays away is asked less often.
const FIRST_WAIT_MS = 250;
const WAIT_MS_MAX = 2_000;
const SAY_EVERY_MS = 10_000;
const PROBE_TIMEOUT_MS = 2_000;

type Remedy = { zh: string; en: string };

const ACCOUNT: Remedy = {
  zh: '数据库拒绝该用户或密码：请检查 DATABASE_URL（及 APP_DATABASE_URL、READER_DATABASE_URL）。',
  en: 'The database refuses the user or password: check DATABASE_URL (and APP_DATABASE_URL, READER_DATABASE_URL).',
};
const AWAY: Remedy = {
  zh: '连不上数据库：请检查 DATABASE_URL 和数据库是否已启动。',
  en: 'The database does not answer: check DATABASE_URL and that it runs.',
};
const REMEDIES: { readonly [code: string]: Remedy } = {
  '28P01': ACCOUNT,
  '28000': ACCOUNT,
  '3D000': {
    zh: '没有这一数据库：请先建立，或检查 DATABASE_URL。',
    en: 'There is no such database: create it, or check DATABASE_URL.',
  },
  '42501': {
    zh: '该数据库用户的权限不足：须能在本数据库中建表。',
    en: 'This user of the database may not do that: it has to be allowed to create tables here.',
  },
  '25006': {
    zh: '数据库目前只读：请指向可写的主库。',
    en: 'The database is read-only at the moment: point DATABASE_URL at the primary.',
  },
  '53100': {
    zh: '数据库所在磁盘已满：请腾出空间。',
    en: 'The disk of the database is full: make room.',
  },
  '53300': {
    zh: '数据库的连接已用尽：请调低各进程的 POOL_MAX，或调高 max_connections。',
    en: 'The database has no connection left: lower POOL_MAX, or raise max_connections.',
  },
  ENOTFOUND: {
    zh: '找不到数据库主机：请检查 DATABASE_URL。',
    en: 'The host of the database is not known: check DATABASE_URL.',
  },
};

/** The remedy an operator has for an error of the database; undefined when none is known. */
export const remedyOf = (error: unknown): Remedy | undefined =>
  REMEDIES[causeCodeOf(error)] ?? (isPassing(error) ? AWAY : undefined);

// Wrong account, no such database, no permission, a protocol or feature that this server lacks: while
// connecting these errors look like a lost connection, but no waiting mends them.
const FINAL = /^(28...|3D...|42...|0A...|08P01)$/;

/** The answer on this port is not PostgreSQL's: waiting for a web server is useless. */
class NotPostgres extends Error {
  override name = 'NotPostgres';

  constructor() {
    super(
      'DATABASE_URL 指向的不是 PostgreSQL：请检查主机和端口。\nWhat DATABASE_URL points at is no PostgreSQL: check host and port.',
    );
  }
}

type Waiting = {
  /** Called at the first failure and about every ten seconds after it. */
  say: (message: string, error: unknown) => void;
  signal: AbortSignal;
};

/**
 * Runs `work` again and again until the database lets it; an error that waiting does not mend is thrown.
 * `work` has to bear being run again. Rejects at once when `signal` aborts.
 */
export async function whenDatabaseIsThere<Result>(
  connectionString: string,
  work: () => Promise<Result>,
  { say, signal }: Waiting,
): Promise<Result> {
  let saidMs = -SAY_EVERY_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (FINAL.test(causeCodeOf(error)) || !isPassing(error)) throw error;
      if (await unlessAborted(isSomethingElse(connectionString), signal)) throw new NotPostgres();
      if (performance.now() - saidMs >= SAY_EVERY_MS) {
        saidMs = performance.now();
        const { zh, en } = remedyOf(error) ?? AWAY;
        say(`等待数据库：${zh} · waiting for the database: ${en}`, error);
      }
    }
    await sleep(waitMs, undefined, { signal });
  }
}

async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    // Nobody awaits the abandoned work, so its rejection is swallowed here.
    work.catch(() => undefined);
  }
}

// SSLRequest, which every PostgreSQL and every pooler before one answers with a single letter.
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** True when the answer is not PostgreSQL's; silence and refusals prove nothing. */
async function isSomethingElse(connectionString: string): Promise<boolean> {
  const { host, port } = new pg.Client({ connectionString });
  if (host.startsWith('/')) return false;
  const socket = connect({ host, port });
  socket.on('error', () => undefined);
  try {
    const heard = once(socket, 'data', { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    socket.write(SSL_REQUEST);
    const [answer] = (await heard) as [Buffer];
    const letter = String.fromCharCode(answer[0] ?? 0);
    // An error in words (E) comes from a server that is too busy to begin.
    return letter !== 'E' && !(answer.length === 1 && 'SN'.includes(letter));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
