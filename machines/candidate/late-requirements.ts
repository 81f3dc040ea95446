// Whoever comes too late is told so at once, or admitted by those who may (R51, R63).

import { factOf } from '../kit/event.ts';
import { isTrue } from '../kit/requirement.ts';
import type { Chain } from '../procedure/phases.ts';
import { isEnd, isOver } from '../procedure/phases.ts';
import type { Rule } from './requirements.ts';

/** Where something is to be created by the end of a phase, and who admits what comes later. */
export type Creation = { clause: string; phase: string; admittedBy: readonly string[] };

/** Whoever comes after the phase of its creation could only end as not created (Q8), unless admitted. */
export const registeredInTime = ({ clause, phase }: Creation): Rule<'register'> => ({
  name: 'registered-in-time',
  clause,
  modality: 'M',
  zh: '在须完成创建的阶段结束以前登记；逾期的，由准予逾期的单位写明理由准予',
  en: 'registered before the phase of its creation is over, or admitted with a reason by whoever admits late declarations',
  measure: ({ late }, { at, facts, admittedLateFor }) => {
    const isMissed = late?.missed.includes(phase) === true;
    const required = facts.windows?.[phase]?.dueAt ?? at;
    return { actual: at, required, met: !isMissed || admittedLateFor !== undefined };
  },
});

/** A reason to admit what comes too late is given by those who may. */
export const lateAdmissionIsOurs = (
  clause: string,
  admittedBy: readonly string[],
): Rule<'register'> => ({
  name: 'late-admission-is-ours',
  clause,
  modality: 'M',
  zh: '逾期登记由有权准予的单位准予',
  en: 'a late registration is admitted by those who may',
  measure: (_, { admittedLateFor, by }) => ({
    actual: [...by.roles],
    required: [...admittedBy],
    met: admittedLateFor === undefined || by.roles.some((role) => admittedBy.includes(role)),
  }),
});

/** Whoever comes back to what is over would only be told that they are out. */
export const wayLiesAhead = (chain: Chain, creation: Creation | undefined): Rule<'reinstate'> => ({
  name: 'way-lies-ahead',
  clause: creation?.clause ?? 'R47',
  modality: 'M',
  zh: '活动尚未结束，还要完成创建的，其阶段也尚未结束',
  en: 'the campaign has not ended, nor the phase of what is still to be created',
  measure: ({ registeredLateFor }, event) => {
    const phase = factOf(event, 'campaignPhase');
    const isTooLate =
      creation !== undefined &&
      registeredLateFor === undefined &&
      isOver(chain, phase, creation.phase);
    return isTrue(!isEnd(phase) && !isTooLate);
  },
});
