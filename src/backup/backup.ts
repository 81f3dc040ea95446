// `npm run backup`: a copy of the cluster, the WAL that makes it whole, the uploads, and a manifest. It ends
// with a restore point of the backup's own name.

import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { BackupError, type Say } from './backup-error.ts';
import { BASE, copyCluster } from './base-copy.ts';
import { findDataKeys } from './data-keys.ts';
import { storeHeads } from './heads.ts';
import { MANIFEST_FORMAT, type Manifest, type StoredFile, writeManifest } from './manifest.ts';
import { beginBackup, finishBackup, prune, uploadsFolder, walFolder } from './shelf.ts';
import { measureFile, packText } from './stored-files.ts';
import { copyUploads, storeUploadList } from './uploads.ts';
import { walBetween } from './wal-files.ts';

// The number is arbitrary, as long as nothing else in this database locks by it.
const BACKUP_LOCK = 7_039_201_705_22n;
/** The longest wait for the archive to take what the backup needs. */
const ARCHIVED_WITHIN_MS = 600_000;
const ARCHIVED_LOOK_MS = 100;

export type Backup = {
  /** The address of the database for its superuser. */
  superuser: string;
  cluster: string;
  backupDir: string;
  /** The folder of uploads; null when they lie in a store in the network. */
  uploads: string | null;
  release: string;
  say: Say;
};

