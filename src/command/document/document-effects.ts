// The effects of official documents, which are drafted, numbered and issued, become rows here.

import type { TellAwaiting } from '../../../machines/document/effects.ts';
import { isWanted, toldWithout } from '../../rules/document/document-lists.ts';
import { composeDraft } from '../../rules/document/drafts.ts';
import { planFor } from '../../rules/plan/category-policies.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { deadlineFor, firstDayOfNotice } from '../../rules/time/deadlines.ts';
import type { Handlers, Scene } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf, ownAct, SYSTEM_BY, tell } from '../kernel/draft.ts';
import { expand, open, ParentRefused, tellParent, tellRelated } from '../kernel/effects.ts';
import { draftDocumentRow, type MadeOf, numberDocument, putDocument } from './documents.ts';
import { neededDraft } from './needed-drafts.ts';

export const documentHandlers: Handlers<
  | 'draft-document'
  | 'tell-of-document'
  | 'keep-draft'
  | 'redraft'
  | 'tell-awaiting'
  | 'number-document'
> = {
  'draft-document': (scene, draft, effect, at) => {
    if (!isWanted(scene.plan, effect)) return;
    const { plan, reference } = scene;
    const { organisation, material, ...needed } = neededDraft(scene, draft, effect);
    const deadline = deadlineFor(plan, reference.calendar, at, {
      policy: 'documentReviewWorkingDays',
    });
    const document = open(scene, 'document', scene.entropy.newId(), organisation, at, {
      ...needed,
      // A document of a body above whoever told the event is not theirs to draft: the service drafts it.
      by: scene.reaches(organisation.path) ? scene.by : SYSTEM_BY,
      facts: { material, deadline },
    });
    const above = draft.parentId === null ? undefined : scene.drafts.get(draft.parentId);
    (above ?? draft).opened.push({ kind: 'document', id: document.id });
  },

  'tell-of-document': (scene, draft, { isMoved, ...effect }, at) => {
    if (isMoved !== true && isWanted(scene.plan, effect)) return;
    scene.handlers.notify(scene, draft, toldWithout(scene.plan, effect), at);
  },

  'keep-draft': (scene, draft, made, at) => keepDraft(scene, draft, made, at),

  redraft: (scene, draft, { material }, at) => {
    const before = madeOf(scene, draft);
    if (material !== null && before !== null)
      keepDraft(scene, draft, { choices: before.choices, material }, at);
  },

  'tell-awaiting': tellAwaiting,

  'number-document': (scene, draft, { signatory }, at) => {
    const made = madeOf(scene, draft);
    const days = { dueAt: endOfPeriod(scene, draft, at), beginsOn: beginOf(scene, draft, at) };
    const freeze = numberDocument(scene, draft, { signatory, ...days, made }, at);
    const answer = tell(draft, { ...freeze, at, by: SYSTEM_BY, facts: {} }, ownAct(scene));
    if (answer.kind !== 'step') throw new Error('a document that was numbered is not issued');
    expand(scene, draft, answer.step.effects, at);
    supersede(scene, draft, at);
  },
};

/** The choices and the material of the present draft; null once it is issued. */
const madeOf = ({ writes, held }: Scene, { id }: Draft): MadeOf | null => {
  const written = writes.documents.find((row) => row.id === id);
  // `keepDraft` alone writes it.
  if (written !== undefined) return written.made_of as MadeOf | null;
  return held.register?.drafts.get(id)?.madeOf ?? null;
};

function keepDraft(scene: Scene, draft: Draft, made: MadeOf, at: string): void {
  const { kind, issuer, params } = contextOf(draft, 'document');
  const asked = { kind: kind as DocumentKind, issuer, params, at };
  const content = composeDraft(scene.plan, asked, made.choices, made.material, scene.effort);
  putDocument(scene.writes, draftDocumentRow(draft, content, made));
}

/** In the same transaction what awaits it goes on; a list's candidates are told each in its turn. */
function tellAwaiting(scene: Scene, draft: Draft, effect: TellAwaiting, at: string): void {
  const { awaitedBy, kind, named = [] } = contextOf(draft, 'document');
  const issued = { type: 'document-issued', documentId: draft.id, issuedAt: at };
  if (awaitedBy !== null) {
    const awaiting = scene.drafts.get(awaitedBy);
    if (awaiting === undefined) throw new Error(`${awaitedBy} is not locked with its document`);
    if (effect.event === 'document-issued') {
      const answer = tellRelated(scene, awaiting, issued, at);
      if (answer.kind !== 'step') throw new ParentRefused(awaiting, answer);
    } else {
      const { event: type, reason } = effect;
      tellRelated(scene, awaiting, { type, documentId: draft.id, reason }, at);
    }
    return;
  }
  if (effect.event !== 'document-issued' || named.length === 0) return;
  const id = scene.entropy.newId();
  scene.writes.operations.push({
    id,
    kind,
    status: 'running',
    total: named.length,
    finished_at: null,
    detail: { documentId: draft.id },
    created_by: scene.by.principalId,
    created_at: at,
  });
  named.forEach((subjectId, index) => {
    const command = { subjectId, event: issued };
    scene.writes.operationItems.push({ operation_id: id, index, command });
  });
  draft.opened.push({ kind: 'operation', id });
}

/** When what begins with this document ends; null where nothing does. */
function endOfPeriod(scene: Scene, draft: Draft, at: string): string | null {
  const { awaitedBy, kind, params, named = [] } = contextOf(draft, 'document');
  if (awaitedBy !== null) {
    const deadline = scene.drafts.get(awaitedBy)?.instance.context.deadline;
    return Object.hasOwn(params, 'dueAt') ? dueAtOf(deadline) : null;
  }
  if (kind !== 'public-notice' || named.length === 0) return null;
  const { calendar } = scene.reference;
  return deadlineFor(planOf(scene, draft), calendar, at, { policy: 'publicNoticeDays' }).dueAt;
}

/** The first day of a public notice; null of everything else. */
function beginOf(scene: Scene, draft: Draft, at: string): string | null {
  if (contextOf(draft, 'document').kind !== 'public-notice') return null;
  return firstDayOfNotice(planOf(scene, draft), scene.reference.calendar, at);
}

/** All categories of a list have one period; the first speaks for them. */
const planOf = (scene: Scene, draft: Draft): Plan =>
  planFor(scene.plan, madeOf(scene, draft)?.material.category ?? null);

const dueAtOf = (deadline: unknown): string | null =>
  typeof deadline === 'object' && deadline !== null && 'dueAt' in deadline
    ? String(deadline.dueAt)
    : null;

/** Tells the document above that this one corrects it; without its step the correction is refused. */
function supersede(scene: Scene, draft: Draft, at: string): void {
  const { corrects, number } = contextOf(draft, 'document');
  if (corrects === null) return;
  tellParent(scene, draft, { event: { type: 'supersede', documentId: draft.id, number } }, at);
}
