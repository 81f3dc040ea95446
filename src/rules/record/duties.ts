// Records that each township and the county must have by the end of a phase. The modality of the
// plan's sentence decides: M and E hold the phase change up, S only warns.

import type { DutyFact } from '../../../machines/campaign/events.ts';
import type { GateName } from '../../../machines/campaign/gates.ts';
import type { Measurement, Modality } from '../../../machines/kit/requirement.ts';
import type { Principal } from '../access/access.ts';
import { mayRead } from '../access/access.ts';
import type { Recusal } from '../access/recusal.ts';
import { keptFrom } from '../access/recusal.ts';
import { cite } from '../plan/citations.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { inPlansWords } from '../plan/titles.ts';
import { NONE_AROSE } from './record-kind.ts';

/** The numbers of records of one unit and those below it, by ledger and kind. */
export type Tally = {
  unitId: string;
  kind: string;
  own: number;
  below: number;
  solved: number;
  overdue: number;
  forms: number;
  late: number;
  /** Who recorded the last of them, and of which day it is. */
  by: string | null;
  on: string | null;
};

export type Unit = { id: string; name: string; kind: 'TOWNSHIP' | 'COUNTY'; path: string };

type Duty = {
  id: string;
  clause: string;
  of: Unit['kind'];
  phase: string;
  /** The role that owes the duty. */
  by: string;
  /** The kind of record or inspection that fulfils the duty. */
  kind: string;
  zh: string;
  en: string;
  actual: (tally: Tally) => number;
  /** The least number; with `none`, there may be none at all. */
  required?: (plan: Plan) => number;
  none?: true;
  /** The gate that holds the duty; a gate that measures it by itself lets it be shown only. */
  gate: GateName;
  applies?: (plan: Plan) => boolean;
};

const own = ({ own: count }: Tally): number => count;
const below = ({ below: count }: Tally): number => count;

const committee = (phase: string, kind: string, clause: string, zh: string, en: string): Duty => ({
  id: kind,
  clause,
  of: 'TOWNSHIP',
  phase,
  by: 'township-committee',
  kind,
  zh,
  en,
  actual: own,
  gate: 'recorded-duties',
});

const office = (phase: string, kind: string, clause: string, zh: string, en: string): Duty => ({
  ...committee(phase, kind, clause, zh, en),
  by: 'township-office',
  actual: below,
});

const county = (kind: string, zh: string, en: string): Duty => ({
  ...office('self-check-rectification', kind, 'R58', zh, en),
  id: `county-${kind}`,
  of: 'COUNTY',
  by: 'county-office',
});

const supervision = (kind: string, gate: GateName, zh: string, en: string): Duty => ({
  ...office('self-check-rectification', kind, 'R72', zh, en),
  gate,
});

