import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Embedded, startEmbedded } from '../../src/db/embedded/embedded.ts';

// A new cluster is a second of CPU time and some of the disk's, several times in a test.
vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;

let dataDir: string;
const held: Embedded[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(await realpath(tmpdir()), 'embedded-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  for (const embedded of held.splice(0)) await embedded.stop();
  const server = await findServer();
  if (server) process.kill(server, 'SIGQUIT');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

const start = async (folder = dataDir) => {
  const embedded = await startEmbedded({ dataDir: folder });
  held.push(embedded);
  return embedded;
};

/** A process of its own that holds the database, as a service does. */
const startHolder = async () => {
  const script = join(import.meta.dirname, '..', 'support', 'embedded-holder.ts');
  const child = spawn(process.execPath, [script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, ...(JSON.parse(line) as Pick<Embedded, 'started' | 'connectionString'>) };
};

const end = async (child: ChildProcess) => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const query = async ({ connectionString }: Pick<Embedded, 'connectionString'>, sql: string) => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return (await client.query({ text: sql, rowMode: 'array' }).finally(() => client.end())).rows;
};

const cluster = (...path: string[]) => join(dataDir, 'postgresql', 'cluster', ...path);

const findServer = async () => {
  const pid = Number.parseInt(
    await readFile(cluster('postmaster.pid'), 'utf8').catch(() => ''),
    10,
  );
  if (!pid) return undefined;
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return cwd === (await realpath(cluster())) ? pid : undefined;
};

const killServer = async () => {
  const server = await findServer();
  if (!server) throw new Error('no server runs');
  process.kill(server, 'SIGKILL');
  await vi.waitUntil(async () => (await findServer()) !== server);
};

test('an empty directory becomes a durable PostgreSQL 18 without a port, closed to others', async () => {
  const embedded = await start();
  expect(embedded.started).toBe('new');
  expect(embedded.version).toMatch(/^18\./);
  expect(
    await query(
      embedded,
      `select current_setting('fsync'), current_setting('full_page_writes'),
        current_setting('synchronous_commit'), current_setting('listen_addresses'),
        current_setting('server_encoding'), current_setting('TimeZone'), current_database(),
        upper('é')`,
    ),
  ).toEqual([['on', 'on', 'on', '', 'UTF8', 'UTC', 'chuangping', 'É']]);
  const home = await stat(join(dataDir, 'postgresql'));
  expect((home.mode & 0o777).toString(8)).toBe('700');
  expect(home.uid === 0).toBe(false);
});

test('what was written is there after a stop and a start', async () => {
  const first = await start();
  await query(first, "create table site as select '站点' as name");
  await first.stop();
  expect(await findServer()).toBeUndefined();
  const second = await start();
  expect(second.started).toBe('existing');
  expect(await query(second, 'select name from site')).toEqual([['站点']]);
});

test('the server of a killed service is found and used again', async () => {
  const { child, ...first } = await startHolder();
  await query(first, 'create table site (id int)');
  await end(child);
  const second = await start();
  expect(second.started).toBe('reused');
  expect(await query(second, 'select * from site')).toEqual([]);
  await second.stop();
  expect(await findServer()).toBeUndefined();
});

test('after service and server were both killed nothing committed is lost', async () => {
  const { child, ...first } = await startHolder();
  await query(first, 'create table site as select generate_series(1, 1000) as id');
  await end(child);
  await killServer();
  const second = await start();
  expect(second.started).toBe('existing');
  expect(await query(second, 'select count(*)::int from site')).toEqual([[1000]]);
});

test.runIf(process.platform === 'linux')(
  'a lock file whose number now belongs to another process does not hinder a start',
  async () => {
    const first = await start();
    const lockFiles = [
      cluster('postmaster.pid'),
      join(dataDir, 'postgresql', 'run', '.s.PGSQL.5432.lock'),
    ];
    const texts = await Promise.all(lockFiles.map((path) => readFile(path, 'utf8')));
    await first.stop();
    for (const [position, path] of lockFiles.entries()) {
      await writeFile(path, texts[position]?.replace(/^\d+/, `${process.pid}`) ?? '');
    }
    expect((await start()).started).toBe('existing');
  },
);

test('two services that start at once share one server, and the last to leave stops it', async () => {
  const both = await Promise.all([start(), start()]);
  expect(both.map(({ started }) => started)).toContain('new');
  await query(both[0], 'create table site (id int)');
  expect(await query(both[1], 'select * from site')).toEqual([]);
  await both[0].stop();
  expect(await query(both[1], 'select 1')).toEqual([[1]]);
  await both[1].stop();
  expect(await findServer()).toBeUndefined();
});

test('a server that dies while it is held is started again', async () => {
  const embedded = await start();
  await query(embedded, 'create table site (id int)');
  await killServer();
  await vi.waitUntil(() => query(embedded, 'select * from site').catch(() => false), {
    timeout: 15_000,
    interval: 100,
  });
  await embedded.stop();
  expect(await findServer()).toBeUndefined();
});

test('a service may start while the last one is stopping the server', async () => {
  const first = await start();
  const [, second] = await Promise.all([first.stop(), start()]);
  expect(await query(second, 'select 1')).toEqual([[1]]);
});

test('a path too long for a socket, with spaces and an apostrophe, is no hindrance', async () => {
  await chmod(dataDir, 0o755);
  const folder = join(dataDir, `${'远程教育'.repeat(9)} it's data`);
  const embedded = await start(folder);
  expect(decodeURIComponent(embedded.connectionString)).toContain('host=/tmp/chuangping-');
  expect(await query(embedded, 'select 1')).toEqual([[1]]);
  await rm(/host=([^&]+)/.exec(decodeURIComponent(embedded.connectionString))?.[1] ?? '', {
    recursive: true,
    force: true,
  });
});

test('a path that a shell would read as more than a path is refused', async () => {
  await expect(start(join(dataDir, '$(date)'))).rejects.toThrow('DATA_DIR');
});

test('what a killed start left half made is removed, what another start is making is not', async () => {
  await (await start()).stop();
  const [old, young] = ['.cluster-old', '.cluster-young'].map((name) =>
    join(dataDir, 'postgresql', name),
  ) as [string, string];
  for (const folder of [old, young]) await mkdir(folder);
  await utimes(old, 0, 0);
  await rm(cluster(), { recursive: true });
  expect((await start()).started).toBe('new');
  const left = await readdir(join(dataDir, 'postgresql'));
  expect(left.filter((name) => name.startsWith('.cluster-'))).toEqual(['.cluster-young']);
});

test('a database of another major version is refused and left as it is', async () => {
  await (await start()).stop();
  await writeFile(cluster('PG_VERSION'), '17\n');
  await expect(start()).rejects.toThrow(/is PostgreSQL 17, the programs here are 18/);
});

test('the server’s own log does not quote the row that it refused', async () => {
  const embedded = await start();
  await query(embedded, 'create table person (name text, born integer check (born > 1900))');
  await expect(
    query(embedded, "insert into person values ('王建国', 7 * 7)"),
  ).rejects.toMatchObject({
    detail: expect.stringContaining('(王建国, 49)'),
  });
  const log = await readFile(join(dataDir, 'postgresql', 'log'), 'utf8');
  expect(log).toContain('person_born_check');
  expect(log).not.toContain('(王建国, 49)');
});

test('a server that does not start says why, from its log', async () => {
  await (await start()).stop();
  await writeFile(cluster('postgresql.conf'), 'shared_buffers = plenty\n');
  await expect(start()).rejects.toThrow(/did not start in .*invalid value for parameter/s);
});

test.runIf(isRoot)(
  'under a directory only root may enter, the database moves to /var/lib',
  async () => {
    await chmod(dataDir, 0o700);
    const folder = join(dataDir, 'data');
    await mkdir(folder, { mode: 0o700 });
    await writeFile(join(folder, 'keep'), '');
    const embedded = await start(folder);
    const place = await realpath(join(folder, 'postgresql'));
    expect(place).toMatch(/^\/var\/lib\/chuangping\/[0-9a-f]{12}$/);
    expect(await query(embedded, 'select 1')).toEqual([[1]]);
    await embedded.stop();
    expect((await start(folder)).started).toBe('existing');
    await held.at(-1)?.stop();
    await rm(place, { recursive: true });
    await expect(start(folder)).rejects.toThrow(/points to a directory that is gone/);
  },
);
