// Content that is sent to freeze the process: it is refused or waits, and everybody else is served.

import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { since, startLoad } from './support/load.ts';
import { longestWaitMs } from './support/oracle.ts';
import { watchEventLoop } from './support/requests.ts';
import { keepStage, SLACK_MS, settle, TOLD_WITHIN_MS } from './support/stage.ts';

const kept = keepStage(() => ({}));

/** No answer takes longer than this on an event loop that is free. */
const LOOP_MS = 1_000;

/** Runs a load and watches the event loop during the hostile requests; answers their statuses. */
async function whileServing(hostile: (origin: string) => Promise<number[]>): Promise<number[]> {
  const stage = kept();
  const [origin = ''] = stage.origins();
  const load = startLoad(stage.oracle, stage.county, stage.origins, { clients: 4 });
  await load.progress(20);
  const entries = since(stage.oracle);
  const watch = watchEventLoop(origin);
  const statuses = await hostile(origin);
  const longestMs = await watch.stop();
  await load.stop();
  expect(longestMs, 'the longest wait for /livez').toBeLessThan(LOOP_MS + SLACK_MS);
  expect(longestWaitMs(entries())).toBeLessThan(TOLD_WITHIN_MS + SLACK_MS);
  await settle(stage);
  return statuses;
}

/** Every stream looks for its object through all bytes before it, which once took 34 s (F6). */
const manyStreams = (sizeBytes: number): Buffer => {
  const streams = '/ObjStm stream\n endstream '.repeat(4_900);
  const head = '%PDF-1.7\n';
  const filler = 'a'.repeat(Math.max(0, sizeBytes - streams.length - head.length));
  return Buffer.from(`${head}${filler}${streams}\n%%EOF`, 'latin1');
};

/** Less than 100 KiB that unpack to 63 MiB of names. */
const packedNames = (): Buffer => {
  const name = '/abcdefghijklmnop';
  const packed = deflateSync(name.repeat(Math.floor((63 * 1024 * 1024) / name.length)));
  const head = '%PDF-1.7\n1 0 obj <</Type /ObjStm /Filter /FlateDecode>> stream\n';
  return Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream endobj\n%%EOF')]);
};

/** The time of the YAML parser grows with the square of the tags: some ten seconds for these. */
const TAGS = '!!str '.repeat(80_000);

test('F6: files and a plan made to take minutes freeze nobody', async () => {
  const { keys, campaignId } = kept().county;
  const files = `/v1/files?campaignId=${campaignId}`;
  const statuses = await whileServing((origin) =>
    Promise.all(
      (
        [
          [files, keys.committee, 'application/pdf', manyStreams(4 * 1024 * 1024)],
          [files, keys.committee, 'application/pdf', packedNames()],
          ['/v1/plans?dryRun=true', keys.department, 'application/yaml', Buffer.from(TAGS)],
        ] as const
      ).map(async ([path, bearer, type, body]) => {
        const headers = { authorization: `Bearer ${bearer}`, 'content-type': type };
        const signal = AbortSignal.timeout(60_000);
        const sent = fetch(`${origin}${path}`, { method: 'POST', headers, body, signal });
        return (await sent).status;
      }),
    ),
  );
  // A fast machine reads all tags within the limit and answers that they are no plan: 400.
  for (const status of statuses) expect([201, 400, 413, 422, 503]).toContain(status);
});

/** Five million turns are seconds of work, and few enough to be tried in a thread. */
const LOOPS =
  '{% for a in (1..170) %}{% for b in (1..170) %}{% for c in (1..170) %}x{% endfor %}{% endfor %}{% endfor %}';

test('F14: a notice whose template never ends freezes nobody', async () => {
  const { keys } = kept().county;
  const statuses = await whileServing(async (origin) => {
    const ask = async (method: string, path: string, body?: object): Promise<Response> =>
      fetch(`${origin}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${keys.department}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
    const { plan } = (await (await ask('GET', '/v1/plans/yijun-2017')).json()) as {
      // biome-ignore lint/suspicious/noExplicitAny: a plan is changed in one place only
      plan: any;
    };
    plan.version = 2;
    plan.notices['campaign-issued'].body = LOOPS;
    const published = await ask('POST', '/v1/plans', plan);
    if (published.status >= 300) return [published.status];
    const drafted = await ask('POST', '/v1/campaigns', { planId: 'yijun-2017', planVersion: 2 });
    return [published.status, drafted.status];
  });
  // The plan is refused when it is published, so no campaign ever writes the text under its locks.
  expect(statuses).toEqual([422]);
});
