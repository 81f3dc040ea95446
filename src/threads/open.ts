// The threads of a service.

import { createThreads, type ThreadLimits, type Threads } from './pool.ts';
import type { Works } from './works.ts';

/** Begun when they are needed; ended by the server that was built with them. */
export const openThreads = (limits: Partial<ThreadLimits> = {}): Threads<Works> =>
  createThreads<Works>(new URL('./worker.ts', import.meta.url), limits);
