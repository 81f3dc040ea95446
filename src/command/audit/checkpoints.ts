// Checkpoints are taken while the service works, and held to what they name when the logs are verified.

import type pg from 'pg';
import {
  findLastCheckpoint,
  insertCheckpoint,
  listChangedHeads,
  listCheckpointHeads,
  listCheckpoints,
  listLostHeads,
  lockCheckpoints,
} from '../../db/audit/checkpoints.ts';
import type { ChainHead, Checkpoint } from '../../rules/audit/checkpoint.ts';
import { ADMINISTRATION, partsOf, ROOT_START, rootOf } from '../../rules/audit/checkpoint.ts';
import type { AuditFault } from '../../rules/audit/faults.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Performer } from '../kernel/batches.ts';
import { sha256 } from '../kernel/chain.ts';

/** So many checkpoints are read at a time. */
const CHECKPOINTS_AT_ONCE = 100;

/** Takes a checkpoint of what changed since the last one; null when nothing did, or another process does it. */
export const takeCheckpoint = (performer: Performer): Promise<Checkpoint | null> =>
  performer.administer(async (tx) => {
    if (!(await lockCheckpoints(tx))) return null;
    const last = await findLastCheckpoint(tx);
    const heads = await listChangedHeads(tx);
    const [first] = heads;
    if (first === undefined) return null;
    const { at, seen } = first;
    const taken = {
      number: (last?.number ?? 0) + 1,
      at,
      chains: (last?.chains ?? 0) + heads.filter(({ known }) => known === 0).length,
      events: heads.reduce((sum, head) => sum + head.sequence - head.known, last?.events ?? 0),
      previous: last?.root ?? ROOT_START,
    };
    const parts = partsOf(sha256, heads);
    const checkpoint = { ...taken, root: rootOf(sha256, taken, parts) };
    await insertCheckpoint(tx, checkpoint, { seen, parts, heads });
    return checkpoint;
  });

const faultOf = (kind: 'checkpoint', number: number, at: string, detail: string): AuditFault => ({
  ...{ kind, campaignId: ADMINISTRATION, subjectId: ADMINISTRATION, path: null },
  ...{ sequence: number, until: number, at, detail },
});

type Range = { after?: number; until?: number; alive?: () => void };

/**
 * Reckons the roots of the checkpoints after one number and up to another again, from the heads they name.
 * What is found of a checkpoint names its number.
 */
export async function checkRoots(
  pool: pg.Pool,
  { after = 0, until = Number.MAX_SAFE_INTEGER, alive = () => undefined }: Range = {},
): Promise<{ checkpoints: number; faults: AuditFault[] }> {
  const faults: AuditFault[] = [];
  const [before] = after === 0 ? [] : await listCheckpoints(pool, after - 1, 1);
  let previous = before?.root ?? ROOT_START;
  let number = after;
  for (;;) {
    const page = await listCheckpoints(pool, number, CHECKPOINTS_AT_ONCE);
    for (const checkpoint of page.filter((each) => each.number <= until)) {
      const heads = await listCheckpointHeads(pool, checkpoint.number);
      const detail = differenceOf(checkpoint, { previous, number: number + 1 }, heads);
      if (detail !== null) {
        faults.push(faultOf('checkpoint', checkpoint.number, checkpoint.at, detail));
      }
      previous = checkpoint.root;
      number = checkpoint.number;
      alive();
    }
    if (page.length < CHECKPOINTS_AT_ONCE || number >= until) {
      return { checkpoints: number - after, faults };
    }
  }
}

/** The name of what does not fit; null when all does. */
function differenceOf(
  checkpoint: Checkpoint & { parts: ReturnType<typeof partsOf> },
  expected: { previous: string; number: number },
  heads: readonly ChainHead[],
): string | null {
  if (checkpoint.number !== expected.number) return 'number';
  if (checkpoint.previous !== expected.previous) return 'previous';
  const parts = partsOf(sha256, heads);
  if (canonicalJson(parts) !== canonicalJson(checkpoint.parts)) return 'heads';
  return rootOf(sha256, checkpoint, parts) === checkpoint.root ? null : 'root';
}

/** The heads that any checkpoint up to this number names and no stored event has. */
export async function listLost(pool: pg.Pool, until: number): Promise<ChainHead[]> {
  const lost: ChainHead[] = [];
  for (let number = 1; number <= until; number += 1) {
    lost.push(...(await listLostHeads(pool, number)));
  }
  return lost;
}