export const DUTIES: readonly Duty[] = [
  {
    ...committee('mobilization', 'consultation', 'R48', '征求过意见', 'has consulted'),
    gate: 'every-township-has-a-plan',
  },
  {
    ...committee('mobilization', 'implementation-plan', 'R48', '有实施方案', 'has a plan'),
    gate: 'every-township-has-a-plan',
  },
  {
    ...committee('mobilization', 'work-plan', 'R48', '有工作计划', 'has a work plan'),
    gate: 'every-township-has-a-plan',
  },
  {
    ...committee(
      'mobilization',
      'mobilization',
      'R49',
      '多种形式动员',
      'mobilized in several forms',
    ),
    actual: ({ forms }) => forms,
    required: ({ policies }) => policies.mobilizationFormsMin.value,
    gate: 'every-township-mobilized',
  },
  {
    ...committee(
      'mobilization',
      'three-create-link',
      'R66',
      '结合“三创一推”活动',
      'linked with the concurrent campaign',
    ),
    applies: ({ document }) => document.basis.some(({ kind }) => kind === 'concurrent-campaign'),
  },
  committee(
    'mobilization',
    'party-building',
    'R67',
    '纳入基层党组织建设',
    'made part of party building',
  ),
  committee(
    'mobilization',
    'meeting-minute',
    'R68',
    '纳入重要议事日程，有会议记录',
    'has it on its agenda, with a minute',
  ),
  committee(
    'mobilization',
    'leadership',
    'R69',
    '明确责任领导和责任人',
    'names a leader and a handler',
  ),
  {
    ...office(
      'mobilization',
      'township-schedule',
      'R70',
      '各阶段日程有机衔接',
      'has a schedule without a gap',
    ),
    actual: own,
  },
  office(
    'concentrated-creation',
    'participation',
    'R50',
    '各{site}有党员群众参与',
    'has participation recorded',
  ),
  {
    ...office(
      'concentrated-creation',
      'key-work',
      'R52',
      '围绕当前重点工作',
      'links it with its key work',
    ),
    actual: own,
  },
  {
    ...office(
      'concentrated-creation',
      'activity',
      'R53',
      '学用活动形式多样',
      'holds activities in several forms',
    ),
    actual: ({ forms }) => forms,
    required: ({ policies }) => policies.activityFormsMin.value,
  },
  {
    ...office(
      'concentrated-creation',
      'hot-issue',
      'R54',
      '解决过热点难点问题',
      'has solved an issue',
    ),
    actual: ({ solved }) => solved,
  },
  {
    ...office(
      'concentrated-creation',
      'hot-issue',
      'R54',
      '没有逾期未解决的热点难点问题',
      'leaves no issue overdue',
    ),
    id: 'hot-issue-overdue',
    actual: ({ overdue }) => overdue,
    none: true,
  },
  supervision(
    'SCHEDULED',
    'every-township-supervised-on-schedule',
    '定期督查',
    'supervises on schedule',
  ),
  supervision(
    'UNSCHEDULED',
    'every-township-supervised-off-schedule',
    '不定期督查',
    'supervises unannounced',
  ),
  county('good-practice', '总结推广经验做法', 'sums up good practice'),
  county('problem', '研究解决实际问题', 'takes up practical problems'),
  office('evaluation', 'exemplar', 'R8', '有典型台账', 'keeps a ledger of exemplars'),
  office('evaluation', 'problem', 'R8', '有问题台账', 'keeps a ledger of problems'),
  office('evaluation', 'good-practice', 'R73', '总结好做法、好经验', 'sums up good practice'),
  {
    ...office('evaluation', 'publicity', 'R74', '及时宣传报道', 'reports on exemplars in time'),
    actual: ({ below: count, late }) => count - late,
  },
];

export type MeasuredDuty = {
  unit: Unit;
  id: string;
  clause: string;
  modality: Modality;
  phase: string;
  by: string;
  kind: string;
  zh: string;
  en: string;
  actual: number;
  required: number;
  met: boolean;
  /** Who stated that none arose, and when; null where a record meets the duty, or nothing does. */
  stated: { by: string; on: string } | null;
  isHeldElsewhere: boolean;
};

const NOTHING: Omit<Tally, 'unitId' | 'kind'> = {
  own: 0,
  below: 0,
  solved: 0,
  overdue: 0,
  forms: 0,
  late: 0,
  by: null,
  on: null,
};

/** The kind under which the statements that none arose of a duty are counted. */
export const noneArose = (duty: string): string => `${NONE_AROSE} ${duty}`;

/** A duty is asked where the phase lists its gate. */
const isAsked = ({ phases }: Plan, { phase, gate }: Duty): boolean =>
  phases.some(({ code, leave = [] }) => code === phase && leave.includes(gate));

/** What only the service assumes holds nothing up; a sentence or a decision of the county does. */
function modalityOf(plan: Plan, clause: string): Modality {
  const { modality, provenance } = cite(plan, clause);
  return modality ?? (provenance?.kind === 'default' ? 'S' : 'M');
}

/** The county speaks for itself; of a township any candidate in it may bear the statement. */
function statedBy(said: Tally | undefined, unit: Unit): MeasuredDuty['stated'] {
  if (said === undefined || said.by === null || said.on === null) return null;
  const count = unit.kind === 'COUNTY' ? said.own : said.below;
  return count > 0 ? { by: said.by, on: said.on } : null;
}

