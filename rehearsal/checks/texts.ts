// What no text for people says: names of values and fields in the code, ids, numbers of rules, instants, unfilled
// fields, a label or a name twice.

/** A text, and where it was read. */
export type Said = { where: string; text: string };

/** In a cell of a workbook, which is one value or a list of them. */
const NO_CELL: readonly RegExp[] = [
  /^u[0-9a-z]{11}$/,
  /^R\d+$/,
  /^[a-z]+(?:[-+.][a-z-]+)*$/,
  /^[A-Z]+(?:_[A-Z]+)*$/,
  /(?:^|[；／：])[a-z][A-Za-z]*：/,
];

/** In any text. */
const NO_TEXT: readonly RegExp[] = [
  /\[object /,
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/,
  /[0-9a-f]{32}/,
  /\bu[0-9a-z]{11}\b/,
  /\d{4}-\d{2}-\d{2}/,
  /\d{2}:\d{2}:\d{2}/,
  /\{[^{}]*\}/,
  /“\s*”|（\s*）|《\s*》/,
  /(\p{Script=Han}{2,12})：\1/u,
  /(\p{Script=Han}{3,12})\1/u,
  /[，。；、：]{2}/,
];

/** In a Chinese text, which has no English words but names of programs and files. */
const NO_CHINESE: readonly RegExp[] = [
  /\bR\d{1,2}\b/,
  /\b(?:undefined|null|true|false|NaN)\b/,
  /[A-Za-z]+(?:[-_][A-Za-z]+)+/,
  /\b[a-z]+[A-Z][A-Za-z]*\b/,
  /(?<![A-Za-z.])[a-z]{3,}(?![A-Za-z])/,
];

// What anybody computes a draw again by is printed on purpose, and says what it is.
const DIGESTS = /(?:种子|[^\n：]*（SHA-256）)：[0-9a-f]{64}/g;

const saidBy = (patterns: readonly RegExp[], text: string): RegExp | undefined => {
  const rest = text.replaceAll(DIGESTS, '');
  return patterns.find((pattern) => pattern.test(rest));
};

/** The first pattern that a cell of a workbook must not have and has. */
export const faultOfCell = (text: string): RegExp | undefined =>
  saidBy([...NO_CELL, ...NO_TEXT], text);

/** The first pattern that a Chinese text must not have and has. */
export const faultOfText = (text: string): RegExp | undefined =>
  saidBy([...NO_TEXT, ...NO_CHINESE], text);
