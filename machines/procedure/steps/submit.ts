// 上报: one officer proposes and another submits (R63).

import { bringDeadlineFor, candidateSetup, notify, on } from '../../candidate/chart.ts';
import type { CandidateContext } from '../../candidate/events.ts';
import { noOpenObjection } from '../../candidate/requirements.ts';
import { anotherOfficer } from '../../kit/common-requirements.ts';
import { requires } from '../../kit/requirement.ts';
import type { Entry, Part, Place } from '../part.ts';
import { addressees, bringing, stateIn } from '../part.ts';
import type { SubmitStep } from '../procedure.ts';
import { rulesOf } from '../rules.ts';
import { OVERRIDE_ROWS, overriding } from './override.ts';

const cleared = ({ clause, override, rules }: SubmitStep) =>
  candidateSetup.createStateConfig({
    on: {
      'propose-submission': {
        guard: requires(noOpenObjection, ...rulesOf('submit', rules)),
        target: 'submission-proposed',
        actions: on('propose-submission', ({ event }) => ({ proposedBy: event.by.principalId })),
      },
      ...(override === true ? overriding(clause) : {}),
    },
  });

const proposed = ({ clause, rules, to }: SubmitStep, next: Entry) =>
  candidateSetup.createStateConfig({
    on: {
      'submit-upward': {
        guard: requires(
          ...rulesOf('submit', rules),
          anotherOfficer(clause, ({ proposedBy }: CandidateContext) => proposedBy),
        ),
        target: next.target,
        actions: [
          ...bringDeadlineFor(next),
          on('submit-upward', ({ event }) => ({ proposedBy: null, submittedAt: event.at })),
          notify('submitted-upward', ['responsible', ...addressees(to)]),
        ],
      },
      'decline-submission': {
        target: 'cleared',
        actions: on('decline-submission', ({ event }) => ({
          proposedBy: null,
          reason: event.reason,
        })),
      },
    },
  });

export function submit(step: SubmitStep, place: Place, next: Entry): Part {
  const { by, confirmedBy, override } = step;
  return {
    enter: { target: stateIn(place, 'cleared') },
    states: { cleared: cleared(step), 'submission-proposed': proposed(step, next) },
    rows: [
      { event: 'propose-submission', by },
      { event: 'decline-submission', by },
      { event: 'submit-upward', by: confirmedBy, ...bringing(next) },
      ...(override === true ? OVERRIDE_ROWS : []),
    ],
    standing: { step: 'submit', office: by[0] ?? null },
  };
}
