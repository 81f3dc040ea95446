// Stage 1, 动员部署 (R46–R50): the unit consults, plans, and reaches every terminal site.

import { given, requires } from '../kit/requirement.ts';
import {
  adoptPolicyIn,
  by,
  candidateSetup,
  dueSoon,
  keepDeadline,
  notify,
  open,
  overdue,
  owed,
  recalculate,
  settle,
} from './chart.ts';
import type { CandidateContext } from './events.ts';
import { phaseHasCome, whileLive } from './live-events.ts';
import {
  consultationBeforeAdoption,
  everySiteReached,
  formsOfMobilization,
  implementationPlan,
  workPlan,
} from './requirements.ts';

const owesMobilization = {
  entry: open(owed.mobilization),
  exit: settle(owed.mobilization),
  after: {
    mobilizationDueSoon: dueSoon(owed.mobilization),
    mobilizationWindow: overdue(owed.mobilization),
  },
};

const planReview = candidateSetup.createStateConfig({
  on: {
    'approve-plan': {
      target: 'mobilizing',
      actions: notify('plan-approved', ['responsible']),
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

export const mobilization = candidateSetup.createStateConfig({
  initial: 'entering',
  on: whileLive,
  states: {
    entering: {
      always: [
        {
          guard: given('it makes a plan', ({ route }: CandidateContext) => route.plans),
          target: 'planning',
        },
        {
          guard: given('it acknowledges', ({ route }: CandidateContext) => route.acknowledges),
          target: 'acknowledging',
        },
        { target: 'mobilized' },
      ],
    },
    planning: {
      entry: open(owed.plan),
      exit: settle(owed.plan),
      after: { planDueSoon: dueSoon(owed.plan), planWindow: overdue(owed.plan) },
      on: {
        'recalculate-deadline': recalculate('planning'),
        'adopt-policy': adoptPolicyIn('planning'),
        'submit-plan': {
          guard: requires(implementationPlan, workPlan, consultationBeforeAdoption),
          target: 'plan-review',
          actions: notify('plan-submitted', ['superior']),
        },
      },
    },
    'plan-review': planReview,
    mobilizing: {
      ...owesMobilization,
      on: {
        'adopt-policy': adoptPolicyIn('mobilizing'),
        'confirm-mobilization': {
          guard: requires(formsOfMobilization, everySiteReached),
          target: 'mobilized',
        },
      },
    },
    acknowledging: {
      ...owesMobilization,
      on: {
        'adopt-policy': adoptPolicyIn('acknowledging'),
        'acknowledge-mobilization': { target: 'mobilized' },
      },
    },
    mobilized: {
      always: {
        guard: phaseHasCome('concentrated-creation'),
        target: '#candidate.concentratedCreation',
      },
    },
  },
});
