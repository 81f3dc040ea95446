// API keys, cp_<id>_<secret>. The secret is shown once; only its hash is kept. It has 256 random bits,
// so a plain SHA-256 is as good as a slow hash. Every key ends by the real clock, because it protects the real
// service: a rehearsal of years on a virtual clock ends none and prolongs none.

import { hash, timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import { systemEntropy } from '../../entropy.ts';
import type { Principal } from '../../rules/access/access.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { GrantRow } from './principals.ts';
import { asPrincipal, GRANTS } from './principals.ts';

/** Two keys, so that one can be replaced without an hour without any. */
export const LIVE_KEYS_MAX = 2;
/** So long before its end every answer tells when a key ends. */
const KEY_WARNING_DAYS = 30;
/** The longest that another process's revocation may go unnoticed. */
export const KEY_CACHE_MS_MAX = 1_000;
/** A county has some hundred keys; beyond this number the oldest are read again. */
const KEY_CACHE_ENTRIES_MAX = 10_000;

const TOKEN = /^cp_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

export type ApiKeyRow = {
  id: string;
  principalId: string;
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
  live: boolean;
  /** The key by which its holder made it; null of one that was claimed. */
  madeWith: string | null;
  /** The code it was claimed with; null of one that its holder made. */
  claim: {
    /** Who made the code: an id, \`system\` at the first start, \`operator\` by npm run admin:invite. */
    madeBy: string;
    madeByName: string | null;
    /** The account on the machine by which the operator made it, past the interface. */
    outside: { osUser: string; host: string; at: string } | null;
  } | null;
};

const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

const FIND_API_KEY = statement(
  'find-api-key',
  `
    select k.secret_sha256 as "secretSha256", p.id, p.name, ${GRANTS} as grants,
           jsonb_build_object('expiresAt', to_char(k.expires_at at time zone 'UTC',
             'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'endsSoon', k.expires_at
               < clock_timestamp() + interval '${KEY_WARNING_DAYS} days') as key
      from api_key k join principal p on p.id = k.principal_id
     where k.id = $1 and k.revoked_at is null and p.disabled_at is null
       and k.expires_at > clock_timestamp()`,
);

type Known = { secretSha256: Buffer; principal: Principal };
type Cache = { entries: Map<string, Known & { untilMs: number }>; generation: number };

// The cache belongs to the pool and not to the authenticator, so that revoking a key can clear it.
const caches = new WeakMap<pg.Pool, Cache>();

function cacheOf(pool: pg.Pool): Cache {
  const cache = caches.get(pool) ?? { entries: new Map(), generation: 0 };
  caches.set(pool, cache);
  return cache;
}

/** Clears this process's cache of keys. Call it when a key, grant or principal has changed. */
export function forgetKeys(pool: pg.Pool): void {
  const cache = cacheOf(pool);
  cache.generation += 1;
  cache.entries.clear();
}

/**
 * Makes the function that finds a token's principal; null when the token is not a key, the key is
 * revoked or expired, or its holder is disabled.
 */
export function createKeyAuthenticator(
  pool: pg.Pool,
  nowMs: () => number = () => performance.now(),
): (token: string) => Promise<Principal | null> {
  const cache = cacheOf(pool);
  return async (token) => {
    const [, id, secret] = TOKEN.exec(token) ?? [];
    if (id === undefined || secret === undefined) return null;
    const cached = cache.entries.get(id);
    const known =
      cached !== undefined && cached.untilMs > nowMs()
        ? cached
        : await read(pool, cache, id, nowMs);
    if (known === null || !timingSafeEqual(known.secretSha256, hashOf(secret))) return null;
    return known.principal;
  };
}

async function read(
  pool: pg.Pool,
  cache: Cache,
  id: string,
  nowMs: () => number,
): Promise<Known | null> {
  const { generation } = cache;
  const askedMs = nowMs();
  const [row] = await run<{
    secretSha256: Buffer;
    key: { expiresAt: string; endsSoon: boolean };
    id: string;
    name: string;
    grants: GrantRow[];
  }>(pool, FIND_API_KEY, [id]);
  cache.entries.delete(id);
  if (row === undefined) return null;
  const principal = { ...asPrincipal(row), credential: `key:${id}`, key: row.key };
  const known = { secretSha256: row.secretSha256, principal };
  // Once another key was revoked during this read, the key just read may be the one, so it is not cached.
  if (generation === cache.generation) {
    cache.entries.set(id, { ...known, untilMs: askedMs + KEY_CACHE_MS_MAX });
    const [oldest] = cache.entries.keys();
    if (oldest !== undefined && cache.entries.size > KEY_CACHE_ENTRIES_MAX) {
      cache.entries.delete(oldest);
    }
  }
  return known;
}

const INSERT_API_KEY = statement(
  'insert-api-key',
  `
    insert into api_key (id, principal_id, secret_sha256, claim_id, made_with, created_at, expires_at)
    values ($1, $2, $3, $4, $5, now_instant(), coalesce($6,
      date_trunc('milliseconds', clock_timestamp()) + make_interval(days => $7)))
    returning expires_at as "expiresAt"`,
);

export type NewApiKey = { id: string; key: string; expiresAt: string };

/** How long a key lives: to an instant, or for all the days that the service gives a key. */
export type KeyLife = { until: string | null; daysMax: number };

/** A key is claimed with a code, or its holder makes it with another key. */
export type KeyOrigin = { claimId: string } | { madeWith: string };

/** Makes a key; `key` is the only answer with its secret. */
export async function insertApiKey(
  tx: Tx,
  principalId: string,
  origin: KeyOrigin,
  { until, daysMax }: KeyLife,
): Promise<NewApiKey> {
  const id = systemEntropy.bytes(8).toString('hex');
  const secret = systemEntropy.bytes(32).toString('base64url');
  const [row] = await run<{ expiresAt: string }>(tx, INSERT_API_KEY, [
    id,
    principalId,
    hashOf(secret),
    'claimId' in origin ? origin.claimId : null,
    'madeWith' in origin ? origin.madeWith : null,
    until,
    daysMax,
  ]);
  if (row === undefined) throw new Error('a key was not stored');
  return { id, key: `cp_${id}_${secret}`, ...row };
}

const COLUMNS = `
  id, principal_id as "principalId", created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt",
  revoked_at is null and expires_at > clock_timestamp() as live,
  made_with as "madeWith",
  (select jsonb_build_object('madeBy', c.made_by, 'madeByName', (
            select p.name from principal p where p.id::text = c.made_by), 'outside', (
            select jsonb_build_object('osUser', a.os_user, 'host', a.host, 'at', to_char(
                     a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
              from operator_act a where a.claim_id = c.id limit 1))
     from claim c where c.id = api_key.claim_id) as claim`;

const LIST_API_KEYS = statement(
  'list-api-keys',
  `
    select ${COLUMNS} from api_key where principal_id = $1
     order by live desc, created_at desc, id limit 100`,
);

/** A principal's keys without their secrets: the live ones, then the newest, at most 100. */
export const listApiKeys = (
  db: pg.ClientBase | pg.Pool,
  principalId: string,
): Promise<ApiKeyRow[]> => run<ApiKeyRow>(db, LIST_API_KEYS, [principalId]);

const REVOKE_API_KEY = statement(
  'revoke-api-key',
  `
    update api_key set revoked_at = coalesce(revoked_at, now_instant())
     where id = $1 and principal_id = $2 returning ${COLUMNS}`,
);

/** The key after it; undefined when there is none. A key revoked before keeps its first date. */
export async function updateRevoked(
  tx: Tx,
  principalId: string,
  id: string,
): Promise<ApiKeyRow | undefined> {
  return (await run<ApiKeyRow>(tx, REVOKE_API_KEY, [id, principalId]))[0];
}

const MAY_END = statement(
  'key-may-end',
  `
    select $1::timestamptz > clock_timestamp()
       and $1::timestamptz <= clock_timestamp() + make_interval(days => $2) as "mayEnd"`,
);

/** True of an instant after now and within so many days, by the real clock. */
export async function mayEnd(tx: Tx, instant: string, daysMax: number): Promise<boolean> {
  return (await run<{ mayEnd: boolean }>(tx, MAY_END, [instant, daysMax]))[0]?.mayEnd ?? false;
}
