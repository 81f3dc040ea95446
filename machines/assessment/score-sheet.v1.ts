// The sheet of one assessor about one candidate in one round (组织考评, R61).
//
//   unassigned ── assign ──▶ open: assigned ── save-draft ──▶ drafting ──┐
//                              ▲     └──────────── submit ──────────────┴─▶ submitted ── accept ──▶ accepted
//     passed on to the next ───┤                        ▲                      │  │
//     declare-conflict, recuse,│ nobody is left: vacant └─ send-back: a new generation
//     reassign ────────────────┘                                               │
//                                 void ◀───────────────────────────────────────┘ and from every open state
//
//   A slip found later is put right by two, with a reason, until the selection: propose-correction, confirm-correction.
//   A sheet becomes void when its time comes and its candidate has left the step that gathers its stream.

import { setup } from 'xstate';
import { tellCandidate } from '../candidate/child-events.ts';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { anotherOfficer } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import { given, requires, when } from '../kit/requirement.ts';
import { REVOCABLE_END } from '../kit/step.ts';
import type { TemplateName } from '../notice/templates.ts';
import type {
  ScoreSheetContext,
  ScoreSheetEvent,
  ScoreSheetEventType,
  ScoreSheetInput,
} from './events.ts';
import { mergedLines } from './events.ts';
import {
  candidateIsLive,
  chosenWithoutConflict,
  correctionProposed,
  correctsOwnSheet,
  correctsSomething,
  everyItemScored,
  holdsTheRole,
  mayBeLeftOut,
  oneSheetEach,
  ownSheet,
  pointsFitTheScheme,
  selectionLiesAhead,
  stillWithoutConflict,
  underEvaluation,
} from './requirements.ts';
import { measureSheet } from './sheet-score.ts';

type Args = { context: ScoreSheetContext; event: ScoreSheetEvent };

const { say, sayOn, on } = chartParts<ScoreSheetContext, ScoreSheetEvent>();

const own = ({ deadline }: ScoreSheetContext) => deadline;

const sheetSetup = setup({
  types: {
    context: {} as ScoreSheetContext,
    events: {} as ScoreSheetEvent,
    input: {} as ScoreSheetInput,
  },
  actions: effects,
  delays: { assessmentDueSoon: until(own, 'dueSoonAt'), assessmentWindow: until(own, 'dueAt') },
});

const OUTCOMES: { readonly [Type in ScoreSheetEventType]?: 'satisfied' | 'superseded' } = {
  submit: 'satisfied',
  'recalculate-deadline': 'superseded',
  'declare-conflict': 'superseded',
  recuse: 'superseded',
  reassign: 'superseded',
};

const owed = owing<ScoreSheetContext, ScoreSheetEvent>({
  key: ({ generation }) => ({ kind: 'assessment', generation }),
  clause: () => 'R61',
  owner: () => 'county-office',
  due: own,
  outcomes: OUTCOMES,
  // Other events end a sheet that nobody needs any more.
  otherwise: 'waived',
});

/** The next generation of the debt, with its own time limit. */
const owedAnew = sheetSetup.assign(({ context, event }) => ({
  generation: context.generation + 1,
  deadline: event.facts.deadline ?? null,
}));

const keepSheet = say('keep-sheet', ({ context: { assessorId, stream, round } }) => ({
  assessorId,
  stream,
  round,
}));

type Texts = { [name: string]: string | number | null };

const notify = (template: TemplateName, params: (args: Args) => Texts = () => ({})) =>
  say('notify', (args) => ({
    template,
    to: ['county-office'],
    params: { dueAt: args.context.deadline?.dueAt ?? null, ...params(args) },
  }));

const reasonOf = ({ event }: Args): Texts => ({
  reason: 'reason' in event && typeof event.reason === 'string' ? event.reason : null,
});

const passOn = on(['declare-conflict', 'recuse'], ({ context, event }) => {
  const { assessorId, recused } = context;
  const { facts, reason } = event;
  return {
    assessorId: facts.replacement ?? null,
    recused: assessorId === null ? recused : [...recused, assessorId],
    points: {},
    notApplicable: {},
    remark: null,
    reason,
  };
});