/** Measures each duty of each unit. A township that is no candidate of the plan owes nothing. */
export function measureDuties(
  plan: Plan,
  units: readonly Unit[],
  tallies: readonly Tally[],
): MeasuredDuty[] {
  const hasTownships = plan.categories.some(({ subject }) => subject === 'township');
  const waived = plan.policies.dutiesNotOwed?.value ?? [];
  const stateable = plan.policies.noneMayBeStated?.value ?? [];
  const found = new Map(tallies.map((tally) => [`${tally.unitId} ${tally.kind}`, tally]));
  return units.flatMap((unit) =>
    DUTIES.filter(
      (duty) =>
        duty.of === unit.kind &&
        (duty.of !== 'TOWNSHIP' || hasTownships) &&
        !waived.includes(duty.id) &&
        isAsked(plan, duty) &&
        (duty.applies?.(plan) ?? true),
    ).map((duty): MeasuredDuty => {
      const { id, clause, phase, by, kind, zh, en, none } = duty;
      const tally = found.get(`${unit.id} ${kind}`) ?? { unitId: unit.id, kind, ...NOTHING };
      const actual = duty.actual(tally);
      const required = none ? 0 : (duty.required?.(plan) ?? 1);
      const said = stateable.includes(id) ? found.get(`${unit.id} ${noneArose(id)}`) : undefined;
      // What did arise is met by its records, whatever was stated before.
      const stated = tally.below === 0 && tally.own === 0 ? statedBy(said, unit) : null;
      return {
        unit,
        id,
        clause,
        modality: modalityOf(plan, clause),
        phase,
        by,
        kind,
        ...inPlansWords(plan, { zh, en }),
        actual,
        required,
        met: stated !== null || (none ? actual === 0 : actual >= required),
        stated,
        isHeldElsewhere: duty.gate !== 'recorded-duties',
      };
    }),
  );
}

export type Reader = { principal: Principal; recusal: Recusal | null };

/** The units whose duties this reader may see. */
export const unitsToldTo = (
  { principal, recusal }: Reader,
  campaignId: string,
  units: readonly Unit[],
): Unit[] =>
  units.filter(
    ({ path }) =>
      mayRead(principal, path) &&
      !keptFrom(recusal, campaignId, { lies: path, about: path, isCandidate: false }),
  );

/**
 * The part of a campaign's requirements that this reader may see: all counts and dates, and of a
 * list of units only those they may see. A list that can hold none of them is left out.
 */
export function duesToldTo(
  reader: Reader,
  campaignId: string,
  units: readonly Unit[],
): (measured: Measurement[]) => Measurement[] {
  const told = unitsToldTo(reader, campaignId, units);
  if (told.length === units.length) return (measured) => measured;
  return (measured) =>
    measured.flatMap((known) => {
      const one = withoutUntold(known, told, units);
      const { name, actual: listed } = one;
      if (!Array.isArray(listed)) return [one];
      const of = DUTIES.find(({ id }) => id === name)?.of ?? 'TOWNSHIP';
      const owing = told.filter(({ kind }) => kind === of).map((unit) => unit.name);
      if (owing.length === 0) return [];
      const actual = owing.filter((unit) => listed.includes(unit));
      return [{ ...one, actual, met: one.met || actual.length === 0 }];
    });
}

/** Who is missing, but for the units that the reader is not told of. */
function withoutUntold(
  one: Measurement,
  told: readonly Unit[],
  units: readonly Unit[],
): Measurement {
  const { missing, ...counted } = one;
  if (missing === undefined) return one;
  const isTold = (id: string) =>
    told.some((unit) => unit.id === id) || !units.some((unit) => unit.id === id);
  return { ...counted, missing: missing.filter(isTold) };
}

/** The fact for the campaign's requirements: each duty with the units that lack it. */
export function owedBy(measured: readonly MeasuredDuty[]): DutyFact[] {
  const byDuty = Map.groupBy(
    measured.filter(({ isHeldElsewhere }) => !isHeldElsewhere),
    ({ id }) => id,
  );
  return [...byDuty.values()].flatMap((duties) => {
    const [first] = duties;
    if (first === undefined) return [];
    const { id, clause, modality, phase, zh, en } = first;
    const lacking = duties.filter(({ met }) => !met).map(({ unit }) => unit.name);
    return [{ id, clause, modality, phase, zh, en, lacking }];
  });
}
