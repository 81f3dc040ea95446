// Requirements of a round (R61) about its roll, its times and the sums of its ballots.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { allOf, atLeast, isTrue, none } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import type { BallotRoundContext, BallotRoundEvent, BallotRoundEventType } from './events.ts';
import { sumOf } from './result.ts';

type Rule<Type extends BallotRoundEventType = BallotRoundEventType> = Requirement<
  BallotRoundContext,
  EventOf<BallotRoundEvent, Type>
>;

const R61 = { clause: 'R61', modality: 'M' } as const;

export const candidateIsEvaluated: Rule<'convene' | 'reconvene'> = {
  name: 'candidate-is-evaluated',
  ...R61,
  zh: '申报对象正在进行这一环节的评议',
  en: 'the candidate stands in the step that gathers these ballots',
  measure: ({ stream }, event) => {
    const { gathers } = factOf(event, 'parent');
    return { actual: gathers, required: stream, met: gathers.includes(stream) };
  },
};

export const candidateIsGone: Rule<'lapse'> = {
  name: 'candidate-is-gone',
  ...R61,
  zh: '申报对象已不在进行这一环节的评议',
  en: 'the candidate stands no longer in the step that gathers these ballots',
  measure: ({ stream }, event) => {
    const { gathers } = factOf(event, 'parent');
    return { actual: gathers, required: `≠ ${stream}`, met: !gathers.includes(stream) };
  },
};

export const onlyRound: Rule<'convene' | 'reconvene'> = {
  name: 'only-round',
  ...R61,
  zh: '该对象在这一环节没有正在进行或已经有效的评议',
  en: 'no other round of this candidate in this stream is under way or valid',
  measure: (_, event) => none(factOf(event, 'otherRounds')),
};

export const closesAfterOpening: Rule<'convene' | 'reconvene'> = {
  name: 'closes-after-opening',
  ...R61,
  zh: '截止时间晚于开始时间，且不在过去',
  en: 'it closes after it opens, and not in the past',
  asksInput: true,
  measure: (_, { at, opensAt, closesAt }) => {
    const start = opensAt !== undefined && isBefore(at, opensAt) ? opensAt : at;
    return {
      actual: closesAt ?? null,
      required: `> ${start}`,
      met: closesAt !== undefined && isBefore(start, closesAt),
    };
  },
};

/** R39 and R61 name two electorates, party members and masses; the roll lists each by name. */
export const rollIsWhole: Rule<'convene' | 'reconvene'> = {
  name: 'roll-is-whole',
  ...R61,
  zh: '名册须包括每一类参评人员，每人一条且不重复',
  en: 'the roll has every stratum of the plan and no other, and everybody once',
  asksInput: true,
  measure: (_, event) => {
    const { strata } = factOf(event, 'ballotRules');
    const roll = event.roll ?? [];
    const present = [...new Set(roll.map(({ stratum }) => stratum))].sort();
    const once = new Set(roll.map(({ entry }) => entry)).size === roll.length;
    const required = [...strata].sort();
    return {
      actual: present,
      required,
      met: once && JSON.stringify(present) === JSON.stringify(required),
    };
  },
};

export const rollKeepsSecrets: Rule<'convene' | 'reconvene'> = {
  name: 'roll-keeps-secrets',
  ...R61,
  zh: '无记名评议的名册不得少于规定人数',
  en: 'a secret round asks enough people for nobody to be known by the result',
  asksInput: true,
  measure: ({ form }, event) => {
    const least = form === 'secret' ? factOf(event, 'ballotRules').stratumMin : 1;
    return atLeast((event.roll ?? []).length, least);
  },
};

export const openingTimeHasCome: Rule<'open'> = {
  name: 'opening-time-has-come',
  ...R61,
  zh: '已到公布的开始时间',
  en: 'the time it was announced for has come',
  measure: ({ opensAt }, { at }) => {
    const start = opensAt ?? at;
    return { actual: at, required: `≥ ${start}`, met: !isBefore(at, start) };
  },
};

export const isSecret: Rule<'print-slips' | 'mark-voter'> = {
  name: 'is-secret',
  ...R61,
  zh: '本次评议采用无记名方式',
  en: 'the round is held by secret ballot',
  measure: ({ form }) => ({ actual: form, required: 'secret', met: form === 'secret' }),
};

/** Voters draw from as many slips as there are names, so that the last one still draws among several. */
export const slipsSuffice: Rule<'print-slips'> = {
  name: 'slips-suffice',
  ...R61,
  zh: '各类选票按本次名册印制，不少于名册人数',
  en: 'slips are printed for this roll: as many as each stratum has names, or more',
  asksInput: true,
  measure: ({ roll, generation }, event) => {
    const { slips = {} } = event;
    const isForRoll = Object.keys(slips).every((stratum) => stratum in roll);
    const enough = Object.entries(roll).every(([stratum, names]) => (slips[stratum] ?? 0) >= names);
    return {
      actual: Object.entries(slips).map(([stratum, count]) => `${stratum} ${count}`),
      required: Object.entries(roll).map(([stratum, names]) => `${stratum} ≥ ${names}`),
      met: isForRoll && enough && event.generation === generation,
    };
  },
};

