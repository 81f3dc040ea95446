// Requirements of a rectification order (R59).

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { atLeast, isTrue, none } from '../kit/requirement.ts';
import { isBefore, localDate } from '../kit/time.ts';
import type { RectificationContext, RectificationEvent, RectificationEventType } from './events.ts';

type Rule<Type extends RectificationEventType> = Requirement<
  RectificationContext,
  EventOf<RectificationEvent, Type>
>;

export const reinspectedByAnother: Rule<'close' | 'reopen'> = {
  name: 'reinspected-by-another',
  clause: 'R59',
  modality: 'M',
  zh: '复查人不得是原检查人',
  en: 'nobody re-inspects what they inspected',
  asksInput: true,
  // Who carried it out counts, not only who typed it.
  measure: ({ inspectedBy }, event) =>
    isTrue(event.by.principalId !== inspectedBy && !factOf(event, 'inspectedBefore')),
};

/** A re-inspection in the future is refused. */
export const reinspectedOnADay: Rule<'close' | 'reopen'> = {
  name: 'not-in-the-future',
  clause: 'R46',
  modality: 'M',
  zh: '复查的日期不得晚于今天',
  en: 'a re-inspection cannot be dated after today',
  asksInput: true,
  measure: (_, { at, occurredOn = localDate(at) }) => ({
    actual: occurredOn,
    required: localDate(at),
    met: occurredOn <= localDate(at),
  }),
};

export const extendsTheDeadline: Rule<'extend'> = {
  name: 'extends-the-deadline',
  clause: 'R59',
  modality: 'M',
  zh: '延期后的期限须晚于原期限，且不在过去',
  en: 'an extension ends after the present deadline and not in the past',
  asksInput: true,
  measure: ({ deadline }, { at, facts }) => ({
    actual: facts.deadline?.dueAt ?? null,
    required: `> ${deadline?.dueAt ?? ''}`,
    met:
      facts.deadline !== undefined &&
      isBefore(deadline?.dueAt ?? at, facts.deadline.dueAt) &&
      isBefore(at, facts.deadline.dueAt),
  }),
};

export const withinTheMaximum: Rule<'extend'> = {
  name: 'within-the-maximum',
  clause: 'R59',
  modality: 'M',
  zh: '延期不得超过方案规定的最长整改期限',
  en: 'an extension stays within the longest time limit of the plan',
  asksInput: true,
  measure: (_, { facts }) => ({
    actual: facts.deadline?.dueAt ?? null,
    required: `≤ ${facts.latestDueAt ?? ''}`,
    met:
      facts.deadline !== undefined &&
      facts.latestDueAt !== undefined &&
      !isBefore(facts.latestDueAt, facts.deadline.dueAt),
  }),
};

/** Words alone do not show a correction. */
export const evidenceGiven: Rule<'submit'> = {
  name: 'evidence-of-correction',
  clause: 'R59',
  modality: 'M',
  zh: '报送整改报告须附整改佐证材料',
  en: 'a report comes with evidence of the correction',
  asksInput: true,
  measure: (_, { evidence }) => atLeast((evidence ?? []).length, 1),
};

/** R59: the evidence exists, and its sender may read it. */
export const filesExist: Rule<'submit' | 'close' | 'reopen'> = {
  name: 'files-exist',
  clause: 'R59',
  modality: 'M',
  zh: '所附佐证为已上传的文件或者本对象的材料',
  en: 'the evidence it names are files that have been uploaded, or records of the candidate',
  asksInput: true,
  measure: (_, { facts }) => {
    const missing = facts.missingFiles ?? [];
    return { ...none(missing.length), actual: missing };
  },
};

/** Q7: only a site conforms, so an order to a township or a person cannot say so. */
export const speaksOfASite: Rule<'close' | 'reopen'> = {
  name: 'speaks-of-a-site',
  clause: 'R12',
  modality: 'M',
  zh: '整改对象有{site}的，复查才能认定{site}是否达标',
  en: 'a re-inspection says whether a {site} conforms where the order is about one',
  asksInput: true,
  measure: ({ siteId }, { conforms }) => ({
    actual: siteId,
    required: 'siteId',
    met: conforms === undefined || siteId !== null,
  }),
};

export const factIsOpen: Rule<'correct-site-fact'> = {
  name: 'fact-is-open',
  clause: 'R59',
  modality: 'M',
  zh: '整改期间只能更正整改通知列明的{site}情况',
  en: 'only the facts that the order names may be corrected',
  asksInput: true,
  measure: ({ openFacts }, { field }) => ({
    actual: field ?? null,
    required: openFacts,
    met: openFacts.includes(field),
  }),
};

export const recordIsOpen: Rule<'supersede-record'> = {
  name: 'record-is-open',
  clause: 'R59',
  modality: 'M',
  zh: '整改期间只能更正整改通知列明的材料，且每份只更正一次',
  en: 'only the records that the order names may be superseded, each once',
  asksInput: true,
  measure: ({ openRecords }, { recordId, facts }) => ({
    actual: recordId ?? null,
    required: openRecords,
    met: openRecords.includes(recordId) && facts.correctable?.isSuperseded === false,
  }),
};

/** The office alone may send an order back only so often; after that the superior is notified. */
export const sentBackRepeatedly = (
  { reopens }: RectificationContext,
  { facts }: EventOf<RectificationEvent, 'reopen'>,
): boolean =>
  (facts.reopensBeforeEscalation ?? 0) > 0 && reopens + 1 >= (facts.reopensBeforeEscalation ?? 0);
