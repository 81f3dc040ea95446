// What may be told to a campaign in whatever phase it is.

import { recordsDoNotDeny } from '../candidate/criterion-requirements.ts';
import { failingByFacts } from '../conformance/effects.ts';
import { inspectionRules, reportOf } from '../inspection/inspection.ts';
import { notInTheFuture, recusalTakenBack } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { approvedByAnother, keepApproval, keepRequest, overrideReason } from '../kit/override.ts';
import { requires } from '../kit/requirement.ts';
import { closeTies, recordVeto } from '../selection/merit-selection.ts';
import { rosterCanChange, somethingFails } from '../selection/roster.ts';
import { by, campaignSetup, notify, on, say, sayOn } from './chart.ts';
import type { CampaignContext, CampaignEvent } from './events.ts';
import { oneselfOrTheOffice, overrideAsked } from './requirements.ts';

/** The candidates follow the campaign into a link of its chain, or to its end. */
export const moveCandidates = (to: string) => say('move-candidates', () => ({ phase: to }));

export const keepReason = on('cancel', ({ event }) => ({
  reason: event.reason,
  phase: 'cancelled',
}));

const cancel = {
  target: 'cancelled' as const,
  actions: [
    closeTies,
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

/** Whoever declared it by mistake assesses there again; what was passed on meanwhile stays where it is. */
const withdrawConflict = {
  guard: requires(
    ...recusalTakenBack<CampaignContext, EventOf<CampaignEvent, 'withdraw-conflict'>>(
      'R61',
      ({ principalId }) => principalId,
      (_, event) => factOf(event, 'conflictStands'),
    ),
  ),
  actions: sayOn('withdraw-conflict', 'withdraw-conflict', ({ event }) => ({
    principalId: event.principalId,
    organisationId: event.organisationId,
    reason: event.reason,
  })),
};

export const whileRunning = {
  cancel,
  'record-veto': recordVeto,
  'declare-conflict': declareConflict,
  'withdraw-conflict': withdrawConflict,
  // The service sends this when an account is disabled or a role taken back.
  'hand-over': {
    actions: notify(
      'hand-over-due',
      ['county-office'],
      by('hand-over', ({ event }) => {
        const { personName, sheets, objections, panels, inspections } = event;
        return { personName, sheets, objections, panels, inspections };
      }),
    ),
  },
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
