// 最终确定 (R65): one officer proposes and another confirms; the plan must state the authority.

import { anotherOfficer } from '../kit/common-requirements.ts';
import { requires } from '../kit/requirement.ts';
import { candidateSetup, issueDocument, on } from './chart.ts';
import type { CandidateContext } from './events.ts';
import { override } from './override.ts';
import {
  authorityStated,
  noOpenObjection,
  noOpenRectification,
  noUndecidedRegression,
} from './requirements.ts';

/** The two states in which this authority gives the title. */
export const conferral = (authority: 'city' | 'county') => ({
  confirmable: candidateSetup.createStateConfig({
    on: {
      ...(authority === 'county' ? override : {}),
      'propose-conferral': {
        guard: requires(
          authorityStated(authority),
          noOpenObjection,
          noOpenRectification,
          noUndecidedRegression,
        ),
        target: 'conferral-proposed',
        actions: on('propose-conferral', ({ event }) => ({ proposedBy: event.by.principalId })),
      },
    },
  }),
  'conferral-proposed': candidateSetup.createStateConfig({
    on: {
      'confirm-conferral': {
        guard: requires(
          authorityStated(authority),
          noOpenRectification,
          noUndecidedRegression,
          anotherOfficer('R65', ({ proposedBy }: CandidateContext) => proposedBy),
        ),
        target: '#candidate.conferred',
        actions: [
          on('confirm-conferral', () => ({ conferredBy: authority, proposedBy: null })),
          issueDocument(
            'final-decision',
            authority,
            [['responsible'], ['superior', 'county-office']],
            () => ({ authority }),
          ),
        ],
      },
      'decline-conferral': {
        target: 'confirmable',
        actions: on('decline-conferral', ({ event }) => ({
          proposedBy: null,
          reason: event.reason,
        })),
      },
    },
  }),
});
