// Files that nobody ever referred to are deleted after some days: a bounded number at a time, each logged.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Performer } from '../command/kernel/batches.ts';
import type { Failed, Faults, SetAside } from '../command/kernel/incidents.ts';
import { retryIncidents, setAside } from '../command/kernel/incidents.ts';
import type { Orphan } from '../db/file/files.ts';
import { deleteOrphan, findContent, listOrphans, lockContent } from '../db/file/files.ts';
import type { FileStore } from '../files/store.ts';

const SWEPT_MAX = 200;

type Sweeping = { performer: Performer; files: FileStore; log: Logger };

/**
 * Deletes the orphans there are, some at a time; answers how many. Content that others share stays. A file
 * that cannot be deleted is set aside; a passing fault is thrown.
 */
export async function sweepOrphans(
  pool: pg.Pool,
  performer: Performer,
  files: FileStore,
  days: number,
  log: Logger,
): Promise<{ gone: number; failed: SetAside[] }> {
  const orphans = await listOrphans(pool, days, SWEPT_MAX);
  const failures: Failed[] = [];
  let gone = 0;
  for (const orphan of orphans) {
    try {
      if (await sweep({ performer, files, log }, orphan)) gone += 1;
    } catch (error) {
      const { campaignId, id: item } = orphan;
      failures.push({ campaignId, subjectId: null, operationId: null, item, error });
    }
  }
  const { failed, passing } = await setAside(performer, 'sweeping', failures);
  if (passing !== null) throw passing;
  return { gone, failed };
}

/** Tries the files again that failed before and have waited long enough. */
export const retryOrphans = (
  pool: pg.Pool,
  performer: Performer,
  files: FileStore,
  log: Logger,
): Promise<Faults> =>
  retryIncidents(pool, performer, 'sweeping', async ({ campaignId, item }) => {
    const orphan = campaignId === null ? undefined : await findContent(pool, campaignId, item);
    if (orphan !== undefined) await sweep({ performer, files, log }, orphan);
  });

const sweep = ({ performer, files, log }: Sweeping, orphan: Orphan): Promise<boolean> =>
  performer.administer(async (tx) => {
    await lockContent(tx, orphan.sha256);
    const sharing = await deleteOrphan(tx, orphan);
    if (sharing === undefined) return false;
    // The content goes first: when this is not committed, the row is found and swept again.
    if (sharing === 1) await files.delete(orphan.sha256);
    log.info({ file: orphan.id, campaign: orphan.campaignId }, 'an orphan file was deleted');
    return true;
  });
