// One candidate, a unit or a person, from registration to its end: six stages in the order of life.
//
//   unregistered ── register ──▶ mobilization ─▶ concentratedCreation ─▶ selfCheckRectification
//                                                        │                        │
//                                                        ▼                        ▼
//                                                  not-created              evaluation
//                                                                                 │ apply
//          not-selected ◀── failed for good / pass-over ── countyAcceptance ◀─────┤
//                                                                 │ submit-upward │ county itself
//                     conferred ◀── two officers ── cityVerification ◀────────────┘
//                         │ two officers
//                         ▼
//                      revoked          from every stage: withdrawn · disqualified · lapsed

import { anotherOfficer } from '../kit/common-requirements.ts';
import { requires } from '../kit/requirement.ts';
import { candidateSetup, notify, on, say } from './chart.ts';
import { SETTLED_CHILDREN } from './child-events.ts';
import { cityVerification } from './city-verification.ts';
import { concentratedCreation } from './concentrated-creation.ts';
import { countyAcceptance } from './county-acceptance.ts';
import { evaluation } from './evaluation.ts';
import type { CandidateContext, CandidateInput } from './events.ts';
import { mobilization } from './mobilization.ts';
import {
  countedOnce,
  householdCountedOnce,
  noNamesake,
  revocationProposed,
  titleIsOurs,
} from './requirements.ts';
import { selfCheckRectification } from './self-check-rectification.ts';

const startingContext = (input: CandidateInput): CandidateContext => ({
  ...input,
  phase: 'mobilization',
  windows: null,
  deadline: null,
  evidence: {},
  firstConsultationOn: null,
  planAdoptedOn: null,
  mobilizationForms: [],
  generations: {},
  lateAdmittedFor: null,
  lateResubmissionFor: null,
  openFindings: [],
  findingsRectified: [],
  selfCheckedAt: null,
  massScoreCenti: null,
  massStrataCenti: {},
  assessments: [],
  compositeCenti: null,
  priorityClass: null,
  appliedAt: null,
  returned: { countyAcceptance: false, cityVerification: false },
  failedBy: null,
  reconsidered: { countyAcceptance: false, cityVerification: false },
  requirements: [],
  rank: null,
  openObjections: [],
  override: null,
  proposedBy: null,
  disqualificationProposedBy: null,
  reason: null,
  verifications: 0,
  submittedAt: null,
  conferredBy: null,
});

/** Nothing more is decided of a candidate that is out: not its lost sites (R12), nor its failed review. */
const settleChildren = SETTLED_CHILDREN.map((machine) =>
  say('tell-children', () => ({ machine, event: { type: 'candidate-ended' } })),
);

export const candidateV1 = candidateSetup.createMachine({
  id: 'candidate',
  version: '1',
  context: ({ input }) => startingContext(input),
  initial: 'unregistered',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unregistered: {
      on: {
        register: {
          guard: requires(countedOnce, householdCountedOnce, noNamesake),
          target: 'mobilization',
          actions: [
            on('register', ({ event }) => ({ windows: event.facts.windows ?? null })),
            notify('candidate-registered', ['responsible']),
          ],
        },
      },
    },
    mobilization,
    concentratedCreation,
    selfCheckRectification,
    evaluation,
    countyAcceptance,
    cityVerification,
    conferred: {
      on: {
        'propose-revocation': {
          guard: requires(titleIsOurs),
          actions: [
            on('propose-revocation', ({ event }) => ({
              proposedBy: event.by.principalId,
              reason: event.reason,
            })),
            notify('revocation-proposed', ['responsible', 'county-office']),
          ],
        },
        'decline-revocation': {
          guard: requires(titleIsOurs, revocationProposed),
          actions: on('decline-revocation', () => ({ proposedBy: null, reason: null })),
        },
        'confirm-revocation': {
          guard: requires(
            titleIsOurs,
            anotherOfficer('R65', ({ proposedBy }: CandidateContext) => proposedBy),
          ),
          target: 'revoked',
        },
      },
    },
    'not-selected': { type: 'final', entry: settleChildren },
    'not-created': { type: 'final' },
    lapsed: { type: 'final', entry: [notify('lapsed', ['responsible']), ...settleChildren] },
    withdrawn: {
      type: 'final',
      entry: [notify('withdrawn', ['responsible', 'county-office']), ...settleChildren],
    },
    disqualified: { type: 'final', entry: settleChildren },
    revoked: {
      type: 'final',
      entry: [
        notify('revoked', ['responsible', 'superior'], ({ context }) => ({
          reason: context.reason,
        })),
        ...settleChildren,
      ],
    },
  },
});
