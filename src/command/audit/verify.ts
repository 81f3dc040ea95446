// The whole of the logs looked through at once, for whoever holds the database.

import type pg from 'pg';
import { findCheckpointByRoot } from '../../db/audit/checkpoints.ts';
import type { Checkpoint } from '../../rules/audit/checkpoint.ts';
import { type Checked, checkAdministration, checkPage, NOWHERE, sum } from './chains.ts';
import { checkRoots, listLost } from './checkpoints.ts';

export type Verified = Checked & { checkpoints: number };

/** Reckons both logs and all checkpoints again; `onPage` is told how far it is. */
export async function verifyAll(
  pool: pg.Pool,
  onPage: (sofar: Checked) => void = () => undefined,
): Promise<Verified> {
  const { checkpoints, faults } = await checkRoots(pool);
  let checked = sum([{ chains: 0, events: 0, erased: 0, faults }, await checkAdministration(pool)]);
  for (let after: typeof NOWHERE | null = NOWHERE; after !== null; ) {
    const page = await checkPage(pool, after);
    checked = sum([checked, page]);
    after = page.after;
    onPage(checked);
  }
  return { ...checked, checkpoints };
}

export type Anchored =
  | { kind: 'follows'; checkpoint: Checkpoint }
  /** No checkpoint has this root: it is of another database, or the checkpoints were written anew. */
  | { kind: 'unknown' }
  /** It was one, and is not what is stored any more: roots that do not fit, or heads that are gone. */
  | { kind: 'broken'; checkpoint: Checkpoint; roots: number[]; lost: number };

/** Tells whether a root that left the house was ever a checkpoint, and what is stored still holds it. */
export async function verifyRoot(pool: pg.Pool, root: string): Promise<Anchored> {
  const checkpoint = await findCheckpointByRoot(pool, root);
  if (checkpoint === undefined) return { kind: 'unknown' };
  const { faults } = await checkRoots(pool, { until: checkpoint.number });
  const lost = await listLost(pool, checkpoint.number);
  if (faults.length === 0 && lost.length === 0) return { kind: 'follows', checkpoint };
  return {
    ...{ kind: 'broken', checkpoint, lost: lost.length },
    roots: faults.map(({ sequence }) => sequence),
  };
}
