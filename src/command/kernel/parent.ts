import type { Command } from './command.ts';

/** The id of the candidate that the subject hangs on, as far as the command tells; null when none. */
export function parentOf({ parentId, create }: Command): string | null {
  if (create !== undefined && 'parentId' in create) return create.parentId;
  return parentId ?? null;
}
