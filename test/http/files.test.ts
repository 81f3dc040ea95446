import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepOrphans } from '../../src/workers/orphan-files.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { FILE_SIZE_BYTES_MAX, openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let village: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  village = `/v1/candidates/${await registerVillage(cast, campaignId)}`;
  await registerTownship(cast, campaignId);
});
afterAll(() => service.close());

const send = async (who: Person, content: Buffer, type = 'image/jpeg', name?: string) => {
  const named = name === undefined ? '' : `&name=${encodeURIComponent(name)}`;
  const { statusCode, payload } = await service.app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}${named}`,
    headers: { authorization: `Bearer ${who.key}`, 'content-type': type },
    payload: content,
  });
  return { status: statusCode, body: JSON.parse(payload) };
};
const load = (who: Person, id: string, method: 'GET' | 'HEAD' = 'GET') =>
  service.app.inject({
    method,
    url: `/v1/files/${id}`,
    headers: { authorization: `Bearer ${who.key}` },
  });

let shade = 0;
const picture = (width = 64, height = 48) => {
  // Neighbouring shades would come to the same bytes.
  shade += 23;
  return sharp({
    create: { width, height, channels: 3, background: { r: shade % 256, g: 90, b: 40 } },
  });
};
const photo = (): Promise<Buffer> =>
  picture()
    .withExif({
      IFD0: { Make: 'Camera', ImageDescription: 'Pengcun' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '35/1 23/1 54/1' },
    })
    .jpeg()
    .toBuffer();

test('R21: a photo loses where and with what it was taken, and keeps its picture', async () => {
  const sent = await photo();
  expect((await sharp(sent).metadata()).exif?.toString('latin1')).toContain('Camera');
  const { status, body } = await send(cast.village, sent);
  expect(status).toBe(201);
  expect(body).toMatchObject({ mediaType: 'image/jpeg', width: 64, height: 48 });
  const { statusCode, headers, rawPayload } = await load(cast.village, body.id);
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-disposition']).toMatch(/^attachment/);
  expect((await sharp(rawPayload).metadata()).exif).toBeUndefined();
  expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(body.sha256);
  const head = await load(cast.village, body.id, 'HEAD');
  expect([head.statusCode, head.rawPayload.length]).toEqual([200, 0]);
});

test('content that was changed in the store is not handed out for what was uploaded', async () => {
  const { id, sha256 } = (await send(cast.village, await photo())).body;
  const kept = (await load(cast.village, id)).rawPayload;
  const changed = Buffer.from(kept);
  changed.writeUInt8(changed.readUInt8(kept.length - 3) ^ 1, kept.length - 3);
  const replace = async (content: Buffer): Promise<void> => {
    await service.files.delete(sha256);
    await service.files.put(sha256, content);
  };
  await replace(changed);
  const refused = await load(cast.village, id);
  expect(refused.statusCode).toBe(500);
  expect(refused.headers['content-type']).toBe('application/problem+json');
  await replace(kept);
  expect((await load(cast.village, id)).rawPayload).toEqual(kept);
});

test('the same content is one file, also when it is sent five times at once', async () => {
  const sent = await photo();
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(cast.village, sent)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});

const pdf = (inside: string): Buffer =>
  Buffer.from(`%PDF-1.4\n1 0 obj\n<< /Type /Catalog ${inside} >>\nendobj\ntrailer\n<< >>\n%%EOF\n`);

test('the content decides, not the header: text, scripts and locked PDFs are refused', async () => {
  for (const [content, said] of [
    [Buffer.from('<svg onload="alert(1)">'), '只接受'],
    [pdf('/OpenAction << /S /JavaScript >>'), '活动内容'],
    [pdf('/Java#53cript 2 0 R'), '活动内容'],
    [pdf('/Encrypt 5 0 R'), '已加密'],
    [Buffer.concat([(await photo()).subarray(0, 300)]), '损坏'],
  ] as const) {
    const { status, body } = await send(cast.village, content);
    expect([status, body.errors[0].path]).toEqual([422, '/body']);
    expect(body.errors[0].message).toContain(said);
  }
  expect(await send(cast.village, pdf(''), 'image/png')).toMatchObject({
    status: 201,
    body: { mediaType: 'application/pdf' },
  });
});

test('C23: a PDF sent as 照片.jpg is told as a PDF and handed out as 照片.pdf', async () => {
  const { status, body } = await send(cast.village, pdf('/Pages'), 'image/jpeg', '照片.jpg');
  expect([status, body.name, body.mediaType]).toEqual([201, '照片.pdf', 'application/pdf']);
  expect([body.kind, body.hasThumbnail]).toEqual([{ zh: 'PDF 文档', en: 'PDF document' }, false]);
  const { headers } = await load(cast.village, body.id);
  expect(headers['content-type']).toBe('application/pdf');
  expect(headers['content-disposition']).toContain(`''${encodeURIComponent('照片.pdf')}`);
});

const sample = (name: string) => readFile(join(import.meta.dirname, '../files/samples', name));

test.each([
  ['report.doc', '报告.wps', 'application/kswps', 'application/msword'],
  ['scores.xls', '得分.et', 'application/octet-stream', 'application/vnd.ms-excel'],
  ['photo.heic', '活动.heic', 'image/heic', 'image/heic'],
])('O14: %s sent as %s is kept under this name', async (file, name, type, mediaType) => {
  const { status, body } = await send(cast.village, await sample(file), type, name);
  expect([status, body.name, body.mediaType]).toEqual([201, name, mediaType]);
  const { statusCode, headers } = await load(cast.village, body.id);
  expect([statusCode, headers['content-type']]).toEqual([200, mediaType]);
});

test('O14: a photo has a thumbnail for whoever may open it; HEIC and documents have none, and say so', async () => {
  const thumbnailOf = (who: Person, id: string) => load(who, `${id}/thumbnail`);
  const sent = await picture(1_200, 800).jpeg().toBuffer();
  const { body } = await send(cast.village, sent, 'image/jpeg', '活动现场.jpg');
  expect(body.hasThumbnail).toBe(true);
  const { statusCode, headers, rawPayload } = await thumbnailOf(cast.village, body.id);
  expect([statusCode, headers['content-type']]).toEqual([200, 'image/jpeg']);
  const { width, height } = await sharp(rawPayload).metadata();
  expect([width, height]).toEqual([320, 213]);
  const outsider = await service.person(['township-committee', unit('610222102-DW')]);
  expect((await thumbnailOf(outsider, body.id)).statusCode).toBe(404);
  const heic = await send(cast.village, await sample('photo.heic'), 'image/heic');
  expect(heic.body.hasThumbnail).toBe(false);
  const none = await thumbnailOf(cast.village, heic.body.id);
  expect([none.statusCode, none.json().detail]).toEqual([
    404,
    '这一文件没有缩略图：只有 JPEG 和 PNG 图片有。请下载原文件查看。',
  ]);
});

test('what is too heavy or has too many pixels is not taken in', async () => {
  const heavy = await send(cast.village, Buffer.alloc(FILE_SIZE_BYTES_MAX + 1));
  expect(heavy.status).toBe(413);
  expect(heavy.body.detail).toBe(`文件超过上限：${FILE_SIZE_BYTES_MAX / 1024 / 1024} MiB。`);
  const bomb = await sharp({
    create: { width: 10_000, height: 10_000, channels: 3, background: 'white' },
  })
    .png({ compressionLevel: 9 })
    .toBuffer();
  expect(bomb.length).toBeLessThan(FILE_SIZE_BYTES_MAX);
  expect((await send(cast.village, bomb, 'image/png')).body.errors[0].message).toContain('像素');
});

test('R21: a posting on the wall needs its photo, one that is there and the recorder’s to show', async () => {
  const posting = (fileIds?: string[]) =>
    cast.village.post(`${village}/evidence`, {
      kind: 'wall-posting',
      occurredOn: '2017-05-20',
      summary: '上墙公布',
      detail: { subject: 'MANAGEMENT_RULES' },
      ...(fileIds === undefined ? {} : { fileIds }),
    });
  expect((await posting()).body.unmet).toMatchObject([{ requirement: 'has-file', clause: 'R21' }]);
  const outsider = await service.person(['township-committee', unit('610222102-DW')]);
  const foreign = (await send(outsider, await photo())).body.id;
  const nothing = '01890000-0000-7000-8000-000000000000';
  expect((await posting([foreign, nothing])).body.unmet).toMatchObject([
    { requirement: 'files-exist', clause: 'R21', actual: [foreign, nothing] },
  ]);
  const own = (await send(cast.village, await photo())).body.id;
  expect((await load(outsider, own)).statusCode).toBe(404);
  done(await posting([own]));
  expect((await load(cast.township, own)).statusCode).toBe(200);
  expect((await load(outsider, own)).statusCode).toBe(404);
});

test('O13: one file proves one thing of a candidate, by its content; whoever shows it again is told what it shows', async () => {
  const posting = (subject: string, fileId: string, supersedes?: object) =>
    cast.village.post(`${village}/evidence`, {
      kind: 'wall-posting',
      occurredOn: '2017-05-20',
      summary: '上墙公布',
      detail: { subject },
      fileIds: [fileId],
      ...(supersedes === undefined ? {} : { supersedes }),
    });
  const first = (await send(cast.village, await photo())).body.id;
  const { recordId } = done(await posting('ADMINISTRATOR', first)).body;
  // The same picture without what was written into it when it was taken.
  shade -= 23;
  const same = (await send(cast.village, await picture().jpeg().toBuffer())).body.id;
  expect(same).not.toBe(first);
  for (const again of [first, same]) {
    const refused = await posting('FAULT_PROCEDURE', again);
    expect(refused.body.unmet).toMatchObject([
      {
        text: '一份文件只证明一件事：该文件已用于另一份材料（上墙公布）',
        actualText: '2017年5月20日',
      },
    ]);
  }
  const supersedes = { recordId, reason: '写错了内容' };
  done(await posting('FAULT_PROCEDURE', first, supersedes));
});

test('a file nobody refers to goes after its days; one that is referred to stays', async () => {
  const orphan = (await send(cast.village, await photo())).body.id;
  const { rows } = await service.pool.query<{ used: string }>(
    'select file_id as used from file_use limit 1',
  );
  const log = pino({ level: 'silent' });
  const sweep = () => sweepOrphans(service.pool, service.performer, service.files, 30, log);
  expect(await sweep()).toEqual({ gone: 0, failed: [] });
  await service.setClock('2017-06-25T01:00:00Z');
  expect((await sweep()).gone).toBeGreaterThan(0);
  expect((await load(cast.village, orphan)).statusCode).toBe(404);
  expect((await load(cast.village, String(rows[0]?.used))).statusCode).toBe(200);
});
