// The keys by which this database is sealed, by their fingerprints. It is the owner's table.

import type { Tx } from './kernel/transaction.ts';
import { run, statement } from './kernel/transaction.ts';

export type KnownKey = { id: string; fingerprint: string };

// Two processes at once would each put a key of its own into a file. The number is arbitrary.
const LOCK = statement('lock-data-keys', 'select pg_advisory_xact_lock(726378037)');

/** Nobody else changes a file of keys until the commit. */
export async function lockDataKeys(tx: Tx): Promise<void> {
  await run(tx, LOCK, []);
}

const LIST = statement('list-data-keys', 'select id, fingerprint from data_key order by at');

export const listKnownKeys = (tx: Tx): Promise<KnownKey[]> => run(tx, LIST, []);

const INSERT = statement(
  'insert-data-keys',
  `
    insert into data_key (id, fingerprint) select * from unnest($1::text[], $2::text[])
        on conflict (id) do nothing`,
);

/** From now on these keys seal this database; what is known already stays as it is. */
export async function insertKnownKeys(tx: Tx, keys: readonly KnownKey[]): Promise<void> {
  const columns = [keys.map(({ id }) => id), keys.map(({ fingerprint }) => fingerprint)];
  await run(tx, INSERT, columns);
}

const DELETE = statement('delete-data-keys', 'delete from data_key where id = any ($1)');

/** Nothing may be sealed by these keys any more. */
export async function deleteKnownKeys(tx: Tx, ids: readonly string[]): Promise<void> {
  await run(tx, DELETE, [ids]);
}
