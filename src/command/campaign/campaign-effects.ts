// Effects that move many candidates of a campaign become operations, which go on after a restart.

import type { Handlers } from '../kernel/batch-context.ts';
import { phaseOf } from '../kernel/draft.ts';

export const campaignHandlers: Handlers<'apply-policy' | 'move-candidates'> = {
  // Each subject is moved by a command of its own, so that the move stands in its own log.
  'apply-policy': (scene, change, { planVersion, subjects }, at) => {
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
  },

  'move-candidates': (scene, campaign, { phase }, at) => {
    const id = scene.entropy.newId();
    const number = phaseOf(campaign);
    const live = scene.facts.duties?.live ?? 0;
    scene.writes.phases.push({ number, code: phase, entered_at: at });
    scene.writes.operations.push({
      id,
      kind: 'phase-change',
      status: live === 0 ? 'done' : 'running',
      total: live,
      finished_at: live === 0 ? at : null,
      detail: { phase, number },
      created_by: scene.by.principalId,
      created_at: at,
    });
    campaign.opened.push({ kind: 'operation', id });
  },
};
