// The handlers of effects are given a scene, which holds the batch, its plan and the principal of the step.

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
  handlers: Handlers;
  campaignId: string;
  plan: Plan;
  reference: Reference;
  campaignName: string;
  writes: Writes;
  /** Every draft of the batch by id; the subjects that a step opens join it. */
  drafts: Map<string, Draft>;
  entropy: Entropy;
  by: { principalId: string; roles: readonly string[] };
  /** Whether whoever told the step works at this place, by its path. */
  reaches: (path: string) => boolean;
  /** The facts by which the step was decided. */
  facts: Facts;
  /** The sources of facts for the subjects that the step opens. */
  sources: FactSources;
  /** The facts for the events that a child may tell its candidate, under `<child's id> <event type>`. */
  parentFacts: ReadonlyMap<string, () => Facts>;
  /** The locked rows, which several steps of the batch may change one after the other. */
  held: Held;
  /** The effort that the command may still spend on texts, under the locks of its transaction. */
  effort: Effort;
  /** A value that the command carries past the log; null for every command but the printing of slips. */
  sealed: string | null;
};

/** A handler adds the rows that one effect of a step, told at `at`, asks for. */
type Handler<Type extends EffectType> = (
  scene: Scene,
  draft: Draft,
  params: ParamsOf<Type>,
  at: string,
) => void;

/** A handler for each of these effects; the service does not compile unless every effect has one. */
export type Handlers<Type extends EffectType = EffectType> = {
  readonly [Each in Type]: Handler<Each>;
};
