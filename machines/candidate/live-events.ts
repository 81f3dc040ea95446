// Events that a candidate accepts in every stage until its end.

import {
  criteriaAreKnown,
  inspectionRules,
  opensOrder,
  orderIsOfASite,
  orderTermsNeedOrder,
  reportOf,
  triggersNameFindings,
} from '../inspection/inspection.ts';
import { anotherOfficer, filesExist, notInTheFuture } from '../kit/common-requirements.ts';
import type { EventOf } from '../kit/event.ts';
import { factOf } from '../kit/event.ts';
import { given, requires, when } from '../kit/requirement.ts';
import type { Chain } from '../procedure/phases.ts';
import { hasCome, isOver } from '../procedure/phases.ts';
import { correctSheet } from '../procedure/steps/gather.ts';
import {
  determinesWhatCounts,
  recordRules,
  reviewerIsNotApplicant,
  voidingRules,
} from '../record/record-requirements.ts';
import { adoptPolicy, notify, on, say, sayOn } from './chart.ts';
import { recordsDoNotDeny } from './criterion-requirements.ts';
import type { CandidateContext, CandidateEvent } from './events.ts';
import type { wayLiesAhead } from './late-requirements.ts';
import {
  countedOnce,
  evidenceIsUnassessed,
  householdCountedOnce,
  isItsSuccessor,
  noNamesake,
  nothingWasSettled,
  selectionLiesAhead,
  successorStandsNotYet,
  unitHasEnded,
} from './requirements.ts';

const earliest = (a: string | null, b: string): string => (a === null || b < a ? b : a);

const countRecorded = on('record-evidence', ({ context, event }) => {
  const { kind, occurredOn, form, supersedes } = event;
  // A replacement is not a second record; the standing records are counted anew without the old.
  const { standing } = factOf(event, 'record');
  const before = supersedes === undefined || standing === undefined ? context : standing;
  const forms = before.mobilizationForms;
  const counted = supersedes === undefined ? 1 : 0;
  return {
    evidence: { ...context.evidence, [kind]: (context.evidence[kind] ?? 0) + counted },
    ...(kind === 'consultation'
      ? { firstConsultationOn: earliest(before.firstConsultationOn, occurredOn) }
      : {}),
    ...(kind === 'implementation-plan' ? { planAdoptedOn: occurredOn } : {}),
    ...(kind === 'mobilization' && form !== undefined
      ? { mobilizationForms: forms.includes(form) ? forms : [...forms, form] }
      : {}),
  };
});

const countVoided = on('void-record', ({ context, event }) => {
  const { superseded, standing } = factOf(event, 'record');
  const kind = superseded?.kind ?? '';
  return {
    evidence: { ...context.evidence, [kind]: Math.max(0, (context.evidence[kind] ?? 0) - 1) },
    ...standing,
  };
});

const storeEvidence = sayOn('record-evidence', 'store-record', ({ context, event }) => {
  const { clause, demands, life, timely, showcase, superseded } = factOf(event, 'record');
  // A corrected case of the same name keeps its claim to the name.
  const keeps = superseded?.frees?.identity === showcase?.identity;
  const own = demands?.includes('sites') && context.siteId !== null ? [context.siteId] : [];
  return {
    ledger: 'evidence',
    id: event.id,
    kind: event.kind,
    clause,
    body: {
      occurredOn: event.occurredOn,
      summary: event.summary,
      form: event.form ?? null,
      siteIds: event.siteIds ?? own,
      detail: event.detail ?? {},
      ...(event.fileIds === undefined ? {} : { fileIds: event.fileIds }),
      ...(timely === undefined ? {} : { timely }),
    },
    ...(event.supersedes === undefined
      ? {}
      : {
          supersedes: {
            ...event.supersedes,
            ...(superseded?.frees === undefined || keeps ? {} : { frees: superseded.frees }),
          },
        }),
    ...(life === undefined ? {} : { lives: true }),
    ...(showcase === undefined || keeps
      ? {}
      : { showcase: { identity: showcase.identity, level: showcase.level } }),
  };
});

/** A matter that is raised must be solved; it is a subject under the id of its record. */
const raiseMatter = sayOn('record-evidence', 'open-subject', ({ event }) => {
  const { clause, life } = factOf(event, 'record');
  if (life === undefined) throw new Error(`${event.kind} has no life of its own`);
  return {
    machine: 'matter',
    id: event.id,
    input: {
      recordId: event.id,
      kind: event.kind,
      clause,
      raisedOn: event.occurredOn,
      summary: event.summary,
      days: life.days,
    },
    event: { type: 'raise' },
  };
});

