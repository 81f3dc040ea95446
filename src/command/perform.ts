// THE transaction: lock, recognise repeats, read facts, ask the machines, store. Its commands have
// separate outcomes; a refusal writes nothing and harms no neighbour.

import { randomUUIDv7 } from 'node:crypto';
import { PHASES, phaseNumber } from '../../machines/candidate/events.ts';
import { releaseOf } from '../../machines/catalog.ts';
import type { Step, Told } from '../../machines/step.ts';
import { accepts } from '../../machines/step.ts';
import type { Writes } from '../db/store.ts';
import { noWrites, storeSteps } from '../db/store.ts';
import type { AnswerRow, CampaignHead, PhaseRow } from '../db/subjects.ts';
import {
  deleteDueTimers,
  findAnswers,
  findPhases,
  findSameCandidates,
  lockCampaign,
  lockSubjects,
  readHead,
} from '../db/subjects.ts';
import type { Tx } from '../db/transaction.ts';
import { inOneWrite } from '../db/transaction.ts';
import { rolesAt } from '../rules/access.ts';
import type { Plan } from '../rules/plan.ts';
import { admit, beginSubject, missedPhases, where } from './admit.ts';
import type { Answer, Command, Outcome } from './command.ts';
import type { Draft } from './draft.ts';
import { draftOf, followsPhase, phaseOf, subjectRow, tell } from './draft.ts';
import type { Scene } from './effects.ts';
import { expand } from './effects.ts';
import type { Ask, Facts } from './facts.ts';
import { loadFacts } from './facts.ts';
import type { createReferenceCache, Reference } from './reference.ts';

export type Cache = ReturnType<typeof createReferenceCache>;

type Batch = {
  tx: Tx;
  campaignId: string;
  head: CampaignHead;
  answers: AnswerRow[];
  phases: PhaseRow[];
  plan: Plan;
  reference: Reference;
  drafts: Map<string, Draft>;
  writes: Writes;
  fired: Map<string, string>;
};

const SYSTEM_BY = { principalId: 'system', roles: [] as string[] };

/** An open transaction whose beginning and end travel with the statements beside them. */
export type Opened = { tx: Tx; begin: () => Promise<unknown>; commit: () => Promise<unknown> };

/**
 * Decides these commands of one campaign and commits. No two of them may speak to one subject.
 * Outcomes come in the order of the commands. Throws only what the database throws and what is a
 * bug; then nothing of the batch is stored.
 */
export async function performInside(
  { tx, begin, commit }: Opened,
  cache: Cache,
  campaignId: string,
  commands: readonly Command[],
): Promise<Outcome[]> {
  const movesCampaign = commands.some(({ subjectId }) => subjectId === campaignId);
  // The server takes these one after the other, so each sees what the one before it has locked.
  const [, campaign, answers, rows] = await inOneWrite(tx, () =>
    Promise.all([
      begin(),
      lockCampaign(tx, campaignId, movesCampaign ? 'update' : 'share'),
      findAnswers(tx, campaignId, keysOf(commands)),
      lockSubjects(
        tx,
        campaignId,
        commands.map(({ subjectId }) => subjectId),
      ),
    ]),
  );
  const head = campaign ?? (await readHead(tx));
  const planOf = commands.find(({ create }) => create?.machine === 'campaign')?.create;
  const planId = planOf?.machine === 'campaign' ? planOf.planId : head.planId;
  const version = planOf?.machine === 'campaign' ? planOf.planVersion : head.planVersion;
  const all = async (outcome: Outcome): Promise<Outcome[]> => {
    await commit();
    return commands.map(() => outcome);
  };
  if (planId === null) return all({ kind: 'unknown-subject' });
  const plan = await cache.plan(tx, planId, version);
  if (plan === null) return all({ kind: 'invalid', faults: [noPlan] });
  const reference = await cache.reference(tx, head);
  const drafts = new Map(
    [...rows.values()].map((row) => [row.id, draftOf(row, releaseOf(row.machine, row.version))]),
  );
  const batch: Batch = {
    tx,
    campaignId,
    head,
    answers,
    phases: await missedBySome(tx, campaignId, head, [...drafts.values()], commands),
    plan,
    reference,
    drafts,
    writes: noWrites(),
    fired: await fireTimers(tx, campaignId, commands, head.now),
  };
  const outcomes = await decide(batch, commands);
  // A failed store makes the commit a rollback; its error is the one that is thrown.
  await inOneWrite(tx, () => Promise.all([store(batch), commit()]));
  return outcomes;
}

/** The phase changes, when somebody of the batch is behind or is yet to begin; else none. */
async function missedBySome(
  tx: Tx,
  campaignId: string,
  { phase }: CampaignHead,
  drafts: readonly Draft[],
  commands: readonly Command[],
): Promise<PhaseRow[]> {
  const present = phase ?? 0;
  const isBehind = (draft: Draft): boolean => followsPhase(draft) && phaseOf(draft) < present;
  const begins = commands.some(({ create }) => create?.machine === 'candidate');
  return present > 1 && (begins || drafts.some(isBehind)) ? findPhases(tx, campaignId) : [];
}

