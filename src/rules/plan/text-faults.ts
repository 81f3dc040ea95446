// What is wrong with a text of a plan, in both languages: LiquidJS tells it in English. Pure.

import type { Text } from './fault.ts';
import { TooMuchEffort } from './texts.ts';

/** LiquidJS's words, as far as authors meet them, and ours. */
const WORDS: readonly [pattern: RegExp, zh: string, en?: string][] = [
  [/^undefined variable: (.+)$/, '没有 $1 这个变量', 'undefined variable: $1'],
  [/^undefined filter: (.+)$/, '没有 $1 这个过滤器', 'undefined filter: $1'],
  [/^tag "?(.+?)"? not found$/, '没有 $1 这个标签'],
  [/^(?:output|tag) "?(.+?)"? not closed$/, '“$1”没有结束'],
  [/^illegal tag: (.+)$/, '标签“$1”写法有误'],
  [/^invalid value expression: (.+)$/, '$1 不是表达式'],
  [/^unexpected character (.+)$/, '多出字符 $1'],
  [/^parse length limit exceeded$/, '文本过长', 'the text is too long'],
  [/^a piece of the text is longer than (\d+) characters$/, '文本中有一处表达式超过 $1 个字符'],
  [/^the text takes too many steps to be written$/, '文本成文的步骤过多'],
  [/^the text takes too many characters to be written$/, '文本成文的字符过多'],
];

const PLACE = /, line:(\d+), col:(\d+)$/;

/** The error of reading or writing a text, as its author is told it. */
export function textFault(error: unknown): Text {
  const message = error instanceof Error ? error.message : String(error);
  const said = message.replace(PLACE, '');
  const place = PLACE.exec(message);
  const zh = place === null ? '' : `（文本第 ${place[1]} 行第 ${place[2]} 列）`;
  const en = place === null ? '' : ` (line ${place[1]}, column ${place[2]} of the text)`;
  for (const [pattern, words, english = said] of WORDS) {
    if (pattern.test(said)) {
      return {
        zh: said.replace(pattern, words) + zh,
        en: said.replace(pattern, english) + en,
      };
    }
  }
  return { zh: `文本写法有误${zh}`, en: said + en };
}

/** The name a text asked for in vain; null when it failed otherwise. */
export function missingName(error: unknown): string | null {
  if (error instanceof TooMuchEffort || !(error instanceof Error)) return null;
  return /^undefined variable: ([^,]+)/.exec(error.message)?.[1] ?? null;
}
