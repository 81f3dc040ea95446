// A fault of a plan: where it stands and what is wrong with it, in two languages that never mix. Pure.

/** One sentence wholly in Chinese, and the same wholly in English. */
export type Text = { zh: string; en: string };

/** `path` is a JSON pointer (RFC 6901) into the plan. */
export type Fault = { path: string; message: Text };

export const fault = (path: string, zh: string, en: string): Fault => ({
  path,
  message: { zh, en },
});

/** One step of a JSON pointer. */
export const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

const LISTED_MAX = 60;
// A hostile plan has thousands of names and as many that are unknown.
const KNOWN_MAX = 500;

/** A name that is not known: the nearest that is, and all that could stand there. */
export function unknownName(
  path: string,
  what: Text,
  name: string,
  known: readonly string[],
): Fault {
  const near = nearest(name, known);
  const all = inRuns(known.slice(0, KNOWN_MAX));
  const listed = all.slice(0, LISTED_MAX);
  const rest = all.length > LISTED_MAX ? ' …' : '';
  const zh = [
    ...(near === null ? [] : [`是否为 ${near}？`]),
    listed.length === 0 ? '此处没有可用的值' : `可用：${listed.join('、')}${rest}`,
  ];
  const en = [
    ...(near === null ? [] : [`did you mean ${near}?`]),
    listed.length === 0 ? 'there is none to name here' : `known: ${listed.join(', ')}${rest}`,
  ];
  return fault(path, `${what.zh}“${name}”；${zh.join('')}`, `${what.en} ${name}; ${en.join(' ')}`);
}

/** Numbers that follow each other in one: R1–R74. */
function inRuns(names: readonly string[]): string[] {
  const runs: { first: string; last: string; next: string | null }[] = [];
  for (const name of names) {
    const [, letters, digits] = /^([A-Z]+)(\d+)$/.exec(name) ?? [];
    const next = digits === undefined ? null : `${letters}${Number(digits) + 1}`;
    const run = runs.at(-1);
    if (run?.next === name) Object.assign(run, { last: name, next });
    else runs.push({ first: name, last: name, next });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first}–${last}`));
}

/** The known name that differs least, if a slip of the pen explains the difference; else null. */
export function nearest(name: string, known: readonly string[]): string | null {
  const slips = Math.max(1, Math.floor(name.length / 3));
  const [best] = known
    .slice(0, KNOWN_MAX)
    .filter((one) => Math.abs(one.length - name.length) <= slips && !isOtherNumber(name, one))
    .map((one) => ({ one, distance: distanceOf(name.toLowerCase(), one.toLowerCase()) }))
    .filter(({ distance }) => distance <= slips)
    .sort((a, b) => a.distance - b.distance);
  return best?.one ?? null;
}

/** Of W99, W9 is another number and no other spelling. */
const isOtherNumber = (name: string, other: string): boolean =>
  name.replaceAll(/\d/g, '') === other.replaceAll(/\d/g, '');

const NAME_LENGTH_MAX = 60;

/** Levenshtein's distance: letters to add, drop or change. */
function distanceOf(from: string, to: string): number {
  if (Math.max(from.length, to.length) > NAME_LENGTH_MAX) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...from].entries()) {
    const above = row;
    row = [at + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (above[column] ?? 0) + (letter === other ? 0 : 1);
      row.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
