// The invariant of written applications: each is what was handed in, and its hash says so (R62).

import { createHash } from 'node:crypto';
import type { KeepApplication } from '../../machines/application/frozen-application.ts';
import { stepsOfKind } from '../../machines/procedure/reading.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import { forEach } from '../kit/client.ts';
import type { History, Ledgers } from '../kit/ledgers.ts';
import type { Play } from '../kit/play.ts';
import type { Invariant } from './invariants.ts';

export type Frozen = {
  number: number;
  stage: string;
  submittedAt: string;
  submittedBy: string;
  sha256: string;
  verified: boolean;
  body: {
    number: number;
    submittedAt: string;
    submittedBy: { principalId: string };
    deadline: { inTime: boolean; admittedFor: string | null };
    declared: { signatory: string; signatureEvidence: string | null; signatureFile: object | null };
    correction: { corrections: { fields: string[] }[] } | null;
    corrected: { field: string }[];
    scores: { compositeCenti: number | null; passMarkCenti: number };
  };
};

const HANDED_IN = new Set(['apply', 'resubmit']);

/** Reads every application through the API as the auditor, and recomputes its hash. */
export async function applicationsAreFrozen(play: Play, ledgers: Ledgers): Promise<Invariant> {
  const { client, cast, plan } = play;
  const applied = ledgers.histories.filter(
    ({ subject }) => subject.machine === 'candidate' && subject.context?.appliedAt != null,
  );
  const read = await forEach(applied, async (history) => {
    const path = `/v1/candidates/${history.subject.id}/application`;
    const { frozen } = await client.get<{ frozen: Frozen[] }>(cast.auditor, path);
    return { history, frozen };
  });
  const all = read.flatMap(({ frozen }) => frozen);
  const corrected = all.filter(({ body }) => body.correction !== null);
  const returns = plan.categories.some(({ code }) =>
    stepsOfKind(procedureOf(plan, code), 'review').some(({ verdicts }) =>
      Object.values(verdicts).some(({ effect }) => effect === 'return'),
    ),
  );
  const asking = new Set(
    plan.categories.flatMap(({ code }) =>
      stepsOfKind(procedureOf(plan, code), 'apply').some(({ passMark }) => passMark === true)
        ? [code]
        : [],
    ),
  );
  const scans = all.filter(({ body }) => body.declared.signatureFile !== null);
  return {
    zh: '每份申报均可由所冻结的内容重算散列，与日志相符，补正不出开放的范围',
    en: 'every application recomputes, is what its log says, and corrects only what was opened',
    counted: `${all.length} 份申报、${corrected.length} 次补正、${scans.length} 份盖章页 · applications, corrections, scans`,
    faults: [
      ...(all.length === 0 ? ['nobody has applied'] : []),
      ...(returns && corrected.length === 0 ? ['nothing was returned and corrected'] : []),
      ...read.flatMap(({ history, frozen }) =>
        applicationFaults(history, frozen, asking.has(String(history.subject.category))),
      ),
    ],
  };
}

/** The faults in the applications of one candidate, measured by its own log; `asksMark` where its plan does. */
export function applicationFaults(
  { subject, log, replayed }: History,
  frozen: readonly Frozen[],
  asksMark: boolean,
): string[] {
  const handedIn = log.filter(({ type }) => HANDED_IN.has(type));
  const kept = replayed.effects.flatMap((effect) =>
    effect.type === 'keep-application' ? [effect.params] : [],
  );
  const faults = frozen.flatMap((one, index) => {
    const event = handedIn[index];
    return [
      ...ownFaults(one),
      ...(asksMark && isBelowMark(one) ? ['is below the mark'] : []),
      ...(one.number === index + 1 ? [] : [`number ${one.number} stands at ${index + 1}`]),
      ...(event?.at === one.body.submittedAt ? [] : ['was not handed in when its log says']),
      ...(event?.principalId === one.submittedBy ? [] : ['was not handed in by whom its log says']),
      ...decidedFaults(one, kept[index]),
    ];
  });
  const missing = handedIn.length === frozen.length ? [] : [`${handedIn.length} were handed in`];
  return [...faults, ...missing].map((fault) => `${subject.name} ${subject.id}: ${fault}`);
}

const isBelowMark = ({ body: { scores } }: Frozen): boolean =>
  (scores.compositeCenti ?? 0) < scores.passMarkCenti;

function ownFaults({ number, sha256, verified, submittedAt, submittedBy, body }: Frozen): string[] {
  const hash = createHash('sha256').update(canonicalJson(body)).digest('hex');
  const opened = new Set(body.correction?.corrections.flatMap(({ fields }) => fields));
  const beyond = body.corrected.filter(({ field }) => !opened.has(field));
  const { signatory, signatureEvidence, signatureFile } = body.declared;
  const isSigned = signatory !== '' && (Boolean(signatureEvidence) || signatureFile !== null);
  const agrees =
    body.number === number &&
    body.submittedBy.principalId === submittedBy &&
    Temporal.Instant.compare(body.submittedAt, submittedAt) === 0;
  return [
    ...(hash === sha256 && verified ? [] : ['the hash is not that of its body']),
    ...(agrees ? [] : ['the row says otherwise than its body']),
    ...beyond.map(({ field }) => `corrects ${field}, which was not opened`),
    ...(isSigned ? [] : ['is not signed']),
    ...(body.deadline.inTime || body.deadline.admittedFor !== null ? [] : ['is late, unadmitted']),
  ];
}

/** The faults of an application, measured by the step of the replayed machine that froze it. */
function decidedFaults({ number, body }: Frozen, kept: KeepApplication | undefined): string[] {
  if (kept === undefined || kept.number !== number) return ['no step of its log says it'];
  const own = canonicalJson({ inTime: body.deadline.inTime, correction: body.correction });
  const said = canonicalJson({ inTime: kept.inTime, correction: kept.correction });
  return own === said ? [] : ['says otherwise than its log'];
}
