// The context, the events and the facts of a candidate.

import type {
  Correction,
  CorrectionAnswer,
  DeclaredChange,
  SentCorrection,
} from '../application/application.ts';
import type { BallotForm, BallotResult } from '../ballot/result.ts';
import type { Abandoned, Issued } from '../document/awaiting.ts';
import type { InspectionFacts, InspectionPayload } from '../inspection/inspection.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Override } from '../kit/override.ts';
import type { Plain } from '../kit/requirement.ts';
import type { Deadline, Due } from '../kit/time.ts';
import type { LockName } from '../locks.ts';
import type { AssessedFact, RecordFact } from '../record/record-facts.ts';
import type { ByStream, CountedSheet, Trim } from './scoring.ts';
import type { Subject } from './subject.ts';

export type CandidateInput = {
  category: string;
  track: 'CREATE' | 'APPRAISE';
  subject: Subject;
  applicants: readonly string[];
  /** Who finally determines, by the plan; null where it does not say. */
  finalAuthority: 'city' | 'county' | null;
  siteId: string | null;
  /** The version that its campaign adopted after it was issued. */
  planVersion?: number;
  /** Phases that were over when it was registered, and the open one that ends last; missing where none was. */
  late?: { missed: readonly string[]; until: string };
};

/** The end of each phase of the plan, by the phase's code. */
export type Windows = { readonly [phase: string]: Due };

/** A criterion of the category; records and facts measure it where they can. */
export type CriterionFact = {
  id: string;
  clause: string;
  modality: 'M' | 'E' | 'P' | 'S' | 'I';
  at: 'self-check' | 'application' | 'acceptance';
  zh: string;
  en: string;
  /** Null where only people can tell, at the self-check, in the application or in the review. */
  measured: { actual: Plain; required: Plain; met: boolean } | null;
};

/** A criterion that the records of a site deny. */
export type DeniedCriterion = CriterionFact & { measured: NonNullable<CriterionFact['measured']> };

/** What is known of the unit that a candidate stands for, when its end is decided about. */
export type Succession = {
  /** The name of the unit that has ended, as it is called, and its last day; null while it stands. */
  ended: { name: string; on: string } | null;
  /** The name of the successor that the event names; null where it names none, or no successor of that unit. */
  successor: string | null;
  /** Candidates that stand for the successor already, in the same category and of the same name. */
  standing: number;
};