const noPlan = {
  path: '/planId',
  zh: '没有这一方案',
  en: 'no such plan has been published',
};

const keysOf = (commands: readonly Command[]) =>
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

async function decide(batch: Batch, commands: readonly Command[]): Promise<Outcome[]> {
  const outcomes: (Outcome | null)[] = commands.map(() => null);
  const same = await findDuplicates(batch, commands);
  const ready: { index: number; command: Command; draft: Draft; ask: Ask }[] = [];
  for (const [index, command] of commands.entries()) {
    const prepared = prepare(batch, command, same);
    if ('outcome' in prepared) {
      outcomes[index] = prepared.outcome;
      continue;
    }
    const { draft } = prepared;
    const event = timed(batch, command);
    const at = atOf(batch, draft);
    ready.push({ index, command, draft, ask: { draft, event, at } });
  }
  const facts = await loadFacts(
    batch.tx,
    batch.campaignId,
    batch.plan,
    batch.reference,
    ready.map(({ ask }) => ask),
  );
  for (const [position, { index, command, draft, ask }] of ready.entries()) {
    const known = facts[position] ?? {};
    outcomes[index] =
      'impossible' in known
        ? { kind: 'invalid', faults: [impossible(known.impossible)] }
        : step(batch, command, draft, ask, known);
  }
  return outcomes.map((outcome) => outcome ?? { kind: 'unknown-subject' });
}

const impossible = (why: string) => ({
  path: '/until',
  zh: '期限无法计算',
  en: `the deadline cannot be reckoned: ${why}`,
});

/** A timer's own event tells when it was due, so that lateness is part of the log. */
const timed = (batch: Batch, { isTimer, subjectId, event }: Command): Ask['event'] =>
  isTimer ? { ...event, dueAt: batch.fired.get(`${subjectId} ${event.type}`) } : event;

/** Time never runs backwards for a subject, whichever process was told the time first. */
const atOf = ({ head }: Batch, { updatedAt }: Draft): string =>
  head.now > updatedAt ? head.now : updatedAt;

type Prepared = { draft: Draft } | { outcome: Outcome };

function prepare(batch: Batch, command: Command, same: Map<Command, string>): Prepared {
  const repeat = repeated(batch.answers, command);
  if (repeat !== null) return { outcome: repeat };
  let draft = batch.drafts.get(command.subjectId);
  if (draft === undefined && command.create !== undefined) {
    const closed = command.create.machine === 'candidate' ? campaignClosed(batch) : null;
    if (closed !== null) return { outcome: closed };
    const made = beginSubject(command, command.create, batch.plan, batch.reference, batch.head.now);
    if ('faults' in made) return { outcome: { kind: 'invalid', faults: made.faults } };
    draft = made.draft;
  }
  if (command.isTimer && !batch.fired.has(`${command.subjectId} ${command.event.type}`)) {
    return { outcome: { kind: 'stale-timer' } };
  }
  if (draft !== undefined && !draft.isNew) catchUp(batch, draft);
  if (draft !== undefined && command.isCatchUp) {
    return { outcome: { kind: 'done', answer: answerOf(draft, 200, []) } };
  }
  const outcome = admit(command, draft, batch.reference);
  if (outcome !== null) return { outcome };
  // Only whoever may register it learns that it already stands.
  const duplicate = same.get(command);
  if (duplicate !== undefined) return { outcome: { kind: 'duplicate', id: duplicate } };
  return { draft: draft as Draft };
}

/** Candidates join a campaign that has been issued and not ended. */
function campaignClosed({ head, plan }: Batch): Outcome | null {
  if (head.phase === null) return { kind: 'unknown-subject' };
  if (head.phase >= phaseNumber('mobilization') && head.phase < phaseNumber('concluded'))
    return null;
  const unmet = {
    name: 'campaign-under-way',
    clause: 'R47',
    modality: 'M' as const,
    zh: '活动已经印发且尚未结束',
    en: 'the campaign has been issued and has not ended',
    asksInput: false,
    actual: PHASES[head.phase - 1] ?? 'draft',
    required: PHASES.slice(0, 4),
    met: false,
  };
  return { kind: 'refused', planId: plan.id, planVersion: plan.version, unmet: [unmet] };
}

/** A repeat is answered before anything else is looked at, even when it comes late. */
function repeated(answers: AnswerRow[], { principal, idempotency }: Command): Outcome | null {
  if (idempotency === undefined) return null;
  const answer = answers.find(
    ({ principalId, key }) => principalId === principal.id && key === idempotency.key,
  );
  if (answer === undefined) return null;
  if (answer.requestHash !== idempotency.requestHash) return { kind: 'key-reused' };
  return {
    kind: 'repeated',
    answer: { status: answer.status, body: answer.body as Answer['body'] },
  };
}

async function findDuplicates(
  { tx, campaignId }: Batch,
  commands: readonly Command[],
): Promise<Map<Command, string>> {
  const asked = commands.flatMap((command) =>
    command.create?.machine === 'candidate' ? [{ command, create: command.create }] : [],
  );
  if (asked.length === 0) return new Map();
  const same = await findSameCandidates(
    tx,
    campaignId,
    asked.map(({ create }) => create),
  );
  const found = new Map<Command, string>();
  for (const { command, create } of asked) {
    const twin = same.find(
      (row) =>
        row.category === create.category &&
        row.organisationId === create.organisationId &&
        row.personName === create.personName,
    );
    if (twin !== undefined) found.set(command, twin.id);
  }
  return found;
}

