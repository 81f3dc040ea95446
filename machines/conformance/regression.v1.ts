// A site ceased to conform after its candidate applied (R12, R15). An officer decides about it with a
// reason; nothing is revoked by itself.
//
//   unraised ── raise ──▶ deciding ── propose-uphold ─▶ confirm-uphold ───────────────────────▶ upheld
//                            │ due soon, overdue            (two officers)
//                            ├─ regain: the site conforms again ──────────────────────────────▶ settled
//                            ├─ candidate-ended: it was taken out, or its title revoked ─────▶ settled
//                            └─ close-with-candidate: the same by hand ────────────────────────▶ settled

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import type { Role } from '../kit/access.ts';
import { anotherOfficer } from '../kit/common-requirements.ts';
import type { Addressee } from '../kit/effect.ts';
import type { EventOf, MachineEvent } from '../kit/event.ts';
import { owing, until } from '../kit/owing.ts';
import type { Requirement } from '../kit/requirement.ts';
import { requires } from '../kit/requirement.ts';
import type { Deadline } from '../kit/time.ts';
import type { TemplateName } from '../notice/templates.ts';
import { addresseeOf } from '../procedure/part.ts';

type RegressionInput = {
  candidateId: string;
  siteId: string;
  siteName: string;
  lostAt: string;
  /** The clause that the site fails. */
  clause: string;
  /** The role whose office decides: the one that has the candidate before it, or gave its title. */
  office: Role;
};

export type RegressionContext = RegressionInput & {
  deadline: Deadline | null;
  generation: number;
  proposedBy: string | null;
  reason: string | null;
};

export type RegressionFacts = {
  deadline: Deadline;
  parent: { id: string; stage: string; state: string; status: string };
};
type Named<Type extends string, Payload = unknown> = MachineEvent<Type, RegressionFacts, Payload>;

export type RegressionEvent =
  | Named<'raise'>
  | Named<'propose-uphold', { reason: string }>
  | Named<'decline-uphold', { reason: string }>
  | Named<'confirm-uphold', { remark?: string }>
  | Named<'close-with-candidate', { remark: string }>
  | Named<'regain'>
  | Named<'candidate-ended'>
  | Named<'recalculate-deadline'>;

export type RegressionEventType = RegressionEvent['type'];

/** Which facts each event needs. */
export const regressionFacts: {
  [Type in RegressionEventType]?: readonly (keyof RegressionFacts)[];
} = {
  raise: ['deadline', 'parent'],
  'close-with-candidate': ['parent'],
  'recalculate-deadline': ['deadline'],
};

export const regressionDeadlines = {
  raise: 'regressionDecisionWorkingDays',
  'recalculate-deadline': 'unchanged',
} as const satisfies { [Type in RegressionEventType]?: string };

type Args = { context: RegressionContext; event: RegressionEvent };
type Rule<Type extends RegressionEventType = RegressionEventType> = Requirement<
  RegressionContext,
  EventOf<RegressionEvent, Type>
>;

const byAnother = anotherOfficer('R12', ({ proposedBy }: RegressionContext) => proposedBy);

const ENDED = ['disqualified', 'revoked', 'withdrawn', 'not-selected', 'lapsed'];

const candidateIsOut: Rule<'close-with-candidate'> = {
  name: 'candidate-is-out',
  clause: 'R12',
  modality: 'M',
  zh: '申报对象已取消资格、撤销称号或者退出',
  en: 'the candidate was disqualified, revoked or has left',
  measure: (_, { facts: { parent } }) => ({
    actual: parent?.stage ?? null,
    required: ENDED,
    met: parent !== undefined && ENDED.includes(parent.stage),
  }),
};

/** The candidate may have left since the loss; then there is nothing to decide. */
const candidateStands: Rule<'raise'> = {
  name: 'candidate-stands',
  clause: 'R12',
  modality: 'M',
  zh: '申报对象仍在评审中或者持有称号',
  en: 'the candidate is still under review, or holds its title',
  measure: (_, { facts: { parent } }) => ({
    actual: parent?.stage ?? null,
    required: `∉ ${ENDED.join('、')}`,
    met: parent === undefined || !ENDED.includes(parent.stage),
  }),
};

