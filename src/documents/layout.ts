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

// 二号: twenty characters fill a line of the text.
const TITLE_CHARACTERS = 20;
const NOT_FIRST = /^[的，。；：、！？”’》〉）〕…·]/;
const NOT_LAST = /[“‘《〈（〔]$/;
// A machine can tell no other ends of words in a title.
const GOOD_END = /[，；：、”》）的和]$/;

/** A title in lines of about one length, none broken before closing or after opening punctuation. */
export function titleLines(title: string): string[] {
  const lines = Math.ceil(widthOf(title) / TITLE_CHARACTERS);
  if (lines <= 1) return [title];
  const characters = [...title];
  const target = characters.length / lines;
  const broken: string[] = [];
  let from = 0;
  for (let line = 1; line < lines; line += 1) {
    const ideal = Math.round(line * target);
    const at = [0, -1, 1, -2, 2, -3]
      .map((shift) => ({ at: ideal + shift, far: Math.abs(shift) }))
      .filter(({ at }) => at > from && at < characters.length)
      .filter(({ at }) => widthOf(characters.slice(from, at).join('')) <= TITLE_CHARACTERS)
      .map(({ at, far }) => ({ at, cost: far + costAt(characters, at) }))
      .toSorted((a, b) => a.cost - b.cost)[0]?.at;
    const end = at ?? ideal;
    broken.push(characters.slice(from, end).join(''));
    from = end;
  }
  return [...broken, characters.slice(from).join('')];
}

function costAt(characters: readonly string[], at: number): number {
  const [before = '', after = ''] = [characters[at - 1], characters[at]];
  if (NOT_FIRST.test(after) || NOT_LAST.test(before)) return 100;
  if (/[0-9A-Za-z]/.test(before) && /[0-9A-Za-z]/.test(after)) return 100;
  return GOOD_END.test(before) || /[“《（]/.test(after) ? -3 : 0;
}

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
