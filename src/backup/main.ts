// `npm run backup`, `backup:verify`, `restore`, `export` and `import`. Exit code 1: it could not be done, or
// what was looked at is not right; 2: the settings or the arguments are wrong.

import { parseArgs } from 'node:util';
import own from '../../package.json' with { type: 'json' };
import { type Config, ConfigError, readConfig } from '../config.ts';
import { hasEmbedded, startEmbedded } from '../db/embedded/embedded.ts';
import { inTransaction } from '../db/kernel/connections.ts';
import { openIncident, resolveIncidents } from '../db/kernel/incidents.ts';
import { createPool } from '../db/kernel/pool.ts';
import { makeBackup } from './backup.ts';
import { BackupError, type Say } from './backup-error.ts';
import { tellDataKeys } from './data-keys.ts';
import { exportTables } from './export.ts';
import { importTables } from './import.ts';
import { readTarget, restore } from './restore.ts';
import { verifyBackup } from './verify.ts';

/** An incident names these first; `verified.json` beside the backup has all. */
const FAULTS_TOLD_MAX = 5;

class UsageError extends BackupError {}

const say: Say = (zh, en) => {
  process.stderr.write(`  ${zh} · ${en}\n`);
};

const tell = (lines: readonly string[]): void => {
  process.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
};

const uploadsOf = ({ files: { store } }: Config): string | null =>
  store.kind === 'disk' ? store.folder : null;

const backupDirOf = ({ backupDir }: Config): string => {
  if (backupDir !== undefined) return backupDir;
  throw new UsageError(
    '请以 BACKUP_DIR 指定存放备份的文件夹，最好在另一块磁盘上。',
    'Set BACKUP_DIR to the folder of the backups, on another disk if there is one.',
  );
};

const sayDataKeys = (config: Config, needed: readonly string[]): void => {
  const kept = { path: config.dataKeys.path, backupDir: backupDirOf(config) };
  for (const { zh, en } of tellDataKeys(needed, kept)) say(zh, en);
};

const assertDatabase = ({ dataDir }: Config): void => {
  if (hasEmbedded(dataDir)) return;
  throw new UsageError(
    `${dataDir} 中没有数据库：请设与服务相同的 DATA_DIR。`,
    `There is no database in ${dataDir}: set the service's DATA_DIR.`,
  );
};

const backUp = async (config: Config): Promise<number> => {
  const backupDir = backupDirOf(config);
  assertDatabase(config);
  const { dataDir } = config;
  const embedded = await startEmbedded({ dataDir, backupDir });
  try {
    const { cluster, superuser } = embedded;
    const uploads = uploadsOf(config);
    const { name, dataKeys } = await makeBackup({
      ...{ cluster, superuser, backupDir, uploads, say },
      release: own.version,
    });
    tell([
      `备份已完成：${name}；请以 npm run backup:verify 校验`,
      `The backup is made: ${name}; npm run backup:verify checks it`,
    ]);
    sayDataKeys(config, dataKeys);
  } finally {
    await embedded.stop();
  }
  return 0;
};

type Verified = Awaited<ReturnType<typeof verifyBackup>>;

/** A backup that is not good is an incident of the service until one is found good. */
const tellIncidents = async ({ dataDir, backupDir }: Config, { name, faults }: Verified) => {
  const embedded = await startEmbedded({ dataDir, backupDir });
  const pool = createPool(embedded.connectionString, {
    max: 1,
    applicationName: 'chuangping backup:verify',
  });
  try {
    await inTransaction(pool, (tx) =>
      faults.length === 0
        ? resolveIncidents(tx, 'backups')
        : openIncident(tx, {
            lane: 'backups',
            item: name,
            code: 'backup-fault',
            message: faults.slice(0, FAULTS_TOLD_MAX).join('\n'),
          }),
    );
  } finally {
    await pool.end();
    await embedded.stop();
  }
};

