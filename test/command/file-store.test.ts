import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimFileStore, FileStoreError } from '../../src/command/file/file-store.ts';
import { createDiskStore } from '../../src/files/disk.ts';
import { castOf, issueCampaign } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

const BUCKET = {
  kind: 's3' as const,
  endpoint: 'https://s3.example.org',
  region: 'cn-north-1',
  bucket: 'evidence',
};

let service: RunningService;
let folder: string;
beforeAll(async () => {
  service = await openService();
  folder = await mkdtemp(join(tmpdir(), 'chuangping-store-'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const hold = (place: Parameters<typeof claimFileStore>[1], files = service.files) =>
  claimFileStore(service.performer, place, files);

test('F15: a place without any of the files that the database has is refused, and nothing is recorded', async () => {
  const cast = await castOf(service);
  const campaignId = await issueCampaign(cast);
  const photo = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const sent = await service.app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}`,
    headers: { authorization: `Bearer ${cast.village.key}`, 'content-type': 'image/jpeg' },
    payload: photo,
  });
  expect(sent.statusCode).toBe(201);
  const empty = { kind: 'disk' as const, folder };
  await expect(hold(empty, createDiskStore(folder))).rejects.toThrow(FileStoreError);
  expect((await service.pool.query('select 1 from file_store')).rows).toEqual([]);
});

test('F15: once recorded, another bucket or another kind of store is refused', async () => {
  expect(await hold(BUCKET)).toBe('https://s3.example.org evidence');
  expect(await hold(BUCKET)).toBe('https://s3.example.org evidence');
  for (const place of [
    { ...BUCKET, bucket: 'other' },
    { ...BUCKET, endpoint: 'https://s3.example.com' },
    { kind: 'disk' as const, folder },
  ]) {
    await expect(hold(place)).rejects.toThrow(/须使用同一处[\s\S]*All processes use one place/);
  }
});
