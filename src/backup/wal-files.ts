// Names of the files of the WAL, and the way through the archive from a backup to where it may be
// restored to.

import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';

/** initdb's default, which makeCluster leaves as it is. */
const SEGMENT_BYTES = 16n * 1024n * 1024n;
const SEGMENTS_PER_LOG = 0x1_0000_0000n / SEGMENT_BYTES;

const hex = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');

export const timelineOf = (name: string): number => Number.parseInt(name.slice(0, 8), 16);

/** The running number of a segment, the same on every timeline. */
export const segmentOf = (name: string): bigint =>
  BigInt(`0x${name.slice(8, 16)}`) * SEGMENTS_PER_LOG + BigInt(`0x${name.slice(16, 24)}`);

export const walName = (timeline: number, segment: bigint): string =>
  hex(BigInt(timeline)) + hex(segment / SEGMENTS_PER_LOG) + hex(segment % SEGMENTS_PER_LOG);

/** The place in the WAL that PostgreSQL writes as `16/B374D848`. */
export const readLsn = (text: string): bigint => {
  const [high = '', low = ''] = text.split('/');
  return BigInt(`0x${high}`) * 0x1_0000_0000n + BigInt(`0x${low}`);
};

/** The names from the first to the last, of one timeline. */
export const walBetween = (first: string, last: string): string[] => {
  const names: string[] = [];
  for (let segment = segmentOf(first); segment <= segmentOf(last); segment += 1n) {
    names.push(walName(timelineOf(first), segment));
  }
  return names;
};

/** The whole segments in the archive, in order of their names. */
export const listArchived = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).flatMap((file) => /^([0-9A-F]{24})\.gz$/.exec(file)?.[1] ?? []).sort();

type Turn = { timeline: number; endedAt: bigint };

/** The newest timeline in the archive, and where each of its ancestors was left for the next. */
export const readTimelines = async (folder: string): Promise<{ newest: number; turns: Turn[] }> => {
  const names = await readdir(folder);
  const histories = names.flatMap((file) => /^([0-9A-F]{8})\.history\.gz$/.exec(file)?.[1] ?? []);
  const last = histories.sort().at(-1);
  if (last === undefined) return { newest: 1, turns: [] };
  const text = gunzipSync(await readFile(join(folder, `${last}.history.gz`))).toString();
  const turns = text.split('\n').flatMap((line) => {
    const [, timeline, lsn] = /^(\d+)\t([0-9A-F]+\/[0-9A-F]+)\t/.exec(line) ?? [];
    return timeline && lsn ? [{ timeline: Number(timeline), endedAt: readLsn(lsn) }] : [];
  });
  return { newest: Number.parseInt(last, 16), turns };
};

/**
 * The files that a recovery from `first` to the end of the newest timeline reads; null when that timeline
 * left the backup's own before the copy was whole, at `wholeAt`.
 */
export const walToTheEnd = (
  archived: readonly string[],
  { newest, turns }: Awaited<ReturnType<typeof readTimelines>>,
  first: string,
  wholeAt: bigint,
): string[] | null => {
  const begun = timelineOf(first);
  const own = turns.findIndex(({ timeline }) => timeline === begun);
  if (begun !== newest && (own < 0 || (turns[own]?.endedAt ?? 0n) < wholeAt)) return null;
  const names: string[] = [];
  let segment = segmentOf(first);
  for (const { timeline, endedAt } of own < 0 ? [] : turns.slice(own)) {
    // The segment in which a timeline was left lies whole on the next one.
    for (; segment < endedAt / SEGMENT_BYTES; segment += 1n) names.push(walName(timeline, segment));
  }
  const last = archived.filter((name) => timelineOf(name) === newest).at(-1);
  const end = last === undefined ? segment - 1n : segmentOf(last);
  for (; segment <= end; segment += 1n) names.push(walName(newest, segment));
  return names;
};

/** True when the archived file is whole: gzip's own sum holds and it gives one segment. */
export const isWholeSegment = async (path: string): Promise<boolean> => {
  let sizeBytes = 0n;
  try {
    await pipeline(
      createReadStream(path),
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) sizeBytes += BigInt(chunk.length);
      },
    );
  } catch {
    return false;
  }
  return sizeBytes === SEGMENT_BYTES;
};
