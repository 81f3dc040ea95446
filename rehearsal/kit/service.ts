// The real service as a child process, as `npm start` would run it, on a clock that can be moved.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { claimOfficers, codesIn, type Officers, postTo } from './admission.ts';
import { Unexpected } from './client.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

type StartedService = {
  address: string;
  /** The keys of the first two officers. */
  officers: Officers;
  /** The last errors it logged, a line each. */
  errors: () => string[];
  stop: () => Promise<void>;
};

/**
 * Starts the service and waits for its address. Throws with the output of the service when it ends before.
 */
export async function startService(env: Record<string, string>): Promise<StartedService> {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const killing = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(killing);
  };
  let said = '';
  const welcome = new Promise<{ address: string; said: string }>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-20_000);
      const address = /https?:\/\/\S+(?=\/openapi\.json)/.exec(said)?.[0];
      if (!address || !said.endsWith('\n\n')) return;
      if (codesIn(said) !== null) resolve({ address, said });
      else
        reject(
          new Unexpected(
            '演练须用空数据库 · the database is in use: a rehearsal takes an empty one',
          ),
        );
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timeout = setTimeout(
      () => reject(new Unexpected(`not started in time:\n${said}`)),
      START_TIMEOUT_MS,
    );
  });
  const failed = ended.then((code) => {
    throw new Unexpected(`the service ended with ${code}:\n${said}`);
  });
  try {
    const errors = (): string[] => said.split('\n').filter((line) => line.startsWith('{'));
    const started = await Promise.race([welcome, failed, late]);
    const officers = await claimOfficers(postTo(started.address), started.said);
    return { address: started.address, officers, errors, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timeout);
    failed.catch(() => undefined);
  }
}
