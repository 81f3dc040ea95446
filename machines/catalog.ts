// The one list of released machines, by name and version. New instances begin with the current
// version; live ones keep theirs until a migration moves them.

import type { AnyStateMachine, ContextFrom, EventFrom } from 'xstate';
import { scoreSheetAccess } from './assessment/access.ts';
import { scoreSheetDeadlines, scoreSheetFacts, scoreSheetTells } from './assessment/events.ts';
import { scoreSheetV1 } from './assessment/score-sheet.v1.ts';
import { ballotRoundAccess } from './ballot/access.ts';
import { ballotRoundV1 } from './ballot/ballot-round.v1.ts';
import { ballotRoundDeadlines, ballotRoundFacts, ballotRoundTells } from './ballot/events.ts';
import { campaignAccess, policyChangeAccess } from './campaign/access.ts';
import { campaignDeadlines, campaignFacts, campaignHolds } from './campaign/events.ts';
import { policyChangeFacts, policyChangeV1 } from './campaign/policy-change.v1.ts';
import { candidateAccess } from './candidate/access.ts';
import { candidateV1 } from './candidate/candidate.v1.ts';
import { candidateDeadlines, candidateFacts, candidateHolds } from './candidate/events.ts';
import { regressionAccess, supplementAccess } from './conformance/access.ts';
import { regressionDeadlines, regressionFacts, regressionV1 } from './conformance/regression.v1.ts';
import { supplementFacts, supplementV1 } from './conformance/supplement.v1.ts';
import { documentAccess } from './document/access.ts';
import { documentFacts, documentHolds, documentV1 } from './document/document.v1.ts';
import { drawAccess } from './draw/access.ts';
import { drawDeadlines, drawFacts, drawV1 } from './draw/draw.v1.ts';
import { effects } from './effects.ts';
import { rectificationAccess } from './inspection/access.ts';
import {
  rectificationDeadlines,
  rectificationFacts,
  rectificationHolds,
} from './inspection/events.ts';
import { rectificationV1 } from './inspection/rectification.v1.ts';
import type { Access } from './kit/access.ts';
import type { Instance, Machine } from './kit/step.ts';
import { accepts } from './kit/step.ts';
import type { LockName } from './locks.ts';
import { receiptAccess } from './notice/access.ts';
import { receiptDeadlines, receiptFacts, receiptV1 } from './notice/receipt.v1.ts';
import { objectionAccess } from './objection/access.ts';
import { objectionDeadlines, objectionFacts, objectionTells } from './objection/events.ts';
import { objectionV1 } from './objection/objection.v1.ts';
import { compileCampaign } from './procedure/campaign.ts';
import { FOUR_PHASES } from './procedure/four-phases.ts';
import type { Chain } from './procedure/phases.ts';
import { reconsiderationAccess } from './reconsideration/access.ts';
import {
  reconsiderationDeadlines,
  reconsiderationFacts,
  reconsiderationTells,
  reconsiderationV1,
} from './reconsideration/reconsideration.v1.ts';
import { matterAccess } from './record/access.ts';
import { matterDeadlines, matterFacts, matterV1 } from './record/matter.v1.ts';
import { reviewPanelAccess } from './review/access.ts';
import { reviewPanelFacts } from './review/events.ts';
import { reviewPanelV1 } from './review/review-panel.v1.ts';

type Released<Name extends string, Chart extends AnyStateMachine, Policy extends string> = Omit<
  Machine<typeof effects>,
  'name' | 'chart'
> & {
  name: Name;
  chart: Chart;
  access: Table<Access<string>[string]>;
  /** Facts that the loader owes an event of this type. */
  factsFor: (eventType: string) => readonly FactNameOf<Chart>[];
  /** The policy of the deadline that an event opens; null when it opens none. */
  deadlineFor: (eventType: string) => Policy | null;
  /** Events that this event may send to the parent; their facts are loaded with its own. */
  tellsParent: (eventType: string) => readonly string[];
  /** The chain that its subjects go along; null where they stand in no phase. */
  chain: Chain | null;
  /** Locks that the effects of this event need, beside those of subjects. */
  holds: (eventType: string) => readonly LockName[];
};

type FactsOf<Chart extends AnyStateMachine> = Required<EventFrom<Chart>['facts']>;
type FactNameOf<Chart extends AnyStateMachine> = keyof FactsOf<Chart> & string;

type Table<Value> = { readonly [eventType: string]: Value | undefined };

/** The tables of a machine beside its chart: who may send each event, and what the event needs. */
type Tables<Chart extends AnyStateMachine, Policy extends string> = {
  access: Access<EventFrom<Chart>['type']>;
  facts?: Table<readonly FactNameOf<Chart>[]>;
  deadlines?: Table<Policy>;
  tells?: Table<readonly string[]>;
  holds?: Table<readonly LockName[]>;
  chain?: Chain;
};

function release<
  const Name extends string,
  Chart extends AnyStateMachine,
  Policy extends string = never,
>(
  name: Name,
  version: number,
  chart: Chart,
  { access, facts = {}, deadlines = {}, tells = {}, holds = {}, chain }: Tables<Chart, Policy>,
): Released<Name, Chart, Policy> {
  return {
    name,
    version,
    chart,
    effects,
    access,
    chain: chain ?? null,
    factsFor: (eventType) => facts[eventType] ?? [],
    deadlineFor: (eventType) => deadlines[eventType] ?? null,
    tellsParent: (eventType) => tells[eventType] ?? [],
    holds: (eventType) => holds[eventType] ?? [],
  };
}

