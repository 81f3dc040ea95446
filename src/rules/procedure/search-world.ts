// A world in which all is well: what each event is told with, and what is known then. Whatever may be
// recorded has been, every figure is high, nobody objects for ever, and no order is open.

import type { CandidateContext, CandidateFacts } from '../../../machines/candidate/events.ts';
import type { Role } from '../../../machines/kit/access.ts';
import type { Instance } from '../../../machines/kit/step.ts';
import { stageOf } from '../../../machines/kit/step.ts';
import { linkNumber } from '../../../machines/procedure/phases.ts';
import type { Procedure, VerdictEffect } from '../../../machines/procedure/procedure.ts';

/**
 * `offices` are the roles that hold an office over such a candidate; `streamWeights` are those of its category,
 * by stream, or null for any that make each stream count.
 */
export type World = {
  offices: readonly Role[];
  streamWeights: { readonly [stream: string]: number } | null;
  /** Kinds of record that nobody may record of such a candidate. */
  unrecorded?: readonly string[];
};

type Payload = { readonly [name: string]: unknown };

const FIRST_DAY = Temporal.Instant.from('2000-01-03T01:00:00Z');
const LATER = '2100-01-01T00:00:00Z';

const days = new Map<number, string>();

const dayOf = (link: number): string => {
  const known = days.get(link) ?? FIRST_DAY.add({ hours: 24 * link }).toString();
  days.set(link, known);
  return known;
};

const due = (dueAt: string) => ({
  dueAt,
  dueSoonAt: dueAt,
  calendarVersion: '',
  provisional: false,
});

/** The hour of this link; after the last link comes a time in which every window is over. */
export const timeOf = (link: number): string => dayOf(link);

const criterion = (at: CandidateFacts['criteria'][number]['at']) =>
  ({ id: at, clause: '', modality: 'M', at, zh: '', en: '', measured: null }) as const;

const CRITERIA = [criterion('self-check'), criterion('application'), criterion('acceptance')];
const POINTS_CENTI = 10_000;

/** What every guard may ask; windows end with the link that closes their phase. */
export function factsOfProcedure(
  procedure: Procedure,
  { streamWeights }: World,
): Partial<CandidateFacts> {
  const { links } = procedure.chain;
  const windows = links.flatMap(({ code, closes }) =>
    closes.map((phase) => [phase, due(dayOf(linkNumber(procedure.chain, code)))] as const),
  );
  const basis = { at: dayOf(0), policy: '', days: null, until: null };
  return {
    windows: Object.fromEntries(windows),
    deadline: { ...due(LATER), escalateAt: LATER, basis },
    reach: { sites: 1, reached: 1 },
    openRectifications: 0,
    namesakes: { same: 0, alike: 0 },
    undecidedRegressions: 0,
    selectionHeld: false,
    campaignPhase: links[0]?.code ?? '',
    unreadObjections: 0,
    succession: { ended: null, successor: null, standing: 0 },
    openSheets: 0,
    panel: { sitting: 0, verdict: null, min: 0 },
    criteria: CRITERIA,
    policies: {
      passMark: 60,
      streamWeights:
        streamWeights ??
        Object.fromEntries(Object.keys(procedure.streams).map((code) => [code, 1])),
      streamGates: {},
      assessmentTrim: { drop: 0, from: 1 },
      assessmentSheetsMin: 1,
      mobilizationFormsMin: 1,
      openRectificationBlocks: true,
      signatureScanRequired: false,
    },
    priorityClasses: [],
    missingFiles: [],
    signature: { unit: null, isOwn: true, owners: [] },
  };
}

/** What a step's rules count has been recorded, but for what nobody may record. */
export function recorded({ unrecorded = [] }: World): Partial<CandidateContext> {
  const has = (kind: string): boolean => !unrecorded.includes(kind);
  const kinds = ['consultation', 'implementation-plan', 'work-plan', 'activity'].filter(has);
  return {
    evidence: Object.fromEntries(kinds.map((kind) => [kind, 1])),
    firstConsultationOn: has('consultation') ? '2000-01-01' : null,
    planAdoptedOn: has('implementation-plan') ? '2000-01-02' : null,
    mobilizationForms: has('mobilization') ? ['form'] : [],
  };
}

