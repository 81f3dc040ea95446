// `npm run backup:verify`: a backup is one when a database was made of it and was found right.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopAbandoned } from '../db/embedded/embedded.ts';
import { EmbeddedError } from '../db/embedded/embedded-error.ts';
import type { Say } from './backup-error.ts';
import { readManifest } from './manifest.ts';
import {
  checkFiles,
  checkUploads,
  chooseRecovery,
  type Recovery,
  recover,
  walAfter,
} from './recovery.ts';
import { backupFolder, findBackup, listBackups, noteVerified } from './shelf.ts';
import { tryDatabase } from './trial.ts';
import { readUploadList } from './uploads.ts';

type Verification = { backupDir: string; name: string | undefined; say: Say };

/** The backup before this one, whose heads this one has to hold as well. */
const findPast = async (backupDir: string, { manifest, folder }: Recovery) => {
  const names = await listBackups(backupDir);
  const before = names[names.indexOf(manifest.name) - 1];
  const own = { manifest, folder };
  if (before === undefined) return [own];
  const past = { manifest: await readManifest(backupFolder(backupDir, before)) };
  // A restore goes back behind what the other timeline had come to, and is meant to.
  if (past.manifest.timeline !== manifest.timeline) return [own];
  return [own, { ...past, folder: backupFolder(backupDir, before) }];
};

const TRIAL = /^chuangping-verify-(\d+)-/;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
};

/** Removes what verifications left that were killed. */
const sweepTrials = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(TRIAL.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    const dataDir = join(tmpdir(), name);
    if (await stopAbandoned(dataDir)) await rm(dataDir, { recursive: true, force: true });
  }
};

const tryRecovery = async (recovery: Recovery, backupDir: string, say: Say): Promise<string[]> => {
  await sweepTrials();
  const dataDir = await mkdtemp(join(tmpdir(), `chuangping-verify-${process.pid}-`));
  try {
    const embedded = await recover(recovery, dataDir, { backupDir, isTrial: true, say });
    try {
      const listed = recovery.manifest.uploads.kind === 'disk';
      const uploads = listed ? await readUploadList(recovery.folder) : null;
      return await tryDatabase(embedded.superuser, {
        past: await findPast(backupDir, recovery),
        uploads: uploads && new Set(uploads.map(({ sha256 }) => sha256)),
        say,
      });
    } finally {
      await embedded.stop();
    }
  } catch (error) {
    if (!(error instanceof EmbeddedError)) throw error;
    return [`恢复失败 · it cannot be restored: ${error.message}`];
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};

/**
 * Checks each file of a backup (the newest one by default), restores it into a folder of its own and holds
 * the database to its logs, indexes and heads. Answers the faults, one sentence each, and notes them beside
 * the backup.
 */
export const verifyBackup = async ({
  backupDir,
  name: asked,
  say,
}: Verification): Promise<{ name: string; faults: string[] }> => {
  const name = await findBackup(backupDir, asked);
  const recovery = await chooseRecovery(backupDir, { kind: 'backup', name });
  say(`校验备份 ${name} 的文件`, `checking the files of the backup ${name}`);
  const wal = [...recovery.wal, ...(await walAfter(backupDir, recovery.manifest))];
  const faults = [
    ...(await checkFiles({ ...recovery, wal }, backupDir)),
    ...(await checkUploads(recovery, backupDir)),
  ];
  // What is known to be damaged is not started.
  if (faults.length === 0) faults.push(...(await tryRecovery(recovery, backupDir, say)));
  await noteVerified(backupDir, name, faults);
  return { name, faults };
};
