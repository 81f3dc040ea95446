// What each noun adds to the one transaction, and how it is put together, once, when the service starts.

import type { LockName } from '../../../machines/locks.ts';
import type { Handlers } from './batch-context.ts';
import type { Ask } from './fact-request.ts';
import type { FactSources, World } from './facts.ts';
import type { LocksOf } from './locked-rows.ts';

/** All that the kernel knows of the nouns. */
export type Nouns = {
  /** How each fact is come by. */
  facts: FactSources;
  /** What is done about each effect. */
  handlers: Handlers;
  /** How the rows are locked that effects need. */
  locks: LocksOf<LockName>;
  /** Locks that are taken before any fact is read. */
  beforeFacts: readonly ((world: World, asks: readonly Ask[]) => Promise<void>)[];
  /** Operations whose items the service itself has decided; of others, whoever asked for them does. */
  operations: ReadonlySet<string>;
};

/** The share of one noun. */
export type Noun = {
  facts?: Partial<FactSources>;
  handlers?: Partial<Handlers>;
  locks?: Partial<LocksOf<LockName>>;
  beforeFacts?: Nouns['beforeFacts'];
  operations?: readonly string[];
};

type Together<Union> = (Union extends Union ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;
type Shares<All extends readonly Noun[], Part extends keyof Noun> = Together<
  All[number] extends infer Each
    ? Each extends { readonly [Of in Part]: infer Share }
      ? Share
      : never
    : never
>;

/** The shares of all nouns as one, in their order: facts that lock something lock it in this order. */
export function assemble<const All extends readonly Noun[]>(...all: All) {
  const merge = <Part extends 'facts' | 'handlers' | 'locks'>(part: Part) =>
    Object.assign({}, ...all.map((noun) => noun[part])) as Shares<All, Part>;
  return {
    facts: merge('facts'),
    handlers: merge('handlers'),
    locks: merge('locks'),
    beforeFacts: all.flatMap(({ beforeFacts = [] }) => beforeFacts),
    operations: new Set(all.flatMap(({ operations = [] }) => operations)),
  };
}
