// What somebody who reads the database below SQL can see of an urn and a roll: every version of their rows that is
// left in a page, what is left between them, and every block that the log of writes (WAL) keeps.

import pg from 'pg';

/** One version of a row, or one block of the WAL: who wrote it (transaction id), and its bytes. */
export type Version = { table: string; xids: number[]; bytes: Buffer };

export type Remains = {
  /** Versions in pages, live and dead, in the order of their writers, then of their places. */
  versions: Version[];
  /** Whole pages, with what was left in their free space. */
  pages: Version[];
  /** Blocks of the WAL since `from`, in the order in which they were written; null before PostgreSQL 16. */
  wal: Version[] | null;
};

/** Opens the eyes of a superuser on this database: `pageinspect` and `pg_walinspect`. */
export async function openEyes(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const name of ['pageinspect', 'pg_walinspect']) {
    await client.query(`create extension if not exists ${name}`);
  }
  return client;
}

export const walPlace = async (eyes: pg.Client): Promise<string> =>
  (await eyes.query('select pg_current_wal_insert_lsn()::text as lsn')).rows[0].lsn;

const RELATIONS = `
  select c.relname as "table", c.oid::regclass::text as name, c.relfilenode::int as file,
         (pg_relation_size(c.oid) / 8192)::int as pages
    from pg_class c
   where c.oid = any (select oid from pg_class where relname = any ($1)
                      union all select reltoastrelid from pg_class where relname = any ($1))`;

/** Looks at these tables and at where their long values are kept. */
export async function lookAt(
  eyes: pg.Client,
  tables: readonly string[],
  from: string,
): Promise<Remains> {
  const { rows: relations } = await eyes.query(RELATIONS, [tables]);
  const versions: Version[] = [];
  const pages: Version[] = [];
  for (const { table, name, pages: count } of relations) {
    for (let page = 0; page < count; page += 1) {
      const { rows } = await eyes.query(
        `select t_xmin::text::int as xmin, t_xmax::text::int as xmax, t_data as bytes
           from heap_page_items(get_raw_page($1, $2)) where t_data is not null order by lp`,
        [name, page],
      );
      for (const { xmin, xmax, bytes } of rows) versions.push({ table, xids: [xmin, xmax], bytes });
      const raw = await eyes.query('select get_raw_page($1, $2) as bytes', [name, page]);
      pages.push({ table, xids: [], bytes: raw.rows[0].bytes });
    }
  }
  versions.sort((one, other) => (one.xids[0] ?? 0) - (other.xids[0] ?? 0));
  const { rows: known } = await eyes.query(`select to_regproc('pg_get_wal_block_info') as reader`);
  if (known[0].reader === null) return { versions, pages, wal: null };
  // Only what has been flushed can be read, and the service of a test does not wait for its flushes.
  await eyes.query(
    `begin; set local synchronous_commit = on; select pg_logical_emit_message(true, 'eyes', ''); commit`,
  );
  const { rows: blocks } = await eyes.query(
    `select relfilenode::int as file, xid::text::int as xid, block_data, block_fpi_data
       from pg_get_wal_block_info($1, pg_current_wal_flush_lsn(), true)
      where reldatabase = (select oid from pg_database where datname = current_database())
      order by start_lsn, block_id`,
    [from],
  );
  const wal = blocks.map(({ file, xid, block_data, block_fpi_data }) => ({
    table: relations.find((one) => one.file === file)?.table ?? '',
    xids: [xid ?? 0],
    bytes: Buffer.concat([block_data, block_fpi_data].filter((part) => part !== null)),
  }));
  return { versions, pages, wal };
}

/** The transactions that wrote or removed these versions. */
export const writersOf = (versions: readonly Version[]): Set<number> =>
  new Set(versions.flatMap(({ xids }) => xids).filter((xid) => xid > 0));

/** True when one of these byte strings stands in one of these places. */
export const isWrittenIn = (versions: readonly Version[], wanted: readonly Buffer[]): boolean =>
  versions.some(({ bytes }) => wanted.some((trace) => bytes.includes(trace)));

/** The row that a version is of: its key stands in front, and never changes. */
const KEY_BYTES = 40;
const TAIL_BYTES = 64;

type Change = { now: Buffer; before: Buffer };

/** Each of these versions beside the one before it of the same row, among all that are known. */
const changesOf = (all: readonly Version[], wanted: readonly Version[]): Change[] =>
  wanted.map((version) => {
    const row = version.bytes.subarray(0, KEY_BYTES);
    const before = all
      .slice(0, all.indexOf(version))
      .findLast(({ bytes }) => bytes.subarray(0, KEY_BYTES).equals(row));
    return { now: version.bytes, before: before?.bytes ?? Buffer.alloc(0) };
  });

const differing = ({ now, before }: Change): number[] =>
  [...now.keys()].filter((index) => now[index] !== before[index]);

/** What a change looks like from outside: numbers that might follow a choice. */
const FEATURES: readonly ((change: Change) => number)[] = [
  ({ now }) => now.length,
  ({ now, before }) => now.length - before.length,
  (change) => differing(change)[0] ?? -1,
  (change) => differing(change).at(-1) ?? -1,
  (change) => differing(change).length,
  ({ now, before }) => now.compare(before),
  ({ now }) => now.at(-1) ?? 0,
  ({ now }) => now.reduce((sum, byte) => sum + byte, 0),
];

/** How the last bytes have changed, where numbers stand that are counted up. */
const tailOf = ({ now, before }: Change): number[] =>
  Array.from({ length: TAIL_BYTES }, (_, index) =>
    Math.sign((now.at(-1 - index) ?? 0) - (before.at(-1 - index) ?? 0)),
  );

/**
 * How many choices are known to whoever takes the n-th version for the n-th voter's, in two ways, the better one.
 * By looks: the voters are split in halves by each number, whichever half is taken for which choice. By likeness:
 * they know all choices but one, and take that one to be as in the change most like it.
 */
export function guessedBy(
  all: readonly Version[],
  wanted: readonly Version[],
  choices: readonly string[],
): number {
  const changes = changesOf(all, wanted);
  const byLooks = FEATURES.map((feature) => {
    const looks = changes.map(feature);
    const middle = looks.toSorted((a, b) => a - b)[Math.floor(looks.length / 2)] ?? 0;
    const isFirst = (index: number): boolean => choices[index] === choices[0];
    const right = looks.filter((look, index) => look < middle === isFirst(index)).length;
    return Math.max(right, choices.length - right);
  });
  const tails = changes.map(tailOf);
  const unlike = (one: readonly number[], other: readonly number[]): number =>
    one.filter((sign, index) => sign !== other[index]).length;
  const byLikeness = tails.filter((tail, index) => {
    const others = tails.map((other, at) => (at === index ? Infinity : unlike(tail, other)));
    return choices[others.indexOf(Math.min(...others))] === choices[index];
  }).length;
  return Math.max(...byLooks, byLikeness);
}
