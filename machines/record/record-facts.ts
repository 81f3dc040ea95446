// What the rules know of a record that is handed in, beside what stands in it. Only what is asked of
// its kind is there, so that the log of plain records stays short.

import type { Plain } from '../kit/requirement.ts';

/** A relation between fields that its kind asks for and that does not hold. */
export type RecordFault = { zh: string; en: string; actual: Plain; required: Plain };

/** What a showcase case is known by within its level (Q4). */
export type ShowcaseName = { identity: string; level: string };

export type RecordFact = {
  /** The rule the kind rests on. */
  clause: string;
  /** What must come with it. */
  demands?: readonly ('sites' | 'form' | 'file')[];
  /** The kind is recorded of these only, and the candidate is none of them. */
  of?: readonly string[];
  /** It must be solved within so many working days. */
  life?: { days: number };
  /** Sites named that do not lie at or below the candidate's place. */
  foreignSites?: readonly string[];
  /** Files named that are not there, or not the recorder's to hand in. */
  missingFiles?: readonly string[];
  faults?: readonly RecordFault[];
  timely?: boolean;
  /** The showcase case: what it is known by, its level, and whether it already counts (Q4). */
  showcase?: ShowcaseName & { takenAt: readonly string[] };
  /** The record it takes the place of: null when there is none that stands. */
  /** The candidate has applied with the record that is to be replaced, and nothing opened it. */
  frozen?: true;
  superseded?: { kind: string; lives: boolean; frees?: ShowcaseName } | null;
  /** What the other records still say, when one that counted is taken back. */
  standing?: {
    firstConsultationOn: string | null;
    planAdoptedOn: string | null;
    mobilizationForms: readonly string[];
  };
};

/** The evidence an assessment speaks of. */
export type AssessedFact = {
  kind: string;
  verdict: string | null;
  recordedBy: string;
  /** A reviewer finds impact and scope of this kind, and of no other. */
  determines: boolean;
  superseded: boolean;
  showcase: ShowcaseName | null;
};
