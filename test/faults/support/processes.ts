// The service as an operator starts it: src/main.ts in a process of its own, on a port of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');
// A start takes some seconds of CPU, and five at once on a busy machine of two cores take turns.
const LISTENS_WITHIN_MS = 90_000;
const ENDS_WITHIN_MS = 20_000;
const SAID_CHARACTERS_MAX = 2_000_000;

export type Process = {
  child: ChildProcess;
  pid: number;
  /** The address at which it listens; '' until then. */
  origin: string;
  said: () => string;
  /** Resolves when it listens; rejects with all its output when it ends before. */
  listening: Promise<string>;
  isAlive: () => boolean;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>;
  kill: (signal: NodeJS.Signals) => Promise<number | string>;
};

/** Launches one process with these settings beside the usual ones. */
export function launch(settings: { readonly [name: string]: string }): Process {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH ?? '',
      LOG_LEVEL: 'warn',
      PORT: '0',
      RATE_LIMIT: '10000000',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  listening.catch(() => undefined);
  const started: Process = {
    child,
    pid: child.pid ?? 0,
    origin: '',
    said: () => said,
    listening,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    ended: once(child, 'exit').then(([code, signal]) => code ?? signal),
    kill: async (signal) => {
      child.kill(signal);
      const late = new Promise<never>((_, fail) =>
        setTimeout(
          () => fail(new Error(`it does not end: ${said.slice(-2_000)}`)),
          ENDS_WITHIN_MS,
        ).unref(),
      );
      return Promise.race([started.ended, late]);
    },
  };
  const listen = (chunk: Buffer): void => {
    if (said.length < SAID_CHARACTERS_MAX) said += chunk.toString();
    if (started.origin !== '') return;
    started.origin = /(http:\/\/\S+)\/openapi\.json/.exec(said)?.[1] ?? '';
    if (started.origin !== '') resolve(started.origin);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  void started.ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)));
  const late = new Error('it does not listen');
  setTimeout(() => reject(late), LISTENS_WITHIN_MS).unref();
  return started;
}

/** The status of a health page, or null when nobody answers within 5 s. */
export const statusOf = async (origin: string, path: string): Promise<number | null> => {
  try {
    const answer = await fetch(`${origin}${path}`, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
};

/** True once `holds` is true; false when it is not within this time. */
export async function within(ms: number, holds: () => Promise<boolean>): Promise<boolean> {
  const begunMs = performance.now();
  while (performance.now() - begunMs < ms) {
    if (await holds()) return true;
    await sleep(50);
  }
  return false;
}
