// The lines that a text takes, reckoned as a word processor breaks Chinese: 28 characters to a line, no closing
// punctuation at the head of one, no opening at its foot, numbers whole and a little apart from the text.

export const LINE_CHARACTERS = 28;

// Numbers are a little wider than half a character in most Songs, and stand a fifth apart from Chinese.
const LATIN = 0.54;
const APART = 0.2;
const NOT_FIRST = '，。；：、！？”’》〉）〕…·';
const NOT_LAST = '“‘《〈（〔';

// What stays together: a character with the punctuation that leans on it, or a number.
const TOGETHER = new RegExp(`[${NOT_LAST}]*(?:[!-~]+|.)[${NOT_FIRST}]*`, 'gu');

const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (/[ -~]/.test(character) ? LATIN : 1), 0);

const isLatin = (text: string): boolean => /^[!-~]/.test(text);

/** Lines of a paragraph whose first one is indented by `indent` characters, of `width` in all. */
export function linesOf(text: string, indent = 2, width = LINE_CHARACTERS): number {
  let lines = 1;
  let used = indent;
  let wasLatin: boolean | null = null;
  for (const [part] of text.matchAll(TOGETHER)) {
    const own = widthOf(part);
    const isNow = isLatin(part);
    const gap = wasLatin === null || wasLatin === isNow ? 0 : APART;
    wasLatin = isNow;
    if (used + gap + own <= width) {
      used += gap + own;
    } else if (own <= width) {
      lines += 1;
      used = own;
    } else {
      const over = used + gap + own;
      lines += Math.ceil(over / width) - 1;
      used = over % width;
    }
  }
  return lines;
}
