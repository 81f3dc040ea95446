// Time that moves only when the seed moves it: every wait for a timeout waits here. It stands in for the
// process's timers, of this process only; the database and the sockets are real.

import { AsyncLocalStorage } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import promised from 'node:timers/promises';
import type { Replica } from './replica.ts';

/** The replica in whose name the present code runs; none for the simulation itself. */
export const running = new AsyncLocalStorage<Replica>();

type Sleeper = { id: number; dueMs: number; of: Replica; wake: () => void };

const sleepers = new Map<number, Sleeper>();
let nowMs = 0;
let made = 0;

/** The process's own timers, for the simulation itself. */
export const real = {
  setTimeout: globalThis.setTimeout,
  nowMs: performance.now.bind(performance),
  immediate: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)),
};

class Handle {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return true;
  }
  refresh(): this {
    return this;
  }
  [Symbol.dispose](): void {
    sleepers.delete(this.id);
  }
}

function fallAsleep(ms: number, of: Replica, wake: () => void): Handle {
  made += 1;
  sleepers.set(made, { id: made, dueMs: nowMs + Math.max(ms, 0), of, wake });
  return new Handle(made);
}

/** From here on the timers of replicas are virtual; code that runs for no replica keeps the real ones. */
export function installVirtualTime(): void {
  const { clearTimeout, setInterval, clearInterval } = globalThis;
  const { setTimeout: sleep } = promised;
  const clear = (original: (handle: never) => void) => (handle: unknown) => {
    if (handle instanceof Handle) sleepers.delete(handle.id);
    else original(handle as never);
  };
  Object.assign(globalThis, {
    setTimeout: (work: (...told: unknown[]) => void, ms = 0, ...told: unknown[]) => {
      const of = running.getStore();
      if (of === undefined) return real.setTimeout(work, ms, ...told);
      return fallAsleep(ms, of, () => running.run(of, () => work(...told)));
    },
    clearTimeout: clear(clearTimeout as never),
    // Timers that repeat are never due, because the seed decides what is lost, not a watch.
    setInterval: (work: () => void, ms?: number) =>
      running.getStore() === undefined ? setInterval(work, ms) : new Handle(0),
    clearInterval: clear(clearInterval as never),
  });
  promised.setTimeout = (<Value>(ms?: number, value?: Value, options?: object) => {
    const of = running.getStore();
    if (of === undefined) return sleep(ms, value, options);
    return new Promise<Value>((resolve) => {
      fallAsleep(ms ?? 0, of, () => resolve(value as Value));
    });
  }) as typeof promised.setTimeout;
  syncBuiltinESMExports();
  const system = performance.now.bind(performance);
  performance.now = () => (running.getStore() === undefined ? system() : nowMs);
}

/** Every run begins at the same instant, with nothing asleep. */
export function beginTime(): void {
  sleepers.clear();
  nowMs = 0;
  made = 0;
}

/** The sleepers, the earliest first. */
export const asleep = (): readonly Sleeper[] =>
  [...sleepers.values()].sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);

/** Lets time pass until this sleeper is due, and wakes it. */
export function wake(sleeper: Sleeper): void {
  nowMs = Math.max(nowMs, sleeper.dueMs);
  sleepers.delete(sleeper.id);
  sleeper.wake();
}

/** Forgets the sleepers of a replica that is gone. */
export function forget(replica: Replica): void {
  for (const [id, { of }] of sleepers) if (of === replica) sleepers.delete(id);
}
