// A list that is applied wholly or not at all is decided here, batch after batch in one transaction.

import { lockCampaign } from '../../db/kernel/campaign-heads.ts';
import { lockSubjects } from '../../db/kernel/subjects.ts';
import type { Tx } from '../../db/kernel/transaction.ts';
import type { Entropy } from '../../entropy.ts';
import { effortOf, LIST_EFFORT } from '../../rules/plan/texts.ts';
import { wavesOf } from './claims.ts';
import type { Command, Outcome } from './command.ts';
import type { Nouns } from './noun.ts';
import { parentOf } from './parent.ts';
import type { Cache } from './perform.ts';
import { decideBatch } from './perform.ts';

/** A larger batch costs more in its statement than it saves in round trips; see batches.ts. */
const WAVE_COMMANDS_MAX = 128;

const isOpen = async (): Promise<void> => undefined;

/**
 * Decides these commands of one campaign in the caller's transaction. Commands that were done are stored in
 * it already, so the caller rolls it back when another outcome is not to its liking. Each batch sees the
 * steps of those before it. Outcomes come in the order of the commands. Throws TooMuchEffort when their
 * texts take more effort than a list may spend.
 */
export async function performTogether(
  tx: Tx,
  nouns: Nouns,
  cache: Cache,
  entropy: Entropy,
  campaignId: string,
  commands: readonly Command[],
): Promise<Outcome[]> {
  const movesCampaign = commands.some(({ subjectId }) => subjectId === campaignId);
  // All locks are taken at once and in the one order, because two lists that locked batch by batch could
  // wait for each other.
  await lockCampaign(tx, campaignId, movesCampaign ? 'update' : 'share');
  const subjects = commands.flatMap((command) => [command.subjectId, parentOf(command) ?? []]);
  await lockSubjects(tx, campaignId, [...new Set(subjects.flat())]);
  const outcomes = commands.map((): Outcome => ({ kind: 'unknown-subject' }));
  const effort = effortOf(LIST_EFFORT);
  for (const wave of wavesOf(nouns, commands, WAVE_COMMANDS_MAX)) {
    const { result, last } = await decideBatch(
      tx,
      isOpen,
      nouns,
      cache,
      entropy,
      campaignId,
      wave.map((position) => commands[position] as Command),
      effort,
    );
    if (last !== undefined) await tx.query(last);
    for (const [index, position] of wave.entries()) outcomes[position] = result[index] as Outcome;
  }
  return outcomes;
}
