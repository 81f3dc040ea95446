// The events of merit selection in phase 4 (R63): rank, decide ties by two officers, select, move up.

import { by, campaignSetup, notify, on, say, sayOn } from '../campaign/chart.ts';
import type { CampaignContext, CampaignEvent } from '../campaign/events.ts';
import { notInTheFuture } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { obligationOf } from '../kit/owing.ts';
import { requires, when } from '../kit/requirement.ts';
import {
  findsTie,
  inputOf,
  rankingOf,
  releaseReserves,
  selectByMerit,
  selectVacancies,
  snapshot,
  vacancyInput,
} from './selection.ts';
import {
  anotherDecides,
  categoryIsNew,
  nobodyAwaited,
  nothingPending,
  reserveIsLeft,
  seatIsVacant,
  somebodyWaits,
  somethingAccepted,
  tieDecided,
  tieIsOpen,
  tieIsOrdered,
  tieProposed,
} from './selection-requirements.ts';

const storeRanking = sayOn('rank-candidates', 'store-ranking', ({ context, event }) =>
  snapshot('ranking', event, inputOf(context, event)),
);

const taskKey = (generation: number) => ({ kind: 'tie-decision', generation });

const closeTask = (outcome: 'satisfied' | 'superseded') =>
  sayOn(
    ['rank-candidates', 'confirm-tie-decision'],
    'close-obligation',
    ({ context: { ties }, event }) => ({
      ...taskKey(ties[event.category]?.generation ?? 0),
      outcome,
    }),
  );

/** A campaign that ends owes no more decisions about ties. */
export const closeTies = campaignSetup.enqueueActions(({ context, enqueue }) => {
  for (const { generation, confirmedBy } of Object.values(context.ties)) {
    if (confirmedBy !== null) continue;
    enqueue({ type: 'close-obligation', params: { ...taskKey(generation), outcome: 'waived' } });
  }
});

const openTask = say('open-obligation', ({ context, event }) =>
  obligationOf(taskKey(context.tieTasks), 'R63', 'county-office', factOf(event, 'deadline')),
);

const notifyOfTask = notify(
  'tie-found',
  ['county-office', 'county-department'],
  by('rank-candidates', ({ event }) => ({
    categoryCode: event.category,
    dueAt: factOf(event, 'deadline').dueAt,
  })),
);

/** An earlier tie of this category still waits for its decision. */
const hasOpenTask = (context: CampaignContext, { category }: { category: string }): boolean =>
  context.ties[category] !== undefined && context.ties[category].confirmedBy === null;

const keepTask = on('rank-candidates', ({ context, event }) => {
  const generation = context.tieTasks + 1;
  return {
    tieTasks: generation,
    ties: {
      ...context.ties,
      [event.category]: {
        rankingId: event.id,
        generation,
        tied: rankingOf(context, event).undecided,
        prefer: [],
        reason: null,
        proposedBy: null,
        confirmedBy: null,
      },
    },
  };
});

const changeTask = on(
  ['propose-tie-decision', 'confirm-tie-decision'],
  ({ context: { ties }, event }) => {
    const task = ties[event.category];
    if (task === undefined) throw new Error(`no tie of ${event.category}`);
    const change =
      event.type === 'propose-tie-decision'
        ? { prefer: event.prefer, reason: event.reason, proposedBy: event.by.principalId }
        : { confirmedBy: event.by.principalId };
    return { ties: { ...ties, [event.category]: { ...task, ...change } } };
  },
);

/** R65: one public notice names the whole list, unless the plan wants one for each candidate. */
const draftList = sayOn(['select-by-merit', 'move-up'], 'draft-document', ({ context, event }) => {
  const { selected } =
    event.type === 'move-up' ? selectVacancies(event) : selectByMerit(context, event);
  return {
    kind: 'public-notice',
    issuer: 'county',
    to: ['every-township-committee'],
    copyTo: ['county-office'],
    params: { dueAt: null },
    list: { category: event.category, named: selected.map(({ candidateId }) => candidateId) },
  };
});

const keepSelection = on('select-by-merit', ({ context, event }) => {
  const { selected, reserves, passedOver } = selectByMerit(context, event);
  return {
    selections: {
      ...context.selections,
      [event.category]: {
        at: event.at,
        rankingId: event.id,
        selected: selected.length,
        reserves: reserves.length,
        passedOver: passedOver.length,
      },
    },
  };
});

const keepMove = on('move-up', ({ context, event }) => {
  const before = context.selections[event.category];
  const up = selectVacancies(event).selected.length;
  if (before === undefined) throw new Error(`nothing was selected of ${event.category}`);
  return {
    selections: {
      ...context.selections,
      [event.category]: {
        ...before,
        at: event.at,
        rankingId: event.id,
        reserves: before.reserves - up,
      },
    },
  };
});

export const meritSelection = {
  'rank-candidates': [
    {
      guard: when(
        (context: CampaignContext, event: EventOf<CampaignEvent, 'rank-candidates'>) =>
          findsTie(context, event) && hasOpenTask(context, event),
        categoryIsNew,
        somethingAccepted,
        nobodyAwaited,
      ),
      actions: [storeRanking, closeTask('superseded'), keepTask, openTask, notifyOfTask],
    },
    {
      guard: when(findsTie, categoryIsNew, somethingAccepted, nobodyAwaited),
      actions: [storeRanking, keepTask, openTask, notifyOfTask],
    },
    { guard: requires(categoryIsNew, somethingAccepted, nobodyAwaited), actions: storeRanking },
  ],
  'propose-tie-decision': {
    guard: requires(tieIsOpen, tieIsOrdered),
    actions: changeTask,
  },
  'confirm-tie-decision': {
    guard: requires(tieIsOpen, tieProposed, anotherDecides),
    actions: [changeTask, closeTask('satisfied')],
  },
  // Acceptance comes first (R63, Q20): candidates who await a verdict hold the selection up.
  'select-by-merit': {
    guard: requires(categoryIsNew, somethingAccepted, nothingPending, nobodyAwaited, tieDecided),
    actions: [
      sayOn('select-by-merit', 'store-ranking', ({ context, event }) => {
        return snapshot('selection', event, inputOf(context, event));
      }),
      sayOn('select-by-merit', 'select-candidates', ({ context, event }) =>
        selectByMerit(context, event),
      ),
      draftList,
      keepSelection,
    ],
  },
  'move-up': {
    guard: requires(seatIsVacant, reserveIsLeft),
    actions: [
      sayOn('move-up', 'store-ranking', ({ event }) => {
        const input = vacancyInput(event);
        if (input === null) throw new Error(`nothing was selected of ${event.category}`);
        return snapshot('move-up', event, input, factOf(event, 'standing')?.rankingId ?? null);
      }),
      sayOn('move-up', 'select-candidates', ({ event }) => selectVacancies(event)),
      draftList,
      keepMove,
    ],
  },
  'release-reserves': {
    guard: requires(somebodyWaits),
    actions: sayOn('release-reserves', 'select-candidates', ({ event }) => releaseReserves(event)),
  },
};

/** 一票否决 is recorded with its day and reason; the plan's look-back window says how long it bars. */
export const recordVeto = {
  guard: requires(notInTheFuture),
  actions: sayOn('record-veto', 'store-record', ({ event }) => ({
    ledger: 'veto',
    id: event.id,
    kind: 'veto',
    clause: 'R63',
    body: {
      organisationId: event.organisationId,
      personName: event.personName ?? null,
      occurredOn: event.occurredOn,
      reason: event.reason,
    },
  })),
};
