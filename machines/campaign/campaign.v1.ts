// The county leads a campaign through four phases in the order of the plan (R46: none is skipped).
//
//   unregistered ─▶ draft ── issue ──▶ mobilization ─▶ concentrated-creation ─▶ self-check-rectification
//                              advance-phase: the window has come and the duties are done,
//                              or an override with a reason and a second approver
//                                             ─▶ evaluation ── conclude ──▶ concluded
//   every phase: due soon, overrun (the county office is told by itself) · cancel ──▶ cancelled

import { recordsDoNotDeny } from '../candidate/criterion-requirements.ts';
import { failingByFacts } from '../conformance/effects.ts';
import { inspectionRules, reportOf } from '../inspection/inspection.ts';
import { notInTheFuture } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { approvedByAnother, keepApproval, keepRequest, overrideReason } from '../kit/override.ts';
import { owing } from '../kit/owing.ts';
import type { PhaseCode } from '../kit/phases.ts';
import { requires } from '../kit/requirement.ts';
import type { TemplateName } from '../notice/templates.ts';
import { closeTies, meritSelection, recordVeto } from '../selection/merit-selection.ts';
import { rosterCanChange, somethingFails } from '../selection/roster.ts';
import type { Args } from './chart.ts';
import { by, campaignSetup, notify, on, phaseDeadline, say, sayOn } from './chart.ts';
import type { CampaignContext, CampaignEvent } from './events.ts';
import {
  conclusionDuties,
  creationDuties,
  evaluationDuties,
  mobilizationDuties,
  oneselfOrTheOffice,
  overrideAsked,
} from './requirements.ts';

/** A phase is entered again when its window moves; nobody is notified that it has begun. */
const isMoved = ({ event }: Args): boolean => event.type === 'adopt-policy';

/** A phase goes on past its last day; its work is late. */
const TEMPLATES = { 'due-soon': 'phase-due-soon', overdue: 'phase-overrun' } as const;

const owedBy = (clause: string) =>
  owing<CampaignContext, CampaignEvent, TemplateName>({
    key: ({ phase, phaseGeneration }) => ({
      kind: `phase:${phase}`,
      generation: phaseGeneration ?? 1,
    }),
    clause: () => clause,
    owner: () => 'county-office',
    due: phaseDeadline,
    outcomes: { cancel: 'waived', 'adopt-policy': 'superseded' },
    notice: (context, level) => {
      const { dueAt } = phaseDeadline(context);
      return { template: TEMPLATES[level], params: { phase: context.phase, dueAt } };
    },
  });

/** Another version of the plan moves the windows; the debt of the phase is a new generation. */
const adoptPolicy = on('adopt-policy', ({ context, event }) => ({
  planVersion: event.planVersion,
  windows: event.facts.windows ?? null,
  phaseGeneration: (context.phaseGeneration ?? 1) + 1,
}));

const adoptPolicyIn = <Phase extends string>(target: Phase) => ({
  target,
  reenter: true,
  actions: adoptPolicy,
});

type RunningPhase = Exclude<PhaseCode, 'concluded' | 'cancelled'>;

/** A phase opens a debt of the county office for its last day, and tells every candidate. */
const phase = (code: RunningPhase, clause: string) =>
  ({
    entry: [
      campaignSetup.assign(({ context, event }) => ({
        phase: code,
        override: null,
        ...(isMoved({ context, event }) ? {} : { phaseGeneration: 1 }),
      })),
      owedBy(clause).open,
      say('notify', (args) => ({
        to: ['county-office', 'every-township-committee'],
        ...(isMoved(args)
          ? {
              template: 'policy-adopted',
              params: { planVersion: args.context.planVersion ?? null },
            }
          : { template: 'phase-entered', params: { phase: code } }),
      })),
    ],
    exit: owedBy(clause).settle,
    after: {
      phaseDueSoon: owedBy(clause).dueSoon(['county-office']),
      phaseWindow: owedBy(clause).overdue(['county-office', 'county-department']),
    },
  }) as const;

const moveCandidates = (to: PhaseCode) => say('move-candidates', () => ({ phase: to }));

const keepReason = on('cancel', ({ event }) => ({
  reason: event.reason,
  phase: 'cancelled',
}));

const cancel = {
  target: 'cancelled' as const,
  actions: [
    keepReason,
    notify('campaign-cancelled', ['county-office', 'every-township-committee'], ({ context }) => ({
      reason: context.reason,
    })),
    moveCandidates('cancelled'),
  ],
};

const assessInspected = sayOn('record-inspection', 'assess-sites', ({ event }) => {
  const { siteId, conforms, occurredOn } = event;
  const found = { siteId, conforms, assessedOn: occurredOn, criteria: [] };
  return { assessments: [{ ...found, source: 'inspection', clause: 'R12' }] };
});

const assessFailing = say('assess-sites', failingByFacts);

