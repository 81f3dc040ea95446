// Each command of a batch is decided here: repeats, missed phases and access, then facts and the machine.

import type { MachineName } from '../../../machines/catalog.ts';
import { releaseOf } from '../../../machines/catalog.ts';
import type { Told } from '../../../machines/kit/step.ts';
import type { Handover } from '../../../machines/pinning.ts';
import { handoverOf } from '../../../machines/pinning.ts';
import type { AnswerRow } from '../../db/kernel/answers.ts';
import type { CampaignHead, PhaseRow } from '../../db/kernel/campaign-heads.ts';
import { lockSubjects } from '../../db/kernel/subjects.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Writes } from '../../db/tables.ts';
import { copyWrites } from '../../db/tables.ts';
import type { Entropy } from '../../entropy.ts';
import { mayRead, type Principal, rolesAt, SYSTEM } from '../../rules/access/access.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { COMMAND_EFFORT, type Effort, effortOf } from '../../rules/plan/texts.ts';
import { admit, beginSubject, missedPhases, standing } from './admit.ts';
import { answerOf, keep } from './answer.ts';
import type { Scene } from './batch-context.ts';
import type { Answer, Command, Outcome } from './command.ts';
import type { Draft } from './draft.ts';
import { draftOf, followsPhase, kept, knows, ownAct, SYSTEM_BY, tell } from './draft.ts';
import { expand, ParentRefused } from './effects.ts';
import type { Ask } from './fact-request.ts';
import type { Facts, Loaded, Locked } from './facts.ts';
import { loadFacts } from './facts.ts';
import type { Held } from './locked-rows.ts';
import { lockRows } from './locked-rows.ts';
import { tellNewDay } from './new-day.ts';
import type { MachineHooks, Nouns } from './noun.ts';
import { parentOf } from './parent.ts';
import type { Reference } from './reference.ts';

/** The state of a batch: its campaign, the locked subjects, and the rows that its steps will be stored as. */
export type Batch = {
  tx: Tx;
  nouns: Nouns;
  entropy: Entropy;
  campaignId: string;
  head: CampaignHead;
  answers: AnswerRow[];
  phases: PhaseRow[];
  /** The version of the plan by which the campaign was issued. */
  plan: Plan;
  /** Every version of the plan by which a subject of the batch is decided, by its number. */
  plans: ReadonlyMap<number, Plan>;
  reference: Reference;
  drafts: Map<string, Draft>;
  writes: Writes;
  fired: Map<string, string>;
  parentFacts: Map<string, () => Facts>;
  held: Held;
  /** The effort that its transaction may still spend on texts. */
  effort: Effort;
};

/** The outcome of each command, in their order; the rows to be stored gather in the batch. */
export async function decide(batch: Batch, commands: readonly Command[]): Promise<Outcome[]> {
  const outcomes: (Outcome | null)[] = commands.map(() => null);
  for (const join of batch.nouns.joins) await joinSubjects(batch, await join(batch, commands));
  const same = new Map<Command, string>();
  for (const find of batch.nouns.twins) {
    for (const [command, id] of await find(batch, commands)) same.set(command, id);
  }
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
    const parent = draft.parentId === null ? undefined : batch.drafts.get(draft.parentId);
    ready.push({
      index,
      command,
      draft,
      ask: { draft, parent, event, at, principal: command.principal },
    });
  }
  const facts = await loadWorld(
    batch,
    ready.map(({ ask }) => ask),
  );
  for (const [position, { index, command, draft, ask }] of ready.entries()) {
    const { impossible, ...known } = facts[position]?.(batch) ?? {};
    // A timer has no caller to answer, so an error keeps it due and makes it an incident.
    if (impossible !== undefined && command.isTimer) throw new Error(impossible.en);
    outcomes[index] =
      impossible !== undefined
        ? { kind: 'invalid', faults: [impossible] }
        : step(batch, command, draft, ask, known);
  }
  return outcomes.map((outcome) => outcome ?? { kind: 'unknown-subject' });
}

/** The facts of each ask. The batch gains the facts of events for parents and the rows that effects lock. */
async function loadWorld(batch: Batch, asks: readonly Ask[]) {
  const { tx, campaignId, reference, nouns } = batch;
  const above = asks.flatMap(({ draft: { id, release }, parent, event, at }) =>
    parent === undefined
      ? []
      : release.tellsParent(event.type).map((type) => ({
          key: `${id} ${type}`,
          ask: { draft: parent, event: { type }, at },
        })),
  );
  const { facts: sources, open } = nouns;
  const world = { tx, campaignId, plan: batch.plan, reference, sources, open };
  for (const lock of nouns.beforeFacts) await lock(world, asks);
  const every = [...asks, ...above.map(({ ask }) => ask)];
  const facts = new Map<Ask, (locked?: Locked) => Loaded>();
  for (const [plan, group] of Map.groupBy(every, ({ draft, event }) =>
    planOf(batch, draft, event),
  )) {
    const loaded = await loadFacts({ ...world, plan }, group);
    for (const [index, ask] of group.entries()) facts.set(ask, loaded[index] ?? NOTHING);
  }
  for (const { key, ask } of above) {
    batch.parentFacts.set(key, () => {
      const { impossible: _, ...known } = facts.get(ask)?.() ?? {};
      return known;
    });
  }
  batch.held = await lockRows(nouns.locks, world, asks);
  return asks.map((ask) => facts.get(ask) ?? NOTHING);
}

