// Titles of several lines (GB/T 9704-2012, 7.3.1): words stay whole, the lines make a trapezium or a diamond.

import { widthOf } from './layout.ts';

/** 二号: twenty characters fill a line of the text. */
const TITLE_CHARACTERS = 20;

const NOT_FIRST = /[，。；：、！？”’》〉）〕…·]/;
const NOT_LAST = /[“‘《〈（〔]/;
// A line does not begin with what belongs to the word before it, nor end with what belongs to the next.
const LEANS_BACK = /[的之等们了]/;
const LEANS_ON = /[在对为于以和与及关第各本全]/;
const HAN = /^\p{Script=Han}$/u;

// Words of official documents that the dictionary of Intl.Segmenter does not have or takes apart.
const OFFICE_WORDS =
  /印发|责令|限期|整改|报送|自查|上报|呈报|核查|抽查|考评|评议|评选|评先|争创|创建|创评|表彰|表扬|认定|确定|确认|授予|公示|通报|批评|批复|请示|更正|学用|组织部|县委|市委|区委|党委|党工委|党支部|村委会|居委会|街道办|办事处|远程教育|先进典型|活动方案|实施方案|拟确定|拟认定|有关问题|有关情况/gu;
const ADMINISTRATIVE = /[省市县区镇乡村]/;

const words = new Intl.Segmenter('zh', { granularity: 'word' });

const IN_NAME = 60;
const IN_WORD = 25;
const BESIDE_LEFTOVER = 8;
const LEANING = 30;
const NEVER = 1000;

/** What it costs to break the title before each of its characters. */
function costsOf(title: string, names: readonly string[]): number[] {
  const costs = new Array<number>(title.length + 1).fill(IN_WORD);
  for (const { index, segment } of words.segment(title)) {
    // What the dictionary leaves over as one character is likely a part of a word it does not know.
    const isLeftover = (at: number): boolean => {
      const [character = ''] = title.slice(at, at + 1);
      return HAN.test(character) && !LEANS_BACK.test(character) && !LEANS_ON.test(character);
    };
    const before = costs[index] ?? 0;
    const own = segment.length === 1 && isLeftover(index) ? BESIDE_LEFTOVER : 0;
    costs[index] = Math.max(before === IN_WORD ? 0 : before, own);
    costs[index + segment.length] = own;
  }
  const within = (from: number, length: number, cost: number): void => {
    for (let at = from + 1; at < from + length; at += 1) costs[at] = Math.max(costs[at] ?? 0, cost);
  };
  for (const { 0: word, index } of title.matchAll(OFFICE_WORDS)) {
    within(index, word.length, IN_WORD);
    for (const end of [index, index + word.length]) costs[end] = Math.min(costs[end] ?? 0, 0);
  }
  for (const { 0: quoted, index } of title.matchAll(/“[^“”]*”|《[^《》]*》/gu)) {
    // A title within a title may be longer than a line, and is broken like any other.
    const fits = widthOf(quoted) <= TITLE_CHARACTERS;
    within(index, quoted.length, fits ? IN_NAME : 0);
  }
  for (const name of names) {
    if (name.length < 2 || widthOf(name) > TITLE_CHARACTERS) continue;
    for (let at = title.indexOf(name); at >= 0; at = title.indexOf(name, at + 1)) {
      within(at, name.length, IN_NAME);
      for (const end of [at, at + name.length]) {
        if ((costs[end] ?? 0) < IN_NAME) costs[end] = 0;
      }
    }
  }
  return costs.map((cost, at) => cost + edgeCost(title.charAt(at - 1), title.charAt(at)));
}

function edgeCost(before: string, after: string): number {
  if (NOT_FIRST.test(after) || NOT_LAST.test(before)) return NEVER;
  if (/[!-~]/.test(before) && /[!-~]/.test(after)) return NEVER;
  if (LEANS_BACK.test(after)) return LEANING;
  if (LEANS_ON.test(before)) return LEANING;
  if (ADMINISTRATIVE.test(after)) return IN_WORD;
  if (before === '”' && HAN.test(after)) return BESIDE_LEFTOVER / 2;
  return /[的，；：、》]/.test(before) || /[“《（]/.test(after) ? -2 : 0;
}

/** The lengths of `count` lines that make a trapezium, either way up, or a diamond. */
function shapesOf(width: number, count: number): number[][] {
  const mean = width / count;
  const from = (index: number): number => (count === 1 ? 0 : (2 * index) / (count - 1) - 1);
  const lines = Array.from({ length: count }, (_, index) => from(index));
  const trapezium = lines.map((place) => mean - place * 1.5);
  const diamond = lines.map((place) => mean + 1 - 2 * Math.abs(place));
  return [trapezium, trapezium.toReversed(), ...(count > 2 ? [diamond] : [])];
}

type Broken = { cost: number; ends: number[] };

/** The cheapest way to break the title into lines of about these lengths. */
function breakInto(title: string, costs: readonly number[], lengths: readonly number[]): Broken {
  let best = new Map<number, Broken>([[0, { cost: 0, ends: [] }]]);
  for (const [index, length] of lengths.entries()) {
    const next = new Map<number, Broken>();
    const isLast = index === lengths.length - 1;
    for (const [from, { cost, ends }] of best) {
      for (let to = isLast ? title.length : from + 1; to <= title.length; to += 1) {
        const own = widthOf(title.slice(from, to));
        if (own > TITLE_CHARACTERS && to > from + 1) break;
        const all = cost + (own - length) ** 2 / 2 + (isLast ? 0 : (costs[to] ?? 0));
        if (all < (next.get(to)?.cost ?? Number.POSITIVE_INFINITY)) {
          next.set(to, { cost: all, ends: [...ends, to] });
        }
      }
    }
    best = next;
  }
  return best.get(title.length) ?? { cost: Number.POSITIVE_INFINITY, ends: [title.length] };
}

const ANOTHER_LINE = 6;

/**
 * A title in lines of at most twenty characters, broken between words and not within `names` nor what stands in
 * quotation marks.
 */
export function titleLines(title: string, names: readonly string[] = []): string[] {
  const width = widthOf(title);
  const fewest = Math.ceil(width / TITLE_CHARACTERS);
  if (fewest <= 1) return [title];
  const costs = costsOf(title, names);
  const [best] = [0, 1]
    .flatMap((more) =>
      shapesOf(width, fewest + more).map((lengths) => {
        const { cost, ends } = breakInto(title, costs, lengths);
        return { cost: cost + more * ANOTHER_LINE, ends };
      }),
    )
    .toSorted((a, b) => a.cost - b.cost);
  const ends = best?.ends ?? [title.length];
  return ends.map((end, index) => title.slice(ends[index - 1] ?? 0, end));
}