const { by, say, on } = chartParts<RegressionContext, RegressionEvent>();

const own = ({ deadline }: RegressionContext) => deadline;

const regressionSetup = setup({
  types: {
    context: {} as RegressionContext,
    events: {} as RegressionEvent,
    input: {} as RegressionInput,
  },
  actions: effects,
  delays: { regressionDueSoon: until(own, 'dueSoonAt'), regressionWindow: until(own, 'dueAt') },
});

const ownerOf = ({ office }: RegressionContext): Addressee => addresseeOf(office);

const owed = owing<RegressionContext, RegressionEvent, TemplateName>({
  key: ({ generation }) => ({ kind: 'regression-decision', generation }),
  clause: ({ clause }) => clause,
  owner: ownerOf,
  due: own,
  notice: ({ siteName, deadline, clause }, level) => ({
    template: `regression-${level}`,
    params: { site: siteName, dueAt: deadline?.dueAt ?? null, restsOn: clause },
  }),
});

const openGeneration = [
  regressionSetup.assign(({ context, event }) => ({
    deadline: event.facts.deadline ?? null,
    generation: context.generation + 1,
  })),
  owed.open,
];

const notify = (
  template: TemplateName,
  params: (args: Args) => { [name: string]: string | null } = ({ context }) => ({
    dueAt: context.deadline?.dueAt ?? null,
    restsOn: context.clause,
  }),
) =>
  say('notify', (args) => ({
    template,
    to: ['responsible', 'superior', ownerOf(args.context)],
    params: { site: args.context.siteName, ...params(args) },
  }));

const settled = (template: TemplateName, reason: (args: Args) => string | null) =>
  notify(template, (args) => ({ reason: reason(args) }));

const deciding = regressionSetup.createStateConfig({
  after: {
    regressionDueSoon: owed.dueSoon((context) => [ownerOf(context)]),
    regressionWindow: owed.overdue((context) => [ownerOf(context), 'county-department']),
  },
  on: {
    'recalculate-deadline': {
      target: 'deciding',
      reenter: true,
      actions: [owed.close('superseded'), ...openGeneration],
    },
    'propose-uphold': {
      actions: on('propose-uphold', ({ event }) => ({
        proposedBy: event.by.principalId,
        reason: event.reason,
      })),
    },
    'decline-uphold': {
      actions: on('decline-uphold', () => ({ proposedBy: null, reason: null })),
    },
    'confirm-uphold': {
      guard: requires(byAnother),
      target: '#regression.upheld',
      actions: [
        owed.close('satisfied'),
        notify('regression-upheld', ({ context }) => ({
          reason: context.reason,
          restsOn: context.clause,
        })),
      ],
    },
    'close-with-candidate': {
      guard: requires(candidateIsOut),
      target: '#regression.settled',
      actions: [
        owed.close('satisfied'),
        settled(
          'regression-settled',
          by('close-with-candidate', ({ event }) => event.remark),
        ),
      ],
    },
    'candidate-ended': {
      target: '#regression.settled',
      actions: [
        owed.close('waived'),
        settled('regression-settled', () => '申报对象已退出评审或者已被撤销称号'),
      ],
    },
    regain: {
      target: '#regression.settled',
      actions: [owed.close('waived'), settled('regression-settled', () => '已重新达标')],
    },
  },
});

export const regressionV1 = regressionSetup.createMachine({
  id: 'regression',
  version: '1',
  context: ({ input }) => ({
    ...input,
    deadline: null,
    generation: 0,
    proposedBy: null,
    reason: null,
  }),
  initial: 'unraised',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unraised: {
      on: {
        raise: {
          guard: requires(candidateStands),
          target: 'deciding',
          actions: [...openGeneration, notify('regression-raised')],
        },
      },
    },
    deciding,
    upheld: { type: 'final' },
    settled: { type: 'final' },
  },
});
