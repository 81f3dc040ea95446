// A guard is a list of measured requirements. The same list decides, explains a refusal and answers
// `GET …/actions`, so explanation and decision cannot disagree.

import { INTEGRITY } from './integrity.ts';

/** M must · E eligibility · P preference · S soft aim · I information. Only M and E may refuse (Q15). */
export type Modality = 'M' | 'E' | 'P' | 'S' | 'I';

export type Plain = string | number | boolean | null | readonly Plain[];

export type Measure = {
  actual: Plain;
  required: Plain;
  met: boolean;
  /** Ids of those that the count lacks, whom its text names. */
  missing?: readonly string[];
};

export type Requirement<C, E> = {
  name: string;
  /** Number of the plan's sentence, R1–R74. */
  clause: string;
  /** The sentence of the step at which the subject began, which takes the place of `clause`. */
  restsOn?: (context: C) => string;
  modality: Modality;
  zh: string;
  en: string;
  /** The policy of the plan that says how much is required; a refusal says who decided it. */
  policy?: string;
  /** True when the measure reads what the caller sends with the event, not only what is stored. */
  asksInput?: true;
  /** False where the plan does not ask it, so that it is neither measured nor told. */
  asked?: (context: C, event: E) => boolean;
  measure: (context: C, event: E) => Measure;
};

export type Measurement = Measure & {
  name: string;
  clause: string;
  modality: Modality;
  zh: string;
  en: string;
  policy?: string;
  asksInput: boolean;
};

export type RequirementText = Pick<
  Measurement,
  'name' | 'clause' | 'modality' | 'zh' | 'en' | 'policy'
>;

/** A requirement without its measurement; only the plan names the criteria of a category. */
export type ListedRequirement = RequirementText | 'measured per criterion';

type GuardArgs<C, E> = { context: C; event: E };

/** A guard for XState, with its explanation. `applies` tells the branches of one event apart. */
export type RequirementGuard<C, E> = ((args: GuardArgs<C, E>) => boolean) & {
  applies: (context: C, event: E) => boolean;
  measureAll: (context: C, event: E) => Measurement[];
  requirements: readonly ListedRequirement[];
};

const mayRefuse = (modality: Modality): boolean => modality === 'M' || modality === 'E';

export const refuses = (measurement: Measurement): boolean =>
  !measurement.met && mayRefuse(measurement.modality);

/**
 * Guards a transition that is taken when `applies` holds and every mandatory requirement is met. A
 * requirement given as a function yields one measurement for each criterion.
 */
export function when<C, E>(
  applies: (context: C, event: E) => boolean,
  ...requirements: (Requirement<C, E> | ((context: C, event: E) => Requirement<C, E>[]))[]
): RequirementGuard<C, E> {
  const measureAll = (context: C, event: E): Measurement[] =>
    requirements
      .flatMap((item) => (typeof item === 'function' ? item(context, event) : [item]))
      .filter(({ asked }) => asked?.(context, event) ?? true)
      .map((requirement) => {
        const { restsOn, asksInput = false, measure } = requirement;
        const text = textOf(requirement);
        if (restsOn !== undefined) text.clause = restsOn(context);
        if (isAssumed(text, event)) text.modality = 'S';
        return { ...text, asksInput, ...measure(context, event) };
      });
  const guard = ({ context, event }: GuardArgs<C, E>): boolean =>
    applies(context, event) && !measureAll(context, event).some(refuses);
  const listed = requirements.map((item) =>
    typeof item === 'function' ? ('measured per criterion' as const) : textOf(item),
  );
  return Object.assign(guard, { applies, measureAll, requirements: listed });
}

/** What a plan neither says nor its county has decided: the event tells these rules of the service. */
export type Grounds = { assumed?: readonly string[] };

/** A requirement that rests on nobody's word warns, unless it keeps what no plan may give up. */
const isAssumed = ({ name, clause }: RequirementText, event: unknown): boolean =>
  !INTEGRITY.has(name) &&
  (event as { facts?: Grounds } | undefined)?.facts?.assumed?.includes(clause) === true;

const textOf = ({ name, clause, modality, zh, en, policy }: RequirementText): RequirementText => ({
  name,
  clause,
  modality,
  zh,
  en,
  ...(policy === undefined ? {} : { policy }),
});

/** Guards a transition that is taken when every mandatory requirement is met. */
export const requires = <C, E>(
  ...requirements: (Requirement<C, E> | ((context: C, event: E) => Requirement<C, E>[]))[]
): RequirementGuard<C, E> => when(() => true, ...requirements);

/** A condition chooses the way and refuses nobody; the charts show `says`. */
export const given = <C>(
  says: string,
  holds: (context: C) => boolean,
): ((args: { context: C }) => boolean) & { says: string } =>
  Object.assign(({ context }: { context: C }) => holds(context), { says });

/** `actual` is at least `required`; 以上, 不少于 and 至少 include the number itself (Q5). */
export const atLeast = (actual: number, required: number): Measure => ({
  actual,
  required,
  met: actual >= required,
});

/** All of `required`, in whole things; an empty roster never passes, because none is not all. */
export const allOf = (actual: number, required: number): Measure => ({
  actual,
  required,
  met: required > 0 && actual === required,
});

/** The measure with the ids of those it lacks, where the facts know them. */
export const lacking = (measure: Measure, missing: readonly string[] = []): Measure =>
  measure.met || missing.length === 0 ? measure : { ...measure, missing };

export const none = (actual: number): Measure => ({ actual, required: 0, met: actual === 0 });

export const isTrue = (actual: boolean): Measure => ({ actual, required: true, met: actual });
