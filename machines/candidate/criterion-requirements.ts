// The criteria of a category (R10–R45), as the self-check, the application and the review ask them.

import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import type { Measure, Requirement } from '../kit/requirement.ts';
import { isTrue, none } from '../kit/requirement.ts';
import type {
  CandidateContext,
  CandidateEvent,
  CriterionFact,
  DeniedCriterion,
  Judgement,
} from './events.ts';
import type { Rule } from './requirements.ts';

/** R57: nobody may leave out the criteria that are inconvenient. */
export const everyCriterionChecked: Rule<'submit-self-check'> = {
  name: 'every-criterion-checked',
  clause: 'R57',
  modality: 'M',
  zh: '对照创建目标逐项自查',
  en: 'the self-check answers every criterion of the category, each once',
  asksInput: true,
  measure: (_, event) => {
    const wanted = factOf(event, 'criteria')
      .filter(({ at }) => at === 'self-check')
      .map(({ id }) => id);
    const answered = new Set((event.results ?? []).map(({ criterion }) => criterion));
    const known = [...answered].every((id) => wanted.includes(id));
    const once = answered.size === (event.results ?? []).length;
    const missing = wanted.filter((id) => !answered.has(id));
    return { actual: missing, required: [], met: missing.length === 0 && known && once };
  },
};

export const findingsHaveOwners: Rule<'submit-self-check'> = {
  name: 'findings-have-owners',
  clause: 'R57',
  modality: 'M',
  zh: '对每个问题制定整改重点，落实整改责任人',
  en: 'every shortcoming has a priority and a responsible person',
  asksInput: true,
  measure: (_, event) => {
    const orphans = (event.results ?? []).filter(
      ({ met, priority, responsiblePerson }) => !met && !(priority && responsiblePerson),
    );
    return { ...none(orphans.length), actual: orphans.map(({ criterion }) => criterion) };
  },
};

export const findingIsOpen: Rule<'confirm-finding-rectified'> = {
  name: 'finding-is-open',
  clause: 'R57',
  modality: 'M',
  zh: '该问题确在整改清单中',
  en: 'the shortcoming is on the list to be put right',
  asksInput: true,
  measure: ({ openFindings }, { criterion }) => ({
    actual: criterion ?? null,
    required: openFindings,
    met: openFindings.includes(criterion),
  }),
};

/** R57: shortcomings are put right before anybody applies. */
export const findingsRectified: Rule<'apply'> = {
  name: 'findings-rectified',
  clause: 'R57',
  modality: 'M',
  zh: '自查发现的问题已全部整改',
  en: 'every shortcoming of the self-check has been put right',
  measure: ({ openFindings }) => ({ ...none(openFindings.length), actual: openFindings }),
};

/** A self-check must not call met what records and facts measure as unmet. */
export function measuredCriteriaAgree(
  _: CandidateContext,
  event: EventOf<CandidateEvent, 'submit-self-check'>,
): Rule<'submit-self-check'>[] {
  const claimed = new Set(
    (event.results ?? []).filter(({ met }) => met).map(({ criterion }) => criterion),
  );
  return factOf(event, 'criteria').flatMap(({ measured, ...criterion }) => {
    if (measured === null) return [];
    const met = measured.met || !claimed.has(criterion.id);
    return [askedCriterion(criterion, () => ({ ...measured, met }))];
  });
}

/** The criteria that the application must meet; reviewers judge the others later. */
export const everyCriterion =
  (isSelfChecked: boolean) =>
  (context: CandidateContext, event: EventOf<CandidateEvent, 'apply'>): Rule<'apply'>[] =>
    factOf(event, 'criteria')
      .filter(({ at }) => at !== 'acceptance')
      .map(({ measured, ...criterion }) => {
        const checked = criterion.at === 'self-check' && isSelfChecked;
        if (measured !== null) return { ...textOf(criterion), measure: () => measured };
        if (checked)
          return { ...textOf(criterion), measure: () => foundMet(context, criterion.id) };
        const isAttested = (event.attestations ?? []).includes(criterion.id);
        return askedCriterion(criterion, () => isTrue(isAttested));
      });

type Passing = 'pass' | 'confirm-requirements-met';

/** R63, R64: the reviewer judges each criterion that only people can judge. */
export function everyJudgement(
  _: CandidateContext,
  event: EventOf<CandidateEvent, Passing>,
): Rule<Passing>[] {
  const judged = event.judged ?? [];
  return factOf(event, 'criteria')
    .filter(({ at }) => at === 'acceptance')
    .map(({ measured, ...criterion }) =>
      askedCriterion(criterion, () => {
        // No judgement outweighs what the records deny (R37).
        if (measured !== null && !measured.met) return measured;
        const found = judged.filter((one) => one.criterion === criterion.id);
        return { ...isTrue(found.length === 1 && found[0]?.met === true), actual: foundOf(found) };
      }),
    );
}

const foundOf = (found: readonly Judgement[]): boolean | null =>
  found.length === 0 ? null : found.every(({ met }) => met);

/** A reviewer judges nothing that the plan does not ask of this category. */
export const judgesTheCriteria = (clause: string): Rule<Passing> => ({
  name: 'judges-the-criteria',
  clause,
  modality: 'M',
  zh: '只对本类别须由人评判的标准逐条作出结论',
  en: 'judges the criteria of the category that are for people to judge, and no others',
  asksInput: true,
  measure: (_, event) => {
    const known = factOf(event, 'criteria').filter(({ at }) => at === 'acceptance');
    const strange = (event.judged ?? [])
      .map(({ criterion }) => criterion)
      .filter((id) => known.every((criterion) => criterion.id !== id));
    return { ...none(strange.length), actual: strange };
  },
});

/** A measurable shortcoming is put right only when the measurement says so. */
export function rectifiedForReal(
  _: CandidateContext,
  event: EventOf<CandidateEvent, 'confirm-finding-rectified'>,
): Rule<'confirm-finding-rectified'>[] {
  return factOf(event, 'criteria').flatMap(({ measured, ...criterion }) =>
    measured === null || criterion.id !== event.criterion
      ? []
      : [askedCriterion(criterion, () => measured)],
  );
}

/** The records of a site outweigh an inspection of it: 49 inches stay short of 50 (R19). */
export const recordsDoNotDeny = (
  _: unknown,
  event: { type: string; facts: { denied?: readonly DeniedCriterion[] } },
) =>
  factOf<{ denied: readonly DeniedCriterion[] }, 'denied'>(event, 'denied').map((criterion) =>
    askedCriterion(criterion, () => criterion.measured),
  );

const textOf = ({ id, clause, modality, zh, en }: Omit<CriterionFact, 'measured' | 'at'>) => ({
  name: id,
  clause,
  modality,
  zh,
  en,
});

/** A criterion of the plan as a requirement that reads what the caller sends. */
export const askedCriterion = (
  criterion: Omit<CriterionFact, 'measured' | 'at'>,
  measure: () => Measure,
): Requirement<unknown, unknown> => ({ ...textOf(criterion), asksInput: true, measure });

const foundMet = ({ selfCheckedAt, openFindings }: CandidateContext, id: string) =>
  isTrue(selfCheckedAt !== null && !openFindings.includes(id));
