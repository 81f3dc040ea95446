// The facts that the guards of these events need, read under the lock, each kind in one query.

import type { BallotRoundFacts } from '../../machines/ballot-round/events.ts';
import type { CampaignFacts } from '../../machines/campaign/events.ts';
import type { CandidateFacts } from '../../machines/candidate/events.ts';
import type { MatterFacts } from '../../machines/matter.v1.ts';
import type { ObjectionFacts } from '../../machines/objection/events.ts';
import type { RectificationFacts } from '../../machines/rectification.v1.ts';
import { stageOf, stateOf } from '../../machines/step.ts';
import type { Deadline } from '../../machines/time.ts';
import {
  countDuties,
  countOpenRectifications,
  findAssessed,
  findEvidence,
  findSiteFacts,
  findSitesUnder,
  measureReach,
} from '../db/facts.ts';
import type { Tx } from '../db/transaction.ts';
import type { Principal } from '../rules/access.ts';
import { divisionAbove } from '../rules/addressees.ts';
import { endOfDay } from '../rules/calendar.ts';
import type { CriteriaData } from '../rules/criteria.ts';
import { measureCriteria } from '../rules/criteria.ts';
import { deadlineFor, dueOn, recalculated } from '../rules/deadlines.ts';
import type { Plan } from '../rules/plan.ts';
import { ballotRulesOf, loadBallots } from './ballot-facts.ts';
import type { Draft } from './draft.ts';
import { loadInterests, publicityOf } from './interest-facts.ts';
import { assessedFact, loadMissingFiles, loadRecordFacts } from './record-facts.ts';
import type { Reference } from './reference.ts';
import { loadRanking, loadStanding } from './selection-facts.ts';

export type Ask = {
  draft: Draft;
  /** The candidate it hangs on, under the same lock. */
  parent?: Draft | undefined;
  event: { type: string; readonly [name: string]: unknown };
  at: string;
  /** Who says it; left out where the service explains or goes on by itself. */
  principal?: Principal;
  /** Nothing is decided: what could be done is only told, and nothing is locked for it. */
  isExplained?: true;
};
/** Where the candidate stands that a subject hangs on. */
export type ParentFact = { id: string; stage: string; state: string; status: string };
export type Facts = Partial<
  CandidateFacts &
    CampaignFacts &
    RectificationFacts &
    MatterFacts &
    BallotRoundFacts &
    ObjectionFacts & { parent: ParentFact }
>;
/** A deadline that the input makes impossible: a date out of range, a wait beyond every limit. */
export type Impossible = { impossible: string };

class ImpossibleDeadline extends RangeError {}

