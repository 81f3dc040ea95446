// What is read of a procedure as a whole.

import type { ConferStep, Procedure, ProcedureStep, ReviewStep, StepKind } from './procedure.ts';

const stepsOf = ({ stages }: Procedure): ProcedureStep[] => stages.flatMap(({ steps }) => steps);

/** The steps of one kind, in order. */
export const stepsOfKind = <Kind extends StepKind>(
  procedure: Procedure,
  kind: Kind,
): Extract<ProcedureStep, { step: Kind }>[] =>
  stepsOf(procedure).filter(
    (step): step is Extract<ProcedureStep, { step: Kind }> => step.step === kind,
  );

/** The streams that a step gathers. */
export function gatheredBy(step: ProcedureStep): readonly string[] {
  if (step.step === 'gather') return step.streams;
  return step.step === 'apply' ? (step.gathers ?? []) : [];
}

/** The phase whose end is the deadline of the application; null where nobody applies. */
export const applicationPhase = ({ stages }: Procedure): string | null =>
  stages.find(({ steps }) => steps.some(({ step }) => step === 'apply'))?.in ?? null;

export const isSelfChecked = (procedure: Procedure): boolean =>
  stepsOfKind(procedure, 'self-check').length > 0;

/** The step that gives the title; undefined when no officer does. */
export const conferralOf = (procedure: Procedure): ConferStep | undefined =>
  stepsOfKind(procedure, 'confer').at(-1);

/** The level that finally determines; null where the plan does not state one. */
export function authorityOf(procedure: Procedure): ConferStep['authority'] | null {
  const conferral = conferralOf(procedure);
  return conferral === undefined || conferral.stated === false ? null : conferral.authority;
}

/** True of a review whose conditions may stay open until the conferral. */
export const bindsUntilConferral = ({ verdicts }: ReviewStep): boolean =>
  Object.values(verdicts).some(({ until }) => until === 'confer');

/** The reviews whose conditions may stay open until the conferral. */
export const boundUntilConferral = (procedure: Procedure): ReviewStep[] =>
  stepsOfKind(procedure, 'review').filter(bindsUntilConferral);

export type StepAt<Kind extends StepKind> = {
  stage: string;
  step: Extract<ProcedureStep, { step: Kind }>;
};

/** The step of this kind in the stage, or else the first one of the procedure; undefined where it has none. */
export function stepAt<Kind extends StepKind>(
  { stages }: Procedure,
  kind: Kind,
  stage: string,
): StepAt<Kind> | undefined {
  const all = stages.flatMap(({ code, steps }) =>
    steps
      .filter((step): step is StepAt<Kind>['step'] => step.step === kind)
      .map((step) => ({ stage: code, step })),
  );
  return all.find((one) => one.stage === stage) ?? all[0];
}
