// Official documents as they are read, and the registers they are numbered in.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import type { DocumentContent, DraftContent } from '../../rules/document/document-content.ts';
import type { ConferredRow, RankedRow } from '../../rules/document/document-tables.ts';
import { concern, lieWithin } from '../kernel/reach.ts';
import { openTo } from '../kernel/recusal.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

export type DocumentRow = {
  id: string;
  campaignId: string;
  version: number;
  value: unknown;
  context: { [name: string]: unknown };
  stage: string;
  state: string;
  status: 'active' | 'done';
  revision: number;
  organisationId: string;
  createdAt: string;
  updatedAt: string;
  kind: string;
  issuer: string;
  aboutId: string | null;
  isPublic: boolean;
  title: string;
  /** A draft's content until the document is issued. */
  content: DraftContent | DocumentContent;
  mainIds: string[];
  copyIds: string[];
  namedIds: string[];
  correctsId: string | null;
  number: string | null;
  year: number | null;
  serial: number | null;
  sha256: string | null;
  issuedOn: string | null;
  issuedAt: string | null;
};

/** The reader: the places within reach, and the organisations the reader holds a role at. */
export type Reader = {
  reaches: readonly string[];
  organisationIds: readonly string[];
  /** Places read by another role than an assessor's: comparisons of candidates are readable only there. */
  leading: readonly string[];
  recusal: Recusal | null;
};

const COLUMNS = sql`
  d.id, d.campaign_id as "campaignId", s.version, s.value, s.context, s.stage, s.state, s.status,
  s.revision, d.organisation_id as "organisationId", s.created_at as "createdAt",
  s.updated_at as "updatedAt", d.kind, d.issuer, d.about_id as "aboutId",
  d.is_public as "isPublic", d.title, d.content, d.main_ids as "mainIds", d.copy_ids as "copyIds",
  d.named_ids as "namedIds",
  d.corrects_id as "correctsId", d.number, d.year, d.serial, d.sha256,
  d.issued_on::text as "issuedOn", d.issued_at as "issuedAt"`;

const FROM = sql`
  document d
  join subject s on s.campaign_id = d.campaign_id and s.id = d.id
  join subject c on c.campaign_id = d.campaign_id and c.id = d.campaign_id`;

/** After its last day a public notice shows nobody any more to those whom it only told as the public (O2). */
const stillPublished = sql`coalesce((d.content #>> '{period,dueAt}')::timestamptz > now_instant(), true)`;

/** True of documents within reach, addressed to the reader, or public in a campaign that concerns them. */
const readable = ({ reaches, organisationIds, leading, recusal }: Reader) => sql`(
  (${lieWithin('d.path', reaches)} and ${openTo(recusal, 'd.campaign_id', 'd.id')}
    and (d.kind <> 'ranking-summary' or ${lieWithin('d.path', leading)}))
  or (d.issued_at is not null and (
       d.main_ids && ${organisationIds}::text[] or d.copy_ids && ${organisationIds}::text[]
       or (d.is_public and ${concern('c.path', reaches)} and ${stillPublished}))))`;

/** One document that this reader may see; undefined when there is none. */
export async function findDocument(
  db: Reads,
  reader: Reader,
  id: string,
): Promise<DocumentRow | undefined> {
  const { rows } = await sql<DocumentRow>`
    select ${COLUMNS} from ${FROM} where d.id = ${id} and ${readable(reader)}`.execute(db);
  return rows[0];
}

type DocumentFilter = Reader & {
  campaignId?: string | undefined;
  kind?: string | undefined;
  state?: string | undefined;
  aboutId?: string | undefined;
  addresseeId?: string | undefined;
  year?: number | undefined;
  issuer?: string | undefined;
  /** Whoever may take the next step of a draft that is not theirs. */
  awaiting?: { principalId: string; roles: string[]; reaches: string[] } | undefined;
  after?: string | undefined;
  limit: number;
};

/** True of drafts whose review or signature is this reader's to give, who did not draft them. */
const awaits = ({ principalId, roles, reaches }: NonNullable<DocumentFilter['awaiting']>) => sql`(
  s.state in ('drafted', 'reviewed') and s.context ->> 'draftedBy' <> ${principalId}
  and exists (
    select from unnest(${roles}::text[], ${reaches}::text[]) as held (role, reach)
     where starts_with(d.path, held.reach)
       and (s.context -> 'signatories' ? held.role
            or (s.state = 'drafted' and (s.context ->> 'mustReview')::boolean
                and s.context -> 'drafters' ? held.role))))`;

