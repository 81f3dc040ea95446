// The write wall seen from outside: subjects of every machine at a few places, and whether a row about
// one of them is let in from somebody.

import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import type { MachineName } from '../../machines/catalog.ts';
import { MACHINE_NAMES } from '../../machines/catalog.ts';

/** Stores one bare subject of each machine at this place, as the owner; answers their ids. */
export async function placeSubjects(
  owner: pg.Pool,
  campaignId: string,
  path: string,
): Promise<Map<MachineName, string>> {
  const ids = new Map<MachineName, string>();
  for (const [index, machine] of MACHINE_NAMES.entries()) {
    const id = randomUUIDv7();
    ids.set(machine, id);
    await owner.query(
      `insert into subject (campaign_id, id, machine, version, lock_rank, organisation_id, path, value,
         context, status, stage, state, revision, chain_hash, created_at, updated_at)
       values ($1, $2, $3, 1, $4, 'nobody', $5, '"x"', '{}', 'active', 'x', 'x', 1, 'x', now(), now())`,
      [campaignId, id, machine, index + 1, path],
    );
  }
  return ids;
}

/** Changes rows as only a superuser can, with no trigger told. */
export const unseen = (superuser: pg.Pool, sql: string): Promise<unknown> =>
  superuser.query(`begin; set local session_replication_role = replica; ${sql}; commit`);

export type Row = { campaignId: string; subjectId: string; type: string; principalId: string };

// In the server, because thousands of rows are tried. Each is taken back: a row that was let in ends its
// block with an error of our own.
const KNOCK = `
  create function pg_temp.knock(asked jsonb) returns boolean[] language plpgsql as $$
  declare
    row record;
    refused_by text;
    is_in boolean[] := '{}';
  begin
    for row in select * from jsonb_to_recordset(asked) as r
      ("campaignId" uuid, "subjectId" uuid, type text, "principalId" text)
    loop
      begin
        insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload,
          facts, stage, state, hash)
        values (row."campaignId", row."subjectId", 1, row.type, now(), row."principalId", '{}', '{}',
          '{}', 'x', 'x', 'x');
        raise exception 'taken back' using errcode = 'TAKEN';
      exception
        when sqlstate 'TAKEN' then is_in := is_in || true;
        when insufficient_privilege then
          get stacked diagnostics refused_by = constraint_name;
          if refused_by <> 'write_wall' then raise; end if;
          is_in := is_in || false;
      end;
    end loop;
    return is_in;
  end $$`;

/**
 * Inserts each row as the app's log-in and takes it back; answers for each whether it was let in. Throws
 * for any refusal but the wall's.
 */
export async function knock(app: pg.Pool, asked: readonly Row[]): Promise<boolean[]> {
  const client = await app.connect();
  try {
    await client.query(KNOCK);
    const { rows } = await client.query<{ isIn: boolean[] }>('select pg_temp.knock($1) as "isIn"', [
      JSON.stringify(asked),
    ]);
    return rows[0]?.isIn ?? [];
  } finally {
    // The function goes with its session.
    client.release(true);
  }
}
