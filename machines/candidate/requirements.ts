// What the plan demands before a candidate may move, each with the sentence it rests on.

import type { Requirement } from '../requirement.ts';
import { allOf, atLeast, isTrue, none } from '../requirement.ts';
import { isBefore, localDate } from '../time.ts';
import type {
  CandidateContext,
  CandidateEvent,
  CandidateEventType,
  CriterionFact,
} from './events.ts';
import { fact } from './events.ts';

type Event<Type extends CandidateEventType> = Extract<CandidateEvent, { type: Type }>;
type Rule<Type extends CandidateEventType = CandidateEventType> = Requirement<
  CandidateContext,
  Event<Type>
>;

const recorded = (context: CandidateContext, kind: string): number => context.evidence[kind] ?? 0;

export const notInTheFuture: Rule<'record-evidence' | 'record-inspection'> = {
  name: 'not-in-the-future',
  clause: 'R46',
  modality: 'M',
  zh: '记录的日期不得晚于今天',
  en: 'a record cannot be dated after today',
  asksInput: true,
  measure: (_, { at, occurredOn }) => {
    const today = localDate(at);
    return {
      actual: occurredOn ?? null,
      required: today,
      met: occurredOn !== undefined && occurredOn <= today,
    };
  },
};

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
  zh: '通过多种形式动员',
  en: 'mobilization in several forms',
  measure: (context, event) =>
    atLeast(context.mobilizationForms.length, fact(event, 'policies').mobilizationFormsMin),
};

export const everySiteReached: Rule = {
  name: 'every-site-reached',
  clause: 'R49',
  modality: 'M',
  zh: '要求和安排贯彻落实到每个终端站点',
  en: 'the demands have reached every terminal site',
  measure: (_, event) => allOf(fact(event, 'reach').reached, fact(event, 'reach').sites),
};

export const activityHeld: Rule = {
  name: 'activity-held',
  clause: 'R53',
  modality: 'M',
  zh: '组织开展过学用活动',
  en: 'at least one learning and application activity',
  measure: (context) => atLeast(recorded(context, 'activity'), 1),
};

/** Late is late (R51), unless the county office has admitted the late declaration with a reason. */
export const declaredInTime: Rule = {
  name: 'declared-in-time',
  clause: 'R51',
  modality: 'M',
  zh: '在集中争创阶段的期限内申报创建',
  en: 'declared within the window of concentrated creation',
  measure: ({ windows, lateAdmittedFor }, { at }) => {
    const limit = windows?.creation.dueAt ?? at;
    return { actual: at, required: limit, met: isBefore(at, limit) || lateAdmittedFor !== null };
  },
};

export const appliedInTime: Rule = {
  name: 'applied-in-time',
  clause: 'R60',
  modality: 'M',
  zh: '在考核评议阶段的期限内书面申报',
  en: 'applied within the window of evaluation',
  measure: ({ windows }, { at }) => {
    const limit = windows?.evaluation.dueAt ?? at;
    return { actual: at, required: limit, met: isBefore(at, limit) };
  },
};

/** R57: the site is held against each criterion, not against those somebody found convenient. */
export const everyCriterionChecked: Rule<'submit-self-check'> = {
  name: 'every-criterion-checked',
  clause: 'R57',
  modality: 'M',
  zh: '对照创建目标逐项自查',
  en: 'the self-check answers every criterion of the category, each once',
  asksInput: true,
  measure: (_, event) => {
    const wanted = fact(event, 'criteria')
      .filter(({ at }) => at === 'self-check')
      .map(({ id }) => id);
    const answered = new Set((event.results ?? []).map(({ criterion }) => criterion));
    const known = [...answered].every((id) => wanted.includes(id));
    const once = answered.size === (event.results ?? []).length;
    const missing = wanted.filter((id) => !answered.has(id));
    return { actual: missing, required: [], met: missing.length === 0 && known && once };
  },
};

export const findingsHaveOwners: Rule<'submit-self-check'> = {
  name: 'findings-have-owners',
  clause: 'R57',
  modality: 'M',
  zh: '对每个问题制定整改重点，落实整改责任人',
  en: 'every shortcoming has a priority and a responsible person',
  asksInput: true,
  measure: (_, event) => {
    const orphans = (event.results ?? []).filter(
      ({ met, priority, responsiblePerson }) => !met && !(priority && responsiblePerson),
    );
    return { ...none(orphans.length), actual: orphans.map(({ criterion }) => criterion) };
  },
};

