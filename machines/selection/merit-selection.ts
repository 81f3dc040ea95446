// The events of the merit selection in phase 4: rank, decide ties by two, select, move up (R63).

import type { Args } from '../campaign/chart.ts';
import { campaignSetup } from '../campaign/chart.ts';
import type { CampaignContext, CampaignEvent, CampaignEventType } from '../campaign/events.ts';
import { campaignFact } from '../campaign/events.ts';
import { notInTheFuture } from '../campaign/requirements.ts';
import { requires, when } from '../kit/requirement.ts';
import type { EventOf } from './selection.ts';
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

const as = <Type extends CampaignEventType>(event: CampaignEvent, type: Type): EventOf<Type> => {
  if (event.type !== type) throw new Error(`${event.type} is not ${type}`);
  return event as EventOf<Type>;
};

const storeRanking = {
  type: 'store-ranking' as const,
  params: ({ context, event }: Args) => {
    const told = as(event, 'rank-candidates');
    return snapshot('ranking', told, inputOf(context, told));
  },
};

const closeTask = (outcome: 'satisfied' | 'superseded') => ({
  type: 'close-obligation' as const,
  params: ({ context, event }: Args) => ({
    kind: 'tie-decision',
    generation: context.ties[(event as { category: string }).category]?.generation ?? 0,
    outcome,
  }),
});

/** A campaign that ends owes no decision any more: the open ties go with it. */
export const closeTies = campaignSetup.enqueueActions(({ context, enqueue }) => {
  for (const { generation, confirmedBy } of Object.values(context.ties)) {
    if (confirmedBy !== null) continue;
    enqueue({
      type: 'close-obligation',
      params: { kind: 'tie-decision', generation, outcome: 'waived' },
    });
  }
});

const openTask = {
  type: 'open-obligation' as const,
  params: ({ context, event }: Args) => {
    const { dueAt, provisional, calendarVersion } = campaignFact(event, 'deadline');
    return {
      kind: 'tie-decision',
      generation: context.tieTasks,
      clause: 'R63',
      owner: 'county-office' as const,
      dueAt,
      provisional,
      calendarVersion,
    };
  },
};

const tellTask = {
  type: 'notify' as const,
  params: ({ event }: Args) => ({
    template: 'tie-found' as const,
    to: ['county-office', 'county-department'] as const,
    params: {
      categoryCode: as(event, 'rank-candidates').category,
      dueAt: campaignFact(event, 'deadline').dueAt,
    },
  }),
};

/** True while a task of this category, of another tie, waits for its decision. */
const hasOpenTask = (context: CampaignContext, { category }: { category: string }): boolean =>
  context.ties[category] !== undefined && context.ties[category].confirmedBy === null;

const keepTask = campaignSetup.assign(({ context, event }) => {
  const told = as(event, 'rank-candidates');
  const generation = context.tieTasks + 1;
  return {
    tieTasks: generation,
    ties: {
      ...context.ties,
      [told.category]: {
        rankingId: told.id,
        generation,
        tied: rankingOf(context, told).undecided,
        prefer: [],
        reason: null,
        proposedBy: null,
        confirmedBy: null,
      },
    },
  };
});

const changeTask = (type: 'propose-tie-decision' | 'confirm-tie-decision') =>
  campaignSetup.assign(({ context, event }) => {
    const told = as(event, type) as EventOf<'propose-tie-decision' | 'confirm-tie-decision'>;
    const task = context.ties[told.category];
    if (task === undefined) throw new Error(`no tie of ${told.category}`);
    const change =
      told.type === 'propose-tie-decision'
        ? { prefer: told.prefer, reason: told.reason, proposedBy: told.by.principalId }
        : { confirmedBy: told.by.principalId };
    return { ties: { ...context.ties, [told.category]: { ...task, ...change } } };
  });

/** One public notice for the whole list, where the plan does not want one for each (R65). */
const publishList = (type: 'select-by-merit' | 'move-up') => ({
  type: 'issue-document' as const,
  params: ({ context, event }: Args) => {
    const told = as(event, type) as EventOf<'select-by-merit' | 'move-up'>;
    const { selected } =
      told.type === 'move-up' ? selectVacancies(told) : selectByMerit(context, told);
    return {
      kind: 'public-notice',
      issuer: 'county',
      to: ['every-township-committee'] as const,
      copyTo: ['county-office'] as const,
      params: { dueAt: told.facts.deadline?.dueAt ?? null },
      list: { category: told.category, named: selected.map(({ candidateId }) => candidateId) },
    };
  },
});

