// Notices as they are read: an inbox for each organisation, unread first.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import { given } from '../kernel/filters.ts';
import { lieWithin, outermost } from '../kernel/reach.ts';
import { openTo } from '../kernel/recusal.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

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

/** The inboxes a person may see: those of the person's organisations, and those of places below. */
export type Inboxes = {
  organisationIds: readonly string[];
  /** Organisations where the person only assesses: neither what is kept from the person (回避) nor any sheet's. */
  assessedIds: readonly string[];
  /** The person's id: notices of a sheet are shown to its assessor, whatever their address. */
  assessorId: string;
  reaches: readonly string[];
  recusal: Recusal | null;
};

type NoticeFilter = {
  inboxes: Inboxes;
  campaignId?: string | undefined;
  organisationId?: string | undefined;
  subjectId?: string | undefined;
  kind?: string | undefined;
  unread?: boolean | undefined;
  after?: readonly [isRead: boolean, id: string] | undefined;
  limit: number;
};

// A sheet that was passed on is no business of whoever had it; one's own has a list of its own.
const NO_SHEET = sql<boolean>`not exists (
  select 1 from score_sheet s where s.campaign_id = notice.campaign_id and s.id = notice.subject_id)`;

const IS_READ = sql<boolean>`(notice.read_at is not null)`;

/**
 * Notices, first the unread ones, then the newest. Each reason to see a notice gives the beginning of
 * its own list, which an index has in order, and the page is made of those: an OR of the reasons would
 * be evaluated for every notice there is.
 */
export const listNotices = (db: Reads, filter: NoticeFilter): Promise<NoticeRow[]> => {
  const { inboxes, limit } = filter;
  const lists = ranges(filter).flatMap((range) => {
    const list = () => inRange(db, filter, range);
    const open = openTo(inboxes.recusal, 'notice.campaign_id', 'notice.subject_id');
    const at = (ids: readonly string[]) =>
      ids.map((id) => list().where('notice.organisation_id', '=', id));
    return [
      ...at(inboxes.organisationIds),
      ...at(inboxes.assessedIds).map((one) => one.where(open).where(NO_SHEET)),
      ...outermost(inboxes.reaches).map((reach) => list().where(lieWithin('notice.path', [reach]))),
      list()
        .innerJoin('score_sheet as t', (join) =>
          join
            .onRef('t.campaign_id', '=', 'notice.campaign_id')
            .onRef('t.id', '=', 'notice.subject_id'),
        )
        .where('t.assessor_id', '=', inboxes.assessorId)
        .where(open),
    ];
  });
  const page = sql.join(
    lists.map((list) => sql`(${list.orderBy('notice.id', 'desc').limit(limit)})`),
    sql` union `,
  );
  return select(db)
    .where(sql<boolean>`(campaign_id, id) in (${page})`)
    .orderBy(IS_READ)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
};

type Range = { isRead: boolean; before: string | null };

/** The parts of the order that a page may still come from, each a range of the index. */
function ranges({ unread, after }: NoticeFilter): Range[] {
  const [isRead, id = null] = after ?? [];
  const read: Range = { isRead: true, before: isRead === true ? id : null };
  const fresh: Range = { isRead: false, before: id };
  return [
    ...(isRead === true || unread === false ? [] : [fresh]),
    ...(unread === true ? [] : [read]),
  ];
}

const inRange = (db: Reads, filter: NoticeFilter, { isRead, before }: Range) => {
  const { campaignId, organisationId, subjectId, kind } = filter;
  return db
    .selectFrom('notice')
    .select(['notice.campaign_id', 'notice.id'])
    .where(IS_READ, '=', isRead)
    .where((eb) => (before === null ? eb.lit(true) : eb('notice.id', '<', before)))
    .where((eb) =>
      given(eb, {
        'notice.campaign_id': campaignId,
        'notice.organisation_id': organisationId,
        'notice.subject_id': subjectId,
        'notice.kind': kind,
      }),
    );
};

const READ_NOTICE = statement(
  'read-notice',
  `
    update notice set read_at = now_instant(), read_by = $3
     where campaign_id = $1 and id = $2 and read_at is null`,
);

/** Marks it as read by this principal; an earlier reader stays. */
export const updateRead = (
  tx: Tx,
  campaignId: string,
  id: string,
  principalId: string,
): Promise<unknown> => run(tx, READ_NOTICE, [campaignId, id, principalId]);

const OF_SHEET = statement(
  'is-of-own-sheet',
  `
    select coalesce(assessor_id = $3::uuid, false) as own
      from score_sheet where campaign_id = $1 and id = $2`,
);

/** Whether the subject of a notice is this person's own score sheet; null when it is no sheet at all. */
export async function isOfOwnSheet(
  pool: pg.Pool,
  { campaignId, subjectId }: { campaignId: string; subjectId: string },
  principalId: string,
): Promise<boolean | null> {
  const [row] = await run<{ own: boolean }>(pool, OF_SHEET, [campaignId, subjectId, principalId]);
  return row?.own ?? null;
}

const REMINDERS = statement(
  'list-sheet-notices',
  `
    select distinct on (subject_id, template, coalesce(obligation_generation, sequence), level)
           subject_id as "subjectId", id as "noticeId", template, level, title, body,
           issued_at as "issuedAt"
      from notice
     where campaign_id = any ($1::uuid[]) and subject_id = any ($2::uuid[])
     order by subject_id, template, coalesce(obligation_generation, sequence), level, id`,
);

type SheetNotice = {
  subjectId: string;
  noticeId: string;
  template: string;
  level: string | null;
  title: string;
  body: string;
  issuedAt: string;
};

/** The notices of these sheets, one for each event whatever its number of recipients; the newest first. */
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
