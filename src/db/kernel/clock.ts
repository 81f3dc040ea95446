// The service's time is that of the database's clock, or of the virtual one where it is set.

import { run, statement } from './transaction.ts';

const NOW = statement('read-now', 'select now_instant() as now');

/** The service's present as RFC 3339 text. */
export async function findNow(db: Parameters<typeof run>[0]): Promise<string> {
  const [row] = await run<{ now: string }>(db, NOW, []);
  if (row === undefined) throw new Error('there is no present');
  return row.now;
}
