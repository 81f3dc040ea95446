// Subjects that hang on a candidate are settled with it: losses of its sites and its reconsideration.

import { isEnd } from '../../../machines/procedure/phases.ts';
import { findSettled } from '../../db/candidate/children.ts';
import type { Command } from '../kernel/command.ts';
import type { Deciding } from '../kernel/noun.ts';

/** The events after which a candidate may be out, among them those that a child tells its candidate. */
const MAY_END = new Set([
  'withdraw',
  'end-with-unit',
  'confirm-disqualification',
  'confirm-revocation',
  'pass-over',
  'phase-entered',
  'uphold',
]);

/** The wait after which a failed review is final. */
const FINAL = /^xstate\.after\.reconsiderationWindow\./;

const mayEnd = ({ event: { type } }: Command): boolean => MAY_END.has(type) || FINAL.test(type);

/** The ids of the undecided children of candidates that may end now, which are settled with them (R12). */
export async function findSettledChildren(
  { tx, campaignId, drafts, phases }: Deciding,
  commands: readonly Command[],
): Promise<readonly string[]> {
  const ends = phases.some(({ code }) => isEnd(code));
  const asked = commands.filter((command) => ends || mayEnd(command));
  const ids = asked
    .flatMap(({ subjectId }) => drafts.get(subjectId) ?? [])
    .map((draft) => (draft.release.name === 'candidate' ? draft.id : draft.parentId));
  const candidates = ids.filter((id) => id !== null);
  if (candidates.length === 0) return [];
  return findSettled(tx, campaignId, candidates);
}
