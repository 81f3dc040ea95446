// A running campaign moves to another version of its plan. One officer proposes, another approves the
// preview, and then each live subject gets a command in its own log.
//
//   unproposed ── propose ──▶ proposed ── approve (another officer, of what was shown) ──▶ approved
//                                │ decline, withdraw
//                                ▼
//                            declined / withdrawn

import { setup } from 'xstate';
import { chartParts } from '../chart-parts.ts';
import { effects } from '../effects.ts';
import { anotherOfficer } from '../kit/common-requirements.ts';
import type { EventOf, MachineEvent } from '../kit/event.ts';
import type { Requirement } from '../kit/requirement.ts';
import { requires } from '../kit/requirement.ts';
import type { TemplateName } from '../notice/templates.ts';

type PolicyChangeInput = { fromVersion: number; planVersion: number };

export type PolicyChangeContext = PolicyChangeInput & {
  proposedBy: string | null;
  reason: string | null;
  decidedBy: string | null;
  /** Hash of the preview that was approved. */
  previewHash: string | null;
};

export type PolicyChangeFacts = {
  /**
   * Subjects that would be moved, and the hash of the preview now. `underWay`: another change of the
   * campaign is being applied; older logs do not say so.
   */
  preview: { hash: string; subjects: readonly string[]; underWay?: boolean };
};

type Named<Type extends string, Payload = unknown> = MachineEvent<Type, PolicyChangeFacts, Payload>;

export type PolicyChangeEvent =
  | Named<'propose', { reason: string }>
  | Named<'approve', { previewHash: string; reason: string }>
  | Named<'decline', { reason: string }>
  | Named<'withdraw', { reason: string }>;

export const policyChangeFacts: {
  [Type in PolicyChangeEvent['type']]?: readonly (keyof PolicyChangeFacts)[];
} = { approve: ['preview'] };

type Rule<Type extends PolicyChangeEvent['type']> = Requirement<
  PolicyChangeContext,
  EventOf<PolicyChangeEvent, Type>
>;

const byAnother = anotherOfficer('R46', ({ proposedBy }: PolicyChangeContext) => proposedBy);

/** An officer approves exactly what was shown, so a preview that has changed is shown again. */
const previewIsCurrent: Rule<'approve'> = {
  name: 'preview-is-current',
  clause: 'R46',
  modality: 'M',
  zh: '批准的是所示的影响；其后有变化的，须重新查看',
  en: 'what is approved is what was shown; what has changed since is to be looked at again',
  asksInput: true,
  measure: (_, { previewHash, facts }) => {
    const now = facts.preview?.hash ?? null;
    return { actual: previewHash ?? null, required: now, met: now !== null && previewHash === now };
  },
};

/** Two changes at once would leave some subjects by one version and some by the other. */
const noneUnderWay: Rule<'approve'> = {
  name: 'no-change-under-way',
  clause: 'R46',
  modality: 'M',
  zh: '另一次政策调整正在实施，须待其完成',
  en: 'another change is being applied, and is carried through first',
  measure: (_, { facts }) => {
    const underWay = facts.preview?.underWay === true;
    return { actual: underWay, required: false, met: !underWay };
  },
};

const { on, say } = chartParts<PolicyChangeContext, PolicyChangeEvent>();

const policyChangeSetup = setup({
  types: {
    context: {} as PolicyChangeContext,
    events: {} as PolicyChangeEvent,
    input: {} as PolicyChangeInput,
  },
  actions: effects,
});

const decide = policyChangeSetup.assign(({ event }) => ({
  decidedBy: event.by.principalId,
  ...(event.type === 'approve' ? { previewHash: event.previewHash } : {}),
}));

const notify = (template: TemplateName, to: readonly ('county-office' | 'county-department')[]) =>
  say('notify', ({ context, event }) => ({
    template,
    to,
    params: { planVersion: context.planVersion, reason: event.reason },
  }));

export const policyChangeV1 = policyChangeSetup.createMachine({
  id: 'policy-change',
  version: '1',
  context: ({ input }) => ({
    ...input,
    proposedBy: null,
    reason: null,
    decidedBy: null,
    previewHash: null,
  }),
  initial: 'unproposed',
  states: {
    unproposed: {
      on: {
        propose: {
          target: 'proposed',
          actions: [
            on('propose', ({ event }) => ({
              proposedBy: event.by.principalId,
              reason: event.reason,
            })),
            notify('policy-change-proposed', ['county-department']),
          ],
        },
      },
    },
    proposed: {
      on: {
        approve: {
          guard: requires(byAnother, noneUnderWay, previewIsCurrent),
          target: 'approved',
          actions: [
            decide,
            say('apply-policy', ({ context, event }) => ({
              planVersion: context.planVersion,
              subjects: event.facts.preview?.subjects ?? [],
            })),
            notify('policy-change-approved', ['county-office']),
          ],
        },
        decline: { guard: requires(byAnother), target: 'declined', actions: decide },
        withdraw: { target: 'withdrawn', actions: decide },
      },
    },
    approved: { type: 'final' },
    declined: { type: 'final' },
    withdrawn: { type: 'final' },
  },
});
