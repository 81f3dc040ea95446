// Files: their owners, names and types. Their content lies in the store under its hash.

import type pg from 'pg';
import type { MediaType } from '../../files/kinds.ts';
import type { Recusal } from '../../rules/access/recusal.ts';
import { recusalJson } from '../kernel/recusal.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type FileRow = {
  id: string;
  campaignId: string;
  sha256: string;
  mediaType: MediaType;
  sizeBytes: number;
  width: number | null;
  height: number | null;
  name: string;
  organisationId: string;
  path: string;
  uploadedBy: string;
  uploadedAt: string;
};

const COLUMNS = `
  f.id, f.campaign_id as "campaignId", f.sha256, f.media_type as "mediaType",
  f.size_bytes as "sizeBytes", f.width, f.height, f.name, f.organisation_id as "organisationId",
  f.path, f.uploaded_by as "uploadedBy", f.uploaded_at as "uploadedAt"`;

// Transactions that store, refer to or sweep this content go one after the other.
const LOCK_CONTENT = statement(
  'lock-content',
  `select pg_advisory_xact_lock(hashtextextended('file ' || $1, 0))`,
);

export const lockContent = (tx: Tx, sha256: string): Promise<unknown> =>
  run(tx, LOCK_CONTENT, [sha256]);

const INSERT_FILE = statement(
  'insert-file',
  `
    insert into file (campaign_id, id, sha256, source_sha256, media_type, size_bytes, width, height,
                      name, organisation_id, path, uploaded_by, uploaded_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now_instant())
    on conflict (campaign_id, organisation_id, source_sha256) do nothing
    returning id`,
);

export type NewFile = Omit<FileRow, 'uploadedAt'> & { sourceSha256: string };

/** True when it is new; false when this unit has handed in the same content before. */
export async function insertFile(tx: Tx, file: NewFile): Promise<boolean> {
  const rows = await run(tx, INSERT_FILE, [
    file.campaignId,
    file.id,
    file.sha256,
    file.sourceSha256,
    file.mediaType,
    file.sizeBytes,
    file.width,
    file.height,
    file.name,
    file.organisationId,
    file.path,
    file.uploadedBy,
  ]);
  return rows.length > 0;
}

const FIND_SAME_FILE = statement(
  'find-same-file',
  `select ${COLUMNS} from file f
          where f.campaign_id = $1 and f.organisation_id = $2 and f.source_sha256 = $3`,
);

/** The files of the same bytes that this unit has handed in before. */
export async function findSameFile(
  db: Tx | pg.Pool,
  campaignId: string,
  organisationId: string,
  sourceSha256: string,
): Promise<FileRow | undefined> {
  return (await run<FileRow>(db, FIND_SAME_FILE, [campaignId, organisationId, sourceSha256]))[0];
}

const IS_KEPT = statement(
  'is-content-kept',
  'select exists (select from file where sha256 = $1) as kept',
);

/** True when any organisation's file has this content. */
export async function isContentKept(tx: Tx, sha256: string): Promise<boolean> {
  return (await run<{ kept: boolean }>(tx, IS_KEPT, [sha256]))[0]?.kept === true;
}

const FIND_FILE = statement(
  'find-file',
  `
    select ${COLUMNS},
           array(select s.path from file_use u
                   join subject s on s.campaign_id = u.campaign_id and s.id = u.subject_id
                  where u.campaign_id = f.campaign_id and u.file_id = f.id) as "usedAt",
           kept_from(f.campaign_id, f.path, f.path, false, $2::jsonb)
             or exists (select 1 from file_use u
                         where u.campaign_id = f.campaign_id and u.file_id = f.id
                           and kept_from_subject(u.campaign_id, u.subject_id, $2::jsonb)) as kept
      from file f where f.id = $1`,
);

export type UsedFile = FileRow & { usedAt: string[]; kept: boolean };

/** One file, the places of the subjects that refer to it, and whether one is kept from the reader. */
export async function findFile(
  db: pg.Pool,
  id: string,
  recusal: Recusal | null,
): Promise<UsedFile | undefined> {
  return (await run<UsedFile>(db, FIND_FILE, [id, recusalJson(recusal)]))[0];
}

const ORPHANS = statement(
  'list-orphan-files',
  `
    select f.campaign_id as "campaignId", f.id, f.sha256 from file f
     where f.uploaded_at < now_instant() - make_interval(days => $1)
       and not exists (select 1 from file_use u
                        where u.campaign_id = f.campaign_id and u.file_id = f.id)
       and not exists (select from incident i
                        where i.lane = 'sweeping' and i.item = f.id::text
                          and i.campaign_id = f.campaign_id and i.status <> 'resolved')
     order by f.uploaded_at limit $2`,
);
const FIND_FILE_CONTENT = statement(
  'find-file-content',
  `select campaign_id as "campaignId", id, sha256 from file
          where campaign_id = $1 and id::text = $2`,
);

export type Orphan = { campaignId: string; id: string; sha256: string };

/** A file by its id, as text; undefined when it is gone. */
export async function findContent(
  db: pg.Pool,
  campaignId: string,
  id: string,
): Promise<Orphan | undefined> {
  return (await run<Orphan>(db, FIND_FILE_CONTENT, [campaignId, id]))[0];
}

/** Files without a reference for so many days, the oldest first; those set aside are left out. */
export const listOrphans = (db: pg.Pool, days: number, limit: number): Promise<Orphan[]> =>
  run<Orphan>(db, ORPHANS, [days, limit]);

const DELETE_ORPHAN_FILE = statement(
  'delete-orphan-file',
  `
    with gone as (
      delete from file f
       where f.campaign_id = $1 and f.id = $2
         and not exists (select 1 from file_use u where u.campaign_id = $1 and u.file_id = $2)
       returning f.organisation_id, f.size_bytes, f.sha256),
    freed as (
      update storage_use u set bytes = u.bytes - gone.size_bytes, files = u.files - 1
        from gone where u.organisation_id = gone.organisation_id)
    select (select count(*)::int from file o where o.sha256 = gone.sha256) as sharing from gone`,
);

/**
 * Deletes an orphaned file and gives its room back to its organisation. Answers how many rows shared its
 * content, itself among them; undefined when it is an orphan no more.
 */
export async function deleteOrphan(
  tx: Tx,
  { campaignId, id }: Orphan,
): Promise<number | undefined> {
  return (await run<{ sharing: number }>(tx, DELETE_ORPHAN_FILE, [campaignId, id]))[0]?.sharing;
}
