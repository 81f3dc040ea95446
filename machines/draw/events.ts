// The context, the events and the facts of a draw.

import type { MachineEvent } from '../kit/event.ts';
import type { Deadline } from '../kit/time.ts';

/** XState's names of the two waits that need facts; a test holds them, because they are stored. */
export const REVEAL_TIMER = 'xstate.after.drawReveal.draw.published';
export const WINDOW_TIMER = 'xstate.after.drawnInspectionsWindow.draw.revealed';

export type DrawInput = {
  /** A campaign uses each number once, even when the round is cancelled. */
  round: number;
  title: string;
  /** What is drawn from; a draw over the same kind of units may repeat one that came to nothing. */
  population: 'candidates' | 'sites';
  snapshotHash: string;
  ruleHash: string;
  unitCount: number;
  inspectorCount: number;
  inspectorsPerUnit: number;
  /** SHA-256 of the service's secret, which no caller and no log sees. */
  serviceCommitment: string;
  /** Roles that add to the seed, beside the service. */
  parties: readonly string[];
  revealAt: string;
};

export type DrawOutcome = {
  serviceSeed: string;
  seed: string;
  resultHash: string;
  /** The units as the algorithm gives them, which `resultHash` covers. */
  units: readonly {
    unitId: string;
    stratum: string;
    position: number;
    inspectors: readonly string[];
    recused: readonly { inspectorId: string; reason: 'own-subtree' | 'declared' }[];
  }[];
  /** The units with the names and places that people look up. */
  assignments: readonly {
    unitId: string;
    candidateId: string | null;
    siteId: string | null;
    name: string;
    path: string;
    stratum: string;
    position: number;
    inspectors: readonly { id: string; name: string }[];
  }[];
};

export type DrawFacts = {
  roundTaken: boolean;
  /**
   * The draws over the same kind of units that came to nothing: cancelled, or not published in time; and whether
   * a later one names them already.
   */
  fallen: readonly { round: number; repeated: boolean }[];
  /** The plan's least numbers of units to draw from, inspectors to draw from, inspectors of a unit. */
  drawRules: { unitsMin: number; poolMin: number; inspectorsMin: number };
  /** Whether the recusal's unit and inspector exist, and the units it would leave short. */
  coverage: { short: readonly string[]; unitKnown: boolean; inspectorKnown: boolean };
  /** SHA-256 of the secret that a party reveals. */
  contributionHash: string;
  /** Null before the reveal. */
  outcome: DrawOutcome | null;
  uninspected: readonly string[];
  deadline: Deadline;
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, DrawFacts, Payload>;

export type DrawEvent =
  | Named<'prepare', { repeats?: readonly number[]; reason?: string }>
  | Named<'commit-contribution', { party: string; commitment: string }>
  | Named<'publish', { remark?: string }>
  | Named<'reveal-contribution', { party: string; value: string }>
  | Named<'declare-recusal', { inspectorId: string; unitId: string; reason: string }>
  | Named<'withdraw-recusal', { inspectorId: string; unitId: string; reason: string }>
  | Named<'complete', { remark?: string }>
  | Named<'cancel', { reason: string }>
  | Named<'confirm-cancellation', { remark?: string }>
  | Named<'recalculate-deadline'>;

export type DrawEventType = DrawEvent['type'];

export type DrawContext = DrawInput & {
  contributions: readonly {
    party: string;
    by: string;
    commitment: string;
    /** The revealed secret; null until then, and for ever when the party misses its time. */
    value: string | null;
  }[];
  recusals: readonly {
    inspectorId: string;
    unitId: string;
    reason: string;
    at: string;
    declaredBy: string;
  }[];
  result: DrawOutcome | null;
  deadline: Deadline | null;
  generation: number;
  /** The rounds that came to nothing and are drawn again by this one, and why. */
  repeats: readonly number[];
  repeatReason: string | null;
  publishedAt: string | null;
  /** After the publication one person asks for the cancellation and another confirms it. */
  asked: { by: string; reason: string } | null;
  cancelledAt: string | null;
  cancelledBy: readonly string[];
  reason: string | null;
};
