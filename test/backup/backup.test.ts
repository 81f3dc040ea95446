// Backups of a real cluster: killed, damaged, cut, and brought back.

import { spawn } from 'node:child_process';
import { hash, randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeBackup } from '../../src/backup/backup.ts';
import { BackupError } from '../../src/backup/backup-error.ts';
import { type Restored, readTarget, restore } from '../../src/backup/restore.ts';
import { findVerified, listBackups } from '../../src/backup/shelf.ts';
import { verifyBackup } from '../../src/backup/verify.ts';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import { createDiskStore } from '../../src/files/disk.ts';
import { makeIdentity } from '../../src/files/identity.ts';
import { digestTables, type OwnCluster, openOwnCluster } from '../support/own-cluster.ts';
import { openScene, PENG, PENGCUN, type Scene, somebody } from '../support/scene.ts';

// A restore is a few seconds of CPU time and as many of the disk's, several times in a test.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SECRET = 'a key that stands outside the database';
/** What a key sealed, which nobody here opens. */
const SEALED = `0a1b2c3d.${'A'.repeat(40)}`;
const PHOTO = Buffer.from('a photo of the village');
const PHOTO_SHA256 = hash('sha256', PHOTO, 'hex');
const say = () => undefined;

let root: string;
let dataDir: string;
let backupDir: string;
let own: OwnCluster;
let scene: Scene;
let township: string;
/** The first backup, and the rows of each table when it was made. */
let first: string;
let rowsAtFirst: Map<string, string>;

const backUp = () =>
  makeBackup({
    ...{ backupDir, say, release: 'test', uploads: join(dataDir, 'files') },
    cluster: own.embedded.cluster,
    superuser: own.embedded.superuser,
  }).then(({ name }) => name);
const verify = (name?: string) => verifyBackup({ backupDir, name, say });
const backup = (name: string, ...path: string[]) => join(backupDir, 'base', name, ...path);

/** Whoever owns the machine may do anything, triggers or not. */
const asSuperuser = async (sql: string) => {
  const client = new pg.Client({ connectionString: own.embedded.superuser });
  await client.connect();
  return client.query(sql).finally(() => client.end());
};

const recordEvidence = () =>
  scene.perform({
    subjectId: township,
    event: {
      type: 'record-evidence',
      id: randomUUIDv7(),
      kind: 'consultation',
      occurredOn: '2017-05-19',
      summary: '座谈',
    },
    principal: somebody('township-committee', PENG),
  });

beforeAll(async () => {
  root = await mkdtemp(join(await realpath(tmpdir()), 'chuangping-backup-'));
  // The server's account has to pass through.
  await chmod(root, 0o755);
  dataDir = join(root, 'data');
  backupDir = join(root, 'backups');
  own = await openOwnCluster({ dataDir, backupDir });
  scene = await openScene(own.database);
  township = await scene.register({ organisationId: PENG });
  for (let told = 0; told < 3; told += 1) await recordEvidence();
  await makeIdentity(join(dataDir, 'files'));
  await createDiskStore(join(dataDir, 'files')).put(PHOTO_SHA256, PHOTO);
  await writeFile(join(dataDir, 'data-keys.json'), SECRET);
  await asSuperuser(`update candidate set birth_year = '${SEALED}'`);
  first = await backUp();
  rowsAtFirst = await digestTables(own.embedded.superuser);
});
afterAll(async () => {
  await scene?.drop();
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

test('what lies outside database and uploads is in no backup', async () => {
  const paths = await readdir(backupDir, { recursive: true });
  expect(paths.some((path) => path.endsWith(PHOTO_SHA256))).toBe(true);
  expect(paths.filter((path) => path.includes('keys'))).toEqual([]);
  const manifest = JSON.parse(await readFile(backup(first, 'manifest.json'), 'utf8'));
  const stored = manifest.files.map(({ path }: { path: string }) => path.split('/')[0]);
  expect(new Set(stored)).toEqual(new Set(['cluster', 'heads.csv.zst', 'uploads.csv.zst']));
  expect(manifest.dataKeys).toEqual(['0a1b2c3d']);
});

/** Changes the last byte of a file for as long as `work` lasts. */
const withFlippedByte = async <Result>(path: string, work: () => Promise<Result>) => {
  const before = await readFile(path);
  const after = Buffer.from(before);
  after[after.length - 1] = (after.at(-1) ?? 0) ^ 1;
  await writeFile(path, after);
  return work().finally(() => writeFile(path, before));
};

test('one flipped byte is found, in the copy, the WAL, an upload and the manifest', async () => {
  const wal = JSON.parse(await readFile(backup(first, 'manifest.json'), 'utf8')).wal[0].path;
  for (const [path, fault] of [
    [backup(first, 'cluster/global/pg_control.zst'), 'a file is damaged'],
    [join(backupDir, 'wal', wal), 'a file of the WAL is damaged'],
    [join(backupDir, 'files', PHOTO_SHA256.slice(0, 2), PHOTO_SHA256), 'an uploaded file is'],
  ] as const) {
    const { faults } = await withFlippedByte(path, () => verify(first));
    expect(faults).toEqual([expect.stringContaining(fault)]);
    expect(await findVerified(backupDir, first)).toEqual(faults);
  }
  await withFlippedByte(backup(first, 'manifest.json'), () =>
    expect(verify(first)).rejects.toThrow(BackupError),
  );
});

const runVerify = async (): Promise<number> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../src/backup/main.ts'), 'verify'],
    {
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, BACKUP_DIR: backupDir },
      stdio: 'ignore',
    },
  );
  return (await once(child, 'exit'))[0];
};

