// What the evaluation demands (R60–R62) before somebody may apply.

import { atLeast, isTrue, none } from '../requirement.ts';
import { isBefore } from '../time.ts';
import { fact } from './events.ts';
import type { Rule } from './requirements.ts';

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
