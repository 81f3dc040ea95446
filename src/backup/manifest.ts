// What a backup says of itself: each file with its hash, and how far each log had come.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { BackupError } from './backup-error.ts';
import { writeWhole } from './stored-files.ts';

const FORMAT = 1;
const MANIFEST = 'manifest.json';
const SUM = 'manifest.json.sha256';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Stored = Type.Object({ path: Type.String(), sizeBytes: Type.Integer(), sha256: Sha256 });

const Manifest = Type.Object({
  format: Type.Literal(FORMAT),
  /** The name of the backup's folder, and of the restore point that ends it. */
  name: Type.String(),
  /** The database's real time at the restore point. */
  at: Type.String(),
  release: Type.String(),
  serverVersion: Type.String(),
  systemIdentifier: Type.String(),
  timeline: Type.Integer(),
  /** The first and the last file of the WAL that the backup needs, and where in it the copy is whole. */
  firstWal: Type.String(),
  lastWal: Type.String(),
  wholeAtLsn: Type.String(),
  migrations: Type.Array(Type.Object({ name: Type.String(), sha256: Sha256 })),
  /** Folders of the cluster, empty ones too. */
  folders: Type.Array(Type.String()),
  files: Type.Array(Stored),
  wal: Type.Array(Stored),
  uploads: Type.Union([
    Type.Object({
      kind: Type.Literal('disk'),
      identity: Type.String(),
      count: Type.Integer(),
      sizeBytes: Type.Integer(),
    }),
    /** They lie in a store of their own, which has its own backups, or there is none yet. */
    Type.Object({ kind: Type.Literal('elsewhere') }),
  ]),
  /** The ids of the keys that open what is sealed. */
  dataKeys: Type.Array(Type.String()),
  campaigns: Type.Array(
    Type.Object({ campaignId: Type.String(), subjects: Type.Integer(), sha256: Sha256 }),
  ),
  administration: Type.Union([
    Type.Null(),
    Type.Object({ sequence: Type.Integer(), hash: Type.String() }),
  ]),
});
export type Manifest = Static<typeof Manifest>;
export type StoredFile = Static<typeof Stored>;

export const MANIFEST_FORMAT: Manifest['format'] = FORMAT;

/** Writes the manifest, the last file of a backup, with its own hash beside it. */
export const writeManifest = async (folder: string, manifest: Manifest): Promise<void> => {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  const sum = createHash('sha256').update(text).digest('hex');
  await writeWhole(join(folder, SUM), `${sum}  ${MANIFEST}\n`);
  await writeWhole(join(folder, MANIFEST), text);
};

/** Reads a manifest. Throws BackupError when it is damaged or of another format. */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => '');
  const sum = await readFile(join(folder, SUM), 'utf8').catch(() => '');
  const isWhole = sum.startsWith(createHash('sha256').update(text).digest('hex'));
  const manifest: unknown = isWhole ? JSON.parse(text) : null;
  if (Check(Manifest, manifest)) return manifest;
  throw new BackupError(
    `${folder} 的清单（${MANIFEST}）缺失、损坏或格式不同：此备份不可用。`,
    `The manifest in ${folder} is missing, damaged or of another format: this backup cannot be used.`,
  );
};
