// Requirements that the plan makes of a candidate before it may move.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { isOverridden } from '../kit/override.ts';
import type { Requirement } from '../kit/requirement.ts';
import { allOf, atLeast, isTrue, lacking, none } from '../kit/requirement.ts';
import type { Due } from '../kit/time.ts';
import { isBefore } from '../kit/time.ts';
import type { AssessedFact } from '../record/record-facts.ts';
import type { CandidateContext, CandidateEvent, CandidateEventType } from './events.ts';

export type Rule<Type extends CandidateEventType = CandidateEventType> = Requirement<
  CandidateContext,
  EventOf<CandidateEvent, Type>
>;

const recorded = (context: CandidateContext, kind: string): number => context.evidence[kind] ?? 0;

export const consultationBeforeAdoption: Rule = {
  name: 'consultation-before-adoption',
  clause: 'R48',
  modality: 'M',
  zh: '先广泛征求意见，后制定实施方案：征求意见的日期必须早于方案通过的日期',
  en: 'a consultation dated before the adoption of the plan',
  measure: ({ firstConsultationOn, planAdoptedOn }) => ({
    actual: firstConsultationOn,
    required: planAdoptedOn,
    met:
      firstConsultationOn !== null && planAdoptedOn !== null && firstConsultationOn < planAdoptedOn,
  }),
};

const document = (kind: string, zh: string, en: string): Rule => ({
  name: kind,
  clause: 'R48',
  modality: 'M',
  zh,
  en,
  measure: (context) => atLeast(recorded(context, kind), 1),
});

export const implementationPlan = document(
  'implementation-plan',
  '具体实施方案',
  'an implementation plan',
);
export const workPlan = document('work-plan', '工作计划', 'a work plan');

export const formsOfMobilization: Rule = {
  name: 'forms-of-mobilization',
  clause: 'R49',
  modality: 'M',
  policy: 'mobilizationFormsMin',
  zh: '通过多种形式动员',
  en: 'mobilization in several forms',
  measure: (context, event) =>
    atLeast(context.mobilizationForms.length, factOf(event, 'policies').mobilizationFormsMin),
};

export const everySiteReached: Rule = {
  name: 'every-site-reached',
  clause: 'R49',
  modality: 'M',
  zh: '要求和安排贯彻落实到每个{site}',
  en: 'the demands have reached every {site}',
  measure: (_, event) => {
    const { reached, sites, missing } = factOf(event, 'reach');
    return lacking(allOf(reached, sites), missing);
  },
};

export const activityHeld: Rule = {
  name: 'activity-held',
  clause: 'R53',
  modality: 'M',
  zh: '组织开展过学用活动',
  en: 'at least one learning and application activity',
  measure: (context) => atLeast(recorded(context, 'activity'), 1),
};

/** A late declaration is refused (R51), unless the county office has admitted it with a reason. */
export const declaredInTime = (
  clause: string,
  dueIn: (context: CandidateContext) => Due | null,
): Rule => ({
  name: 'declared-in-time',
  clause,
  modality: 'M',
  zh: '在集中争创阶段的期限内申报创建',
  en: 'declared within the window of concentrated creation',
  measure: (context, { at }) => {
    const limit = dueIn(context)?.dueAt ?? at;
    const isAdmitted = context.lateAdmittedFor !== null;
    return { actual: at, required: limit, met: isBefore(at, limit) || isAdmitted };
  },
});

export const firstReturn = (stage: string, clause: string): Rule => ({
  name: 'returned-once',
  clause,
  modality: 'M',
  zh: '退回补正只有一次，须一次性告知全部问题',
  en: 'returned for correction once only, with the complete list',
  measure: ({ returned }) => none(returned[stage] === true ? 1 : 0),
});

/** A late correction is refused (R62), unless the reviewer has admitted it with a reason. */
export const resubmittedInTime = (clause: string): Rule<'resubmit'> => ({
  name: 'resubmitted-in-time',
  clause,
  modality: 'M',
  zh: '在补正期限内重新提交',
  en: 'the correction is handed in within its time limit',
  measure: ({ deadline, lateResubmissionFor }, { at }) => {
    const limit = deadline?.dueAt ?? at;
    const inTime = deadline === null || isBefore(at, limit);
    return { actual: at, required: limit, met: inTime || lateResubmissionFor != null };
  },
});

