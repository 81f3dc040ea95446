// Written applications (R62) are frozen with their hash when they are handed in.

import { hash } from 'node:crypto';
import type { KeepApplication } from '../../../machines/application/frozen-application.ts';
import type { Applicant, ApplicationBody } from '../../rules/application/applications.ts';
import { composeApplication } from '../../rules/application/applications.ts';
import { canonicalJson } from '../../rules/plan/canonical-json.ts';
import type { Handlers, Scene } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import type { Reference } from '../kernel/reference.ts';

/** The applicant as the form names them. */
export const applicantOf = (
  { directory }: Reference,
  campaignName: string,
  draft: Draft,
): Applicant => ({
  campaignId: draft.campaignId,
  campaignName,
  candidateId: draft.id,
  category: draft.category ?? '',
  name: draft.name,
  personName: draft.personName,
  organisationId: draft.organisationId,
  organisation: directory.byId.get(draft.organisationId)?.name ?? draft.organisationId,
  siteId: draft.siteId,
});

/** SHA-256 of the canonical JSON (keys sorted, no spaces) of the body. */
export const applicationHash = (body: ApplicationBody): string =>
  hash('sha256', canonicalJson(body), 'hex');

/** Freezes an application with its hash, in the transaction of its event. */
function keepApplication(scene: Scene, draft: Draft, kept: KeepApplication, at: string): void {
  const { plan, reference, campaignName, held, writes, by } = scene;
  const dossiers = held.dossiers;
  if (dossiers === undefined) throw new Error('dossiers are not held');
  const applicant = applicantOf(reference, campaignName, draft);
  const body = composeApplication(plan, applicant, dossiers(draft.id), kept, {
    at,
    by: { principalId: by.principalId, roles: by.roles },
  });
  writes.applications.push({
    candidate_id: draft.id,
    number: kept.number,
    stage: kept.stage,
    body,
    sha256: applicationHash(body),
    corrected: body.corrected,
    submitted_at: at,
    submitted_by: by.principalId,
  });
}

export const applicationHandlers: Handlers<'keep-application'> = {
  'keep-application': keepApplication,
};
