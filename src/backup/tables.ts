// The tables and sequences of a database as its catalogue tells them, and what an export says of each.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { BackupError } from './backup-error.ts';

const EXPORT_FILE = 'export.json';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const ExportedTable = Type.Object({
  /** Quoted, with its schema, as SQL takes it. */
  name: Type.String(),
  /** Quoted and in order; generated ones are reckoned anew by the importing database. */
  columns: Type.Array(Type.String()),
  rows: Type.Integer(),
  path: Type.String({ pattern: '^[\\w.-]+$' }),
  sizeBytes: Type.Integer(),
  sha256: Sha256,
});
/** A partition is made as time goes on, and by no migration. */
const Partition = Type.Object({
  name: Type.String({ pattern: '^public\\.\\w+$' }),
  parent: Type.String({ pattern: '^public\\.\\w+$' }),
  bounds: Type.String({ pattern: "^FOR VALUES FROM \\('[\\d :+-]+'\\) TO \\('[\\d :+-]+'\\)$" }),
});
const Export = Type.Object({
  format: Type.Literal(1),
  serverVersion: Type.String(),
  /** The version of the schema. */
  migrations: Type.Array(Type.Object({ name: Type.String(), sha256: Sha256 })),
  partitions: Type.Array(Partition),
  tables: Type.Array(ExportedTable),
  sequences: Type.Array(
    Type.Object({ name: Type.String(), value: Type.String(), isCalled: Type.Boolean() }),
  ),
});
export type Export = Static<typeof Export>;

export const exportFile = (folder: string): string => join(folder, EXPORT_FILE);

/** Reads what an export says of itself. Throws BackupError when there is none. */
export const readExport = async (folder: string): Promise<Export> => {
  const text = await readFile(exportFile(folder), 'utf8').catch(() => 'null');
  const value: unknown = JSON.parse(text);
  if (Check(Export, value)) return value;
  throw new BackupError(
    `${folder} 中没有完整的导出（${EXPORT_FILE}）。`,
    `There is no whole export in ${folder} (${EXPORT_FILE}).`,
  );
};

const OWN_SCHEMAS = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

// Partitions are tables of their own, and their parents hold nothing.
const LIST_TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name,
         (select array_agg(format('%I', a.attname) order by a.attnum)
            from pg_attribute a
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             and a.attgenerated = '') as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and c.relpersistence = 'p' and ${OWN_SCHEMAS}
   order by 1`;
const LIST_SEQUENCES = `
  select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'S' and ${OWN_SCHEMAS}
   order by 1`;

const LIST_PARTITIONS = `
  select format('%I.%I', n.nspname, c.relname) as name,
         format('%I.%I', pn.nspname, p.relname) as parent,
         pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
   where c.relispartition and c.relkind = 'r'
   order by 1`;

/** Every partition and its bounds. */
export const listPartitions = async (client: pg.Client): Promise<Export['partitions']> =>
  (await client.query<Export['partitions'][number]>(LIST_PARTITIONS)).rows;

/**
 * Gives a database without rows these partitions instead of those it has. `client` is a superuser; the
 * partitions belong to whom their parent belongs to.
 */
export const makePartitions = async (
  client: pg.Client,
  wanted: Export['partitions'],
): Promise<void> => {
  for (const { name } of await listPartitions(client)) await client.query(`drop table ${name}`);
  for (const { name, parent, bounds } of wanted) {
    const { rows } = await client.query<{ owner: string }>(
      'select relowner::regrole::text as owner from pg_class where oid = to_regclass($1)',
      [parent],
    );
    await client.query(`create table ${name} partition of ${parent} ${bounds}`);
    await client.query(`alter table ${name} owner to ${rows[0]?.owner}`);
  }
};

export type Table = { name: string; columns: string[] };

/** Every table of the database, in order of their names. */
export const listTables = async (client: pg.Client): Promise<Table[]> =>
  (await client.query<Table>(LIST_TABLES)).rows;

/** Every sequence, those of identity columns too, and how far it has come. */
export const listSequences = async (client: pg.Client): Promise<Export['sequences']> => {
  const sequences: Export['sequences'] = [];
  for (const { name } of (await client.query<{ name: string }>(LIST_SEQUENCES)).rows) {
    const { rows } = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${name}`,
    );
    sequences.push(...rows.map((row) => ({ name, ...row })));
  }
  return sequences;
};
