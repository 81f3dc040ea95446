// One process of the service, as far as the simulation goes: pools, a performer and the worker's lanes
// of their own. When it dies its code stays in this process, but reaches nothing any more.

import type pg from 'pg';
import { pino } from 'pino';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { opening } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { CONNECTIONS_MIN, type Logins, openConnections } from '../../src/db/kernel/connections.ts';
import { startWorker } from '../../src/workers/worker.ts';
import { seededEntropy } from './entropy.ts';
import { connectionsOf, cut } from './gate.ts';
import { vault } from './vault.ts';
import { forget, running } from './virtual-time.ts';

export type Replica = {
  /** 0 or 1; the successor of a dead replica has its number. */
  number: number;
  isGone: boolean;
  /** Connections it has made. */
  connections: number;
  performer: Performer;
  /** The complaints of its code: lines of its log at warn and above. */
  complaints: string[];
  /** Called when a burst that ends at a point was answered. */
  saw: (point: string, burst: readonly { name: string; values: readonly unknown[] }[]) => void;
};

/** Starts a replica; `life` counts the replicas of this number that lived before. */
export function startReplica(
  logins: Logins,
  seed: number,
  number: number,
  life: number,
  saw: Replica['saw'],
): Replica {
  const complaints: string[] = [];
  const replica = { number, isGone: false, connections: 0, complaints, saw } as unknown as Replica;
  running.run(replica, () => {
    const { facts, pipes, administration } = openConnections(logins, {
      max: CONNECTIONS_MIN,
    });
    for (const each of [facts, pipes, administration]) withoutClocks(each);
    const entropy = seededEntropy(seed, 1 + number + 2 * life);
    replica.performer = createPerformer(
      opening(nouns, vault.open),
      pipes,
      createReferenceCache(),
      entropy,
      administration,
    );
    const log = pino({ level: 'warn' }, { write: (line: string) => void complaints.push(line) });
    startWorker({
      pool: facts,
      performer: replica.performer,
      log,
      retention: { accessLogMonths: 24, personalMonths: 24 },
    });
  });
  return replica;
}

// The server's limits count real milliseconds, in which a replica that stands at a point does nothing.
function withoutClocks(pool: pg.Pool): void {
  pool.options.idleTimeoutMillis = 0;
  Object.assign(pool.options, {
    statement_timeout: 0,
    lock_timeout: 0,
    query_timeout: 0,
    idle_in_transaction_session_timeout: 0,
  });
}

/** Ends a replica as SIGKILL does. Gives the backends that the server still has to clear away. */
export function kill(replica: Replica): pg.Client[] {
  replica.isGone = true;
  forget(replica);
  const clients = connectionsOf(replica);
  for (const client of clients) cut(client);
  return clients;
}
