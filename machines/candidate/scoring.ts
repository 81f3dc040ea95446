// 组织考评得分 (R61): sheets are trimmed and averaged in whole hundredths of a point.

/** One submitted sheet as the candidate keeps it. */
export type CountedSheet = { sheetId: string; by: string; round: number; pointsCenti: number };

/** Of `from` sheets or more, the `drop` highest and the `drop` lowest are left out. */
export type Trim = { drop: number; from: number };

/** The quotient, rounded half up. */
export const divideCenti = (sum: number, count: number): number =>
  Math.floor((2 * sum + count) / (2 * count));

/** Only the last round counts, because a second is held when the first cannot be relied on. */
export function ofLastRound<Sheet extends { round: number }>(sheets: readonly Sheet[]): Sheet[] {
  const last = sheets.reduce((latest, { round }) => Math.max(latest, round), 0);
  return sheets.filter(({ round }) => round === last);
}

const byPoints = (a: CountedSheet, b: CountedSheet): number =>
  a.pointsCenti - b.pointsCenti || (a.sheetId < b.sheetId ? -1 : 1);

/** The sheets that count and those left out; equal points are told apart by the sheet's id. */
export function trimmed(
  sheets: readonly CountedSheet[],
  { drop, from }: Trim,
): { counted: CountedSheet[]; lowest: CountedSheet[]; highest: CountedSheet[] } {
  const sorted = [...sheets].sort(byPoints);
  if (drop === 0 || sorted.length < from || sorted.length <= 2 * drop) {
    return { counted: sorted, lowest: [], highest: [] };
  }
  return {
    counted: sorted.slice(drop, -drop),
    lowest: sorted.slice(0, drop),
    highest: sorted.slice(-drop),
  };
}

/** The trimmed mean of the last round; null while there is no sheet. */
export function assessedCenti(sheets: readonly CountedSheet[], trim: Trim): number | null {
  const { counted } = trimmed(ofLastRound(sheets), trim);
  if (counted.length === 0) return null;
  return divideCenti(
    counted.reduce((sum, { pointsCenti }) => sum + pointsCenti, 0),
    counted.length,
  );
}

/** Figures, weights and whatever else is of a stream, by its code in the plan. */
export type ByStream<Value> = { readonly [stream: string]: Value };

/**
 * 综合得分 in hundredths: the figures of all streams that have a weight (R61), rounded half up. Null
 * until each of them is there, and where none weighs anything.
 */
export function compositeCenti(
  figures: ByStream<number | null>,
  weights: ByStream<number>,
): number | null {
  let [sum, total] = [0, 0];
  for (const [stream, weight] of Object.entries(weights)) {
    if (weight === 0) continue;
    const centi = figures[stream] ?? null;
    if (centi === null) return null;
    sum += centi * weight;
    total += weight;
  }
  return total === 0 ? null : divideCenti(sum, total);
}
