// Widths in characters, and the measures that follow from them; all renderings of a document share them.

import type { DocumentContent } from '../rules/document/document-content.ts';

/** Width in characters of the full height of the line: Chinese is one wide, Latin half of it. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[\x20-\x7e]/.test(character) ? 0.5 : 1), 0);

const MARK_POINTS_MAX = 36;
const MARK_POINTS_MIN = 16;

/** The size of 发文机关标志 in points: as large as one line of this width takes, so striking and never broken. */
export const markPoints = (mark: string, widthPoints: number): number =>
  Math.max(
    MARK_POINTS_MIN,
    Math.min(MARK_POINTS_MAX, Math.floor(widthPoints / Math.max(1, widthOf(mark)))),
  );

const CELL_WIDTH_MIN = 3;
const CELL_WIDTH_MAX = 18;
// A part that is filled in by hand needs room.
const BLANK_WIDTH = 8;

/** The share of each column in the width of a table; they make one. */
export function columnShares(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): number[] {
  const widths = columns.map((column, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    const blank = cells.some((cell) => cell !== '' && cell.trim() === '') ? BLANK_WIDTH : 0;
    const widest = Math.max(widthOf(column), blank, ...cells.map((cell) => widthOf(cell.trim())));
    return Math.min(CELL_WIDTH_MAX, Math.max(CELL_WIDTH_MIN, widest + 1));
  });
  const whole = widths.reduce((sum, width) => sum + width, 0);
  return widths.map((width) => width / whole);
}

/** 申报表 and 验收表 bear no number: they are forms, not documents with a head. */
export const isForm = ({ number }: DocumentContent): boolean => number === null;

/** The name of an attachment below the text: numbered where there are several. */
export const attachmentName = (index: number, count: number, title: string): string =>
  `${count > 1 ? `${index + 1}．` : ''}${title}`;
