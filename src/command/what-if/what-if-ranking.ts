// The "what if" of a merit selection ranks the candidates as they stand under the plan's rule and under
// another one, in a transaction that can write nothing.

import type pg from 'pg';
import type { TieTask } from '../../../machines/campaign/events.ts';
import type { Ranking, RankingInput } from '../../../machines/selection/ranking.ts';
import { rank } from '../../../machines/selection/ranking.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { findSubject } from '../../db/kernel/subjects.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Hypothesis } from '../../rules/selection/ranking.ts';
import { suppose } from '../../rules/selection/ranking.ts';
import type { Cache } from '../kernel/perform.ts';
import { loadRanking, loadStanding } from '../selection/selection-facts.ts';

type Supposed = { actual: Ranking; supposed: Ranking; rule: RankingInput['rule'] };

/**
 * The ranking of a category now and under a hypothesis; after its selection, the ranking it was selected by.
 * Null when there is no such campaign. It only reads.
 */
export const supposeRanking = (
  pool: pg.Pool,
  cache: Cache,
  plan: Plan,
  { campaignId, category }: { campaignId: string; category: string },
  hypothesis: Hypothesis,
): Promise<Supposed | null> =>
  inSnapshot(pool, async (tx) => {
    const head = await findCampaignHead(tx, campaignId);
    const campaign = await findSubject(tx, campaignId, campaignId);
    if (head === undefined || campaign === undefined) return null;
    const reference = await cache.reference(tx, head);
    const standing = await loadStanding({ tx, campaignId, plan }, category);
    const now = { category, at: head.now };
    const ties = campaign.context.ties as { [category: string]: TieTask };
    const input: RankingInput = standing?.input ?? {
      category,
      ...(await loadRanking({ tx, campaignId, plan, reference }, now)),
      decision: decided(ties[category]),
      held: [],
    };
    const other = suppose(input, hypothesis);
    return { actual: rank(input), supposed: rank(other), rule: other.rule };
  });

function decided(task: TieTask | undefined): RankingInput['decision'] {
  const { tied, prefer, reason, proposedBy, confirmedBy } = task ?? {};
  if (!tied || !prefer || reason == null || proposedBy == null || confirmedBy == null) return null;
  return { tied, prefer, reason, proposedBy, confirmedBy };
}
