// The service as its own process, from this checkout or from another one, old or new.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claimOfficers, codesIn, letIn, postTo } from '../rehearsal/kit/admission.ts';
import { unit } from '../test/support/units.ts';

export type RunningService = {
  child: ChildProcess;
  origin: string;
  /** A key of a new person with one role. */
  keyFor: (role: string, organisationId: string) => Promise<string>;
  /** The id of the organisation with this code, which it was itself in older checkouts. */
  unit: (code: string) => string;
};

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
  const started = new Promise<string>((resolve, reject) => {
    setTimeout(() => reject(new Error(`no welcome yet: ${said}`)), START_MS_MAX).unref();
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the service ended with ${code}: ${said}`)));
    // The codes, or an older checkout's key, come before the address or after it.
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const origin = /(http:\/\/\S+?)\/docs/.exec(said)?.[1];
      if (origin !== undefined && (codesIn(said) !== null || OLD_KEY.test(said))) resolve(origin);
    });
  });
  const origin = await started;
  return {
    child,
    origin,
    keyFor: await openDoor(origin, said),
    unit: OLD_KEY.test(said) ? (code) => code : unit,
  };
}

/** Checkouts before the two officers print the administrator's key, by which any other is made. */
const OLD_KEY = /cp_\S+/;

async function openDoor(origin: string, said: string): Promise<RunningService['keyFor']> {
  const post = postTo(origin);
  const old = OLD_KEY.exec(said)?.[0];
  if (old === undefined) {
    const officers = await claimOfficers(post, said);
    return async (role, organisationId) =>
      (await letIn(post, officers, { name: role, grants: [{ role, organisationId }] })).key;
  }
  return async (role, organisationId) => {
    const grants = [{ role, organisationId }];
    const { id } = await post<{ id: string }>(old, '/v1/principals', { name: role, grants });
    return (await post<{ key: string }>(old, `/v1/principals/${id}/keys`, {})).key;
  };
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