/** The facts for each ask, in the same order; an impossible one harms no neighbour. */
export async function loadFacts(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  reference: Reference,
  asks: readonly Ask[],
): Promise<(Facts & Partial<Impossible>)[]> {
  const wants = (name: string) => asks.filter((ask) => namesOf(ask).includes(name));
  const ids = (list: readonly Ask[]) => list.map(({ draft }) => draft.id);

  const reach = wants('reach');
  const reached =
    reach.length > 0
      ? await measureReach(
          tx,
          campaignId,
          reach.map(({ draft }) => draft.path),
        )
      : new Map();
  const blocked = wants('openRectifications');
  const open =
    blocked.length > 0 ? await countOpenRectifications(tx, campaignId, ids(blocked)) : new Map();
  const assessing = wants('assessed');
  const assessed =
    assessing.length > 0
      ? await findAssessed(
          tx,
          campaignId,
          assessing.map(({ draft, event }) => ({ subjectId: draft.id, id: String(event.id) })),
        )
      : [];
  const recording = wants('record');
  const missing = await loadMissingFiles(tx, campaignId, [...recording, ...wants('missingFiles')]);
  const record = await loadRecordFacts(tx, campaignId, plan, reference, recording, missing);
  const criteria = await loadCriteriaData(tx, campaignId, plan, wants('criteria'));
  const [leading] = wants('duties');
  const duties =
    wants('duties').length > 0 && leading !== undefined
      ? await countDuties(tx, campaignId, leading.draft.path)
      : null;
  const rankings = new Map<Ask, CampaignFacts['ranking']>();
  for (const ask of wants('ranking')) {
    const asked = { category: String(ask.event.category), at: ask.at };
    rankings.set(ask, await loadRanking(tx, campaignId, plan, reference, asked));
  }
  const standings = new Map<Ask, CampaignFacts['standing']>();
  for (const ask of wants('standing')) {
    standings.set(ask, await loadStanding(tx, campaignId, String(ask.event.category)));
  }

  const interests = await loadInterests(tx, campaignId, reference, wants('interests'));

  const load: Loaders = {
    ...atHand(plan, reference),
    ...(await loadBallots(tx, campaignId, plan, wants)),
    reach: ({ draft }) => reached.get(draft.path) ?? { sites: 0, reached: 0 },
    openRectifications: ({ draft }) => open.get(draft.id) ?? 0,
    criteria: ({ draft }) => criteria(draft),
    assessed: (ask) => assessedFact(plan, ask, assessed),
    record,
    missingFiles: missing,
    duties: () => duties ?? undefined,
    ranking: (ask) => rankings.get(ask),
    standing: (ask) => standings.get(ask) ?? null,
    interests: (ask) => interests.get(ask),
  };
  return asks.map((ask) => {
    const facts: Facts & Partial<Impossible> = {};
    for (const name of namesOf(ask)) {
      try {
        Object.assign(facts, { [name]: load[name as keyof Facts](ask) });
      } catch (error) {
        if (!(error instanceof ImpossibleDeadline)) throw error;
        facts.impossible = error.message;
      }
    }
    return facts;
  });
}

type Loaders = { [Name in keyof Facts]-?: (ask: Ask) => Facts[Name] };
type AtHand =
  | 'windows'
  | 'deadline'
  | 'latestDueAt'
  | 'policies'
  | 'parent'
  | 'ballotRules'
  | 'publicity';

/** What follows from the plan, the calendar and the drafts themselves, without asking the database. */
const atHand = (plan: Plan, reference: Reference): Pick<Loaders, AtHand> => ({
  windows: ({ draft }) =>
    (draft.release.name === 'campaign'
      ? phaseWindows(plan, reference)
      : candidateWindows(plan, reference)) as never,
  deadline: (ask) => deadlineOf(plan, reference, ask),
  latestDueAt: ({ at }) =>
    deadlineFor(plan, reference.calendar, at, {
      policy: 'rectificationDays',
      days: plan.policies.rectificationDaysMax.value,
    }).dueAt,
  policies: () => policiesOf(plan),
  ballotRules: () => ballotRulesOf(plan),
  publicity: ({ parent }) => parent && publicityOf(parent),
  parent: ({ parent }) =>
    parent && {
      id: parent.id,
      stage: stageOf(parent.instance.value),
      state: stateOf(parent.instance.value),
      status: parent.instance.status,
    },
});

/** The facts of an event that a step causes: only those at hand. Throws for any other: a bug. */
export function factsAtHand(plan: Plan, reference: Reference, ask: Ask): Facts {
  const known = atHand(plan, reference);
  const facts: Facts = {};
  for (const name of namesOf(ask)) {
    const load = known[name as AtHand];
    if (load === undefined) throw new Error(`${name} of ${ask.event.type} was not loaded before`);
    Object.assign(facts, { [name]: load(ask) });
  }
  return facts;
}

const namesOf = ({ draft, event }: Ask): readonly string[] => draft.release.factsFor(event.type);

const candidateWindows = (plan: Plan, { calendar }: Reference): CandidateFacts['windows'] => {
  const [first, second, third, fourth] = plan.phases.map(({ end }) => dueOn(plan, calendar, end));
  if (!first || !second || !third || !fourth) throw new Error('a plan has four phases');
  return { mobilization: first, creation: second, selfCheck: third, evaluation: fourth };
};

