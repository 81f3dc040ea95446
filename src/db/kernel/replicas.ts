// The processes that share one database, and the heartbeat by which they find one another.

import type pg from 'pg';
import { Unavailable } from './faults.ts';
import { run, statement } from './transaction.ts';

export type Replica = {
  id: string;
  host: string;
  pid: number;
  release: string;
  /** Every migration this process knows, in order. */
  migrations: readonly string[];
  /** The store of files that this process uses. */
  fileStore: string;
};

/** A process that has not been seen for longer than this, five beats, counts as gone. */
const REPLICA_LIVES_SECONDS = 10;
const FORGOTTEN_AFTER_SECONDS = 86_400;

/** This process may write nothing now, because it would not understand the data that is there. */
export class WritingStopped extends Unavailable {
  override name = 'WritingStopped';
  readonly migrations: readonly string[];

  constructor(migrations: readonly string[]) {
    super(`the schema is newer than this process: ${migrations.join(', ')}`);
    this.migrations = migrations;
  }
}

const BEAT = statement(
  'beat',
  `
    with gone as (
      delete from replica where id <> $1
         and seen_at < clock_timestamp() - make_interval(secs => $8)),
    beat as (
      insert into replica (id, host, pid, release, schema, file_store)
      values ($1, $2, $3, $4, ($6::text[])[cardinality($6::text[])], $5)
      on conflict (id) do update set seen_at = clock_timestamp())
    select (select count(*)::int from replica
             where id <> $1 and seen_at > clock_timestamp() - make_interval(secs => $7)) + 1 as live,
           array(select name from migration where name <> all ($6::text[]) order by name) as unknown`,
);

/** Says that this process lives; answers how many live and the migrations this one does not know. */
export async function beat(
  client: pg.ClientBase,
  { id, host, pid, release, fileStore, migrations }: Replica,
): Promise<{ live: number; unknown: string[] }> {
  const values = [id, host, pid, release, fileStore, migrations];
  const limits = [REPLICA_LIVES_SECONDS, FORGOTTEN_AFTER_SECONDS];
  const [row] = await run<{ live: number; unknown: string[] }>(client, BEAT, [
    ...values,
    ...limits,
  ]);
  return row ?? { live: 1, unknown: [] };
}

const LEAVE = statement('leave', 'delete from replica where id = $1');

/** Removes this process's row, so that nobody waits for a process that ended in order. */
export const leave = (client: pg.ClientBase, id: string): Promise<unknown> =>
  run(client, LEAVE, [id]);

const GROW = statement('try-growing', 'select try_growing()');

/** Throws unless a table can really grow; leaves nothing behind. */
export const tryGrowing = (client: pg.ClientBase): Promise<unknown> => run(client, GROW, []);