/** 23:59:59 of the last day is in time, and 24:00 is late, whether or not the timer has fired (R63). */
const before = ({ deadline }: CandidateContext, at: string) => {
  const limit = deadline?.dueAt ?? at;
  return { actual: at, required: limit, met: isBefore(at, limit) };
};
const beforeDeadline: Rule['measure'] = (context, { at }) => before(context, at);

export const askedInTime = (clause: string): Rule => ({
  name: 'asked-in-time',
  clause,
  modality: 'M',
  zh: '在申请复核的期限内提出',
  en: 'a reconsideration is asked for within its time limit',
  measure: beforeDeadline,
});

export const askedOnce = (stage: string, clause: string): Rule => ({
  name: 'asked-once',
  clause,
  modality: 'M',
  zh: '每一级验收只能申请复核一次',
  en: 'a reconsideration is asked for once of each review',
  measure: ({ reconsidered }) => none(reconsidered[stage] === true ? 1 : 0),
});

/** Q11: the plan names no sanction for a missed order, so an open order blocks the next step. */
export const noOpenRectification: Rule = {
  name: 'no-open-rectification',
  clause: 'R59',
  modality: 'M',
  policy: 'openRectificationBlocks',
  zh: '没有未销号的限期整改',
  en: 'no rectification order is open',
  measure: (context, event) => {
    const open = factOf(event, 'openRectifications');
    const waived = isOverridden(context) || !factOf(event, 'policies').openRectificationBlocks;
    return { ...none(open), met: open === 0 || waived };
  },
};

/** A site that ceased to conform blocks the candidate until somebody has decided about it. */
export const noUndecidedRegression: Rule = {
  name: 'no-undecided-regression',
  clause: 'R12',
  modality: 'M',
  zh: '申报以后{site}不再达标的，均已作出处理决定',
  en: 'every {site} that ceased to conform since the application has been decided about',
  measure: (_, event) => none(factOf(event, 'undecidedRegressions')),
};

export const noOpenObjection: Rule = {
  name: 'no-open-objection',
  clause: 'R63',
  modality: 'M',
  zh: '公示期内没有未办结的异议',
  en: 'no objection is open',
  measure: ({ openObjections }) => none(openObjections.length),
};

export const noUnreadObjection: Rule<'propose-conferral' | 'confirm-conferral'> = {
  name: 'no-unread-objection',
  clause: 'R63',
  modality: 'M',
  zh: '公众提出的异议均已看过',
  en: 'every objection lodged by the public has been looked at',
  measure: (_, event) => none(factOf(event, 'unreadObjections')),
};

export const noticeIsRunning: Rule<'objection-opened'> = {
  name: 'notice-is-running',
  clause: 'R63',
  modality: 'M',
  zh: '在公示期内提出异议',
  en: 'objected within the period of public notice',
  // Nothing has objected yet when this is only explained.
  measure: (context, { at, objectedAt }) => before(context, objectedAt ?? at),
};

/** After its last day only what was lodged before is still received. */
export const objectedDuringNotice: Rule<'objection-opened'> = {
  name: 'objected-during-notice',
  clause: 'R63',
  modality: 'M',
  zh: '公示结束后只接收此前已经提出的异议',
  en: 'after the notice only what was lodged before is received',
  asksInput: true,
  measure: (_, { at, objectedAt = at }) => ({
    actual: objectedAt,
    required: `< ${at}`,
    met: isBefore(objectedAt, at),
  }),
};

export const objectionIsOpen: Rule<'objection-closed'> = {
  name: 'objection-is-open',
  clause: 'R63',
  modality: 'M',
  zh: '该异议确未办结',
  en: 'the objection is open',
  asksInput: true,
  measure: ({ openObjections }, { objectionId }) => ({
    actual: objectionId ?? null,
    required: openObjections,
    met: openObjections.includes(objectionId),
  }),
};

