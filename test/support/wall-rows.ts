// The read wall seen from outside: a row of every table at each of a few places, made from the columns'
// types, because what the wall asks of a row is where it lies and nothing else.

import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';

/** What ties a row to its place. */
type Place = {
  path: string;
  index: number;
  campaignId: string;
  drawId: string;
  candidateId: string;
};

type Column = { name: string; type: string };

const VALUES: { readonly [type: string]: string } = {
  text: "'x'",
  boolean: 'false',
  jsonb: "'{}'",
  bytea: "''",
  date: "'2017-05-20'",
  'timestamp with time zone': 'clock_timestamp()',
  'text[]': "'{}'",
  'uuid[]': "'{}'",
};

function fitting(table: string, place: Place, { name, type }: Column): string {
  if (name === 'path') return `'${place.path}'`;
  if (name === 'places') return `array['${place.path}']`;
  if (name === 'campaign_id') return `'${place.campaignId}'`;
  if (name === 'organisation_id') return `'organisation ${place.index}'`;
  if (name === 'site_id') return `'site ${place.index}'`;
  if (type === 'uuid') return `'${table.startsWith('draw') ? place.drawId : place.candidateId}'`;
  if (type === 'integer' || type === 'bigint' || type === 'smallint') return String(place.index);
  const value = VALUES[type] ?? "'x'";
  if (name === 'code' || name === 'code_path') return `'${place.path}'`;
  return value;
}

const COLUMNS = `
  select attname as name, format_type(atttypid, null) as type from pg_attribute
   where attrelid = $1::regclass and attnum > 0 and not attisdropped
     and attgenerated = '' and attidentity = ''`;

async function insertRow(client: pg.ClientBase, table: string, place: Place, own: object = {}) {
  const { rows } = await client.query<Column>(COLUMNS, [table]);
  const values = rows.map((column) => {
    const given = Object.entries(own).find(([name]) => name === column.name);
    return given === undefined ? fitting(table, place, column) : `'${given[1]}'`;
  });
  const { rows: stored } = await client.query<{ row: string }>(
    `insert into ${table} (${rows.map(({ name }) => `"${name}"`).join(', ')})
     values (${values.join(', ')}) returning ctid::text as row`,
  );
  return stored.map(({ row }) => row);
}

/**
 * Stores, as the owner of a database without data, one row of each table at each place, and of `subject` a
 * campaign, a draw, a change of policy and, last, a candidate; answers where they are stored (ctid).
 */
export async function placeRows<Name extends string>(
  owner: pg.Pool,
  places: ReadonlyMap<Name, string>,
  tables: readonly string[],
): Promise<Map<Name, Map<string, string[]>>> {
  const client = await owner.connect();
  try {
    const { rows: checks } = await client.query<{ sql: string }>(
      `select format('alter %s %s drop constraint %I',
                     case when contypid = 0 then 'table' else 'domain' end,
                     case when contypid = 0 then conrelid::regclass::text
                          else contypid::regtype::text end, conname) as sql
         from pg_constraint
        where contype = 'c' and connamespace = 'public'::regnamespace and conislocal`,
    );
    for (const { sql } of checks) await client.query(sql);
    await client.query('set session_replication_role = replica');
    const lying = new Map<Name, Map<string, string[]>>();
    for (const [index, [name, path]] of [...places].entries()) {
      const [campaignId, drawId, candidateId] = [randomUUIDv7(), randomUUIDv7(), randomUUIDv7()];
      const place: Place = { path, index: index + 1, campaignId, drawId, candidateId };
      await insertRow(client, 'organisation', place, { id: `organisation ${place.index}` });
      await insertRow(client, 'site', place, { id: `site ${place.index}` });
      const ofPlace = new Map<string, string[]>();
      for (const table of tables.filter((table) => table !== 'subject')) {
        ofPlace.set(table, await insertRow(client, table, place));
      }
      const machines = {
        campaign: campaignId,
        draw: drawId,
        'policy-change': randomUUIDv7(),
        candidate: candidateId,
      };
      const subjects = [];
      for (const [machine, id] of Object.entries(machines)) {
        subjects.push(...(await insertRow(client, 'subject', place, { id, machine })));
      }
      ofPlace.set('subject', subjects);
      lying.set(name, ofPlace);
    }
    return lying;
  } finally {
    client.release(true);
  }
}
