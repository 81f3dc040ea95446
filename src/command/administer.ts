// The one way to write what belongs to no campaign: one transaction, and a repeat gets the first
// answer, which that transaction stored.

import type { Tx } from '../db/transaction.ts';
import { RaceLost, run } from '../db/transaction.ts';
import type { Performer } from './batches.ts';

/** Where the answers to what belongs to no campaign are kept. */
export const NO_CAMPAIGN = '00000000-0000-0000-0000-000000000000';

export type Administered<Body extends object> = {
  status: number;
  headers?: { readonly [name: string]: string };
  body: Body;
  /** What a repeat gets instead of `body`: secrets are told once and never stored. */
  kept?: Body;
};

export type Administration<Body extends object> =
  | { kind: 'done' | 'repeated'; answer: Administered<Body> }
  | { kind: 'key-reused' };

export type Asked = {
  principalId: string;
  /** The caller's key and a hash of what was asked with it. */
  idempotency: { key: string; requestHash: string } | null;
};

const LOCK_KEY = {
  name: 'lock-idempotency-key',
  text: `select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0))`,
};
const FIND_ANSWER = {
  name: 'find-administered',
  text: `
    select request_hash as "requestHash", status, body from idempotency
     where campaign_id = $1 and principal_id = $2 and key = $3`,
};
const KEEP_ANSWER = {
  name: 'keep-administered',
  text: `
    insert into idempotency (campaign_id, principal_id, key, request_hash, status, body, created_at)
    values ($1, $2, $3, $4, $5, $6, now_instant())`,
};

type Kept<Body> = { headers: { readonly [name: string]: string }; body: Body };

const TRIES_MAX = 5;
const DEADLOCK = '40P01';

const isLost = (error: unknown): boolean =>
  error instanceof RaceLost || (error as { code?: unknown } | null)?.code === DEADLOCK;

/**
 * Runs `work` in a transaction of its own and keeps its answer under the caller's key. What `work`
 * throws leaves nothing behind, the key included; when it has lost a race it is run again.
 */
export async function administer<Body extends object>(
  performer: Performer,
  asked: Asked,
  work: (tx: Tx) => Promise<Administered<Body>>,
): Promise<Administration<Body>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await administerOnce(performer, asked, work);
    } catch (error) {
      if (!isLost(error) || attempt === TRIES_MAX) throw error;
    }
  }
}

function administerOnce<Body extends object>(
  performer: Performer,
  { principalId, idempotency }: Asked,
  work: (tx: Tx) => Promise<Administered<Body>>,
): Promise<Administration<Body>> {
  return performer.administer(async (tx) => {
    if (idempotency === null) return { kind: 'done', answer: await work(tx) };
    const { key, requestHash } = idempotency;
    // Of two requests with one key the second waits here for the first one's answer.
    await run(tx, LOCK_KEY, [principalId, key]);
    const [known] = await run<{ requestHash: string; status: number; body: Kept<Body> }>(
      tx,
      FIND_ANSWER,
      [NO_CAMPAIGN, principalId, key],
    );
    if (known !== undefined) {
      if (known.requestHash !== requestHash) return { kind: 'key-reused' };
      return { kind: 'repeated', answer: { status: known.status, ...known.body } };
    }
    const answer = await work(tx);
    const kept: Kept<Body> = { headers: answer.headers ?? {}, body: answer.kept ?? answer.body };
    await run(tx, KEEP_ANSWER, [
      NO_CAMPAIGN,
      principalId,
      key,
      requestHash,
      answer.status,
      JSON.stringify(kept),
    ]);
    return { kind: 'done', answer };
  });
}
