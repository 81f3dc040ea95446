// Liveness and readiness of the process. Both answer from what is known already and ask no other
// system, so anybody may ask as often as they like.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import Type from 'typebox';
import type { App } from './app.ts';
import { problem } from './problems.ts';

export type Readiness = { ok: boolean; detail: Record<string, unknown> };

const RETRY_AFTER_SECONDS = 5;

/**
 * Nothing of the service blocks the event loop for long, so a process whose loop stood still for longer
 * than this is not alive. A supervisor that asks every ten seconds and acts on the third failure
 * forgives a single one.
 */
const LOOP_DELAY_MS_MAX = 5_000;
const LOOP_WINDOW_MS = 10_000;
const LOOP_RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

type LoopWatch = { delayMs: () => number; stop: () => void };

/** The longest stop of the event loop within the last one to two windows. */
const watchLoop = (windowMs = LOOP_WINDOW_MS): LoopWatch => {
  const delays = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  delays.enable();
  let before = 0;
  const worst = (): number => (delays.count === 0 ? 0 : delays.max / NS_PER_MS);
  const turn = setInterval(() => {
    before = worst();
    delays.reset();
  }, windowMs);
  turn.unref();
  return {
    delayMs: () => Math.round(Math.max(before, worst())),
    stop: () => {
      clearInterval(turn);
      delays.disable();
    },
  };
};

type HealthOptions = {
  ready: () => Readiness;
  version: string;
  loopDelayMsMax?: number | undefined;
};

export const addHealth = (
  app: App,
  { ready, version, loopDelayMsMax = LOOP_DELAY_MS_MAX }: HealthOptions,
): void => {
  // The watch begins when the server is ready, because compiling at the start blocks the loop.
  let loop: LoopWatch | undefined;
  app.addHook('onReady', async () => {
    loop = watchLoop();
  });
  app.addHook('onClose', async () => loop?.stop());

  app.get(
    '/livez',
    {
      config: { public: true, isUnlimited: true, problems: ['unavailable'] },
      schema: {
        operationId: 'isAlive',
        tags: ['service'],
        summary: '存活检查 · Liveness',
        description: `进程能够应答，且事件循环在最近十余秒内停顿不超过 ${loopDelayMsMax} 毫秒；否则 503，应当重启。 · The process answers, and its event loop stood still for at most ${loopDelayMsMax} ms lately; 503 otherwise: restart it.`,
        response: {
          200: Type.Object(
            {
              status: Type.Literal('alive'),
              version: Type.String(),
              loopDelayMs: Type.Integer({
                description: '近来最长的停顿 · The longest it stood still lately',
              }),
            },
            { examples: [{ status: 'alive', version, loopDelayMs: 21 }] },
          ),
        },
      },
    },
    async () => {
      const loopDelayMs = loop?.delayMs() ?? 0;
      if (loopDelayMs > loopDelayMsMax) {
        throw problem('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, loopDelayMs });
      }
      return { status: 'alive' as const, version, loopDelayMs };
    },
  );

  app.get(
    '/readyz',
    {
      config: { public: true, isUnlimited: true, problems: ['unavailable'] },
      schema: {
        operationId: 'isReady',
        tags: ['service'],
        summary: '就绪检查 · Readiness',
        description:
          '命令可以写入数据库，后台工作在推进；否则 503，checks 写明缘由。每两秒由本进程自行查明，询问不触及数据库。 · Commands can be written and the worker moves; 503 otherwise, and checks says why. Found out by the process every two seconds: asking touches no database.',
        response: {
          200: Type.Object({
            status: Type.Literal('ready'),
            checks: Type.Record(Type.String(), Type.Unknown()),
          }),
        },
      },
    },
    async () => {
      const { ok, detail } = ready();
      if (!ok) {
        throw problem('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, checks: detail });
      }
      return { status: 'ready' as const, checks: detail };
    },
  );
};
