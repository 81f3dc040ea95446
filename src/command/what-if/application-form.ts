// The form of a candidate as it stands (R62) is explained by the very guards and facts that decide.

import type pg from 'pg';
import type { Decided } from '../../../machines/application/frozen-application.ts';
import { decidedOf } from '../../../machines/application/frozen-application.ts';
import type { CandidateContext } from '../../../machines/candidate/events.ts';
import { releaseOf } from '../../../machines/catalog.ts';
import type { Measurement } from '../../../machines/kit/requirement.ts';
import { explain } from '../../../machines/kit/step.ts';
import { isSelfChecked } from '../../../machines/procedure/reading.ts';
import type { ApplicationRow } from '../../db/application/applications.ts';
import { findDossiers, listApplications } from '../../db/application/applications.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { findSubject } from '../../db/kernel/subjects.ts';
import type { Principal } from '../../rules/access/access.ts';
import { maySend, rolesAt, rolesFor } from '../../rules/access/access.ts';
import type { ApplicationForm } from '../../rules/application/applications.ts';
import { composeForm } from '../../rules/application/applications.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { procedureOf } from '../../rules/procedure/procedures.ts';
import { applicantOf } from '../application/applications.ts';
import { protect } from '../kernel/admit.ts';
import { contextOf, draftOf } from '../kernel/draft.ts';
import { loadFacts } from '../kernel/facts.ts';
import type { Cache } from '../kernel/perform.ts';
import { nouns } from '../nouns.ts';

export type ApplicationExplained = {
  revision: number;
  /** The plan the candidate is measured by. */
  plan: Plan;
  context: CandidateContext;
  state: string;
  now: string;
  applicants: readonly string[];
  mayApply: boolean;
  /** The form composed of the data; null after the application and for a candidate out of the campaign. */
  form: ApplicationForm | null;
  /** The requirements of `apply`, measured now; empty where the state does not take it. */
  requirements: readonly Measurement[];
  /** The criteria that only the applicant's attestation can meet. */
  attestations: readonly string[];
  frozen: readonly ApplicationRow[];
};

type World = { pool: pg.Pool; cache: Cache; plan: Plan; principal: Principal };

/** The application of a candidate as it stands; null when there is no such candidate. It only reads. */
export const explainApplication = (
  { pool, cache, plan, principal }: World,
  campaignId: string,
  candidateId: string,
): Promise<ApplicationExplained | null> =>
  inSnapshot(pool, async (tx) => {
    const row = await findSubject(tx, campaignId, candidateId);
    const head = await findCampaignHead(tx, campaignId);
    if (row === undefined || head === undefined) return null;
    const draft = draftOf(row, releaseOf(row));
    const context = contextOf(draft, 'candidate');
    const version = context.planVersion;
    const moved = typeof version === 'number' ? await cache.plan(tx, plan.id, version) : null;
    const by = planFor(moved ?? plan, draft.category);
    const reference = await cache.reference(tx, head);
    const guarded = protect(draft, reference.directory.byId.get(draft.organisationId));
    const frozen = await listApplications(tx, campaignId, candidateId);
    const at = head.now > draft.updatedAt ? head.now : draft.updatedAt;
    const known = {
      revision: draft.revision,
      plan: by,
      context,
      state: row.state,
      now: at,
      applicants: rolesFor(guarded, 'apply'),
      mayApply: maySend(principal, guarded, 'apply'),
      frozen,
    };
    if (context.appliedAt !== null || draft.instance.status === 'done') {
      return { ...known, form: null, requirements: [], attestations: [] };
    }
    const ask = { draft, event: { type: 'apply' }, at, isExplained: true as const };
    const place = { tx, campaignId, plan: by, reference, sources: nouns.facts };
    const [facts] = await loadFacts(place, [ask]);
    const { impossible: _, ...loaded } = facts?.() ?? {};
    const roles = rolesAt(principal, draft.path);
    const told = { ...ask.event, at, by: { principalId: principal.id, roles }, facts: loaded };
    const criteria = loaded.criteria ?? [];
    const dossier = (await findDossiers(tx, campaignId, [candidateId], []))(candidateId);
    const decided: Decided = decidedOf(context);
    const applicant = applicantOf(reference, head.name ?? by.title, draft);
    const checks = isSelfChecked(procedureOf(by, context.category));
    return {
      ...known,
      form: composeForm(by, applicant, dossier, decided, criteria),
      requirements: explain(draft.release, draft.instance, told) ?? [],
      attestations: criteria
        .filter(
          (criterion) =>
            criterion.measured === null &&
            (criterion.at === 'application' || (criterion.at === 'self-check' && !checks)),
        )
        .map(({ id }) => id),
    };
  });
