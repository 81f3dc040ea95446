// What the effects of a step say, turned into rows. Subjects that a step opens begin here, too.

import type { PhaseCode } from '../../machines/candidate/events.ts';
import { phaseNumber } from '../../machines/candidate/events.ts';
import { currentRelease } from '../../machines/catalog.ts';
import type {
  ApplyPolicy,
  Effect,
  Notify,
  OpenRectification,
  OpenSubject,
  StoreDrawUnits,
  SupersedeRecord,
  TellChildren,
  TellParent,
} from '../../machines/effect.ts';
import type { MachineName } from '../../machines/machine-names.ts';
import type { Advance } from '../../machines/step.ts';
import { begin } from '../../machines/step.ts';
import type { Writes } from '../db/store.ts';
import type { Organisation, Reached } from '../rules/addressees.ts';
import { reachAddressee, resolveAddressee, standInNote } from '../rules/addressees.ts';
import { clauseIn } from '../rules/citations.ts';
import { deadlineFor } from '../rules/deadlines.ts';
import { isWanted, toldWithout } from '../rules/document-lists.ts';
import { noticeWriter } from '../rules/notices.ts';
import { keepApplication } from './applications.ts';
import { keepSheet, keepSubmission, recordConflict } from './assessment-effects.ts';
import { writeBallots } from './ballot-writes.ts';
import { amendRoster, assessSites, freezeRoster } from './conformance.ts';
import { documentToIssue, draftDocumentRow, numberDocument } from './documents.ts';
import type { Draft } from './draft.ts';
import { CHAIN_START, tell } from './draft.ts';
import { factsAtHand } from './facts.ts';
import { assessRecord, closeRecord, storeRecord, useFiles } from './record-effects.ts';
import type { Scene } from './scene.ts';
import { selectCandidates, storeRanking } from './selection-effects.ts';

const SYSTEM_BY = { principalId: 'system', roles: [] } as const;

/** Adds the rows that the effects of one step, told at `at`, ask for. */
export function expand(scene: Scene, draft: Draft, effects: readonly Effect[], at: string): void {
  const { writes } = scene;
  const owned = { subject_id: draft.id };
  for (const effect of effects) {
    switch (effect.type) {
      case 'notify':
        notify(scene, draft, effect.params, at);
        break;
      case 'open-obligation':
        openObligation(scene, draft, effect.params, at);
        break;
      case 'raise-obligation': {
        const fresh = openedNow(writes, draft, effect.params);
        if (fresh) fresh({ level: effect.params.level, raised_at: at });
        else writes.obligationsRaised.push({ ...owned, ...effect.params, at });
        break;
      }
      case 'close-obligation': {
        const fresh = openedNow(writes, draft, effect.params);
        if (fresh) fresh({ level: effect.params.outcome, closed_at: at });
        else writes.obligationsClosed.push({ ...owned, ...effect.params, at });
        break;
      }
      case 'store-record':
        storeRecord(scene, draft, effect.params, at);
        break;
      case 'assess-record':
        assessRecord(scene, draft, effect.params, at);
        break;
      case 'close-record':
        closeRecord(scene, draft, effect.params);
        break;
      case 'open-rectification':
        openRectification(scene, draft, effect.params, at);
        break;
      case 'apply-policy':
        applyPolicy(scene, draft, effect.params, at);
        break;
      case 'move-candidates':
        moveCandidates(scene, draft, effect.params.phase, at);
        break;
      case 'store-ranking':
        storeRanking(scene, draft, effect.params, at);
        break;
      case 'select-candidates':
        selectCandidates(scene, draft, effect.params, at);
        break;
      case 'assess-sites':
        for (const word of assessSites(scene, draft, effect.params, at)) {
          notify(scene, draft, word, at);
        }
        break;
      case 'freeze-roster':
        freezeRoster(scene, draft, at);
        break;
      case 'amend-roster':
        for (const word of amendRoster(scene, draft, effect.params, at)) {
          notify(scene, draft, word, at);
        }
        break;
      case 'adopt-supplement':
        writes.supplements.push({
          ...effect.params,
          organisation_id: draft.organisationId,
          path: draft.path,
          subject_id: draft.id,
          approved_at: at,
          approved_by: scene.by.principalId,
        });
        break;
      case 'keep-sheet':
        keepSheet(scene, draft, effect.params);
        break;
      case 'keep-submission':
        keepSubmission(scene, draft, effect.params, at);
        break;
      case 'keep-application':
        keepApplication(scene, draft, effect.params, at);
        break;
      case 'record-conflict':
        recordConflict(scene, draft, effect.params, at);
        break;
      case 'correct-site-fact': {
        const { siteId, field, value } = effect.params;
        const by = scene.by.principalId;
        writes.siteFacts.push({ site_id: siteId, field, value, at, by });
        break;
      }
      case 'use-files':
        useFiles(writes, draft.parentId ?? draft.id, draft.id, effect.params.fileIds);
        break;
      case 'supersede-record':
        supersedeRecord(scene, draft, effect.params, at);
        break;
      case 'store-draw-units':
        writes.drawUnits = [
          ...writes.drawUnits.filter(({ draw_id }) => draw_id !== draft.id),
          ...drawUnitRows(draft.id, effect.params),
        ];
        break;
      case 'open-subject':
        openSubject(scene, draft, effect.params, at);
        break;
      case 'issue-document': {
        if (!isWanted(scene.plan, effect.params)) {
          if (effect.params.list === undefined) {
            notify(scene, draft, toldWithout(scene.plan, effect.params), at);
          }
          break;
        }
        const document = documentToIssue(scene, draft, effect.params, at);
        const { id } = open(
          scene,
          'document',
          scene.entropy.newId(),
          document.organisation,
          at,
          document,
        );
        const above = draft.parentId === null ? undefined : scene.drafts.get(draft.parentId);
        (above ?? draft).opened.push({ kind: 'document', id });
        break;
      }
      case 'keep-draft':
        writes.documents.push(draftDocumentRow(draft, effect.params));
        break;
      case 'number-document': {
        const freeze = numberDocument(scene, draft, effect.params, at);
        const answer = tell(draft, { ...freeze, at, by: SYSTEM_BY, facts: {} });
        if (answer.kind !== 'step') throw new Error('a document that was numbered is not issued');
        expand(scene, draft, answer.step.effects, at);
        supersede(scene, draft, at);
        break;
      }
      case 'tell-parent':
        tellParent(scene, draft, effect.params, at);
        break;
      case 'tell-children':
        tellChildren(scene, draft, effect.params, at);
        break;
      case 'store-roll':
      case 'open-urn':
      case 'mark-roll':
      case 'extend-urn':
      case 'close-urn':
        writeBallots(scene, draft.id, effect);
        break;
      default: {
        const never: never = effect;
        throw new Error(`unknown effect ${JSON.stringify(never)}`);
      }
    }
  }
}