const one = async <Row extends pg.QueryResultRow>(
  client: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<Row> => {
  const { rows } = await client.query<Row>(text, values);
  if (rows[0] === undefined) throw new Error(`no row: ${text}`);
  return rows[0];
};

const lock = async (client: pg.Client): Promise<void> => {
  const { alone } = await one<{ alone: boolean }>(
    client,
    'select pg_try_advisory_lock($1) as alone',
    [BACKUP_LOCK],
  );
  if (alone) return;
  throw new BackupError(
    '另一备份正在进行：请等它结束。',
    'Another backup is under way: wait for its end.',
  );
};

const assertArchiving = async (client: pg.Client, backupDir: string): Promise<void> => {
  const { mode, command } = await one<{ mode: string; command: string }>(
    client,
    `select current_setting('archive_mode') as mode, current_setting('archive_command') as command`,
  );
  if (mode === 'on' && command.includes(`"${walFolder(backupDir)}/%f.gz"`)) return;
  throw new BackupError(
    `运行中的数据库没有归档到 ${backupDir}：请以同一 BACKUP_DIR 重新启动服务，再备份。`,
    `The running database does not archive to ${backupDir}: restart the service with the same BACKUP_DIR, then back up.`,
  );
};

/** Tells when the backups would be lost with the disk they are for. */
export const warnOfOneDisk = async (
  folders: readonly string[],
  backupDir: string,
  say: Say,
): Promise<void> => {
  const deviceOf = (path: string) => stat(path).then(({ dev }) => dev);
  const own = await deviceOf(backupDir);
  for (const folder of folders) {
    if ((await deviceOf(folder)) !== own) continue;
    say(
      `警告：BACKUP_DIR ${backupDir} 与数据在同一磁盘，该磁盘损坏时备份也会丢失`,
      `warning: BACKUP_DIR ${backupDir} is on the disk of the data; when that disk is lost, so is the backup`,
    );
    return;
  }
};

/** Waits until the archive has this file, and answers the hashes of all from the first to it. */
const storeWal = async (
  client: pg.Client,
  backupDir: string,
  first: string,
  last: string,
): Promise<StoredFile[]> => {
  const wal: StoredFile[] = [];
  const begunMs = performance.now();
  for (const name of walBetween(first, last)) {
    const path = `${name}.gz`;
    let measured = await measureFile(join(walFolder(backupDir), path));
    while (measured === null) {
      if (performance.now() - begunMs > ARCHIVED_WITHIN_MS) throw await archiveFault(client, name);
      await sleep(ARCHIVED_LOOK_MS);
      measured = await measureFile(join(walFolder(backupDir), path));
    }
    wal.push({ path, ...measured });
  }
  return wal;
};

const archiveFault = async (client: pg.Client, name: string): Promise<BackupError> => {
  const { failed } = await one<{ failed: string | null }>(
    client,
    'select last_failed_wal as failed from pg_stat_archiver',
  );
  return new BackupError(
    `归档停滞：${failed ?? name} 未能写入 BACKUP_DIR/wal，原因见数据库日志（DATA_DIR/postgresql/log）。`,
    `The archive stands still: ${failed ?? name} did not get into BACKUP_DIR/wal; the database's log says why (DATA_DIR/postgresql/log).`,
  );
};

type Origin = {
  at: string;
  serverVersion: string;
  systemIdentifier: string;
  timeline: number;
};
const NOW = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const FIND_ORIGIN = `
  select ${NOW} as at,
         current_setting('server_version') as "serverVersion",
         (select system_identifier::text from pg_control_system()) as "systemIdentifier",
         (select timeline_id from pg_control_checkpoint()) as timeline`;

const copy = async (
  client: pg.Client,
  { cluster, backupDir, uploads, say }: Backup,
  name: string,
  folder: string,
): Promise<Omit<Manifest, 'release' | keyof Origin | 'migrations'> & { at: string }> => {
  const pool = uploadsFolder(backupDir);
  if (uploads !== null) await copyUploads(uploads, pool, say);
  const { first } = await one<{ first: string }>(
    client,
    'select pg_walfile_name(pg_backup_start($1, fast => true)) as first',
    [name],
  );
  const base = await copyCluster(cluster, folder, say);
  const stopped = await one<{ lsn: string; label: string }>(
    client,
    'select lsn::text, labelfile as label from pg_backup_stop(wait_for_archive => false)',
  );
  const label = { path: `${BASE}/backup_label.zst` };
  const labelled = { ...label, ...(await packText(stopped.label, join(folder, label.path))) };
  const { file: heads, ...logs } = await storeHeads(client, folder);
  const dataKeys = await findDataKeys(client);
  // The heads are committed before this point, so a recovery up to it has them all.
  const { last, at } = await one<{ last: string; at: string }>(
    client,
    `select pg_walfile_name(pg_create_restore_point($1)) as last, ${NOW} as at`,
    [name],
  );
  await client.query('select pg_switch_wal()');
  say('等待归档', 'waiting for the archive');
  const wal = await storeWal(client, backupDir, first, last);
  // An upload is stored before it is recorded: those the database knows at the restore point lie there.
  const failed = uploads === null ? [] : await copyUploads(uploads, pool, say);
  for (const sha256 of failed) {
    say(`上传的文件已损坏：${sha256}`, `an uploaded file is damaged in the store: ${sha256}`);
  }
  const listed =
    uploads === null
      ? { uploads: { kind: 'elsewhere' as const }, files: [] }
      : await storeUploadList(uploads, pool, folder);
  return {
    format: MANIFEST_FORMAT,
    name,
    at,
    firstWal: first,
    lastWal: last,
    wholeAtLsn: stopped.lsn,
    folders: base.folders,
    files: [...base.files, labelled, heads, ...listed.files],
    wal,
    uploads: listed.uploads,
    dataKeys,
    ...logs,
  };
};

/**
 * Makes a backup and removes those that are kept no longer; answers its name and the keys it needs. A backup that is killed leaves
 * nothing that counts. Throws BackupError when another one is under way or the archive stands still.
 */
export const makeBackup = async (backup: Backup): Promise<{ name: string; dataKeys: string[] }> => {
  const { superuser, cluster, backupDir, release, say } = backup;
  const client = new pg.Client({
    connectionString: superuser,
    application_name: 'chuangping backup',
  });
  client.on('error', () => undefined);
  await client.connect();
  let making: string | undefined;
  try {
    await lock(client);
    await assertArchiving(client, backupDir);
    await warnOfOneDisk([dirname(cluster), backup.uploads ?? cluster], backupDir, say);
    const origin = await one<Origin>(client, FIND_ORIGIN);
    const migrations = await client.query<Manifest['migrations'][number]>(
      'select name, sha256 from migration order by name',
    );
    const { name, folder } = await beginBackup(backupDir, origin.at);
    making = folder;
    const copied = await copy(client, backup, name, folder);
    await writeManifest(folder, { release, ...origin, migrations: migrations.rows, ...copied });
    await finishBackup(backupDir, name);
    making = undefined;
    const removed = await prune(backupDir);
    if (removed.length > 0)
      say(`已删除旧备份 ${removed.join('、')}`, `removed ${removed.join(', ')}`);
    return { name, dataKeys: copied.dataKeys };
  } finally {
    if (making !== undefined) await rm(making, { recursive: true, force: true });
    await client.end().catch(() => undefined);
  }
};
