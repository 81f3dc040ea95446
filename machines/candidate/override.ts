// Q11: an open rectification blocks; the county may go on all the same, with a reason and a second
// approver. The same where the county submits upward and where it confers by itself.

import { anotherOfficer } from '../kit/common-requirements.ts';
import { requires } from '../kit/requirement.ts';
import { notify, on } from './chart.ts';
import type { CandidateContext } from './events.ts';

export const override = {
  'request-override': {
    actions: [
      on('request-override', ({ event }) => ({
        override: {
          reason: event.reason,
          requestedBy: event.by.principalId,
          approvedBy: null,
        },
      })),
      notify('override-requested', ['county-department'], ({ context }) => ({
        reason: context.override?.reason ?? null,
      })),
    ],
  },
  'approve-override': {
    guard: requires(
      anotherOfficer('R63', ({ override: asked }: CandidateContext) => asked?.requestedBy),
    ),
    actions: on('approve-override', ({ context, event }) => ({
      override:
        context.override === null
          ? null
          : { ...context.override, approvedBy: event.by.principalId },
    })),
  },
};
