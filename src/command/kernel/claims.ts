// Two commands of one batch may share no claim; a long list is cut into batches by that rule.

import type { Command } from './command.ts';
import type { Nouns } from './noun.ts';
import { parentOf } from './parent.ts';

/** The claims of a command: its subjects, its key, and the names that its noun adds. */
export function claimsOf({ machines }: Nouns, command: Command): string[] {
  const { campaignId, subjectId, create, principal, idempotency } = command;
  const claims = [`subject ${campaignId} ${subjectId}`];
  const parentId = parentOf(command);
  if (parentId !== null) claims.push(`subject ${campaignId} ${parentId}`);
  if (idempotency !== undefined) claims.push(`key ${principal.id} ${idempotency.key}`);
  if (create !== undefined) {
    claims.push(...(machines[create.machine]?.claims?.(create, campaignId) ?? []));
  }
  return claims;
}

/**
 * The positions of the commands in batches of at most `size`. Commands that share a claim stand in different
 * batches, in their order.
 */
export function wavesOf(nouns: Nouns, commands: readonly Command[], size: number): number[][] {
  const waves: number[][] = [];
  const lastOf = new Map<string, number>();
  let open = 0;
  for (const [position, command] of commands.entries()) {
    const claims = claimsOf(nouns, command);
    let at = Math.max(open, ...claims.map((claim) => (lastOf.get(claim) ?? -1) + 1));
    while ((waves[at]?.length ?? 0) >= size) at += 1;
    while (waves.length <= at) waves.push([]);
    (waves[at] as number[]).push(position);
    for (const claim of claims) lastOf.set(claim, at);
    while ((waves[open]?.length ?? 0) >= size) open += 1;
  }
  return waves.filter((wave) => wave.length > 0);
}
