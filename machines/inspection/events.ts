// The context, the events and the facts of a rectification order.

import type { DeniedCriterion } from '../candidate/events.ts';
import type { FailingSites } from '../conformance/effects.ts';
import type { Abandoned, Issued } from '../document/awaiting.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';
import type { LockName } from '../locks.ts';

export type RectificationInput = {
  candidateId: string;
  inspectionId: string;
  inspectedBy: string;
  triggers: readonly string[];
  findings: readonly string[];
  /** Criteria found unmet; each leads to an order, as a trigger does. */
  criteria: readonly string[];
  days: number | null;
  /** The inspection names the person, or the responsible body does with its measures. */
  responsiblePerson: string | null;
  siteId: string | null;
  /** Facts of the site and records that may be corrected while the order is open. */
  openFacts: readonly string[];
  openRecords: readonly string[];
};

type Correction = { at: string; by: string } & (
  | { field: string; value: string | number | boolean }
  | { recordId: string; supersededBy: string }
);

export type RectificationContext = RectificationInput & {
  deadline: Deadline | null;
  generation: number;
  submittedBy: string | null;
  extensions: readonly { at: string; from: string; until: string; reason: string }[];
  /** The order is behind from then on, unless progress was reported in this round. */
  behindAt: string | null;
  progressedAt: string | null;
  measures: string | null;
  evidence: readonly string[];
  /** Why the order was never issued. */
  abandonedFor?: string;
  /** The number of times a re-inspection has sent it back. */
  reopens: number;
  corrections: readonly Correction[];
};

export type RectificationFacts = {
  deadline: Deadline;
  /** The last instant within the plan's maximum, counted from now. */
  latestDueAt: string;
  behindPercent: number;
  /** The superior is notified when the order is sent back this often; 0 is never. */
  reopensBeforeEscalation: number;
  /** Whether the sender, or whoever they say re-inspected, carried out the inspection: names are compared. */
  inspectedBefore: boolean;
  /** The candidate's record that is to be superseded; null when there is none. */
  correctable: { kind: string; isSuperseded: boolean } | null;
  /** Evidence that is neither a file that its sender may read nor a record of the candidate. */
  missingFiles: readonly string[];
  /** The pieces of evidence that are records and not files. */
  evidenceRecords: readonly string[];
  /** Criteria that the records deny, of a site that the re-inspection calls conforming. */
  denied: readonly DeniedCriterion[];
  /** The site of the order, if it conformed until the corrected fact denied a criterion. */
  failing: FailingSites;
};
type Named<Type extends string, Payload = unknown> = MachineEvent<
  Type,
  RectificationFacts,
  Payload
>;

/** 复查 is recorded with the verdict. */
type Reinspection = {
  id: string;
  occurredOn?: string;
  inspectors?: readonly string[];
  photos?: readonly string[];
  /** The finding about the site; missing when the re-inspection is about the order alone. */
  conforms?: boolean;
};

export type RectificationEvent =
  | Named<'draft'>
  | Named<'document-issued', Issued>
  | Named<'document-abandoned', Abandoned>
  | Named<'acknowledge', { remark?: string }>
  | Named<'start', { measures: string; responsiblePerson: string }>
  | Named<'report-progress', { progress: string }>
  | Named<'correct-site-fact', { field: string; value: string | number | boolean }>
  | Named<
      'supersede-record',
      {
        id: string;
        recordId: string;
        occurredOn: string;
        summary: string;
        detail?: { readonly [name: string]: unknown };
      }
    >
  | Named<'submit', { report: string; evidence: readonly string[] }>
  | Named<'close', Reinspection & { remark: string }>
  | Named<'reopen', Reinspection & { reason: string }>
  | Named<'extend', { until: string; reason: string }>
  | Named<'recalculate-deadline'>;

export type RectificationEventType = RectificationEvent['type'];

/** Which facts each event needs. */
export const rectificationFacts: {
  [Type in RectificationEventType]?: readonly (keyof RectificationFacts)[];
} = {
  'document-issued': ['deadline', 'behindPercent'],
  submit: ['missingFiles', 'evidenceRecords'],
  close: ['inspectedBefore', 'missingFiles', 'denied'],
  reopen: [
    'deadline',
    'behindPercent',
    'reopensBeforeEscalation',
    'inspectedBefore',
    'missingFiles',
    'denied',
  ],
  extend: ['deadline', 'latestDueAt', 'behindPercent'],
  'correct-site-fact': ['failing'],
  'supersede-record': ['correctable'],
  'recalculate-deadline': ['deadline', 'behindPercent'],
};

export const rectificationDeadlines = {
  'document-issued': 'rectificationDays',
  reopen: 'rectificationDays',
  extend: 'until',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in RectificationEventType]?: string };

/** A re-inspection of the site and a correction move the roll-ups above it (R12). */
export const rectificationHolds: { [Type in RectificationEventType]?: readonly LockName[] } = {
  'correct-site-fact': ['roll-ups'],
  close: ['roll-ups'],
  reopen: ['roll-ups'],
};
