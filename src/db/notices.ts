// Notices as they are read: an inbox per organisation, unread first.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Recusal } from '../rules/recusal.ts';
import { lieWithin } from './reach.ts';
import { openTo } from './recusal.ts';
import type { Reads } from './tables.ts';
import type { Tx } from './transaction.ts';
import { run } from './transaction.ts';

const select = (db: Reads) =>
  db
    .selectFrom('notice')
    .select([
      'campaign_id as campaignId',
      'id',
      'subject_id as subjectId',
      'template',
      'kind',
      'clause',
      'title',
      'body',
      'organisation_id as organisationId',
      'path',
      'issued_at as issuedAt',
      'obligation_kind as obligationKind',
      'obligation_generation as obligationGeneration',
      'level',
      'receipt_required as receiptRequired',
      'received_at as receivedAt',
      'received_by as receivedBy',
      'read_at as readAt',
      'read_by as readBy',
    ]);

export type NoticeRow = Awaited<ReturnType<typeof findNotice>> & object;

/** One notice; undefined when there is none of this id. */
export const findNotice = (db: Reads, id: string) =>
  select(db).where('id', '=', id).executeTakeFirst();

/** Whose notices somebody may see: those of their own organisations, and those of places below. */
export type Inboxes = {
  organisationIds: readonly string[];
  /** Where somebody only assesses: nothing there of what is kept from them (回避). */
  assessedIds: readonly string[];
  /** What is told of a sheet is told to who owes it, whoever it was sent to. */
  assessorId: string;
  reaches: readonly string[];
  recusal: Recusal | null;
};

/** Notices, those nobody has read first, then the newest. */
export const listNotices = (
  db: Reads,
  filter: {
    inboxes: Inboxes;
    campaignId?: string | undefined;
    organisationId?: string | undefined;
    subjectId?: string | undefined;
    kind?: string | undefined;
    unread?: boolean | undefined;
    after?: readonly [isRead: boolean, id: string] | undefined;
    limit: number;
  },
): Promise<NoticeRow[]> => {
  const { inboxes, campaignId, organisationId, subjectId, kind, unread, after } = filter;
  return select(db)
    .where((eb) =>
      eb.or([
        eb('organisation_id', '=', sql<string>`any (${[...inboxes.organisationIds]}::text[])`),
        lieWithin('path', inboxes.reaches),
        eb.and([
          eb('organisation_id', '=', sql<string>`any (${[...inboxes.assessedIds]}::text[])`),
          openTo(inboxes.recusal, 'campaign_id', 'subject_id'),
        ]),
        eb.and([
          sql<boolean>`exists (
            select 1 from score_sheet t
             where t.campaign_id = notice.campaign_id and t.id = notice.subject_id
               and t.assessor_id = ${inboxes.assessorId}::uuid)`,
          openTo(inboxes.recusal, 'campaign_id', 'subject_id'),
        ]),
      ]),
    )
    .$if(campaignId !== undefined, (q) => q.where('campaign_id', '=', campaignId as string))
    .$if(organisationId !== undefined, (q) =>
      q.where('organisation_id', '=', organisationId as string),
    )
    .$if(subjectId !== undefined, (q) => q.where('subject_id', '=', subjectId as string))
    .$if(kind !== undefined, (q) => q.where('kind', '=', kind as string))
    .$if(unread === true, (q) => q.where('read_at', 'is', null))
    .$if(unread === false, (q) => q.where('read_at', 'is not', null))
    .$if(after?.[0] === true, (q) =>
      q.where('read_at', 'is not', null).where('id', '<', after?.[1] as string),
    )
    .$if(after?.[0] === false, (q) =>
      q.where(sql<boolean>`(read_at is not null or id < ${after?.[1]}::uuid)`),
    )
    .orderBy(sql`(read_at is not null)`)
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute();
};

const READ = {
  name: 'read-notice',
  text: `
    update notice set read_at = now_instant(), read_by = $3
     where campaign_id = $1 and id = $2 and read_at is null`,
};

/** Marks it as read by this principal; who read it first stays. */
export const updateRead = (
  tx: Tx,
  campaignId: string,
  id: string,
  principalId: string,
): Promise<unknown> => run(tx, READ, [campaignId, id, principalId]);

const OF_SHEET = {
  name: 'is-of-own-sheet',
  text: `select exists (select 1 from score_sheet
                         where campaign_id = $1 and id = $2 and assessor_id = $3::uuid) as own`,
};

/** True when what a notice is about is this person's own score sheet. */
export async function isOfOwnSheet(
  pool: pg.Pool,
  { campaignId, subjectId }: { campaignId: string; subjectId: string },
  principalId: string,
): Promise<boolean> {
  const [row] = await run<{ own: boolean }>(pool, OF_SHEET, [campaignId, subjectId, principalId]);
  return row?.own ?? false;
}

const REMINDERS = {
  name: 'list-sheet-notices',
  text: `
    select distinct on (subject_id, template, coalesce(obligation_generation, sequence), level)
           subject_id as "subjectId", id as "noticeId", template, level, title, body,
           issued_at as "issuedAt"
      from notice
     where campaign_id = any ($1::uuid[]) and subject_id = any ($2::uuid[])
     order by subject_id, template, coalesce(obligation_generation, sequence), level, id`,
};

export type SheetNotice = {
  subjectId: string;
  noticeId: string;
  template: string;
  level: string | null;
  title: string;
  body: string;
  issuedAt: string;
};

/** What was told of these sheets, each word once, however many it was sent to; the newest first. */
export async function listSheetNotices(
  pool: pg.Pool,
  sheets: readonly { id: string; campaignId: string }[],
): Promise<SheetNotice[]> {
  if (sheets.length === 0) return [];
  const rows = await run<SheetNotice>(pool, REMINDERS, [
    [...new Set(sheets.map(({ campaignId }) => campaignId))],
    sheets.map(({ id }) => id),
  ]);
  return rows.toSorted((a, b) => (a.noticeId < b.noticeId ? 1 : -1));
}
