// Requirements of the streams (R61) that come before the application, or before a candidate goes on.

import { factOf } from '../kit/event.ts';
import { atLeast, isTrue, none } from '../kit/requirement.ts';
import type { CandidateEvent } from './events.ts';
import type { Rule } from './requirements.ts';
import { ofLastRound } from './scoring.ts';

type OfAStream = 'mass-evaluation-closed' | 'record-assessment' | 'retract-assessment';

/** Rounds and sheets of another stream, gathered earlier or later, count no more or not yet. */
export const gatheredHere = (streams: readonly string[]): Rule<OfAStream> => ({
  name: 'stream-is-gathered',
  clause: 'R61',
  modality: 'M',
  zh: '该评价环节正在进行',
  en: 'the stream is being gathered',
  measure: (_, { stream }) => ({
    actual: stream,
    required: streams,
    met: streams.includes(stream),
  }),
});

export const evaluatedOnce: Rule<'mass-evaluation-closed'> = {
  name: 'evaluated-once',
  clause: 'R61',
  modality: 'M',
  zh: '同一评价环节的评议只计一次',
  en: 'a stream of ballots counts once',
  measure: ({ figures }, { stream }) => none(figures[stream] === undefined ? 0 : 1),
};

// The name of a stream is the plan's, which fills it in as it does titles.
const named = (stream: string): string => `{stream:${stream}}`;

export const roundHeld = (clause: string, stream: string): Rule => ({
  name: 'round-held',
  clause,
  modality: 'M',
  zh: `已经过${named(stream)}`,
  en: `a valid round has been held: ${named(stream)}`,
  measure: ({ figures }) => isTrue(figures[stream] !== undefined),
});

export const sheetsEnough = (clause: string, stream: string): Rule => ({
  name: 'sheets-enough',
  clause,
  modality: 'M',
  policy: 'assessmentSheetsMin',
  zh: `已经过${named(stream)}，考评表达到规定份数`,
  en: `as many assessors as the plan asks for have handed in sheets: ${named(stream)}`,
  measure: ({ sheets }, event) =>
    atLeast(
      ofLastRound(sheets[stream] ?? []).length,
      factOf(event, 'policies').assessmentSheetsMin,
    ),
});

const gateIn = (event: CandidateEvent, stream: string): number | undefined =>
  factOf(event, 'policies').streamGates[stream];

/** Whoever has fewer points than the gate of the stream goes no further; not every stream has one. */
export const gateOf = (clause: string, stream: string): Rule => ({
  name: 'stream-gate',
  clause,
  modality: 'M',
  policy: 'streamGates',
  zh: `${named(stream)}得分达到规定分数`,
  en: `enough points: ${named(stream)}`,
  asked: (_, event) => gateIn(event, stream) !== undefined,
  measure: ({ figures }, event) => {
    const required = gateIn(event, stream) ?? 0;
    const actual = figures[stream];
    return {
      actual: actual === undefined ? null : actual / 100,
      required,
      met: actual !== undefined && actual >= required * 100,
    };
  },
});

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