/**
 * The order is that in which a transaction locks subjects: a campaign, then a candidate, then its
 * children. The places are stored, so a new machine comes last.
 */
export const releases = [
  release('campaign', 1, compileCampaign(FOUR_PHASES), {
    chain: FOUR_PHASES.chain,
    access: campaignAccess,
    facts: campaignFacts,
    deadlines: campaignDeadlines,
    holds: campaignHolds,
  }),
  release('candidate', 1, candidateV1, {
    chain: FOUR_PHASES.chain,
    access: candidateAccess,
    facts: candidateFacts,
    deadlines: candidateDeadlines,
    holds: candidateHolds,
  }),
  release('rectification', 1, rectificationV1, {
    access: rectificationAccess,
    facts: rectificationFacts,
    deadlines: rectificationDeadlines,
    holds: rectificationHolds,
  }),
  release('receipt', 1, receiptV1, {
    access: receiptAccess,
    facts: receiptFacts,
    deadlines: receiptDeadlines,
  }),
  release('ballot-round', 1, ballotRoundV1, {
    access: ballotRoundAccess,
    facts: ballotRoundFacts,
    deadlines: ballotRoundDeadlines,
    tells: ballotRoundTells,
  }),
  release('score-sheet', 1, scoreSheetV1, {
    access: scoreSheetAccess,
    facts: scoreSheetFacts,
    deadlines: scoreSheetDeadlines,
    tells: scoreSheetTells,
  }),
  release('review-panel', 1, reviewPanelV1, { access: reviewPanelAccess, facts: reviewPanelFacts }),
  release('objection', 1, objectionV1, {
    access: objectionAccess,
    facts: objectionFacts,
    deadlines: objectionDeadlines,
    tells: objectionTells,
  }),
  release('draw', 1, drawV1, { access: drawAccess, facts: drawFacts, deadlines: drawDeadlines }),
  release('supplement', 1, supplementV1, { access: supplementAccess, facts: supplementFacts }),
  release('policy-change', 1, policyChangeV1, {
    access: policyChangeAccess,
    facts: policyChangeFacts,
  }),
  release('document', 1, documentV1, {
    access: documentAccess,
    facts: documentFacts,
    holds: documentHolds,
  }),
  release('matter', 1, matterV1, {
    access: matterAccess,
    facts: matterFacts,
    deadlines: matterDeadlines,
  }),
  release('regression', 1, regressionV1, {
    access: regressionAccess,
    facts: regressionFacts,
    deadlines: regressionDeadlines,
  }),
  release('reconsideration', 1, reconsiderationV1, {
    access: reconsiderationAccess,
    facts: reconsiderationFacts,
    deadlines: reconsiderationDeadlines,
    tells: reconsiderationTells,
  }),
] as const;

export type Release = (typeof releases)[number];

export type MachineName = Release['name'];

/** The names in the order of the list. */
export const MACHINE_NAMES: readonly MachineName[] = [...new Set(releases.map(({ name }) => name))];

type ChartOf<Name extends MachineName> = Extract<Release, { name: Name }>['chart'];

export type ContextOf<Name extends MachineName> = ContextFrom<ChartOf<Name>>;

type EveryContext = { [Name in MachineName]: ContextOf<Name> }[MachineName];

/** Every name that some machine keeps something under. */
export type ContextField = KeyOf<EveryContext> & string;

/** The type of what machines keep under this name; a union where several keep different things. */
export type ContextValue<Field extends ContextField> = ValueOf<EveryContext, Field>;

type EveryFacts = { [Name in MachineName]: FactsOf<ChartOf<Name>> }[MachineName];
type KeyOf<Union> = Union extends Union ? keyof Union : never;
type ValueOf<Union, Key extends PropertyKey> = Union extends { [Of in Key]?: infer Value }
  ? Value
  : never;

/** Every fact that some machine asks for. */
export type FactName = KeyOf<EveryFacts> & string;

/** The type of a fact; a union where machines use one name for several things. */
export type FactValue<Name extends FactName> = ValueOf<EveryFacts, Name>;

/** A newer build began the subject, with a machine that this build does not have. */
export class UnknownVersion extends Error {
  override name = 'UnknownVersion';
  readonly machine: string;
  readonly version: number;
  constructor(machine: string, version: number) {
    super(`no machine ${machine} v${version}`);
    this.machine = machine;
    this.version = version;
  }
}

/** The release an instance is pinned to; undefined when only another build has it. */
export const findRelease = (name: string, version: number): Release | undefined =>
  releases.find((item) => item.name === name && item.version === version);

/** The release an instance is pinned to. Throws UnknownVersion when it is not in the catalog. */
export function releaseOf(name: string, version: number): Release {
  const found = findRelease(name, version);
  if (found === undefined) throw new UnknownVersion(name, version);
  return found;
}

/** Events that the instance accepts; none when only another build has its machine. */
export function acceptsNow(instance: Instance): string[] {
  const found = findRelease(instance.machine, instance.version);
  return found === undefined ? [] : accepts(found, instance);
}

/** The release a new instance begins with: the last one of its name. */
export function currentRelease(name: MachineName): Release {
  const found = releases.findLast((item) => item.name === name);
  if (found === undefined) throw new Error(`no machine ${name}`);
  return found;
}
