// The lines of a category's score sheet (R61, Q19). The plan gives them; otherwise each criterion
// that only people can judge is a line, and all have equal weight.

import type { SheetItem } from '../../../machines/assessment/events.ts';
import type { Category, Provenance } from '../plan/plan-schema.ts';

/** The points of every sheet, in hundredths. */
export const SHEET_CENTI = 10_000;

type ScoredItem = SheetItem & {
  clause: string;
  text: string;
  english: string;
  /** The basis that we do not hold, such as 考评标准; null without one. */
  external: string | null;
};

type SheetScheme = { provenance: Provenance; items: ScoredItem[] };

const BY_DEFAULT: Provenance = {
  kind: 'default',
  clause: 'R61',
  note: '方案未给出考评分值：每项评判标准一项，分值相等',
};

/** The scheme of a category. Where the plan is silent the lines differ by a hundredth at most. */
export function sheetScheme(category: Category): SheetScheme {
  const given = category.scoreSheet;
  if (given !== undefined) {
    return {
      provenance: given.provenance,
      items: given.items.map(({ id, points, clause, text, english, external }) => ({
        id,
        maximumCenti: points * 100,
        clause,
        text,
        english,
        external: external ?? null,
      })),
    };
  }
  const judged = category.criteria.filter(({ kind }) => kind === 'judgement');
  const lines = judged.length > 0 ? judged : [wholeOf(category)];
  return {
    provenance: BY_DEFAULT,
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
