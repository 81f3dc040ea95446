// A candidate goes on under the successor of its unit, with what hangs on it and all its records.

import { countStanding } from '../../db/candidate/candidate-facts.ts';
import type { Handlers } from '../kernel/batch-context.ts';
import type { FactLoader } from '../kernel/facts.ts';

export const candidateHandlers: Handlers<'go-on-under'> = {
  'go-on-under': ({ reference, writes }, candidate, { organisationId }) => {
    const { byId } = reference.directory;
    const [before, after] = [byId.get(candidate.organisationId), byId.get(organisationId)];
    if (before === undefined || after === undefined) throw new Error(`no ${organisationId}`);
    // A candidate of a name of its own, or of a person's, keeps it.
    const isNamesake = candidate.personName === null && candidate.name === before.name;
    candidate.organisationId = after.id;
    candidate.path = after.path;
    candidate.name = isNamesake ? after.name : candidate.name;
    writes.successions.push({
      candidate_id: candidate.id,
      before_id: before.id,
      organisation_id: after.id,
      path: after.path,
      name: candidate.name ?? after.name,
    });
  },
};

export const loadSuccession: FactLoader<'succession'> = async (
  { tx, campaignId, reference: { directory } },
  wants,
) => {
  const named = wants('succession').flatMap(({ draft: { id }, event: { organisationId } }) =>
    typeof organisationId === 'string' ? [{ id, organisationId }] : [],
  );
  const standing = await countStanding(tx, campaignId, named);
  return {
    succession: ({ draft, event }) => {
      const unit = directory.byId.get(draft.organisationId);
      const end = unit?.ended ?? null;
      const successor = end?.successorIds.find((id) => id === event.organisationId);
      return {
        ended: unit === undefined || end === null ? null : { name: unit.name, on: end.on },
        successor: directory.byId.get(successor ?? '')?.name ?? null,
        standing: standing.get(draft.id) ?? 0,
      };
    },
  };
};