function notify(scene: Scene, draft: Draft, effect: Notify, at: string): void {
  const { plan, reference, writes } = scene;
  const addressees = new Map<string, { organisation: Organisation; standsFor: string[] }>();
  const address = ({ organisation, standsFor }: Reached): void => {
    const known = addressees.get(organisation.id) ?? { organisation, standsFor: [] };
    if (standsFor !== null) known.standsFor.push(standsFor);
    addressees.set(organisation.id, known);
  };
  for (const addressee of effect.to) {
    reachAddressee(reference.directory, draft.organisationId, addressee).forEach(address);
  }
  for (const id of effect.organisations ?? []) {
    const organisation = reference.directory.byId.get(id);
    if (organisation !== undefined) address({ organisation, standsFor: null });
  }
  const told = {
    campaignName: scene.campaignName,
    subjectName: draft.name,
    category: draft.category,
    at,
    params: effect.params ?? {},
  };
  const write = noticeWriter(plan, effect.template, told, scene.effort);
  for (const { organisation, standsFor } of addressees.values()) {
    const text = write(organisation.name);
    const id = scene.entropy.newId();
    writes.notices.push({
      id,
      subject_id: draft.id,
      sequence: draft.revision,
      template: effect.template,
      kind: text.kind,
      clause: text.clause,
      title: text.title,
      body: standsFor.length === 0 ? text.body : `${text.body}\n${standInNote(standsFor)}`,
      organisation_id: organisation.id,
      path: organisation.path,
      issued_at: at,
      obligation_kind: effect.obligation?.kind ?? null,
      obligation_generation: effect.obligation?.generation ?? null,
      level: effect.obligation?.level ?? null,
      receipt_required: text.receipt,
    });
    if (!text.receipt) continue;
    const receipt = open(scene, 'receipt', id, organisation, at, {
      input: { noticeId: id, clause: text.clause, title: text.title },
      facts: {
        deadline: deadlineFor(plan, reference.calendar, at, { policy: 'receiptWorkingDays' }),
      },
      parentId: null,
    });
    receipt.name = text.title;
  }
}

