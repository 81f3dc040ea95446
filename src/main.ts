// The process: settings, database, service, signals. Exit code 2: the settings are wrong.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { startService } from './app.ts';
import type { Config } from './config.ts';
import { ConfigError, readConfig } from './config.ts';
import { startEmbedded } from './db/embedded.ts';

const FORCED_AFTER_MS = 15_000;

function settings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

async function version(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function welcome(address: string, key: string | null): string {
  const lines = [
    '',
    `  创评已启动 · Chuangping is running   ${address}`,
    `  接口文档 · API documentation         ${address}/docs`,
    `  OpenAPI 3.1                          ${address}/openapi.json`,
  ];
  if (key !== null) {
    lines.push(
      '',
      '  首个系统管理员密钥，只显示这一次，请妥善保存',
      '  The first administrator key. It is shown this once: keep it safe',
      `    ${key}`,
    );
  }
  return `${lines.join('\n')}\n\n`;
}

async function main(): Promise<void> {
  const config = settings();
  const log = pino({ level: config.logLevel });
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbedded({ dataDir: config.dataDir, log: (message) => log.info(message) })
      : null;
  const connectionString = embedded?.connectionString ?? (config.databaseUrl as string);
  const service = await startService(config, connectionString, log, await version()).catch(
    async (error: unknown) => {
      await embedded?.stop();
      throw error;
    },
  );

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), FORCED_AFTER_MS).unref();
    await service.close();
    await embedded?.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));

  await service.app.listen({ host: config.host, port: config.port });
  const bound = service.app.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  process.stdout.write(welcome(`http://${host}:${port}`, service.firstAdministratorKey));
}

// What an operator meets most, in words that say what to do; the system's own message follows.
const REMEDIES: { readonly [code: string]: string } = {
  EADDRINUSE:
    '端口已被占用：请停止占用它的进程，或另设 PORT。\nThe port is taken: stop who holds it, or set another PORT.',
  EACCES:
    '无权监听该端口：请另设 PORT（1024 以上）。\nListening there is not allowed: set a PORT above 1024.',
  ECONNREFUSED:
    '连不上数据库：请检查 DATABASE_URL 和数据库是否已启动。\nThe database does not answer: check DATABASE_URL and that it runs.',
  ENOTFOUND:
    '找不到数据库主机：请检查 DATABASE_URL。\nThe host of the database is not known: check DATABASE_URL.',
  '28P01':
    '数据库拒绝该用户或密码：请检查 DATABASE_URL。\nThe database refuses the user or password: check DATABASE_URL.',
  '3D000':
    '没有这一数据库：请先建立，或检查 DATABASE_URL。\nThere is no such database: create it, or check DATABASE_URL.',
};

function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const remedy = REMEDIES[(error as { code?: string }).code ?? ''];
  return remedy === undefined ? error.message : `${remedy}\n  ${error.message}`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${told(error)}\n`);
  process.exit(1);
});
