// The one list of released machines, by name and version. New instances begin with the current
// version; live ones keep theirs until a migration moves them. The charts of campaigns and candidates are
// compiled from what a plan states, and known by its hash.

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
import { candidateFacts, candidateHolds } from './candidate/events.ts';
import { regressionAccess, supplementAccess } from './conformance/access.ts';
import { regressionDeadlines, regressionFacts, regressionV1 } from './conformance/regression.v1.ts';
import { supplementFacts, supplementV1 } from './conformance/supplement.v1.ts';
import { documentAccess } from './document/access.ts';
import { documentV1 } from './document/document.v1.ts';
import { documentDeadlines, documentFacts, documentHolds } from './document/events.ts';
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
import type { Access, ByStage, Who } from './kit/access.ts';
import type { Instance, Machine } from './kit/step.ts';
import { accepts } from './kit/step.ts';
import type { LockName } from './locks.ts';
import { receiptAccess } from './notice/access.ts';
import { receiptDeadlines, receiptFacts, receiptV1 } from './notice/receipt.v1.ts';
import { objectionAccess } from './objection/access.ts';
import { objectionDeadlines, objectionFacts, objectionTells } from './objection/events.ts';
import { objectionV1 } from './objection/objection.v1.ts';
import type { CampaignDefinition } from './procedure/campaign.ts';
import { compileCampaign } from './procedure/campaign.ts';
import type { CompiledProcedure, Standing } from './procedure/compile.ts';
import { compileProcedure } from './procedure/compile.ts';
import type { OwnDeadline } from './procedure/part.ts';
import { LIVE_ROWS, REGISTER_ROW } from './procedure/part.ts';
import type { Chain } from './procedure/phases.ts';
import type { Procedure } from './procedure/procedure.ts';
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
  /** What the chart is compiled from; a machine that is written by hand has none. */
  stated?: Stated;
  access: Table<Access<string>[string]>;
  /** Facts that the loader owes an event of this type in this stage. */
  factsFor: (eventType: string, stage: string) => readonly FactNameOf<Chart>[];
  /** The policy of the deadline that an event opens in this stage; null when it opens none. */
  deadlineFor: (eventType: string, stage: string) => Policy | null;
  /** Events that this event may send to the parent; their facts are loaded with its own. */
  tellsParent: (eventType: string) => readonly string[];
  /** The chain that its subjects go along; null where they stand in no phase. */
  chain: Chain | null;
  /** Locks that the effects of this event need in this stage, beside those of subjects. */
  holds: (eventType: string, stage: string) => readonly LockName[];
  /** The step of the plan's procedure that is to be done in this state; null where there is none. */
  standing: (stage: string, state: string) => Standing | null;
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
    standing: () => null,
  };
}