/** Documents, the newest first. */
export async function listDocuments(db: Reads, filter: DocumentFilter): Promise<DocumentRow[]> {
  const { campaignId, kind, state, aboutId, addresseeId, year, issuer, awaiting } = filter;
  const { after, limit } = filter;
  const { rows } = await sql<DocumentRow>`
    select ${COLUMNS} from ${FROM}
     where ${readable(filter)}
       and (${campaignId ?? null}::uuid is null or d.campaign_id = ${campaignId ?? null}::uuid)
       and (${kind ?? null}::text is null or d.kind = ${kind ?? null})
       and (${state ?? null}::text is null or s.state = ${state ?? null})
       and (${aboutId ?? null}::uuid is null or d.about_id = ${aboutId ?? null}::uuid
            or d.named_ids @> array[${aboutId ?? null}::uuid])
       and (${addresseeId ?? null}::text is null
            or d.main_ids @> array[${addresseeId ?? null}::text]
            or d.copy_ids @> array[${addresseeId ?? null}::text])
       and (${year ?? null}::int is null or d.year = ${year ?? null}::int)
       and (${issuer ?? null}::text is null or d.issuer = ${issuer ?? null})
       and ${awaiting === undefined ? sql`true` : awaits(awaiting)}
       and (${after ?? null}::uuid is null or d.id < ${after ?? null}::uuid)
     order by d.id desc limit ${limit}`.execute(db);
  return rows;
}

export type Delivery = {
  organisationId: string;
  noticeId: string;
  issuedAt: string;
  readAt: string | null;
  receivedAt: string | null;
  receivedBy: string | null;
  receiptRequired: boolean;
  reminded: boolean;
};

/** The addressees that it was delivered to, and the signatures for it (签收). */
export async function listDeliveries(
  db: Reads,
  campaignId: string,
  id: string,
): Promise<Delivery[]> {
  const { rows } = await sql<Delivery>`
    select n.organisation_id as "organisationId", n.id as "noticeId", n.issued_at as "issuedAt",
           n.read_at as "readAt", n.received_at as "receivedAt", n.received_by as "receivedBy",
           n.receipt_required as "receiptRequired",
           exists (select 1 from notice r where r.campaign_id = n.campaign_id
                      and r.subject_id = n.id and r.template = 'receipt-reminder') as reminded
      from notice n join organisation o on o.id = n.organisation_id
     where n.campaign_id = ${campaignId} and n.subject_id = ${id}
       and n.template <> 'document-recalled'
     order by o.code_path limit 1000`.execute(db);
  return rows;
}

type RegisterRow = {
  organisationId: string;
  organisationName: string | null;
  path: string;
  code: string;
  year: number;
  lastSerial: number;
  starts: { serial: number; planId?: string; reason?: string; by?: string; at?: string }[];
};

/** The registers of these places. */
export async function listRegisters(db: Reads, reaches: readonly string[]): Promise<RegisterRow[]> {
  const { rows } = await sql<RegisterRow>`
    select g.organisation_id as "organisationId", o.name as "organisationName", o.path, g.code,
           g.year, g.last_serial as "lastSerial", g.starts
      from document_register g join organisation o on o.id = g.organisation_id
     where ${lieWithin('o.path', reaches)}
     order by g.year desc, g.code, o.code_path limit 500`.execute(db);
  return rows;
}

const SUMMARY = statement(
  'find-ranked-for-document',
  `
    select c.name, c.person_name as "personName", c.organisation_id as "organisationId",
           (s.context ->> 'rank')::int as rank,
           (s.context ->> 'compositeCenti')::int as "scoreCenti", s.state
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and c.category = $2 and s.context ->> 'rank' is not null
     order by (s.context ->> 'rank')::int, c.name limit 501`,
);
/** Candidates of a category that have a rank, best first. */
export const findSummary = (
  tx: Tx,
  campaignId: string,
  category: string,
): Promise<Omit<RankedRow, 'organisation'>[]> => run(tx, SUMMARY, [campaignId, category]);

const CONFERRED = statement(
  'find-conferred-for-document',
  `
    select c.category, c.name, o.name as organisation, c.person_name as "personName",
           c.organisation_id as "organisationId",
           s.context ->> 'conferredBy' as authority
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id
     where c.campaign_id = $1 and s.stage = 'conferred'
     order by c.category, o.code_path, c.name limit 10001`,
);
/** The candidates on whom a title was conferred. */
export const findConferred = (db: pg.Pool | Tx, campaignId: string): Promise<ConferredRow[]> =>
  run<ConferredRow>(db, CONFERRED, [campaignId]);
