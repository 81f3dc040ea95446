// Requirements of a panel (R63, R64): enough members without conflict, a reason for each verdict, and
// a conclusion that follows from the verdicts by the stated rule.

import { officersFrom } from '../kit/access.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { allOf, isTrue } from '../kit/requirement.ts';
import type {
  ReviewPanelContext,
  ReviewPanelEvent,
  ReviewPanelEventType,
  Verdict,
} from './events.ts';

type Rule<Type extends ReviewPanelEventType = ReviewPanelEventType> = Requirement<
  ReviewPanelContext,
  EventOf<ReviewPanelEvent, Type>
>;

const rule = <Type extends ReviewPanelEventType>(
  name: string,
  zh: string,
  en: string,
  measure: Rule<Type>['measure'],
): Rule<Type> => ({
  name,
  clause: 'R63',
  restsOn: ({ clause }) => clause,
  modality: 'M',
  zh,
  en,
  asksInput: true,
  measure,
});

const seated = ({ members, recused }: ReviewPanelContext): string[] =>
  members.filter((id) => recused.every(({ memberId }) => memberId !== id));

export const candidateIsUnderReview = rule<'convene' | 'conclude'>(
  'candidate-is-under-review',
  '该对象正在本级本轮验收',
  'the candidate is under review here, in this round',
  ({ stage, round }, event) => {
    const found = factOf(event, 'reviewed');
    return {
      actual: [found.stage, found.state, found.round],
      required: [stage, 'under-review', round],
      met: found.stage === stage && found.state === 'under-review' && found.round === round,
    };
  },
);

export const membersSuffice = rule<'convene'>(
  'members-suffice',
  '验收组的人数符合规定，组长是成员之一',
  'the panel has the number of members the plan asks, and its chair is one of them',
  ({ members, chair }, event) => {
    const { min, odd } = factOf(event, 'panelRule');
    const count = new Set(members).size;
    const isOdd = !odd || count % 2 === 1;
    return {
      actual: count,
      required: odd ? `≥ ${Math.max(min, 2)}，单数` : Math.max(min, 2),
      met:
        count === members.length && count >= Math.max(min, 2) && isOdd && members.includes(chair),
    };
  },
);

const barred = (
  { office }: ReviewPanelContext,
  event: EventOf<ReviewPanelEvent, 'convene' | 'replace'>,
  ids: readonly string[],
): string[] => {
  const interests = factOf(event, 'interests');
  const wanted: readonly string[] = [...officersFrom(office), 'assessor'];
  const fits = (id: string): boolean => {
    const { known, roles = [], conflict } = interests[id] ?? { known: false, conflict: null };
    return known && conflict === null && roles.some((role) => wanted.includes(role));
  };
  return ids.filter((id) => !fits(id));
};

/** 回避: members judge neither their own unit or subtree, nor where they declared a conflict. */
export const membersAreFree = rule<'convene'>(
  'members-are-free',
  '成员是本级有资格的人员，且与该对象没有须回避的关系',
  'every member may review here and has no conflict of interest',
  (context, event) => {
    const found = barred(context, event, context.members);
    return { actual: found, required: [], met: found.length === 0 };
  },
);

export const isSeated = rule<'give-verdict' | 'recuse'>(
  'is-a-member',
  '由未回避的成员作出',
  'done by a member who has not stepped back',
  (context, { by }) => ({
    actual: by.principalId,
    required: seated(context),
    met: seated(context).includes(by.principalId),
  }),
);

export const verdictIsNew = rule<'give-verdict' | 'recuse'>(
  'verdict-is-new',
  '该成员尚未提出意见',
  'this member has not given a verdict yet',
  ({ verdicts }, { by }) => isTrue(verdicts.every(({ memberId }) => memberId !== by.principalId)),
);

export const substituteFits = rule<'replace'>(
  'substitute-fits',
  '替换已回避的成员，替换人未曾在组内且没有须回避的关系',
  'replaces who stepped back, by somebody new without a conflict of interest',
  (context, event) => {
    const { memberId, substituteId } = event;
    const isVacant = context.recused.some(
      (one) => one.memberId === memberId && one.replacedBy === null,
    );
    const isNew = !context.members.includes(substituteId);
    const isFree = barred(context, event, [substituteId]).length === 0;
    return {
      actual: [isVacant, isNew, isFree],
      required: [true, true, true],
      met: isVacant && isNew && isFree,
    };
  },
);

const seats = ({ members, recused }: ReviewPanelContext): number =>
  members.length - recused.filter(({ replacedBy }) => replacedBy !== null).length;

export const everybodyHasSpoken = rule<'conclude' | 'break-tie'>(
  'everybody-has-spoken',
  '每个成员（含替换的成员）均已提出意见',
  'every seat has given its verdict',
  (context) => allOf(context.verdicts.length, seats(context)),
);

/** The verdict of the majority; null without one. */
export function majorityOf({ verdicts, majority }: ReviewPanelContext): Verdict | null {
  const counts = Map.groupBy(verdicts, ({ verdict }) => verdict);
  const [best] = [...counts].toSorted(([, a], [, b]) => b.length - a.length);
  if (best === undefined) return null;
  const [verdict, { length }] = best;
  const isEnough =
    majority === 'two-thirds' ? length * 3 >= verdicts.length * 2 : length * 2 > verdicts.length;
  return isEnough ? verdict : null;
}

export const noMajority = rule<'break-tie'>(
  'no-majority',
  '没有一种意见达到规定的多数，由组长说明理由决定',
  'no verdict has the majority; the chair decides, with a reason',
  (context) => ({
    actual: majorityOf(context),
    required: null,
    met: context.verdicts.length > 0 && majorityOf(context) === null,
  }),
);

export const isTheChair = rule<'break-tie'>(
  'is-the-chair',
  '由组长决定',
  'decided by the chair',
  ({ chair }, { by }) => ({
    actual: by.principalId,
    required: chair,
    met: by.principalId === chair,
  }),
);

/** The chair breaks a tie only by a verdict that a member gave. */
export const verdictWasGiven = rule<'break-tie'>(
  'verdict-was-given',
  '在成员已提出的意见中决定',
  'one of the verdicts that were given',
  ({ verdicts }, { verdict }) => ({
    actual: verdict ?? null,
    required: [...new Set(verdicts.map((one) => one.verdict))],
    met: verdicts.some((one) => one.verdict === verdict),
  }),
);

export const verdictFollows = rule<'conclude'>(
  'verdict-follows',
  '意见达到规定的多数，或组长已作决定',
  'a majority, or the decision of the chair',
  (context) => ({
    actual: majorityOf(context) ?? context.tieBreak?.verdict ?? null,
    required: context.majority,
    met: majorityOf(context) !== null || context.tieBreak !== null,
  }),
);