/** The machines whose charts are written by hand, in the order in which a transaction locks their subjects. */
export const releases = [
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
    deadlines: documentDeadlines,
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

/** The version of the library of steps; a released step only gains, or stored logs would replay otherwise. */
export const LIBRARY_VERSION = 1;

/** The machines that are compiled from what a plan states. */
export const LIBRARIES = [
  { name: 'campaign', version: LIBRARY_VERSION },
  { name: 'candidate', version: LIBRARY_VERSION },
] as const;

type CampaignRelease = Released<
  'campaign',
  ReturnType<typeof compileCampaign>,
  (typeof campaignDeadlines)[keyof typeof campaignDeadlines]
>;
type CandidateRelease = Released<'candidate', CompiledProcedure['chart'], OwnDeadline>;

/** What a plan states of a campaign, or of the candidates of a category, as it is stored and hashed. */
export type Stated =
  | { machine: 'campaign'; body: CampaignDefinition }
  | { machine: 'candidate'; body: Procedure };

const campaignRelease = (body: CampaignDefinition): CampaignRelease =>
  release('campaign', LIBRARY_VERSION, compileCampaign(body), {
    chain: body.chain,
    access: campaignAccess,
    facts: campaignFacts,
    deadlines: campaignDeadlines,
    holds: campaignHolds,
  });

function candidateRelease(body: Procedure): CandidateRelease {
  const { chart, access, rowOf, standing } = compileProcedure(body);
  return {
    name: 'candidate',
    version: LIBRARY_VERSION,
    chart,
    effects,
    chain: body.chain,
    access,
    factsFor: (eventType, stage) => {
      const facts = (candidateFacts as Table<readonly FactNameOf<typeof chart>[]>)[eventType] ?? [];
      return rowOf(eventType, stage)?.opens === undefined ? facts : [...facts, 'deadline'];
    },
    deadlineFor: (eventType, stage) => rowOf(eventType, stage)?.opens ?? null,
    tellsParent: () => [],
    holds: (eventType, stage) => {
      const locks = (candidateHolds as Table<readonly LockName[]>)[eventType] ?? [];
      return rowOf(eventType, stage)?.numbers === true ? [...locks, 'register'] : locks;
    },
    standing,
  };
}

// A procedure is compiled once for each process, because its hash stands for what it says.
const compiled = new Map<string, CampaignRelease | CandidateRelease>();

/**
 * The release that is compiled from what a plan states; `hash` is the SHA-256 of its canonical JSON. Throws
 * ProcedureFault when no chart can be made of it.
 */
export function learnRelease(hash: string, stated: Stated): CampaignRelease | CandidateRelease {
  const known = compiled.get(hash);
  if (known !== undefined) return known;
  const made =
    stated.machine === 'campaign' ? campaignRelease(stated.body) : candidateRelease(stated.body);
  const pinned = { ...made, procedure: hash, stated };
  compiled.set(hash, pinned);
  return pinned;
}

/** True when this process can decide the subjects that are pinned to this procedure. */
export const isLearned = (hash: string): boolean => compiled.has(hash);

export type Release = (typeof releases)[number] | CampaignRelease | CandidateRelease;

export type MachineName = Release['name'];

/**
 * The order is that in which a transaction locks subjects: a campaign, then a candidate, then its
 * children. The places are stored, so a new machine comes last.
 */
export const MACHINE_NAMES: readonly MachineName[] = [
  'campaign',
  'candidate',
  ...new Set(releases.map(({ name }) => name)),
];

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

/** What says by which chart an instance is decided. */
export type Pin = Pick<Instance, 'machine' | 'version' | 'procedure'>;

/** The release an instance is pinned to; undefined when only another build has it. */
export const findRelease = ({ machine, version, procedure }: Pin): Release | undefined => {
  const found =
    procedure == null
      ? releases.find(({ name, version: own }) => name === machine && own === version)
      : compiled.get(procedure);
  return found?.name === machine && found.version === version ? found : undefined;
};

/** The release an instance is pinned to. Throws UnknownVersion when it is not in the catalog. */
export function releaseOf(pin: Pin): Release {
  const found = findRelease(pin);
  if (found === undefined) throw new UnknownVersion(pin.machine, pin.version);
  return found;
}

/** Events that the instance accepts; none when only another build has its machine. */
export function acceptsNow(instance: Instance): string[] {
  const found = findRelease(instance);
  return found === undefined ? [] : accepts(found, instance);
}

/** The senders of events of a machine, as far as no plan says otherwise. */
export const accessOf = (
  name: MachineName,
): { readonly [event: string]: readonly Who[] | ByStage } =>
  name === 'campaign'
    ? campaignAccess
    : name === 'candidate'
      ? Object.fromEntries([REGISTER_ROW, ...LIVE_ROWS].map(({ event, by }) => [event, by]))
      : (currentRelease(name).access as { readonly [event: string]: readonly Who[] | ByStage });

/** The release a new instance begins with, of a machine that is written by hand: the last of its name. */
export function currentRelease(name: MachineName): Release {
  const found = releases.findLast((item) => item.name === name);
  if (found === undefined) throw new Error(`no machine ${name} is written by hand`);
  return found;
}
