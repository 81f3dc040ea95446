// The archive of the server's WAL: `<backupDir>/wal`, where each file lies compressed under its own name.
// What was committed is lost with the disk for at most `archive_timeout`.

import {
  chmod,
  chown,
  copyFile,
  open,
  readdir,
  readFile,
  rename,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Server } from './embedded-cluster.ts';
import { EmbeddedError } from './embedded-error.ts';
import { makeFolder, mayEnter } from './postgres-binaries.ts';

const ARCHIVE_TIMEOUT_SECONDS = 60;
// The paths stand between quotes in a line of shell, and PostgreSQL puts names in at a per cent sign.
const SHELL_CHARACTERS = /["'$`\\%\r\n]/;
const SCRIPT = 'archive-wal.sh';

/** The number that initdb gave the cluster; copies of it keep it. */
export const readSystemIdentifier = async (cluster: string): Promise<string> => {
  const file = await open(join(cluster, 'global', 'pg_control'));
  try {
    // It is the first field of the file, in the byte order of the machine.
    const { buffer } = await file.read(Buffer.alloc(8), 0, 8, 0);
    return String(buffer.readBigUInt64LE());
  } finally {
    await file.close();
  }
};

/** The database whose backups lie in the folder; null when it is nobody's yet. */
export const readOwner = (folder: string): Promise<string | null> =>
  readFile(join(folder, 'system'), 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

const claim = async (folder: string, identifier: string): Promise<void> => {
  await writeFile(join(folder, 'system'), `${identifier}\n`, { flag: 'wx', flush: true }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  const owner = await readOwner(folder);
  if (owner === identifier) return;
  throw new EmbeddedError(
    `BACKUP_DIR ${folder} 中是另一个数据库的备份：请另选文件夹。`,
    `BACKUP_DIR ${folder} holds the backups of another database: choose another folder.`,
  );
};

/**
 * Archives where the cluster's timelines began. A restored database made its own before it archived anything;
 * from here on the archive goes on with it.
 */
const archiveHistories = async (
  { home, cluster }: Pick<Server, 'home' | 'cluster'>,
  wal: string,
): Promise<void> => {
  for (const name of await readdir(join(cluster, 'pg_wal'))) {
    if (!/^[0-9A-F]{8}\.history$/.test(name)) continue;
    const history = await readFile(join(cluster, 'pg_wal', name));
    const place = join(wal, `${name}.gz`);
    const archived = await readFile(place).catch(() => null);
    if (archived === null) {
      await writeFile(`${place}.part`, gzipSync(history), { mode: 0o600, flush: true });
      if (home.account) await chown(`${place}.part`, home.account.uid, home.account.gid);
      await rename(`${place}.part`, place);
    } else if (!gunzipSync(archived).equals(history)) {
      throw new EmbeddedError(
        `${wal} 已由同一数据库的另一份恢复接续：请另选 BACKUP_DIR。`,
        `${wal} goes on with another restored copy of this database: choose another BACKUP_DIR.`,
      );
    }
  }
};

/** The command by which a recovery gets a file of the WAL back. */
export const restoreCommand = (folder: string): string =>
  `gzip -dc "${join(folder, 'wal')}/%f.gz" >"%p"`;

/**
 * Makes the folder the archive of this cluster, and answers the settings of the server that fill it. Throws
 * EmbeddedError when it belongs to another database or the server's account cannot write there.
 */
export const prepareArchive = async (
  { home, cluster }: Pick<Server, 'home' | 'cluster'>,
  folder: string,
): Promise<Record<string, string>> => {
  if (SHELL_CHARACTERS.test(`${folder}${home.path}`)) {
    throw new EmbeddedError(
      `BACKUP_DIR（${folder}）与 DATA_DIR（${home.path}）不得含有引号、$、\`、\\、% 或换行。`,
      `BACKUP_DIR (${folder}) and DATA_DIR (${home.path}) must not contain quotes, $, \`, \\, % or line breaks.`,
    );
  }
  const wal = join(folder, 'wal');
  const { account } = home;
  await makeFolder(folder, 'BACKUP_DIR');
  // Others may not look into it, but the server's account has to pass through.
  if ((await readdir(folder)).length === 0) {
    await chmod(folder, account ? 0o711 : 0o700).catch(() => undefined);
  }
  await claim(folder, await readSystemIdentifier(cluster));
  await makeFolder(wal, 'BACKUP_DIR');
  await chmod(wal, 0o700);
  if (account) {
    await chown(wal, account.uid, account.gid);
    if (!(await mayEnter(account, wal))) {
      throw new EmbeddedError(
        `数据库的运行用户（${account.uid}）无法进入 ${wal}：请对其开放上级目录，或另选 BACKUP_DIR。`,
        `User ${account.uid}, who runs the database, cannot enter ${wal}: open its parent directories to that user, or choose another BACKUP_DIR.`,
      );
    }
  }
  await archiveHistories({ home, cluster }, wal);
  // The account may be unable to read our own folder, but its home it can.
  const script = join(home.path, SCRIPT);
  await copyFile(join(import.meta.dirname, SCRIPT), script);
  await chmod(script, 0o644);
  return {
    archive_mode: 'on',
    archive_command: `/bin/sh "${script}" "%p" "${wal}/%f.gz"`,
    archive_timeout: `${ARCHIVE_TIMEOUT_SECONDS}`,
  };
};
