// The phases of a campaign, in which all its candidates move together.

export type PhaseCode =
  | 'mobilization'
  | 'concentrated-creation'
  | 'self-check-rectification'
  | 'evaluation'
  | 'concluded'
  | 'cancelled';

/** Phases in the order of the plan (R46: no phase is skipped); the last two end the campaign. */
export const PHASES: readonly PhaseCode[] = [
  'mobilization',
  'concentrated-creation',
  'self-check-rectification',
  'evaluation',
  'concluded',
  'cancelled',
];

export const phaseNumber = (phase: string): number =>
  (PHASES as readonly string[]).indexOf(phase) + 1;
