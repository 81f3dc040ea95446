// The world the machines are told of in these tests: the plan of Yijun and the calendar of 2017.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CampaignFacts } from '../../machines/campaign/events.ts';
import type { CandidateFacts, CandidateInput } from '../../machines/candidate/events.ts';
import type { MachineName, Release } from '../../machines/catalog.ts';
import { currentRelease, releases } from '../../machines/catalog.ts';
import type { Deadline } from '../../machines/kit/time.ts';
import type { Procedure, ProcedureStep } from '../../machines/procedure/procedure.ts';
import { authorityOf } from '../../machines/procedure/reading.ts';
import {
  campaignReleaseOf,
  candidateReleaseBy,
  candidateReleaseOf,
} from '../../src/db/plan/releases.ts';
import { planLibrary } from '../../src/plan-library.ts';
import type { CategoryCode, Plan } from '../../src/rules/plan/plan-schema.ts';
import { readPlan } from '../../src/rules/plan-check/plan.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Calendar } from '../../src/rules/time/calendar.ts';
import { endOfDay } from '../../src/rules/time/calendar.ts';
import type { DeadlinePolicy } from '../../src/rules/time/deadlines.ts';
import { deadlineFor, dueOn } from '../../src/rules/time/deadlines.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../plans/${name}`, import.meta.url), 'utf8');

const checked = readPlan(parse(read('yijun-2017.yaml')), planLibrary);
if ('faults' in checked) throw new Error(JSON.stringify(checked.faults));

export const plan: Plan = checked.plan;
export const calendar = JSON.parse(read('calendar-cn.json')) as Calendar;

/** 24:00 of this day in Yijun, which is when what is due on it is overdue. */
export const midnightAfter = (date: string): string => endOfDay(date, plan.timeZone).toString();

/** An hour of the working day in Yijun. */
export const onDay = (date: string, hour = 9): string =>
  Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone: plan.timeZone, plainTime: { hour } })
    .toInstant()
    .toString();

export const categoryOf = (code: string) => {
  const found = plan.categories.find((category) => category.code === code);
  if (found === undefined) throw new Error(`the plan has no category ${code}`);
  return found;
};

/** A change of a category's way, to reach states that the plan itself leads nobody to. */
export type Variant = (procedure: Procedure) => Procedure;

const variants = new WeakMap<object, Procedure>();

/** A candidate of this category, on the way the plan gives it unless that is changed. */
export const candidateOf = (code: CategoryCode, change: Variant = (way) => way): CandidateInput => {
  const { track, subject, applicants } = categoryOf(code);
  const procedure = change(procedureOf(plan, code));
  const input = {
    category: code,
    track,
    subject,
    applicants,
    finalAuthority: authorityOf(procedure),
    siteId: subject === 'village' || subject === 'base' ? 'site-1' : null,
  };
  variants.set(input, procedure);
  return input;
};

/** The release by which an instance with this input is decided in this world. */
export function releaseFor(machine: MachineName, input: object): Release {
  if (machine === 'campaign') return campaignReleaseOf(plan);
  if (machine !== 'candidate') return currentRelease(machine);
  const { category } = input as CandidateInput;
  return candidateReleaseBy(variants.get(input) ?? procedureOf(plan, category));
}

/** Every release of this world: the plan's own, then those written by hand. */
export const everyRelease: readonly Release[] = [
  ...new Set<Release>([
    campaignReleaseOf(plan),
    ...plan.categories.map(({ code }) => candidateReleaseOf(plan, code)),
    ...releases,
  ]),
];

/** Each step of the procedure as `change` gives it, or left out where that gives none. */
export const withSteps =
  (change: (step: ProcedureStep) => ProcedureStep | null): Variant =>
  ({ stages, ...procedure }) => ({
    ...procedure,
    stages: stages.map((stage) => ({
      ...stage,
      steps: stage.steps.flatMap((step) => change(step) ?? []),
    })),
  });

/** The plan does not say who finally determines. */
export const unstated: Variant = withSteps((step) =>
  step.step === 'confer' ? { ...step, stated: false } : step,
);

export const candidateWindows: CandidateFacts['windows'] = Object.fromEntries(
  plan.phases.map(({ code, end }) => [code, dueOn(plan, calendar, end)]),
);

export const phaseWindows = Object.fromEntries(
  plan.phases.map(({ code, start, end, effectiveFrom }) => [
    code,
    { ...dueOn(plan, calendar, end), startAt: onDay(effectiveFrom ?? start, 0) },
  ]),
) as CampaignFacts['windows'];

const PEOPLE_ONLY = ['attestation', 'judgement'];

/** The category's criteria, all met where records can tell, except those named. */
export const criteriaOf = (
  code: string,
  unmet: readonly string[] = [],
): CandidateFacts['criteria'] =>
  categoryOf(code).criteria.map(({ id, clause, modality, at, kind, text, english }) => ({
    id,
    clause,
    modality,
    at,
    zh: text,
    en: english,
    measured: PEOPLE_ONLY.includes(kind)
      ? null
      : { actual: unmet.includes(id) ? 0 : 1, required: 1, met: !unmet.includes(id) },
  }));

const { policies: stated } = plan;

export const policies: CandidateFacts['policies'] = {
  passMark: stated.passMark.value,
  streamWeights: stated.streamWeights.value,
  streamGates: {},
  assessmentTrim: stated.assessmentTrim.value,
  assessmentSheetsMin: stated.assessmentSheetsMin.value,
  mobilizationFormsMin: stated.mobilizationFormsMin.value,
  openRectificationBlocks: stated.openRectificationBlocks.value,
  signatureScanRequired: stated.signatureScanRequired?.value ?? false,
};

/** Every duty of the county done: 8 townships, 127 sites, nothing left undecided. */
export const dutiesDone: CampaignFacts['duties'] = {
  townships: 8,
  townshipsPlanned: 8,
  townshipsMobilized: 8,
  townshipsActive: 8,
  undecidedDeclarations: 0,
  created: 30,
  selfChecked: 30,
  fieldVisits: 1,
  randomInspections: 1,
  live: 0,
  behind: 0,
  owed: [],
};

export const deadlineBy = (
  at: string,
  policy: DeadlinePolicy,
  until?: string,
  days: number | null = null,
): Deadline =>
  deadlineFor(plan, calendar, at, { policy, days, ...(until === undefined ? {} : { until }) });
