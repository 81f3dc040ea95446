// The storage and the uploads of each organisation, held to a quota. Each has one row, changed in the
// transaction of the file: however many processes take files in, the quota is never exceeded.

import type pg from 'pg';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type StorageQuota = { bytesMax: number; filesMax: number; uploadsPerHour: number };

type StorageUse = {
  bytes: number;
  files: number;
  /** Uploads begun in the current hour. */
  uploads: number;
  /** Seconds until the next hour begins. */
  secondsLeft: number;
};

const HOUR = `interval '1 hour'`;

// The system's clock counts the hour, which protects the machine: a rehearsal's clock may stand still.
const BEGIN_UPLOAD = statement(
  'begin-upload',
  `
    insert into storage_use as u (organisation_id, uploads) values ($1, 1)
    on conflict (organisation_id) do update set
      uploads = case when u.uploads_since <= clock_timestamp() - ${HOUR} then 1
                     else u.uploads + 1 end,
      uploads_since = case when u.uploads_since <= clock_timestamp() - ${HOUR}
                           then clock_timestamp() else u.uploads_since end
    where u.uploads_since <= clock_timestamp() - ${HOUR} or u.uploads < $2
    returning 1`,
);

/** Counts an upload, even one that fails later; false when the hour's uploads are used up. */
export async function insertUpload(
  tx: Tx,
  organisationId: string,
  { uploadsPerHour }: StorageQuota,
): Promise<boolean> {
  return (await run(tx, BEGIN_UPLOAD, [organisationId, uploadsPerHour])).length > 0;
}

const TAKE_STORAGE = statement(
  'take-storage',
  `
    update storage_use set bytes = bytes + $2, files = files + 1
     where organisation_id = $1 and bytes + $2 <= $3 and files < $4
    returning 1`,
);

/** Takes room for one file of so many bytes; false when there is none. Needs insertUpload before it. */
export async function updateStorageUse(
  tx: Tx,
  organisationId: string,
  sizeBytes: number,
  { bytesMax, filesMax }: StorageQuota,
): Promise<boolean> {
  return (await run(tx, TAKE_STORAGE, [organisationId, sizeBytes, bytesMax, filesMax])).length > 0;
}

const FIND_STORAGE_USE = statement(
  'find-storage-use',
  `
    select bytes, files,
           case when uploads_since <= clock_timestamp() - ${HOUR} then 0 else uploads end as uploads,
           greatest(0, extract(epoch from uploads_since + ${HOUR} - clock_timestamp()))::float8
             as "secondsLeft"
      from storage_use where organisation_id = $1`,
);

/** The storage an organisation uses now; undefined when it never sent anything. */
export async function findStorageUse(
  db: Tx | pg.Pool,
  organisationId: string,
): Promise<StorageUse | undefined> {
  return (await run<StorageUse>(db, FIND_STORAGE_USE, [organisationId]))[0];
}
