// What a document asks before it is drafted, reviewed, signed and abandoned.

import type { EventOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { none } from '../kit/requirement.ts';
import type { DocumentContext, DocumentEvent, DocumentEventType } from './events.ts';

type Rule<Type extends DocumentEventType> = Requirement<
  DocumentContext,
  EventOf<DocumentEvent, Type>
>;

const anotherThanTheDrafter = ({ draftedBy }: DocumentContext, by: string) => ({
  actual: by,
  required: `≠ ${draftedBy}`,
  met: by !== draftedBy,
});

export const readByAnother: Rule<'review' | 'return'> = {
  name: 'read-by-another',
  clause: 'R2',
  modality: 'M',
  zh: '核稿人不得是拟稿人',
  en: 'nobody reviews what they drafted',
  measure: (context, { by }) => anotherThanTheDrafter(context, by.principalId),
};

/** Whoever told the event that needs a document has drafted it. */
export const signedByAnother: Rule<'sign'> = {
  name: 'signed-by-another',
  clause: 'R2',
  modality: 'M',
  zh: '签发人不得是拟稿人',
  en: 'nobody signs what they drafted',
  measure: (context, { by }) => anotherThanTheDrafter(context, by.principalId),
};

/** 核稿 comes before 签发, unless the plan lets the kind go unreviewed. */
export const reviewedBefore: Rule<'sign'> = {
  name: 'reviewed-before',
  clause: 'R2',
  modality: 'M',
  zh: '签发前须经核稿',
  en: 'it is reviewed before it is signed',
  measure: ({ mustReview, reviewedBy }) => ({
    actual: reviewedBy === null ? 0 : 1,
    required: 1,
    met: !mustReview || reviewedBy !== null,
  }),
};

/** What it was drafted for has ended, or goes another way; nobody then issues it. */
export const stillAwaited: Rule<'sign'> = {
  name: 'still-awaited',
  clause: 'R2',
  modality: 'M',
  zh: '此件所办的事项仍在等待印发；已终止或者已另行办理的，由拟稿人以外的人弃置此件',
  en: 'what it was drafted for still waits for it; if not, another than its drafter abandons it',
  measure: (_, { facts }) => ({
    actual: facts.isAwaited ?? true,
    required: true,
    met: facts.isAwaited ?? true,
  }),
};

/** A draft that an event needs is given up by a second officer; a draft of one's own may be dropped. */
export const abandonedByAnother: Rule<'abandon'> = {
  name: 'abandoned-by-another',
  clause: 'R2',
  modality: 'M',
  zh: '办理事项所需的公文，须由拟稿人以外的人决定不再印发',
  en: 'a document that something needs is abandoned by another than its drafter',
  measure: (context, { by }) => {
    const measured = anotherThanTheDrafter(context, by.principalId);
    return context.isNeeded ? measured : { ...measured, met: true };
  },
};

/** A list without a name on it publishes nothing and decides nothing. */
export const namesSomebody: Rule<'draft' | 'revise'> = {
  name: 'names-somebody',
  clause: 'R65',
  modality: 'M',
  zh: '名单上至少有一个可以列入的对象',
  en: 'the list names at least one candidate that belongs on it',
  asksInput: true,
  measure: (_, { facts }) => {
    const named = facts.material?.list?.named;
    return {
      actual: named?.length ?? null,
      required: 1,
      met: named === undefined || named.length > 0,
    };
  },
};

/** The form is made of what was frozen when it was applied with; without that there is none. */
export const hasApplied: Rule<'draft' | 'revise'> = {
  name: 'has-applied',
  clause: 'R62',
  modality: 'M',
  zh: '已书面申报：申报表由冻结的申报生成',
  en: 'it has been applied in writing: the form is made of what was frozen then',
  asksInput: true,
  measure: (_, { facts }) => {
    const met = facts.material?.hasApplied ?? true;
    return { actual: met ? 1 : 0, required: 1, met };
  },
};

/** Between the draft and the signature somebody may have been removed, or lost the title. */
export const namedStillStand: Rule<'sign'> = {
  name: 'named-still-stand',
  clause: 'R65',
  modality: 'M',
  zh: '名单上的对象仍在等待公示或者仍被确定',
  en: 'whoever the list names still awaits the public notice, or still holds the title',
  measure: (_, { facts }) => {
    const gone = facts.named?.gone ?? [];
    return { actual: gone, required: [], met: gone.length === 0 };
  },
};

export const namedOnce: Rule<'sign'> = {
  name: 'named-once',
  clause: 'R65',
  modality: 'M',
  zh: '名单上的对象未见于另一份决定',
  en: 'nobody the list names stands in another decision',
  measure: (_, { facts }) => none(facts.named?.already.length ?? 0),
};