/** A new set makes the last one worthless, which may cost nobody the ballot in their hand. */
export const noSlipIsOut: Rule<'print-slips'> = {
  name: 'no-slip-is-out',
  ...R61,
  zh: '尚无人领票、投票',
  en: 'nobody has been marked or has voted',
  measure: ({ issued }, event) => none(sumOf(issued) + factOf(event, 'ballotsReturned')),
};

export const slipsArePrinted: Rule<'mark-voter'> = {
  name: 'slips-are-printed',
  ...R61,
  zh: '选票已经印制',
  en: 'the slips have been printed',
  measure: ({ printed }) => atLeast(sumOf(printed), 1),
};

/** Who has the list of codes does not lay out the slips: they could know who draws which. */
export const anotherHandsOut: Rule<'mark-voter'> = {
  name: 'another-hands-out',
  ...R61,
  zh: '印制选票的人不发票',
  en: 'who printed the slips hands none out',
  measure: ({ printedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${printedBy ?? ''}`,
    met: by.principalId !== printedBy,
  }),
};

export const entryIsOnTheRoll: Rule<'mark-voter'> = {
  name: 'entry-is-on-the-roll',
  ...R61,
  zh: '该人员在名册上',
  en: 'the person is on the roll',
  asksInput: true,
  measure: (_, event) => isTrue(factOf(event, 'rollEntry') !== null),
};

export const entryIsUnmarked: Rule<'mark-voter'> = {
  name: 'entry-is-unmarked',
  ...R61,
  zh: '每人只领一张票',
  en: 'one ballot for each person',
  asksInput: true,
  measure: (_, event) => none(factOf(event, 'rollEntry')?.marked ? 1 : 0),
};

export const urnIsOpen: Rule<'mark-voter' | 'extend'> = {
  name: 'urn-is-open',
  ...R61,
  zh: '尚未到截止时间',
  en: 'the closing time has not come',
  measure: ({ closesAt }, { at }) => {
    const end = closesAt ?? at;
    return { actual: at, required: `< ${end}`, met: isBefore(at, end) };
  },
};

export const extendsTheTime: Rule<'extend'> = {
  name: 'extends-the-time',
  ...R61,
  zh: '延长后的截止时间须晚于原截止时间',
  en: 'an extension ends later than the present time',
  asksInput: true,
  measure: (context, { at, closesAt }) => {
    const end = context.closesAt ?? at;
    return {
      actual: closesAt ?? null,
      required: `> ${end}`,
      met: closesAt !== undefined && isBefore(end, closesAt),
    };
  },
};

/** An urn closes early only when no ballot is out, so that nobody's vote is cut off. */
export const everyBallotReturned: Rule = {
  name: 'every-ballot-returned',
  ...R61,
  zh: '提前截止须已发出的票全部收回',
  en: 'before its time a round closes only when every ballot issued has come back',
  measure: ({ issued }, event) => allOf(factOf(event, 'ballotsReturned'), sumOf(issued)),
};

/** R61: the tellers' numbers must add up. Too many returned ballots void the round instead. */
export const countAddsUp: Rule<'enter-count'> = {
  name: 'count-adds-up',
  ...R61,
  zh: '每一类各报一次；各等次、弃权、无效票数之和等于收回票数；发出票数不超过名册人数',
  en: 'each stratum once; grades, abstentions and invalid ballots add up to the returned; none issued beyond the roll',
  asksInput: true,
  measure: ({ roll }, event) => {
    const { grades: known, strata } = factOf(event, 'ballotRules');
    const counts = event.strata ?? [];
    const wrong = counts.filter(
      ({ stratum, issued, returned, invalid, abstained, grades }) =>
        invalid + abstained + sumOf(grades) !== returned ||
        issued > (roll[stratum] ?? 0) ||
        Object.keys(grades).some((grade) => !known.includes(grade)),
    );
    const told = counts.map(({ stratum }) => stratum).sort();
    return {
      actual: wrong.map(({ stratum }) => stratum),
      required: [],
      met: wrong.length === 0 && JSON.stringify(told) === JSON.stringify([...strata].sort()),
    };
  },
};

export const anotherTeller: Rule = {
  name: 'another-teller',
  ...R61,
  zh: '计票结果由一人录入、另一人核对',
  en: 'one teller enters the count and another confirms it',
  measure: ({ countedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${countedBy ?? ''}`,
    met: countedBy !== null && by.principalId !== countedBy,
  }),
};
