// Texts that were erased from the log are masked wherever else they were written.

import { ERASED } from './personal.ts';

/** Instants, days, ids and codes, which a personal field may hold beside words, and which name nobody. */
const NO_WORDS =
  /^(?:\d{4}-\d\d-\d\d(?:T.*)?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Z_]+|[a-z][a-z0-9-]*)$/;

/** The texts to look for, the longest first: one may be a part of another. */
export const maskable = (texts: Iterable<string>): string[] =>
  [...new Set(texts)]
    .filter((text) => text !== ERASED && text.trim() !== '' && !NO_WORDS.test(text))
    .sort((a, b) => b.length - a.length);

/** The text without these, as `maskable` orders them. A single character is masked only where it stands alone. */
export const maskText = (text: string, texts: readonly string[]): string =>
  texts.reduce(
    (left, one) =>
      left === one ? ERASED : one.length > 1 ? left.replaceAll(one, () => ERASED) : left,
    text,
  );

/** The value with every text in it masked; names of fields stay. */
export function maskJson(value: unknown, texts: readonly string[]): unknown {
  if (typeof value === 'string') return maskText(value, texts);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, maskJson(item, texts)]),
  );
}
