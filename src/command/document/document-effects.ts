// The effects of official documents, which are drafted, numbered and issued, become rows here.

import { isWanted, toldWithout } from '../../rules/document/document-lists.ts';
import { composeDraft } from '../../rules/document/drafts.ts';
import type { DocumentKind } from '../../rules/plan/document-schema.ts';
import type { Handlers, Scene } from '../kernel/batch-context.ts';
import type { Draft } from '../kernel/draft.ts';
import { contextOf, ownAct, SYSTEM_BY, tell } from '../kernel/draft.ts';
import { expand, open, tellParent } from '../kernel/effects.ts';
import { documentToIssue, draftDocumentRow, numberDocument } from './documents.ts';

export const documentHandlers: Handlers<'issue-document' | 'keep-draft' | 'number-document'> = {
  'issue-document': (scene, draft, effect, at) => {
    if (!isWanted(scene.plan, effect)) {
      if (effect.list !== undefined) return;
      scene.handlers.notify(scene, draft, toldWithout(scene.plan, effect), at);
      return;
    }
    const document = documentToIssue(scene, draft, effect, at);
    const { organisation } = document;
    const { id } = open(scene, 'document', scene.entropy.newId(), organisation, at, document);
    const above = draft.parentId === null ? undefined : scene.drafts.get(draft.parentId);
    (above ?? draft).opened.push({ kind: 'document', id });
  },

  'keep-draft': ({ plan, writes, effort }, draft, { choices, material }, at) => {
    const { kind, issuer } = contextOf(draft, 'document');
    const asked = { kind: kind as DocumentKind, issuer, at };
    const content = composeDraft(plan, asked, choices, material, effort);
    writes.documents.push(draftDocumentRow(draft, content));
  },

  'number-document': (scene, draft, effect, at) => {
    const freeze = numberDocument(scene, draft, effect, at);
    const answer = tell(draft, { ...freeze, at, by: SYSTEM_BY, facts: {} }, ownAct(scene));
    if (answer.kind !== 'step') throw new Error('a document that was numbered is not issued');
    expand(scene, draft, answer.step.effects, at);
    supersede(scene, draft, at);
  },
};

/** Tells the document above that this one corrects it; without its step the correction is refused. */
function supersede(scene: Scene, draft: Draft, at: string): void {
  const { corrects, number } = contextOf(draft, 'document');
  if (corrects === null) return;
  tellParent(scene, draft, { event: { type: 'supersede', documentId: draft.id, number } }, at);
}
