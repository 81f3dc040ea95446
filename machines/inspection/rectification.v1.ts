// An order to put something right within a time limit (R59), and its supervision.
//
//   undrafted ── draft (circular of criticism AND order) ──▶ awaiting-issue ── the order is issued ──▶ open ──▶ closed
//                                                              └─ it is abandoned ──▶ not-issued
//   open, two things at once:
//     handling     issued ─▶ acknowledged ─▶ in-progress ─▶ submitted ─┐
//                                                 ▲── reopen (a new generation) ──┘
//     supervision  on-time ─▶ due-soon ─▶ overdue ─▶ escalated
//                     ▲────── extend / reopen ───────────┘

import { setup } from 'xstate';
import { recordsDoNotDeny } from '../candidate/criterion-requirements.ts';
import { chartParts } from '../chart-parts.ts';
import { failingByFacts } from '../conformance/effects.ts';
import { effects } from '../effects.ts';
import type { Addressee, RaiseObligation } from '../kit/effect.ts';
import { owing, until } from '../kit/owing.ts';
import { requires, when } from '../kit/requirement.ts';
import { delayMs, localDate } from '../kit/time.ts';
import type { TemplateName } from '../notice/templates.ts';
import type { RectificationContext, RectificationEvent, RectificationInput } from './events.ts';
import {
  evidenceGiven,
  extendsTheDeadline,
  factIsOpen,
  filesExist,
  recordIsOpen,
  reinspectedByAnother,
  reinspectedOnADay,
  sentBackRepeatedly,
  speaksOfASite,
  withinTheMaximum,
} from './requirements.ts';

type Args = { context: RectificationContext; event: RectificationEvent };

const CLAUSE = 'R59';

const { by, say, sayOn, on } = chartParts<RectificationContext, RectificationEvent>();

const own = ({ deadline }: RectificationContext) => deadline;

/** An order without progress is behind past this share of its time limit, if it has a limit. */
function behindAt({ deadline, behindPercent }: RectificationEvent['facts']): string | null {
  if (deadline === undefined || behindPercent === undefined) return null;
  const limitMs = delayMs(deadline.basis.at, deadline.dueAt);
  return Temporal.Instant.from(deadline.basis.at)
    .add({ milliseconds: Math.floor((limitMs * behindPercent) / 100) })
    .toString();
}

const rectificationSetup = setup({
  types: {
    context: {} as RectificationContext,
    events: {} as RectificationEvent,
    input: {} as RectificationInput,
  },
  actions: effects,
  delays: {
    rectificationDueSoon: until(own, 'dueSoonAt'),
    rectificationWindow: until(own, 'dueAt'),
    rectificationEscalation: until(own, 'escalateAt'),
  },
});

const owed = owing<
  RectificationContext,
  RectificationEvent,
  TemplateName,
  RaiseObligation['level']
>({
  key: ({ generation }) => ({ kind: 'rectification', generation }),
  clause: () => CLAUSE,
  owner: () => 'responsible',
  due: own,
  escalateAt: ({ deadline }) => deadline?.escalateAt,
  notice: ({ deadline, findings }, level) => ({
    template: `rectification-${level}`,
    params: { dueAt: deadline?.dueAt ?? null, findings },
  }),
});

const openGeneration = [
  rectificationSetup.assign(({ context, event }) => ({
    generation: context.generation + 1,
    deadline: event.facts.deadline ?? null,
    behindAt: behindAt(event.facts),
  })),
  owed.open,
];

type Texts = { [name: string]: string | number | readonly string[] | null };

const notify = (
  template: TemplateName,
  to: readonly Addressee[],
  params: (args: Args) => Texts = () => ({}),
) =>
  say('notify', (args) => ({
    template,
    to,
    params: { dueAt: args.context.deadline?.dueAt ?? null, ...params(args) },
  }));

/**
 * The time limit begins with the issue of the order; the circular goes its own way, to all townships. Both go to
 * the level below, and through it to whom they are about.
 */
const draftDocument = (
  kind: 'circular-of-criticism' | 'rectification-order',
  to: readonly Addressee[],
) =>
  say('draft-document', ({ context: { triggers, findings, criteria, days } }) => ({
    kind,
    to,
    copyTo: ['responsible'],
    ...(kind === 'circular-of-criticism'
      ? { params: { triggers, findings, criteria }, isAwaited: false }
      : { params: { triggers, findings, criteria, days, dueAt: null } }),
  }));

