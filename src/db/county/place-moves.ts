// The paths of everything below a unit that has moved, rewritten a chunk at a time, and the totals of the places it
// left and came to, counted again. What stands in logs keeps the path it was told with.

import type pg from 'pg';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const INSERT = statement(
  'insert-place-move',
  `
    insert into place_move (organisation_id, from_path, to_path, at) values ($1, $2, $3, now_instant())`,
);
export const insertPlaceMove = (
  tx: Tx,
  organisationId: string,
  fromPath: string,
  toPath: string,
): Promise<unknown> => run(tx, INSERT, [organisationId, fromPath, toPath]);

export type PlaceMove = { id: string; fromPath: string; toPath: string };

const COLUMNS = `m.id::text, m.from_path as "fromPath", m.to_path as "toPath"`;
const NEXT = statement(
  'find-next-place-move',
  `select ${COLUMNS} from place_move m where m.done_at is null order by m.id limit 1`,
);
/** The oldest move that has not come through; undefined when all have. */
export const findNextMove = async (pool: pg.Pool): Promise<PlaceMove | undefined> =>
  (await run<PlaceMove>(pool, NEXT, []))[0];

const LOCK = statement(
  'lock-place-move',
  `
    select ${COLUMNS}, pg_snapshot_xmin(pg_current_snapshot()) > m.moved_by as "isSeenByAll"
      from place_move m where m.id = $1::bigint and m.done_at is null for update`,
);
/** Undefined when another process has finished it. */
export const lockMove = async (
  tx: Tx,
  id: string,
): Promise<(PlaceMove & { isSeenByAll: boolean }) | undefined> =>
  (await run<PlaceMove & { isSeenByAll: boolean }>(tx, LOCK, [id]))[0];

/** The tables that say where their rows lie, and are no logs. */
const TABLES = [
  'subject',
  'candidate',
  'obligation',
  'notice',
  'document',
  'roster_site',
  'roll_up',
  'supplement',
  'conflict_of_interest',
  'file',
  'draw_unit',
] as const;

// A row that another transaction holds is waited for; one that it changes meanwhile is met again by the next chunk.
const rewriting = (table: string) =>
  statement(
    `rewrite-${table.replaceAll('_', '-')}`,
    `
    with chunk as (select ctid from ${table} where path like $1 || '%' limit $3)
    update ${table} t set path = $2 || substr(t.path, length($1) + 1)
      from chunk where t.ctid = chunk.ctid
    returning 1`,
  );
const REWRITINGS = TABLES.map(rewriting);

const COUNT = statement(
  'count-rewritten',
  'update place_move set rewritten = rewritten + $2 where id = $1::bigint',
);

/** Rewrites at most so many rows, and answers how many; 0 when none of an old path is left. */
export async function updatePaths(
  tx: Tx,
  { id, fromPath, toPath }: PlaceMove,
  rowsMax: number,
): Promise<number> {
  let rewritten = 0;
  for (const each of REWRITINGS) {
    if (rewritten < rowsMax)
      rewritten += (await run(tx, each, [fromPath, toPath, rowsMax - rewritten])).length;
  }
  await run(tx, COUNT, [id, rewritten]);
  return rewritten;
}

const COUNTED = [
  ['villages', 'VILLAGE'],
  ['communities', 'COMMUNITY'],
  ['bases', 'BASE'],
] as const;
const columns = (of: string): string =>
  COUNTED.flatMap(([name]) => [`${of}${name}`, `${of}${name}_conforming`]).join(', ');

// The places above both paths, of which the one that was left has lost the sites that the other has gained.
const RECOUNT = statement(
  'recount-roll-ups',
  `
    with place as (
      select c.campaign_id, o.id, o.path, o.code_path, lower(o.kind) as level
        from (select distinct campaign_id from roster_site where path like $2 || '%') c
       cross join organisation o
       where o.kind in ('COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE')
         and o.id = any (string_to_array(trim(both '/' from $1), '/') || string_to_array(trim(both '/' from $2), '/'))
    ), counted as (
      select p.campaign_id, p.id,
             ${COUNTED.map(
               ([name, kind]) => `
             count(*) filter (where s.kind = '${kind}')::int as ${name},
             count(*) filter (where s.kind = '${kind}' and f.conforms)::int as ${name}_conforming`,
             ).join(',')}
        from place p
        left join roster_site s on s.campaign_id = p.campaign_id and s.until is null and s.path like p.path || '%'
        left join conformance f on f.campaign_id = s.campaign_id and f.site_id = s.site_id
       group by p.campaign_id, p.id
    ), stored as (
      insert into roll_up as r (campaign_id, organisation_id, path, code_path, level, revision, ${columns('')})
      select p.campaign_id, p.id, p.path, p.code_path, p.level, 1, ${columns('n.')}
        from place p join counted n on n.campaign_id = p.campaign_id and n.id = p.id
          on conflict (campaign_id, organisation_id) do update
         set revision = r.revision + 1, code_path = excluded.code_path,
             ${COUNTED.flatMap(([name]) => [name, `${name}_conforming`])
               .map((name) => `${name} = excluded.${name}`)
               .join(', ')}
       where (${columns('r.')}) is distinct from (${columns('excluded.')})
      returning r.*)
    insert into roll_up_change (campaign_id, organisation_id, revision, at, ${columns('')})
    select campaign_id, organisation_id, revision, now_instant(), ${columns('')} from stored`,
);
const HOLDS_SUBJECTS = statement(
  'has-subjects-under',
  `select exists (select from subject s where s.path like $1 || '%') as "hasSubjects"`,
);

/** True when something of a campaign lies at or below this place. */
export const hasSubjectsUnder = async (tx: Tx, path: string): Promise<boolean> =>
  (await run<{ hasSubjects: boolean }>(tx, HOLDS_SUBJECTS, [path]))[0]?.hasSubjects === true;

const FINISH = statement(
  'finish-place-move',
  'update place_move set done_at = now_instant() where id = $1::bigint',
);

/** Counts the totals of the places that were left and come to again, and ends the move. */
export async function finishMove(tx: Tx, { id, fromPath, toPath }: PlaceMove): Promise<void> {
  await run(tx, RECOUNT, [fromPath, toPath]);
  await run(tx, FINISH, [id]);
}
