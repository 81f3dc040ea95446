// A matter (事项) must be solved in time: an issue of the people (R54), a fault (R11, R36), an opinion
// (R38), a problem (R8, R58). It is a child of the candidate and bears the id of its record.
//
//   unraised ── raise ──▶ open ── solve ──▶ solved
//                          │ matterDueSoon: reminder · matterWindow: overdue, the superior is told

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { filesExist } from '../kit/common-requirements.ts';
import type { EventOf, MachineEvent } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import type { Requirement } from '../kit/requirement.ts';
import { requires } from '../kit/requirement.ts';
import type { Deadline } from '../kit/time.ts';
import { localDate } from '../kit/time.ts';

type MatterInput = {
  recordId: string;
  kind: string;
  clause: string;
  raisedOn: string;
  summary: string;
  /** Working days within which it must be solved. */
  days: number;
};

export type MatterContext = MatterInput & {
  deadline: Deadline | null;
  generation: number;
  solvedOn: string | null;
  solvedBy: string | null;
};

export type MatterFacts = { deadline: Deadline; missingFiles: readonly string[] };
type Named<Type extends string, Payload = unknown> = MachineEvent<Type, MatterFacts, Payload>;

export type MatterEvent =
  | Named<'raise'>
  | Named<'recalculate-deadline'>
  | Named<'solve', { solvedOn: string; result: string; fileIds?: readonly string[] }>;

export type MatterEventType = MatterEvent['type'];

/** Which facts each event needs. */
export const matterFacts: { [Type in MatterEventType]?: readonly (keyof MatterFacts)[] } = {
  raise: ['deadline'],
  'recalculate-deadline': ['deadline'],
  solve: ['missingFiles'],
};

/** The days come with the matter that was raised. */
export const matterDeadlines = {
  raise: 'matterWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in MatterEventType]?: string };

type Solve = EventOf<MatterEvent, 'solve'>;

const solvedInItsTime: Requirement<MatterContext, Solve> = {
  name: 'solved-in-its-time',
  clause: 'R54',
  modality: 'M',
  zh: '办结日期不早于提出日期，不晚于今天',
  en: 'solved no earlier than it was raised and no later than today',
  asksInput: true,
  measure: ({ raisedOn }, { at, solvedOn }) => ({
    actual: solvedOn ?? null,
    required: [raisedOn, localDate(at)],
    met: solvedOn !== undefined && solvedOn >= raisedOn && solvedOn <= localDate(at),
  }),
};

const { on, sayOn } = chartParts<MatterContext, MatterEvent>();

const own = ({ deadline }: MatterContext) => deadline;

const matterSetup = setup({
  types: {
    context: {} as MatterContext,
    events: {} as MatterEvent,
    input: {} as MatterInput,
  },
  actions: effects,
  delays: { matterDueSoon: until(own, 'dueSoonAt'), matterWindow: until(own, 'dueAt') },
});

const owed = owing<MatterContext, MatterEvent>({
  key: ({ generation }) => ({ kind: 'matter', generation }),
  clause: ({ clause }) => clause,
  owner: () => 'responsible',
  due: own,
  notice: ({ kind, deadline }, level) => ({
    template: `obligation-${level}`,
    params: { obligation: kind, dueAt: deadline?.dueAt ?? null },
  }),
});

const keepDeadline = matterSetup.assign(({ context, event }) => ({
  deadline: event.facts.deadline ?? null,
  generation: context.generation + 1,
}));

export const matterV1 = matterSetup.createMachine({
  id: 'matter',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    solvedOn: null,
    solvedBy: null,
  }),
  initial: 'unraised',
  states: {
    unraised: { on: { raise: { target: 'open', actions: keepDeadline } } },
    open: {
      entry: owed.open,
      exit: owed.settle,
      after: {
        matterDueSoon: owed.dueSoon(['responsible']),
        matterWindow: owed.overdue(['responsible', 'superior']),
      },
      on: {
        'recalculate-deadline': { target: 'open', reenter: true, actions: keepDeadline },
        solve: {
          guard: requires(solvedInItsTime, filesExist('R54')),
          target: 'solved',
          actions: [
            on('solve', ({ event }) => ({
              solvedOn: event.solvedOn,
              solvedBy: event.by.principalId,
            })),
            sayOn('solve', 'close-record', ({ context, event }) => ({
              recordId: context.recordId,
              closedOn: event.solvedOn,
              result: event.result,
              fileIds: event.fileIds ?? [],
            })),
          ],
        },
      },
    },
    solved: { type: 'final' },
  },
});