const NOTHING = (): Loaded => ({});

const planOfVersion = ({ plan, plans }: Batch, version: unknown): Plan =>
  (typeof version === 'number' ? plans.get(version) : undefined) ?? plan;

/** The version of the plan that the campaign goes by now; candidates that join it go by it, too. */
const presentPlan = (batch: Batch): Plan => planOfVersion(batch, batch.head.adoptedVersion);

function planOf(batch: Batch, draft: Draft, event?: Ask['event']): Plan {
  const parent = draft.parentId === null ? undefined : batch.drafts.get(draft.parentId);
  const asked =
    parent === undefined && event?.type === 'adopt-policy' ? event.planVersion : undefined;
  const version = asked ?? versionOf(batch.nouns, batch.head, parent ?? draft);
  return planFor(planOfVersion(batch, version), categoryOf(parent ?? draft, event));
}

/** A selection is an event of the campaign and about one category, which then decides it. */
const categoryOf = ({ category }: Draft, event?: Ask['event']): string | null =>
  category ?? (typeof event?.category === 'string' ? event.category : null);

/**
 * The version of the plan that decides this subject and all that hang on it; null for the one the campaign
 * was issued by. A candidate goes by that until it is moved, anything else by what its campaign has adopted.
 */
export function versionOf(
  { machines }: Nouns,
  { adoptedVersion }: CampaignHead,
  draft: Draft,
): number | null {
  if (knows(draft.release, 'adopt-policy')) return kept(draft, 'planVersion') ?? null;
  return machines[draft.release.name]?.goesByFirstPlan === true ? null : adoptedVersion;
}

const hooksOf = ({ nouns }: Batch, machine: MachineName): MachineHooks | undefined =>
  nouns.machines[machine];

/** Locks these subjects and adds them to the batch, because its commands may bring them to their end. */
async function joinSubjects(
  { tx, campaignId, drafts }: Batch,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const row of (await lockSubjects(tx, campaignId, ids)).values()) {
    if (!drafts.has(row.id)) drafts.set(row.id, draftOf(row, releaseOf(row)));
  }
}

/** The event of a timer carries the instant at which it was due, so that lateness is part of the log. */
const timed = (batch: Batch, { isTimer, subjectId, event }: Command): Ask['event'] =>
  isTimer ? { ...event, dueAt: batch.fired.get(`${subjectId} ${event.type}`) } : event;

/** The instant of the step. Time never runs backwards for a subject, whichever process read it first. */
const atOf = ({ head }: Batch, { updatedAt }: Draft): string =>
  head.now > updatedAt ? head.now : updatedAt;

type Prepared = { draft: Draft } | { outcome: Outcome };

