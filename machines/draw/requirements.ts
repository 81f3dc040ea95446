// Requirements of a random inspection "with a reproducible record" (R58).

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { isTrue, none } from '../kit/requirement.ts';
import { isBefore } from '../kit/time.ts';
import type { DrawContext, DrawEvent, DrawEventType } from './events.ts';

type Rule<Type extends DrawEventType = DrawEventType> = Requirement<
  DrawContext,
  EventOf<DrawEvent, Type>
>;

const rule = <Type extends DrawEventType>(
  name: string,
  zh: string,
  en: string,
  measure: Rule<Type>['measure'],
): Rule<Type> => ({ name, clause: 'R58', modality: 'M', zh, en, measure });

/** A rule that reads the caller's input, so that it is not called unmet before there is any. */
const asks = <Type extends DrawEventType>(item: Rule<Type>): Rule<Type> => ({
  ...item,
  asksInput: true,
});

export const roundIsNew: Rule<'prepare'> = rule(
  'round-is-new',
  '每一轮只抽签一次，撤销的轮次不再使用',
  'one draw a round; a cancelled round is not used again',
  (_, event) => none(factOf(event, 'roundTaken') ? 1 : 0),
);

export const revealLiesAhead: Rule<'prepare' | 'publish'> = rule(
  'reveal-lies-ahead',
  '揭晓时间在发布之后',
  'what is drawn is revealed after it has been published',
  ({ revealAt }, { at }) => ({
    actual: at,
    required: `< ${revealAt}`,
    met: isBefore(at, revealAt),
  }),
);

/** Else a draw that came out unwelcome could be drawn again until it comes out well, and nobody would see it. */
export const namesWhatItRepeats: Rule<'prepare'> = asks(
  rule(
    'names-what-it-repeats',
    '重抽的，写明所接续的各轮（已撤销，或未按时公布的）和理由',
    'a repeated draw names the rounds that came to nothing, and why it is drawn again',
    (_, event) => {
      const { repeats = [], reason } = event;
      const fallen = factOf(event, 'fallen');
      const owed = fallen.filter(({ repeated }) => !repeated).map(({ round }) => round);
      const areFallen = repeats.every((round) => fallen.some((one) => one.round === round));
      const isWhole = owed.every((round) => repeats.includes(round));
      return {
        actual: [...repeats],
        required: owed,
        met: areFallen && isWhole && (repeats.length === 0 || reason !== undefined),
      };
    },
  ),
);

/** A draw of one among one is none: the plan says how much there must be to draw from. */
export const isWideEnough: Rule<'prepare'> = rule(
  'draw-is-wide-enough',
  '抽签范围内的单位、名单上的检查人、每个单位的检查人均不少于方案规定的数目',
  'units and inspectors to draw from, and inspectors of each unit, are as many as the plan asks for',
  ({ unitCount, inspectorCount, inspectorsPerUnit }, event) => {
    const { unitsMin, poolMin, inspectorsMin } = factOf(event, 'drawRules');
    return {
      actual: [unitCount, inspectorCount, inspectorsPerUnit],
      required: [unitsMin, poolMin, inspectorsMin],
      met: unitCount >= unitsMin && inspectorCount >= poolMin && inspectorsPerUnit >= inspectorsMin,
    };
  },
);