const EFFECTS: { readonly [event: string]: VerdictEffect } = {
  pass: 'advance',
  'pass-with-requirements': 'advance-bound',
  'return-for-correction': 'return',
  defer: 'defer',
  fail: 'end',
};

const reason = { reason: 'reason' };

/** What is told with these events beside their type; the others need nothing. */
const PAYLOADS: { readonly [event: string]: readonly Payload[] } = {
  'submit-self-check': [
    { id: 'check', results: [{ criterion: 'self-check', met: true }] },
    {
      id: 'check',
      results: [
        { criterion: 'self-check', met: false, priority: 'high', responsiblePerson: 'person' },
      ],
    },
  ],
  'confirm-finding-rectified': [{ criterion: 'self-check', remark: '' }],
  apply: [
    {
      statement: '',
      signatory: 'person',
      signatureEvidence: 'seal',
      attestations: CRITERIA.map(({ id }) => id),
    },
  ],
  pass: [{ judged: [{ criterion: 'acceptance', met: true }] }],
  'confirm-requirements-met': [{ judged: [{ criterion: 'acceptance', met: true }], remark: '' }],
  'pass-with-requirements': [{ requirements: ['requirement'] }],
  'return-for-correction': [{ corrections: ['correction'] }],
  resubmit: [{ statement: '', answers: [{ correction: 1, text: 'done' }] }],
  defer: [{ until: LATER, ...reason }],
  fail: [reason],
  'reconsideration-closed': [
    { granted: true, ...reason },
    { granted: false, ...reason },
  ],
  select: [{ rank: 1 }],
  'keep-in-reserve': [{ rank: 2, position: 1 }],
  'objection-opened': [{ objectionId: 'objection', objectedAt: dayOf(0) }],
  'objection-closed': [{ objectionId: 'objection', upheld: false, ...reason }],
  'record-verification': [
    { id: 'visit', occurredOn: '2000-01-01', place: '', verifiers: ['person'], findings: [] },
  ],
  'admit-late-declaration': [reason],
  'admit-late-application': [reason],
  'return-plan': [{ corrections: [] }],
  'return-declaration': [{ corrections: [] }],
  'decline-submission': [reason],
  'decline-conferral': [reason],
};

/** The kinds of streams that each event tells the figure of. */
const KINDS_TOLD: { readonly [event: string]: readonly string[] } = {
  'mass-evaluation-closed': ['ballots', 'survey'],
  'record-assessment': ['sheets'],
};

const figureOf = (stream: string): Payload => ({
  id: stream,
  roundId: stream,
  sheetId: stream,
  stream,
  assessorId: 'person',
  round: 1,
  form: 'secret',
  scoreCenti: POINTS_CENTI,
  pointsCenti: POINTS_CENTI,
  strataCenti: {},
  counts: {},
});

/** The ways in which the event may be told in this world: none where it says no more than was said. */
export function payloadsFor(procedure: Procedure, instance: Instance, event: string): Payload[] {
  const stage = procedure.stages.find(({ code }) => code === stageOf(instance.value));
  if (event in KINDS_TOLD) {
    return Object.entries(procedure.streams)
      .filter(([, { kind }]) => KINDS_TOLD[event]?.includes(kind))
      .map(([stream]) => figureOf(stream));
  }
  const review = stage?.steps.find((one) => one.step === 'review');
  const effect = EFFECTS[event];
  const word =
    effect === undefined
      ? undefined
      : Object.entries(review?.verdicts ?? {}).find(
          ([, verdict]) => verdict.effect === effect,
        )?.[0];
  const told = PAYLOADS[event] ?? [{}];
  return word === undefined ? [...told] : told.map((payload) => ({ ...payload, word }));
}
