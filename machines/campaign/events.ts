// The context, the events and the facts of a campaign.

import type { DeniedCriterion } from '../candidate/events.ts';
import type { FailingSites } from '../conformance/effects.ts';
import type { Abandoned, Issued } from '../document/awaiting.ts';
import type { InspectionFacts, InspectionPayload } from '../inspection/inspection.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Override } from '../kit/override.ts';
import type { Modality } from '../kit/requirement.ts';
import type { Deadline, Due } from '../kit/time.ts';
import type { LockName } from '../locks.ts';
import type { RankingInput } from '../selection/ranking.ts';

export type CampaignInput = { planId: string; divisionCode: string };

export type PhaseWindow = Due & { startAt: string };

export type DutyFact = {
  id: string;
  clause: string;
  modality: Modality;
  phase: string;
  zh: string;
  en: string;
  lacking: readonly string[];
};

export type CampaignFacts = InspectionFacts & {
  /** The window of each phase, by its code in the plan. */
  windows: { readonly [phase: string]: PhaseWindow };
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
    /** The number of candidates that the last phase change has not reached yet. */
    behind: number;
    /** Ids of those that a gate still waits for, by its name; left out where it waits for nobody. */
    missing?: { readonly [requirement: string]: readonly string[] };
    /** Duties of recording by the end of a phase, each with the units that lack it. */
    owed: readonly DutyFact[];
  };
  /** Criteria that the records deny, of a site that an inspection calls conforming. */
  denied: readonly DeniedCriterion[];
  /** Sites of this event that conformed until their records denied a criterion (R18–R22). */
  failing: FailingSites;
  /** The sites that a change of the roster cannot add or take off. */
  rosterChange: {
    unknown: readonly string[];
    already: readonly string[];
    missing: readonly string[];
  };
  /** R72: townships that lack a kind of supervision; null where the plan asks neither. */
  supervision: {
    withoutScheduled: readonly string[];
    withoutUnscheduled: readonly string[];
  } | null;
  /** The candidates of the category between application and selection, and the plan's rule. */
  ranking: Pick<RankingInput, 'rule' | 'counted' | 'entries'>;
  /** Names of those whose failed review is not final yet: still to be asked about, or reconsidered. */
  awaited: readonly string[];
  /** The last selection of the category and its losses since; null before the first. */
  standing: Standing | null;
  /** Open decisions by kind; `unwritten` counts titles that no issued decision names. */
  undecided: { applications: number; objections: number; ties: number; unwritten?: number };
  /** The deadline of the decision that this event opens. */
  deadline: Deadline;
  /** Sheets that the person with the conflict still owes there. */
  sheetsInConflict: readonly string[];
  /** Whether the person that the event names has declared to stay away from the organisation. */
  conflictStands: boolean;
};

export type Standing = {
  rankingId: string;
  input: RankingInput;
  selected: readonly string[];
  reserves: readonly string[];
  /** Selected or reserve candidates who left without using up their place. */
  gone: readonly string[];
};

/** A tie that people have to decide (R63), and how far its decision is. */
export type TieTask = {
  rankingId: string;
  generation: number;
  tied: readonly (readonly string[])[];
  prefer: readonly string[];
  reason: string | null;
  proposedBy: string | null;
  confirmedBy: string | null;
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, CampaignFacts, Payload>;

/** What somebody has in hand, in numbers. */
type HandedOver = {
  principalId: string;
  personName: string;
  sheets: number;
  objections: number;
  panels: number;
  inspections: number;
};

export type CampaignEvent =
  | Named<'draft'>
  | Named<'document-issued', Issued>
  | Named<'document-abandoned', Abandoned>
  | Named<'adopt-policy', { planVersion: number; policyChangeId: string }>
  | Named<'advance-phase', { remark?: string }>
  | Named<'request-override', { reason: string }>
  | Named<'approve-override', { remark?: string }>
  | Named<'rank-candidates', { id: string; category: string }>
  | Named<'propose-tie-decision', { category: string; prefer: readonly string[]; reason: string }>
  | Named<'confirm-tie-decision', { category: string }>
  | Named<'select-by-merit', { id: string; category: string }>
  | Named<'move-up', { id: string; category: string; reason: string }>
  | Named<'release-reserves', { category: string; reason: string }>
  | Named<
      'record-veto',
      {
        id: string;
        organisationId: string;
        personName?: string;
        occurredOn: string;
        reason: string;
      }
    >
  | Named<'record-inspection', InspectionPayload & { siteId: string; conforms: boolean }>
  | Named<'amend-roster', { add: readonly string[]; remove: readonly string[]; reason: string }>
  | Named<'end-conformance', { siteIds: readonly string[] }>
  | Named<'declare-conflict', { principalId: string; organisationId: string; reason: string }>
  /** Whoever has left these in hand has no account, or no longer the role. */
  | Named<'hand-over', HandedOver>
  | Named<'withdraw-conflict', { principalId: string; organisationId: string; reason: string }>
  | Named<'conclude', { remark?: string }>
  | Named<'cancel', { reason: string }>;

export type CampaignEventType = CampaignEvent['type'];

export type CampaignContext = CampaignInput & {
  /** The plan version that was adopted after the start; missing while the first one holds. */
  planVersion?: number;
  /** The generation of the phase's deadline; moving its window begins another. */
  phaseGeneration?: number;
  /** The link of the chain of phases that is under way, or the end; null before the issue. */
  phase: string | null;
  windows: CampaignFacts['windows'] | null;
  override: Override | null;
  selections: {
    [category: string]: {
      at: string;
      rankingId: string;
      selected: number;
      reserves: number;
      passedOver: number;
    };
  };
  ties: { [category: string]: TieTask };
  /** The number of tie tasks so far, which is the generation of the last one's obligation. */
  tieTasks: number;
  /** The version of the roster, 1 from the day of issue. */
  rosterVersion: number;
  reason: string | null;
};

/** Which facts each event needs. */
export const campaignFacts: { [Type in CampaignEventType]?: readonly (keyof CampaignFacts)[] } = {
  'document-issued': ['windows'],
  'adopt-policy': ['windows'],
  'advance-phase': ['duties', 'supervision'],
  'record-inspection': ['denied', 'inspection'],
  'rank-candidates': ['ranking', 'awaited', 'deadline'],
  'select-by-merit': ['ranking', 'awaited'],
  'move-up': ['standing'],
  'release-reserves': ['standing'],
  'declare-conflict': ['sheetsInConflict'],
  'withdraw-conflict': ['conflictStands'],
  conclude: ['duties', 'supervision', 'undecided'],
  cancel: ['duties'],
  'amend-roster': ['rosterChange'],
  'end-conformance': ['failing'],
};

/** The policy of the deadline that an event opens. */
export const campaignDeadlines = {
  'rank-candidates': 'tieDecisionWorkingDays',
} as const satisfies { [Type in CampaignEventType]?: string };

/** Locks of the effects: the register of document numbers (R1, R65), the roll-ups of sites (R12). */
export const campaignHolds: { [Type in CampaignEventType]?: readonly LockName[] } = {
  draft: ['register'],
  'select-by-merit': ['register'],
  'move-up': ['register'],
  'record-inspection': ['roll-ups'],
  'amend-roster': ['roll-ups'],
  'end-conformance': ['roll-ups'],
};
