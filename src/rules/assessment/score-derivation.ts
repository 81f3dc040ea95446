// 综合得分 (R61) is calculated anew from ballots and sheets, with every step shown.

import type { SheetLines, SheetScore } from '../../../machines/assessment/sheet-score.ts';
import type { ByStream, CountedSheet, Trim } from '../../../machines/candidate/scoring.ts';
import {
  assessedCenti,
  compositeCenti,
  divideCenti,
  ofLastRound,
  trimmed,
} from '../../../machines/candidate/scoring.ts';

/** A sheet with its lines and what they come to. */
export type SheetWithItems = CountedSheet & SheetLines & { score: SheetScore };

export type ScoreRules = {
  trim: Trim;
  streamWeights: ByStream<number>;
  passMark: number;
};

type SheetUse = 'counted' | 'lowest' | 'highest' | 'earlier-round';

export type ScoreDerivation = {
  massCenti: number | null;
  assessmentCenti: number | null;
  compositeCenti: number | null;
  sheets: (SheetWithItems & { use: SheetUse })[];
  /** Means over the counted sheets; an item that some of them lack is left out. */
  itemMeans: { item: string; meanCenti: number }[];
};

export function deriveScore(
  massCenti: number | null,
  sheets: readonly SheetWithItems[],
  rules: ScoreRules,
): ScoreDerivation {
  const last = ofLastRound(sheets);
  const { counted, lowest, highest } = trimmed(last, rules.trim);
  const uses = new Map<string, SheetUse>([
    ...counted.map(({ sheetId }): [string, SheetUse] => [sheetId, 'counted']),
    ...lowest.map(({ sheetId }): [string, SheetUse] => [sheetId, 'lowest']),
    ...highest.map(({ sheetId }): [string, SheetUse] => [sheetId, 'highest']),
  ]);
  const assessmentCenti = assessedCenti(sheets, rules.trim);
  return {
    massCenti,
    assessmentCenti,
    compositeCenti: compositeCenti(
      { mass: massCenti, assessment: assessmentCenti },
      rules.streamWeights,
    ),
    sheets: [...sheets]
      .sort((a, b) => (a.sheetId < b.sheetId ? -1 : 1))
      .map((sheet) => ({ ...sheet, use: uses.get(sheet.sheetId) ?? 'earlier-round' })),
    itemMeans: meansOf(last.filter(({ sheetId }) => uses.get(sheetId) === 'counted')),
  };
}

function meansOf(sheets: readonly SheetWithItems[]): { item: string; meanCenti: number }[] {
  const items = Object.keys(sheets[0]?.points ?? {}).sort();
  return items.flatMap((item) => {
    const given = sheets.flatMap(({ points }) => points[item] ?? []);
    if (given.length !== sheets.length) return [];
    const sum = given.reduce((total, centi) => total + centi, 0);
    return [{ item, meanCenti: divideCenti(sum, given.length) }];
  });
}
