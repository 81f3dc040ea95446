// Each noun adds its share to the one transaction; the shares are put together once, when the service starts.

import type { MachineName } from '../../../machines/catalog.ts';
import type { Who } from '../../../machines/kit/access.ts';
import type { LockName } from '../../../machines/locks.ts';
import type { CampaignHead, PhaseRow } from '../../db/kernel/campaign-heads.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import type { Organisation } from '../../rules/access/addressees.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
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
};

/** The hooks of a machine whose subjects are special; most machines need none. */
export type MachineHooks = {
  /** Begins a subject that does not begin as any child of a candidate does. */
  begin?: (
    create: NewSubject,
    beginning: Beginning,
  ) => Made | { faults: Fault[] } | { outcome: Outcome };
  /** The names that no other command of its batch may claim, beside the subject. */
  claims?: (create: NewSubject, campaignId: string) => string[];
  /** The rows beside its subject, once its first event was taken. */
  enrol?: (batch: Deciding, create: NewSubject, draft: Draft) => void;
  /** The rows that follow from a step and that no effect speaks of. */
  afterStep?: (batch: Deciding, draft: Draft, ask: Ask) => void;
  /** Narrows those who may send such an event to those who may send this one. */
  narrow?: (event: Ask['event']) => readonly Who[] | undefined;
  /** Everybody who may send one of its events knows of it, wherever they serve. */
  isOpen?: true;
  /** It goes by the plan that its campaign was issued by, even when the campaign has adopted another. */
  goesByFirstPlan?: true;
};

type FindTwins = (
  batch: Deciding,
  commands: readonly Command[],
) => Promise<ReadonlyMap<Command, string>>;

/** The kernel knows no more of the nouns than this. */
export type Nouns = {
  /** The source of each fact. */
  facts: FactSources;
  /** The handler of each effect. */
  handlers: Handlers;
  /** The locks of the rows that effects need. */
  locks: LocksOf<LockName>;
  /** Locks that are taken before any fact is read. */
  beforeFacts: readonly ((world: World, asks: readonly Ask[]) => Promise<void>)[];
  /** Operations whose items the service itself decides; the items of others are in the name of who asked. */
  operations: ReadonlySet<string>;
  machines: { readonly [Name in MachineName]?: MachineHooks };
  /** Subjects that are locked with those the commands name, because these may bring them to their end. */
  joins: readonly ((batch: Deciding, commands: readonly Command[]) => Promise<readonly string[]>)[];
  /** The subjects that stand already as what these commands would begin. */
  twins: readonly FindTwins[];
  /** Run in the same transaction, once its commands are decided. */
  afterwards: readonly ((batch: Deciding, plans: Plans) => Promise<void>)[];
};

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
    machines: Object.assign({}, ...all.map(({ machines }) => machines)) as Nouns['machines'],
    joins: all.flatMap(({ joins = [] }) => joins),
    twins: all.flatMap(({ twins = [] }) => twins),
    afterwards: all.flatMap(({ afterwards = [] }) => afterwards),
  };
}
