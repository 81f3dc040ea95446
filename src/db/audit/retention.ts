// What is personal beside the logs, and when it is forgotten. The logs, results and counts stay whole.

import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

/** True of what belongs to a campaign that ended so long ago. */
const ENDED = (campaign: string): string => `
  exists (select from subject c
           where c.campaign_id = ${campaign} and c.id = ${campaign} and c.status = 'done'
             and c.updated_at < now_instant() - make_interval(months => $1))`;

// Objectors go by their own objection: it is answered, and nobody has to reach them any more.
const OUTDATED = [
  statement(
    'delete-outdated-objectors',
    `
      delete from objector where ctid = any (array(
        select o.ctid from objector o
          join subject s on s.campaign_id = o.campaign_id and s.id = o.id
         where s.status = 'done' and s.updated_at < now_instant() - make_interval(months => $1)
         limit $2)) returning 1`,
  ),
  statement(
    'forget-outdated-years',
    `
      update candidate set birth_year = null where ctid = any (array(
        select k.ctid from candidate k
         where k.birth_year is not null and ${ENDED('k.campaign_id')} limit $2)) returning 1`,
  ),
  statement(
    'forget-outdated-voters',
    `
      update ballot_roll set name = '' where ctid = any (array(
        select b.ctid from ballot_roll b
         where b.name <> '' and ${ENDED('b.campaign_id')} limit $2)) returning 1`,
  ),
];

/** What is forgotten in turn, each as often as there is more of it. */
export const FORGETTING = OUTDATED.map(
  (forget) =>
    async (tx: Tx, months: number, rowsMax: number): Promise<number> =>
      (await run(tx, forget, [months, rowsMax])).length,
);

const OF_SUBJECT = [
  statement('forget-objector', 'delete from objector where campaign_id = $1 and id = $2'),
  statement(
    'forget-birth-year',
    'update candidate set birth_year = null where campaign_id = $1 and id = $2',
  ),
  statement(
    'forget-voters',
    "update ballot_roll set name = '' where campaign_id = $1 and round_id = $2",
  ),
];

/** Forgets at once what is personal of this objection, candidate or round beside its log. */
export async function forgetPersonal(tx: Tx, campaignId: string, id: string): Promise<void> {
  for (const forget of OF_SUBJECT) await run(tx, forget, [campaignId, id]);
}
