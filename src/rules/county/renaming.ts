// What bears an organisation's name bears its new one with it: the bodies that act for it, and its sites.

import type { Organisation } from '../access/addressees.ts';
import { bodyNames, settlementName } from './divisions.ts';

/**
 * The name that follows: 彭镇党委 is 龙泉镇党委 when 彭镇 becomes 龙泉镇, and 龙泉街道党工委 when it becomes 龙泉街道.
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
