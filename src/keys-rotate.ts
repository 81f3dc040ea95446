// `npm run keys:rotate` seals everything by a new key, also while the service runs; `-- --forget-old` then
// takes the key before out of the file. `-- --start-over` is for a file that was lost before anything was sealed.

import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { forgetAllDataKeys, forgetOldDataKey, rotateDataKeys } from './command/sealing/rotation.ts';
import { ConfigError, readConfig } from './config.ts';
import { hasEmbedded, startEmbedded } from './db/embedded/embedded.ts';
import { createPool } from './db/kernel/pool.ts';
import { remedyOf } from './db/kernel/waiting.ts';
import { systemEntropy } from './entropy.ts';

const FORGET = '--forget-old';
const START_OVER = '--start-over';

const say = (zh: string, en: string): void => {
  process.stdout.write(`  ${zh}\n  ${en}\n`);
};

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { path, cipher } = config.dataKeys;
  if (config.databaseUrl === undefined && !hasEmbedded(config.dataDir)) {
    throw new Error(
      `${config.dataDir} 中没有数据库：请设与服务相同的 DATA_DIR（或 DATABASE_URL）。\nThere is no database in ${config.dataDir}: set the service's DATA_DIR (or DATABASE_URL).`,
    );
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const pool = createPool(connectionString, { max: 1, applicationName: 'chuangping keys:rotate' });
  try {
    const performer = createPerformer(nouns, pool, createReferenceCache());
    if (process.argv.includes(FORGET)) {
      const gone = await forgetOldDataKey(performer, path);
      if (gone === null) say('文件中只有一把密钥', 'The file has one key only');
      else say(`已从文件中去掉密钥 ${gone}`, `The key ${gone} is out of the file`);
      return;
    }
    if (process.argv.includes(START_OVER)) {
      await forgetAllDataKeys(performer);
      say('下次启动将生成新的密钥文件', 'The next start makes a new file of keys');
      return;
    }
    const done = await rotateDataKeys(performer, { path, cipher, entropy: systemEntropy });
    const { sealing, resealed } = done;
    say(
      `已以密钥 ${sealing} 重新封存 ${resealed} 项；请另存新的密钥文件。旧密钥仍可读，确认后运行 npm run keys:rotate -- ${FORGET}`,
      `Sealed ${resealed} values anew by the key ${sealing}: keep a copy of the file apart. The old key still reads; then npm run keys:rotate -- ${FORGET}`,
    );
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const remedy = remedyOf(error);
  return remedy === undefined ? error.message : `${remedy.zh}\n${remedy.en}\n  ${error.message}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageFor(error)}\n`);
  process.exit(error instanceof ConfigError ? 2 : 1);
});