const keepExtension = on('extend', ({ context, event }) => ({
  extensions: [
    ...context.extensions,
    {
      at: event.at,
      from: context.deadline?.dueAt ?? event.at,
      until: event.facts.deadline?.dueAt ?? event.until,
      reason: event.reason,
    },
  ],
}));

/** The responsible body may name another person than the inspection did. */
const keepStart = on('start', ({ context, event }) => ({
  measures: event.measures,
  responsiblePerson: event.responsiblePerson ?? context.responsiblePerson,
  progressedAt: event.at,
}));

/** 复查 has a record of its own, beside that of the inspection. */
const storeReinspection = (passed: boolean) =>
  sayOn(['close', 'reopen'], 'store-record', ({ context, event }) => ({
    ledger: 'inspection',
    id: event.id,
    kind: 'REINSPECTION',
    clause: CLAUSE,
    body: {
      occurredOn: event.occurredOn ?? localDate(event.at),
      inspectors: event.inspectors ?? [],
      photos: event.photos ?? [],
      fileIds: event.photos ?? [],
      conforms: event.conforms ?? null,
      findings: event.type === 'reopen' ? [event.reason] : [],
      remark: event.type === 'close' ? event.remark : event.reason,
      siteId: context.siteId,
      rectified: passed,
      generation: context.generation,
      evidence: context.evidence,
      inspectedBy: event.by.principalId,
    },
  }));

/** A re-inspection that judges the site assesses it, as any inspection does. */
const assessReinspected = sayOn(
  ['close', 'reopen'],
  'assess-sites',
  ({ context: { siteId, criteria }, event }) => {
    const { conforms, occurredOn = localDate(event.at) } = event;
    if (conforms === undefined || siteId === null) return { assessments: [] };
    const found = { siteId, conforms, assessedOn: occurredOn, criteria: conforms ? [] : criteria };
    return { assessments: [{ ...found, source: 'inspection', clause: CLAUSE }] };
  },
);

/** A corrected fact may end the site's conformance, as any change of facts may. */
const assessCorrected = say('assess-sites', failingByFacts);

const sentBack = {
  target: ['#rectification.open.handling.in-progress', '#rectification.open.supervision.on-time'],
  actions: [
    storeReinspection(false),
    assessReinspected,
    owed.close('superseded'),
    rectificationSetup.assign(({ context }) => ({
      reopens: context.reopens + 1,
      progressedAt: null,
    })),
    ...openGeneration,
    notify(
      'rectification-reopened',
      ['responsible'],
      by('reopen', ({ event }) => ({ reason: event.reason })),
    ),
  ],
};

const keepCorrection = on(
  ['correct-site-fact', 'supersede-record'],
  ({ context: { corrections }, event }) => {
    const corrected = { at: event.at, by: event.by.principalId };
    const what =
      event.type === 'correct-site-fact'
        ? { field: event.field, value: event.value }
        : { recordId: event.recordId, supersededBy: event.id };
    return { corrections: [...corrections, { ...corrected, ...what }] };
  },
);

/** Corrections touch only what the order left open, until it is handed in; each is logged. */
const corrections = {
  'correct-site-fact': {
    guard: requires(factIsOpen),
    actions: [
      keepCorrection,
      sayOn('correct-site-fact', 'correct-site-fact', ({ context, event }) => {
        if (context.siteId === null) throw new Error('the order is of no site');
        return { siteId: context.siteId, field: event.field, value: event.value };
      }),
      assessCorrected,
    ],
  },
  'supersede-record': {
    guard: requires(recordIsOpen),
    actions: [
      keepCorrection,
      sayOn('supersede-record', 'supersede-record', ({ context, event }) => {
        const { id, occurredOn, summary, detail = {} } = event;
        const { candidateId } = context;
        const kind = event.facts.correctable?.kind ?? '';
        return { candidateId, supersedes: event.recordId, id, kind, occurredOn, summary, detail };
      }),
    ],
  },
};

/** The photos of a report belong to the candidate, so that its readers may open them. */
const useEvidence = sayOn('submit', 'use-files', ({ event }) => {
  const records = event.facts.evidenceRecords ?? [];
  return { fileIds: event.evidence.filter((id) => !records.includes(id)) };
});

