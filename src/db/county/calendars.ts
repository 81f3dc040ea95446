// The working-day calendar: every version of every year. In force is the last that was confirmed.

import type pg from 'pg';
import type { Calendar } from '../../rules/time/calendar.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

export type CalendarYear = {
  year: number;
  version: string;
  daysOff: string[];
  makeUpWorkdays: string[];
  source: string;
};

export type CalendarVersion = CalendarYear & {
  revision: number;
  proposedAt: string;
  /** An account's id, or `system` for what the service brought along. */
  proposedBy: string;
  proposedByName: string | null;
  confirmedAt: string | null;
  confirmedBy: string | null;
  confirmedByName: string | null;
};

const COLUMNS = `
  y.year, y.revision, y.version, y.days_off as "daysOff", y.make_up_workdays as "makeUpWorkdays",
  y.source, y.proposed_at as "proposedAt", y.proposed_by as "proposedBy",
  p.name as "proposedByName", y.confirmed_at as "confirmedAt", y.confirmed_by as "confirmedBy",
  c.name as "confirmedByName"`;
const NAMED = `
  left join principal p on p.id::text = y.proposed_by
  left join principal c on c.id::text = y.confirmed_by`;

const IN_FORCE = statement(
  'list-calendar-years',
  `
    select ${COLUMNS}
      from (select distinct on (year) * from calendar_year where confirmed_at is not null
             order by year, revision desc) y ${NAMED}
     order by y.year`,
);

/** The version of each year that is in force. */
export const listCalendarYears = (db: Connection): Promise<CalendarVersion[]> =>
  run<CalendarVersion>(db, IN_FORCE, []);

const VERSIONS = statement(
  'list-calendar-versions',
  `select ${COLUMNS} from calendar_year y ${NAMED} where y.year = $1 order by y.revision desc
    limit 1000`,
);

/** Every version of a year, the newest first. */
export const listCalendarVersions = (db: Connection, year: number): Promise<CalendarVersion[]> =>
  run<CalendarVersion>(db, VERSIONS, [year]);

/** Every year in force, in the form that the rules count by. */
export async function findCalendar(db: Connection): Promise<Calendar> {
  const years = await listCalendarYears(db);
  return {
    years: Object.fromEntries(
      years.map(({ year, version, daysOff, makeUpWorkdays }) => [
        String(year),
        { version, daysOff, makeUpWorkdays },
      ]),
    ),
  };
}

const COUNTED = statement(
  'find-counted-calendar',
  'select calendar, counted from reference_version',
);

/** The number of the calendar now, and of the one by which every deadline to come was last counted again. */
export async function findCounted(
  db: Connection,
): Promise<{ calendar: number; isCounted: boolean }> {
  const [row] = await run<{ calendar: number; counted: number }>(db, COUNTED, []);
  if (row === undefined) throw new Error('reference_version has no row');
  return { calendar: row.calendar, isCounted: row.counted >= row.calendar };
}

const KEEP_COUNTED = statement(
  'keep-counted-calendar',
  'update reference_version set counted = greatest(counted, $1)',
);

/** Every deadline to come is counted by the calendar of this number. */
export const updateCounted = (tx: Tx, calendar: number): Promise<unknown> =>
  run(tx, KEEP_COUNTED, [calendar]);

const INSERT = statement(
  'insert-calendar-year',
  `
    insert into calendar_year (year, revision, version, days_off, make_up_workdays, source,
                               proposed_at, proposed_by)
    select $1::integer, coalesce(max(revision), 0) + 1, $2::text, $3::jsonb, $4::jsonb, $5::text,
           now_instant(), $6::text
      from calendar_year where year = $1::integer
    returning revision`,
);

/** Proposes a version of a year and answers its number. Needs the lock of the directory. */
export async function insertCalendarYear(
  tx: Tx,
  { year, version, daysOff, makeUpWorkdays, source }: CalendarYear,
  by: string,
): Promise<number> {
  const days = [JSON.stringify(daysOff), JSON.stringify(makeUpWorkdays)];
  const [row] = await run<{ revision: number }>(tx, INSERT, [year, version, ...days, source, by]);
  if (row === undefined) throw new Error(`the year ${year} was not stored`);
  return row.revision;
}

const CONFIRM = statement(
  'confirm-calendar-year',
  `
    update calendar_year set confirmed_at = now_instant(), confirmed_by = $3
     where year = $1 and revision = $2`,
);

export const updateConfirmedYear = (
  tx: Tx,
  year: number,
  revision: number,
  by: string,
): Promise<unknown> => run(tx, CONFIRM, [year, revision, by]);
