// The records of every ledger, and the showcase cases, each of which only one record may claim.

import type { ReadRow } from '../kernel/store-tables.ts';
import { change, insert } from '../kernel/store-tables.ts';

export const RECORD_TABLES = {
  records: insert('record', [
    ['subject_id', 'uuid'],
    ['ledger', 'text'],
    ['id', 'text'],
    ['kind', 'text'],
    ['clause', 'text'],
    ['body', 'jsonb'],
    ['sequence', 'integer'],
    ['recorded_at', 'timestamptz'],
    ['recorded_by', 'text'],
    ['status', 'text?'],
  ]),
  assessments: change(
    'assess',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['verdict', 'text'],
      ['attributes', 'jsonb'],
      ['remark', 'text?'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update record e set verdict = r.verdict, attributes = r.attributes, remark = r.remark,
             assessed_at = r.at, assessed_by = r.by
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  recordsSuperseded: change(
    'supersede',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['superseded_by', 'text'],
      ['reason', 'text?'],
    ],
    (from) => `
      update record e set superseded_by = r.superseded_by, supersede_reason = r.reason
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  recordsClosed: change(
    'close_record',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['closed_on', 'date'],
      ['closing', 'jsonb'],
    ],
    (from) => `
      update record e set status = 'solved', closed_on = r.closed_on, closing = r.closing
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  casesClaimed: insert('showcase_case', [
    ['level', 'text'],
    ['identity', 'text'],
    ['subject_id', 'uuid'],
  ]),
  casesReleased: change(
    'free_case',
    [
      ['level', 'text'],
      ['identity', 'text'],
      ['subject_id', 'uuid'],
    ],
    (from) => `
      delete from showcase_case c using ${from}
       where c.campaign_id = $1 and c.level = r.level and c.identity = r.identity
         and c.subject_id = r.subject_id`,
  ),
};

type Json = { [name: string]: unknown };

export type RecordReads = {
  record: ReadRow<
    typeof RECORD_TABLES.records,
    {
      body: Json;
      verdict: 'accepted' | 'rejected' | null;
      attributes: Json;
      remark: string | null;
      assessed_at: string | null;
      assessed_by: string | null;
      status: 'open' | 'solved' | null;
      closed_on: string | null;
      closing: Json | null;
      superseded_by: string | null;
      supersede_reason: string | null;
    }
  >;
};
