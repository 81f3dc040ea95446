// What the effects of a step say, turned into rows. Subjects that a step opens begin here, too.

import type { PhaseCode } from '../../machines/candidate/events.ts';
import { phaseNumber } from '../../machines/candidate/events.ts';
import type { MachineName } from '../../machines/catalog.ts';
import { currentRelease } from '../../machines/catalog.ts';
import type { Effect, Notify, OpenRectification } from '../../machines/effect.ts';
import { begin } from '../../machines/step.ts';
import type { Writes } from '../db/store.ts';
import type { Organisation } from '../rules/addressees.ts';
import { resolveAddressee } from '../rules/addressees.ts';
import { deadlineFor } from '../rules/deadlines.ts';
import { renderNotice } from '../rules/notices.ts';
import type { Plan } from '../rules/plan.ts';
import type { Draft } from './draft.ts';
import { CHAIN_START, tell } from './draft.ts';
import type { Reference } from './reference.ts';

export type Scene = {
  campaignId: string;
  plan: Plan;
  reference: Reference;
  campaignName: string;
  writes: Writes;
  /** Every draft of the batch by id; opened subjects join it. */
  drafts: Map<string, Draft>;
  newId: () => string;
  by: { principalId: string; roles: readonly string[] };
  /** Candidates that are not at their end, told to a phase change's operation. */
  liveCandidates: number;
};

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
        if (fresh) Object.assign(fresh, { level: effect.params.level, raised_at: at });
        else writes.obligationsRaised.push({ ...owned, ...effect.params, at });
        break;
      }
      case 'close-obligation': {
        const fresh = openedNow(writes, draft, effect.params);
        if (fresh) Object.assign(fresh, { level: effect.params.outcome, closed_at: at });
        else writes.obligationsClosed.push({ ...owned, ...effect.params, at });
        break;
      }
      case 'store-record':
        writes.records.push({
          ...owned,
          ...effect.params,
          sequence: draft.revision,
          recorded_at: at,
          recorded_by: scene.by.principalId,
        });
        // What a site is held to follows from the record that said so; that one is told.
        if (effect.params.ledger !== 'conformance' || draft.release.name === 'campaign') {
          draft.opened.push({ kind: effect.params.ledger, id: effect.params.id });
        }
        break;
      case 'assess-record':
        writes.assessments.push({ ...owned, ...effect.params, at, by: scene.by.principalId });
        break;
      case 'open-rectification':
        openRectification(scene, draft, effect.params, at);
        break;
      case 'move-candidates':
        moveCandidates(scene, draft, effect.params.phase, at);
        break;
      case 'select-candidates':
        selectCandidates(scene, draft, effect.params, at);
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
  const addressees = new Map<string, Organisation>();
  for (const addressee of effect.to) {
    for (const organisation of resolveAddressee(
      reference.directory,
      draft.organisationId,
      addressee,
    )) {
      addressees.set(organisation.id, organisation);
    }
  }
  for (const organisation of addressees.values()) {
    const text = renderNotice(plan, effect.template, {
      campaignName: scene.campaignName,
      addressee: organisation.name,
      subjectName: draft.name,
      category: draft.category,
      at,
      params: effect.params ?? {},
    });
    const id = scene.newId();
    writes.notices.push({
      id,
      subject_id: draft.id,
      sequence: draft.revision,
      template: effect.template,
      kind: text.kind,
      clause: text.clause,
      title: text.title,
      body: text.body,
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
  { reference, writes }: Scene,
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
    clause: effect.clause,
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

// One statement does not see its own inserts, so what opens and changes in one batch is one row.
const openedNow = (
  writes: Writes,
  draft: Draft,
  { kind, generation }: { kind: string; generation: number },
) =>
  (writes.obligationsOpened as { subject_id: string; kind: string; generation: number }[]).find(
    (row) => row.subject_id === draft.id && row.kind === kind && row.generation === generation,
  );

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
  const order = open(scene, 'rectification', scene.newId(), organisation, at, {
    input: { candidateId: candidate.id, ...effect, days },
    facts: {
      deadline: deadlineFor(plan, reference.calendar, at, { policy: 'rectificationDays', days }),
    },
    parentId: candidate.id,
    name: candidate.name,
    category: candidate.category,
  });
  candidate.opened.push({ kind: 'rectification', id: order.id });
}

type Opening = {
  input: object;
  facts: { readonly [name: string]: unknown };
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
  const answer = tell(draft, { type: 'issue', at, by: SYSTEM_BY, facts: opening.facts });
  if (answer.kind !== 'step') throw new Error(`${machine} refused to be issued`);
  expand(scene, draft, answer.step.effects, at);
  return draft;
}

function moveCandidates(scene: Scene, campaign: Draft, phase: PhaseCode, at: string): void {
  const id = scene.newId();
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

function selectCandidates(
  scene: Scene,
  campaign: Draft,
  effect: Extract<Effect, { type: 'select-candidates' }>['params'],
  at: string,
): void {
  const id = scene.newId();
  const commands = [
    ...effect.selected.map(({ candidateId, rank }) => ({
      subjectId: candidateId,
      event: { type: 'select', rank },
    })),
    ...effect.passedOver.map(({ candidateId, rank }) => ({
      subjectId: candidateId,
      event: { type: 'pass-over', rank },
    })),
  ];
  scene.writes.operations.push({
    id,
    kind: 'merit-selection',
    status: 'running',
    total: commands.length,
    finished_at: null,
    detail: { category: effect.category, selected: effect.selected.length },
    created_by: scene.by.principalId,
    created_at: at,
  });
  commands.forEach((command, index) => {
    scene.writes.operationItems.push({ operation_id: id, index, command });
  });
  campaign.opened.push({ kind: 'operation', id });
}
