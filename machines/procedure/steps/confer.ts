// 最终确定 (R65): one officer proposes and another confirms; the plan must state the authority.

import {
  candidateSetup,
  draftDocument,
  notify,
  on,
  tellOfDocument,
} from '../../candidate/chart.ts';
import { everyJudgement, judgesTheCriteria } from '../../candidate/criterion-requirements.ts';
import type { CandidateContext } from '../../candidate/events.ts';
import {
  authorityStated,
  conditionsOpen,
  noOpenObjection,
  noUnreadObjection,
  requirementsMet,
} from '../../candidate/requirements.ts';
import { anotherOfficer } from '../../kit/common-requirements.ts';
import { requires } from '../../kit/requirement.ts';
import type { Part, Place, Row } from '../part.ts';
import { OFFICES, stateIn } from '../part.ts';
import type { ConferStep, ReviewStep } from '../procedure.ts';
import { boundUntilConferral } from '../reading.ts';
import { rulesOf } from '../rules.ts';
import { OVERRIDE_ROWS, overriding } from './override.ts';

/** Conditions of a review that let the candidate go on are found met by a reviewer, at the latest here. */
const conditionsMet = ([review]: readonly ReviewStep[]) =>
  review === undefined
    ? {}
    : {
        'confirm-requirements-met': {
          guard: requires(
            conditionsOpen(review.clause),
            judgesTheCriteria(review.clause),
            everyJudgement,
          ),
          actions: [
            on('confirm-requirements-met', () => ({ requirements: [] })),
            notify(review.told, ['responsible']),
          ],
        },
      };

const confirmable = (step: ConferStep, { procedure }: Place) => {
  const { clause, authority, stated, override, rules } = step;
  const bound = boundUntilConferral(procedure);
  return candidateSetup.createStateConfig({
    on: {
      ...(override === true ? overriding(clause) : {}),
      ...conditionsMet(bound),
      'propose-conferral': {
        guard: requires(
          authorityStated(clause, authority, stated === false ? null : authority),
          noOpenObjection,
          noUnreadObjection,
          ...rulesOf('confer', rules),
          ...bound.map((review) => requirementsMet(review.clause)),
        ),
        target: 'conferral-proposed',
        actions: on('propose-conferral', ({ event }) => ({ proposedBy: event.by.principalId })),
      },
    },
  });
};

const proposed = ({ clause, authority, stated, rules }: ConferStep) =>
  candidateSetup.createStateConfig({
    on: {
      'confirm-conferral': {
        guard: requires(
          authorityStated(clause, authority, stated === false ? null : authority),
          noOpenObjection,
          noUnreadObjection,
          ...rulesOf('confer', rules),
          anotherOfficer(clause, ({ proposedBy }: CandidateContext) => proposedBy),
        ),
        target: 'awaiting-decision',
        actions: on('confirm-conferral', () => ({ proposedBy: null })),
      },
      'decline-conferral': {
        target: 'confirmable',
        actions: on('decline-conferral', ({ event }) => ({
          proposedBy: null,
          reason: event.reason,
        })),
      },
    },
  });

/** The title is given by the decision that is issued; one that is abandoned leaves it to be proposed anew. */
const awaiting = ({ authority }: ConferStep) => {
  const paper = {
    kind: 'final-decision' as const,
    issuer: authority,
    // To the level below, and through it to whom it is about.
    to: [authority === 'city' ? 'county-office' : 'township-committee'] as const,
    copyTo: ['responsible'] as const,
    params: () => ({ authority }),
  };
  return candidateSetup.createStateConfig({
    entry: draftDocument(paper),
    on: {
      'document-issued': {
        target: '#candidate.conferred',
        actions: [on('document-issued', () => ({ conferredBy: authority })), tellOfDocument(paper)],
      },
      'document-abandoned': {
        target: 'confirmable',
        actions: on('document-abandoned', ({ event }) => ({ reason: event.reason })),
      },
    },
  });
};

/** The states in which this authority gives the title. */
export function confer(step: ConferStep, place: Place): Part {
  const { by, override, authority } = step;
  const deciding: Row[] = [
    { event: 'propose-conferral', by },
    { event: 'decline-conferral', by },
    { event: 'confirm-conferral', by, numbers: true },
  ];
  return {
    enter: { target: stateIn(place, 'confirmable') },
    states: {
      confirmable: confirmable(step, place),
      'conferral-proposed': proposed(step),
      'awaiting-decision': awaiting(step),
    },
    rows: [
      ...deciding,
      { event: 'document-issued', by: ['system'] },
      { event: 'document-abandoned', by: ['system'] },
      ...(override === true ? OVERRIDE_ROWS : []),
      ...boundUntilConferral(place.procedure).map(
        ({ by: reviewers }): Row => ({ event: 'confirm-requirements-met', by: reviewers }),
      ),
    ],
    standing: { step: 'confer', office: by[0] ?? null },
    // Whoever determines may be of another body than the one whose decision it is.
    offices: { 'awaiting-decision': OFFICES[authority] },
  };
}
