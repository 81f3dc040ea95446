// What a resource needs to answer: reads from the pool, writes through the performer.

import type pg from 'pg';
import type { Performer } from '../../command/kernel/batches.ts';
import type { Cache } from '../../command/kernel/perform.ts';
import type { Entropy } from '../../entropy.ts';
import type { FileStore } from '../../files/store.ts';
import type { Threads } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';

export type Service = {
  pool: pg.Pool;
  performer: Performer;
  cache: Cache;
  files: FileStore;
  entropy: Entropy;
  threads: Threads<Works>;
};