function phaseWindows(plan: Plan, { calendar }: Reference): CampaignFacts['windows'] {
  const windows = plan.phases.map((phase) => [
    phase.code,
    { ...dueOn(plan, calendar, phase.end), startAt: startOf(plan, phase) },
  ]);
  return Object.fromEntries(windows) as CampaignFacts['windows'];
}

/** A phase begins when the day before it ends; the first not before the plan was issued (Q9). */
export function startOf(plan: Plan, phase: Plan['phases'][number]): string {
  const day = Temporal.PlainDate.from(phase.effectiveFrom ?? phase.start);
  return endOfDay(day.subtract({ days: 1 }).toString(), plan.timeZone).toString();
}

const policiesOf = ({ policies }: Plan): CandidateFacts['policies'] => ({
  passMark: policies.passMark.value,
  massEvaluationWeight: policies.massEvaluationWeight.value,
  assessmentWeight: policies.assessmentWeight.value,
  mobilizationFormsMin: policies.mobilizationFormsMin.value,
  openRectificationBlocks: policies.openRectificationBlocks.value,
});

function deadlineOf(plan: Plan, { calendar }: Reference, { draft, event, at }: Ask): Deadline {
  const policy = draft.release.deadlineFor(event.type);
  if (policy === null) throw new Error(`${event.type} opens no deadline`);
  const present = draft.instance.context.deadline as Deadline | null | undefined;
  if (policy === 'unchanged') {
    if (!present) throw new ImpossibleDeadline(`${draft.id} has no deadline of its own`);
    return recalculated(plan, calendar, present);
  }
  const days = draft.instance.context.days;
  const until = event.until;
  try {
    return deadlineFor(plan, calendar, at, {
      policy,
      ...(typeof days === 'number' ? { days } : {}),
      ...(typeof until === 'string' ? { until } : {}),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new ImpossibleDeadline(error.message);
    throw error;
  }
}

async function loadCriteriaData(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  asks: readonly Ask[],
): Promise<(draft: Draft) => CandidateFacts['criteria']> {
  if (asks.length === 0) return () => [];
  const drafts = asks.map(({ draft }) => draft);
  const evidence = await findEvidence(
    tx,
    campaignId,
    drafts.map(({ id }) => id),
  );
  const siteIds = drafts.flatMap(({ siteId }) => (siteId === null ? [] : [siteId]));
  const facts = await findSiteFacts(tx, siteIds);
  const rolled = drafts.filter(({ category }) => rollsUp(plan, category));
  const sites =
    rolled.length > 0
      ? await findSitesUnder(tx, campaignId, [...new Set(rolled.map(({ path }) => path))])
      : [];
  return (draft) => {
    const category = plan.categories.find(({ code }) => code === draft.category);
    if (category === undefined) throw new Error(`the plan has no category ${draft.category}`);
    const site = draft.siteId === null ? null : (facts.get(draft.siteId) ?? null);
    const data: CriteriaData = {
      records: evidence
        .filter(({ subjectId }) => subjectId === draft.id)
        .map(({ kind, verdict, attributes, body, status }) => ({
          kind,
          verdict,
          attributes,
          // Whether it is solved is what became of it, never what was claimed when it was raised.
          detail: {
            ...body.detail,
            ...(status === null ? {} : { status: status === 'solved' ? 'RESOLVED' : 'OPEN' }),
          },
          siteIds: body.siteIds ?? [],
        })),
      site,
      base: site,
      massScoreCenti: (draft.instance.context.massScoreCenti as number | null) ?? null,
      massStrataCenti:
        (draft.instance.context.massStrataCenti as CriteriaData['massStrataCenti']) ?? {},
      sites: sites.filter(({ asked }) => asked === draft.path),
    };
    return measureCriteria(plan, category, data);
  };
}

const rollsUp = (plan: Plan, code: string | null): boolean =>
  plan.categories
    .find((category) => category.code === code)
    ?.criteria.some(({ kind }) => kind === 'roll-up' || kind === 'coverage') ?? false;

export const countyOf = (reference: Reference, divisionCode: string) =>
  divisionAbove(reference.directory, divisionCode, 'COUNTY');
