// What an inspection and an order must know: what was drawn, what townships lack, what is replaced.

import type { CampaignFacts } from '../../../machines/campaign/events.ts';
import type { RectificationFacts } from '../../../machines/inspection/events.ts';
import type { InspectionFacts } from '../../../machines/inspection/inspection.ts';
import { findDrawn } from '../../db/draw/draws.ts';
import { findCorrectable, findUnsupervised } from '../../db/inspection/inspections.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import type { Ask } from '../kernel/fact-request.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Own = InspectionFacts &
  Pick<CampaignFacts, 'supervision'> &
  Pick<RectificationFacts, 'correctable'>;
type InspectionLoaders = { [Name in keyof Own]: (ask: Ask) => Own[Name] | undefined };

/** The facts of inspections, each kind in one query; none where no draw and no record is named. */
export async function loadInspections(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  asks: readonly Ask[],
): Promise<InspectionLoaders> {
  const drawn = await loadDrawn(tx, campaignId, asks);
  const superseding = asks.filter(
    ({ draft, event }) => event.type === 'supersede-record' && draft.parentId !== null,
  );
  const superseded =
    superseding.length > 0
      ? await findCorrectable(
          tx,
          campaignId,
          superseding.map(({ draft, event }) => ({
            subjectId: draft.parentId ?? '',
            id: String(event.recordId),
          })),
        )
      : [];
  const leading = asks.find(({ draft, event }) =>
    draft.release.factsFor(event.type).includes('supervision'),
  );
  const isAsked = plan.policies.supervisionKindsRequired.value && leading !== undefined;
  const supervision = isAsked ? await findUnsupervised(tx, campaignId, leading.draft.path) : null;
  return {
    inspection: (ask) => ({
      drawRequired: plan.policies.randomInspectionByDraw.value,
      drawn: drawn.get(ask) ?? null,
      criteria: (
        plan.categories.find(({ code }) => code === ask.draft.category)?.criteria ?? []
      ).map(({ id }) => id),
    }),
    supervision: () => supervision,
    correctable: ({ draft, event }) => {
      const found = superseded.find(
        ({ subjectId, id }) => subjectId === draft.parentId && id === event.recordId,
      );
      return found === undefined ? null : { kind: found.kind, isSuperseded: found.isSuperseded };
    },
  };
}

type Drawn = NonNullable<InspectionFacts['inspection']['drawn']>;

async function loadDrawn(
  tx: Tx,
  campaignId: string,
  asks: readonly Ask[],
): Promise<Map<Ask, Drawn>> {
  const random = asks.filter(
    ({ event }) =>
      event.type === 'record-inspection' &&
      event.kind === 'RANDOM' &&
      UUID.test(String(event.drawId)),
  );
  if (random.length === 0) return new Map();
  const rows = await findDrawn(
    tx,
    campaignId,
    random.map(({ draft, event }) => ({
      drawId: String(event.drawId),
      candidateId: draft.release.name === 'candidate' ? draft.id : null,
      siteId: draft.release.name === 'campaign' ? String(event.siteId) : draft.siteId,
    })),
  );
  return new Map(
    rows.flatMap(({ index, unitId, inspectors }) => {
      const ask = random[index];
      const names = inspectors.map(({ name }) => name);
      return ask === undefined ? [] : [[ask, { unitId, inspectors: names }] as const];
    }),
  );
}
