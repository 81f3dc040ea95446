// 公示: N working days, objections with a name, standstill while one is open.

import { given, requires, when } from '../requirement.ts';
import { candidateSetup, issueDocument, on, recalculate, store, tell } from './chart.ts';
import type { CandidateContext, CandidateEvent } from './events.ts';
import { objectionIsOpen } from './requirements.ts';

type Resolve = Extract<CandidateEvent, { type: 'resolve-objection' }>;

const keepObjection = on('record-objection', ({ context, event }) => ({
  openObjections: [...context.openObjections, event.id],
}));

const storeObjection = store('record-objection', ({ event }) => ({
  ledger: 'objection',
  id: event.id,
  kind: 'objection',
  clause: 'R63',
  body: { objector: event.objector, content: event.content },
}));

const closeObjection = on('resolve-objection', ({ context, event }) => ({
  openObjections: context.openObjections.filter((id) => id !== event.objectionId),
  reason: event.reason,
}));

const isUpheld = (_: CandidateContext, { upheld }: Resolve): boolean => upheld === true;
const isLast = ({ openObjections }: CandidateContext, { objectionId }: Resolve): boolean =>
  openObjections.every((id) => id === objectionId);

const upheld = {
  guard: when(isUpheld, objectionIsOpen),
  target: '#candidate.disqualified' as const,
  actions: closeObjection,
};

const recordObjection = {
  actions: [keepObjection, storeObjection, tell('objection-received', ['county-office'])],
};

/** Two states: published, and held while an objection is open; `cleared` is entered after both. */
export const publicNotice = <Cleared extends string>(
  cleared: Cleared,
  authority: 'city' | 'county',
) => ({
  'public-notice': candidateSetup.createStateConfig({
    entry: issueDocument(
      'public-notice',
      authority,
      [['responsible'], ['county-office']],
      ({ context }) => ({ dueAt: context.deadline?.dueAt ?? null }),
    ),
    after: {
      publicityPeriod: [
        {
          guard: given(
            'an objection is open',
            ({ openObjections }: CandidateContext) => openObjections.length > 0,
          ),
          target: 'objection-hold',
        },
        { target: cleared },
      ],
    },
    on: {
      'recalculate-deadline': recalculate('public-notice'),
      'record-objection': recordObjection,
      'resolve-objection': [upheld, { guard: requires(objectionIsOpen), actions: closeObjection }],
    },
  }),
  'objection-hold': candidateSetup.createStateConfig({
    on: {
      'resolve-objection': [
        upheld,
        { guard: when(isLast, objectionIsOpen), target: cleared, actions: closeObjection },
        { guard: requires(objectionIsOpen), actions: closeObjection },
      ],
    },
  }),
});
