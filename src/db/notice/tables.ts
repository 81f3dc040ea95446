// Notices and their receipts. Every notice is also a row of the outbox.

import type { ReadRow } from '../kernel/store-tables.ts';
import { change, insert } from '../kernel/store-tables.ts';

const NOTICE_ONCE = `on conflict (campaign_id, subject_id, obligation_kind, obligation_generation,
    level, organisation_id) where obligation_kind is not null do nothing
  returning id, subject_id, sequence, template, kind, organisation_id, issued_at`;

const NOTICES = insert(
  'notice',
  [
    ['id', 'uuid'],
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
    ['template', 'text'],
    ['kind', 'text'],
    ['clause', 'text'],
    ['title', 'text'],
    ['body', 'text'],
    ['organisation_id', 'text'],
    ['path', 'text'],
    ['issued_at', 'timestamptz'],
    ['obligation_kind', 'text?'],
    ['obligation_generation', 'integer?'],
    ['level', 'text?'],
    ['receipt_required', 'boolean'],
  ],
  NOTICE_ONCE,
);

// In the order of the steps that sent them.
const OUTBOX = `
      insert into outbox (campaign_id, subject_id, sequence, topic, payload, created_at)
      select $1, n.subject_id, n.sequence, 'notice.' || n.kind,
             jsonb_build_object('noticeId', n.id, 'template', n.template,
                                'organisationId', n.organisation_id), n.issued_at
        from put_notice n order by n.subject_id, n.sequence, n.id`;

export const NOTICE_TABLES = {
  notices: { ...NOTICES, steps: [...NOTICES.steps, { cte: 'put_outbox', sql: () => OUTBOX }] },
  receipts: change(
    'sign_notice',
    [
      ['notice_id', 'uuid'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update notice n set received_at = r.at, received_by = r.by,
             read_at = coalesce(n.read_at, r.at), read_by = coalesce(n.read_by, r.by)
        from ${from} where n.campaign_id = $1 and n.id = r.notice_id`,
  ),
};

export type NoticeReads = {
  notice: ReadRow<
    typeof NOTICE_TABLES.notices,
    {
      received_at: string | null;
      received_by: string | null;
      read_at: string | null;
      read_by: string | null;
    }
  >;
};