export const evidenceIsUnassessed: Rule<'assess-evidence'> = {
  name: 'evidence-is-unassessed',
  clause: 'R58',
  modality: 'M',
  zh: '该材料存在且尚未认定',
  en: 'the record exists and has not been assessed',
  asksInput: true,
  measure: (_, event) => {
    const assessed = factOf(event, 'assessed');
    return {
      actual: stateOf(assessed),
      required: 'unassessed',
      met: stateOf(assessed) === 'unassessed',
    };
  },
};

const stateOf = (assessed: AssessedFact | null): string | null =>
  assessed === null
    ? null
    : assessed.superseded
      ? 'superseded'
      : (assessed.verdict ?? 'unassessed');

/** Only the authority that the plan states confers (Q1). */
export const authorityStated = (
  clause: string,
  authority: 'city' | 'county',
  stated: string | null,
): Rule => ({
  name: 'authority-stated',
  clause,
  modality: 'M',
  zh: '方案明确由本级最终确定该类别',
  en: 'the plan states that this authority finally determines this category',
  measure: () => ({ actual: stated, required: authority, met: stated === authority }),
});

/** The authority that gave a title revokes it. */
export const titleIsOurs = (clause: string, conferrers: readonly string[]): Rule => ({
  name: 'title-is-ours',
  clause,
  modality: 'M',
  zh: '由作出最终确定的一级撤销',
  en: 'revoked by the authority that determined it',
  measure: (_, { by }) => ({
    actual: [...by.roles],
    required: [...conferrers],
    met: by.roles.some((role) => conferrers.includes(role)),
  }),
});

export const revocationProposed = (clause: string): Rule => ({
  name: 'revocation-proposed',
  clause,
  modality: 'M',
  zh: '已有人提出撤销',
  en: 'a revocation has been proposed',
  measure: ({ proposedBy }) => isTrue(proposedBy !== null),
});

/** Who holds two offices still does not approve what they handed in with the other (O12). */
export const anotherThanHandedIn = (clause: string): Rule => ({
  name: 'approved-by-another',
  clause,
  modality: 'M',
  zh: '报送人不得审核本人报送的材料',
  en: 'nobody approves what they handed in themselves',
  measure: ({ handedInBy }, { by }) => isTrue(handedInBy !== by.principalId),
});

/** A person stands neither in two categories nor for two units (R63). */
export const countedOnce: Rule<'register' | 'reinstate'> = {
  name: 'counted-once',
  clause: 'R63',
  modality: 'M',
  zh: '同一人只在一个类别、由一个单位申报',
  en: 'one person stands in one category and for one unit only',
  measure: ({ subject }, event) =>
    none(subject === 'household' ? 0 : factOf(event, 'namesakes').same),
};

/** A household may stand in several categories, but in each of them once, whichever village says so. */
export const householdCountedOnce: Rule<'register' | 'reinstate'> = {
  name: 'household-counted-once',
  clause: 'R63',
  modality: 'M',
  zh: '同一户在一个类别只申报一次',
  en: 'a household stands in a category only once',
  measure: ({ subject }, event) =>
    none(subject === 'household' ? factOf(event, 'namesakes').same : 0),
};

/** A shared name proves nothing, so it only warns. */
export const noNamesake: Rule<'register' | 'reinstate'> = {
  name: 'no-namesake',
  clause: 'R63',
  modality: 'S',
  zh: '没有同名而无法区分的申报对象',
  en: 'nobody of the same name stands whom nothing tells apart',
  measure: (_, event) => none(factOf(event, 'namesakes').alike),
};

/** Lost sites and a reconsideration are settled with whoever leaves, and nobody decides them again. */
export const nothingWasSettled: Rule<'reinstate'> = {
  name: 'nothing-was-settled',
  clause: 'R63',
  modality: 'M',
  zh: '撤回时没有随之了结的达标丧失或者复核',
  en: 'neither a lost site nor a reconsideration was settled with the withdrawal',
  measure: ({ withdrawnFrom }) =>
    none((withdrawnFrom?.losses ?? 0) + (withdrawnFrom?.path.endsWith('.reconsidering') ? 1 : 0)),
};

