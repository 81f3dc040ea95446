// What a sheet comes to: its blocks scaled to what applies, and bonus points above them (R61).

import { divideCenti } from '../candidate/scoring.ts';

/**
 * One line of the sheet. A bonus item adds to the full points; an item that may not apply can be
 * left out with a reason. In each block some item always applies: the check of the plan sees to it.
 */
export type SheetItem = {
  id: string;
  maximumCenti: number;
  block?: string;
  bonus?: true;
  mayNotApply?: true;
};

/** Points are whole multiples of `stepCenti`; all bonus items together add `bonusMaxCenti` at most. */
export type SheetScheme = {
  items: readonly SheetItem[];
  stepCenti: number;
  bonusMaxCenti: number;
};

/** What was written on a sheet by item: points in hundredths, or the reason why it does not apply. */
export type SheetLines = {
  points: { readonly [item: string]: number };
  notApplicable: { readonly [item: string]: string };
};

/**
 * One block, or the whole sheet where it has none (`block` null), in hundredths: of its
 * `fullCenti`, items worth `appliedCenti` apply and `givenCenti` were given. `centi` counts.
 */
export type BlockScore = {
  block: string | null;
  fullCenti: number;
  appliedCenti: number;
  givenCenti: number;
  centi: number;
};

export type SheetScore = { blocks: BlockScore[]; bonusCenti: number; totalCenti: number };

const sumOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);

/**
 * The score of a whole sheet. Each block counts given × full ÷ applied, rounded half up to the
 * hundredth once; the total is the sum of the blocks so rounded, so that whoever adds up what is
 * printed gets the same. The bonus is added last and is not scaled.
 */
export function measureSheet(
  { items, bonusMaxCenti }: SheetScheme,
  { points, notApplicable }: SheetLines,
): SheetScore {
  const pointsOf = (lines: readonly SheetItem[]) => sumOf(lines.map(({ id }) => points[id] ?? 0));
  const { bonus = [], regular = [] } = Object.groupBy(items, (item) =>
    item.bonus ? 'bonus' : 'regular',
  );
  const blocks = [...Map.groupBy(regular, ({ block }) => block ?? null)].map(([block, lines]) => {
    const applied = lines.filter(({ id }) => notApplicable[id] === undefined);
    const fullCenti = sumOf(lines.map(({ maximumCenti }) => maximumCenti));
    const appliedCenti = sumOf(applied.map(({ maximumCenti }) => maximumCenti));
    const givenCenti = pointsOf(applied);
    const centi = divideCenti(givenCenti * fullCenti, appliedCenti);
    return { block, fullCenti, appliedCenti, givenCenti, centi };
  });
  const bonusCenti = Math.min(pointsOf(bonus), bonusMaxCenti);
  return { blocks, bonusCenti, totalCenti: sumOf(blocks.map(({ centi }) => centi)) + bonusCenti };
}