test('one that is not good is an incident, once, until one is found good', async () => {
  const incidents = async () =>
    (
      await asSuperuser(`
        select i.lane, i.item, i.status, i.cause_message ~ 'damaged' as named,
               array_agg(e.type order by e.sequence) as told
          from incident i join incident_event e on e.incident_id = i.id group by i.id`)
    ).rows;
  const path = backup(first, 'cluster/global/pg_control.zst');
  await withFlippedByte(path, async () => {
    expect(await runVerify()).toBe(1);
    expect(await runVerify()).toBe(1);
  });
  const one = { lane: 'backups', item: first, named: true };
  expect(await incidents()).toEqual([{ ...one, status: 'open', told: ['parked', 'parked'] }]);
  expect(await runVerify()).toBe(0);
  expect(await incidents()).toEqual([
    { ...one, status: 'resolved', told: ['parked', 'parked', 'resolved'] },
  ]);
});

test('a missing file of the WAL is found, and nothing is restored without it', async () => {
  const wal = JSON.parse(await readFile(backup(first, 'manifest.json'), 'utf8')).wal.at(-1).path;
  const path = join(backupDir, 'wal', wal);
  await rename(path, `${path}.away`);
  const { faults } = await verify(first);
  expect(faults).toEqual([expect.stringContaining(`a file of the WAL is missing: ${wal}`)]);
  const elsewhere = join(root, 'never');
  await expect(restoreInto(elsewhere, first)).rejects.toThrow(/WAL/);
  await expect(readdir(join(elsewhere, 'postgresql'))).rejects.toThrow('ENOENT');
  await rename(`${path}.away`, path);
});

const restoreInto = (folder: string, to: string): Promise<Restored> =>
  restore({
    ...{ dataDir: folder, backupDir, say },
    uploads: join(folder, 'files'),
    target: readTarget(to),
  });

const launchBackup = () =>
  spawn(process.execPath, [join(import.meta.dirname, '../../src/backup/main.ts'), 'backup'], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, BACKUP_DIR: backupDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });

/** Nothing gets into the archive while `work` lasts, so a backup waits. */
const withoutArchiver = async (work: () => Promise<void>): Promise<void> => {
  const { rows } = await asSuperuser(
    "select pid from pg_stat_activity where backend_type = 'archiver'",
  );
  const pid: number = rows[0].pid;
  process.kill(pid, 'SIGSTOP');
  await work().finally(() => process.kill(pid, 'SIGCONT'));
};

