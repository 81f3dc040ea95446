// Is the process alive, and may it be sent requests?

import Type from 'typebox';
import type { App } from './instance.ts';
import { problem } from './problems.ts';

export type Readiness = { ok: boolean; detail: Record<string, unknown> };

const READY_WITHIN_MS = 3000;
const RETRY_AFTER_SECONDS = 5;

/** A check that hangs is a check that failed: a half-open connection never answers. */
const readiness = async (ready: () => Promise<Readiness>): Promise<Readiness> => {
  const { promise, resolve } = Promise.withResolvers<Readiness>();
  const late = setTimeout(
    () => resolve({ ok: false, detail: { readiness: 'no answer in time' } }),
    READY_WITHIN_MS,
  );
  try {
    return await Promise.race([ready(), promise]);
  } catch {
    return { ok: false, detail: { readiness: 'failed' } };
  } finally {
    clearTimeout(late);
  }
};

export const addHealth = (
  app: App,
  { ready, version }: { ready: () => Promise<Readiness>; version: string },
): void => {
  app.get(
    '/livez',
    {
      config: { public: true },
      schema: {
        operationId: 'isAlive',
        tags: ['service'],
        summary: '存活检查 · Liveness',
        description: '进程能够应答。 · The process answers.',
        response: {
          200: Type.Object(
            { status: Type.Literal('alive'), version: Type.String() },
            { examples: [{ status: 'alive', version }] },
          ),
        },
      },
    },
    async () => ({ status: 'alive' as const, version }),
  );

  app.get(
    '/readyz',
    {
      config: { public: true, problems: ['unavailable'] },
      schema: {
        operationId: 'isReady',
        tags: ['service'],
        summary: '就绪检查 · Readiness',
        description:
          '数据库可用、可以接收请求；否则 503。 · The database is there and requests may come; 503 otherwise.',
        response: {
          200: Type.Object({
            status: Type.Literal('ready'),
            checks: Type.Record(Type.String(), Type.Unknown()),
          }),
        },
      },
    },
    async () => {
      const { ok, detail } = await readiness(ready);
      if (!ok) {
        throw problem('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, checks: detail });
      }
      return { status: 'ready' as const, checks: detail };
    },
  );
};
