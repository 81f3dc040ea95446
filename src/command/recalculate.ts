// A calendar has been loaded: what was counted past the old one is counted again, as commands in
// the log of each subject.

import type pg from 'pg';
import { run } from '../db/transaction.ts';
import { SYSTEM } from '../rules/access.ts';
import type { Performer } from './batches.ts';

const PROVISIONAL = {
  name: 'find-provisional',
  text: `
    select distinct campaign_id as "campaignId", subject_id as "subjectId"
      from obligation
     where provisional and closed_at is null and level in ('armed', 'due-soon')
       and calendar_version is distinct from
           (select version from calendar_year order by year desc limit 1)`,
};

/**
 * Recalculates every provisional deadline that has not passed and was counted on another calendar;
 * those that stay provisional are counted too. What is overdue stays so: its notices have been sent.
 * Called when a calendar is loaded, and by the worker, should that process have died in between.
 */
export async function recalculateDeadlines(
  pool: pg.Pool,
  performer: Performer,
): Promise<{ recalculated: number }> {
  const subjects = await run<{ campaignId: string; subjectId: string }>(pool, PROVISIONAL, []);
  const outcomes = await performer.performAll(
    subjects.map((subject) => ({
      ...subject,
      event: { type: 'recalculate-deadline' },
      principal: SYSTEM,
    })),
  );
  return { recalculated: outcomes.filter(({ kind }) => kind === 'done').length };
}
