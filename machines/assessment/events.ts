// What a score sheet decides by (context), is told (events) and must know of the world (facts).

import type { CandidateEventType } from '../candidate/events.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';
import type { Conflict } from './interests.ts';

/** One line of the sheet; points in hundredths, the maxima of a sheet add up to 100.00. */
export type SheetItem = { id: string; maximumCenti: number };

export type ScoreSheetInput = {
  /** Its own id, so that the candidate can be told of it. */
  sheetId: string;
  round: number;
  items: readonly SheetItem[];
  /** Who may take the sheet over, by their ids; empty where every assessor may. */
  pool: readonly string[];
};

export type ScoreSheetContext = ScoreSheetInput & {
  assessorId: string | null;
  deadline: Deadline | null;
  /** Counts the times it was owed: assigned, passed on, sent back. */
  generation: number;
  /** The draft, in hundredths by item; nobody but the assessor sees it. */
  points: { readonly [item: string]: number };
  remark: string | null;
  submittedCenti: number | null;
  submissions: number;
  /** Who had it before and stepped aside. */
  recused: readonly string[];
  reason: string | null;
};

export type ScoreSheetFacts = {
  deadline: Deadline;
  parent: { id: string; stage: string; state: string; status: string };
  /** The assessor the event names, or else the one whose sheet it is. */
  assessor: { holdsRole: boolean; conflict: Conflict; hasSheet: boolean };
  /** Who takes it over when its assessor steps aside; null when nobody can. */
  replacement: string | null;
  /** Sheets the same assessor owes of the same organisation. */
  sheetsInConflict: readonly string[];
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, ScoreSheetFacts, Payload>;

type ScoredItem = { item: string; points: number };

export type ScoreSheetEvent =
  | Named<'assign', { assessorId: string }>
  | Named<'save-draft', { points: readonly ScoredItem[]; remark?: string }>
  | Named<'submit', { points?: readonly ScoredItem[]; remark?: string }>
  | Named<'declare-conflict', { reason: string }>
  | Named<'recuse', { reason: string }>
  | Named<'reassign', { assessorId: string; reason: string }>
  | Named<'send-back', { reason: string }>
  | Named<'accept', { remark?: string }>
  | Named<'void', { reason: string }>
  | Named<'recalculate-deadline'>;

export type ScoreSheetEventType = ScoreSheetEvent['type'];

/** The waits that look whether the candidate is still there to be assessed. */
const DUE_SOON = 'xstate.after.assessmentDueSoon.score-sheet.open';
const WINDOW = 'xstate.after.assessmentWindow.score-sheet.open';

/** Which facts each event needs. */
export const scoreSheetFacts: { [type: string]: readonly (keyof ScoreSheetFacts)[] } = {
  assign: ['deadline', 'parent', 'assessor'],
  'save-draft': ['assessor'],
  submit: ['assessor'],
  'declare-conflict': ['deadline', 'replacement', 'sheetsInConflict'],
  recuse: ['deadline', 'replacement'],
  reassign: ['deadline', 'parent', 'assessor'],
  'send-back': ['deadline'],
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

/** What the candidate is told when sheets come in and go back. */
export const scoreSheetTells: { [Type in ScoreSheetEventType]?: readonly CandidateEventType[] } = {
  submit: ['record-assessment'],
  'send-back': ['retract-assessment'],
  void: ['retract-assessment'],
};

const CENTI = 100;
const TOLERANCE = 1e-6;

/** Points as hundredths; null when they are finer than a hundredth. */
export function inCenti(points: number): number | null {
  const centi = Math.round(points * CENTI);
  return Math.abs(points * CENTI - centi) < TOLERANCE ? centi : null;
}

/** The draft with what an event adds to it. */
export const mergedPoints = (
  points: ScoreSheetContext['points'],
  added: readonly ScoredItem[] = [],
): ScoreSheetContext['points'] => ({
  ...points,
  ...Object.fromEntries(added.map(({ item, points: given }) => [item, inCenti(given) ?? -1])),
});
