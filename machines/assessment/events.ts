// The context, the events and the facts of a score sheet.

import type { CandidateEventType } from '../candidate/events.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';
import type { Conflict } from './interests.ts';
import type { SheetLines, SheetScheme } from './sheet-score.ts';

export type ScoreSheetInput = SheetScheme & {
  /** The id of the sheet, by which the candidate knows it. */
  sheetId: string;
  /** The stream that it is a part of, by its code in the plan. */
  stream: string;
  round: number;
  /** Ids of those who may take the sheet over; empty where every assessor may. */
  pool: readonly string[];
};

/** `points` and `notApplicable` are the draft; only the assessor sees it. */
export type ScoreSheetContext = ScoreSheetInput &
  SheetLines & {
    assessorId: string | null;
    deadline: Deadline | null;
    /** The number of times the sheet was owed: assigned, passed on or sent back. */
    generation: number;
    remark: string | null;
    submittedCenti: number | null;
    submissions: number;
    /** Earlier assessors who stepped aside. */
    recused: readonly string[];
    reason: string | null;
    /** A slip put right, until a second officer has said so; missing before the first. */
    correction?: (SheetLines & { reason: string; proposedBy: string }) | null;
  };

export type ScoreSheetFacts = {
  deadline: Deadline;
  parent: {
    id: string;
    stage: string;
    state: string;
    status: string;
    /** The streams that are gathered in the step where the candidate stands. */
    gathers: readonly string[];
  };
  /** The assessor that the event names, or else the sheet's own. */
  assessor: { holdsRole: boolean; conflict: Conflict; hasSheet: boolean };
  /** The assessor who takes the sheet over; null when nobody can. */
  replacement: string | null;
  /** Sheets that the same assessor owes about the same organisation. */
  sheetsInConflict: readonly string[];
  /** Whether a selection of the candidate's category was held. */
  selectionHeld: boolean;
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ScoreSheetFacts, Payload>;

/** Points and items that do not apply, as an event adds them to the draft. */
type Scored = {
  points?: readonly { item: string; points: number }[];
  notApplicable?: readonly { item: string; reason: string }[];
};

export type ScoreSheetEvent =
  | Named<'assign', { assessorId: string }>
  | Named<'save-draft', Scored & { remark?: string }>
  | Named<'submit', Scored & { remark?: string }>
  | Named<'declare-conflict', { reason: string }>
  | Named<'recuse', { reason: string }>
  | Named<'reassign', { assessorId: string; reason: string }>
  | Named<'send-back', { reason: string }>
  | Named<'accept', { remark?: string }>
  | Named<'void', { reason: string }>
  | Named<'propose-correction', Scored & { reason: string }>
  | Named<'decline-correction', { reason: string }>
  | Named<'confirm-correction', { remark?: string }>
  | Named<'recalculate-deadline'>;

export type ScoreSheetEventType = ScoreSheetEvent['type'];

/** Waits that check whether the candidate is still in the evaluation. */
const DUE_SOON = 'xstate.after.assessmentDueSoon.score-sheet.open';
const WINDOW = 'xstate.after.assessmentWindow.score-sheet.open';

/** Which facts each event needs. */
export const scoreSheetFacts: { [type: string]: readonly (keyof ScoreSheetFacts)[] } = {
  assign: ['deadline', 'parent', 'assessor'],
  'save-draft': ['assessor'],
  submit: ['assessor', 'parent'],
  'declare-conflict': ['deadline', 'replacement', 'sheetsInConflict'],
  recuse: ['deadline', 'replacement'],
  reassign: ['deadline', 'parent', 'assessor'],
  'send-back': ['deadline', 'parent'],
  void: ['parent'],
  'propose-correction': ['parent', 'selectionHeld'],
  'confirm-correction': ['parent', 'selectionHeld'],
  'recalculate-deadline': ['deadline'],
  [DUE_SOON]: ['parent'],
  [WINDOW]: ['parent'],
};

export const scoreSheetDeadlines = {
  assign: 'assessmentWorkingDays',
  'declare-conflict': 'assessmentWorkingDays',
  recuse: 'assessmentWorkingDays',
  reassign: 'assessmentWorkingDays',
  'send-back': 'assessmentWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in ScoreSheetEventType]?: string };

/** Events that the candidate gets when sheets are submitted and sent back. */
export const scoreSheetTells: { [Type in ScoreSheetEventType]?: readonly CandidateEventType[] } = {
  submit: ['record-assessment'],
  'send-back': ['retract-assessment'],
  void: ['retract-assessment'],
  'confirm-correction': ['correct-assessment'],
};

const CENTI = 100;
const TOLERANCE = 1e-6;

/** Points as hundredths; null when they are finer than a hundredth. */
export function inCenti(points: number): number | null {
  const centi = Math.round(points * CENTI);
  return Math.abs(points * CENTI - centi) < TOLERANCE ? centi : null;
}

/** The draft with what an event adds to it: what is said last of an item stands. */
export function mergedLines(
  { points, notApplicable }: SheetLines,
  { points: scored = [], notApplicable: left = [] }: Scored,
): SheetLines {
  const named = new Set([...scored, ...left].map(({ item }) => item));
  const kept = <Value>(lines: { readonly [item: string]: Value }) =>
    Object.entries(lines).filter(([item]) => !named.has(item));
  return {
    points: Object.fromEntries([
      ...kept(points),
      ...scored.map(({ item, points: given }) => [item, inCenti(given) ?? -1]),
    ]),
    notApplicable: Object.fromEntries([
      ...kept(notApplicable),
      ...left.map(({ item, reason }) => [item, reason]),
    ]),
  };
}
