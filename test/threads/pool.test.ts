import { afterEach, expect, test } from 'vitest';
import type { ThreadLimits, Threads } from '../../src/threads/pool.ts';
import { createThreads, ThreadsBusy, WorkStopped } from '../../src/threads/pool.ts';
import type { hostileWorks } from './hostile-works.ts';

type Works = typeof hostileWorks;
let threads: Threads<Works>;
const open = (limits: Partial<ThreadLimits> = {}): Threads<Works> => {
  threads = createThreads<Works>(new URL('./hostile-works.ts', import.meta.url), limits);
  return threads;
};
afterEach(() => threads.close());

test('a work is answered with its value, or with what it threw', async () => {
  const { run } = open();
  expect(await run('a', 'add', 2, 3)).toBe(5);
  await expect(run('a', 'fail')).rejects.toThrow(new RangeError('it cannot be done'));
  await expect(run('a', 'unclonable')).rejects.toThrow(/could not be cloned/);
  expect(await run('a', 'add', 1, 1)).toBe(2);
});

test('F6: a work over its deadline is stopped, and the next ones are done in another thread', async () => {
  const { run } = open({ threads: 1, deadlineMs: 1_500 });
  const after = [run('b', 'add', 1, 2), run('c', 'add', 3, 4)];
  await expect(run('a', 'loop')).rejects.toThrow(new WorkStopped('time'));
  expect(await Promise.all(after)).toEqual([3, 7]);
  await expect(run('a', 'loop')).rejects.toMatchObject({ over: 'time' });
  expect(await run('a', 'add', 5, 6)).toBe(11);
});

test('F6: a work over its memory is stopped, the process lives, and the next one is done', async () => {
  const { run } = open({ threads: 1, heapMbMax: 32 });
  await expect(run('a', 'devour')).rejects.toMatchObject({ name: 'WorkStopped', over: 'memory' });
  expect(await run('a', 'add', 1, 2)).toBe(3);
});

test('a thread that ends itself fails its work only', async () => {
  const { run } = open({ threads: 1 });
  await expect(run('a', 'exit')).rejects.toThrow('the thread is gone');
  expect(await run('a', 'add', 1, 2)).toBe(3);
});

test('the queue is bounded, for all and for each, and nobody waits in it for ever', async () => {
  const { run } = open({ threads: 1, queueMax: 2, queueOfOwnerMax: 1, waitMsMax: 500 });
  const running = run('a', 'rest', 2_000);
  const waiting = run('b', 'add', 1, 2);
  await expect(run('b', 'add', 1, 2)).rejects.toThrow(ThreadsBusy);
  const other = run('c', 'add', 1, 2);
  await expect(run('d', 'add', 1, 2)).rejects.toThrow(ThreadsBusy);
  await expect(waiting).rejects.toThrow('no thread was free in time');
  await expect(other).rejects.toThrow(ThreadsBusy);
  expect(await running).toBe(2_000);
});

test('one person’s works go one at a time, and keep nobody else from a thread', async () => {
  const { run } = open({ threads: 2 });
  const done: string[] = [];
  const own = [1, 2, 3].map(async (ms) => done.push(`a${await run('a', 'rest', 600 + ms)}`));
  const other = run('b', 'rest', 10).then(() => done.push('b'));
  await Promise.all([...own, other]);
  expect(done).toEqual(['b', 'a601', 'a602', 'a603']);
});

test('closing rejects what waits and what runs', async () => {
  const { run, close } = open({ threads: 1 });
  const under = run('a', 'loop');
  const waits = run('b', 'add', 1, 2);
  const refused = Promise.all([
    expect(under).rejects.toThrow(ThreadsBusy),
    expect(waits).rejects.toThrow(ThreadsBusy),
  ]);
  await close();
  await refused;
  await expect(run('a', 'add', 1, 2)).rejects.toThrow(ThreadsBusy);
});
