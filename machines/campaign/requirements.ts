// Requirements of the plan before a campaign may go on.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { isOverridden } from '../kit/override.ts';
import type { Requirement } from '../kit/requirement.ts';
import { lacking, none } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import type { CampaignContext, CampaignEvent, CampaignEventType } from './events.ts';

export type Rule<Type extends CampaignEventType = CampaignEventType> = Requirement<
  CampaignContext,
  EventOf<CampaignEvent, Type>
>;

/** An override by two officers waives the rule. */
export const unlessOverridden = (rule: Rule): Rule => ({
  ...rule,
  measure: (context, event) => {
    const measured = rule.measure(context, event);
    return { ...measured, met: measured.met || isOverridden(context) };
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
  measure: (_, event) => {
    const { live, missing } = factOf(event, 'duties');
    return lacking(none(live), missing?.['every-candidate-decided']);
  },
});

/** Counts are wrong while some candidates still stand in the old phase. */
export const lastChangeArrived: Rule = {
  name: 'last-phase-change-arrived',
  clause: 'R46',
  modality: 'M',
  zh: '上一次阶段变更已传达到每个申报对象',
  en: 'the last phase change has reached every candidate',
  measure: (_, event) => none(factOf(event, 'duties').behind),
};

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
  zh: '回避由本人申明，或由{county-office}决定',
  en: 'a conflict of interest is declared by whoever has it, or by {county-office}',
  asksInput: true,
  measure: (_, { by, principalId }) => ({
    actual: principalId ?? null,
    required: by.principalId,
    met: principalId === by.principalId || by.roles.includes('county-office'),
  }),
};
