// Review panels as they are read, and their findings about a candidate.

import type { Reading } from '../../rules/access/recusal.ts';
import type { ChildFilter } from '../candidate/children.ts';
import { findChild, isListed, selectChildren } from '../candidate/children.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const PANELS = statement(
  'find-panels',
  `
    select p.parent_id as "candidateId", p.state, p.context ->> 'stage' as stage,
           (p.context ->> 'round')::int as round, p.context ->> 'verdict' as verdict
      from subject p
     where p.campaign_id = $1 and p.parent_id = any ($2::uuid[]) and p.machine = 'review-panel'
     order by p.created_at, p.id`,
);

type PanelRow = {
  candidateId: string;
  state: string;
  stage: string;
  round: number;
  verdict: string | null;
};

/** The panels of these candidates; they change only under the candidate's lock. */
export const findPanels = (
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<PanelRow[]> => run<PanelRow>(tx, PANELS, [campaignId, candidateIds]);

export type ReviewPanelRow = Awaited<ReturnType<typeof findReviewPanel>> & object;

/** One panel; undefined when there is none of this id. */
export const findReviewPanel = (db: Reads, campaignId: string, id: string) =>
  findChild(db, 'review-panel', campaignId, id);

/** Panels that the reader may read, the newest first. */
export const listReviewPanels = (
  db: Reads,
  filter: ChildFilter & Reading & { limit: number },
): Promise<ReviewPanelRow[]> =>
  selectChildren(db, 'review-panel').where(isListed(filter)).limit(filter.limit).execute();
