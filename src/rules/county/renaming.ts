// What bears an organisation's name bears its new one with it: the bodies that act for it, and its sites.

import type { Organisation } from '../access/addressees.ts';
import { bodyNames, settlementName } from './divisions.ts';

/**
 * The name that follows: 甲镇党委 is 乙镇党委 when 甲镇 becomes 乙镇, and 乙街道党工委 when it becomes 乙街道.
 * A name that does not begin with the old one is of another thing, and stays.
 */
export function nameAfter(
  renamed: { before: string; name: string },
  { kind, name }: Pick<Organisation, 'kind' | 'name'> | { kind: null; name: string },
): string {
  const made = kind === null ? null : bodyNames(kind);
  if (made?.(renamed.before) === name) return made(renamed.name);
  const [long, short] = [renamed.before, settlementName(renamed.before)];
  if (name.startsWith(long)) return renamed.name + name.slice(long.length);
  if (name.startsWith(short)) return settlementName(renamed.name) + name.slice(short.length);
  return name;
}
