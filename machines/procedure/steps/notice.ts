// 公示 begins with the issue of its document, lasts N working days and stands still while an objection is
// open. Objections are subjects of their own (objection.v1) and tell the candidate when they open and how they
// end. What the public lodged is received within a working day, so it may open when the notice is over.

import {
  candidateSetup,
  draftDocument,
  keepDeadline,
  notify,
  on,
  say,
  tellOfDocument,
} from '../../candidate/chart.ts';
import type { CandidateContext, CandidateEvent } from '../../candidate/events.ts';
import {
  noticeIsRunning,
  objectedDuringNotice,
  objectionIsOpen,
} from '../../candidate/requirements.ts';
import type { EventOf } from '../../kit/event.ts';
import { given, requires, when } from '../../kit/requirement.ts';
import type { Entry, Part, Place, Row } from '../part.ts';
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
const hasOpen = ({ openObjections }: CandidateContext): boolean => openObjections.length > 0;

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

/**
 * What the stage of a notice and all later ones know until the candidate's end, and one that is withdrawn too: the
 * withdrawal may be taken back, and then it waits for what is open and not for what was decided meanwhile.
 */
export const afterNotice = {
  'objection-opened': { guard: requires(objectedDuringNotice), actions: openObjection },
  'objection-closed': [upheld, { guard: requires(objectionIsOpen), actions: dismissed }],
};

export const AFTER_NOTICE_ROWS: readonly Row[] = [
  { event: 'objection-opened', by: ['system'] },
  { event: 'objection-closed', by: ['system'] },
];

const paperOf = (issuer: Authority) => ({
  kind: 'public-notice' as const,
  issuer,
  to: ['responsible'] as const,
  copyTo: ['county-office'] as const,
  params: ({ deadline }: CandidateContext) => ({ dueAt: deadline?.dueAt ?? null }),
});

const moved = ({ params, ...paper }: ReturnType<typeof paperOf>) =>
  say('tell-of-document', ({ context }) => ({ ...paper, params: params(context), isMoved: true }));

/**
 * Nothing runs until the document is issued; one that is abandoned is drafted anew. The notice runs in one
 * state and is held in the other; `cleared` follows both.
 */
const publicNotice = (cleared: string, issuer: Authority) => ({
  'awaiting-notice': candidateSetup.createStateConfig({
    entry: draftDocument(paperOf(issuer)),
    on: {
      'document-issued': {
        target: 'public-notice',
        actions: [keepDeadline, tellOfDocument(paperOf(issuer))],
      },
      'document-abandoned': { target: 'awaiting-notice', reenter: true },
    },
  }),
  'public-notice': candidateSetup.createStateConfig({
    after: {
      publicityPeriod: [
        {
          guard: given('an objection is open', hasOpen),
          target: 'objection-hold',
        },
        { target: cleared },
      ],
    },
    on: {
      'recalculate-deadline': {
        target: 'public-notice',
        reenter: true,
        actions: [keepDeadline, moved(paperOf(issuer))],
      },
      'objection-opened': { guard: requires(noticeIsRunning), actions: openObjection },
    },
  }),
  'objection-hold': candidateSetup.createStateConfig({
    always: {
      guard: given('no objection is open', (context: CandidateContext) => !hasOpen(context)),
      target: cleared,
    },
  }),
});

export function notice({ issuer }: NoticeStep, place: Place, next: Entry): Part {
  return {
    enter: {
      target: stateIn(place, 'awaiting-notice'),
      numbers: true,
    },
    states: publicNotice(next.target, issuer),
    rows: [
      { event: 'document-issued', by: ['system'], opens: 'publicNoticeDays' },
      { event: 'document-abandoned', by: ['system'], numbers: true },
      { event: 'recalculate-deadline', by: ['system'], opens: 'unchanged' },
    ],
    standing: { step: 'notice', office: OFFICES[issuer] },
    awaiting: ['awaiting-notice'],
  };
}
