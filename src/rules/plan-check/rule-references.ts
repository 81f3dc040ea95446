// The rules that steps list: what they count is recorded of the candidates that take the step.

import { type Fault, fault } from '../plan/fault.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { playProcedure } from '../procedure/check-procedure.ts';
import { stepsOfProcedure } from './procedure-steps.ts';
import { STATES_MAX, soundProcedure, WORLD } from './procedure-ways.ts';
import { countedFaults } from './record-kind-references.ts';
import type { Sound } from './shape.ts';

/** The kinds of record that each rule counts. */
const COUNTED: { readonly [rule: string]: readonly string[] } = {
  'implementation-plan': ['implementation-plan'],
  'work-plan': ['work-plan'],
  'consultation-before-adoption': ['consultation', 'implementation-plan'],
  'forms-of-mobilization': ['mobilization'],
  'activity-held': ['activity'],
};

/** A rule that counts what nobody may record of such a candidate, with who is stuck by it. */
export function ruleFaults(plan: Sound<Plan>, ofNames: readonly Fault[]): Fault[] {
  const left = { states: STATES_MAX };
  const faults = (plan.categories ?? []).flatMap((category) => {
    const { subject, procedure: name } = category ?? {};
    if (subject === undefined || name === undefined) return [];
    const missing = (kind: string) =>
      countedFaults(plan, subject, { evidence: kind }, '').length > 0;
    return (stepsOfProcedure(plan, name) ?? []).flatMap(({ at, step: { rules = [] } }) =>
      rules.flatMap((rule, index) => {
        const unrecorded = (COUNTED[rule ?? ''] ?? []).filter(missing);
        if (unrecorded.length === 0) return [];
        const procedure = soundProcedure(plan, name, ofNames);
        const [stuck] =
          procedure === null ? [] : playProcedure(procedure, { ...WORLD, unrecorded }, left);
        const played = { zh: '', en: '' };
        if (stuck !== undefined) {
          played.zh = `；推演：${stuck.message.zh}`;
          played.en = `; played: ${stuck.message.en}`;
        }
        const kinds = unrecorded.join('、');
        return fault(
          `${at}/rules/${index}`,
          `规则“${rule}”要求的材料 ${kinds}，对这类对象（${subject}）无人可以登记${played.zh}`,
          `${rule} counts ${kinds}, which nobody records of a ${subject}${played.en}`,
        );
      }),
    );
  });
  return [...new Map(faults.map((one) => [one.path, one])).values()];
}