const reinspection = [
  reinspectedByAnother,
  reinspectedOnADay,
  filesExist,
  speaksOfASite,
  recordsDoNotDeny,
] as const;

const acknowledged = {
  target: 'acknowledged' as const,
  actions: notify('rectification-acknowledged', ['county-office']),
};

const handling = rectificationSetup.createStateConfig({
  initial: 'issued',
  states: {
    issued: { on: { acknowledge: acknowledged, ...corrections } },
    acknowledged: {
      on: { ...corrections, start: { target: 'in-progress', actions: keepStart } },
    },
    'in-progress': {
      on: {
        ...corrections,
        'report-progress': {
          actions: on('report-progress', ({ event }) => ({ progressedAt: event.at })),
        },
        submit: {
          guard: requires(evidenceGiven, filesExist),
          target: 'submitted',
          actions: [
            useEvidence,
            on('submit', ({ event }) => ({
              submittedBy: event.by.principalId,
              progressedAt: event.at,
              evidence: event.evidence,
            })),
            notify('rectification-submitted', ['county-office']),
          ],
        },
      },
    },
    submitted: {
      on: {
        close: {
          guard: requires(...reinspection),
          target: '#rectification.closed',
          actions: [
            storeReinspection(true),
            assessReinspected,
            notify('rectification-closed', ['responsible', 'county-office']),
          ],
        },
        reopen: [
          {
            guard: when(sentBackRepeatedly, ...reinspection),
            ...sentBack,
            actions: [
              ...sentBack.actions,
              notify(
                'rectification-reopened-repeatedly',
                ['superior', 'county-department'],
                by('reopen', ({ context, event }) => ({
                  reopens: context.reopens,
                  reason: event.reason,
                })),
              ),
            ],
          },
          { guard: requires(...reinspection), ...sentBack },
        ],
      },
    },
  },
});

const supervision = rectificationSetup.createStateConfig({
  initial: 'on-time',
  on: {
    extend: {
      guard: requires(extendsTheDeadline, withinTheMaximum),
      target: '.on-time',
      actions: [
        owed.close('superseded'),
        keepExtension,
        ...openGeneration,
        notify(
          'rectification-extended',
          ['responsible'],
          by('extend', ({ event }) => ({ reason: event.reason })),
        ),
      ],
    },
    'recalculate-deadline': {
      target: '.on-time',
      actions: [owed.close('superseded'), ...openGeneration],
    },
  },
  states: {
    'on-time': {
      after: {
        rectificationDueSoon: { target: 'due-soon' },
        rectificationWindow: { target: 'overdue' },
      },
    },
    'due-soon': {
      entry: owed.raise('due-soon', ['responsible']),
      after: { rectificationWindow: { target: 'overdue' } },
    },
    overdue: {
      entry: owed.raise('overdue', ['responsible', 'superior', 'county-office']),
      after: { rectificationEscalation: { target: 'escalated' } },
    },
    escalated: {
      entry: owed.raise('escalated', ['responsible', 'superior', 'county-department']),
    },
  },
});

export const rectificationV1 = rectificationSetup.createMachine({
  id: 'rectification',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    submittedBy: null,
    extensions: [],
    behindAt: null,
    progressedAt: null,
    measures: null,
    evidence: [],
    reopens: 0,
    corrections: [],
  }),
  initial: 'undrafted',
  states: {
    undrafted: {
      on: {
        draft: {
          target: 'awaiting-issue',
          // R59 demands both, in the transaction of the inspection.
          actions: [
            draftDocument('circular-of-criticism', ['every-township-committee']),
            draftDocument('rectification-order', ['township-committee']),
          ],
        },
      },
    },
    'awaiting-issue': {
      on: {
        'document-issued': { target: 'open', actions: openGeneration },
        'document-abandoned': {
          target: 'not-issued',
          actions: on('document-abandoned', ({ event }) => ({ abandonedFor: event.reason })),
        },
      },
    },
    open: {
      type: 'parallel',
      exit: owed.close('satisfied'),
      states: {
        handling,
        supervision,
      },
    },
    closed: { type: 'final' },
    'not-issued': { type: 'final' },
  },
});
