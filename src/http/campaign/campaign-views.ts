// The answers about a campaign.

import Type, { type Static } from 'typebox';
import type { CampaignContext } from '../../../machines/campaign/events.ts';
import { findRelease } from '../../../machines/catalog.ts';
import type { CampaignRow } from '../../db/campaign/campaigns.ts';
import type { ObligationRow } from '../../db/kernel/obligations.ts';
import {
  contextOf,
  DeadlineSchema,
  deadlineToJson,
  Id,
  Instant,
  Nullable,
  subjectFields,
  subjectToJson,
} from '../kernel/subject-schemas.ts';

const Override = Type.Object({
  reason: Type.String(),
  requestedBy: Type.String(),
  approvedBy: Nullable(Type.String()),
});
const Window = Type.Object({
  phase: Type.String(),
  startAt: Instant,
  dueSoonAt: Instant,
  dueAt: Instant,
  provisional: Type.Boolean(),
  isOpen: Type.Boolean({ description: '正在进行 · The campaign is in it now' }),
});
const Settling = Nullable(Type.Object({ done: Type.Integer(), total: Type.Integer() }));

export const CampaignSummarySchema = Type.Object({
  ...subjectFields,
  name: Type.String(),
  planId: Type.String(),
  planVersion: Type.Integer(),
  divisionCode: Type.String(),
  phase: Nullable(Type.String({ description: '未印发时为 null · Null before it is issued' })),
});
export const CampaignSchema = Type.Object({
  ...CampaignSummarySchema.properties,
  windows: Type.Array(Window),
  override: Nullable(Override),
  selections: Type.Record(
    Type.String(),
    Type.Object({
      at: Instant,
      rankingId: Id,
      selected: Type.Integer(),
      reserves: Type.Integer(),
      passedOver: Type.Integer(),
    }),
  ),
  ties: Type.Record(
    Type.String(),
    Type.Object({
      rankingId: Id,
      tied: Type.Array(Type.Array(Id)),
      prefer: Type.Array(Id),
      reason: Nullable(Type.String()),
      proposedBy: Nullable(Type.String()),
      confirmedBy: Nullable(Type.String()),
    }),
    { description: '须由两人决定的并列 · Ties that two people decide' },
  ),
  rosterVersion: Type.Integer({
    description: '站点名册的版本，未印发时为 0 · Of the roster; 0 before the campaign is issued',
  }),
  reason: Nullable(Type.String()),
  deadlines: Type.Array(DeadlineSchema),
  settling: Settling,
});

export function campaignSummaryToJson(row: CampaignRow): Static<typeof CampaignSummarySchema> {
  const { phase } = contextOf<CampaignContext>(row);
  const { id, name, planId, planVersion, divisionCode } = row;
  return {
    ...subjectToJson('campaign', { ...row, campaignId: id }),
    ...{ name, planId, planVersion, divisionCode, phase },
  };
}

/** The windows as they begin; a campaign may be in several phases at once. */
function windowsToJson(row: CampaignRow): Static<typeof Window>[] {
  const { phase: present, windows } = contextOf<CampaignContext>(row);
  const links = findRelease({ machine: 'campaign', ...row })?.chain?.links ?? [];
  const open = links.find(({ code }) => code === present)?.open ?? [];
  return Object.entries(windows ?? {})
    .map(([phase, { startAt, dueSoonAt, dueAt, provisional }]) => ({
      ...{ phase, startAt, dueSoonAt, dueAt, provisional },
      isOpen: open.includes(phase),
    }))
    .sort((a, b) => (a.startAt < b.startAt ? -1 : 1));
}

export function campaignToJson(
  row: CampaignRow,
  owed: readonly ObligationRow[],
  settling: Static<typeof Settling>,
): Static<typeof CampaignSchema> {
  const { override, selections, ties, rosterVersion, reason } = contextOf<CampaignContext>(row);
  return {
    ...campaignSummaryToJson(row),
    windows: windowsToJson(row),
    override,
    selections,
    ties: Object.fromEntries(
      Object.entries(ties).map(([category, { generation: _, tied, prefer, ...task }]) => [
        category,
        { ...task, tied: tied.map((group) => [...group]), prefer: [...prefer] },
      ]),
    ),
    rosterVersion,
    reason,
    deadlines: owed.map(deadlineToJson),
    settling,
  };
}
