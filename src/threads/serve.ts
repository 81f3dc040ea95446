// The other side of a thread: one work at a time, answered with its value or its error.

import { parentPort } from 'node:worker_threads';
import type { Answer, WorkTable } from './pool.ts';

/** Makes this module's thread serve these works; called once, by the entry of a pool. */
export function serve(works: WorkTable): void {
  const answer = (said: Answer) => parentPort?.postMessage(said);
  parentPort?.on('message', async ({ name, args }: { name: string; args: never[] }) => {
    try {
      const work = works[name];
      if (work === undefined) throw new Error(`no work is called ${name}`);
      answer({ value: await work(...args) });
    } catch (error) {
      answer({ error });
    }
  });
  answer('ready');
}
