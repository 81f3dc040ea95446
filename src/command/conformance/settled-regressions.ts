// Regressions that are settled with their candidate.

import { phaseNumber } from '../../../machines/kit/phases.ts';
import { findOpenRegressions } from '../../db/conformance/conformance.ts';
import type { Command } from '../kernel/command.ts';
import type { Deciding } from '../kernel/noun.ts';

/** Events after which a candidate may be out; of an objection, what it tells its candidate. */
const MAY_END = new Set([
  'withdraw',
  'confirm-disqualification',
  'confirm-revocation',
  'fail',
  'pass-over',
  'phase-entered',
  'uphold',
]);

/** What is undecided of candidates that may come to their end now is settled with them (R12). */
export async function findSettledRegressions(
  { tx, campaignId, drafts, phases }: Deciding,
  commands: readonly Command[],
): Promise<readonly string[]> {
  const ends = phases.some(({ number }) => number >= phaseNumber('concluded'));
  const asked = commands.filter(({ event }) => ends || MAY_END.has(event.type));
  const ids = asked
    .flatMap(({ subjectId }) => drafts.get(subjectId) ?? [])
    .map((draft) => (draft.release.name === 'candidate' ? draft.id : draft.parentId));
  const candidates = ids.filter((id) => id !== null);
  if (candidates.length === 0) return [];
  return findOpenRegressions(tx, campaignId, candidates);
}