function openObligation(
  { plan, reference, writes }: Scene,
  draft: Draft,
  effect: Extract<Effect, { type: 'open-obligation' }>['params'],
  at: string,
): void {
  const [owner] = resolveAddressee(reference.directory, draft.organisationId, effect.owner);
  const owed = owner ?? { id: draft.organisationId, path: draft.path };
  writes.obligationsOpened.push({
    subject_id: draft.id,
    kind: effect.kind,
    generation: effect.generation,
    clause: clauseIn(plan, effect.clause),
    organisation_id: owed.id,
    path: owed.path,
    due_at: effect.dueAt,
    provisional: effect.provisional,
    calendar_version: effect.calendarVersion,
    level: 'armed',
    opened_at: at,
    raised_at: null,
    closed_at: null,
  });
}

/** The new record hangs on the candidate, as the one it replaces does; the order keeps both names. */
function supersedeRecord(scene: Scene, order: Draft, effect: SupersedeRecord, at: string): void {
  const { candidateId, supersedes, id, kind, occurredOn, summary, detail } = effect;
  scene.writes.records.push({
    subject_id: candidateId,
    ledger: 'evidence',
    id,
    kind,
    clause: 'R59',
    body: { occurredOn, summary, form: null, siteIds: [], detail, supersedes, orderId: order.id },
    sequence: scene.drafts.get(candidateId)?.revision ?? 0,
    recorded_at: at,
    recorded_by: scene.by.principalId,
    status: null,
  });
  scene.writes.recordsSuperseded.push({
    subject_id: candidateId,
    id: supersedes,
    superseded_by: id,
    reason: order.name,
  });
  order.opened.push({ kind: 'evidence', id });
}

function drawUnitRows(drawId: string, { units, dueAt }: StoreDrawUnits) {
  if (dueAt === null) throw new Error('units are drawn before their deadline is known');
  return units.map(({ unitId, candidateId, siteId, ...unit }) => ({
    draw_id: drawId,
    unit_id: unitId,
    candidate_id: candidateId,
    site_id: siteId,
    ...unit,
    due_at: dueAt,
  }));
}

// One statement does not see its own inserts, so what opens and changes in one batch is one row. The
// row is replaced, never changed: a refused command puts the rows back as they were.
function openedNow(
  { obligationsOpened }: Writes,
  draft: Draft,
  { kind, generation }: { kind: string; generation: number },
): ((change: Partial<Writes['obligationsOpened'][number]>) => void) | null {
  const index = obligationsOpened.findIndex(
    (row) => row.subject_id === draft.id && row.kind === kind && row.generation === generation,
  );
  const opened = obligationsOpened[index];
  if (opened === undefined) return null;
  return (change) => {
    obligationsOpened[index] = { ...opened, ...change };
  };
}

function openRectification(
  scene: Scene,
  candidate: Draft,
  effect: OpenRectification,
  at: string,
): void {
  const { plan, reference } = scene;
  const organisation = reference.directory.byId.get(candidate.organisationId);
  if (organisation === undefined) throw new Error(`no organisation ${candidate.organisationId}`);
  const days = Math.min(
    effect.days ?? plan.policies.rectificationDays.value,
    plan.policies.rectificationDaysMax.value,
  );
  const id = scene.entropy.newId();
  candidate.opened.push({ kind: 'rectification', id });
  open(scene, 'rectification', id, organisation, at, {
    input: { candidateId: candidate.id, ...effect, days },
    facts: {
      deadline: deadlineFor(plan, reference.calendar, at, { policy: 'rectificationDays', days }),
      behindPercent: plan.policies.rectificationBehindPercent.value,
    },
    parentId: candidate.id,
    name: candidate.name,
    category: candidate.category,
  });
}

/** What a candidate said to an event that one of its children wanted it told. */
export class ParentRefused extends Error {
  readonly answer: Exclude<Advance, { kind: 'step' }>;
  readonly parent: Draft;

  constructor(parent: Draft, answer: Exclude<Advance, { kind: 'step' }>) {
    super(`the candidate does not take it: ${answer.kind}`);
    this.parent = parent;
    this.answer = answer;
  }
}

function tellParent(scene: Scene, child: Draft, { event }: TellParent, at: string): void {
  const parent = child.parentId === null ? undefined : scene.drafts.get(child.parentId);
  if (parent === undefined) throw new Error(`${child.release.name} hangs on no candidate`);
  const facts =
    scene.parentFacts.get(`${child.id} ${event.type}`) ??
    factsAtHand(scene.plan, scene.reference, { draft: parent, event, at });
  const answer = tell(parent, { ...event, at, by: SYSTEM_BY, facts });
  if (answer.kind !== 'step') throw new ParentRefused(parent, answer);
  expand(scene, parent, answer.step.effects, at);
}

