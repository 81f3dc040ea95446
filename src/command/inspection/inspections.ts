// The facts of an inspection and of an order: the drawn units, the lacks of townships, the replaced record.

import type { GateName } from '../../../machines/campaign/gates.ts';
import type { InspectionFacts } from '../../../machines/inspection/inspection.ts';
import { countOpenRectifications } from '../../db/candidate/candidate-facts.ts';
import { findDrawn } from '../../db/draw/draws.ts';
import {
  findCorrectable,
  findInspectors,
  findUnsupervised,
} from '../../db/inspection/inspections.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { identityOf } from '../../rules/record/record-kinds.ts';
import { deadlineFor } from '../../rules/time/deadlines.ts';
import { kept } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, SourcesOf } from '../kernel/facts.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const loadInspections: FactLoader<'inspection'> = async ({ tx, campaignId, plan }, wants) => {
  const drawn = await loadDrawn(tx, campaignId, wants('inspection'));
  return {
    inspection: (ask) => ({
      drawRequired: plan.policies.randomInspectionByDraw.value,
      drawn: drawn.get(ask) ?? null,
      criteria: (
        plan.categories.find(({ code }) => code === ask.draft.category)?.criteria ?? []
      ).map(({ id }) => id),
    }),
  };
};

/** The gates that ask for a kind of supervision (R72). */
const KINDS: readonly GateName[] = [
  'every-township-supervised-on-schedule',
  'every-township-supervised-off-schedule',
];

const loadSupervision: FactLoader<'supervision'> = async ({ tx, campaignId, plan }, wants) => {
  const [leading] = wants('supervision');
  const isAsked = plan.phases.some(({ leave = [] }) => leave.some((name) => KINDS.includes(name)));
  const supervision =
    isAsked && leading !== undefined
      ? await findUnsupervised(tx, campaignId, leading.draft.path)
      : null;
  return { supervision: () => supervision };
};

const loadCorrectable: FactLoader<'correctable'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('correctable').flatMap(({ draft: { parentId }, event }) =>
    parentId === null ? [] : [{ subjectId: parentId, id: String(event.recordId) }],
  );
  const rows = asked.length === 0 ? [] : await findCorrectable(tx, campaignId, asked);
  return {
    correctable: ({ draft, event }) => {
      const found = rows.find(
        ({ subjectId, id }) => subjectId === draft.parentId && id === event.recordId,
      );
      return found === undefined ? null : { kind: found.kind, isSuperseded: found.isSuperseded };
    },
  };
};

const loadInspectedBefore: FactLoader<'inspectedBefore'> = async ({ tx, campaignId }, wants) => {
  const asked = wants('inspectedBefore');
  const inspectionOf = ({ draft }: Ask) => String(kept(draft, 'inspectionId'));
  const inspectors = await findInspectors(
    tx,
    campaignId,
    asked.map((ask) => ({ subjectId: ask.draft.parentId, id: inspectionOf(ask) })),
  );
  return {
    inspectedBefore: (ask) => {
      const { event, principal } = ask;
      const before = inspectors.get(inspectionOf(ask)) ?? [];
      const named = Array.isArray(event.inspectors) ? event.inspectors.map(String) : [];
      const now = [...named, ...(principal === undefined ? [] : [principal.name])];
      const known = new Set(before.map(identityOf));
      return now.some((name) => known.has(identityOf(name)));
    },
  };
};

const loadOpenOrders: FactLoader<'openRectifications'> = async ({ tx, campaignId }, wants) => {
  const ids = wants('openRectifications').map(({ draft }) => draft.id);
  const open = await countOpenRectifications(tx, campaignId, ids);
  return { openRectifications: ({ draft }) => open.get(draft.id) ?? 0 };
};

export const inspectionFacts: SourcesOf<
  | 'inspection'
  | 'supervision'
  | 'inspectedBefore'
  | 'correctable'
  | 'openRectifications'
  | 'latestDueAt'
  | 'behindPercent'
  | 'reopensBeforeEscalation'
> = {
  inspection: loadInspections,
  supervision: loadSupervision,
  inspectedBefore: loadInspectedBefore,
  correctable: loadCorrectable,
  openRectifications: loadOpenOrders,
  latestDueAt: {
    atHand: ({ plan, reference }, { at }) =>
      deadlineFor(plan, reference.calendar, at, {
        policy: 'rectificationDays',
        days: plan.policies.rectificationDaysMax.value,
      }).dueAt,
  },
  behindPercent: { atHand: ({ plan }) => plan.policies.rectificationBehindPercent.value },
  reopensBeforeEscalation: { atHand: ({ plan }) => plan.policies.reopensBeforeEscalation.value },
};

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