const hasReplacement = (
  _: ScoreSheetContext,
  event: EventOf<ScoreSheetEvent, 'declare-conflict' | 'recuse'>,
): boolean => factOf(event, 'replacement') !== null;

const recordConflict = sayOn('declare-conflict', 'record-conflict', ({ context, event }) => ({
  // `passOn` has put the assessor who stepped aside last.
  principalId: context.recused.at(-1) ?? event.by.principalId,
  organisationId: null,
  reason: event.reason,
  sheets: factOf(event, 'sheetsInConflict'),
}));

const declared = [passOn, owedAnew, keepSheet, recordConflict];
const recused = [passOn, owedAnew, keepSheet];

const fitting = [ownSheet, stillWithoutConflict, pointsFitTheScheme, mayBeLeftOut] as const;

const keepSubmission = say('keep-submission', ({ context }) => ({
  number: context.submissions,
  assessorId: context.assessorId ?? '',
  points: context.points,
  notApplicable: context.notApplicable,
  totalCenti: context.submittedCenti ?? 0,
  remark: context.remark,
}));

const submitted = {
  guard: requires(...fitting, everyItemScored, underEvaluation),
  target: '#score-sheet.submitted',
  actions: [
    on('submit', ({ context, event }) => {
      const lines = mergedLines(context, event);
      return {
        ...lines,
        remark: event.remark ?? context.remark,
        submittedCenti: measureSheet(context, lines).totalCenti,
        submissions: context.submissions + 1,
      };
    }),
    keepSubmission,
    tellCandidate(({ context: { submittedCenti, sheetId, stream, round }, event }: Args) => {
      if (submittedCenti === null) throw new Error('a sheet was handed in without points');
      const assessorId = event.by.principalId;
      const sheet = { sheetId, stream, assessorId, round, pointsCenti: submittedCenti };
      return { type: 'record-assessment', ...sheet };
    }),
  ],
};

const saved = {
  guard: requires(...fitting),
  target: '#score-sheet.open.drafting',
  actions: on('save-draft', ({ context, event }) => ({
    ...mergedLines(context, event),
    remark: event.remark ?? context.remark,
  })),
};

const filledIn = { 'save-draft': saved, submit: submitted };

const toAssigned = { target: '.assigned' as const, reenter: true };
const toVacant = { target: '.vacant' as const, reenter: true };

/** The sheet goes to the next assessor with a new time limit, or to nobody while there is none. */
const passedOn = {
  'declare-conflict': [
    {
      ...toAssigned,
      guard: when(hasReplacement, ownSheet),
      actions: [...declared, notify('assessment-reassigned', reasonOf)],
    },
    {
      ...toVacant,
      guard: requires(ownSheet),
      actions: [...declared, notify('assessment-vacant', reasonOf)],
    },
  ],
  recuse: [
    {
      ...toAssigned,
      guard: when(hasReplacement),
      actions: [...recused, notify('assessment-reassigned', reasonOf)],
    },
    { ...toVacant, actions: [...recused, notify('assessment-vacant', reasonOf)] },
  ],
  reassign: {
    ...toAssigned,
    guard: requires(underEvaluation, holdsTheRole, chosenWithoutConflict, oneSheetEach),
    actions: [
      on('reassign', ({ context, event: { assessorId, reason } }) => ({
        assessorId,
        recused: context.recused.filter((id) => id !== assessorId),
        points: {},
        notApplicable: {},
        remark: null,
        reason,
      })),
      owedAnew,
      keepSheet,
      notify('assessment-reassigned', reasonOf),
    ],
  },
};

const isBegun = ({ points, notApplicable }: ScoreSheetContext): boolean =>
  Object.keys(points).length + Object.keys(notApplicable).length > 0;

/** A new calendar moves the day; the sheet stays as far as it has come. */
const recalculated = [
  {
    ...toVacant,
    guard: given('nobody has it', ({ assessorId }: ScoreSheetContext) => assessorId === null),
    actions: owedAnew,
  },
  {
    target: '.drafting' as const,
    reenter: true,
    guard: given('it was begun', isBegun),
    actions: owedAnew,
  },
  { ...toAssigned, actions: owedAnew },
];

/** Nobody is left to assess when the candidate has gone on, withdrawn or failed. */
const hasLeft = ({ context, event }: Args): boolean =>
  event.facts.parent?.gathers.includes(context.stream) !== true;
