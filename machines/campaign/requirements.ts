// Requirements of the plan before a campaign may go on.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { isOverridden } from '../kit/override.ts';
import type { Measure, Requirement } from '../kit/requirement.ts';
import { allOf, atLeast, none } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import type {
  CampaignContext,
  CampaignEvent,
  CampaignEventType,
  CampaignFacts,
  PhaseWindow,
} from './events.ts';

export type Rule<Type extends CampaignEventType = CampaignEventType> = Requirement<
  CampaignContext,
  EventOf<CampaignEvent, Type>
>;
type Duties = CampaignFacts['duties'];

/** An override by two officers waives the rule. */
export const unlessOverridden = (rule: Rule): Rule => ({
  ...rule,
  measure: (context, event) => {
    const measured = rule.measure(context, event);
    return { ...measured, met: measured.met || isOverridden(context) };
  },
});

const windowHasComeV1 = (
  clause: string,
  zh: string,
  next: (windows: CampaignFacts['windows']) => PhaseWindow | undefined,
): Rule =>
  unlessOverridden({
    name: 'window-has-come',
    clause,
    modality: 'M',
    zh,
    en: 'the window of the next phase has come',
    measure: ({ windows }, { at }) => {
      const start = (windows && next(windows)?.startAt) ?? null;
      return { actual: at, required: start, met: start !== null && !isBefore(at, start) };
    },
  });

type Named = { code: string; name: string; clause: string };

/** The phase that opens next has begun by the plan. */
export const windowHasCome = ({ code, name, clause }: Named): Rule =>
  unlessOverridden({
    name: 'window-has-come',
    clause,
    modality: 'M',
    zh: `下一阶段（${name}）的时间已到`,
    en: 'the window of the next phase has come',
    measure: ({ windows }, { at }) => {
      const start = windows?.[code]?.startAt ?? null;
      return { actual: at, required: start, met: start !== null && !isBefore(at, start) };
    },
  });

/** Where no phase opens, the one that closes has come to its last day. */
export const windowIsOver = ({ code, name, clause }: Named): Rule =>
  unlessOverridden({
    name: 'window-is-over',
    clause,
    modality: 'M',
    zh: `本阶段（${name}）的时间已过`,
    en: 'the window of this phase is over',
    measure: ({ windows }, { at }) => {
      const end = windows?.[code]?.dueAt ?? null;
      return { actual: at, required: end, met: end !== null && !isBefore(at, end) };
    },
  });

export const everyCandidateDecided: Rule = unlessOverridden({
  name: 'every-candidate-decided',
  clause: 'R65',
  modality: 'M',
  zh: '所有申报对象均已有最终结果',
  en: 'every candidate has come to an end',
  measure: (_, event) => none(factOf(event, 'duties').live),
});

const duty = (
  name: string,
  clause: string,
  zh: string,
  en: string,
  measure: (duties: Duties) => Measure,
): Rule =>
  unlessOverridden({
    name,
    clause,
    modality: 'M',
    zh,
    en,
    measure: (_, event) => measure(factOf(event, 'duties')),
  });

/** R72: both kinds of supervision must occur; the refusal names the townships that lack one. */
function supervised(
  name: string,
  zh: string,
  en: string,
  lacking: (supervision: NonNullable<CampaignFacts['supervision']>) => readonly string[],
): Rule {
  return unlessOverridden({
    name,
    clause: 'R72',
    modality: 'M',
    zh,
    en,
    measure: (_, event) => {
      const supervision = factOf(event, 'supervision');
      const actual = supervision === null ? [] : lacking(supervision);
      return { actual, required: [], met: actual.length === 0 };
    },
  });
}

/** Counts are wrong while some candidates still stand in the old phase. */
export const lastChangeArrived: Rule = {
  name: 'last-phase-change-arrived',
  clause: 'R46',
  modality: 'M',
  zh: '上一次阶段变更已传达到每个申报对象',
  en: 'the last phase change has reached every candidate',
  measure: (_, event) => none(factOf(event, 'duties').behind),
};

/** Duties of recording in this phase; each refusal names the units that lack it. */
const recordedDuties =
  (phase: string) =>
  (_: CampaignContext, event: CampaignEvent): Rule[] =>
    (event.facts.duties?.owed ?? [])
      .filter((owed) => owed.phase === phase)
      .map(({ id, clause, modality, zh, en, lacking }) =>
        unlessOverridden({
          name: id,
          clause,
          modality,
          zh,
          en,
          measure: () => ({ actual: lacking, required: [], met: lacking.length === 0 }),
        }),
      );

type Duty = Rule | ReturnType<typeof recordedDuties>;

