// What people call whoever and whatever a text names by id: officers, units, sites, and candidates.

import type pg from 'pg';
import { run, statement } from './transaction.ts';

const FIND_NAMES = statement(
  'find-names',
  `
    select o.id, o.name from organisation o where o.id = any ($1::text[])
    union all
    select s.id, s.name from site s where s.id = any ($1::text[])
    union all
    select p.id::text, p.name from principal p where p.id = any ($2::uuid[])
    union all
    select s.id::text, c.name
      from subject s join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
     where s.id = any ($2::uuid[])`,
);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The names of these ids, as far as the connection may see them; what has none is left out. */
export async function findNames(
  db: pg.ClientBase | pg.Pool,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const unique = [...new Set(ids)];
  const rows = await run<{ id: string; name: string }>(db, FIND_NAMES, [
    unique,
    unique.filter((id) => UUID.test(id)),
  ]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
