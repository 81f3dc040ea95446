// What lies below a unit that has moved follows it in chunks: a restart goes on where the last process stopped, because
// a path is either the old one or the new.

import type pg from 'pg';
import { findNextMove, finishMove, lockMove, updatePaths } from '../../db/county/place-moves.ts';
import { forgetPlaces } from '../../db/kernel/places.ts';
import type { Performer } from '../kernel/batches.ts';

/** So many rows are rewritten in a transaction, so that no command waits long for one of them. */
const CHUNK_ROWS = 500;

/**
 * Takes the oldest move one chunk further; true while there is more to do, null while what began before the move has
 * yet to end.
 */
export async function moveRound(
  pool: pg.Pool,
  performer: Performer,
  rowsMax = CHUNK_ROWS,
): Promise<boolean | null> {
  const next = await findNextMove(pool);
  if (next === undefined) return false;
  const more = await performer.administer(async (tx) => {
    const move = await lockMove(tx, next.id);
    if (move === undefined) return true;
    if ((await updatePaths(tx, move, rowsMax)) > 0) return true;
    if (!move.isSeenByAll) return null;
    await finishMove(tx, move);
    return true;
  });
  forgetPlaces();
  return more;
}
