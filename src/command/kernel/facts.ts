// The facts that the guards of these events need, read under the lock, each kind in one query.

import type { ScoreSheetFacts } from '../../../machines/assessment/events.ts';
import type { BallotRoundFacts } from '../../../machines/ballot/events.ts';
import type { CampaignFacts } from '../../../machines/campaign/events.ts';
import type { PolicyChangeFacts } from '../../../machines/campaign/policy-change.v1.ts';
import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import type { RegressionFacts } from '../../../machines/conformance/regression.v1.ts';
import type { SupplementFacts } from '../../../machines/conformance/supplement.v1.ts';
import type { DocumentFacts } from '../../../machines/document/document.v1.ts';
import type { DrawFacts } from '../../../machines/draw/events.ts';
import type { RectificationFacts } from '../../../machines/inspection/events.ts';
import { stageOf, stateOf } from '../../../machines/kit/step.ts';
import type { Deadline } from '../../../machines/kit/time.ts';
import type { ObjectionFacts } from '../../../machines/objection/events.ts';
import type { MatterFacts } from '../../../machines/record/matter.v1.ts';
import type { ReviewPanelFacts } from '../../../machines/review/events.ts';
import {
  countDuties,
  countOpenRectifications,
  countReach,
  findAssessed,
} from '../../db/candidate/candidate-facts.ts';
import { countRegressions } from '../../db/conformance/conformance.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import { listTallies } from '../../db/record/duties.ts';
import { countUndecided } from '../../db/selection/final-lists.ts';
import { divisionAbove } from '../../rules/access/addressees.ts';
import type { Counts } from '../../rules/conformance/conformance.ts';
import type { Plan } from '../../rules/plan-check/plan.ts';
import { measureDuties, owedBy } from '../../rules/record/duties.ts';
import { endOfDay } from '../../rules/time/calendar.ts';
import { deadlineFor, dueOn, recalculated } from '../../rules/time/deadlines.ts';
import { loadSignatures } from '../application/signature-facts.ts';
import { loadAssessment } from '../assessment/assessment-facts.ts';
import { loadInterests, publicityOf } from '../assessment/interest-facts.ts';
import { ballotRulesOf, loadBallots } from '../ballot/ballot-facts.ts';
import { loadCriteria } from '../candidate/criteria-facts.ts';
import { loadNamesakes } from '../candidate/identity-facts.ts';
import { holdAssessed, loadSiteFacts } from '../conformance/site-facts.ts';
import { loadVersions, relaxationsOf } from '../conformance/supplement-facts.ts';
import { loadListed } from '../document/document-facts.ts';
import { loadMaterial } from '../document/draft-material.ts';
import { loadDraws } from '../draw/draws.ts';
import { loadInspections } from '../inspection/inspections.ts';
import {
  assessedFact,
  loadEvidenceRecords,
  loadMissingFiles,
  loadRecordFacts,
} from '../record/record-facts.ts';
import { loadPanels, panelRuleOf, reviewedOf } from '../review/panel-facts.ts';
import { loadRanking, loadStanding } from '../selection/selection-facts.ts';
import type { Fault } from './command.ts';
import { type Ask, Impossible } from './fact-request.ts';
import type { Reference } from './reference.ts';

export type { Ask };
/** Where the candidate stands that a subject hangs on. */
export type ParentFact = { id: string; stage: string; state: string; status: string };
/** The criteria measured again by other roll-ups than those they were first measured by. */
export type Remeasure = (rollUp: Counts) => CandidateFacts['criteria'];
export type Facts = Partial<
  CandidateFacts &
    CampaignFacts &
    PolicyChangeFacts &
    RectificationFacts &
    MatterFacts &
    DocumentFacts &
    DrawFacts &
    BallotRoundFacts &
    ObjectionFacts &
    RegressionFacts &
    SupplementFacts &
    Omit<ScoreSheetFacts, 'parent'> &
    ReviewPanelFacts & { parent: ParentFact }
>;
/** `impossible` is what the input makes impossible: a date out of range, a wait beyond every limit. */
type Loaded = Facts & { impossible?: Fault; remeasure?: Remeasure };

const noDeadline = (why: string): Impossible =>
  new Impossible({
    path: '/until',
    zh: '期限无法计算',
    en: `the deadline cannot be reckoned: ${why}`,
  });