export const findingIsOpen: Rule<'confirm-finding-rectified'> = {
  name: 'finding-is-open',
  clause: 'R57',
  modality: 'M',
  zh: '该问题确在整改清单中',
  en: 'the shortcoming is on the list to be put right',
  asksInput: true,
  measure: ({ openFindings }, { criterion }) => ({
    actual: criterion ?? null,
    required: openFindings,
    met: openFindings.includes(criterion),
  }),
};

export const ballotsAddUp: Rule<'record-mass-evaluation'> = {
  name: 'ballots-add-up',
  clause: 'R61',
  modality: 'M',
  zh: '收回票数不得多于发出票数，各等次票数之和等于收回票数',
  en: 'no more ballots returned than issued, and the grades add up to the returned',
  asksInput: true,
  measure: (_, event) => {
    const sum = Object.values(event.grades ?? {}).reduce((total, count) => total + count, 0);
    const grades = fact(event, 'policies').gradePoints;
    const known = Object.keys(event.grades ?? {}).every((grade) => grade in grades);
    return {
      actual: [sum, event.returned ?? null],
      required: [event.returned ?? null, event.issued ?? null],
      met: known && sum === event.returned && event.returned <= event.issued && sum > 0,
    };
  },
};

export const quorum: Rule<'record-mass-evaluation'> = {
  name: 'quorum',
  clause: 'R61',
  modality: 'M',
  zh: '收回票数超过发出票数的规定比例',
  en: 'more than the required share of the ballots issued came back',
  asksInput: true,
  measure: (_, event) => {
    const { quorumPercent } = fact(event, 'policies');
    const returned = event.returned ?? 0;
    const issued = event.issued ?? 0;
    return {
      actual: returned,
      required: `> ${quorumPercent}% × ${issued}`,
      met: returned * 100 > issued * quorumPercent,
    };
  },
};

export const oneSheetPerAssessor: Rule<'record-assessment'> = {
  name: 'one-sheet-per-assessor',
  clause: 'R61',
  modality: 'M',
  zh: '每位考评人对每个对象只打一次分',
  en: 'one sheet for each assessor and candidate',
  measure: ({ assessments }, { by }) =>
    none(assessments.filter((sheet) => sheet.by === by.principalId).length),
};

export const massEvaluated: Rule = {
  name: 'mass-evaluated',
  clause: 'R61',
  modality: 'M',
  zh: '已经过党员群众评议',
  en: 'the mass evaluation has been held',
  measure: ({ massScoreCenti }) => isTrue(massScoreCenti !== null),
};

export const organizationallyAssessed: Rule = {
  name: 'organizationally-assessed',
  clause: 'R61',
  modality: 'M',
  zh: '已经过组织考评',
  en: 'the organisational assessment has been held',
  measure: ({ assessments }) => atLeast(assessments.length, 1),
};

export const passMark: Rule = {
  name: 'pass-mark',
  clause: 'R61',
  modality: 'M',
  zh: '综合得分达到合格线',
  en: 'the composite score reaches the pass mark',
  measure: ({ compositeCenti }, event) => ({
    ...atLeast(compositeCenti ?? 0, fact(event, 'policies').passMark * 100),
    actual: (compositeCenti ?? 0) / 100,
    required: fact(event, 'policies').passMark,
  }),
};

export const signed: Rule<'apply'> = {
  name: 'signed',
  clause: 'R62',
  modality: 'M',
  zh: '书面申报须签字盖章',
  en: 'a written application is signed or sealed',
  asksInput: true,
  measure: (_, { signatory, signatureEvidence }) =>
    isTrue(Boolean(signatory) && Boolean(signatureEvidence)),
};

/** A criterion that records and facts can measure is not a matter of opinion: they must agree. */
export function measuredCriteriaAgree(
  _: CandidateContext,
  event: Event<'submit-self-check'>,
): Rule<'submit-self-check'>[] {
  const claimed = new Set(
    (event.results ?? []).filter(({ met }) => met).map(({ criterion }) => criterion),
  );
  return fact(event, 'criteria').flatMap(({ measured, ...criterion }) =>
    measured === null
      ? []
      : [
          {
            ...describes(criterion),
            asksInput: true as const,
            measure: () => ({ ...measured, met: measured.met || !claimed.has(criterion.id) }),
          },
        ],
  );
}