const keepSelection = campaignSetup.assign(({ context, event }) => {
  const told = as(event, 'select-by-merit');
  const { selected, reserves, passedOver } = selectByMerit(context, told);
  return {
    selections: {
      ...context.selections,
      [told.category]: {
        at: told.at,
        rankingId: told.id,
        selected: selected.length,
        reserves: reserves.length,
        passedOver: passedOver.length,
      },
    },
  };
});

const keepMove = campaignSetup.assign(({ context, event }) => {
  const told = as(event, 'move-up');
  const before = context.selections[told.category];
  const up = selectVacancies(told).selected.length;
  if (before === undefined) throw new Error(`nothing was selected of ${told.category}`);
  return {
    selections: {
      ...context.selections,
      [told.category]: {
        ...before,
        at: told.at,
        rankingId: told.id,
        reserves: before.reserves - up,
      },
    },
  };
});

/** Handlers of phase 4. */
export const meritSelection = {
  'rank-candidates': [
    {
      guard: when(
        (context: CampaignContext, event: EventOf<'rank-candidates'>) =>
          findsTie(context, event) && hasOpenTask(context, event),
        categoryIsNew,
        somethingAccepted,
      ),
      actions: [storeRanking, closeTask('superseded'), keepTask, openTask, tellTask],
    },
    {
      guard: when(findsTie, categoryIsNew, somethingAccepted),
      actions: [storeRanking, keepTask, openTask, tellTask],
    },
    { guard: requires(categoryIsNew, somethingAccepted), actions: storeRanking },
  ],
  'propose-tie-decision': {
    guard: requires(tieIsOpen, tieIsOrdered),
    actions: changeTask('propose-tie-decision'),
  },
  'confirm-tie-decision': {
    guard: requires(tieIsOpen, tieProposed, anotherDecides),
    actions: [changeTask('confirm-tie-decision'), closeTask('satisfied')],
  },
  // Acceptance first, then selection (R63, Q20): what waits for a verdict holds the ranking.
  'select-by-merit': {
    guard: requires(categoryIsNew, somethingAccepted, nothingPending, tieDecided),
    actions: [
      {
        type: 'store-ranking' as const,
        params: ({ context, event }: Args) => {
          const told = as(event, 'select-by-merit');
          return snapshot('selection', told, inputOf(context, told));
        },
      },
      {
        type: 'select-candidates' as const,
        params: ({ context, event }: Args) => selectByMerit(context, as(event, 'select-by-merit')),
      },
      publishList('select-by-merit'),
      keepSelection,
    ],
  },
  'move-up': {
    guard: requires(seatIsVacant, reserveIsLeft),
    actions: [
      {
        type: 'store-ranking' as const,
        params: ({ event }: Args) => {
          const told = as(event, 'move-up');
          const input = vacancyInput(told);
          if (input === null) throw new Error(`nothing was selected of ${told.category}`);
          return snapshot(
            'move-up',
            told,
            input,
            campaignFact(told, 'standing')?.rankingId ?? null,
          );
        },
      },
      {
        type: 'select-candidates' as const,
        params: ({ event }: Args) => selectVacancies(as(event, 'move-up')),
      },
      publishList('move-up'),
      keepMove,
    ],
  },
  'release-reserves': {
    guard: requires(somebodyWaits),
    actions: {
      type: 'select-candidates' as const,
      params: ({ event }: Args) => releaseReserves(as(event, 'release-reserves')),
    },
  },
};

/** 一票否决: recorded with its day and reason; what it bars is the plan's look-back window. */
export const recordVeto = {
  guard: requires(notInTheFuture),
  actions: {
    type: 'store-record' as const,
    params: ({ event }: Args) => {
      const told = as(event, 'record-veto');
      return {
        ledger: 'veto' as const,
        id: told.id,
        kind: 'veto',
        clause: 'R63',
        body: {
          organisationId: told.organisationId,
          personName: told.personName ?? null,
          occurredOn: told.occurredOn,
          reason: told.reason,
        },
      };
    },
  },
};
