// How the process begins, as an operator meets it: a port that is taken, a database that is away, a
// kill before the key was read, several processes at once.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { createEmptyDatabase, onDatabase, type TestDatabase } from '../support/database.ts';

const SRC = join(import.meta.dirname, '../../src');

type Process = {
  child: ChildProcess;
  said: () => string;
  /** Resolves when it has said this; rejects when it ends before. */
  says: (words: string | RegExp) => Promise<string>;
  end: (signal?: NodeJS.Signals) => Promise<number | null>;
};

let dataDir: string;
let database: TestDatabase;
const processes: Process[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'chuangping-start-'));
  database = await createEmptyDatabase();
});
afterEach(async () => {
  for (const { child, end } of processes.splice(0)) if (child.exitCode === null) await end();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function launch(settings: Record<string, string>, program = 'main.ts'): Process {
  const child = spawn(process.execPath, [join(SRC, program)], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      DATA_DIR: dataDir,
      FILES_DIR: join(dataDir, 'files'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'close');
  const made: Process = {
    child,
    said: () => said,
    says: (words) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          const found = said.match(words)?.[0];
          if (found === undefined) return;
          listeners.delete(listen);
          resolve(found);
        };
        listeners.add(listen);
        void ended.then(() => reject(new Error(`ended before it said ${words}: ${said}`)));
        listen();
      }),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
  processes.push(made);
  return made;
}

const ended = async ({ child }: Process): Promise<number | null> => {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
};
const ADDRESS = /http:\/\/\S+(?=\/openapi\.json)/;
const KEY = /cp_[0-9a-f]{16}_[\w-]{43}/;
const asAdministrator = async (origin: string, key: string, path: string) => {
  const answer = await fetch(`${origin}/v1${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects
  return { status: answer.status, body: (await answer.json()) as any };
};
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
/** The test's database by TCP, through a port that can be opened and shut. */
const forward = async (port: number) => {
  const url = new URL(database.connectionString.replace(/@\//, '@socket/'));
  const host = url.searchParams.get('host') ?? url.hostname;
  const at = host.startsWith('/')
    ? { path: `${host}/.s.PGSQL.5432` }
    : { host, port: Number(url.port || 5432) };
  const server = createServer((from) => {
    const to = connect(at as { path: string });
    from.on('error', () => to.destroy()).pipe(to);
    to.on('error', () => from.destroy()).pipe(from);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};
const byPort = (port: number): string =>
  `postgresql://postgres@127.0.0.1:${port}/${new URL(
    database.connectionString.replace(/@\//, '@socket/'),
  ).pathname.slice(1)}?sslmode=disable`;

test('F5: a port that is taken ends the start before anything is written', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const started = launch({ PORT: String((holder.address() as AddressInfo).port) });
  expect(await ended(started)).toBe(1);
  expect(started.said()).toContain('端口已被占用');
  expect(started.said()).toContain('The port is taken');
  expect(await readdir(dataDir)).toEqual([]);
  const own = launch({ METRICS_PORT: String((holder.address() as AddressInfo).port) });
  expect(await ended(own)).toBe(1);
  expect(own.said()).toContain('METRICS_PORT');
  expect(await readdir(dataDir)).toEqual([]);
  holder.close();
}, 60_000);

test('F1: with its database away it waits, says so, answers that it starts, and goes on by itself', async () => {
  const [port, databasePort] = [await freePort(), await freePort()];
  const started = launch({ PORT: String(port), DATABASE_URL: byPort(databasePort) });
  await started.says('等待数据库');
  await started.says('waiting for the database');
  const alive = await fetch(`http://127.0.0.1:${port}/livez`);
  expect([alive.status, await alive.json()]).toMatchObject([200, { status: 'alive' }]);
  for (const path of ['/readyz', '/v1/campaigns', '/docs']) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await answer.json()) as { detail: string }).detail).toContain('正在启动');
  }
  // The second word comes after about ten seconds, not with every knock.
  await sleep(5_000);
  expect(started.said().split('等待数据库')).toHaveLength(2);
  await expect.poll(() => started.said().split('等待数据库').length, { timeout: 10_000 }).toBe(3);

  const proxy = await forward(databasePort);
  await started.says(ADDRESS);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(await started.end()).toBe(0);
  proxy.close();
}, 90_000);

