// Every released machine, by name and version. New instances begin with the current version; those
// that live keep theirs until a migration plan moves them.

import { scoreSheetDeadlines, scoreSheetFacts, scoreSheetTells } from './assessment/events.ts';
import { scoreSheetV1 } from './assessment/score-sheet.v1.ts';
import { ballotRoundV1 } from './ballot/ballot-round.v1.ts';
import { ballotRoundDeadlines, ballotRoundFacts, ballotRoundTells } from './ballot/events.ts';
import { campaignV1 } from './campaign/campaign.v1.ts';
import { campaignDeadlines, campaignFacts, campaignHolds } from './campaign/events.ts';
import { policyChangeFacts, policyChangeV1 } from './campaign/policy-change.v1.ts';
import { candidateV1 } from './candidate/candidate.v1.ts';
import { candidateDeadlines, candidateFacts, candidateHolds } from './candidate/events.ts';
import { regressionDeadlines, regressionFacts, regressionV1 } from './conformance/regression.v1.ts';
import { supplementFacts, supplementV1 } from './conformance/supplement.v1.ts';
import { documentFacts, documentHolds, documentV1 } from './document/document.v1.ts';
import { drawDeadlines, drawFacts, drawV1 } from './draw/draw.v1.ts';
import {
  rectificationDeadlines,
  rectificationFacts,
  rectificationHolds,
} from './inspection/events.ts';
import { rectificationV1 } from './inspection/rectification.v1.ts';
import type { Instance, Machine } from './kit/step.ts';
import { accepts } from './kit/step.ts';
import type { HeldName, MachineName } from './machine-names.ts';
import { receiptDeadlines, receiptFacts, receiptV1 } from './notice/receipt.v1.ts';
import { objectionDeadlines, objectionFacts, objectionTells } from './objection/events.ts';
import { objectionV1 } from './objection/objection.v1.ts';
import { matterDeadlines, matterFacts, matterV1 } from './record/matter.v1.ts';
import { reviewPanelFacts } from './review/events.ts';
import { reviewPanelV1 } from './review/review-panel.v1.ts';

type Released<Policy extends string> = Machine & {
  name: MachineName;
  /** Facts the loader owes an event of this type. */
  factsFor: (eventType: string) => readonly string[];
  /** Policy by which the deadline an event opens is reckoned; null when it opens none. */
  deadlineFor: (eventType: string) => Policy | null;
  /** Events that `tell-parent` effects of this event may tell; their facts are loaded with its own. */
  tellsParent: (eventType: string) => readonly string[];
  /** What the effects of this event need held. */
  holds: (eventType: string) => readonly HeldName[];
};

type Table<Value> = { readonly [eventType: string]: Value | undefined };

type Tables<Policy extends string> = {
  facts?: Table<readonly string[]>;
  deadlines?: Table<Policy>;
  tells?: Table<readonly string[]>;
  holds?: Table<readonly HeldName[]>;
};

const release = <Policy extends string = never>(
  name: MachineName,
  version: number,
  chart: Machine['chart'],
  { facts = {}, deadlines = {}, tells = {}, holds = {} }: Tables<Policy>,
): Released<Policy> => ({
  name,
  version,
  chart,
  factsFor: (eventType) => facts[eventType] ?? [],
  deadlineFor: (eventType) => deadlines[eventType] ?? null,
  tellsParent: (eventType) => tells[eventType] ?? [],
  holds: (eventType) => holds[eventType] ?? [],
});

export const releases = [
  release('campaign', 1, campaignV1, {
    facts: campaignFacts,
    deadlines: campaignDeadlines,
    holds: campaignHolds,
  }),
  release('candidate', 1, candidateV1, {
    facts: candidateFacts,
    deadlines: candidateDeadlines,
    holds: candidateHolds,
  }),
  release('rectification', 1, rectificationV1, {
    facts: rectificationFacts,
    deadlines: rectificationDeadlines,
    holds: rectificationHolds,
  }),
  release('receipt', 1, receiptV1, { facts: receiptFacts, deadlines: receiptDeadlines }),
  release('document', 1, documentV1, { facts: documentFacts, holds: documentHolds }),
  release('matter', 1, matterV1, { facts: matterFacts, deadlines: matterDeadlines }),
  release('ballot-round', 1, ballotRoundV1, {
    facts: ballotRoundFacts,
    deadlines: ballotRoundDeadlines,
    tells: ballotRoundTells,
  }),
  release('review-panel', 1, reviewPanelV1, { facts: reviewPanelFacts }),
  release('objection', 1, objectionV1, {
    facts: objectionFacts,
    deadlines: objectionDeadlines,
    tells: objectionTells,
  }),
  release('supplement', 1, supplementV1, { facts: supplementFacts }),
  release('regression', 1, regressionV1, {
    facts: regressionFacts,
    deadlines: regressionDeadlines,
  }),
  release('score-sheet', 1, scoreSheetV1, {
    facts: scoreSheetFacts,
    deadlines: scoreSheetDeadlines,
    tells: scoreSheetTells,
  }),
  release('draw', 1, drawV1, { facts: drawFacts, deadlines: drawDeadlines }),
  release('policy-change', 1, policyChangeV1, { facts: policyChangeFacts }),
] as const;

/** A machine as it was released; its deadlines name the policies they are reckoned by. */
export type Release = (typeof releases)[number];

/** A subject is of a machine that this build does not have: a newer build began it. */
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

/** Events that the instance's state knows; none that this build could tell one of another build. */
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
