// A guard is a list of measured requirements. The same list decides, explains a refusal and feeds
// `GET …/actions`, so explanation and decision cannot disagree.

/** M must · E eligibility · P preference · S soft aim · I information. Only M and E may refuse (Q15). */
export type Modality = 'M' | 'E' | 'P' | 'S' | 'I';

export type Plain = string | number | boolean | null | readonly Plain[];

export type Measure = { actual: Plain; required: Plain; met: boolean };

export type Requirement<C, E> = {
  name: string;
  /** Number of the plan's sentence, R1–R74. */
  clause: string;
  modality: Modality;
  zh: string;
  en: string;
  /** True when the measure reads what the caller sends with the event, not only what is stored. */
  asksInput?: true;
  measure: (context: C, event: E) => Measure;
};

export type Measurement = Measure & {
  name: string;
  clause: string;
  modality: Modality;
  zh: string;
  en: string;
  asksInput: boolean;
};

export type RequirementText = Pick<Measurement, 'name' | 'clause' | 'modality' | 'zh' | 'en'>;

/** What a guard asks, without measuring it; the criteria of a category are named only by the plan. */
export type ListedRequirement = RequirementText | 'measured per criterion';

type GuardArgs<C, E> = { context: C; event: E };

/** What XState calls, carrying what explains it. `applies` tells branches of one event apart. */
export type RequirementGuard<C, E> = ((args: GuardArgs<C, E>) => boolean) & {
  applies: (context: C, event: E) => boolean;
  measureAll: (context: C, event: E) => Measurement[];
  requirements: readonly ListedRequirement[];
};

const mayRefuse = (modality: Modality): boolean => modality === 'M' || modality === 'E';

/** True when this measurement alone is enough to refuse the event. */
export const refuses = (measurement: Measurement): boolean =>
  !measurement.met && mayRefuse(measurement.modality);

/**
 * A transition that is taken when `applies` holds and every mandatory requirement is met. A
 * requirement given as a function yields several measurements at once (one per criterion).
 */
export function when<C, E>(
  applies: (context: C, event: E) => boolean,
  ...requirements: (Requirement<C, E> | ((context: C, event: E) => Requirement<C, E>[]))[]
): RequirementGuard<C, E> {
  const measureAll = (context: C, event: E): Measurement[] =>
    requirements
      .flatMap((item) => (typeof item === 'function' ? item(context, event) : [item]))
      .map((requirement) => ({
        ...textOf(requirement),
        asksInput: requirement.asksInput ?? false,
        ...requirement.measure(context, event),
      }));
  const guard = ({ context, event }: GuardArgs<C, E>): boolean =>
    applies(context, event) && !measureAll(context, event).some(refuses);
  const listed = requirements.map((item) =>
    typeof item === 'function' ? ('measured per criterion' as const) : textOf(item),
  );
  return Object.assign(guard, { applies, measureAll, requirements: listed });
}

const textOf = ({ name, clause, modality, zh, en }: RequirementText): RequirementText => ({
  name,
  clause,
  modality,
  zh,
  en,
});

/** A transition that is taken when every mandatory requirement is met. */
export const requires = <C, E>(
  ...requirements: (Requirement<C, E> | ((context: C, event: E) => Requirement<C, E>[]))[]
): RequirementGuard<C, E> => when(() => true, ...requirements);

/** A condition that only chooses the way and refuses nobody; `says` stands in the charts. */
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

/** All of `required`, counted in whole things; none at all is not all (an empty roster never passes). */
export const allOf = (actual: number, required: number): Measure => ({
  actual,
  required,
  met: required > 0 && actual === required,
});

/** Nothing of it is left. */
export const none = (actual: number): Measure => ({ actual, required: 0, met: actual === 0 });

export const isTrue = (actual: boolean): Measure => ({ actual, required: true, met: actual });