type Recorded = EventOf<CandidateEvent, 'record-evidence'>;
const lives = (_: CandidateContext, event: Recorded): boolean =>
  event.facts.record?.life !== undefined;

const storeInspection = sayOn('record-inspection', 'store-record', ({ context, event }) => ({
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
    ...(event.fileIds === undefined ? {} : { fileIds: event.fileIds }),
    ...reportOf(event),
    criteria: event.criteria ?? [],
  },
}));

const assessSite = say('assess-sites', ({ context, event }) => {
  if (event.type !== 'record-inspection' || context.siteId === null) {
    throw new Error(`${event.type} assesses no site`);
  }
  const { conforms = false, occurredOn } = event;
  const found = { siteId: context.siteId, conforms, assessedOn: occurredOn, criteria: [] };
  return { assessments: [{ ...found, source: 'inspection', clause: 'R12' }] };
});

const speaksOfConformance = (context: CandidateContext, event: CandidateEvent): boolean =>
  event.type === 'record-inspection' && event.conforms !== undefined && context.siteId !== null;

/** R59: a trigger or an unmet criterion leads to a circular and an order by itself. */
const isTriggered = (_: CandidateContext, event: CandidateEvent): boolean =>
  event.type === 'record-inspection' && opensOrder(event);

const openRectification = sayOn(
  'record-inspection',
  'open-rectification',
  ({ context, event }) => ({
    inspectionId: event.id,
    inspectedBy: event.by.principalId,
    triggers: event.triggers,
    findings: event.findings,
    criteria: event.criteria ?? [],
    days: event.rectificationDays ?? null,
    responsiblePerson: event.responsiblePerson ?? null,
    siteId: context.siteId,
    openFacts: context.siteId === null ? [] : (event.openFacts ?? []),
    openRecords: event.openRecords ?? [],
  }),
);

const inspectionBranch = (triggered: boolean, aboutSite: boolean) => ({
  guard: when(
    (context: CandidateContext, event: EventOf<CandidateEvent, 'record-inspection'>) =>
      isTriggered(context, event) === triggered &&
      speaksOfConformance(context, event) === aboutSite,
    notInTheFuture,
    ...inspectionRules,
    orderIsOfASite,
    triggersNameFindings,
    filesExist('R58'),
    recordsDoNotDeny,
    orderTermsNeedOrder,
    criteriaAreKnown,
  ),
  actions: [
    storeInspection,
    ...(aboutSite ? [assessSite] : []),
    ...(triggered
      ? [openRectification]
      : [notify('inspection-recorded', ['responsible'], ({ event }) => inspectionTexts(event))]),
  ],
});

const inspectionTexts = (event: CandidateEvent) =>
  event.type === 'record-inspection' ? { kind: event.kind, findings: event.findings } : {};

function endOfUnit(event: CandidateEvent): { [name: string]: string | null } {
  if (event.type !== 'succeed' && event.type !== 'end-with-unit') return {};
  const { ended, successor } = factOf(event, 'succession');
  const own = { unit: ended?.name ?? null, reason: event.reason };
  return event.type === 'succeed' ? { ...own, successor } : own;
}

const isPhase =
  (...codes: string[]) =>
  (_: CandidateContext, event: CandidateEvent): boolean =>
    event.type === 'phase-entered' && codes.includes(event.phase);

/** The campaign tells the townships of its phases; whoever stands below them is told as a candidate. */
const BELOW_TOWNSHIPS: readonly CandidateContext['subject'][] = ['village', 'base', 'household'];

/** Whoever came late hears of no phase that was there before. */
const isToldOfPhase = ({ subject, late }: CandidateContext, event: CandidateEvent): boolean =>
  BELOW_TOWNSHIPS.includes(subject) &&
  event.type === 'phase-entered' &&
  (late === undefined || ![...late.missed, late.until].includes(event.phase));

