// Each noun adds its share to the one transaction; the shares are merged once, when the service starts.

import type { MachineName, Release } from '../../../machines/catalog.ts';
import type { Who } from '../../../machines/kit/access.ts';
import type { LockName } from '../../../machines/locks.ts';
import type { CampaignHead, PhaseRow } from '../../db/kernel/campaign-heads.ts';
import type { Joined, Twice, Unless } from '../../db/kernel/store-tables.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import type { Open } from '../../sealing/vault.ts';
import { keptShut } from '../../sealing/vault.ts';
import type { NewSubject } from '../new-subjects.ts';
import type { Handlers } from './batch-context.ts';
import type { Command, Fault, Outcome } from './command.ts';
import type { Draft } from './draft.ts';
import type { Ask } from './fact-request.ts';
import type { FactSources, World } from './facts.ts';
import type { LocksOf } from './locked-rows.ts';
import type { Reference } from './reference.ts';

/** The circumstances in which a new subject begins. */
export type Beginning = {
  /** The plan that the campaign goes by now, and the one it was issued by. */
  plan: Plan;
  issued: Plan;
  /** False when the campaign has been moved to this version of its plan since it was issued. */
  isFirst: boolean;
  reference: Reference;
  head: CampaignHead;
  parent: Draft | undefined;
};

/** A batch while it is decided. */
export type Deciding = {
  tx: Tx;
  campaignId: string;
  plan: Plan;
  phases: readonly PhaseRow[];
  drafts: ReadonlyMap<string, Draft>;
  writes: Writes;
  entropy: Entropy;
};

/** The input of a new draft, and where it stands. */
export type Made = Pick<
  Draft,
  'parentId' | 'name' | 'category' | 'siteId' | 'personName' | 'identity'
> & {
  organisation: Pick<Organisation, 'id' | 'path'>;
  input: object;
  /** The chart by which it is decided, where the plan states one. */
  release?: Release;
};

/** The hooks of a machine whose subjects are special; most machines need none. */
export type MachineHooks = {
  /** Begins a subject that does not begin as any child of a candidate does. */
  begin?: (
    create: NewSubject,
    beginning: Beginning,
  ) => Made | { faults: Fault[] } | { outcome: Outcome };
  /** The chart by which a version of the plan decides such a subject, where plans state one. */
  releaseBy?: (plan: Plan, draft: Draft) => Release;
  /** The names that no other command of its batch may claim, beside the subject. */
  claims?: (create: NewSubject, campaignId: string) => string[];
  /** Adds the rows beside its subject, after its first event was taken. */
  enrol?: (batch: Deciding, create: NewSubject, draft: Draft) => void;
  /** Adds the rows that follow from a step without an effect. */
  afterStep?: (batch: Deciding, draft: Draft, ask: Ask) => void;
  /** Narrows the senders of an event's type to those who may send this very event. */
  narrow?: (event: Ask['event']) => readonly Who[] | undefined;
  /** True for an event that lays something new on the subject, which nobody does once its unit has ended. */
  lays?: (draft: Draft, eventType: string) => boolean;
  /** It may be begun about what hangs on a unit that has ended, as what people may ask for at any time. */
  outlivesUnit?: true;
  /** A principal who may send one of its events knows of the subject, wherever they serve. */
  isOpen?: true;
  /** The machine goes by the plan its campaign was issued by, even when the campaign has adopted another. */
  goesByFirstPlan?: true;
};

type FindTwins = (
  batch: Deciding,
  commands: readonly Command[],
) => Promise<ReadonlyMap<Command, string>>;

/** The merged shares, which are all that the kernel knows of the nouns. */
/** The outcome of a command that goes no further, or null when it is admitted. */
type Admit = (
  command: Command,
  draft: Draft | undefined,
  hooks: MachineHooks | undefined,
  reference: Reference,
) => Outcome | null;

export type Nouns = {
  facts: FactSources;
  handlers: Handlers;
  locks: LocksOf<LockName>;
  /** The locks that are taken before any fact is read. */
  beforeFacts: readonly ((world: World, asks: readonly Ask[]) => Promise<void>)[];
  /** The operations whose items the service decides; items of others are done in their creator's name. */
  operations: ReadonlySet<string>;
  machines: { readonly [Name in MachineName]?: MachineHooks };
  /** The subjects to lock beside those that the commands name, because these may bring them to an end. */
  joins: readonly ((batch: Deciding, commands: readonly Command[]) => Promise<readonly string[]>)[];
  /** The existing subjects that equal what these commands would begin. */
  twins: readonly FindTwins[];
  /** The work that runs in the same transaction, once its commands are decided. */
  afterwards: readonly ((batch: Deciding, plans: Plans) => Promise<void>)[];
  /** Stands in for `admit` where a test leaves the service's own checks out, to see the write wall behind. */
  admits?: Admit | undefined;
  /** Opens what is sealed. */
  open: Open;
};

/** The same nouns, which open what is sealed. */
export const opening = (nouns: Nouns, open: Open): Nouns => ({ ...nouns, open });

type Plans = { plan: (tx: Tx, planId: string, version: number) => Promise<Plan | null> };

/** The share of one noun. */
export type Noun = {
  facts?: Partial<FactSources>;
  handlers?: Partial<Handlers>;
  locks?: Partial<LocksOf<LockName>>;
  beforeFacts?: Nouns['beforeFacts'];
  operations?: readonly string[];
  machines?: Nouns['machines'];
  joins?: Nouns['joins'];
  twins?: Nouns['twins'];
  afterwards?: Nouns['afterwards'];
};

type Part = 'facts' | 'handlers' | 'locks' | 'machines';
type Shares<All extends readonly Noun[], Of extends Part> = {
  [Index in keyof All]: All[Index] extends { readonly [Name in Of]: infer Share } ? Share : unknown;
};
type TwiceIn<All extends readonly Noun[]> = { [Of in Part]: Twice<Shares<All, Of>> }[Part];

/**
 * Merges the shares of all nouns, whose order is the one in which facts that lock something lock it. A
 * fact, a handler, a lock or a machine of two nouns does not compile: the later would silently win.
 */
export function assemble<const All extends readonly Noun[]>(all: All & Unless<TwiceIn<All>>) {
  const merge = <Of extends Part>(part: Of) =>
    // The type of Object.assign knows no list of unknown length.
    Object.assign({}, ...all.map((noun) => noun[part])) as Joined<Shares<All, Of>>;
  return {
    facts: merge('facts'),
    handlers: merge('handlers'),
    locks: merge('locks'),
    beforeFacts: all.flatMap(({ beforeFacts = [] }) => beforeFacts),
    operations: new Set(all.flatMap(({ operations = [] }) => operations)),
    machines: merge('machines'),
    joins: all.flatMap(({ joins = [] }) => joins),
    twins: all.flatMap(({ twins = [] }) => twins),
    afterwards: all.flatMap(({ afterwards = [] }) => afterwards),
    open: keptShut,
  };
}
