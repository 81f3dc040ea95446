// Who is about to be counted twice (R63): each person to be registered against those who stand.

import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import { lockIdentities } from '../../db/candidate/identities.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { likeness } from '../../rules/candidate/identity.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Draft } from '../kernel/draft.ts';

/** How many stand already as each of these persons; asks nothing when nobody is a person. */
export async function loadNamesakes(
  tx: Tx,
  campaignId: string,
  { policies }: Plan,
  drafts: readonly Draft[],
): Promise<(draft: Draft) => CandidateFacts['namesakes']> {
  const asked = drafts.flatMap(({ identity }) => (identity ? [identity] : []));
  const isAsked = policies.onePersonOneCategory.value && asked.length > 0;
  const standing = isAsked ? await lockIdentities(tx, campaignId, asked) : [];
  return ({ id, identity }) => {
    const others = identity ? standing.filter((one) => one.id !== id) : [];
    const like = (wanted: string): number =>
      others.filter((one) => identity && likeness(identity, one) === wanted).length;
    return { same: like('same'), alike: like('alike') };
  };
}
