// The answer to a step is kept with the caller's key, so that a repeat gets the same one.

import type { Step } from '../../../machines/effects.ts';
import { accepts } from '../../../machines/kit/step.ts';
import type { Writes } from '../../db/tables.ts';
import { where } from './admit.ts';
import type { Answer, Command } from './command.ts';
import type { Draft } from './draft.ts';

/** The answer to a step, with 201 for a new subject; its row joins `writes` when the caller gave a key. */
export function keep(
  writes: Writes,
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

/** An answer with the subject as it stands now. */
export const answerOf = (draft: Draft, status: number, warnings: Step['warnings']): Answer => ({
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