/** Others have been ranked and have moved up without it. */
export const selectionLiesAhead: Rule<'register' | 'reinstate'> = {
  name: 'selection-lies-ahead',
  clause: 'R63',
  modality: 'M',
  zh: '该类别尚未择优',
  en: 'no selection of its category was held yet',
  measure: (_, event) => isTrue(!factOf(event, 'selectionHeld')),
};

/** Only the end of its unit makes a candidate go on elsewhere, or end as its unit did. */
export const unitHasEnded: Rule<'end-with-unit' | 'succeed'> = {
  name: 'unit-has-ended',
  clause: 'R63',
  modality: 'M',
  zh: '申报对象所属单位已经终止',
  en: 'the unit that the candidate stands for has ended',
  measure: (_, event) => isTrue(factOf(event, 'succession').ended !== null),
};

export const isItsSuccessor: Rule<'succeed'> = {
  name: 'is-its-successor',
  clause: 'R63',
  modality: 'M',
  zh: '由该单位的承继单位继续申报',
  en: 'goes on under a successor of that unit',
  measure: (_, event) => isTrue(factOf(event, 'succession').successor !== null),
};

/** One unit stands in a category once; of two that merged, one candidate goes on and the other ends. */
export const successorStandsNotYet: Rule<'succeed'> = {
  name: 'successor-stands-not-yet',
  clause: 'R63',
  modality: 'M',
  zh: '承继单位在该类别尚无相同的申报对象',
  en: 'the successor has no such candidate in this category yet',
  measure: (_, event) => none(factOf(event, 'succession').standing),
};

/** R63, R64: the verdict is the panel's, where a panel sits or the plan wants one. */
export const panelAgrees = (clause: string, verdict: CandidateEventType): Rule => ({
  name: 'panel-agrees',
  clause,
  modality: 'M',
  policy: 'panelMin',
  zh: '与验收组的结论一致',
  en: 'is what the review panel concluded',
  measure: (_, event) => {
    const panel = factOf(event, 'panel');
    const isFree = panel.sitting === 0 && panel.verdict === null && panel.min === 0;
    const actual = panel.sitting > 0 ? 'sitting' : panel.verdict;
    return { actual, required: verdict, met: isFree || actual === verdict };
  },
});

/** R64: the city visits every submitted unit and person. */
export const verified = (clause: string): Rule => ({
  name: 'verified',
  clause,
  modality: 'M',
  zh: '已对申报的单位或个人进行验收并留有记录（时间、地点、人员、情况）',
  en: 'the unit or person was verified, with a record of who, when, where and what was found',
  measure: ({ verifications }) => atLeast(verifications, 1),
});

/** Nothing is confirmed that was not asked. */
export const conditionsOpen = (clause: string): Rule => ({
  name: 'conditions-open',
  clause,
  modality: 'M',
  zh: '评审附有尚未落实的要求',
  en: 'the review has set conditions that are still open',
  measure: ({ requirements }) => atLeast(requirements.length, 1),
});

/** Conditions of a review that let the candidate go on are met before the title is given. */
export const requirementsMet = (clause: string): Rule => ({
  name: 'requirements-met',
  clause,
  modality: 'M',
  zh: '评审所附的要求均已落实',
  en: 'the conditions of the review have been met',
  measure: ({ requirements }) => ({ ...none(requirements.length), actual: [...requirements] }),
});

/** The plan's word for the verdict, where it is not the word of the event itself. */
export const wordOfThePlan = (
  clause: string,
  verdict: CandidateEventType,
  words: readonly string[],
): Rule[] =>
  words.every((word) => word === verdict)
    ? []
    : [
        {
          name: 'word-of-the-plan',
          clause,
          modality: 'M',
          zh: '结论用语是方案所定的',
          en: 'the verdict is worded as the plan words it',
          asksInput: true,
          measure: (_, event) => {
            const word = 'word' in event ? event.word : undefined;
            const met = word !== undefined && words.includes(word);
            return { actual: word ?? null, required: [...words], met };
          },
        },
      ];
