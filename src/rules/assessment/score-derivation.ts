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
  /** The figure of each stream that has one, of ballots and of sheets. */
  figures: ByStream<number>;
  compositeCenti: number | null;
  sheets: ByStream<{
    sheets: (SheetWithItems & { use: SheetUse })[];
    /** Means over the counted sheets; an item that some of them lack is left out. */
    itemMeans: { item: string; meanCenti: number }[];
  }>;
};

/** The score of a candidate, from the scores of its rounds and the sheets about it, each by stream. */
export function deriveScore(
  rounds: ByStream<number>,
  sheets: ByStream<readonly SheetWithItems[]>,
  rules: ScoreRules,
): ScoreDerivation {
  const means = Object.entries(sheets).flatMap(([stream, own]) => {
    const centi = assessedCenti(own, rules.trim);
    return centi === null ? [] : [[stream, centi] as const];
  });
  const figures = { ...rounds, ...Object.fromEntries(means) };
  const used = Object.entries(sheets).map(([stream, own]) => [stream, useOf(own, rules)]);
  return {
    figures,
    compositeCenti: compositeCenti(figures, rules.streamWeights),
    sheets: Object.fromEntries(used),
  };
}

function useOf(
  sheets: readonly SheetWithItems[],
  { trim }: ScoreRules,
): ScoreDerivation['sheets'][string] {
  const last = ofLastRound(sheets);
  const { counted, lowest, highest } = trimmed(last, trim);
  const uses = new Map<string, SheetUse>([
    ...counted.map(({ sheetId }): [string, SheetUse] => [sheetId, 'counted']),
    ...lowest.map(({ sheetId }): [string, SheetUse] => [sheetId, 'lowest']),
    ...highest.map(({ sheetId }): [string, SheetUse] => [sheetId, 'highest']),
  ]);
  return {
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
