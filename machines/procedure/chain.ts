// Lays the phases of a plan, which may overlap, out as a chain of sets of open phases.
//
//   self-rating ████               self-rating ▶ township ▶ township+county ▶ county
//   township        ██████
//   county              ██████

import type { Chain, Link } from './phases.ts';

/** `start` and `end` are days (ISO 8601); the phase lasts to the end of its last day. */
export type Phase = { code: string; start: string; end: string };

const dayAfter = (day: string): string => Temporal.PlainDate.from(day).add({ days: 1 }).toString();

/** The sets of phases that are open together, each from its first day. */
function setsOf(phases: readonly Phase[]): { from: string; open: string[] }[] {
  const days = phases.flatMap(({ start, end }) => [start, dayAfter(end)]);
  const sets: { from: string; open: string[] }[] = [];
  for (const from of [...new Set(days)].sort()) {
    const open = phases
      .filter(({ start, end }) => start <= from && from <= end)
      .map(({ code }) => code);
    if (open.length > 0 && open.join() !== sets.at(-1)?.open.join()) sets.push({ from, open });
  }
  return sets;
}

/**
 * The chain of these phases. A phase that none overlaps lasts until the next begins, so a gap adds no
 * link, and the chain of phases that do not overlap is the phases themselves. Throws on a malformed day.
 */
export function chainOf(phases: readonly Phase[]): Chain {
  const sets = setsOf(phases).map(({ open }) => open);
  return { links: sets.map((open, index): Link => linkOf(open, index, sets)) };
}

/** The first day of each link of their chain. */
export const firstDaysOf = (phases: readonly Phase[]): string[] =>
  setsOf(phases).map(({ from }) => from);

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