export type CandidateFacts = InspectionFacts & {
  windows: Windows;
  /** The deadline that the event opens, of a correction, condition, public notice or deferral. */
  deadline: Deadline;
  /** `missing`: ids of the sites that were not reached. */
  reach: { sites: number; reached: number; missing?: readonly string[] };
  openRectifications: number;
  /** Candidates who are the same person, or have the same name and cannot be told apart. */
  namesakes: { same: number; alike: number };
  /** The end of its unit, and the successor that the event names; see Succession. */
  succession: Succession;
  /** Whether a selection of its category was held. */
  selectionHeld: boolean;
  /** The link of the chain in which its campaign is, or the campaign's end. */
  campaignPhase: string;
  /** Sites that ceased to conform since the application, and await a decision. */
  undecidedRegressions: number;
  /** Objections that the public lodged and the office has not looked at. */
  unreadObjections: number;
  /** Criteria that the records deny, of a site that an inspection calls conforming. */
  denied: readonly DeniedCriterion[];
  /** Assigned score sheets that are still owed (R61). */
  openSheets: number;
  /** Panels of this stage and round: how many still sit, and what the last one concluded. */
  panel: { sitting: number; verdict: string | null; min: number };
  criteria: readonly CriterionFact[];
  policies: {
    passMark: number;
    streamWeights: ByStream<number>;
    /** The least points of a stream, where the plan bars whoever has fewer. */
    streamGates: ByStream<number>;
    assessmentTrim: Trim;
    assessmentSheetsMin: number;
    mobilizationFormsMin: number;
    openRectificationBlocks: boolean;
    /** R62: a scan of the signed or sealed page is mandatory. */
    signatureScanRequired: boolean;
  };
  /** The evidence that is assessed; null when no evidence has that id. */
  assessed: AssessedFact | null;
  /** Facts about a record beside its own fields. */
  record: RecordFact;
  /** Preference classes of the category (R27); empty when the plan prefers nobody. */
  priorityClasses: readonly string[];
  /** Files that the event names and that do not exist. */
  missingFiles: readonly string[];
  /** The unit that owns the file of the signature, null without one, and the units that may. */
  signature: { unit: string | null; isOwn: boolean; owners: readonly string[] };
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, CandidateFacts, Payload>;

type EvidencePayload = {
  id: string;
  kind: string;
  occurredOn: string;
  summary: string;
  form?: string;
  siteIds?: readonly string[];
  fileIds?: readonly string[];
  detail?: { readonly [name: string]: unknown };
  /** A later record replaces a wrong one, because nothing is overwritten. */
  supersedes?: { recordId: string; reason: string };
};

/** A reviewer's finding about a criterion that only people can judge. */
export type Judgement = { criterion: string; met: boolean; remark?: string };

type CandidateInspectionPayload = InspectionPayload & {
  triggers: readonly string[];
  /** Criteria found unmet; each leads to an order, as a trigger does. */
  criteria?: readonly string[];
  rectificationDays?: number;
  fileIds?: readonly string[];
  responsiblePerson?: string;
  /** Facts of the site and records that may be corrected while the order is open. */
  openFacts?: readonly string[];
  openRecords?: readonly string[];
};

type DocumentTold = Named<'document-issued', Issued> | Named<'document-abandoned', Abandoned>;

export type CandidateEvent =
  /** `admittedLateFor`: why it is admitted although it comes too late. */
  | Named<'register', { admittedLateFor?: string }>
  | Named<'phase-entered', { phase: string }>
  | Named<'recalculate-deadline'>
  | DocumentTold
  | Named<'adopt-policy', { planVersion: number; policyChangeId: string }>
  | Named<'record-evidence', EvidencePayload>
  | Named<'void-record', { recordId: string; reason: string }>
  | Named<
      'assess-evidence',
      {
        id: string;
        verdict: 'accepted' | 'rejected';
        impact?: string;
        promotionScope?: string;
        remark?: string;
      }
    >
  | Named<'record-inspection', CandidateInspectionPayload>
  | Named<'submit-plan', { title: string }>
  | Named<'approve-plan', { remark?: string }>
  | Named<'return-plan', { corrections: readonly string[] }>
  | Named<'confirm-mobilization', { remark?: string }>
  | Named<'acknowledge-mobilization', { remark?: string }>
  | Named<'declare-created', { statement: string }>
  | Named<'admit-late-declaration', { reason: string }>
  | Named<'confirm-created', { remark?: string }>
  | Named<'return-declaration', { corrections: readonly string[] }>
  | Named<
      'submit-self-check',
      {
        id: string;
        results: readonly {
          criterion: string;
          met: boolean;
          remark?: string;
          priority?: string;
          responsiblePerson?: string;
        }[];
      }
    >
  | Named<'confirm-finding-rectified', { criterion: string; remark: string }>
  | Named<
      'mass-evaluation-closed',
      {
        id: string;
        roundId: string;
        stream: string;
        form: BallotForm;
        scoreCenti: number;
        strataCenti: { readonly [stratum: string]: number };
        counts: Omit<BallotResult, 'scoreCenti' | 'strataCenti'>;
      }
    >
  | Named<
      'record-assessment',
      { sheetId: string; stream: string; assessorId: string; round: number; pointsCenti: number }
    >
  | Named<'retract-assessment', { sheetId: string; stream: string }>
  | Named<'correct-assessment', { sheetId: string; stream: string; pointsCenti: number }>
  | Named<
      'apply',
      {
        statement: string;
        signatory: string;
        /** The signature described in words; a scan is a file of the applicant's unit. */
        signatureEvidence?: string;
        signatureFileId?: string;
        attestations?: readonly string[];
        priorityClass?: string;
        fileIds?: readonly string[];
      }
    >
  | Named<'conclude-gathering', { remark?: string }>
  | Named<'admit-late-application', { reason: string }>
  | Named<'pass', { judged?: readonly Judgement[]; remark?: string; word?: string }>
  | Named<'pass-with-requirements', { requirements: readonly string[]; word?: string }>
  | Named<'confirm-requirements-met', { judged?: readonly Judgement[]; remark: string }>
  | Named<'return-for-correction', { corrections: readonly SentCorrection[]; word?: string }>
  | Named<'admit-late-resubmission', { reason: string }>
  | Named<
      'resubmit',
      {
        statement: string;
        answers?: readonly CorrectionAnswer[];
        application?: DeclaredChange;
      }
    >
  | Named<'defer', { until: string; reason: string; word?: string }>
  | Named<'resume-review', { remark?: string }>
  | Named<'fail', { reason: string; word?: string }>
  | Named<'reconsideration-asked'>
  | Named<'reconsideration-closed', { granted: boolean; reason: string }>
  | Named<'select', { rank: number }>
  | Named<'keep-in-reserve', { rank: number; position: number }>
  | Named<'pass-over', { rank: number | null; because: string }>
  /** `objectedAt`: when it was raised, or lodged. */
  | Named<'objection-opened', { objectionId: string; objectedAt: string }>
  | Named<'objection-closed', { objectionId: string; upheld: boolean; reason: string }>
  | Named<'propose-submission', { remark?: string }>
  | Named<'decline-submission', { reason: string }>
  | Named<'submit-upward', { remark?: string }>
  | Named<'request-override', { reason: string }>
  | Named<'approve-override', { remark?: string }>
  | Named<
      'record-verification',
      {
        id: string;
        occurredOn: string;
        place: string;
        verifiers: readonly string[];
        findings: readonly string[];
      }
    >
  | Named<'propose-conferral', { remark?: string }>
  | Named<'decline-conferral', { reason: string }>
  | Named<'confirm-conferral', { remark?: string }>
  | Named<'withdraw', { reason: string }>
  | Named<'reinstate', { reason: string }>
  | Named<'end-with-unit', { reason: string }>
  | Named<'succeed', { organisationId: string; reason: string }>
  | Named<'propose-disqualification', { reason: string }>
  | Named<'confirm-disqualification', { remark?: string }>
  | Named<'propose-revocation', { reason: string }>
  | Named<'decline-revocation', { reason: string }>
  | Named<'confirm-revocation', { remark?: string }>;

export type CandidateEventType = CandidateEvent['type'];

/** Points are hundredths, so that no decision rests on a float. */
export type CandidateContext = CandidateInput & {
  phase: string;
  windows: Windows | null;
  deadline: Deadline | null;
  /** The number of records of each kind; the evidence ledger holds the rows. */
  evidence: { [kind: string]: number };
  firstConsultationOn: string | null;
  planAdoptedOn: string | null;
  mobilizationForms: readonly string[];
  /** The generation of each obligation: how often it was opened. */
  generations: { [obligation: string]: number };
  lateAdmittedFor: string | null;
  /** Why it was registered although it came too late; what it missed is due by the end of the present phase. */
  registeredLateFor?: string;
  /** Who handed in what is decided next: the plan, the declaration, the application. */
  handedInBy: string | null;
  /** Why the correction of the present return may come after its deadline. */
  lateResubmissionFor: string | null;
  openFindings: readonly string[];
  findingsRectified: readonly string[];
  selfCheckedAt: string | null;
  /** The figure of each stream that has one: the score of its valid round, or the mean of its sheets. */
  figures: ByStream<number>;
  /** The score of each electorate (R39), by the electorate's code in the plan, of streams of ballots. */
  strata: ByStream<{ readonly [stratum: string]: number }>;
  sheets: ByStream<readonly CountedSheet[]>;
  compositeCenti: number | null;
  priorityClass: string | null;
  appliedAt: string | null;
  /** Why the application may come after the window; missing until a reviewer admits it. */
  lateApplicationFor?: string;
  /** The last frozen application; instances from before applications were frozen have none. */
  application?: { number: number; at: string };
  /** The complete list of the present return, with the fields that each point opens. */
  corrections?: readonly Correction[];
  returned: { readonly [stage: string]: boolean };
  /** The officer who failed it last; null while nobody has, and after that was taken back. */
  failedBy: string | null;
  /** Whether a reconsideration of each review was asked for; each may be asked for once. */
  reconsidered: { readonly [stage: string]: boolean };
  requirements: readonly string[];
  /** The plan's words for the verdicts, by the stage of the review; missing until one is given. */
  words?: { readonly [stage: string]: string };
  rank: number | null;
  openObjections: readonly string[];
  override: Override | null;
  proposedBy: string | null;
  disqualificationProposedBy: string | null;
  reason: string | null;
  /** Where a candidate stood that withdrew, `stage.state`, and the lost sites that were settled with it. */
  withdrawnFrom: { path: string; losses: number } | null;
  /** The number of recorded acts of verification by the city (R64). */
  verifications: number;
  /** When the county submitted it to the city; its place is used up from then on. */
  submittedAt: string | null;
  conferredBy: 'city' | 'county' | null;
};

/** Facts that the guards of each event need; its step says whether it opens a deadline, too. */
export const candidateFacts: { [Type in CandidateEventType]?: readonly (keyof CandidateFacts)[] } =
  {
    register: ['windows', 'namesakes', 'selectionHeld'],
    'adopt-policy': ['windows'],
    withdraw: ['undecidedRegressions'],
    reinstate: ['namesakes', 'selectionHeld', 'campaignPhase'],
    'end-with-unit': ['succession', 'undecidedRegressions'],
    succeed: ['succession'],
    'confirm-mobilization': ['reach', 'policies'],
    'record-evidence': ['record'],
    'void-record': ['record'],
    'assess-evidence': ['assessed'],
    'record-inspection': ['missingFiles', 'denied', 'inspection'],
    'submit-self-check': ['criteria'],
    'confirm-finding-rectified': ['criteria'],
    'mass-evaluation-closed': ['policies'],
    'record-assessment': ['policies'],
    'retract-assessment': ['policies'],
    'correct-assessment': ['policies'],
    'conclude-gathering': ['policies', 'openSheets'],
    apply: ['criteria', 'policies', 'openSheets', 'priorityClasses', 'missingFiles', 'signature'],
    resubmit: ['criteria', 'policies', 'priorityClasses', 'missingFiles', 'signature'],
    'return-for-correction': ['panel'],
    'pass-with-requirements': ['panel'],
    fail: ['panel'],
    'confirm-requirements-met': ['criteria'],
    pass: ['criteria', 'panel'],
    'propose-submission': ['openRectifications', 'undecidedRegressions', 'policies'],
    'submit-upward': ['openRectifications', 'undecidedRegressions', 'policies'],
    'propose-conferral': [
      'openRectifications',
      'undecidedRegressions',
      'unreadObjections',
      'policies',
    ],
    'confirm-conferral': [
      'openRectifications',
      'undecidedRegressions',
      'unreadObjections',
      'policies',
    ],
  };

/**
 * Locks that the effects of an event need. A document takes a number from the register. Assessing a
 * site changes the roll-ups above it, and decisions read them (R12, R15).
 */
export const candidateHolds: { [Type in CandidateEventType]?: readonly LockName[] } = {
  'submit-self-check': ['roll-ups'],
  'confirm-finding-rectified': ['roll-ups'],
  'record-inspection': ['roll-ups'],
  apply: ['roll-ups', 'dossiers'],
  resubmit: ['dossiers'],
  'propose-submission': ['roll-ups'],
  'submit-upward': ['roll-ups'],
  'propose-conferral': ['roll-ups'],
  'confirm-conferral': ['roll-ups'],
};
