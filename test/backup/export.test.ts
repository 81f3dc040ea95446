// The way across a major version: a database of PostgreSQL 17 exported, and imported into 18.

import { spawnSync } from 'node:child_process';
import { hash, randomUUIDv7 } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { exportTables } from '../../src/backup/export.ts';
import { importTables } from '../../src/backup/import.ts';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import {
  digestTables,
  fetchOlderPrograms,
  type OwnCluster,
  openOwnCluster,
} from '../support/own-cluster.ts';
import { openScene, PENG, type Scene, somebody } from '../support/scene.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const say = () => undefined;
const programs = await fetchOlderPrograms();

let root: string;
let own: OwnCluster;
let scene: Scene;
let exported: string;
let rows: Map<string, string>;

beforeAll(async () => {
  root = await mkdtemp(join(await realpath(tmpdir()), 'chuangping-export-'));
  // The server's account has to pass through.
  await chmod(root, 0o755);
  own = await openOwnCluster({
    dataDir: join(root, 'old'),
    ...(programs === null ? {} : { programs }),
  });
  scene = await openScene(own.database);
  const township = await scene.register({ organisationId: PENG });
  await scene.perform({
    subjectId: township,
    event: {
      type: 'record-evidence',
      id: randomUUIDv7(),
      kind: 'consultation',
      occurredOn: '2017-05-19',
      // What COPY has to write in another way: tab, line feed, backslash, quotes.
      summary: '座谈\t第一次\n\\N "引号"',
    },
    principal: somebody('township-committee', PENG),
  });
  // A partition of last year, as a service that ran then has it, and this one's migrations do not.
  await scene.pool.query(`
    create table access_log_2025_11 partition of access_log
      for values from ('2025-11-01 00:00:00+00') to ('2025-12-01 00:00:00+00')`);
  await scene.pool.query(`
    insert into access_log (at, address, action, outcome, route, places, count)
    values ('2025-11-29 02:00:00+00', '10.0.0.1', 'request', 'forbidden', 'GET /v1/plans', '{}', 1)`);
  rows = await digestTables(own.embedded.superuser);
  exported = join(root, 'exported');
  const { cluster, superuser } = own.embedded;
  await exportTables({ cluster, superuser, out: exported, say });
});
afterAll(async () => {
  await scene?.drop();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

/** The largest number that any identity column of the database holds, and what the next one would be. */
const listCounters = async (superuser: string) => {
  const client = new pg.Client({ connectionString: superuser });
  await client.connect();
  const sequences = `select sequencename as name, last_value::int as value from pg_sequences order by 1`;
  return (await client.query(sequences).finally(() => client.end())).rows;
};

test.skipIf(programs === null)(
  `the older database is PostgreSQL 17${programs === null ? ' (its programs are not to be had here: skipped)' : ''}`,
  () => {
    expect(own.embedded.version).toMatch(/^17\./);
  },
);

test('every row, every number of a sequence and every chain crosses into PostgreSQL 18', async () => {
  const dataDir = join(root, 'new');
  const { tables } = await importTables({ dataDir, from: exported, say });
  expect(tables).toBe(rows.size);
  const imported = await startEmbedded({ dataDir });
  try {
    expect(imported.version).toMatch(/^18\./);
    expect(await digestTables(imported.superuser)).toEqual(rows);
    expect(await listCounters(imported.superuser)).toEqual(
      await listCounters(own.embedded.superuser),
    );
  } finally {
    await imported.stop();
  }
  expect((await readdir(dataDir)).sort()).toEqual(['postgresql']);
  await expect(importTables({ dataDir, from: exported, say })).rejects.toThrow(
    `There is a database in ${dataDir} already`,
  );
});

/** A copy of the export that `change` changed, and an import of it. */
const importChanged = async (change: (folder: string) => Promise<void>): Promise<void> => {
  const from = join(root, `changed-${randomUUIDv7()}`);
  await cp(exported, from, { recursive: true });
  await change(from);
  const dataDir = join(root, 'never');
  try {
    await importTables({ dataDir, from, say });
  } finally {
    await expect(readdir(join(dataDir, 'postgresql'))).rejects.toThrow('ENOENT');
  }
};

const rewrite = async (path: string, change: (text: string) => string): Promise<void> =>
  writeFile(path, change(await readFile(path, 'utf8')));

test('an export of a newer schema, or of one that was made otherwise, is refused', async () => {
  await expect(
    importChanged((folder) =>
      rewrite(join(folder, 'export.json'), (text) =>
        text.replace(/"name": "\d{4}(_\w+\.sql)"/, '"name": "9999$1"'),
      ),
    ),
  ).rejects.toThrow('this release is older than the database');
  await expect(
    importChanged((folder) =>
      rewrite(join(folder, 'export.json'), (text) =>
        text.replace(/("0001_core.sql",\s+"sha256": ")(\w)(\w)/, '$1$3$2'),
      ),
    ),
  ).rejects.toThrow('0001_core.sql');
});

test('a damaged, a missing and an unfinished export are refused', async () => {
  const events = 'public.event.copy.gz';
  await expect(
    importChanged(async (folder) => {
      const content = await readFile(join(folder, events));
      content[content.length >> 1] = (content[content.length >> 1] ?? 0) ^ 1;
      await writeFile(join(folder, events), content);
    }),
  ).rejects.toThrow(events);
  await expect(importChanged((folder) => rm(join(folder, events)))).rejects.toThrow(events);
  await expect(importChanged((folder) => rm(join(folder, 'export.json')))).rejects.toThrow(
    'There is no whole export',
  );
});

test('an export whose log was rewritten is not imported, even where its sums agree', async () => {
  await expect(
    importChanged(async (folder) => {
      const path = join(folder, 'public.event.copy.gz');
      const before = await readFile(path);
      const text = gunzipSync(before).toString();
      const after = gzipSync(text.replace('2017-05-19', '2017-05-18'));
      await writeFile(path, after);
      await rewrite(join(folder, 'export.json'), (json) =>
        json
          .replace(hash('sha256', before, 'hex'), hash('sha256', after, 'hex'))
          .replace(new RegExp(`"sizeBytes": ${before.length}\\b`), `"sizeBytes": ${after.length}`),
      );
    }),
  ).rejects.toThrow('was edited');
});

const OUTSIDE = 'postgresql://somebody@nowhere.invalid/county?sslmode=verify-full';

test('with a server of one’s own the commands name its tools and do nothing', () => {
  const program = join(import.meta.dirname, '../../src/backup/main.ts');
  for (const command of ['backup', 'verify', 'restore', 'export', 'import']) {
    const { status, stderr } = spawnSync(process.execPath, [program, command], {
      env: { PATH: process.env.PATH, DATABASE_URL: OUTSIDE },
      encoding: 'utf8',
    });
    expect({ command, status }).toEqual({ command, status: 2 });
    expect(stderr).toMatch(/pg_basebackup.*pgBackRest.*pg_dump/);
  }
});
