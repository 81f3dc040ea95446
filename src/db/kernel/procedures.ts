// Procedures as plans state them, by their hash: what a subject is pinned to can be compiled again for ever.

import type pg from 'pg';
import type { Stated } from '../../../machines/catalog.ts';
import { isLearned, learnRelease } from '../../../machines/catalog.ts';
import { run, statement } from './transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

const FIND = statement(
  'find-procedures',
  'select hash, body as stated from procedure where hash = any ($1::text[])',
);

/**
 * Lets this process decide subjects that are pinned to procedures it has not met, because another process
 * published their plan. No query is sent where all of them are known.
 */
export async function learnProcedures(
  db: Connection,
  pins: readonly { procedure: string | null }[],
): Promise<void> {
  const unknown = pins.flatMap(({ procedure }) =>
    procedure === null || isLearned(procedure) ? [] : [procedure],
  );
  if (unknown.length === 0) return;
  const rows = await run<{ hash: string; stated: Stated }>(db, FIND, [[...new Set(unknown)]]);
  for (const { hash, stated } of rows) learnRelease(hash, stated);
}

const INSERT = statement(
  'insert-procedures',
  `insert into procedure (hash, library, body)
   select * from unnest($1::text[], $2::text[], $3::jsonb[])
   on conflict (hash) do nothing`,
);

/** Stores what a plan states; what another plan has stated before is there already. */
export const insertProcedures = (
  db: Connection,
  rows: readonly { hash: string; library: string; stated: Stated }[],
): Promise<unknown> =>
  run(db, INSERT, [
    rows.map(({ hash }) => hash),
    rows.map(({ library }) => library),
    rows.map(({ stated }) => JSON.stringify(stated)),
  ]);
