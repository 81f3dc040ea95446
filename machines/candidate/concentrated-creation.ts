// Stage 2, 集中争创 (R51–R55): activities are held, demonstration sites are created (Q8).

import { given, requires } from '../kit/requirement.ts';
import {
  adoptPolicyIn,
  by,
  candidateSetup,
  dueSoon,
  notify,
  on,
  open,
  overdue,
  owed,
  settle,
} from './chart.ts';
import type { CandidateContext } from './events.ts';
import { isIn, phaseHasCome, whileLive } from './live-events.ts';
import { activityHeld, declaredInTime } from './requirements.ts';

const creating = candidateSetup.createStateConfig({
  entry: open(owed.creation),
  exit: settle(owed.creation),
  after: { creationDueSoon: dueSoon(owed.creation), creationWindow: overdue(owed.creation) },
  // Only a created site is self-checked; the others still count in the roster's denominator (Q8).
  always: {
    guard: phaseHasCome('self-check-rectification'),
    target: '#candidate.not-created',
    actions: notify('not-created', ['responsible', 'superior']),
  },
  on: {
    'adopt-policy': adoptPolicyIn('creating'),
    'admit-late-declaration': {
      actions: [
        on('admit-late-declaration', ({ event }) => ({ lateAdmittedFor: event.reason })),
        notify(
          'late-declaration-admitted',
          ['responsible'],
          by('admit-late-declaration', ({ event }) => ({ reason: event.reason })),
        ),
      ],
    },
    'declare-created': [
      {
        guard: requires(activityHeld, declaredInTime),
        target: 'declared',
        actions: notify('creation-declared', ['superior']),
      },
    ],
  },
});

const declared = candidateSetup.createStateConfig({
  always: [
    {
      guard: given(
        'nobody confirms',
        ({ route }: CandidateContext) => route.confirmedBy === 'none',
      ),
      target: 'created',
    },
    {
      guard: phaseHasCome('self-check-rectification'),
      target: '#candidate.not-created',
      actions: notify('not-created', ['responsible', 'superior']),
    },
  ],
  on: {
    'confirm-created': {
      target: 'created',
      actions: notify('creation-confirmed', ['responsible']),
    },
    'return-declaration': {
      target: 'creating',
      actions: notify(
        'declaration-returned',
        ['responsible'],
        by('return-declaration', ({ event }) => ({ corrections: event.corrections })),
      ),
    },
  },
});

export const concentratedCreation = candidateSetup.createStateConfig({
  initial: 'entering',
  on: whileLive,
  states: {
    entering: {
      always: [
        // A candidate mobilized after the phase was over owes nothing, because it could do nothing.
        {
          guard: given(
            'it is to be created and self-check-rectification has come',
            (context: CandidateContext) =>
              context.route.creates && isIn(context, 'self-check-rectification'),
          ),
          target: '#candidate.not-created',
          actions: notify('not-created', ['responsible', 'superior']),
        },
        {
          guard: given('it is to be created', ({ route }: CandidateContext) => route.creates),
          target: 'creating',
        },
        { target: 'cultivating' },
      ],
    },
    creating,
    declared,
    created: {
      always: {
        guard: phaseHasCome('self-check-rectification'),
        target: '#candidate.selfCheckRectification',
      },
    },
    // Persons are not created; they work and study until the evaluation.
    cultivating: {
      always: {
        guard: phaseHasCome('self-check-rectification'),
        target: '#candidate.selfCheckRectification',
      },
    },
  },
});
