// What the effects of a step are spelled out in: the batch, its plan, and who told the step.

import type { EffectType, ParamsOf } from '../../../machines/effects.ts';
import type { Writes } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Effort } from '../../rules/plan/texts.ts';
import type { Draft } from './draft.ts';
import type { FactSources, Facts } from './facts.ts';
import type { Held } from './locked-rows.ts';
import type { Reference } from './reference.ts';

export type Scene = {
  /** What is done about each effect. */
  handlers: Handlers;
  campaignId: string;
  plan: Plan;
  reference: Reference;
  campaignName: string;
  writes: Writes;
  /** Every draft of the batch by id; opened subjects join it. */
  drafts: Map<string, Draft>;
  entropy: Entropy;
  by: { principalId: string; roles: readonly string[] };
  /** What the step was decided by. */
  facts: Facts;
  /** How the facts of what the step opens are come by. */
  sources: FactSources;
  /** Facts of what the candidate may be told on a child's account, by the child's id and the event. */
  parentFacts: ReadonlyMap<string, () => Facts>;
  /** Locked rows that several steps of the batch may change one after the other. */
  held: Held;
  /** What the command may still spend on texts, under the locks of its transaction. */
  effort: Effort;
  /** What the command carries past the log; null for every command but the hand-out of a ballot. */
  sealed: string | null;
};

/** Adds the rows that one effect of a step, told at `at`, asks for. */
type Handler<Type extends EffectType> = (
  scene: Scene,
  draft: Draft,
  params: ParamsOf<Type>,
  at: string,
) => void;

/** A handler for each of these effects; the service has one for every effect, or does not compile. */
export type Handlers<Type extends EffectType = EffectType> = {
  readonly [Each in Type]: Handler<Each>;
};
