// What the write wall refuses is a fault of the service: it told an event for somebody whose roles do not
// reach its subject, and no check of its own stood in the way.

import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type WallRefusal = { campaignId: string; subjectId: string; type: string; message: string };

/** The refusal that this error of the database is; null when it is another one. */
export function wallRefusalOf(error: unknown): WallRefusal | null {
  const { constraint, detail, message } = (error ?? {}) as {
    constraint?: unknown;
    detail?: string;
    message?: string;
  };
  if (constraint !== 'write_wall') return null;
  return { ...(JSON.parse(detail ?? '{}') as WallRefusal), message: message ?? '' };
}

const RECORD_WALL_REFUSAL = statement(
  'record-wall-refusal',
  `
    with stored as (
      insert into incident as i (lane, campaign_id, subject_id, item, status, attempts, cause_code,
                                 cause_message, first_at, last_at)
      values ('walls', $1, $2, $3, 'open', 1, '42501', $4, clock_timestamp(), clock_timestamp())
      on conflict (lane, campaign_id, subject_id, item) where status in ('retrying', 'open')
      do update set attempts = i.attempts + 1, cause_message = excluded.cause_message,
                    last_at = excluded.last_at, revision = i.revision + 1
      returning i.*)
    insert into incident_event (incident_id, sequence, type, at, code, message)
    select id, revision, 'parked', last_at, cause_code, cause_message from stored`,
);

/** Opens an incident about the refusal, or counts one more in the one that is open. */
export const storeWallRefusal = (
  tx: Tx,
  { campaignId, subjectId, type, message }: WallRefusal,
): Promise<unknown> => run(tx, RECORD_WALL_REFUSAL, [campaignId, subjectId, type, message]);
