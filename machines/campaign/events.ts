// What a campaign decides by (context), is told (events) and must know of its county (facts).

import type { By, PhaseCode } from '../candidate/events.ts';
import type { Due } from '../time.ts';

export type CampaignInput = { planId: string; divisionCode: string };

export type PhaseWindow = Due & { startAt: string };

export type RankedCandidate = {
  candidateId: string;
  name: string;
  scoreCenti: number;
  /** 0 is the most preferred class (R27); only ever breaks what the score leaves open. */
  priority: number;
  appliedAt: string;
};

export type CampaignFacts = {
  windows: { [Phase in Exclude<PhaseCode, 'concluded' | 'cancelled'>]: PhaseWindow };
  duties: {
    townships: number;
    townshipsPlanned: number;
    townshipsMobilized: number;
    townshipsActive: number;
    undecidedDeclarations: number;
    created: number;
    selfChecked: number;
    fieldVisits: number;
    randomInspections: number;
    live: number;
    /** Candidates the last phase change has not reached yet. */
    behind: number;
  };
  /** In order of merit, best first; `pending` still wait for a verdict. */
  ranking: { quota: number | null; pending: number; ranked: readonly RankedCandidate[] };
};

type Told = { at: string; by: By; facts: Partial<CampaignFacts> };
type Named<Type extends string, Payload = unknown> = { type: Type } & Told & Payload;

export type CampaignEvent =
  | Named<'draft'>
  | Named<'issue'>
  | Named<'advance-phase', { remark?: string }>
  | Named<'request-override', { reason: string }>
  | Named<'approve-override', { remark?: string }>
  | Named<
      'select-by-merit',
      { category: string; tieDecision?: { prefer: readonly string[]; reason: string } }
    >
  | Named<
      'record-inspection',
      {
        id: string;
        kind: 'FIELD_VISIT' | 'RANDOM' | 'SCHEDULED' | 'UNSCHEDULED';
        siteId: string;
        occurredOn: string;
        inspectors: readonly string[];
        findings: readonly string[];
        conforms: boolean;
      }
    >
  | Named<'conclude', { remark?: string }>
  | Named<'cancel', { reason: string }>;

export type CampaignEventType = CampaignEvent['type'];

export type CampaignContext = CampaignInput & {
  phase: PhaseCode | null;
  windows: CampaignFacts['windows'] | null;
  override: { reason: string; requestedBy: string; approvedBy: string | null } | null;
  selections: { [category: string]: { at: string; selected: number; passedOver: number } };
  reason: string | null;
};

/** A fact the loader owes this event; its absence is a bug, never a zero. */
export function campaignFact<Name extends keyof CampaignFacts>(
  event: CampaignEvent,
  name: Name,
): CampaignFacts[Name] {
  const value = event.facts[name];
  if (value === undefined) throw new Error(`fact ${name} was not loaded for ${event.type}`);
  return value as CampaignFacts[Name];
}

/** Which facts each event needs. */
export const campaignFacts: { [Type in CampaignEventType]?: readonly (keyof CampaignFacts)[] } = {
  issue: ['windows'],
  'advance-phase': ['duties'],
  'select-by-merit': ['ranking'],
  conclude: ['duties'],
  cancel: ['duties'],
};