/** What was published is taken back by two: its notice told everybody that it would be drawn so. */
export const cancelledByAnother: Rule<'confirm-cancellation'> = rule(
  'cancelled-by-another',
  '公布后的撤销由一人提出、另一人确认',
  'after the publication one person asks for the cancellation and another confirms it',
  ({ asked }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${asked?.by ?? ''}`,
    met: asked !== null && by.principalId !== asked.by,
  }),
);

export const populationIsThere: Rule<'prepare'> = rule(
  'population-is-not-empty',
  '抽签范围内有单位，检查人足够',
  'there is something to draw from, and enough who may inspect',
  ({ unitCount, inspectorCount, inspectorsPerUnit }) => ({
    actual: [unitCount, inspectorCount],
    required: [1, inspectorsPerUnit],
    met: unitCount >= 1 && inspectorCount >= inspectorsPerUnit,
  }),
);

export const speaksForParty: Rule<'commit-contribution' | 'reveal-contribution'> = asks(
  rule(
    'speaks-for-the-party',
    '以本方的身份提供种子，一人只代表一方',
    'a party speaks for itself, and nobody for two',
    ({ parties, contributions }, { party, by }) => {
      const isOther = contributions.some((one) => one.by === by.principalId && one.party !== party);
      return {
        actual: party ?? null,
        required: parties.filter((name) => by.roles.includes(name)),
        met: parties.includes(party) && by.roles.includes(party) && !isOther,
      };
    },
  ),
);

export const commitsFirst: Rule<'commit-contribution'> = asks(
  rule(
    'commits-once',
    '每一方只承诺一次，不得更换',
    'a party commits once and exchanges nothing',
    ({ contributions }, { party }) =>
      none(contributions.filter((one) => one.party === party).length),
  ),
);

export const everyPartyCommitted: Rule<'publish'> = rule(
  'every-party-committed',
  '各方均已承诺种子',
  'every party has committed',
  ({ parties, contributions }) => {
    const missing = parties.filter((party) => !contributions.some((one) => one.party === party));
    return { actual: missing, required: [], met: missing.length === 0 };
  },
);

export const fitsCommitment: Rule<'reveal-contribution'> = asks(
  rule(
    'fits-the-commitment',
    '公开的种子与承诺一致，且只公开一次',
    'what is said fits what was committed, once',
    ({ contributions }, event) => {
      const own = contributions.find(({ party }) => party === event.party);
      const actual = factOf(event, 'contributionHash');
      return {
        actual,
        required: own?.commitment ?? null,
        met: own !== undefined && own.value === null && own.commitment === actual,
      };
    },
  ),
);

export const knownPair: Rule<'declare-recusal'> = asks(
  rule(
    'of-this-draw',
    '检查人和单位均在公布的名单中',
    'both the inspector and the unit are in what was published',
    (_, event) => {
      const { unitKnown, inspectorKnown } = factOf(event, 'coverage');
      return isTrue(unitKnown && inspectorKnown);
    },
  ),
);

/** Inspectors stand back for themselves, or the county office takes them out. */
export const mayDeclare: Rule<'declare-recusal'> = asks(
  rule(
    'declares-for-themselves',
    '由检查人本人申明回避，或由{county-office}决定其回避',
    'the inspector declares it, or {county-office} decides it',
    (_, { inspectorId, by }) => ({
      actual: by.principalId,
      required: inspectorId ?? null,
      met: by.principalId === inspectorId || by.roles.includes('county-office'),
    }),
  ),
);

export const recusalIsNew: Rule<'declare-recusal'> = asks(
  rule(
    'recusal-is-new',
    '该回避尚未登记',
    'the recusal has not been declared yet',
    ({ recusals }, { inspectorId, unitId }) =>
      none(
        recusals.filter((one) => one.inspectorId === inspectorId && one.unitId === unitId).length,
      ),
  ),
);

export const enoughInspectors: Rule<'publish' | 'declare-recusal'> = asks(
  rule(
    'enough-inspectors',
    '每个单位除回避者外，仍有规定人数的检查人',
    'for every unit, besides those who stand back, there are as many inspectors as the rule asks',
    (_, event) => {
      const { short } = factOf(event, 'coverage');
      return { actual: short.slice(0, 20), required: [], met: short.length === 0 };
    },
  ),
);

export const everyUnitInspected: Rule<'complete'> = rule(
  'every-drawn-unit-inspected',
  '抽中的单位均已检查并登记',
  'every drawn unit has been inspected',
  (_, event) => {
    const missing = factOf(event, 'uninspected');
    return { actual: missing.slice(0, 20), required: [], met: missing.length === 0 };
  },
);
