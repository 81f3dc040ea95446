// Where an instance stands when something is told to it, and which of several things it is told.

import type { ContextOf, MachineName, Release } from '../../machines/catalog.ts';
import type { Instance } from '../../machines/kit/step.ts';

/** Chooses one of several; the first serves. */
export type Pick = <Choice>(...choices: readonly Choice[]) => Choice;
export const firstOf: Pick = (...choices) => choices[0] as (typeof choices)[number];

export type Situation = { release: Release; instance: Instance; at: string; pick: Pick };

/** The context as the machine `name` types it; the caller knows that the instance is of it. */
export const contextOf = <Name extends MachineName>(
  { context }: Instance,
  _name: Name,
): ContextOf<Name> => context as ContextOf<Name>;
