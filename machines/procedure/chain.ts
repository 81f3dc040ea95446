// Lays the phases of a plan, which may overlap, out as a chain of sets of open phases.
//
//   self-rating ████               self-rating ▶ township ▶ township+county ▶ county
//   township        ██████
//   county              ██████

import type { Chain, Link } from './phases.ts';

/** `start` and `end` are days (ISO 8601); the phase lasts to the end of its last day. */
export type Phase = { code: string; start: string; end: string };

const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/**
 * The chain of these phases. A phase that none overlaps lasts until the next begins, so a gap adds no
 * link, and the chain of phases that do not overlap is the phases themselves. Throws on a malformed day.
 */
export function chainOf(phases: readonly Phase[]): Chain {
  const days = phases.flatMap(({ start, end }) => [start, dayAfter(end)]);
  const sets: string[][] = [];
  for (const day of [...new Set(days)].sort()) {
    const open = phases
      .filter(({ start, end }) => start <= day && day <= end)
      .map(({ code }) => code);
    if (open.length > 0 && open.join() !== sets.at(-1)?.join()) sets.push(open);
  }
  return { links: sets.map((open, index): Link => linkOf(open, index, sets)) };
}

/** The open phases joined by `+`; a set that comes again, around a shorter phase, is numbered. */
function linkOf(open: readonly string[], index: number, sets: readonly string[][]): Link {
  const before = sets.slice(0, index).filter((set) => set.join() === open.join()).length;
  const without = (set: readonly string[] = []) => open.filter((code) => !set.includes(code));
  return {
    code: `${open.join('+')}${before === 0 ? '' : `-${before + 1}`}`,
    open,
    opens: without(sets[index - 1]),
    closes: without(sets[index + 1]),
  };
}
