// The procedure of a category as a plan states it: stages in order, each with the steps that a candidate
// takes in it. Plain data without texts, dates, quotas or weights, so that a change of those needs no other
// machine.

import type { Role } from '../kit/access.ts';
import type { TemplateName } from '../notice/templates.ts';
import type { Chain } from './phases.ts';
import type { RuledStep, RuleOf } from './rules.ts';

/** The kinds of steps in the library. */
export const STEP_KINDS = [
  'plan',
  'mobilize',
  'acknowledge',
  'create',
  'self-check',
  'gather',
  'apply',
  'review',
  'select',
  'notice',
  'submit',
  'confer',
] as const;

export type StepKind = (typeof STEP_KINDS)[number];

/** The five effects of a verdict; a plan has words of its own for them. */
export const VERDICT_EFFECTS = ['advance', 'advance-bound', 'return', 'defer', 'end'] as const;

export type VerdictEffect = (typeof VERDICT_EFFECTS)[number];

/**
 * `advance-bound` until `here` waits in this review for what is still to be done; until `confer` the
 * candidate goes on and is not conferred before.
 */
export type Verdict = { effect: VerdictEffect; until?: 'here' | 'confer' };

export type VerdictSet = { readonly [word: string]: Verdict };

export type Authority = 'city' | 'county';

/** `clause` is the sentence of the plan that the step rests on; `rules` are asked beside its own. */
type Of<Kind extends StepKind, More = unknown> = {
  step: Kind;
  clause: string;
  rules?: Kind extends RuledStep ? readonly RuleOf<Kind>[] : undefined;
} & More;

type By = { by: readonly Role[] };

export type PlanStep = Of<'plan', By>;
export type MobilizeStep = Of<'mobilize'>;
export type AcknowledgeStep = Of<'acknowledge'>;
export type CreateStep = Of<
  'create',
  { confirmedBy?: readonly Role[]; admittedBy: readonly Role[] }
>;
export type SelfCheckStep = Of<'self-check', By>;
export type GatherStep = Of<'gather', By & { streams: readonly string[] }>;
export type ApplyStep = Of<
  'apply',
  { gathers?: readonly string[]; passMark?: boolean; told?: TemplateName }
>;
export type ReviewStep = Of<
  'review',
  By & {
    /** The sentence about returns, where it is another. */
    returnClause?: string;
    verdicts: VerdictSet;
    /** Whether a verdict rests on a visit that was recorded. */
    onSite?: boolean;
    told: TemplateName;
  }
>;
export type SelectStep = Of<'select'>;
export type NoticeStep = Of<'notice', { issuer: Authority }>;
export type SubmitStep = Of<
  'submit',
  By & { confirmedBy: readonly Role[]; to: readonly Role[]; override?: boolean }
>;
/** `stated: false` where the plan does not say who finally determines, so that nobody may. */
export type ConferStep = Of<
  'confer',
  By & { authority: Authority; stated?: boolean; override?: boolean }
>;

export type ProcedureStep =
  | PlanStep
  | MobilizeStep
  | AcknowledgeStep
  | CreateStep
  | SelfCheckStep
  | GatherStep
  | ApplyStep
  | ReviewStep
  | SelectStep
  | NoticeStep
  | SubmitStep
  | ConferStep;

export type Stage = {
  /** Stored as the first part of a candidate's state. */
  code: string;
  /** The phase in which the stage is. */
  in: string;
  /** The state in which a candidate waits for the phase of the next stage. */
  rest?: string;
  steps: readonly ProcedureStep[];
};

/** How the figure of a stream is gathered: by ballots, of grades or of satisfaction, or by sheets. */
export const STREAM_KINDS = ['ballots', 'survey', 'sheets'] as const;

export type StreamKind = (typeof STREAM_KINDS)[number];

/** The streams that the steps gather, by code; their weights and gates are policies. */
export type Streams = { readonly [code: string]: { kind: StreamKind } };

export type Procedure = { chain: Chain; stages: readonly Stage[]; streams: Streams };
