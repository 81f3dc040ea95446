// The handlers of effects are given a scene: the batch, its plan, and who told the step.

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
  /** The handler of each effect. */
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
  /** The facts that the step was decided by. */
  facts: Facts;
  /** The sources of facts for the subjects that the step opens. */
  sources: FactSources;
  /** Facts for the events that a child may tell its candidate, by the child's id and the event. */
  parentFacts: ReadonlyMap<string, () => Facts>;
  /** Locked rows that several steps of the batch may change one after the other. */
  held: Held;
  /** The effort that the command may still spend on texts, under the locks of its transaction. */
  effort: Effort;
  /** A value that the command carries past the log; null for every command but the hand-out of a ballot. */
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
