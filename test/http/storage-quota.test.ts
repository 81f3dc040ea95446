import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UPLOADS_AT_ONCE } from '../../src/http/file/upload-limits.ts';
import { sweepOrphans } from '../../src/workers/orphan-files.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, issueCampaign } from '../support/campaign.ts';
import { listen } from '../support/http-server.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { unit } from '../support/units.ts';

const BYTES_MAX = 20_000;
const FILES_MAX = 12;
const UPLOADS_PER_HOUR = 40;

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService('2017-05-20T01:00:00Z', pino({ level: 'silent' }), {
    quota: { bytesMax: BYTES_MAX, filesMax: FILES_MAX, uploadsPerHour: UPLOADS_PER_HOUR },
  });
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const send = async (who: Person, content: Buffer) => {
  const { statusCode, headers, payload } = await service.app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}`,
    headers: { authorization: `Bearer ${who.key}`, 'content-type': 'image/jpeg' },
    payload: content,
  });
  return { status: statusCode, headers, body: JSON.parse(payload) };
};
let shade = 0;
/** Some four thousand bytes of noise, or a few hundred of one colour. */
const photo = (isLarge = false): Promise<Buffer> => {
  shade += 23;
  const noise = { type: 'gaussian' as const, mean: 100, sigma: 60 };
  const [width, height] = isLarge ? [80, 60] : [16, 16];
  const background = { r: shade % 256, g: Math.floor(shade / 7) % 256, b: 40 };
  return sharp({ create: { width, height, channels: 3, background, ...(isLarge && { noise }) } })
    .jpeg({ quality: 90 })
    .toBuffer();
};
const useOf = async (organisationId: string) =>
  (
    await service.pool.query(
      'select bytes, files, uploads from storage_use where organisation_id = $1',
      [organisationId],
    )
  ).rows[0];
const stored = async (organisationId: string) =>
  (
    await service.pool.query(
      `select coalesce(sum(size_bytes), 0)::bigint as bytes, count(*)::int as files
         from file where organisation_id = $1`,
      [organisationId],
    )
  ).rows[0];

test('F15: of many files sent at once no more are kept than the unit may keep', async () => {
  const photos = await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, () => photo(true)));
  const size = Math.max(...photos.map(({ length }) => length));
  expect(size * UPLOADS_AT_ONCE).toBeGreaterThan(BYTES_MAX);
  const answers = await Promise.all(photos.map((content) => send(cast.village, content)));
  const taken = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 413);
  expect(taken.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(taken.length + refused.length).toBe(UPLOADS_AT_ONCE);
  const { organisationId } = taken[0]?.body ?? {};
  const use = await useOf(organisationId);
  expect(use).toMatchObject(await stored(organisationId));
  expect(use.bytes).toBeLessThanOrEqual(BYTES_MAX);
  expect(refused[0]?.body).toMatchObject({
    type: '/docs/problems#storage-exhausted',
    used: { bytes: expect.any(Number), files: expect.any(Number) },
    allowed: { bytesMax: BYTES_MAX, filesMax: FILES_MAX },
  });
  // Nothing that was refused left its content behind.
  const again = await send(cast.village, photos[answers.indexOf(taken[0] as never)] as Buffer);
  expect([again.status, (await useOf(organisationId)).files]).toEqual([200, use.files]);
});

test('F15: while content is on its way to the store no transaction waits for it', async () => {
  const village = await service.person(['village-organisation', unit('610222102203-DZB')]);
  const { put } = service.files;
  const waiting: number[] = [];
  const sent = vi.spyOn(service.files, 'put').mockImplementation(async (sha256, content) => {
    if ((await service.files.get(sha256)) === null) {
      const { rows } = await service.pool.query<{ open: number }>(
        `select count(*)::int as open from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`,
      );
      waiting.push(rows[0]?.open ?? -1);
    }
    await put(sha256, content);
  });
  const { status } = await send(village, await photo());
  sent.mockRestore();
  expect([status, waiting]).toEqual([201, [0]]);
});

test('F15: what was refused when others took the last room leaves no content behind', async () => {
  const village = await service.person(['village-organisation', unit('610222102208-DZB')]);
  const { put } = service.files;
  const sent = new Set<string>();
  // Each has looked for room before the first has taken any.
  const slow = vi.spyOn(service.files, 'put').mockImplementation(async (sha256, content) => {
    if (!sent.has(sha256)) await sleep(1_000);
    sent.add(sha256);
    await put(sha256, content);
  });
  const photos = await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, () => photo(true)));
  const answers = await Promise.all(photos.map((content) => send(village, content)));
  slow.mockRestore();
  const kept = answers.flatMap(({ status, body }) => (status === 201 ? [body.sha256] : []));
  expect([kept.length < UPLOADS_AT_ONCE, sent.size]).toEqual([true, UPLOADS_AT_ONCE]);
  for (const sha256 of sent) {
    expect((await service.files.get(sha256)) !== null).toBe(kept.includes(sha256));
  }
});

test('F15: what is swept is free again, and content that two units share stays for the other', async () => {
  const shared = await photo();
  const mine = await send(cast.township, shared);
  expect(mine.status).toBe(201);
  const organisationId = mine.body.organisationId;
  const other = await service.person(['township-committee', unit('610222102-DW')]);
  const theirs = await send(other, shared);
  expect([theirs.status, theirs.body.sha256]).toEqual([201, mine.body.sha256]);
  expect(await useOf(organisationId)).toMatchObject({ files: 1, bytes: mine.body.sizeBytes });
  // Theirs is used and so no orphan; it has to keep its content when mine goes.
  await service.pool.query('update file set uploaded_at = $1 where id <> $2', [
    '2017-01-01T00:00:00Z',
    theirs.body.id,
  ]);
  const log = pino({ level: 'silent' });
  await sweepOrphans(service.pool, service.performer, service.files, 30, log);
  expect(await useOf(organisationId)).toMatchObject({ files: 0, bytes: 0 });
  expect(await useOf(theirs.body.organisationId)).toMatchObject({ files: 1 });
  expect(await service.files.get(mine.body.sha256)).not.toBeNull();
  expect((await send(cast.township, shared)).status).toBe(201);
});

test('F15: uploads of an hour are counted, also those that are refused for their content', async () => {
  const village = await service.person(['village-organisation', unit('610222102201-DZB')]);
  const statuses: number[] = [];
  for (let index = 0; index <= UPLOADS_PER_HOUR; index += 1) {
    statuses.push((await send(village, Buffer.from(`no picture ${index}`))).status);
  }
  expect(statuses.slice(0, -1).every((status) => status === 422)).toBe(true);
  const refused = await send(village, await photo());
  expect(refused.status).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60);
  expect(refused.body).toMatchObject({
    used: { uploads: UPLOADS_PER_HOUR },
    allowed: { uploadsPerHour: UPLOADS_PER_HOUR },
  });
  const { organisationId } = refused.body;
  await service.pool.query(
    `update storage_use set uploads_since = uploads_since - interval '1 hour'
      where organisation_id = $1`,
    [organisationId],
  );
  expect((await send(village, await photo())).status).toBe(201);
  expect((await useOf(organisationId)).uploads).toBe(1);
});

test('F15: one person has only so many uploads under way at once, each held from its first byte', async () => {
  const person = await service.person(['township-office', unit('610222102-ZF')]);
  const port = await listen(service.app);
  const uploads = Array.from({ length: UPLOADS_AT_ONCE + 1 }, () =>
    request({
      port,
      method: 'POST',
      path: `/v1/files?campaignId=${campaignId}`,
      headers: { authorization: `Bearer ${person.key}`, 'content-type': 'image/jpeg' },
    }),
  );
  const underWay = uploads.map(async (upload) => {
    const [answer] = await once(upload, 'response');
    answer.resume();
    return answer.statusCode;
  });
  for (const upload of uploads) upload.flushHeaders();
  expect(await Promise.race(underWay)).toBe(429);
  for (const upload of uploads) upload.end(await photo());
  expect((await Promise.all(underWay)).sort()).toEqual([...Array(UPLOADS_AT_ONCE).fill(201), 429]);
  expect((await send(person, await photo())).status).toBe(201);
});
