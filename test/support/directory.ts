// Organisations founded without the API, for tests that are about something else; told in the
// administrative log.

import type pg from 'pg';
import { bringInCalendarYear, foundOrganisations } from '../../src/command/county/directory.ts';
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import type { CalendarYear } from '../../src/db/county/calendars.ts';
import { findOrganisation, listOrganisations } from '../../src/db/county/organisations.ts';
import { inTransaction } from '../../src/db/kernel/connections.ts';
import { pathsBelow } from '../../src/rules/county/organisations.ts';

/** Founds bases below a township; each has its code as its id. */
export async function foundBases(
  pool: pg.Pool,
  townshipId: string,
  bases: readonly { code: string; name: string }[],
): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const township = await findOrganisation(tx, townshipId);
    const organisations = bases.map(({ code, name }) => ({
      ...{ id: code, code, parentId: townshipId, kind: 'BASE' as const, name },
      ...pathsBelow(township, { id: code, code }),
    }));
    const told = await foundOrganisations(tx, organisations);
    await tellAdministration(tx, SYSTEM_TELLER, told);
  });
}

/** Brings in a version of a year, which is in force at once. */
export const bringInYear = (pool: pg.Pool, year: CalendarYear): Promise<void> =>
  inTransaction(pool, async (tx) => {
    const [topmost] = await listOrganisations(tx, {}, null, 1);
    const told = await bringInCalendarYear(tx, year, topmost?.path ?? '/');
    await tellAdministration(tx, SYSTEM_TELLER, told);
  });

// What follows no service does: the triggers that refuse it are off, as only a superuser can have them.
const past = (pool: pg.Pool, sql: string, values: unknown[]): Promise<void> =>
  inTransaction(pool, async (tx) => {
    await tx.query('set local session_replication_role = replica');
    await tx.query(sql, values);
    await tx.query(
      'update reference_version set directory = directory + 1, calendar = calendar + 1',
    );
  });

/** Takes away the calendar from a year on, as if it had never been brought in. */
export const forgetCalendar = (pool: pg.Pool, year: number): Promise<void> =>
  past(pool, 'delete from calendar_year where year >= $1', [year]);

/** Gives an organisation another code, as when divisions are numbered anew. */
export const renumber = (pool: pg.Pool, id: string, code: string): Promise<void> =>
  past(
    pool,
    `update organisation set code = $2, code_path = replace(code_path, '/' || code || '/', '/' || $2 || '/')
      where id = $1`,
    [id, code],
  );
