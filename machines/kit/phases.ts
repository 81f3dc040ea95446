// The phases of a campaign, which whoever takes part in it goes through.

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

export const phaseNumber = (phase: PhaseCode): number => PHASES.indexOf(phase) + 1;