test('one is made at a time; one that is killed counts for nothing, and the next is good', async () => {
  await withoutArchiver(async () => {
    const child = launchBackup();
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    await vi.waitUntil(() => said.includes('waiting for the archive'), { timeout: 50_000 });
    await expect(backUp()).rejects.toThrow('Another backup is under way');
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  expect(await listBackups(backupDir)).toEqual([first]);
  expect(await readdir(join(backupDir, 'base'))).toHaveLength(2);
  // The server has to see first that the killed one is gone.
  const name = await vi.waitFor(backUp, { timeout: 50_000, interval: 200 });
  expect(await readdir(join(backupDir, 'base'))).toEqual([first, name]);
  expect(await verify()).toEqual({ name, faults: [] });
  expect(await findVerified(backupDir, name)).toEqual([]);
  const trials = `chuangping-verify-${process.pid}-`;
  expect((await readdir(tmpdir())).filter((left) => left.startsWith(trials))).toEqual([]);
});

test('a log that was cut is found, also where its subject was made to agree', async () => {
  const before = (await listBackups(backupDir)).at(-1);
  // A superuser shortens both logs with triggers off; of one he sets the subject back as well.
  await asSuperuser(`begin; set local session_replication_role = replica;
    delete from event where subject_id = '${township}' and sequence = 4; commit`);
  const agreed = scene.campaignId;
  await asSuperuser(`begin; set local session_replication_role = replica;
    delete from event where subject_id = '${agreed}' and sequence = (
      select revision from subject where id = '${agreed}');
    update subject s set (revision, chain_hash) = (
      select sequence, hash from event e where e.subject_id = s.id
       order by sequence desc limit 1) where id = '${agreed}'; commit`);
  const cut = await backUp();
  const { name, faults } = await verify();
  expect(name).toBe(cut);
  for (const told of [
    /彭.*第 4 条.*was cut off from the end/,
    new RegExp(`a log was cut .* ${cut} remembers: ${scene.campaignId} ${township} 4`),
    new RegExp(`a log was cut .* ${before} remembers: ${scene.campaignId} ${township} 4`),
    new RegExp(`a log was cut .* ${before} remembers: ${scene.campaignId} ${agreed} 2`),
  ]) {
    expect(faults).toContainEqual(expect.stringMatching(told));
  }
});

test('a database that runs is not restored over', async () => {
  await expect(restoreInto(dataDir, first)).rejects.toThrow('is running: stop the service first');
});

test('on another machine the name of a backup brings back its rows, no more and no less', async () => {
  const elsewhere = join(root, 'elsewhere');
  expect(await restoreInto(elsewhere, first)).toEqual({
    backup: first,
    timeline: 2,
    dataKeys: ['0a1b2c3d'],
    setAside: null,
    faults: [],
  });
  const restored = await startEmbedded({ dataDir: elsewhere });
  expect(await digestTables(restored.superuser).finally(restored.stop)).toEqual(rowsAtFirst);
  const files = createDiskStore(join(elsewhere, 'files'));
  expect(await files.get(PHOTO_SHA256)).toEqual(PHOTO);
});

test('an instant brings back what was there then, and what was there before is set aside', async () => {
  const { pool } = scene;
  await scene.register({ organisationId: PENGCUN, category: 'DEMONSTRATION_VILLAGE' });
  const { rows } = await pool.query<{ now: string }>('select clock_timestamp()::text as now');
  const rowsThen = await digestTables(own.embedded.superuser);
  await asSuperuser(
    'begin; set local session_replication_role = replica; delete from event; commit',
  );
  await asSuperuser('select pg_switch_wal()');
  await scene.drop();
  const instant = String(rows[0]?.now).replace(' ', 'T').replace('+00', 'Z');
  const { backup: from, setAside, faults } = await restoreInto(dataDir, instant);
  expect(from).toBe((await listBackups(backupDir)).at(-1));
  expect(faults).toContainEqual(expect.stringContaining('was cut off from the end'));
  expect(await readFile(join(String(setAside), 'cluster', 'PG_VERSION'), 'utf8')).toBe('18\n');
  // The service goes on: its timeline joins the archive, and its backups are as good.
  const embedded = await startEmbedded({ dataDir, backupDir });
  own = { ...own, embedded };
  try {
    expect(await digestTables(embedded.superuser)).toEqual(rowsThen);
    const name = await backUp();
    expect(JSON.parse(await readFile(backup(name, 'manifest.json'), 'utf8')).timeline).toBe(2);
  } finally {
    await embedded.stop();
  }
  const elsewhere = join(root, 'latest');
  const latest = await restoreInto(elsewhere, 'latest');
  expect(latest).toMatchObject({ backup: (await listBackups(backupDir)).at(-1), timeline: 3 });
});