/** The facts for each ask, in the same order; an impossible one harms no neighbour. */
export async function loadFacts(
  tx: Tx,
  campaignId: string,
  plan: Plan,
  reference: Reference,
  asks: readonly Ask[],
): Promise<Loaded[]> {
  const wants = (name: string) => asks.filter((ask) => namesOf(ask).includes(name));
  const ids = (list: readonly Ask[]) => list.map(({ draft }) => draft.id);
  await holdAssessed(tx, asks);

  const reach = wants('reach');
  const reached =
    reach.length > 0
      ? await countReach(
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
  const shown = await loadEvidenceRecords(tx, campaignId, wants('evidenceRecords'));
  const record = await loadRecordFacts(tx, campaignId, plan, reference, recording, missing);
  const signature = await loadSignatures(tx, campaignId, reference, wants('signature'));
  const criteria = await loadCriteria(tx, campaignId, plan, wants('criteria'));
  const versions = await loadVersions(tx, campaignId, wants('nextVersion'));
  const sites = await loadSiteFacts(tx, campaignId, plan, asks);
  const losing = wants('undecidedRegressions').map(({ draft }) => draft.id);
  const losses =
    losing.length > 0
      ? await countRegressions(
          tx,
          campaignId,
          losing,
          plan.policies.countyRosterIncludesBases.value,
        )
      : null;
  const [leading] = wants('duties');
  const duties =
    wants('duties').length > 0 && leading !== undefined
      ? {
          ...(await countDuties(tx, campaignId, leading.draft.path)),
          owed: await loadOwed(tx, campaignId, plan, leading.draft.path),
        }
      : null;
  const undecided =
    wants('undecided').length > 0 ? await countUndecided(tx, campaignId) : undefined;
  const rankings = new Map<Ask, CampaignFacts['ranking']>();
  for (const ask of wants('ranking')) {
    const asked = { category: String(ask.event.category), at: ask.at };
    rankings.set(ask, await loadRanking(tx, campaignId, plan, reference, asked));
  }
  const standings = new Map<Ask, CampaignFacts['standing']>();
  for (const ask of wants('standing')) {
    standings.set(ask, await loadStanding(tx, campaignId, plan, String(ask.event.category)));
  }
  const assessment = await loadAssessment({ tx, campaignId, plan, reference }, wants);

  const panels = await loadPanels(
    tx,
    campaignId,
    plan,
    wants('panel').map(({ draft }) => draft),
  );
  const namesakes = await loadNamesakes(
    tx,
    campaignId,
    plan,
    wants('namesakes').map(({ draft }) => draft),
  );
  const interests = await loadInterests(tx, campaignId, reference, wants('interests'));

  const listed = await loadListed(tx, campaignId, plan, wants('named'));
  const material = await loadMaterial(tx, campaignId, plan, reference, wants('material'));

  const load: Loaders = {
    // Shown and hashed by the batch itself (policy-preview.ts), which asks these facts in turn.
    preview: () => undefined,
    ...atHand(plan, reference),
    ...(await loadBallots(tx, campaignId, plan, wants)),
    ...(await loadDraws(tx, campaignId, asks)),
    ...(await loadInspections(tx, campaignId, plan, asks)),
    reach: ({ draft }) => reached.get(draft.path) ?? { sites: 0, reached: 0 },
    openRectifications: ({ draft }) => open.get(draft.id) ?? 0,
    ...sites,
    nextVersion: ({ draft }) => (versions.get(draft.id) ?? 0) + 1,
    criteria: (ask) => criteria(ask).measured,
    undecidedRegressions: ({ draft }) => losses?.get(draft.id) ?? 0,
    assessed: (ask) => assessedFact(plan, ask, assessed),
    record,
    missingFiles: missing,
    signature,
    evidenceRecords: shown,
    duties: () => duties ?? undefined,
    ranking: (ask) => rankings.get(ask),
    standing: (ask) => standings.get(ask) ?? null,
    undecided: () => undecided,
    named: (ask) => listed(ask),
    material,
    interests: (ask) => interests.get(ask),
    ...assessment,
    panel: ({ draft }) => panels(draft),
    namesakes: ({ draft }) => namesakes(draft),
  };
  return asks.map((ask) => {
    const facts: Loaded = {};
    for (const name of namesOf(ask)) {
      try {
        Object.assign(facts, { [name]: load[name as keyof Facts](ask) });
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        facts.impossible = error.fault;
      }
    }
    if (facts.criteria !== undefined) {
      const { remeasure } = criteria(ask);
      if (remeasure !== null) facts.remeasure = remeasure;
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
  | 'priorityClasses'
  | 'parent'
  | 'ballotRules'
  | 'publicity'
  | 'relaxations'
  | 'behindPercent'
  | 'reopensBeforeEscalation'
  | 'reviewed'
  | 'panelRule';

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
  priorityClasses: ({ draft }) =>
    plan.categories.find(({ code }) => code === draft.category)?.priorityClasses ?? [],
  ballotRules: () => ballotRulesOf(plan),
  publicity: ({ parent }) => parent && publicityOf(parent),
  relaxations: ({ draft, event }) => relaxationsOf(plan, draft, event),
  behindPercent: () => plan.policies.rectificationBehindPercent.value,
  reopensBeforeEscalation: () => plan.policies.reopensBeforeEscalation.value,
  reviewed: ({ parent }) => parent && reviewedOf(parent),
  panelRule: () => panelRuleOf(plan),
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

async function loadOwed(tx: Tx, campaignId: string, plan: Plan, path: string) {
  const { units, tallies } = await listTallies(tx, campaignId, path);
  return owedBy(measureDuties(plan, units, tallies));
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
  assessmentTrim: policies.assessmentTrim.value,
  assessmentSheetsMin: policies.assessmentSheetsMin.value,
  mobilizationFormsMin: policies.mobilizationFormsMin.value,
  openRectificationBlocks: policies.openRectificationBlocks.value,
  signatureScanRequired: policies.signatureScanRequired?.value ?? false,
});

function deadlineOf(plan: Plan, { calendar }: Reference, { draft, event, at }: Ask): Deadline {
  const policy = draft.release.deadlineFor(event.type);
  if (policy === null) throw new Error(`${event.type} opens no deadline`);
  const present = draft.instance.context.deadline as Deadline | null | undefined;
  if (policy === 'unchanged') {
    if (!present) throw noDeadline(`${draft.id} has no deadline of its own`);
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
    if (error instanceof RangeError) throw noDeadline(error.message);
    throw error;
  }
}

export const countyOf = (reference: Reference, divisionCode: string) =>
  divisionAbove(reference.directory, divisionCode, 'COUNTY');
