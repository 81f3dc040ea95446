// Files that nobody ever referred to go after some days: a bounded number at a time, each logged.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Performer } from '../command/batches.ts';
import { deleteOrphan, listOrphans, lockContent } from '../db/files.ts';
import type { FileStore } from '../files/store.ts';

const SWEPT_MAX = 200;

/** Deletes the orphans there are; answers how many. Content that others share stays. */
export async function sweepOrphans(
  pool: pg.Pool,
  performer: Performer,
  files: FileStore,
  days: number,
  log: Logger,
): Promise<number> {
  let gone = 0;
  for (const orphan of await listOrphans(pool, days, SWEPT_MAX)) {
    await performer.administer(async (tx) => {
      await lockContent(tx, orphan.sha256);
      const sharing = await deleteOrphan(tx, orphan);
      if (sharing === undefined) return;
      // First the content: should this not be committed, the row is found and swept again.
      if (sharing === 1) await files.delete(orphan.sha256);
      gone += 1;
      log.info({ file: orphan.id, campaign: orphan.campaignId }, 'an orphan file was deleted');
    });
  }
  return gone;
}
