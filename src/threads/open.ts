// The threads of a service.

import { createThreads, type ThreadLimits, type Threads } from './pool.ts';
import type { Works } from './works.ts';

/** The threads begin when they are needed; the server that was built with them ends them. */
export const openThreads = (limits: Partial<ThreadLimits> = {}): Threads<Works> =>
  createThreads<Works>(new URL('./worker.ts', import.meta.url), limits);