/** Those that joined the batch because their candidate might come to its end (see `decide`). */
function tellChildren(
  scene: Scene,
  parent: Draft,
  { machine, event }: TellChildren,
  at: string,
): void {
  for (const child of [...scene.drafts.values()]) {
    const hangsOnIt = child.parentId === parent.id && child.release.name === machine;
    if (!hangsOnIt || child.instance.status !== 'active') continue;
    const answer = tell(child, { ...event, at, by: SYSTEM_BY, facts: {} });
    if (answer.kind === 'step') expand(scene, child, answer.step.effects, at);
  }
}

function openSubject(scene: Scene, parent: Draft, effect: OpenSubject, at: string): void {
  const organisation = scene.reference.directory.byId.get(parent.organisationId);
  if (organisation === undefined) throw new Error(`no organisation ${parent.organisationId}`);
  const child = open(scene, effect.machine, effect.id ?? scene.entropy.newId(), organisation, at, {
    input: effect.input,
    event: effect.event,
    parentId: parent.id,
    name: parent.name,
    category: parent.category,
  });
  parent.opened.push({ kind: effect.machine, id: child.id });
}

/** A correction is one only when the document it names takes it: that one hangs above it. */
function supersede(scene: Scene, draft: Draft, at: string): void {
  const { corrects, number } = draft.instance.context as {
    corrects: string | null;
    number: unknown;
  };
  if (corrects === null) return;
  tellParent(
    scene,
    draft,
    { event: { type: 'supersede', documentId: draft.id, number: number as string | null } },
    at,
  );
}

type Opening = {
  input: object;
  /** What it is told first; `issue` when nothing else is said. */
  event?: OpenSubject['event'];
  /** What is known then; what is at hand when nothing else is said. */
  facts?: { readonly [name: string]: unknown };
  parentId: string | null;
  name?: string | null;
  category?: string | null;
};

/** A subject that a step opens: it begins, is issued at once, and joins the batch. */
function open(
  scene: Scene,
  machine: MachineName,
  id: string,
  organisation: Organisation,
  at: string,
  opening: Opening,
): Draft {
  const release = currentRelease(machine);
  const draft: Draft = {
    id,
    campaignId: scene.campaignId,
    release,
    parentId: opening.parentId,
    organisationId: organisation.id,
    path: organisation.path,
    name: opening.name ?? null,
    category: opening.category ?? null,
    siteId: null,
    personName: null,
    instance: begin(release, opening.input),
    revision: 0,
    chainHash: CHAIN_START,
    createdAt: at,
    updatedAt: at,
    events: [],
    timers: new Map(),
    opened: [],
    isNew: true,
    input: opening.input,
  };
  scene.drafts.set(id, draft);
  const event = opening.event ?? { type: 'issue' };
  const parent = opening.parentId === null ? undefined : scene.drafts.get(opening.parentId);
  const facts =
    opening.facts ?? factsAtHand(scene.plan, scene.reference, { draft, parent, event, at });
  const answer = tell(draft, { ...event, at, by: SYSTEM_BY, facts });
  if (answer.kind !== 'step') throw new Error(`${machine} refused its ${event.type}`);
  expand(scene, draft, answer.step.effects, at);
  return draft;
}

/** Each subject is moved in its turn and in its own log, as an operation a restart goes on with. */
function applyPolicy(
  scene: Scene,
  change: Draft,
  { planVersion, subjects }: ApplyPolicy,
  at: string,
): void {
  const id = scene.entropy.newId();
  scene.writes.operations.push({
    id,
    kind: 'policy-change',
    status: subjects.length === 0 ? 'done' : 'running',
    total: subjects.length,
    finished_at: subjects.length === 0 ? at : null,
    detail: { policyChangeId: change.id, planVersion },
    created_by: scene.by.principalId,
    created_at: at,
  });
  subjects.forEach((subjectId, index) => {
    const event = { type: 'adopt-policy', planVersion, policyChangeId: change.id };
    scene.writes.operationItems.push({ operation_id: id, index, command: { subjectId, event } });
  });
  change.opened.push({ kind: 'operation', id });
}

function moveCandidates(scene: Scene, campaign: Draft, phase: PhaseCode, at: string): void {
  const id = scene.entropy.newId();
  const number = phaseNumber(phase);
  scene.writes.phases.push({ number, code: phase, entered_at: at });
  scene.writes.operations.push({
    id,
    kind: 'phase-change',
    status: scene.liveCandidates === 0 ? 'done' : 'running',
    total: scene.liveCandidates,
    finished_at: scene.liveCandidates === 0 ? at : null,
    detail: { phase, number },
    created_by: scene.by.principalId,
    created_at: at,
  });
  campaign.opened.push({ kind: 'operation', id });
}
