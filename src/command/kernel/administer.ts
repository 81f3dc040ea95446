// Acts that belong to no campaign are written here, each in one transaction, which also stores the answer
// so that a repeat gets the same one.

import { setTimeout as sleep } from 'node:timers/promises';
import { lockKeys } from '../../db/kernel/answers.ts';
import { isContended, isKeyTaken, Unavailable } from '../../db/kernel/faults.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import type { AdministrativeAct, Teller } from './administrative-log.ts';
import { tellAdministration } from './administrative-log.ts';
import type { Performer } from './batches.ts';

export type Administered<Body extends object> = {
  status: number;
  headers?: { readonly [name: string]: string };
  body: Body;
  /** The body that a repeat gets instead of `body`: secrets are told once and never stored. */
  kept?: Body;
  /** What the administrative log is told: every change of who may do what, or the commit is refused. */
  told?: readonly AdministrativeAct[];
};

type Administration<Body extends object> =
  | { kind: 'done' | 'repeated'; answer: Administered<Body> }
  | { kind: 'key-reused' };

type Asked = Teller & {
  /** The caller's key and a hash of the request that came with it. */
  idempotency: { key: string; requestHash: string } | null;
};

const FIND_ANSWER = statement(
  'find-administered',
  `
    select request_hash as "requestHash", status, body from idempotency
     where principal_id = $1 and key = $2`,
);
const KEEP_ANSWER = statement(
  'keep-administered',
  `
    insert into idempotency (principal_id, key, request_hash, status, body, created_at)
    values ($1, $2, $3, $4, $5, now_instant())`,
);

type Kept<Body> = { headers: { readonly [name: string]: string }; body: Body };

const TRIES_MAX = 5;
/** A try that begins later than this would keep the caller waiting too long. */
const TRY_UNTIL_MS = 2_000;
/** The limit is shorter where no connection was to be had: finding that out once more takes two seconds. */
const CONNECT_UNTIL_MS = 800;
const TRY_AGAIN_MS = 25;

/** A command may have taken the same key, because it locks its key only where it begins a subject. */
const isKeysRace = (error: unknown): boolean =>
  isKeyTaken(error) && (error as { constraint?: unknown }).constraint === 'idempotency_pkey';

/** A retry is worth it when nothing was committed and the fault may pass. */
const isWorthRetrying = (error: unknown): boolean =>
  error instanceof Unavailable ? !error.isUnknown : isContended(error) || isKeysRace(error);

/**
 * Runs `work` in a transaction of its own and keeps its answer under the caller's key. An error of `work`
 * rolls everything back, the key included, and is thrown; after a lost race `work` is run again.
 */
export async function administer<Body extends object>(
  performer: Performer,
  asked: Asked,
  work: (tx: Tx) => Promise<Administered<Body>>,
): Promise<Administration<Body>> {
  const begunMs = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await administerOnce(performer, asked, work);
    } catch (error) {
      const untilMs = error instanceof Unavailable ? CONNECT_UNTIL_MS : TRY_UNTIL_MS;
      const isLate = attempt === TRIES_MAX || performance.now() - begunMs > untilMs;
      if (!isWorthRetrying(error) || isLate) throw error;
      await sleep(TRY_AGAIN_MS * 2 ** attempt);
    }
  }
}

function administerOnce<Body extends object>(
  performer: Performer,
  { idempotency, ...teller }: Asked,
  work: (tx: Tx) => Promise<Administered<Body>>,
): Promise<Administration<Body>> {
  return performer.administer(async (tx) => {
    const carryOut = async () => {
      const answer = await work(tx);
      await tellAdministration(tx, teller, answer.told ?? []);
      return answer;
    };
    if (idempotency === null) return { kind: 'done', answer: await carryOut() };
    const { key, requestHash } = idempotency;
    const { principalId } = teller;
    // The second of two requests with one key waits here for the answer of the first.
    await lockKeys(tx, [{ principalId, key }]);
    const [known] = await run<{ requestHash: string; status: number; body: Kept<Body> }>(
      tx,
      FIND_ANSWER,
      [principalId, key],
    );
    if (known !== undefined) {
      if (known.requestHash !== requestHash) return { kind: 'key-reused' };
      return { kind: 'repeated', answer: { status: known.status, ...known.body } };
    }
    const answer = await carryOut();
    const kept: Kept<Body> = { headers: answer.headers ?? {}, body: answer.kept ?? answer.body };
    await run(tx, KEEP_ANSWER, [
      principalId,
      key,
      requestHash,
      answer.status,
      JSON.stringify(kept),
    ]);
    return { kind: 'done', answer };
  });
}
