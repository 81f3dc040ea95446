// The invariants of the whole campaign when it is over (and, of timers, while it runs).

import { hash } from 'node:crypto';
import type { CandidateContext } from '../../machines/candidate/events.ts';
import { stageOf, stateOf } from '../../machines/kit/step.ts';
import {
  CHAIN_START,
  linkHash,
  linkOfEvent,
  personalDigest,
  type Sha256,
} from '../../src/rules/audit/link.ts';
import { withoutPart } from '../../src/rules/audit/personal.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import type { History, Ledgers, Logged } from '../kit/ledgers.ts';
import { acceptedBy } from '../kit/ledgers.ts';
import type { Plan, Refusal } from '../kit/play.ts';

export type Invariant = { zh: string; en: string; counted: string; faults: string[] };

/** (1) The log of every subject, replayed, gives the stored state; its hash chain holds. */
export function logsReplay({ histories }: Ledgers): Invariant {
  const faults = histories.flatMap((history) => [...stateFaults(history), ...chainFaults(history)]);
  const events = histories.reduce((sum, { log }) => sum + log.length, 0);
  return {
    zh: '每个对象的日志从头重放即得现状，散列链完整',
    en: 'every log, replayed, gives the stored state and context; every hash chain verifies',
    counted: `${histories.length} 个对象、${events} 条日志 · subjects, events`,
    faults,
  };
}

function stateFaults({ subject, replayed }: History): string[] {
  const { instance, revision } = replayed;
  const live: [string, unknown, unknown][] = [
    ['stage', stageOf(instance.value), subject.stage],
    ['state', stateOf(instance.value), subject.state],
    ['status', instance.status, subject.status],
    ['revision', revision, subject.revision],
    ['accepts', acceptedBy(replayed), subject.accepts],
    ...contextOf(subject).map(([name, told]): [string, unknown, unknown] => [
      name,
      fromContext(instance.context, name),
      told,
    ]),
  ];
  return live
    .filter(([, replayedValue, told]) => canonicalJson(replayedValue) !== canonicalJson(told))
    .map(
      ([name, replayedValue, told]) =>
        `${subject.machine} ${subject.id}: ${name} is ${canonicalJson(told)}, its log says ${canonicalJson(replayedValue)}`,
    );
}

const OF_CONTEXT: { readonly [machine: string]: readonly string[] } = {
  campaign: ['phase', 'override', 'selections', 'rosterVersion', 'reason'],
  rectification: [
    'inspectionId',
    'inspectedBy',
    'triggers',
    'findings',
    'days',
    'generation',
    'submittedBy',
    'criteria',
    'responsiblePerson',
    'measures',
    'evidence',
    'reopens',
    'corrections',
    'behindAt',
    'progressedAt',
    'extensions',
    'dueAt',
  ],
  'ballot-round': [
    'form',
    'leaders',
    'generation',
    'opensAt',
    'closesAt',
    'roll',
    'extensions',
    'countedBy',
    'reason',
    'dueAt',
  ],
  document: [
    'kind',
    'issuer',
    'clause',
    'title',
    'number',
    'sha256',
    'supersededBy',
    'draftedBy',
    'reviewedBy',
    'signedBy',
    'signatory',
    'reason',
  ],
  'score-sheet': ['round', 'assessorId', 'generation', 'dueAt', 'submissions', 'reason'],
  draw: ['round', 'snapshotHash', 'ruleHash', 'serviceCommitment', 'recusals', 'revealAt'],
  receipt: ['noticeId', 'generation', 'signedBy', 'signedAt', 'dueAt'],
};

/** The context as the API shows it: a part of a candidate's, named fields of the others'. */
const contextOf = (subject: History['subject']): [string, unknown][] =>
  subject.context === undefined
    ? (OF_CONTEXT[subject.machine] ?? []).map((name) => [name, subject[name]])
    : Object.entries(subject.context);

type Context = History['replayed']['instance']['context'];

const points = (centi: unknown): number | null => (typeof centi === 'number' ? centi / 100 : null);

