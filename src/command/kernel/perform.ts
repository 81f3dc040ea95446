// THE transaction locks, recognises repeats, reads facts, asks the machines and stores. Its commands have
// separate outcomes; a refusal writes nothing and harms no other. The caller opens and commits it.

import { accessOf, findRelease } from '../../../machines/catalog.ts';
import type { Key } from '../../db/kernel/answers.ts';
import { findAnswers, lockKeys } from '../../db/kernel/answers.ts';
import type { CampaignHead, PhaseRow } from '../../db/kernel/campaign-heads.ts';
import { findReferenceHead, listPhases, lockCampaign } from '../../db/kernel/campaign-heads.ts';
import type { Decided } from '../../db/kernel/connections.ts';
import { learnProcedures } from '../../db/kernel/procedures.ts';
import type { SubjectRow } from '../../db/kernel/subjects.ts';
import { lockSubjects } from '../../db/kernel/subjects.ts';
import { deleteDueTimers } from '../../db/kernel/timers.ts';
import type { Statement, Tx } from '../../db/kernel/transaction.ts';
import { inOneWrite } from '../../db/kernel/transaction.ts';
import { noWrites, storeStatement } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import { type Effort, effortOf, TRANSACTION_EFFORT } from '../../rules/plan/texts.ts';
import type { Command, Outcome } from './command.ts';
import type { Batch } from './decide.ts';
import { decide } from './decide.ts';
import type { Draft } from './draft.ts';
import { draftOf, followsPhase, kept, knows, phaseOf, subjectRow } from './draft.ts';
import type { Nouns } from './noun.ts';
import { parentOf } from './parent.ts';
import type { createReferenceCache } from './reference.ts';

export type Cache = ReturnType<typeof createReferenceCache>;

/**
 * Decides these commands of one campaign, of which no two may be to one subject. `begin` opens the
 * transaction and travels with the first statements; `last` stores the decisions and travels with the
 * COMMIT. Outcomes come in the order of the commands. Throws errors of the database, bugs, and TooMuchEffort
 * when the texts take more than `effort` together (those of one command never do); then nothing of the batch
 * may be kept.
 */
export async function decideBatch(
  tx: Tx,
  begin: () => Promise<void>,
  nouns: Nouns,
  cache: Cache,
  entropy: Entropy,
  campaignId: string,
  commands: readonly Command[],
  effort: Effort = effortOf(TRANSACTION_EFFORT),
): Promise<Decided<Outcome[]>> {
  const [, , campaign, rows, answers] = await lockFirst(tx, begin, campaignId, commands);
  const head = campaign ?? (await findReferenceHead(tx));
  const [founding] = commands.flatMap(({ create }) =>
    create !== undefined && 'planId' in create ? [create] : [],
  );
  const { planId, planVersion: version } = founding ?? head;
  const all = (outcome: Outcome) => ({ result: commands.map(() => outcome) });
  if (planId === null) return all({ kind: 'unknown-subject' });
  const plan = await cache.plan(tx, planId, version);
  if (plan === null) return all({ kind: 'invalid', faults: [noPlan] });
  const reference = await cache.reference(tx, head);
  const drafts = new Map<string, Draft>();
  await learnProcedures(tx, [...rows.values()]);
  for (const row of rows.values()) {
    const release = findRelease(row);
    if (release !== undefined) drafts.set(row.id, draftOf(row, release));
  }
  const barred = commands.map((command) => unknownVersion(rows, drafts, command));
  const known = commands.filter((_, index) => barred[index] === null);
  const plans = new Map([[plan.version, plan]]);
  for (const wanted of versionsOf(head, [...drafts.values()], known)) {
    const other = plans.has(wanted) ? null : await cache.plan(tx, planId, wanted);
    if (other !== null) plans.set(wanted, other);
  }
  const batch: Batch = {
    tx,
    nouns,
    entropy,
    campaignId,
    head,
    answers,
    phases: await missedBySome(tx, campaignId, head, [...drafts.values()], known),
    plan,
    plans,
    reference,
    drafts,
    writes: noWrites(),
    fired: await fireTimers(tx, campaignId, known, head.now),
    parentFacts: new Map(),
    held: {},
    effort,
  };
  const decided = (await decide(batch, known)).values();
  const outcomes = barred.map((outcome) => outcome ?? (decided.next().value as Outcome));
  for (const follow of nouns.afterwards) await follow(batch, cache);
  return { result: outcomes, last: store(batch) };
}