export const mobilizationDuties: readonly Duty[] = [
  lastChangeArrived,
  windowHasComeV1(
    'R51',
    '第二阶段（集中争创）的时间已到',
    (windows) => windows['concentrated-creation'],
  ),
  duty(
    'every-township-has-a-plan',
    'R48',
    '各乡镇（街道）均已在征求意见的基础上制定实施方案并获同意',
    'every township has a consulted and approved plan',
    ({ townshipsPlanned, townships }) => allOf(townshipsPlanned, townships),
  ),
  duty(
    'every-township-mobilized',
    'R49',
    '各乡镇（街道）均已将要求贯彻落实到每个站点',
    'every township has carried the demands to each of its sites',
    ({ townshipsMobilized, townships }) => allOf(townshipsMobilized, townships),
  ),
  recordedDuties('mobilization'),
];

export const creationDuties: readonly Duty[] = [
  lastChangeArrived,
  windowHasComeV1(
    'R56',
    '第三阶段（自查整改）的时间已到',
    (windows) => windows['self-check-rectification'],
  ),
  duty(
    'every-township-held-activities',
    'R53',
    '各乡镇（街道）均已组织开展学用活动',
    'every township has held learning and application activities',
    ({ townshipsActive, townships }) => allOf(townshipsActive, townships),
  ),
  duty(
    'no-undecided-declaration',
    'R57',
    '已申报创建的示范点均已确认或退回',
    'every declared site has been confirmed or returned',
    ({ undecidedDeclarations }) => none(undecidedDeclarations),
  ),
  recordedDuties('concentrated-creation'),
];

export const evaluationDuties: readonly Duty[] = [
  lastChangeArrived,
  windowHasComeV1('R60', '第四阶段（考核评议）的时间已到', (windows) => windows.evaluation),
  duty(
    'every-created-site-self-checked',
    'R57',
    '已创建的示范点均已自查',
    'every created site has been self-checked',
    ({ selfChecked, created }) => ({
      actual: selfChecked,
      required: created,
      met: selfChecked === created,
    }),
  ),
  duty(
    'field-visits-made',
    'R58',
    '县远程办已深入基层实地察看',
    'the county office has visited sites in the field',
    ({ fieldVisits }) => atLeast(fieldVisits, 1),
  ),
  duty(
    'random-inspections-made',
    'R58',
    '县远程办已随机抽查',
    'the county office has made random inspections',
    ({ randomInspections }) => atLeast(randomInspections, 1),
  ),
  recordedDuties('self-check-rectification'),
  supervised(
    'every-township-supervised-on-schedule',
    '各乡镇（街道）均已开展定期督查',
    'every township has held scheduled supervision',
    ({ withoutScheduled }) => withoutScheduled,
  ),
  supervised(
    'every-township-supervised-off-schedule',
    '各乡镇（街道）均已开展不定期督查',
    'every township has held unscheduled supervision',
    ({ withoutUnscheduled }) => withoutUnscheduled,
  ),
];

/** No override waives this, because applicants and objectors are owed an answer. */
export const nothingUndecided: Rule = {
  name: 'nothing-undecided',
  clause: 'R65',
  modality: 'M',
  zh: '已申报的对象、异议和并列均已作出决定',
  en: 'every application, every objection and every tie has been decided',
  measure: (_, event) => {
    const { applications, objections, ties } = factOf(event, 'undecided');
    return none(applications + objections + ties);
  },
};

/** A document gives the title; where the plan wants one for all, somebody has to sign it first. */
export const everyTitleWritten: Rule = {
  name: 'every-title-in-a-decision',
  clause: 'R65',
  modality: 'M',
  zh: '每一个已确定的对象都列入了已印发的决定',
  en: 'whoever holds a title stands in a decision that has been issued',
  measure: (_, event) => none(factOf(event, 'undecided').unwritten ?? 0),
};

export const conclusionDuties: readonly Duty[] = [
  lastChangeArrived,
  nothingUndecided,
  everyTitleWritten,
  duty(
    'every-candidate-decided',
    'R65',
    '所有申报对象均已有最终结果',
    'every candidate has come to an end',
    ({ live }) => none(live),
  ),
  recordedDuties('evaluation'),
];

export const overrideAsked: Rule = {
  name: 'override-asked',
  clause: 'R46',
  modality: 'M',
  zh: '已有人提出例外申请',
  en: 'somebody has asked for an override',
  measure: ({ override }) => ({
    actual: override !== null,
    required: true,
    met: override !== null,
  }),
};

/** 回避 (R61): people declare their own conflict, and the office declares forgotten ones. */
export const oneselfOrTheOffice: Rule<'declare-conflict'> = {
  name: 'oneself-or-the-office',
  clause: 'R61',
  modality: 'M',
  zh: '回避由本人申明，或由县远程办决定',
  en: 'a conflict of interest is declared by whoever has it, or by the county office',
  asksInput: true,
  measure: (_, { by, principalId }) => ({
    actual: principalId ?? null,
    required: by.principalId,
    met: principalId === by.principalId || by.roles.includes('county-office'),
  }),
};
