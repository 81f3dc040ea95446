// The effects of an inspection and of the order that follows from it become rows here.

import type { Handlers } from '../kernel/batch-context.ts';
import { open } from '../kernel/effects.ts';

export const inspectionHandlers: Handlers<'open-rectification' | 'supersede-record'> = {
  'open-rectification': (scene, candidate, effect, at) => {
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
      event: { type: 'draft' },
      parentId: candidate.id,
      name: candidate.name,
      category: candidate.category,
    });
  },

  // The new record hangs on the candidate, as the replaced one does; the order keeps the ids of both.
  'supersede-record': (scene, order, effect, at) => {
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
  },
};