/**
 * Locks keys, campaign and subjects, and finds the answers given already. The server runs these statements
 * one after the other, so answers are looked up under the lock of their subject, or of their key where there
 * is no subject yet.
 */
const lockFirst = (
  tx: Tx,
  begin: () => Promise<void>,
  campaignId: string,
  commands: readonly Command[],
) => {
  const movesCampaign = commands.some(({ subjectId }) => subjectId === campaignId);
  return inOneWrite(tx, () =>
    Promise.all([
      begin(),
      lockKeys(tx, keysOf(commands.filter(({ create }) => create !== undefined))),
      lockCampaign(tx, campaignId, movesCampaign ? 'update' : 'share'),
      lockSubjects(
        tx,
        campaignId,
        commands.flatMap((command) => {
          const parentId = command.create === undefined ? null : parentOf(command);
          return parentId === null ? [command.subjectId] : [command.subjectId, parentId];
        }),
      ),
      findAnswers(tx, keysOf(commands)),
    ]),
  );
};

/** The outcome of a command to a subject that only a newer build can decide; null for any other. */
function unknownVersion(
  rows: ReadonlyMap<string, SubjectRow>,
  drafts: ReadonlyMap<string, Draft>,
  command: Command,
): Outcome | null {
  const own = rows.get(command.subjectId);
  const above = rows.get(own?.parent_id ?? parentOf(command) ?? '');
  const found = [own, above].find((row) => row !== undefined && !drafts.has(row.id));
  if (found === undefined) return null;
  return { kind: 'unknown-version', machine: found.machine, version: found.version };
}

/** The versions of the plan by which these are decided, beside the one the campaign was issued by. */
const versionsOf = (
  { adoptedVersion }: CampaignHead,
  drafts: readonly Draft[],
  commands: readonly Command[],
): number[] =>
  [
    adoptedVersion,
    ...drafts
      .filter(({ release }) => knows(release, 'adopt-policy'))
      .map((draft) => kept(draft, 'planVersion')),
    ...commands.map(({ event }) => (event.type === 'adopt-policy' ? event.planVersion : null)),
  ].filter((version): version is number => typeof version === 'number');

/** The campaign's phase changes, read only when a subject of the batch is behind or is yet to begin. */
async function missedBySome(
  tx: Tx,
  campaignId: string,
  { phase }: CampaignHead,
  drafts: readonly Draft[],
  commands: readonly Command[],
): Promise<PhaseRow[]> {
  const present = phase ?? 0;
  const isBehind = (draft: Draft): boolean => followsPhase(draft) && phaseOf(draft) < present;
  const begins = commands.some(
    ({ create }) => create !== undefined && accessOf(create.machine)['phase-entered'] !== undefined,
  );
  return present > 1 && (begins || drafts.some(isBehind)) ? listPhases(tx, campaignId) : [];
}

const noPlan = {
  path: '/planId',
  zh: '没有这一方案',
  en: 'no such plan has been published',
};

const keysOf = (commands: readonly Command[]): Key[] =>
  commands.flatMap(({ principal, idempotency }) =>
    idempotency === undefined ? [] : [{ principalId: principal.id, key: idempotency.key }],
  );

async function fireTimers(
  tx: Tx,
  campaignId: string,
  commands: readonly Command[],
  now: string,
): Promise<Map<string, string>> {
  const asked = commands
    .filter(({ isTimer }) => isTimer)
    .map(({ subjectId, event }) => ({ subjectId, timerId: event.type }));
  if (asked.length === 0) return new Map();
  const gone = await deleteDueTimers(tx, campaignId, asked, now);
  return new Map(gone.map(({ subjectId, timerId, dueAt }) => [`${subjectId} ${timerId}`, dueAt]));
}

/** The statement that stores the batch; undefined when nothing was done. */
function store({ campaignId, drafts, writes }: Batch): Statement | undefined {
  for (const draft of drafts.values()) {
    if (draft.events.length === 0) continue;
    writes.subjects.push(subjectRow(draft));
    writes.events.push(...draft.events);
    writes.personalParts.push(...draft.personal);
    for (const [timerId, dueAt] of draft.timers) {
      const timer = { subject_id: draft.id, timer_id: timerId };
      if (dueAt === null) writes.timersGone.push(timer);
      else writes.timersSet.push({ ...timer, due_at: dueAt });
    }
  }
  return writes.events.length > 0 ? storeStatement(campaignId, writes) : undefined;
}
