// Reads, and a watch on the event loop: the answers, and the time they took.

import { setTimeout as sleep } from 'node:timers/promises';

export type Read = { status: number | null; tookMs: number };

/** A GET; status null when the connection broke or nothing came within 15 s. */
export async function read(origin: string, bearer: string, path: string): Promise<Read> {
  const sentMs = performance.now();
  const took = (status: number | null): Read => ({
    status,
    tookMs: Math.round(performance.now() - sentMs),
  });
  try {
    const answer = await fetch(`${origin}${path}`, {
      headers: { authorization: `Bearer ${bearer}` },
      signal: AbortSignal.timeout(15_000),
    });
    await answer.arrayBuffer();
    return took(answer.status);
  } catch {
    return took(null);
  }
}

export type Watch = { stop: () => Promise<number> };

const LOOK_EVERY_MS = 100;

/** Asks `/livez` all the while; `stop` answers the longest time of an answer, in milliseconds. */
export function watchEventLoop(origin: string): Watch {
  let stopped = false;
  let longestMs = 0;
  const watching = (async () => {
    while (!stopped) {
      const { status, tookMs } = await read(origin, '', '/livez');
      longestMs = Math.max(longestMs, status === 200 ? tookMs : Number.POSITIVE_INFINITY);
      await sleep(LOOK_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await watching;
      return longestMs;
    },
  };
}