test('F1: SIGTERM ends a process that waits for its database, at once and cleanly', async () => {
  const started = launch({ DATABASE_URL: byPort(await freePort()) });
  await started.says('等待数据库');
  expect(await started.end()).toBe(0);
}, 60_000);

test('F1: what no waiting mends ends the start with what to do about it', async () => {
  const web = createHttpServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  const stranger = launch({ DATABASE_URL: byPort(port) });
  const nowhere = launch({ DATABASE_URL: onDatabase(inject('serverUrl'), 'no_such_database') });
  expect(await ended(stranger)).toBe(1);
  expect(stranger.said()).toContain('不是 PostgreSQL');
  expect(await ended(nowhere)).toBe(1);
  expect(nowhere.said()).toContain('没有这一数据库');
  expect(nowhere.said()).toContain('no such database');
  web.close();
}, 60_000);

test('F5: three processes begin on one new database at once: all serve, one key is shown and it works', async () => {
  const started = [1, 2, 3].map(() => launch({ DATABASE_URL: database.connectionString }));
  const origins = await Promise.all(started.map(({ says }) => says(ADDRESS)));
  const keys = started.flatMap(({ said }) => said().match(KEY)?.[0] ?? []);
  expect(keys).toHaveLength(1);
  for (const origin of origins) {
    expect((await asAdministrator(origin, keys[0] ?? '', '/me')).status).toBe(200);
  }
  const { rows } = await database.pool.query(
    'select count(*)::int as count, count(distinct name)::int as names from migration',
  );
  expect(rows[0].count).toBe(rows[0].names);
  await expect
    .poll(async () => (await fetch(`${origins[0]}/readyz`)).json(), { timeout: 10_000 })
    .toMatchObject({ checks: { replicas: 3 } });
}, 120_000);

test('F5: killed as soon as the key is shown, the start leaves a key that works or shows another', async () => {
  const first = launch({ DATABASE_URL: database.connectionString });
  const shown = await first.says(KEY);
  await first.end('SIGKILL');
  const second = launch({ DATABASE_URL: database.connectionString });
  const origin = await second.says(ADDRESS);
  const again = second.said().match(KEY)?.[0];
  expect((await asAdministrator(origin, again ?? shown, '/me')).status).toBe(200);
}, 60_000);

test('F5: npm run admin:key makes a key while the service runs, and who made it is shown beside it', async () => {
  const early = launch({ DATABASE_URL: database.connectionString }, 'admin-key.ts');
  expect(await ended(early)).toBe(1);
  expect(early.said()).toContain('start the service once first');

  const service = launch({ DATABASE_URL: database.connectionString });
  const origin = await service.says(ADDRESS);
  const first = service.said().match(KEY)?.[0] ?? '';
  const made = launch({ DATABASE_URL: database.connectionString }, 'admin-key.ts');
  expect(await ended(made)).toBe(0);
  const key = made.said().match(KEY)?.[0] ?? '';
  expect(key).not.toBe(first);
  const me = await asAdministrator(origin, key, '/me');
  expect(me.body.grants).toMatchObject([{ role: 'administrator' }]);
  const { body } = await asAdministrator(origin, key, `/principals/${me.body.id}/keys`);
  const outside = body.items.filter((item: { madeOutside: unknown }) => item.madeOutside !== null);
  expect(outside).toMatchObject([
    { id: key.split('_')[1], live: true, madeOutside: { osUser: expect.stringMatching(/./) } },
  ]);
  expect(body.items).toHaveLength(2);
  await expect(database.pool.query('delete from operator_act')).rejects.toThrow('append-only');
}, 90_000);

test('F15: a process whose files would lie elsewhere is refused, also with a fresh folder', async () => {
  const first = launch({ DATABASE_URL: database.connectionString });
  await first.says(ADDRESS);
  const elsewhere = { FILES_DIR: join(dataDir, 'other') };
  const second = launch({ DATABASE_URL: database.connectionString, ...elsewhere });
  expect(await ended(second)).toBe(1);
  expect(second.said()).toContain('各进程须使用同一处');
  expect(second.said()).toContain('All processes use one place');
  const third = launch({ DATABASE_URL: database.connectionString });
  await third.says(ADDRESS);
}, 90_000);
