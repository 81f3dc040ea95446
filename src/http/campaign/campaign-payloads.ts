// Schemas of the events that may be sent to a campaign. Inspections come through /v1/inspections.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { CampaignEvent } from '../../../machines/campaign/events.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Day, Id, OrganisationId, Written } from '../kernel/subject-schemas.ts';

const remark = { remark: Type.Optional(Written()) };
const reason = { reason: Written() };
const category = { category: Type.String({ minLength: 1, maxLength: 100 }) };
const SiteId = Type.String({ minLength: 1, maxLength: 64 });

export const campaignEvents = [
  Type.Object({ type: Type.Literal('advance-phase'), ...remark }),
  Type.Object({ type: Type.Literal('request-override'), ...reason }),
  Type.Object({ type: Type.Literal('approve-override'), ...remark }),
  Type.Object({ type: Type.Literal('rank-candidates'), ...category }),
  Type.Object({
    type: Type.Literal('propose-tie-decision'),
    ...category,
    prefer: Type.Array(Id, { maxItems: 1000, uniqueItems: true }),
    ...reason,
  }),
  Type.Object({ type: Type.Literal('confirm-tie-decision'), ...category }),
  Type.Object({ type: Type.Literal('select-by-merit'), ...category }),
  Type.Object({ type: Type.Literal('move-up'), ...category, ...reason }),
  Type.Object({ type: Type.Literal('release-reserves'), ...category, ...reason }),
  Type.Object({
    type: Type.Literal('record-veto'),
    organisationId: OrganisationId,
    personName: Type.Optional(Written(100)),
    occurredOn: Day,
    ...reason,
  }),
  Type.Object({
    type: Type.Literal('amend-roster'),
    add: Type.Array(SiteId, { maxItems: 1000, uniqueItems: true }),
    remove: Type.Array(SiteId, { maxItems: 1000, uniqueItems: true }),
    ...reason,
  }),
  Type.Object({
    type: Type.Literal('declare-conflict'),
    principalId: Id,
    organisationId: OrganisationId,
    ...reason,
  }),
  Type.Object({
    type: Type.Literal('withdraw-conflict'),
    principalId: Id,
    organisationId: OrganisationId,
    ...reason,
  }),
  Type.Object({ type: Type.Literal('conclude'), ...remark }),
  Type.Object({ type: Type.Literal('cancel'), ...reason }),
] as const;

type Sent = Static<(typeof campaignEvents)[number]>;
type Known = Exclude<
  CampaignEvent,
  {
    type:
      | 'draft'
      | 'document-issued'
      | 'document-abandoned'
      | 'adopt-policy'
      | 'record-inspection'
      | 'end-conformance'
      | 'hand-over';
  }
>;

export const campaignEventsFit: Fit<Sent, Known> = true;