const declareConflict = {
  guard: requires(oneselfOrTheOffice),
  actions: sayOn('declare-conflict', 'record-conflict', ({ event }) => ({
    principalId: event.principalId,
    organisationId: event.organisationId,
    reason: event.reason,
    sheets: event.facts.sheetsInConflict ?? [],
  })),
};

const whileRunning = {
  cancel,
  'record-veto': recordVeto,
  'declare-conflict': declareConflict,
  'record-inspection': {
    guard: requires<CampaignContext, EventOf<CampaignEvent, 'record-inspection'>>(
      notInTheFuture,
      ...inspectionRules,
      recordsDoNotDeny,
    ),
    actions: [
      sayOn('record-inspection', 'store-record', ({ event }) => ({
        ledger: 'inspection',
        id: event.id,
        kind: event.kind,
        clause: event.kind === 'FIELD_VISIT' || event.kind === 'RANDOM' ? 'R58' : 'R72',
        body: {
          siteId: event.siteId,
          conforms: event.conforms,
          assessedOn: event.occurredOn,
          occurredOn: event.occurredOn,
          inspectors: event.inspectors,
          findings: event.findings,
          ...reportOf(event),
        },
      })),
      assessInspected,
    ],
  },
  'amend-roster': {
    guard: requires(...rosterCanChange),
    actions: [
      campaignSetup.assign(({ context }) => ({ rosterVersion: context.rosterVersion + 1 })),
      sayOn('amend-roster', 'amend-roster', ({ event }) => {
        const { add, remove, reason } = event;
        return { add, remove, reason };
      }),
      notify(
        'roster-amended',
        ['county-department', 'every-township-committee', 'city-centre'],
        by('amend-roster', ({ event }) => ({
          added: event.add.length,
          removed: event.remove.length,
          reason: event.reason,
        })),
      ),
    ],
  },
  // The service sends this when the records of a site no longer meet a criterion.
  'end-conformance': { guard: requires(somethingFails), actions: assessFailing },
  'request-override': {
    actions: [
      on('request-override', keepRequest),
      notify('override-requested', ['county-department'], overrideReason),
    ],
  },
  'approve-override': {
    guard: requires(overrideAsked, approvedByAnother('R46')),
    actions: on('approve-override', keepApproval),
  },
};

/** A phase that ends with the duties that lead to the `next`. */
const phaseBefore = <Phase extends RunningPhase, Next extends RunningPhase>(
  next: Next,
  code: Phase,
  clause: string,
  duties: typeof mobilizationDuties,
) => ({
  ...phase(code, clause),
  on: {
    ...whileRunning,
    'adopt-policy': adoptPolicyIn(code),
    'advance-phase': {
      guard: requires(...duties),
      target: next,
      actions: moveCandidates(next),
    },
  },
});

const evaluation = phase('evaluation', 'R60');

export const campaignV1 = campaignSetup.createMachine({
  id: 'campaign',
  version: '1',
  context: ({ input }) => ({
    ...input,
    phase: null,
    windows: null,
    override: null,
    selections: {},
    ties: {},
    tieTasks: 0,
    rosterVersion: 0,
    reason: null,
  }),
  initial: 'unregistered',
  states: {
    // No wait may start here, because `xstate.init` carries no time.
    unregistered: { on: { draft: { target: 'draft' } } },
    draft: {
      on: {
        issue: {
          target: 'mobilization',
          actions: [
            campaignSetup.assign(({ event }) => ({
              windows: event.facts.windows ?? null,
              rosterVersion: 1,
            })),
            say('freeze-roster', () => ({})),
            say('issue-document', () => ({
              kind: 'campaign-notice',
              to: ['every-township-committee'],
              copyTo: ['county-office'],
              params: {},
            })),
          ],
        },
        cancel: { target: 'cancelled', actions: keepReason },
      },
    },
    mobilization: phaseBefore('concentrated-creation', 'mobilization', 'R47', mobilizationDuties),
    'concentrated-creation': phaseBefore(
      'self-check-rectification',
      'concentrated-creation',
      'R51',
      creationDuties,
    ),
    'self-check-rectification': phaseBefore(
      'evaluation',
      'self-check-rectification',
      'R56',
      evaluationDuties,
    ),
    evaluation: {
      ...evaluation,
      exit: [evaluation.exit, closeTies],
      on: {
        ...whileRunning,
        'adopt-policy': adoptPolicyIn('evaluation'),
        ...meritSelection,
        conclude: {
          guard: requires(...conclusionDuties),
          target: 'concluded',
          actions: [
            campaignSetup.assign({ phase: 'concluded' }),
            notify('campaign-concluded', [
              'county-office',
              'every-township-committee',
              'city-centre',
            ]),
            moveCandidates('concluded'),
          ],
        },
      },
    },
    concluded: { type: 'final' },
    cancelled: { type: 'final' },
  },
});
