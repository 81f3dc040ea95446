// The unit consults, plans, and has its plan approved (R48).

import type { Owed } from '../../candidate/chart.ts';
import {
  adoptPolicyIn,
  bringDeadlineFor,
  by,
  candidateSetup,
  dueSoon,
  inWindow,
  keepDeadline,
  notify,
  on,
  open,
  overdue,
  recalculate,
  settle,
} from '../../candidate/chart.ts';
import type { CandidateContext } from '../../candidate/events.ts';
import { anotherThanHandedIn } from '../../candidate/requirements.ts';
import { requires } from '../../kit/requirement.ts';
import type { Due } from '../../kit/time.ts';
import { isBefore } from '../../kit/time.ts';
import type { Entry, Part, Place } from '../part.ts';
import { bringing, stateIn } from '../part.ts';
import type { PlanStep } from '../procedure.ts';
import { rulesOf } from '../rules.ts';

/** The deadline of a returned plan may lie after the window and never shortens it. */
const planDeadline =
  (phase: string) =>
  (context: CandidateContext): Due | null => {
    const window = inWindow(phase)(context);
    const { deadline } = context;
    if (window === null || deadline === null) return window;
    return isBefore(window.dueAt, deadline.dueAt) ? deadline : window;
  };

const planning = (debt: Owed, { rules }: PlanStep) =>
  candidateSetup.createStateConfig({
    entry: open(debt),
    exit: settle(debt),
    after: { planDueSoon: dueSoon(debt), planWindow: overdue(debt) },
    on: {
      'recalculate-deadline': recalculate('planning'),
      'adopt-policy': adoptPolicyIn('planning'),
      'submit-plan': {
        guard: requires(...rulesOf('plan', rules)),
        target: 'plan-review',
        actions: [
          on('submit-plan', ({ event }) => ({ handedInBy: event.by.principalId })),
          notify('plan-submitted', ['superior']),
        ],
      },
    },
  });

const planReview = ({ clause }: PlanStep, next: Entry) =>
  candidateSetup.createStateConfig({
    on: {
      'approve-plan': {
        guard: requires(anotherThanHandedIn(clause)),
        target: next.target,
        actions: [...bringDeadlineFor(next), notify('plan-approved', ['responsible'])],
      },
      'return-plan': {
        target: 'planning',
        actions: [
          keepDeadline,
          notify(
            'plan-returned',
            ['responsible'],
            by('return-plan', ({ event }) => ({
              corrections: event.corrections,
              dueAt: event.facts.deadline?.dueAt ?? null,
            })),
          ),
        ],
      },
    },
  });

export function plan(step: PlanStep, place: Place, next: Entry): Part {
  const debt: Owed = {
    kind: 'plan',
    clause: step.clause,
    owner: 'responsible',
    due: planDeadline(place.stage.in),
  };
  return {
    enter: { target: stateIn(place, 'planning') },
    states: { planning: planning(debt, step), 'plan-review': planReview(step, next) },
    rows: [
      { event: 'submit-plan', by: ['responsible'] },
      { event: 'approve-plan', by: step.by, ...bringing(next) },
      { event: 'return-plan', by: step.by, opens: 'correctionWorkingDays' },
      { event: 'recalculate-deadline', by: ['system'], opens: 'unchanged' },
    ],
    standing: { step: 'plan', office: step.by[0] ?? null },
    debts: { plan: debt },
  };
}