/** Handlers of every stage; each spreads them into its `on`. */
export const whileLive = {
  'adopt-policy': adoptPolicy,
  'record-evidence': [
    {
      guard: when(lives, notInTheFuture, recordRules),
      actions: [countRecorded, storeEvidence, raiseMatter],
    },
    { guard: requires(notInTheFuture, recordRules), actions: [countRecorded, storeEvidence] },
  ],
  'void-record': {
    guard: requires(voidingRules),
    actions: [
      countVoided,
      sayOn('void-record', 'void-record', ({ event }) => ({
        id: event.recordId,
        reason: event.reason,
        frees: factOf(event, 'record').superseded?.frees ?? null,
      })),
    ],
  },
  'correct-assessment': { actions: correctSheet },
  'assess-evidence': {
    guard: requires(evidenceIsUnassessed, reviewerIsNotApplicant, determinesWhatCounts),
    actions: [
      sayOn('assess-evidence', 'assess-record', ({ event }) => ({
        id: event.id,
        verdict: event.verdict,
        attributes: {
          ...(event.impact === undefined ? {} : { impact: event.impact }),
          ...(event.promotionScope === undefined ? {} : { promotionScope: event.promotionScope }),
        },
        remark: event.remark ?? null,
        showcase: factOf(event, 'assessed')?.showcase ?? null,
      })),
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
    {
      guard: when(isToldOfPhase),
      actions: [
        on('phase-entered', ({ event }) => ({ phase: event.phase })),
        notify('phase-entered', ['responsible'], ({ context }) => ({ phase: context.phase })),
      ],
    },
    { actions: on('phase-entered', ({ event }) => ({ phase: event.phase })) },
  ],
  // It goes on where it stands: another unit answers for it from now on.
  succeed: {
    guard: requires(unitHasEnded, isItsSuccessor, successorStandsNotYet),
    actions: [
      sayOn('succeed', 'go-on-under', ({ event }) => ({ organisationId: event.organisationId })),
      notify('succeeded-unit', ['responsible', 'superior'], ({ event }) => endOfUnit(event)),
    ],
  },
  'propose-disqualification': {
    actions: [
      on('propose-disqualification', ({ event }) => ({
        disqualificationProposedBy: event.by.principalId,
        reason: event.reason,
      })),
      notify('disqualification-proposed', ['county-office']),
    ],
  },
  'confirm-disqualification': {
    guard: requires(
      anotherOfficer(
        'R58',
        ({ disqualificationProposedBy }: CandidateContext) => disqualificationProposedBy,
      ),
    ),
    target: '#candidate.disqualified',
    actions: notify('disqualified', ['responsible', 'superior'], ({ context }) => ({
      reason: context.reason,
    })),
  },
};

/** Where it stood is kept, because a withdrawal by mistake is taken back. */
export const withdrawFrom = (path: string) => ({
  target: '#candidate.withdrawn',
  actions: [
    on('withdraw', ({ event }) => ({
      reason: event.reason,
      withdrawnFrom: { path, losses: factOf(event, 'undecidedRegressions') },
    })),
    notify('withdrawn', ['responsible', 'county-office']),
  ],
});

/** Decided by one officer, and taken back as a withdrawal is. */
export const endWithUnitFrom = (path: string) => ({
  guard: requires(unitHasEnded),
  target: '#candidate.withdrawn',
  actions: [
    on('end-with-unit', ({ event }) => ({
      reason: event.reason,
      withdrawnFrom: { path, losses: factOf(event, 'undecidedRegressions') },
    })),
    notify('ended-with-unit', ['responsible', 'superior', 'county-office'], ({ event }) =>
      endOfUnit(event),
    ),
  ],
});

/** A withdrawal by mistake is taken back by the office; the candidate goes on where it stood. */
export const reinstateAt = (path: string, goesOn: ReturnType<typeof wayLiesAhead>) => ({
  guard: when(
    ({ withdrawnFrom }: CandidateContext) => withdrawnFrom?.path === path,
    goesOn,
    nothingWasSettled,
    selectionLiesAhead,
    countedOnce,
    householdCountedOnce,
    noNamesake,
  ),
  target: `#candidate.${path}`,
  actions: [
    on('reinstate', () => ({ reason: null, withdrawnFrom: null })),
    notify('reinstated', ['responsible', 'superior'], ({ event }) =>
      event.type === 'reinstate' ? { reason: event.reason } : {},
    ),
  ],
});

export const phaseHasCome = (chain: Chain, phase: string) =>
  given(`${phase} has come`, (context: CandidateContext) => hasCome(chain, context.phase, phase));

/** Nobody goes on who did not create in time, unless they were admitted although they came too late. */
export const createdTooLate = (chain: Chain, phase: string) =>
  given(
    `${phase} is over`,
    ({ phase: link, registeredLateFor }: CandidateContext) =>
      registeredLateFor === undefined && isOver(chain, link, phase),
  );