/** Tells a candidate every phase change it has missed, so that nobody meets it in the old phase. */
function catchUp(batch: Batch, draft: Draft): void {
  for (const { phase, at } of followsPhase(draft) ? missedPhases(draft, batch.phases) : []) {
    const told = { type: 'phase-entered', phase, at, by: SYSTEM_BY, facts: {} };
    const answer = tell(draft, told);
    if (answer.kind !== 'step') return;
    expand(sceneOf(batch, SYSTEM_BY, {}), draft, answer.step.effects, at);
  }
}

const sceneOf = (batch: Batch, by: Scene['by'], facts: Facts): Scene => ({
  campaignId: batch.campaignId,
  plan: batch.plan,
  reference: batch.reference,
  campaignName: batch.head.name ?? batch.plan.title,
  writes: batch.writes,
  drafts: batch.drafts,
  newId: () => randomUUIDv7(),
  by,
  liveCandidates: facts.duties?.live ?? 0,
});

function step(batch: Batch, command: Command, draft: Draft, ask: Ask, facts: Facts): Outcome {
  const by = {
    principalId: command.principal.id,
    roles: rolesAt(command.principal, command.place ?? draft.path),
  };
  const told: Told = { ...ask.event, type: ask.event.type, at: ask.at, by, facts };
  const answer = tell(draft, told);
  // The timer's state was left by a catch-up, or its wait had lost its point.
  if (command.isTimer && answer.kind !== 'step') return { kind: 'stale-timer' };
  if (answer.kind === 'out-of-state') {
    return { kind: 'out-of-state', ...where(draft), accepts: answer.accepts };
  }
  if (answer.kind === 'refused') {
    return {
      kind: 'refused',
      planId: batch.plan.id,
      planVersion: batch.plan.version,
      unmet: answer.unmet,
    };
  }
  if (draft.isNew) enrol(batch, command, draft);
  draft.opened = [];
  expand(sceneOf(batch, by, facts), draft, answer.step.effects, ask.at);
  if (draft.release.name === 'receipt' && command.event.type === 'sign') sign(batch, draft, ask.at);
  if (draft.isNew) catchUp(batch, draft);
  return { kind: 'done', answer: keep(batch, command, draft, answer.step, ask.at) };
}

function enrol({ drafts, writes, plan }: Batch, { create }: Command, draft: Draft): void {
  drafts.set(draft.id, draft);
  if (create?.machine === 'campaign') {
    writes.campaign.push({
      name: create.name,
      plan_id: create.planId,
      plan_version: create.planVersion,
      division_code: plan.divisionCode,
      created_at: draft.createdAt,
    });
  }
  if (create?.machine === 'candidate') {
    writes.candidates.push({
      id: draft.id,
      category: draft.category,
      name: draft.name,
      organisation_id: draft.organisationId,
      site_id: draft.siteId,
      person_name: draft.personName,
      path: draft.path,
      created_at: draft.createdAt,
    });
  }
}

const sign = ({ writes }: Batch, draft: Draft, at: string): void => {
  writes.receipts.push({ notice_id: draft.id, at, by: draft.instance.context.signedBy });
};

/** The answer, stored with its key in the same transaction; a repeat gets this very answer. */
function keep(
  { writes }: Batch,
  { create, principal, idempotency }: Command,
  draft: Draft,
  { warnings }: Step,
  at: string,
): Answer {
  const answer = answerOf(draft, create === undefined ? 200 : 201, warnings);
  if (idempotency !== undefined) {
    writes.answers.push({
      principal_id: principal.id,
      key: idempotency.key,
      request_hash: idempotency.requestHash,
      status: answer.status,
      body: answer.body,
      created_at: at,
    });
  }
  return answer;
}

const answerOf = (draft: Draft, status: number, warnings: Step['warnings']): Answer => ({
  status,
  body: {
    id: draft.id,
    campaignId: draft.campaignId,
    machine: draft.release.name,
    ...where(draft),
    status: draft.instance.status,
    revision: draft.revision,
    updatedAt: draft.updatedAt,
    organisationId: draft.organisationId,
    accepts: accepts(draft.release, draft.instance),
    opened: draft.opened,
    warnings,
  },
});

async function store({ tx, campaignId, drafts, writes }: Batch): Promise<void> {
  for (const draft of drafts.values()) {
    if (draft.events.length === 0) continue;
    writes.subjects.push(subjectRow(draft));
    writes.events.push(...draft.events);
    for (const [timerId, dueAt] of draft.timers) {
      const timer = { subject_id: draft.id, timer_id: timerId };
      if (dueAt === null) writes.timersGone.push(timer);
      else writes.timersSet.push({ ...timer, due_at: dueAt });
    }
  }
  if (writes.events.length > 0) await storeSteps(tx, campaignId, writes);
}