const verify = async (config: Config, [name]: string[]): Promise<number> => {
  const verified = await verifyBackup({ backupDir: backupDirOf(config), name, say });
  // What was found is told here in any case: the database may be the very thing that was lost.
  if (hasEmbedded(config.dataDir)) {
    await tellIncidents(config, verified).catch((error: Error) =>
      say(`未能记为故障事件：${error.message}`, `no incident could be stored: ${error.message}`),
    );
  }
  if (verified.faults.length === 0) {
    tell([
      `备份 ${verified.name} 完好，可以恢复`,
      `The backup ${verified.name} is good: it was restored and checked`,
    ]);
    return 0;
  }
  tell([
    `备份 ${verified.name} 有问题：`,
    `The backup ${verified.name} is not good:`,
    ...verified.faults.map((fault) => `- ${fault}`),
  ]);
  return 1;
};

const restoreTo = async (config: Config, to: string | undefined): Promise<number> => {
  if (to === undefined) {
    throw new UsageError(
      '请说明恢复到何处：--to <备份名、带时区的时刻或 latest>。',
      'Say what to restore to: --to <name of a backup, instant with an offset, or latest>.',
    );
  }
  const { dataDir } = config;
  const backupDir = backupDirOf(config);
  const restored = await restore({
    ...{ dataDir, backupDir, say },
    uploads: uploadsOf(config),
    target: readTarget(to),
  });
  const { backup, timeline, dataKeys, setAside, faults } = restored;
  tell([
    `已从备份 ${backup} 恢复；数据库从此走新的时间线 ${timeline}`,
    `Restored from the backup ${backup}; the database goes on in a timeline of its own, ${timeline}`,
    ...(setAside === null
      ? []
      : [`原数据库保留在 ${setAside}`, `The database that was there is kept in ${setAside}`]),
    ...faults.map((fault) => `- ${fault}`),
  ]);
  sayDataKeys(config, dataKeys);
  return faults.length === 0 ? 0 : 1;
};

const exportTo = async (config: Config, out: string | undefined): Promise<number> => {
  if (out === undefined) {
    throw new UsageError(
      '请说明导出到何处：--out <新文件夹>。',
      'Say where to: --out <new folder>.',
    );
  }
  assertDatabase(config);
  const embedded = await startEmbedded({ dataDir: config.dataDir });
  try {
    const { cluster, superuser } = embedded;
    const { tables, rows } = await exportTables({ cluster, superuser, out, say });
    tell([
      `已导出 ${tables} 张表、${rows} 行到 ${out}`,
      `Exported ${tables} tables with ${rows} rows to ${out}`,
    ]);
  } finally {
    await embedded.stop();
  }
  return 0;
};

const importFrom = async ({ dataDir }: Config, from: string | undefined): Promise<number> => {
  if (from === undefined) {
    throw new UsageError('请说明从何处导入：--from <文件夹>。', 'Say where from: --from <folder>.');
  }
  const { tables, rows } = await importTables({ dataDir, from, say });
  tell([
    `已导入 ${tables} 张表、${rows} 行到 ${dataDir}；上传的文件请另行随 FILES_DIR 迁移`,
    `Imported ${tables} tables with ${rows} rows into ${dataDir}; uploaded files move with FILES_DIR`,
  ]);
  return 0;
};

const assertEmbedded = ({ databaseUrl }: Config): void => {
  if (databaseUrl === undefined) return;
  throw new UsageError(
    '此命令只用于内嵌数据库。DATABASE_URL 指向的服务器请用其自带工具：pg_basebackup 或 pgBackRest 备份，pg_dump 导出（见 docs/operations.md）。',
    'This command is for the embedded database. For the server of DATABASE_URL use its own tools: pg_basebackup or pgBackRest to back up, pg_dump to export (see docs/operations.md).',
  );
};

const run = async (): Promise<number> => {
  const [command, ...args] = process.argv.slice(2);
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { to: { type: 'string' }, out: { type: 'string' }, from: { type: 'string' } },
  });
  const config = readConfig(process.env);
  assertEmbedded(config);
  switch (command) {
    case 'backup':
      return backUp(config);
    case 'verify':
      return verify(config, positionals);
    case 'restore':
      return restoreTo(config, values.to);
    case 'export':
      return exportTo(config, values.out);
    case 'import':
      return importFrom(config, values.from);
    default:
      throw new Error(`there is no command ${command}`);
  }
};

run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    const isOfUse =
      error instanceof ConfigError ||
      error instanceof UsageError ||
      (error as { code?: unknown }).code?.toString().startsWith('ERR_PARSE_ARGS');
    process.exit(isOfUse ? 2 : 1);
  },
);
