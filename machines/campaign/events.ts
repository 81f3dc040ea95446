// What a campaign decides by (context), is told (events) and must know of its county (facts).

import type { DeniedCriterion } from '../candidate/events.ts';
import type { FailingSites } from '../conformance/effects.ts';
import type { InspectionFacts, InspectionPayload } from '../inspection/inspection.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Override } from '../kit/override.ts';
import type { PhaseCode } from '../kit/phases.ts';
import type { Modality } from '../kit/requirement.ts';
import type { Deadline, Due } from '../kit/time.ts';
import type { LockName } from '../locks.ts';
import type { RankingEntry, RankingInput, RankingRule } from '../selection/ranking.ts';

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
    /** What each unit has to have recorded by the end of a phase, and the units that have not. */
    owed: readonly DutyFact[];
  };
  /** Criteria that the records deny of the site somebody says conforms. */
  denied: readonly DeniedCriterion[];
  /** Sites of this event that conformed and that their records deny now (R18–R22). */
  failing: FailingSites;
  /** The sites that a change of the roster cannot add or take off. */
  rosterChange: {
    unknown: readonly string[];
    already: readonly string[];
    missing: readonly string[];
  };
  /** Townships that lack one of the two kinds of supervision (R72); null where the plan asks neither. */
  supervision: {
    withoutScheduled: readonly string[];
    withoutUnscheduled: readonly string[];
  } | null;
  /** Everybody of the category between application and selection, and the plan's rule for it. */
  ranking: { rule: RankingRule; entries: readonly RankingEntry[] };
  /** The last selection of the category and whom it has lost since; null before the first. */
  standing: Standing | null;
  /** What somebody has yet to decide: applications, objections, ties; titles in no decision yet. */
  undecided: { applications: number; objections: number; ties: number; unwritten?: number };
  /** When a decision or a public notice that this event opens is due. */
  deadline: Deadline;
  /** Sheets that whoever stays away still owes there. */
  sheetsInConflict: readonly string[];
};

export type Standing = {
  rankingId: string;
  input: RankingInput;
  selected: readonly string[];
  reserves: readonly string[];
  /** Those selected or in reserve who have left without using their place up. */
  gone: readonly string[];
};

/** Ties of a category that people have to decide, and how far they are (R63). */
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

export type CampaignEvent =
  | Named<'draft'>
  | Named<'issue'>
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
  | Named<'conclude', { remark?: string }>
  | Named<'cancel', { reason: string }>;

export type CampaignEventType = CampaignEvent['type'];

export type CampaignContext = CampaignInput & {
  /** Another version of the plan that it was moved to; its first one when there is none. */
  planVersion?: number;
  /** Counts the deadlines of the present phase; a new one when its window is moved. */
  phaseGeneration?: number;
  phase: PhaseCode | null;
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
  /** Ties put before people so far; the generation of each one's obligation. */
  tieTasks: number;
  /** Version of the roster: 1 from the day of issue. */
  rosterVersion: number;
  reason: string | null;
};

/** Which facts each event needs. */
export const campaignFacts: { [Type in CampaignEventType]?: readonly (keyof CampaignFacts)[] } = {
  issue: ['windows'],
  'adopt-policy': ['windows'],
  'advance-phase': ['duties', 'supervision'],
  'record-inspection': ['denied', 'inspection'],
  'rank-candidates': ['ranking', 'deadline'],
  'select-by-merit': ['ranking', 'deadline'],
  'move-up': ['standing', 'deadline'],
  'release-reserves': ['standing'],
  'declare-conflict': ['sheetsInConflict'],
  conclude: ['duties', 'undecided'],
  cancel: ['duties'],
  'amend-roster': ['rosterChange'],
  'end-conformance': ['failing'],
};

/** The policy by which the deadline an event opens is reckoned. */
export const campaignDeadlines = {
  'rank-candidates': 'tieDecisionWorkingDays',
  'select-by-merit': 'publicNoticeWorkingDays',
  'move-up': 'publicNoticeWorkingDays',
} as const satisfies { [Type in CampaignEventType]?: string };

/** What effects need held: the numbers of documents (R1, R65), the roll-ups above a site (R12). */
export const campaignHolds: { [Type in CampaignEventType]?: readonly LockName[] } = {
  issue: ['register'],
  'select-by-merit': ['register'],
  'move-up': ['register'],
  'record-inspection': ['roll-ups'],
  'amend-roster': ['roll-ups'],
  'end-conformance': ['roll-ups'],
};
