// Facts about a record beside its own fields. Only the facts that its kind asks for are there, so
// that the log of plain records stays short.

import type { Plain } from '../kit/requirement.ts';

/** A relation between fields that the kind demands and that does not hold. */
export type RecordFault = { zh: string; en: string; actual: Plain; required: Plain };

/** The identity of a showcase case within its level (Q4). */
export type ShowcaseName = { identity: string; level: string };

export type RecordFact = {
  /** The clause that the kind rests on. */
  clause: string;
  /** Things that must come with the record. */
  demands?: readonly ('sites' | 'form' | 'file')[];
  /** The kinds of candidate that have such records, when this one is none of them. */
  of?: readonly string[];
  /** A matter must be solved within `days` working days. */
  life?: { days: number };
  /** Named sites that lie neither at nor below the candidate's place. */
  foreignSites?: readonly string[];
  /** Named files that do not exist, or that the recorder may not hand in. */
  missingFiles?: readonly string[];
  faults?: readonly RecordFault[];
  timely?: boolean;
  /** A record of the same kind, day, places and content stands already: it may have been entered twice. */
  repeats?: true;
  /** The identity and level of a showcase case (Q4), and the levels that already count it. */
  showcase?: ShowcaseName & { takenAt: readonly string[] };
  /** The candidate has applied with the record to replace, and no return or order opened it. */
  frozen?: true;
  /** The record to replace; null when none stands. */
  superseded?: { kind: string; lives: boolean; frees?: ShowcaseName } | null;
  /** The evidence of the other records, when a counted one is taken back. */
  standing?: {
    firstConsultationOn: string | null;
    planAdoptedOn: string | null;
    mobilizationForms: readonly string[];
  };
};

/** The record that is assessed. */
export type AssessedFact = {
  kind: string;
  verdict: string | null;
  recordedBy: string;
  /** True of the kinds whose impact and scope a reviewer finds. */
  determines: boolean;
  superseded: boolean;
  showcase: ShowcaseName | null;
};
