// Plans, calendar and directory are kept in memory, because they change seldom and a version tells when.

import type pg from 'pg';
import { findCalendar } from '../../db/county/calendars.ts';
import { ALL_ORGANISATIONS } from '../../db/county/organisations.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { run, statement } from '../../db/kernel/transaction.ts';
import type { Directory, Organisation } from '../../rules/access/addressees.ts';
import { directoryOf } from '../../rules/access/addressees.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Calendar } from '../../rules/time/calendar.ts';

export type Reference = { directory: Directory; calendar: Calendar };

const PLAN = statement('find-plan', 'select body from plan where id = $1 and version = $2');

/** A cache of the plans, calendar and directory that every batch refers to; each process has one. */
export function createReferenceCache(): {
  reference: (tx: Tx, versions: { directory: number; calendar: number }) => Promise<Reference>;
  /** Null when no such plan has been published. */
  plan: (db: Tx | pg.Pool, id: string, version: number) => Promise<Plan | null>;
} {
  let directory: Directory | null = null;
  let calendar: { version: number; calendar: Calendar } | null = null;
  // A published plan is frozen, so a plan read once never becomes stale.
  const plans = new Map<string, Plan>();

  return {
    reference: async (tx, versions) => {
      if (directory?.version !== versions.directory) {
        directory = directoryOf(
          versions.directory,
          await run<Organisation>(tx, ALL_ORGANISATIONS, []),
        );
      }
      if (calendar?.version !== versions.calendar) {
        calendar = { version: versions.calendar, calendar: await findCalendar(tx) };
      }
      return { directory, calendar: calendar.calendar };
    },
    plan: async (db, id, version) => {
      const key = `${id}@${version}`;
      const known = plans.get(key);
      if (known !== undefined) return known;
      const [row] = await run<{ body: Plan }>(db, PLAN, [id, version]);
      if (row === undefined) return null;
      plans.set(key, row.body);
      return row.body;
    },
  };
}
