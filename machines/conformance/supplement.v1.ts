// A township completes the standards for its candidates (R71). It tightens or adds criteria and never
// relaxes one (R66). Each approved supplement is a version that replaces the one before.
//
//   unregistered ── draft ──▶ drafting ── submit ──▶ submitted ── approve (county office) ──▶ approved
//                               │ revise ▲               │
//                               │        └── return ─────┘            withdraw ──▶ withdrawn

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { MachineEvent } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { atLeast, requires } from '../kit/requirement.ts';

type SupplementInput = { category: string; title: string };

export type SupplementContext = SupplementInput & {
  changes: readonly unknown[];
  draftedBy: string | null;
  version: number | null;
  corrections: readonly string[];
};

export type SupplementFacts = {
  /** Changes that fall below the floor of the plan, in words. */
  relaxations: readonly string[];
  nextVersion: number;
};
type Named<Type extends string, Payload = unknown> = MachineEvent<Type, SupplementFacts, Payload>;

export type SupplementEvent =
  | Named<'draft', { changes: readonly unknown[] }>
  | Named<'revise', { changes: readonly unknown[] }>
  | Named<'submit', { remark?: string }>
  | Named<'approve', { remark?: string }>
  | Named<'return', { corrections: readonly string[] }>
  | Named<'withdraw', { reason: string }>;

export type SupplementEventType = SupplementEvent['type'];

/** Which facts each event needs. */
export const supplementFacts: {
  [Type in SupplementEventType]?: readonly (keyof SupplementFacts)[];
} = {
  draft: ['relaxations'],
  revise: ['relaxations'],
  submit: ['relaxations', 'nextVersion'],
  approve: ['relaxations', 'nextVersion'],
};

type Rule = Requirement<SupplementContext, SupplementEvent>;

const floorHolds = (asksInput: boolean): Rule => ({
  name: 'floor-holds',
  clause: 'R66',
  modality: 'M',
  zh: '以上基本要求为底线，只可加严或者增加，不得降低',
  en: 'the plan is a floor: criteria are tightened or added, never relaxed',
  ...(asksInput ? { asksInput: true as const } : {}),
  measure: (_, { facts: { relaxations = [] } }) => ({
    actual: relaxations,
    required: [],
    met: relaxations.length === 0,
  }),
});

const changesSomething: Rule = {
  name: 'changes-something',
  clause: 'R71',
  modality: 'M',
  zh: '至少加严或者增加一项标准',
  en: 'at least one criterion is tightened or added',
  measure: ({ changes }) => atLeast(changes.length, 1),
};

const approvedByAnother: Rule = {
  name: 'approved-by-another',
  clause: 'R71',
  modality: 'M',
  zh: '审核人不得是制定人',
  en: 'nobody approves what they drafted',
  measure: ({ draftedBy }, { by }) => ({
    actual: by.principalId,
    required: `≠ ${draftedBy ?? ''}`,
    met: by.principalId !== draftedBy,
  }),
};

const { notify, on, say } = chartParts<SupplementContext, SupplementEvent>();

const supplementSetup = setup({
  types: {
    context: {} as SupplementContext,
    events: {} as SupplementEvent,
    input: {} as SupplementInput,
  },
  actions: effects,
});

const keepChanges = on(['draft', 'revise'], ({ event }) => ({
  changes: event.changes,
  draftedBy: event.by.principalId,
}));

const withdraw = { target: 'withdrawn' as const };

export const supplementV1 = supplementSetup.createMachine({
  id: 'supplement',
  version: '1',
  context: ({ input }) => ({
    ...input,
    changes: [],
    draftedBy: null,
    version: null,
    corrections: [],
  }),
  initial: 'unregistered',
  states: {
    unregistered: {
      on: {
        draft: { guard: requires(floorHolds(true)), target: 'drafting', actions: keepChanges },
      },
    },
    drafting: {
      on: {
        revise: { guard: requires(floorHolds(true)), actions: keepChanges },
        submit: {
          guard: requires(changesSomething, floorHolds(false)),
          target: 'submitted',
          actions: notify('supplement-submitted', ['county-office'], ({ event }) => ({
            version: event.facts.nextVersion ?? null,
          })),
        },
        withdraw,
      },
    },
    submitted: {
      on: {
        approve: {
          guard: requires(floorHolds(false), approvedByAnother),
          target: 'approved',
          actions: [
            on('approve', ({ event }) => ({ version: event.facts.nextVersion ?? null })),
            say('adopt-supplement', ({ context }) => {
              if (context.version === null) throw new Error('a supplement without a version');
              const { category, version, changes } = context;
              return { category, version, changes };
            }),
            notify('supplement-approved', ['responsible'], ({ context }) => ({
              version: context.version,
            })),
          ],
        },
        return: {
          target: 'drafting',
          actions: [
            on('return', ({ event }) => ({ corrections: event.corrections })),
            notify('supplement-returned', ['responsible'], ({ context }) => ({
              corrections: context.corrections,
            })),
          ],
        },
        withdraw,
      },
    },
    approved: { type: 'final' },
    withdrawn: { type: 'final' },
  },
});
