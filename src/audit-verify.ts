// `npm run audit:verify` looks through the logs of a database, also while the service runs on it.
//   --root <hexadecimal digits>  tells whether a root on a document, 16 digits of it at least, is a checkpoint
//                                that still holds
//   --json                          one object instead of sentences
// Exit codes: 0 all is whole, 1 something does not fit, 2 it could not be looked at.

import { parseArgs } from 'node:util';
import type pg from 'pg';
import { type Verified, verifyAll, verifyRoot } from './command/audit/verify.ts';
import { readConfig } from './config.ts';
import { nameChains } from './db/audit/chain-names.ts';
import { hasEmbedded, startEmbedded } from './db/embedded/embedded.ts';
import { codeOf } from './db/kernel/faults.ts';
import { createPool } from './db/kernel/pool.ts';
import { remedyOf } from './db/kernel/waiting.ts';
import { sayFault } from './http/audit/fault-words.ts';
import { subjects } from './http/resources.ts';
import { readRoot } from './rules/audit/checkpoint.ts';

const WHOLE = 0;
const TAMPERED = 1;
const NOT_LOOKED_AT = 2;
const UNDEFINED_TABLE = '42P01';
/** How often progress is told, in events. */
const PROGRESS_EVENTS = 20_000;

const say = (zh: string, en: string): boolean => process.stdout.write(`  ${zh}\n  ${en}\n`);

const plural = (count: number, one: string, more = `${one}s`): string =>
  `${count} ${count === 1 ? one : more}`;

async function tellAll(pool: pg.Pool, { chains, events, erased, checkpoints, faults }: Verified) {
  say(
    `已重算 ${chains} 条链、${events} 条事件、${checkpoints} 个检查点；${erased} 处个人信息已依规擦除，并非篡改。`,
    `Reckoned again: ${plural(chains, 'chain')}, ${plural(events, 'event')}, ${plural(checkpoints, 'checkpoint')}; ${plural(erased, 'personal part')} erased by rule, not tampered with.`,
  );
  const names = await nameChains(pool, faults);
  for (const fault of faults) {
    const name = names.find(
      ({ campaignId, subjectId }) =>
        campaignId === fault.campaignId && subjectId === fault.subjectId,
    );
    const { zh, en } = sayFault(fault, subjects, name);
    say(`✗ ${zh}`, `  ${en}`);
  }
  if (faults.length === 0) say('✓ 日志完整。', '  The logs are whole.');
}

async function verifyEverything(pool: pg.Pool, isJson: boolean): Promise<number> {
  let told = 0;
  const verified = await verifyAll(pool, ({ chains, events }) => {
    if (isJson || events - told < PROGRESS_EVENTS) return;
    told = events;
    process.stderr.write(`  … ${chains} 条链 · chains, ${events} 条事件 · events\n`);
  });
  if (isJson) process.stdout.write(`${JSON.stringify(verified)}\n`);
  else await tellAll(pool, verified);
  return verified.faults.length === 0 ? WHOLE : TAMPERED;
}

async function verifyAnchor(pool: pg.Pool, root: string, isJson: boolean): Promise<number> {
  const anchored = await verifyRoot(pool, root);
  if (isJson) process.stdout.write(`${JSON.stringify(anchored)}\n`);
  else if (anchored.kind === 'unknown') {
    say(
      '✗ 此数据库没有这样的检查点：不是本库的文书，或检查点被改写。',
      '  No checkpoint here has this root: it is of another database, or the checkpoints were written anew.',
    );
  } else {
    const { number, at, chains, events } = anchored.checkpoint;
    const what = [
      `第 ${number} 号检查点（${at}，${chains} 条链、${events} 条事件）`,
      `checkpoint ${number} of ${at}, over ${plural(chains, 'chain')} and ${plural(events, 'event')}`,
    ] as const;
    if (anchored.kind === 'follows')
      say(`✓ ${what[0]}，现存日志与之相符。`, `  ${what[1]}: what is stored still holds it.`);
    else
      say(
        `✗ ${what[0]}与现存日志不符：${anchored.lost} 条链的末端已不在，${anchored.roots.length} 个检查点的根值不符。`,
        `  ${what[1]}: ${plural(anchored.lost, 'head')} that it holds are gone, ${plural(anchored.roots.length, 'root')} do not fit.`,
      );
  }
  return anchored.kind === 'follows' ? WHOLE : TAMPERED;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { root: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { json } = values;
  const root = values.root === undefined ? undefined : readRoot(values.root);
  if (root === null) {
    throw new Error(
      '--root 后写文书或报表上的核验码，十六进制，至少 16 位。\n--root takes the digits on a document or workbook: hexadecimal, 16 at least.',
    );
  }
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined && !hasEmbedded(config.dataDir)) {
    throw new Error(
      `${config.dataDir} 中没有数据库：请设与服务相同的 DATA_DIR（或 DATABASE_URL）。\nThere is no database in ${config.dataDir}: set the service's DATA_DIR (or DATABASE_URL).`,
    );
  }
  const embedded =
    config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const pool = createPool(connectionString, {
    max: 1,
    applicationName: 'chuangping audit:verify',
    readOnly: true,
  });
  try {
    return root === undefined
      ? await verifyEverything(pool, json)
      : await verifyAnchor(pool, root, json);
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (codeOf(error) === UNDEFINED_TABLE) {
    return '此数据库还没有本版本的数据：请先启动一次服务。\nThis database was not prepared by this release yet: start the service once first.';
  }
  const remedy = remedyOf(error);
  return remedy === undefined ? error.message : `${remedy.zh}\n${remedy.en}\n  ${error.message}`;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${messageFor(error)}\n`);
    process.exit(NOT_LOOKED_AT);
  },
);
