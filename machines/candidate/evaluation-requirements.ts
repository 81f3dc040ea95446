// Requirements of the evaluation (R61) that come before the application.

import { factOf } from '../kit/event.ts';
import { atLeast, isTrue, none } from '../kit/requirement.ts';
import type { Rule } from './requirements.ts';
import { ofLastRound } from './scoring.ts';

export const evaluatedOnce: Rule<'mass-evaluation-closed'> = {
  name: 'evaluated-once',
  clause: 'R61',
  modality: 'M',
  zh: '党员群众评议只计一次',
  en: 'the mass evaluation counts once',
  measure: ({ massScoreCenti }) => none(massScoreCenti === null ? 0 : 1),
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
  policy: 'assessmentSheetsMin',
  zh: '已经过组织考评，考评表达到规定份数',
  en: 'the organisational assessment has been held, by as many assessors as the plan asks for',
  measure: ({ assessments }, event) =>
    atLeast(ofLastRound(assessments).length, factOf(event, 'policies').assessmentSheetsMin),
};

export const everySheetIn: Rule = {
  name: 'every-sheet-in',
  clause: 'R61',
  modality: 'M',
  zh: '指派的考评表均已提交或作废',
  en: 'every sheet that was assigned has come in or is void',
  measure: (_, event) => none(factOf(event, 'openSheets')),
};

export const passMark: Rule = {
  name: 'pass-mark',
  clause: 'R61',
  modality: 'M',
  policy: 'passMark',
  zh: '综合得分达到合格线',
  en: 'the composite score reaches the pass mark',
  measure: ({ compositeCenti }, event) => ({
    ...atLeast(compositeCenti ?? 0, factOf(event, 'policies').passMark * 100),
    actual: (compositeCenti ?? 0) / 100,
    required: factOf(event, 'policies').passMark,
  }),
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