function prepare(batch: Batch, command: Command, same: Map<Command, string>): Prepared {
  const repeat = repeated(batch.answers, command);
  if (repeat !== null) return { outcome: repeat };
  let draft = batch.drafts.get(command.subjectId);
  if (draft === undefined && command.create !== undefined) {
    const parentId = parentOf(command);
    const parent = parentId === null ? undefined : batch.drafts.get(parentId);
    const plan = presentPlan(batch);
    const { reference, head } = batch;
    const isFirst = plan === batch.plan;
    const beginning = { plan, isFirst, issued: batch.plan, reference, head, parent };
    const hooks = hooksOf(batch, command.create.machine);
    const made = beginSubject(command, command.create, hooks, beginning);
    if ('outcome' in made) return made;
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
  const above = draft?.parentId == null ? undefined : batch.drafts.get(draft.parentId);
  if (above !== undefined) catchUp(batch, above);
  const hooks = draft && hooksOf(batch, draft.release.name);
  const outcome = (batch.nouns.admits ?? admit)(command, draft, hooks, batch.reference);
  if (outcome !== null) return { outcome };
  // Only a caller who may register the subject learns that it already stands.
  const duplicate = same.get(command);
  if (duplicate !== undefined) return { outcome: { kind: 'duplicate', id: duplicate } };
  return { draft: draft as Draft };
}

/** The kept answer of a repeat; it comes before all other checks, so that even a late repeat gets it. */
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

/** Tells a candidate every phase change it has missed, so that no command meets it in the old phase. */
function catchUp(batch: Batch, draft: Draft): void {
  for (const { phase, at } of followsPhase(draft) ? missedPhases(draft, batch.phases) : []) {
    const told = { type: 'phase-entered', phase, at, by: SYSTEM_BY, facts: {} };
    const answer = tell(draft, told, ownAct(batch));
    if (answer.kind !== 'step') return;
    expand(sceneOf(batch, draft, told, SYSTEM), draft, answer.step.effects, at);
  }
}

const sceneOf = (
  batch: Batch,
  draft: Draft,
  { by, facts, ...event }: Told & { facts: Facts },
  principal: Principal,
): Scene => ({
  handlers: batch.nouns.handlers,
  sources: batch.nouns.facts,
  facts,
  campaignId: batch.campaignId,
  plan: planOf(batch, draft, event),
  reference: batch.reference,
  campaignName: batch.head.name ?? batch.plan.title,
  writes: batch.writes,
  drafts: batch.drafts,
  entropy: batch.entropy,
  by,
  reaches: (path) => mayRead(principal, path),
  parentFacts: batch.parentFacts,
  held: batch.held,
  effort: effortOf(COMMAND_EFFORT, batch.effort),
  sealed: null,
});

function step(batch: Batch, command: Command, draft: Draft, ask: Ask, facts: Facts): Outcome {
  const by = {
    principalId: command.principal.id,
    roles: rolesAt(command.principal, command.place ?? draft.path),
  };
  const awaiting = batch.drafts.get(kept(draft, 'awaitedBy') ?? '');
  const undo =
    draft.parentId === null && awaiting === undefined
      ? null
      : checkpoint(batch, draft, ask.parent, awaiting, ...siblingsOf(batch, draft));
  const handover = handoverIn(batch, draft, ask.event);
  const { credential } = command.principal;
  const told: Told = { ...ask.event, ...handover, type: ask.event.type, at: ask.at, by, facts };
  const before = kept(draft, 'deadline')?.dueAt;
  const answer = tell(draft, told, { credential, entropy: batch.entropy });
  // A catch-up may have left the timer's state, or a guard may find that the wait has lost its point.
  if (command.isTimer && answer.kind !== 'step') return { kind: 'stale-timer' };
  if (answer.kind === 'out-of-state') {
    return { kind: 'out-of-state', ...standing(draft), accepts: answer.accepts };
  }
  if (answer.kind === 'refused') {
    const { id: planId, version: planVersion } = planOf(batch, draft);
    const category = categoryOf(ask.parent ?? draft, ask.event);
    return { kind: 'refused', planId, planVersion, category, unmet: answer.unmet };
  }
  const hooks = hooksOf(batch, draft.release.name);
  if (draft.isNew) {
    batch.drafts.set(draft.id, draft);
    if (command.create !== undefined) hooks?.enrol?.(batch, command.create, draft);
  }
  draft.opened = [];
  try {
    const scene = {
      ...sceneOf(batch, draft, { ...told, facts }, command.principal),
      sealed: command.sealed ?? null,
    };
    expand(scene, draft, answer.step.effects, ask.at);
    tellNewDay(scene, draft, { effects: answer.step.effects, event: told, before });
  } catch (error) {
    // A timer has no caller to answer; see decide.
    if (!(error instanceof ParentRefused) || undo === null || command.isTimer) throw error;
    undo();
    return parentsAnswer(batch, error);
  }
  hooks?.afterStep?.(batch, draft, ask);
  if (draft.isNew) catchUp(batch, draft);
  return { kind: 'done', answer: keep(batch.writes, command, draft, answer.step, ask.at) };
}

/** An adoption hands the subject over to the chart of the version that is adopted, where it fits that. */
function handoverIn(batch: Batch, draft: Draft, event: Ask['event']): Handover {
  const releaseBy = hooksOf(batch, draft.release.name)?.releaseBy;
  if (event.type !== 'adopt-policy' || releaseBy === undefined) return {};
  const plan = planOf(batch, draft, event);
  return handoverOf(draft.instance, releaseBy(plan, draft), plan.moves ?? {});
}

/** The child's command is refused with the answer of the candidate it hangs on. */
function parentsAnswer(batch: Batch, { parent, answer }: ParentRefused): Outcome {
  const plan = planOf(batch, parent);
  return answer.kind === 'refused'
    ? {
        kind: 'refused',
        planId: plan.id,
        planVersion: plan.version,
        category: parent.category,
        unmet: answer.unmet,
      }
    : { kind: 'out-of-state', ...standing(parent), accepts: answer.accepts };
}

const siblingsOf = ({ drafts }: Batch, { id, parentId }: Draft): Draft[] =>
  [...drafts.values()].filter((one) => one.parentId === parentId && one.id !== id);

/** A function that restores the present state of the batch, should a candidate refuse its child's event. */
function checkpoint({ drafts, writes }: Batch, ...touched: (Draft | undefined)[]): () => void {
  const rows = copyWrites(writes);
  const known = new Set(drafts.keys());
  const before = touched.flatMap((draft) =>
    draft === undefined
      ? []
      : [
          {
            draft,
            state: {
              ...draft,
              events: [...draft.events],
              personal: [...draft.personal],
              timers: new Map(draft.timers),
            },
          },
        ],
  );
  return () => {
    Object.assign(writes, copyWrites(rows));
    for (const id of drafts.keys()) if (!known.has(id)) drafts.delete(id);
    for (const { draft, state } of before) Object.assign(draft, state);
  };
}
