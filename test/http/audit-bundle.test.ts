// The auditor's bundle is verified by the program that comes with it, as a process of its own.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeCheckpoint } from '../../src/command/audit/checkpoints.ts';
import { checkpointInPrint } from '../../src/rules/audit/checkpoint.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign, registerTownship } from '../support/campaign.ts';
import { CITY, openService, type Person, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

type Line = { [kind: string]: { [field: string]: unknown } };

let service: RunningService;
let cast: Cast;
let auditor: Person;
let campaignId: string;
let township: string;
let folder: string;
let root: string;
let files = 0;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  township = await registerTownship(cast, campaignId);
  await registerTownship(cast, await issueCampaign(cast), unit('610222102'));
  auditor = await service.person(['auditor', CITY]);
  await takeCheckpoint(service.performer);
  const opinion = { kind: 'FIELD_VISIT', occurredOn: '2017-05-20', inspectors: ['张', '王'] };
  done(
    await cast.office.post('/v1/inspections', {
      ...opinion,
      ...{ candidateId: township, triggers: ['FORMALISM'], findings: ['登记册无记录'] },
    }),
  );
  root = (await takeCheckpoint(service.performer))?.root ?? '';
  folder = await mkdtemp(join(tmpdir(), 'chuangping-bundle-'));
});
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
});

const download = (person: Person, query = '') =>
  service.app.inject({
    method: 'GET',
    url: `/v1/audit/bundle${query}`,
    headers: { authorization: `Bearer ${person.key}` },
  });

/** Unpacks a bundle into a folder of its own. */
async function unpack(query = ''): Promise<string> {
  const answer = await download(auditor, query);
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/zip']);
  files += 1;
  const to = join(folder, String(files));
  await mkdir(to);
  for (const [name, bytes] of Object.entries(unzipSync(answer.rawPayload))) {
    await writeFile(join(to, name), bytes);
  }
  return to;
}

const linesOf = async (at: string): Promise<Line[]> =>
  gunzipSync(await readFile(join(at, 'bundle.ndjson.gz')))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

/** The exit code of the program of the bundle, and what it said. */
const verify = (at: string, ...args: string[]) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    execFile(process.execPath, [join(at, 'verify.mjs'), ...args], { env: {} }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });

test('F11: a bundle is verified by the program that comes with it, and a root on paper is found in it', async () => {
  const at = await unpack();
  expect(await verify(at)).toEqual({
    code: 0,
    said: expect.stringMatching(/2 检查点 .* 日志完整/s),
  });
  const bundle = join(at, 'bundle.ndjson.gz');
  expect((await verify(at, bundle, '--root', root)).code).toBe(0);
  const printed = /核验码 ([0-9a-f ]+)（/.exec(checkpointInPrint({ number: 2, root }))?.[1] ?? '';
  expect((await verify(at, bundle, '--root', printed)).code).toBe(0);
  for (const other of ['f'.repeat(64), root.slice(0, 15)])
    expect((await verify(at, bundle, '--root', other)).code).toBe(1);
  expect((await verify(at, join(at, 'nothing'))).code).toBe(2);
});

test('F11: the bundle of one campaign holds nothing of the other, and the roots are reckoned all the same', async () => {
  const at = await unpack(`?campaignId=${campaignId}`);
  const lines = await linesOf(at);
  expect(lines.filter(({ act }) => act)).toEqual([]);
  const campaigns = lines.flatMap(({ event, head }) => event?.campaignId ?? head?.campaignId ?? []);
  expect(new Set(campaigns)).toEqual(new Set([campaignId]));
  expect(await verify(at)).toMatchObject({ code: 0 });
});

test('F11: personal parts leave the house as digests, unless they are asked for', async () => {
  const [bare, whole] = [
    await linesOf(await unpack()),
    await linesOf(await unpack('?personal=true')),
  ];
  const parted = (lines: Line[]) => lines.filter(({ event }) => event?.personal != null);
  expect(parted(bare).length).toBeGreaterThan(0);
  expect(JSON.stringify(bare)).not.toContain('登记册无记录');
  expect(parted(bare).some(({ event }) => event && ('salt' in event || 'part' in event))).toBe(
    false,
  );
  expect(JSON.stringify(whole)).toContain('登记册无记录');
});

test('F11: a bundle that was tampered with in any of four ways, or in a checkpoint, is not believed', async () => {
  const at = await unpack('?personal=true');
  const lines = await linesOf(at);
  const own = lines.flatMap(({ event }, index) => (event?.subject_id === township ? [index] : []));
  const [first = 0, second = 0] = own;
  const last = own.at(-1) ?? 0;
  expect(own.length).toBeGreaterThan(1);
  const part = lines.findIndex(({ event }) => event?.part !== undefined);
  const checkpoint = lines.findIndex((line) => line.checkpoint !== undefined);
  const head = lines.findIndex((line) => line.head !== undefined);
  const act = lines.findIndex((line) => line.act !== undefined);
  const changed = (index: number, kind: string, change: object) =>
    lines.with(index, { [kind]: { ...lines[index]?.[kind], ...change } });
  const ways: { [way: string]: Line[] } = {
    edited: changed(second, 'event', { principal_id: 'somebody else' }),
    removed: lines.toSpliced(first, 1),
    inserted: lines.toSpliced(second, 0, lines[first] as Line),
    'cut off': lines.toSpliced(last, 1),
    'personal part': changed(part, 'event', { part: { '/payload/findings/0': '别的' } }),
    checkpoint: changed(checkpoint, 'checkpoint', { events: 1 }),
    head: changed(head, 'head', { sequence: 99 }),
    act: changed(act, 'act', { address: '10.0.0.1' }),
    chain: lines.filter(
      ({ event, subject }) => (event?.subject_id ?? subject?.subjectId) !== township,
    ),
  };
  for (const [way, forged] of Object.entries(ways)) {
    const file = join(at, `${way.replace(' ', '-')}.ndjson`);
    await writeFile(file, `${forged.map((line) => JSON.stringify(line)).join('\n')}\n`);
    expect({ way, ...(await verify(at, file)) }).toMatchObject({ way, code: 1 });
  }
}, 60_000);

test('F11: only an auditor whose reach covers it is given a bundle', async () => {
  const county = await service.person('auditor');
  const elsewhere = await service.person(['auditor', unit('610222102')]);
  const asked = async (person: Person, query = '') => (await download(person, query)).statusCode;
  const own = `?campaignId=${campaignId}`;
  expect([await asked(county), await asked(county, own)]).toEqual([403, 200]);
  expect(await asked(elsewhere, own)).toBe(403);
  expect([await asked(cast.office, own), await asked(cast.office)]).toEqual([403, 403]);
});
