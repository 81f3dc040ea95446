// The score sheet of a category in a stream (R61, Q19). The plan gives its lines; otherwise each criterion that
// only people can judge is a line, and all have equal weight.

import type { SheetItem, SheetScheme } from '../../../machines/assessment/sheet-score.ts';
import type { Category, Plan, Provenance, ScoreSheet } from '../plan/plan-schema.ts';

/** The full points of every sheet, in hundredths; bonus items come on top. */
export const SHEET_CENTI = 10_000;

/** Where the plan names no step, points are given to the hundredth. */
const STEP = 0.01;

type Words = {
  clause: string;
  text: string;
  english: string;
  /** The basis that we do not hold, such as 考评标准; null without one. */
  external: string | null;
};

/** A part of the sheet (板块) whose items make its points; they are scaled where some do not apply. */
type Block = { id: string; name: string; english: string | null; clause: string | null };

/** The scheme by which a sheet is scored, with the plan's words. */
export type SheetForm = Omit<SheetScheme, 'items'> & {
  provenance: Provenance;
  blocks: readonly Block[];
  items: readonly (SheetItem & Words)[];
};

const BY_DEFAULT: Provenance = {
  kind: 'default',
  clause: 'R61',
  note: '方案未给出考评分值：每项评判标准一项，分值相等',
};

/** The form of a category in a stream. Where the plan is silent the lines differ by a hundredth at most. */
export function sheetForm(category: Category, stream: string): SheetForm {
  const given = category.scoreSheets?.[stream];
  if (given !== undefined) return formOf(given);
  const judged = category.criteria.filter(({ kind }) => kind === 'judgement');
  const lines = judged.length > 0 ? judged : [wholeOf(category)];
  return {
    provenance: BY_DEFAULT,
    stepCenti: inCenti(STEP),
    bonusMaxCenti: 0,
    blocks: [],
    items: lines.map(({ id, clause, text, english, external }, index) => ({
      id,
      maximumCenti: partOf(SHEET_CENTI, lines.length, index),
      clause,
      text,
      english,
      external: external ?? null,
    })),
  };
}

/** The form without its words, as the machine of a sheet keeps it. */
export function sheetScheme(category: Category, stream: string): SheetScheme {
  const { items, stepCenti, bonusMaxCenti } = sheetForm(category, stream);
  return {
    items: items.map(({ clause: _, text: __, english: ___, external: ____, ...item }) => item),
    stepCenti,
    bonusMaxCenti,
  };
}

/** The most that one sheet of a category can give in a stream, in hundredths. */
export function sheetMaxCenti({ categories }: Plan, category: string, stream: string): number {
  const sheet = categories.find(({ code }) => code === category)?.scoreSheets?.[stream];
  return SHEET_CENTI + inCenti(sheet?.bonusMax ?? 0);
}

function formOf(given: ScoreSheet): SheetForm {
  const { provenance, step = STEP, bonusMax = 0, items = [], blocks = [] } = given;
  return {
    provenance,
    stepCenti: inCenti(step),
    bonusMaxCenti: inCenti(bonusMax),
    blocks: blocks.map(({ id, name, english = null, clause = null }) => ({
      id,
      name,
      english,
      clause,
    })),
    items: [
      ...items.map((item) => lineOf(item)),
      ...blocks.flatMap((block) => block.items.map((item) => lineOf(item, { block: block.id }))),
    ],
  };
}

type GivenItem = NonNullable<ScoreSheet['items']>[number];

const lineOf = (
  { points, external, ...item }: GivenItem,
  within: { block?: string } = {},
): SheetItem & Words => ({
  ...item,
  ...within,
  maximumCenti: inCenti(points),
  external: external ?? null,
});

/** The schema allows halves of a point, and steps to the hundredth. */
const inCenti = (points: number): number => Math.round(points * 100);

/** The parts add up to the whole; the first parts take the remainder. */
const partOf = (whole: number, parts: number, index: number): number =>
  Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);

/** A category without a criterion for people is judged as a whole. */
const wholeOf = ({ code, name }: Category) => ({
  id: `${code.toLowerCase().replaceAll('_', '-')}.overall`,
  clause: 'R61',
  text: `${name}总体评价`,
  english: 'Overall',
  external: undefined,
});
