// What may be told to a candidate in every stage until its end.

import { given, requires, when } from '../requirement.ts';
import { on, store, tell } from './chart.ts';
import type { CandidateContext, CandidateEvent, PhaseCode } from './events.ts';
import { phaseNumber } from './events.ts';
import {
  anotherOfficer,
  evidenceIsUnassessed,
  notInTheFuture,
  triggersNameFindings,
} from './requirements.ts';

const earliest = (a: string | null, b: string): string => (a === null || b < a ? b : a);

const countRecorded = on('record-evidence', ({ context, event }) => {
  const { kind, occurredOn, form } = event;
  const forms = context.mobilizationForms;
  return {
    evidence: { ...context.evidence, [kind]: (context.evidence[kind] ?? 0) + 1 },
    ...(kind === 'consultation'
      ? { firstConsultationOn: earliest(context.firstConsultationOn, occurredOn) }
      : {}),
    ...(kind === 'implementation-plan' ? { planAdoptedOn: occurredOn } : {}),
    ...(kind === 'mobilization' && form !== undefined && !forms.includes(form)
      ? { mobilizationForms: [...forms, form] }
      : {}),
  };
});

const storeEvidence = store('record-evidence', ({ event }) => ({
  ledger: 'evidence',
  id: event.id,
  kind: event.kind,
  clause: 'R8',
  body: {
    occurredOn: event.occurredOn,
    summary: event.summary,
    form: event.form ?? null,
    siteIds: event.siteIds ?? [],
    detail: event.detail ?? {},
  },
}));

const storeInspection = store('record-inspection', ({ context, event }) => ({
  ledger: 'inspection',
  id: event.id,
  kind: event.kind,
  clause: event.kind === 'FIELD_VISIT' || event.kind === 'RANDOM' ? 'R58' : 'R72',
  body: {
    occurredOn: event.occurredOn,
    inspectors: event.inspectors,
    triggers: event.triggers,
    findings: event.findings,
    conforms: event.conforms ?? null,
    siteId: context.siteId,
    inspectedBy: event.by.principalId,
  },
}));

const storeConformance = store('record-inspection', ({ context, event }) => ({
  ledger: 'conformance',
  id: event.id,
  kind: 'inspection',
  clause: 'R12',
  body: { siteId: context.siteId, conforms: event.conforms ?? false, assessedOn: event.occurredOn },
}));

const speaksOfConformance = (context: CandidateContext, event: CandidateEvent): boolean =>
  event.type === 'record-inspection' && event.conforms !== undefined && context.siteId !== null;

/** R59: one of the four triggers was found, so a circular and an order follow by themselves. */
const isTriggered = (_: CandidateContext, event: CandidateEvent): boolean =>
  event.type === 'record-inspection' && (event.triggers ?? []).length > 0;

const openRectification = {
  type: 'open-rectification' as const,
  params: ({ event }: { event: CandidateEvent }) => {
    if (event.type !== 'record-inspection') throw new Error(`${event.type} inspects nothing`);
    return {
      inspectionId: event.id,
      inspectedBy: event.by.principalId,
      triggers: event.triggers,
      findings: event.findings,
      days: event.rectificationDays ?? null,
    };
  },
};

const inspectionBranch = (triggered: boolean, aboutSite: boolean) => ({
  guard: when(
    (context: CandidateContext, event: Extract<CandidateEvent, { type: 'record-inspection' }>) =>
      isTriggered(context, event) === triggered &&
      speaksOfConformance(context, event) === aboutSite,
    notInTheFuture,
    triggersNameFindings,
  ),
  actions: [
    storeInspection,
    ...(aboutSite ? [storeConformance] : []),
    ...(triggered
      ? [openRectification]
      : [tell('inspection-recorded', ['responsible'], ({ event }) => inspectionTexts(event))]),
  ],
});

const inspectionTexts = (event: CandidateEvent) =>
  event.type === 'record-inspection' ? { kind: event.kind, findings: event.findings } : {};

const isPhase =
  (...codes: string[]) =>
  (_: CandidateContext, event: CandidateEvent): boolean =>
    event.type === 'phase-entered' && codes.includes(event.phase);

/** The handlers shared by the six stages; each stage spreads them into its `on`. */
export const whileLive = {
  'record-evidence': { guard: requires(notInTheFuture), actions: [countRecorded, storeEvidence] },
  'assess-evidence': {
    guard: requires(evidenceIsUnassessed),
    actions: [
      {
        type: 'assess-record' as const,
        params: ({ event }: { event: Extract<CandidateEvent, { type: 'assess-evidence' }> }) => ({
          id: event.id,
          verdict: event.verdict,
          attributes: {
            ...(event.impact === undefined ? {} : { impact: event.impact }),
            ...(event.promotionScope === undefined ? {} : { promotionScope: event.promotionScope }),
          },
          remark: event.remark ?? null,
        }),
      },
    ],
  },
  'record-inspection': [
    inspectionBranch(true, true),
    inspectionBranch(true, false),
    inspectionBranch(false, true),
    inspectionBranch(false, false),
  ],
  'phase-entered': [
    {
      guard: when(isPhase('concluded', 'cancelled')),
      target: '#candidate.lapsed',
      actions: on('phase-entered', ({ event }) => ({ phase: event.phase, reason: event.phase })),
    },
    { actions: on('phase-entered', ({ event }) => ({ phase: event.phase })) },
  ],
  withdraw: {
    target: '#candidate.withdrawn',
    actions: on('withdraw', ({ event }) => ({ reason: event.reason })),
  },
  'propose-disqualification': {
    actions: [
      on('propose-disqualification', ({ event }) => ({
        disqualificationProposedBy: event.by.principalId,
        reason: event.reason,
      })),
      tell('disqualification-proposed', ['county-office']),
    ],
  },
  'confirm-disqualification': {
    guard: requires(anotherOfficer('R58', (context) => context.disqualificationProposedBy)),
    target: '#candidate.disqualified',
  },
};

/** True in this phase and every later one. */
export const isIn = (context: CandidateContext, phase: PhaseCode): boolean =>
  phaseNumber(context.phase) >= phaseNumber(phase);

/** True once the campaign has come to this phase or a later one. */
export const phaseHasCome = (phase: PhaseCode) =>
  given(`${phase} has come`, (context: CandidateContext) => isIn(context, phase));
