// 公示 lasts N working days and stands still while an objection is open. Objections are subjects of
// their own (objection.v1) and tell the candidate when they open and how they end.

import { candidateSetup, issueDocument, notify, on, recalculate } from '../../candidate/chart.ts';
import type { CandidateContext, CandidateEvent } from '../../candidate/events.ts';
import { noticeIsRunning, objectionIsOpen } from '../../candidate/requirements.ts';
import type { EventOf } from '../../kit/event.ts';
import { given, requires, when } from '../../kit/requirement.ts';
import type { Entry, Part, Place } from '../part.ts';
import { OFFICES, stateIn } from '../part.ts';
import type { Authority, NoticeStep } from '../procedure.ts';

type Closed = EventOf<CandidateEvent, 'objection-closed'>;

const openObjection = on('objection-opened', ({ context, event }) => ({
  openObjections: [...context.openObjections, event.objectionId],
}));

const closeObjection = on('objection-closed', ({ context, event }) => ({
  openObjections: context.openObjections.filter((id) => id !== event.objectionId),
  reason: event.reason,
}));

const isUpheld = (_: CandidateContext, { upheld }: Closed): boolean => upheld === true;
const isLast = ({ openObjections }: CandidateContext, { objectionId }: Closed): boolean =>
  openObjections.every((id) => id === objectionId);

// The county office learns that a place is vacant when an objection removes a candidate.
const upheld = {
  guard: when(isUpheld, objectionIsOpen),
  target: '#candidate.disqualified' as const,
  actions: [
    closeObjection,
    notify(
      'removed-after-objection',
      ['responsible', 'superior', 'county-office'],
      ({ context }) => ({ reason: context.reason }),
    ),
  ],
};

const dismissed = [closeObjection, notify('objection-dismissed', ['responsible'])];

/** The notice runs in one state and is held in the other; `cleared` follows both. */
const publicNotice = (cleared: string, issuer: Authority) => ({
  'public-notice': candidateSetup.createStateConfig({
    entry: issueDocument(
      'public-notice',
      issuer,
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
      'objection-opened': { guard: requires(noticeIsRunning), actions: openObjection },
      'objection-closed': [upheld, { guard: requires(objectionIsOpen), actions: dismissed }],
    },
  }),
  'objection-hold': candidateSetup.createStateConfig({
    on: {
      'objection-closed': [
        upheld,
        { guard: when(isLast, objectionIsOpen), target: cleared, actions: dismissed },
        { guard: requires(objectionIsOpen), actions: dismissed },
      ],
    },
  }),
});

export function notice({ issuer }: NoticeStep, place: Place, next: Entry): Part {
  return {
    enter: {
      target: stateIn(place, 'public-notice'),
      opens: 'publicNoticeWorkingDays',
      numbers: true,
    },
    states: publicNotice(next.target, issuer),
    rows: [
      { event: 'recalculate-deadline', by: ['system'], opens: 'unchanged', numbers: true },
      { event: 'objection-opened', by: ['system'] },
      { event: 'objection-closed', by: ['system'] },
    ],
    standing: { step: 'notice', office: OFFICES[issuer] },
  };
}
