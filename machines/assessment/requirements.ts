// Requirements of a sheet and its assessor (R61): 按照实施意见和考评标准 … 组织考评.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { isTrue, none } from '../kit/requirement.ts';
import type { ScoreSheetContext, ScoreSheetEvent, ScoreSheetEventType } from './events.ts';
import { inCenti, mergedLines } from './events.ts';

type Rule<Type extends ScoreSheetEventType = ScoreSheetEventType> = Requirement<
  ScoreSheetContext,
  EventOf<ScoreSheetEvent, Type>
>;

export const ownSheet: Rule = {
  name: 'own-sheet',
  clause: 'R61',
  modality: 'M',
  zh: '考评表只能由被指派的考评人本人填写',
  en: 'a sheet is filled in by nobody but the assessor it was assigned to',
  measure: ({ assessorId }, { by }) => ({
    actual: by.principalId,
    required: assessorId,
    met: by.principalId === assessorId,
  }),
};

export const holdsTheRole: Rule<'assign' | 'reassign'> = {
  name: 'holds-the-role',
  clause: 'R61',
  modality: 'M',
  zh: '被指派人须为管辖范围覆盖该对象的考评员',
  en: 'whoever is assigned holds the role of an assessor that reaches the candidate',
  asksInput: true,
  measure: (_, event) => isTrue(factOf(event, 'assessor').holdsRole),
};

const noConflict = <Type extends ScoreSheetEventType>(asksInput: boolean): Rule<Type> => ({
  name: 'no-conflict-of-interest',
  clause: 'R61',
  modality: 'M',
  zh: '考评人须回避本单位、下级单位和申明回避的单位',
  en: 'nobody assesses their own unit, what lies below it, or what they have declared',
  ...(asksInput ? { asksInput: true as const } : {}),
  measure: (_, event) => {
    const { conflict } = factOf(event, 'assessor');
    return {
      actual: conflict === null ? null : [conflict.kind, conflict.organisationId],
      required: null,
      met: conflict === null,
    };
  },
});
export const chosenWithoutConflict = noConflict<'assign' | 'reassign'>(true);
export const stillWithoutConflict = noConflict<'save-draft' | 'submit'>(false);

export const oneSheetEach: Rule<'assign' | 'reassign'> = {
  name: 'one-sheet-per-assessor',
  clause: 'R61',
  modality: 'M',
  zh: '每位考评人对每个对象每个环节每轮只打一次分',
  en: 'one sheet for each assessor, candidate, stream and round',
  asksInput: true,
  measure: (_, event) => none(factOf(event, 'assessor').hasSheet ? 1 : 0),
};

/** What changes the score is told to the candidate, which takes it only while it is evaluated. */
export const underEvaluation: Rule<'assign' | 'reassign' | 'submit' | 'send-back' | 'void'> = {
  name: 'candidate-under-evaluation',
  clause: 'R60',
  modality: 'M',
  zh: '申报对象正在进行这一环节的考评',
  en: 'the candidate stands in the step that gathers these sheets',
  measure: ({ stream }, event) => {
    const gathers = event.facts.parent?.gathers ?? [];
    return { actual: gathers, required: stream, met: gathers.includes(stream) };
  },
};

type Scores = 'save-draft' | 'submit' | 'propose-correction';

export const pointsFitTheScheme: Rule<Scores> = {
  name: 'points-fit-the-scheme',
  clause: 'R61',
  modality: 'M',
  zh: '每项得分在零分和该项满分之间，以规定的计分单位打分，每项只打一次',
  en: 'the points of each item lie between nothing and its maximum, in the steps laid down, each item once',
  asksInput: true,
  measure: ({ items, stepCenti }, { points = [], notApplicable = [] }) => {
    const maxima = new Map(items.map(({ id, maximumCenti }) => [id, maximumCenti]));
    const seen = new Set(notApplicable.map(({ item }) => item));
    const misfits = points.filter(({ item, points: given }) => {
      const centi = inCenti(given);
      const maximum = maxima.get(item);
      const twice = seen.has(item);
      seen.add(item);
      if (twice || maximum === undefined || centi === null) return true;
      return centi < 0 || centi > maximum || centi % stepCenti !== 0;
    });
    return { actual: misfits.map(({ item }) => item), required: [], met: misfits.length === 0 };
  },
};

export const mayBeLeftOut: Rule<Scores> = {
  name: 'may-be-left-out',
  clause: 'R61',
  modality: 'M',
  zh: '考评标准注明可以不适用的项目才能标为不适用，每项只标一次',
  en: 'only an item that the standard lets not apply is marked so, each once',
  asksInput: true,
  measure: ({ items }, { notApplicable = [] }) => {
    const allowed = new Set(items.filter(({ mayNotApply }) => mayNotApply).map(({ id }) => id));
    // Each item is taken out when it is met, so a second mark is a misfit.
    const misfits = notApplicable.filter(({ item }) => !allowed.delete(item));
    return { actual: misfits.map(({ item }) => item), required: [], met: misfits.length === 0 };
  },
};

/** A bonus item without points adds none, so it need not be filled in. */
export const everyItemScored: Rule<'submit'> = {
  name: 'every-item-scored',
  clause: 'R61',
  modality: 'M',
  zh: '考评表逐项打分',
  en: 'every item of the sheet has its points',
  asksInput: true,
  measure: (context, event) => {
    const { points, notApplicable } = mergedLines(context, event);
    const missing = context.items
      .filter(({ id, bonus }) => !bonus && points[id] === undefined)
      .map(({ id }) => id)
      .filter((id) => notApplicable[id] === undefined);
    return { actual: missing, required: [], met: missing.length === 0 };
  },
};

type Corrects = 'propose-correction' | 'confirm-correction';

/** Whoever is not the office puts right what they handed in themselves. */
export const correctsOwnSheet: Rule<'propose-correction'> = {
  ...ownSheet,
  measure: ({ assessorId }, { by }) => ({
    actual: by.principalId,
    required: assessorId,
    met: by.principalId === assessorId || by.roles.includes('county-office'),
  }),
};

/** A slip is put right until others are ranked by it. */
export const selectionLiesAhead: Rule<Corrects> = {
  name: 'selection-lies-ahead',
  clause: 'R63',
  modality: 'M',
  zh: '该类别尚未择优',
  en: 'no selection of its category was held yet',
  measure: (_, event) => isTrue(!factOf(event, 'selectionHeld')),
};

export const candidateIsLive: Rule<Corrects> = {
  name: 'candidate-is-live',
  clause: 'R61',
  modality: 'M',
  zh: '申报对象仍在评审之中',
  en: 'the candidate is still under review',
  measure: (_, event) => {
    const { status, stage } = factOf(event, 'parent');
    return isTrue(status === 'active' && stage !== 'conferred');
  },
};

export const correctsSomething: Rule<'propose-correction'> = {
  name: 'corrects-something',
  clause: 'R61',
  modality: 'M',
  zh: '更正须写明与原表不同的得分',
  en: 'a correction names points that are not those of the sheet',
  asksInput: true,
  measure: ({ points, notApplicable }, { points: given = [], notApplicable: left = [] }) =>
    isTrue(
      given.some(({ item, points: value }) => points[item] !== inCenti(value)) ||
        left.some(({ item }) => notApplicable[item] === undefined),
    ),
};

export const correctionProposed: Rule = {
  name: 'correction-proposed',
  clause: 'R61',
  modality: 'M',
  zh: '已有人提出更正',
  en: 'a correction has been proposed',
  measure: ({ correction }) => isTrue(correction != null),
};
