// The unit makes the demands known to everybody (R49), or acknowledges that they were made known to it.

import type { Owed } from '../../candidate/chart.ts';
import {
  adoptPolicyIn,
  bringDeadlineFor,
  candidateSetup,
  dueSoon,
  inWindow,
  open,
  overdue,
  settle,
} from '../../candidate/chart.ts';
import { requires } from '../../kit/requirement.ts';
import type { Entry, Part, Place } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { AcknowledgeStep, MobilizeStep } from '../procedure.ts';
import { rulesOf } from '../rules.ts';

const debtOf = ({ clause }: { clause: string }, { stage }: Place): Owed => ({
  kind: 'mobilization',
  clause,
  owner: 'responsible',
  due: inWindow(stage.in),
});

const owes = (debt: Owed) => ({
  entry: open(debt),
  exit: settle(debt),
  after: { mobilizationDueSoon: dueSoon(debt), mobilizationWindow: overdue(debt) },
});

export function mobilize(step: MobilizeStep, place: Place, next: Entry): Part {
  const debt = debtOf(step, place);
  return {
    enter: { target: stateIn(place, 'mobilizing') },
    states: {
      mobilizing: candidateSetup.createStateConfig({
        ...owes(debt),
        on: {
          'adopt-policy': adoptPolicyIn('mobilizing'),
          'confirm-mobilization': {
            guard: requires(...rulesOf('mobilize', step.rules)),
            target: next.target,
            actions: bringDeadlineFor(next),
          },
        },
      }),
    },
    rows: [{ event: 'confirm-mobilization', by: ['responsible'], ...bringing(next) }],
    standing: { step: 'mobilize', office: null },
    debts: { mobilization: debt },
  };
}

export function acknowledge(step: AcknowledgeStep, place: Place, next: Entry): Part {
  const debt = debtOf(step, place);
  return {
    enter: { target: stateIn(place, 'acknowledging') },
    states: {
      acknowledging: candidateSetup.createStateConfig({
        ...owes(debt),
        on: {
          'adopt-policy': adoptPolicyIn('acknowledging'),
          'acknowledge-mobilization': {
            target: next.target,
            actions: bringDeadlineFor(next),
          },
        },
      }),
    },
    rows: [{ event: 'acknowledge-mobilization', by: ['responsible'], ...bringing(next) }],
    standing: { step: 'acknowledge', office: null },
    debts: { mobilization: debt },
  };
}
