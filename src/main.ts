// The process: settings, port, database, service, signals. Exit code 2: the settings are wrong.

import { once } from 'node:events';
import type { Logger } from 'pino';
import own from '../package.json' with { type: 'json' };
import { type RunningService, startService } from './app.ts';
import { warnOfOneDisk } from './backup/backup.ts';
import type { Config } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import { type Embedded, startEmbedded } from './db/embedded/embedded.ts';
import { remedyOf } from './db/kernel/waiting.ts';
import { createLog } from './http/kernel/log.ts';
import { createRegistry, serveMetrics } from './http/kernel/metrics.ts';
import { openPort, type Port } from './http/kernel/port.ts';
import type { FirstCodes } from './seed.ts';

// Requests under way at the signal have this long. Then their connections are cut, and requests that still
// hang end with the process. A supervisor has to wait longer: compose waits 30 s.
const CUT_AFTER_MS = 10_000;
const FORCED_AFTER_MS = 15_000;

function readSettings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

const print = (lines: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(`\n${lines.join('\n')}\n\n`, (error) =>
      error ? reject(error) : resolve(),
    );
  });

const showCodes = (address: string, { administrator, securityOfficer }: FirstCodes) =>
  print([
    '  首次启动：两个领取码，各用一次，七日内有效，只显示这一次；由两个人分别领取密钥',
    '  First start: two one-time codes, good for seven days, shown this once; for two different people',
    `    系统管理员 · administrator         ${administrator}`,
    `    安全管理员 · security officer      ${securityOfficer}`,
    '  领取 · Claim',
    `    curl ${address}/v1/claims -H 'Content-Type: application/json' -d '{"code":"…"}'`,
    '  遗失或过期 · If lost or expired: npm run admin:invite [-- --role security-officer]',
  ]);

const welcome = (address: string): Promise<void> =>
  print([
    `  创评已启动 · Chuangping is running   ${address}`,
    `  接口文档 · API documentation         ${address}/docs`,
    `  OpenAPI 3.1                          ${address}/openapi.json`,
  ]);

const NO_BACKUPS =
  '未设 BACKUP_DIR：此数据库没有备份，见 docs/operations.md · without BACKUP_DIR this database has no backups, see docs/operations.md';

/** Aborts at the first signal; from then on the end is only a question of time. */
function endAtSignal(log: Logger, port: Port): AbortSignal {
  const ending = new AbortController();
  const end = (signal: NodeJS.Signals): void => {
    if (ending.signal.aborted) return;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.warn({ afterMs: CUT_AFTER_MS }, 'cutting the connections that are still open');
      port.server.closeAllConnections();
    }, CUT_AFTER_MS).unref();
    setTimeout(() => {
      log.fatal({ afterMs: FORCED_AFTER_MS }, 'ended by force: something did not stop in time');
      process.exit(1);
    }, FORCED_AFTER_MS).unref();
    ending.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  return ending.signal;
}

async function main(): Promise<void> {
  const config = readSettings();
  const log = createLog(config.logLevel);
  const { version } = own;
  const registry = createRegistry();
  const port = await openPort(config, version);
  const signal = endAtSignal(log, port);
  let embedded: Embedded | undefined;
  let service: RunningService | undefined;
  try {
    if (config.metrics !== undefined) await serveMetrics(registry, config.metrics);
    if (config.databaseUrl === undefined) {
      const { dataDir, backupDir } = config;
      embedded = await startEmbedded({ dataDir, backupDir, log: (text) => log.info(text) });
      if (backupDir === undefined) log.warn(NO_BACKUPS);
      else await warnOfOneDisk([dataDir], backupDir, (zh, en) => log.warn(`${zh} · ${en}`));
    }
    const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
    service = await startService(config, connectionString, {
      port,
      registry,
      log,
      version,
      signal,
      showCodes: (codes) => showCodes(port.address, codes),
    });
    await welcome(port.address);
    if (!signal.aborted) await once(signal, 'abort');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await service?.close();
    await embedded?.stop();
  }
  process.exit(0);
}

const NOT_OURS = {
  zh: '该地址不属于本机：请检查 HOST（或 METRICS_HOST）。',
  en: 'That address is not of this machine: check HOST (or METRICS_HOST).',
};

// The failures that operators meet most, in words that say what to do; the system's own message follows.
const REMEDIES: { readonly [code: string]: { zh: string; en: string } } = {
  EADDRINUSE: {
    zh: '端口已被占用：请停止占用它的进程，或另设 PORT（或 METRICS_PORT）。',
    en: 'The port is taken: stop who holds it, or set another PORT (or METRICS_PORT).',
  },
  EACCES: {
    zh: '无权监听该端口：请另设 PORT（1024 以上）。',
    en: 'Listening there is not allowed: set a PORT above 1024.',
  },
  EADDRNOTAVAIL: NOT_OURS,
  ENOTFOUND: NOT_OURS,
};

/** True when the failure is about listening: a port of the service, or the name of its host. */
function isOfListening(error: Error): boolean {
  const { syscall, hostname } = error as { syscall?: string; hostname?: string };
  const hosts = [process.env.HOST, process.env.METRICS_HOST];
  return syscall === 'listen' || (hostname !== undefined && hosts.includes(hostname));
}

function messageFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as { code?: string };
  const remedy = (isOfListening(error) ? REMEDIES[code] : undefined) ?? remedyOf(error);
  return remedy === undefined ? error.message : `${remedy.zh}\n${remedy.en}\n  ${error.message}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageFor(error)}\n`);
  process.exit(1);
});
