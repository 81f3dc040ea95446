// What every procedure begins and ends with: the first context, the title and the ways out.

import { notify, on, say } from '../candidate/chart.ts';
import { SETTLED_CHILDREN } from '../candidate/child-events.ts';
import type { CandidateContext, CandidateInput } from '../candidate/events.ts';
import type { wayLiesAhead } from '../candidate/late-requirements.ts';
import { reinstateAt } from '../candidate/live-events.ts';
import { revocationProposed, titleIsOurs } from '../candidate/requirements.ts';
import { anotherOfficer } from '../kit/common-requirements.ts';
import { requires } from '../kit/requirement.ts';
import { REVOCABLE_END } from '../kit/step.ts';
import type { Row } from './part.ts';
import { CONFERRERS } from './part.ts';
import type { Chain } from './phases.ts';
import { ENDS } from './phases.ts';
import type { ConferStep } from './procedure.ts';
import { afterNotice } from './steps/notice.ts';

export const startingContext = (input: CandidateInput, { links }: Chain): CandidateContext => ({
  ...input,
  phase: links[0]?.code ?? ENDS[0],
  windows: null,
  deadline: null,
  evidence: {},
  firstConsultationOn: null,
  planAdoptedOn: null,
  mobilizationForms: [],
  generations: {},
  lateAdmittedFor: null,
  handedInBy: null,
  lateResubmissionFor: null,
  openFindings: [],
  findingsRectified: [],
  selfCheckedAt: null,
  figures: {},
  strata: {},
  sheets: {},
  compositeCenti: null,
  priorityClass: null,
  appliedAt: null,
  returned: {},
  failedBy: null,
  reconsidered: {},
  requirements: [],
  rank: null,
  openObjections: [],
  override: null,
  proposedBy: null,
  disqualificationProposedBy: null,
  reason: null,
  withdrawnFrom: null,
  verifications: 0,
  submittedAt: null,
  conferredBy: null,
});

/** Nothing more is decided of a candidate that is out: not its lost sites (R12), nor its failed review. */
const settleChildren = SETTLED_CHILDREN.map((machine) =>
  say('tell-children', () => ({ machine, event: { type: 'candidate-ended' } })),
);

/** A title that is given may be revoked by those who gave it, two of them. */
const conferred = ({ clause, by }: Pick<ConferStep, 'clause' | 'by'>) => {
  const ours = titleIsOurs(clause, by);
  return {
    on: {
      // A decision that is issued again, because the first was recalled.
      'document-issued': {},
      'propose-revocation': {
        guard: requires(ours),
        actions: [
          on('propose-revocation', ({ event }) => ({
            proposedBy: event.by.principalId,
            reason: event.reason,
          })),
          notify('revocation-proposed', ['responsible', 'county-office']),
        ],
      },
      'decline-revocation': {
        guard: requires(ours, revocationProposed(clause)),
        actions: on('decline-revocation', () => ({ proposedBy: null, reason: null })),
      },
      'confirm-revocation': {
        guard: requires(
          ours,
          anotherOfficer(clause, ({ proposedBy }: CandidateContext) => proposedBy),
        ),
        target: 'revoked',
      },
    },
  };
};

/** The title and the ends, by the step that confers; `paths` are the states that one may withdraw from. */
export const endsOf = (
  conferral: Pick<ConferStep, 'clause' | 'by'>,
  paths: readonly { path: string; goesOn: ReturnType<typeof wayLiesAhead> }[],
) =>
  ({
    conferred: conferred(conferral),
    'not-selected': { type: 'final', entry: settleChildren },
    'not-created': { type: 'final' },
    lapsed: { type: 'final', entry: [notify('lapsed', ['responsible']), ...settleChildren] },
    withdrawn: {
      tags: [REVOCABLE_END],
      on: { reinstate: paths.map(({ path, goesOn }) => reinstateAt(path, goesOn)), ...afterNotice },
      entry: settleChildren,
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
  }) as const;

// Whoever confers somewhere may ask, so that the wrong one is refused by the sentence.
export const conferredRows = ({ by }: Pick<ConferStep, 'by'>): Row[] => [
  { event: 'document-issued', by: ['system'] },
  ...(['propose-revocation', 'decline-revocation', 'confirm-revocation'] as const).map((event) => ({
    event,
    by: [...new Set([...CONFERRERS, ...by])],
  })),
];
