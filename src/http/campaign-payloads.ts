// What may be told to a campaign, as it is sent. Inspections come through /v1/inspections.

import type { Static } from 'typebox';
import Type from 'typebox';
import type { CampaignEvent } from '../../machines/campaign/events.ts';
import type { Misfit } from './payload-fit.ts';
import { Id, Written } from './subject-schemas.ts';

const remark = { remark: Type.Optional(Written()) };
const reason = { reason: Written() };

export const campaignEvents = [
  Type.Object({ type: Type.Literal('issue') }),
  Type.Object({ type: Type.Literal('advance-phase'), ...remark }),
  Type.Object({ type: Type.Literal('request-override'), ...reason }),
  Type.Object({ type: Type.Literal('approve-override'), ...remark }),
  Type.Object({
    type: Type.Literal('select-by-merit'),
    category: Type.String({ minLength: 1, maxLength: 100 }),
    tieDecision: Type.Optional(
      Type.Object({
        prefer: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
        ...reason,
      }),
    ),
  }),
  Type.Object({ type: Type.Literal('conclude'), ...remark }),
  Type.Object({ type: Type.Literal('cancel'), ...reason }),
] as const;

type Sent = Static<(typeof campaignEvents)[number]>;
type Known = Exclude<CampaignEvent, { type: 'draft' | 'record-inspection' }>;

/** Does not compile while an event of the machine has no schema, or one of another shape. */
export const campaignEventsFit: [Misfit<Sent, Known>] extends [never] ? true : Misfit<Sent, Known> =
  true;
