// The keys that commands come with, and the answers already given under them.

import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

// `offset 0` makes it a look-up for each key even while the planner still takes the table for empty.
const ANSWERS = statement(
  'find-answers',
  `
    select i.principal_id as "principalId", i.key, i.request_hash as "requestHash", i.status, i.body
      from unnest($1::text[], $2::text[]) as asked (principal_id, key)
     cross join lateral (
       select * from idempotency
        where principal_id = asked.principal_id and key = asked.key
       offset 0) i`,
);

export type AnswerRow = {
  principalId: string;
  key: string;
  requestHash: string;
  status: number;
  body: unknown;
};

export type Key = { principalId: string; key: string };

/** The answers already given under these keys; a key without one is left out. */
export async function findAnswers(tx: Tx, asked: readonly Key[]): Promise<AnswerRow[]> {
  if (asked.length === 0) return [];
  return run<AnswerRow>(tx, ANSWERS, [
    asked.map(({ principalId }) => principalId),
    asked.map(({ key }) => key),
  ]);
}

const LOCK_KEYS = statement(
  'lock-keys',
  `
    select pg_advisory_xact_lock(h)
      from (select distinct hashtextextended(principal_id || ' ' || key, 0) as h
              from unnest($1::text[], $2::text[]) as asked (principal_id, key)
             order by 1) hashes`,
);

/**
 * Locks these keys until the transaction ends: of two commands with one key, the second waits for the
 * first one's answer. The keys are locked before any row, in one order for all, so none deadlock.
 */
export async function lockKeys(tx: Tx, asked: readonly Key[]): Promise<void> {
  if (asked.length === 0) return;
  await run(tx, LOCK_KEYS, [
    asked.map(({ principalId }) => principalId),
    asked.map(({ key }) => key),
  ]);
}
