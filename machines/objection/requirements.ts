// Requirements before an objection is received, investigated and decided (R63).

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { isTrue } from '../kit/requirement.ts';
import { isBefore, localDate } from '../kit/time.ts';
import type { ObjectionContext, ObjectionEvent, ObjectionEventType } from './events.ts';

type Rule<Type extends ObjectionEventType = ObjectionEventType> = Requirement<
  ObjectionContext,
  EventOf<ObjectionEvent, Type>
>;

const rule = <Type extends ObjectionEventType>(
  name: string,
  zh: string,
  en: string,
  measure: Rule<Type>['measure'],
  asksInput = false,
): Rule<Type> => ({
  name,
  clause: 'R63',
  restsOn: ({ clause }) => clause,
  modality: 'M',
  zh,
  en,
  measure,
  ...(asksInput ? { asksInput: true as const } : {}),
});

export const underPublicNotice = rule<'raise'>(
  'under-public-notice',
  '该对象正在公示',
  'the candidate is under public notice',
  (_, event) => {
    const { state } = factOf(event, 'publicity');
    return { actual: state, required: 'public-notice', met: state === 'public-notice' };
  },
);

/** 23:59:59 of the last day is in time, and 24:00:00 is late. */
export const objectedInTime = rule<'raise'>(
  'objected-in-time',
  '在公示期内提出异议',
  'objected within the period of public notice',
  (_, event) => {
    const { dueAt } = factOf(event, 'publicity');
    return { actual: event.at, required: dueAt, met: dueAt !== null && isBefore(event.at, dueAt) };
  },
);

/** One answer whatever stands in the way: it does not tell whether somebody else has objected. */
export const lodgedInTime = rule<'lodge'>(
  'lodged-in-time',
  '在公示期内提出异议',
  'objected within the period of public notice',
  (_, event) => {
    const { state, dueAt } = factOf(event, 'publicity');
    return isTrue(state === 'public-notice' && dueAt !== null && isBefore(event.at, dueAt));
  },
);

export const investigatorIsKnown = rule<'admit' | 'reassign'>(
  'investigator-is-known',
  '调查人是本级或上级的在职人员',
  'the investigator is an officer who reaches the candidate',
  (_, event) => isTrue(factOf(event, 'interests')[event.investigatorId]?.known ?? false),
  true,
);

/** 回避: nobody investigates their own unit, or an objection they stepped back from. */
export const investigatorIsFree = rule<'admit' | 'reassign'>(
  'investigator-is-free',
  '调查人与该对象没有须回避的关系',
  'the investigator has no conflict of interest',
  ({ recused }, event) => {
    const found = factOf(event, 'interests')[event.investigatorId]?.conflict ?? null;
    const conflict = recused.includes(event.investigatorId) ? 'recused' : (found?.kind ?? null);
    return { actual: conflict, required: null, met: conflict === null };
  },
  true,
);

export const isTheInvestigator = rule<'report' | 'recuse'>(
  'is-the-investigator',
  '由指定的调查人办理',
  'done by the investigator',
  ({ investigatorId }, { by }) => ({
    actual: by.principalId,
    required: investigatorId,
    met: by.principalId === investigatorId,
  }),
);

/** The investigator does not decide. */
export const decidedByAnother = rule<'not-admit' | 'uphold' | 'dismiss'>(
  'decided-by-another',
  '调查人以外的人作出处理决定',
  'decided by somebody other than the investigator',
  ({ investigatorId }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${investigatorId}`,
    met: by.principalId !== investigatorId,
  }),
);

export const repliedByToday = rule<'reply'>(
  'not-in-the-future',
  '答复的日期不得晚于今天',
  'a reply cannot be dated after today',
  (_, { at, occurredOn }) => ({
    actual: occurredOn ?? null,
    required: localDate(at),
    met: occurredOn !== undefined && occurredOn <= localDate(at),
  }),
  true,
);
