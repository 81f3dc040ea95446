// The service as its own process, from this checkout or from another one, old or new.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type RunningService = { child: ChildProcess; origin: string; key: string };

const THIS_CHECKOUT = join(import.meta.dirname, '..');
const START_MS_MAX = 90_000;

/** Starts `src/main.ts` of a checkout on a new database; rejects when it ends or takes too long. */
export async function startService(
  databaseUrl: string,
  { checkout = THIS_CHECKOUT, env = {} }: { checkout?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<RunningService> {
  const child = spawn(process.execPath, [join(checkout, 'src/main.ts')], {
    cwd: checkout,
    env: {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: databaseUrl,
      PORT: '0',
      LOG_LEVEL: 'error',
      RATE_LIMIT: '10000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const started = new Promise<{ origin: string; key: string }>((resolve, reject) => {
    setTimeout(() => reject(new Error(`no welcome yet: ${said}`)), START_MS_MAX).unref();
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the service ended with ${code}: ${said}`)));
    // The key comes before the address or after it, by the age of the checkout.
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const origin = /(http:\/\/\S+?)\/docs/.exec(said)?.[1];
      const key = /cp_\S+/.exec(said)?.[0];
      if (origin !== undefined && key !== undefined) resolve({ origin, key });
    });
  });
  return { child, ...(await started) };
}

export async function stopService({ child }: RunningService): Promise<void> {
  child.removeAllListeners('exit');
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** The resident memory of the process, in MB. */
export async function residentMb({ child }: RunningService): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** The requests of one caller, JSON sent and received. Throws on any answer other than 2xx. */
export const callerOf =
  (origin: string, key: string) =>
  async <Answer>(method: string, path: string, body?: object | string): Promise<Answer> => {
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined
          ? {}
          : { 'content-type': typeof body === 'string' ? 'text/csv' : 'application/json' }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(300_000),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
export type Caller = ReturnType<typeof callerOf>;

/** A key of a new person with one role. */
export async function keyFor(administrator: Caller, role: string, organisationId: string) {
  const { id } = await administrator<{ id: string }>('POST', '/v1/principals', {
    name: role,
    grants: [{ role, organisationId }],
  });
  return (await administrator<{ key: string }>('POST', `/v1/principals/${id}/keys`, {})).key;
}