const lapsed = {
  guard: hasLeft,
  target: 'void',
  actions: sheetSetup.assign(() => ({ reason: 'candidate-left-evaluation' })),
};

const retract = tellCandidate(({ context: { sheetId, stream } }: Args) => ({
  type: 'retract-assessment',
  sheetId,
  stream,
}));
const proposedBy = ({ correction }: ScoreSheetContext) => correction?.proposedBy ?? null;

/** The sheet as it was stays among its submissions; the candidate's score is reckoned anew. */
const corrections = {
  'propose-correction': {
    guard: requires(
      correctsOwnSheet,
      candidateIsLive,
      selectionLiesAhead,
      pointsFitTheScheme,
      mayBeLeftOut,
      correctsSomething,
    ),
    actions: [
      on('propose-correction', ({ context, event }) => ({
        correction: {
          ...mergedLines(context, event),
          reason: event.reason,
          proposedBy: event.by.principalId,
        },
      })),
      notify('assessment-correction-proposed', reasonOf),
    ],
  },
  'decline-correction': {
    guard: requires(correctionProposed),
    actions: on('decline-correction', () => ({ correction: null })),
  },
  'confirm-correction': {
    guard: requires(
      correctionProposed,
      anotherOfficer('R61', proposedBy),
      candidateIsLive,
      selectionLiesAhead,
    ),
    actions: [
      on('confirm-correction', ({ context }) => {
        const { points, notApplicable, reason } = correctionOf(context);
        const lines = { points, notApplicable };
        return {
          ...lines,
          remark: reason,
          submittedCenti: measureSheet(context, lines).totalCenti,
          submissions: context.submissions + 1,
          correction: null,
        };
      }),
      keepSubmission,
      tellCandidate(({ context: { submittedCenti, sheetId, stream } }: Args) => {
        if (submittedCenti === null) throw new Error('a sheet was corrected without points');
        return { type: 'correct-assessment', sheetId, stream, pointsCenti: submittedCenti };
      }),
      notify('assessment-corrected', ({ context }) => ({ reason: context.remark })),
    ],
  },
};

function correctionOf({ correction }: ScoreSheetContext) {
  if (correction == null) throw new Error('no correction was proposed');
  return correction;
}

const voided = on('void', ({ event: { reason } }) => ({ reason }));

export const scoreSheetV1 = sheetSetup.createMachine({
  id: 'score-sheet',
  version: '1',
  context: ({ input }) => ({
    ...input,
    assessorId: null,
    deadline: null,
    generation: 0,
    points: {},
    notApplicable: {},
    remark: null,
    submittedCenti: null,
    submissions: 0,
    recused: [],
    reason: null,
  }),
  initial: 'unassigned',
  states: {
    unassigned: {
      on: {
        assign: {
          guard: requires(underEvaluation, holdsTheRole, chosenWithoutConflict, oneSheetEach),
          target: 'open',
          actions: [
            on('assign', ({ event: { assessorId } }) => ({ assessorId })),
            owedAnew,
            keepSheet,
          ],
        },
      },
    },
    open: {
      entry: owed.open,
      exit: owed.settle,
      after: {
        assessmentDueSoon: [lapsed, owed.dueSoon(['county-office'])],
        assessmentWindow: [lapsed, owed.overdue(['county-office'])],
      },
      on: {
        ...passedOn,
        'recalculate-deadline': recalculated,
        void: { target: 'void', actions: voided },
      },
      initial: 'assigned',
      states: {
        assigned: { on: filledIn },
        drafting: { on: filledIn },
        vacant: {},
      },
    },
    submitted: {
      on: {
        ...corrections,
        accept: { target: 'accepted' },
        'send-back': {
          guard: requires(underEvaluation),
          target: 'open.drafting',
          actions: [
            on('send-back', ({ event: { reason } }) => ({ reason, submittedCenti: null })),
            owedAnew,
            retract,
            notify('assessment-sent-back', reasonOf),
          ],
        },
        void: {
          guard: requires(underEvaluation),
          target: 'void',
          actions: [voided, retract],
        },
      },
    },
    accepted: { tags: [REVOCABLE_END], on: corrections },
    void: { type: 'final' },
  },
});