/** One requirement for each criterion of the category; what the reviewers judge comes later. */
export function everyCriterion(context: CandidateContext, event: Event<'apply'>): Rule<'apply'>[] {
  return fact(event, 'criteria')
    .filter(({ at }) => at !== 'acceptance')
    .map(({ measured, ...criterion }) => {
      const checked = criterion.at === 'self-check' && context.route.selfCheckedBy !== 'none';
      if (measured !== null) return { ...describes(criterion), measure: () => measured };
      if (checked)
        return { ...describes(criterion), measure: () => foundMet(context, criterion.id) };
      return {
        ...describes(criterion),
        asksInput: true as const,
        measure: () => isTrue((event.attestations ?? []).includes(criterion.id)),
      };
    });
}

/** A measurable shortcoming is only put right when it measures right. */
export function rectifiedForReal(
  _: CandidateContext,
  event: Event<'confirm-finding-rectified'>,
): Rule<'confirm-finding-rectified'>[] {
  return fact(event, 'criteria').flatMap(({ measured, ...criterion }) =>
    measured === null || criterion.id !== event.criterion
      ? []
      : [{ ...describes(criterion), asksInput: true as const, measure: () => measured }],
  );
}

const describes = ({ id, clause, modality, zh, en }: Omit<CriterionFact, 'measured'>) => ({
  name: id,
  clause,
  modality,
  zh,
  en,
});

const foundMet = ({ selfCheckedAt, openFindings }: CandidateContext, id: string) =>
  isTrue(selfCheckedAt !== null && !openFindings.includes(id));

export const preferenceClass: Rule<'apply'> = {
  name: 'preference-class',
  clause: 'R27',
  modality: 'P',
  zh: '优先考虑示范带动作用强的单位',
  en: 'units that lead others are preferred',
  measure: (context, { priorityClass }) => ({
    actual: priorityClass ?? null,
    required: null,
    met: context.subject !== 'base' || (priorityClass ?? 'OTHER') !== 'OTHER',
  }),
};

export const firstReturn = (stage: 'countyAcceptance' | 'cityVerification'): Rule => ({
  name: 'returned-once',
  clause: stage === 'countyAcceptance' ? 'R63' : 'R64',
  modality: 'M',
  zh: '退回补正只有一次，须一次性告知全部问题',
  en: 'returned for correction once only, with the complete list',
  measure: ({ returned }) => none(returned[stage] ? 1 : 0),
});

export const noOpenRectification: Rule = {
  name: 'no-open-rectification',
  clause: 'R59',
  modality: 'M',
  zh: '没有未销号的限期整改',
  en: 'no rectification order is open',
  measure: ({ override }, event) => {
    const open = fact(event, 'openRectifications');
    const waived = override?.approvedBy != null || !fact(event, 'policies').openRectificationBlocks;
    return { ...none(open), met: open === 0 || waived };
  },
};

export const noOpenObjection: Rule = {
  name: 'no-open-objection',
  clause: 'R63',
  modality: 'M',
  zh: '公示期内没有未办结的异议',
  en: 'no objection is open',
  measure: ({ openObjections }) => none(openObjections.length),
};

export const objectionIsOpen: Rule<'resolve-objection'> = {
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
    const assessed = fact(event, 'assessed');
    return {
      actual: assessed === null ? null : (assessed.verdict ?? 'unassessed'),
      required: 'unassessed',
      met: assessed !== null && assessed.verdict === null,
    };
  },
};

/** Without a stated authority nobody confers (Q1), and nobody confers in another's place. */
export const authorityStated = (authority: 'city' | 'county'): Rule => ({
  name: 'authority-stated',
  clause: 'R65',
  modality: 'M',
  zh: '方案明确由本级最终确定该类别',
  en: 'the plan states that this authority finally determines this category',
  measure: ({ route }) => ({
    actual: route.finalAuthority,
    required: authority,
    met: route.finalAuthority === authority,
  }),
});

/** Two officers: whoever proposed a decision cannot be the one to confirm it. */
export const anotherOfficer = (
  clause: string,
  proposer: (context: CandidateContext) => string | null | undefined,
): Rule => ({
  name: 'another-officer',
  clause,
  modality: 'M',
  zh: '提出与批准须由两人分别作出',
  en: 'whoever proposes cannot approve',
  measure: (context, { by }) => ({
    actual: by.principalId,
    required: `≠ ${proposer(context) ?? ''}`,
    met: proposer(context) != null && proposer(context) !== by.principalId,
  }),
});