function fromContext(context: Context, name: string): unknown {
  if (name === 'dueAt') return (context.deadline as { dueAt: string } | null)?.dueAt ?? null;
  if (name !== 'scores') return context[name];
  const { figures, strata, sheets } = context as Pick<
    CandidateContext,
    'figures' | 'strata' | 'sheets'
  >;
  const codes = [...new Set([...Object.keys(figures), ...Object.keys(sheets)])];
  const streams = codes.map((code) => [
    code,
    {
      points: points(figures[code]),
      strata: Object.fromEntries(
        Object.entries(strata[code] ?? {}).map(([stratum, centi]) => [stratum, centi / 100]),
      ),
      sheets: (sheets[code] ?? []).map(({ pointsCenti, ...sheet }) => ({
        ...sheet,
        points: pointsCenti / 100,
      })),
    },
  ]);
  return { streams: Object.fromEntries(streams), composite: points(context.compositeCenti) };
}

function chainFaults({ subject, log }: History): string[] {
  let previous = CHAIN_START;
  for (const [index, event] of log.entries()) {
    const expected = linkOf(subject.id, previous, event);
    if (event.hash !== expected || event.sequence !== index + 1) {
      return [`${subject.machine} ${subject.id}: the chain breaks at event ${event.sequence}`];
    }
    previous = event.hash;
  }
  return [];
}

const sha256: Sha256 = (text) => hash('sha256', text, 'hex');

export function linkOf(subjectId: string, previous: string, event: Logged): string {
  const { hash: _, principalId, personal, ...rest } = event;
  const { digest = null, salt = null, part = null } = personal ?? {};
  const told = {
    ...rest,
    ...withoutPart(event, part),
    subject_id: subjectId,
    principal_id: principalId,
    personal: salt === null || part === null ? digest : personalDigest(sha256, salt, part),
  };
  return linkHash(sha256, previous, linkOfEvent(sha256, told));
}

/** (2) A timer is set exactly while its state is held. */
export function timersAreSet({ histories, timers }: Ledgers): Invariant {
  const expected = histories.flatMap(({ subject, replayed }) =>
    [...replayed.timers].map(([timerId, dueAt]) => keyOf(subject.id, timerId, dueAt)),
  );
  const stored = timers.map(({ subjectId, timerId, dueAt }) => keyOf(subjectId, timerId, dueAt));
  const known = new Set(expected);
  const found = new Set(stored);
  return {
    zh: '定时器恰在其状态保持期间存在',
    en: 'a timer is set exactly while its state is held',
    counted: `${stored.length} 个定时器 · timers`,
    faults: [
      ...stored.filter((key) => !known.has(key)).map((key) => `set without its state: ${key}`),
      ...expected.filter((key) => !found.has(key)).map((key) => `held without its timer: ${key}`),
    ],
  };
}

const keyOf = (subjectId: string, timerId: string, dueAt: string): string =>
  `${subjectId} ${timerId} ${Temporal.Instant.from(dueAt).toString()}`;

/** (3) One notice per obligation, generation, level and addressee. */
export function noticesAreSingle({ notices }: Ledgers): Invariant {
  const levelled = notices.filter(({ obligationKind }) => obligationKind !== null);
  const groups = Map.groupBy(levelled, (notice) =>
    [
      notice.subjectId,
      notice.obligationKind,
      notice.obligationGeneration,
      notice.level,
      notice.organisationId,
    ].join(' '),
  );
  return {
    zh: '同一义务的同一级别对同一收件人只发一次',
    en: 'no obligation has two notices of one level to one addressee',
    counted: `${levelled.length} 份期限通知 · deadline notices`,
    faults: [...groups]
      .filter(([, group]) => group.length > 1)
      .map(([key, group]) => `${group.length} notices of ${key}`),
  };
}

/** (4) Every refusal for unmet requirements names a mandatory clause of the plan, with its quote. */
export function refusalsAreExplained(refusals: readonly Refusal[], plan: Plan): Invariant {
  const explained = refusals.filter(({ problem }) => problem.unmet !== undefined);
  const faults = explained.flatMap(({ what, problem }) => {
    const unmet = problem.unmet ?? [];
    const wrong = unmet.filter(({ clause, quote, modality, provenance }) => {
      if (clause === null) return quote !== null || !provenance?.note;
      const known = plan.clauses[clause];
      return known === undefined || known.quote !== quote || !['M', 'E'].includes(modality);
    });
    return unmet.length > 0 && wrong.length === 0
      ? []
      : [`${what}: ${JSON.stringify(unmet.map(({ clause }) => clause))}`];
  });
  return {
    zh: '每次拒绝都写明方案中的强制条款和原文',
    en: 'every refusal names mandatory clauses that exist, with their quotes',
    counted: `${explained.length} 次拒绝 · refusals (另有 ${refusals.length - explained.length} 次因角色、范围或状态)`,
    faults,
  };
}
