// The log-ins of a database. The owner's migrates and is closed; the app's performs and may not change
// what is kept for good; the reader's reads, and no secrets. Their rights are `grant_logins` of the
// migrations. Roles belong to the server, so their names begin with the database's.

import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import pg from 'pg';
import { systemEntropy } from '../../entropy.ts';
import { inTransaction, type Logins } from './connections.ts';
import { codeOf } from './faults.ts';
import { createPool } from './pool.ts';

export type PreparedLogins = Logins & {
  /** False when both are the owner's log-in, because the server makes no others or lets none in. */
  areApart: boolean;
};

type Kind = 'app' | 'reader';

const NAME_BYTES_MAX = 63;

/** `<database>_<kind>`; of a database whose name leaves no room, its beginning and a digest. */
export function loginName(database: string, kind: Kind): string {
  const name = `${database}_${kind}`;
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return name;
  const digest = createHash('sha256').update(database).digest('hex').slice(0, 16);
  const room = NAME_BYTES_MAX - digest.length - kind.length - 2;
  const beginning = Buffer.from(database)
    .subarray(0, room)
    .toString()
    .replace(/\uFFFD$/, '');
  return `${beginning}_${digest}_${kind}`;
}

/** The same server and database, another user. */
export function asUser(url: string, user: string, password: string | undefined): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  const login = `${encodeURIComponent(user)}${secret}@`;
  return url.replace(/^(postgres(?:ql)?:\/\/)(?:[^/@?]*@)?/, (_, start: string) => start + login);
}

/**
 * The log-ins that the service makes for itself when it is given the owner's alone. A password follows from
 * the owner's, so that every process knows it and none has to keep it; an owner without one has none to give.
 */
export function ownLogins(owner: string): Logins {
  const { database = '', password } = new pg.Client({ connectionString: owner });
  const login = (kind: Kind): string => {
    const name = loginName(database, kind);
    const derived = password
      ? createHmac('sha256', password).update(`chuangping log-in ${name}`).digest('base64url')
      : undefined;
    return asUser(owner, name, derived);
  };
  return { app: login('app'), reader: login('reader') };
}

/** The form in which PostgreSQL keeps a password, so that no password stands in a statement or its log. */
function verifierOf(password: string): string {
  const rounds = 4096;
  const salt = systemEntropy.bytes(16);
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const keyed = (words: string): Buffer => createHmac('sha256', salted).update(words).digest();
  const storedKey = createHash('sha256').update(keyed('Client Key')).digest('base64');
  const serverKey = keyed('Server Key').toString('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

type Account = { user: string; password: string | undefined };

function accountOf(url: string): Account {
  const { user = '', password } = new pg.Client({ connectionString: url });
  return { user, password: password || undefined };
}

const passwordClause = ({ password }: Account): string =>
  password === undefined ? '' : `password '${verifierOf(password)}'`;

// Somebody else has made the role: before, or in this very moment.
const IS_THERE = new Set(['42710', '23505']);

async function makeLogin(owner: pg.Pool, kind: Kind, account: Account): Promise<void> {
  const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [account.user]);
  if (rowCount) return;
  const name = pg.escapeIdentifier(account.user);
  const reads =
    kind === 'reader' ? `; alter role ${name} set default_transaction_read_only = on` : '';
  try {
    await owner.query(`create role ${name} login ${passwordClause(account)}${reads}`);
  } catch (error) {
    if (!IS_THERE.has(codeOf(error))) throw error;
  }
}

const WRONG_PASSWORD = '28P01';
/** Not allowed to make or change a role; the server lets these accounts in by no method. */
const DENIED = new Set(['42501', WRONG_PASSWORD, '28000']);

/** Connects once; throws the server's refusal. */
async function enter(url: string): Promise<void> {
  const pool = createPool(url, { max: 1, applicationName: 'chuangping log-in' });
  try {
    await pool.query('select 1');
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw codeOf(error) === '' ? (cause ?? error) : error;
  } finally {
    await pool.end();
  }
}

/** Makes a log-in of the service's own where it is missing, with the password it has now. */
async function prepareOwn(owner: pg.Pool, kind: Kind, url: string): Promise<void> {
  const account = accountOf(url);
  await makeLogin(owner, kind, account);
  try {
    await enter(url);
  } catch (error) {
    if (codeOf(error) !== WRONG_PASSWORD || account.password === undefined) throw error;
    // The owner's password was changed, and with it the one that follows from it.
    await owner.query(`alter role ${pg.escapeIdentifier(account.user)} ${passwordClause(account)}`);
    await enter(url);
  }
}

// Processes that start together grant one after the other; any number nobody else locks by will do.
const LOCK = 'select pg_advisory_xact_lock(726378004)';

async function grant(owner: pg.Pool, { app, reader }: Logins): Promise<void> {
  await inTransaction(owner, async (tx) => {
    await tx.query(LOCK);
    const { user } = accountOf(app);
    await tx.query('select grant_logins($1, $2)', [user, accountOf(reader).user]);
    await tx.query('select grant_clearing($1)', [user]);
  });
}

/**
 * Gives the log-ins of a migrated database their rights. `named` are log-ins that the operator has made;
 * without them the service makes its own, and where the server lets it not, the owner's serves for all.
 * `owner` is a pool of the owner's.
 */
export async function prepareLogins(
  owner: pg.Pool,
  named?: Logins | undefined,
): Promise<PreparedLogins> {
  const { connectionString = '' } = owner.options;
  if (named !== undefined) {
    await grant(owner, named);
    for (const url of [named.app, named.reader]) await enter(url);
    return { ...named, areApart: true };
  }
  const own = ownLogins(connectionString);
  try {
    await prepareOwn(owner, 'app', own.app);
    await prepareOwn(owner, 'reader', own.reader);
  } catch (error) {
    if (!DENIED.has(codeOf(error))) throw error;
    return { app: connectionString, reader: connectionString, areApart: false };
  }
  await grant(owner, own);
  return { ...own, areApart: true };
}
