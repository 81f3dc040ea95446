// The actions of a principal on a subject now are explained by the very guards and facts that decide.

import type pg from 'pg';
import { releaseOf } from '../../../machines/catalog.ts';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { refuses } from '../../../machines/kit/requirement.ts';
import { accepts, explain } from '../../../machines/kit/step.ts';
import type { CampaignHead } from '../../db/kernel/campaign-heads.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { findSubject } from '../../db/kernel/subjects.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { listDutyUnits } from '../../db/record/duties.ts';
import { maySend, rolesAt, rolesFor } from '../../rules/access/access.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Reader } from '../../rules/record/duties.ts';
import { duesToldTo } from '../../rules/record/duties.ts';
import { protect, unitEnded } from '../kernel/admit.ts';
import { versionOf } from '../kernel/decide.ts';
import type { Draft } from '../kernel/draft.ts';
import { draftOf } from '../kernel/draft.ts';
import { loadFacts } from '../kernel/facts.ts';
import type { Cache } from '../kernel/perform.ts';
import { nouns } from '../nouns.ts';

type Action = {
  type: string;
  /** True when this principal may send it and no requirement that is known already stands in the way. */
  permitted: boolean;
  mayYou: boolean;
  roles: string[];
  requirements: Measurement[];
  unmet: Measurement[];
};

// Guards look into these fields before they measure, and an event that was not sent has none of its own.
const UNSAID = { triggers: [], findings: [] } as const;

/**
 * Every event the subject's state knows, measured for this reader without sending it. Null when there is no
 * such subject. It only reads; an event that is sent later is decided by the facts of that time.
 */
export const explainActions = (
  pool: pg.Pool,
  cache: Cache,
  plan: Plan,
  reader: Reader,
  { campaignId, subjectId }: { campaignId: string; subjectId: string },
): Promise<{ revision: number; plan: Plan; actions: Action[] } | null> =>
  inSnapshot(pool, async (tx) => {
    const row = await findSubject(tx, campaignId, subjectId);
    const head = await findCampaignHead(tx, campaignId);
    if (row === undefined || head === undefined) return null;
    const above =
      row.parent_id === null ? undefined : await findSubject(tx, campaignId, row.parent_id);
    const draft = draftOf(row, releaseOf(row));
    const parent = above && draftOf(above, releaseOf(above));
    const version = versionOf(nouns, head, parent ?? draft);
    const moved = version === null ? null : await cache.plan(tx, plan.id, version);
    const by = planFor(moved ?? plan, draft.category);
    const actions = await measureActions(tx, cache, reader, {
      head,
      plan: by,
      draft,
      parent,
    });
    return { revision: draft.revision, plan: by, actions };
  });

type Situation = { head: CampaignHead; plan: Plan; draft: Draft; parent: Draft | undefined };

async function measureActions(
  tx: Tx,
  cache: Cache,
  reader: Reader,
  { head, plan, draft, parent }: Situation,
): Promise<Action[]> {
  const { principal } = reader;
  const reference = await cache.reference(tx, head);
  const guarded = protect(draft, reference.directory.byId.get(draft.organisationId));
  const at = head.now > draft.updatedAt ? head.now : draft.updatedAt;
  const by = { principalId: principal.id, roles: rolesAt(principal, draft.path) };
  // An event that only the service itself tells is no choice of a person.
  const choices = accepts(draft.release, draft.instance).filter((type) =>
    rolesFor(guarded, type).some((role) => role !== 'system'),
  );
  const asks = choices.map((type) => ({
    draft,
    parent,
    event: { ...UNSAID, type },
    at,
    principal,
    isExplained: true as const,
  }));
  const place = { tx, campaignId: draft.campaignId, plan, reference, sources: nouns.facts };
  const known = await loadFacts(place, asks);
  const told =
    draft.release.name === 'campaign'
      ? duesToldTo(reader, draft.campaignId, await listDutyUnits(tx, draft.path))
      : (measured: Measurement[]) => measured;
  const isBarred = (type: string): boolean =>
    unitEnded(draft, type, nouns.machines[draft.release.name], reference) !== null;
  return asks.map(({ event }, index) => {
    // A date that was not given yet makes its deadline impossible, but not the explanation.
    const { impossible: _, ...facts } = known[index]?.() ?? {};
    const asked = { ...event, at, by, facts };
    const requirements = explain(draft.release, draft.instance, asked) ?? [];
    const mayYou = maySend(principal, guarded, event.type);
    const isUnmet = (one: Measurement) => refuses(one) && !one.asksInput;
    // A sender of the event would learn all measurements from its refusal, so they are shown.
    const shown = mayYou ? requirements : told(requirements);
    return {
      type: event.type,
      permitted: mayYou && !requirements.some(isUnmet) && !isBarred(event.type),
      mayYou,
      roles: rolesFor(guarded, event.type),
      requirements: shown,
      unmet: shown.filter(isUnmet),
    };
  });
}
