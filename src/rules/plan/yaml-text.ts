// Reads YAML as plain data that JSON could say, with few repeated nodes. Pure.

import {
  isCollection,
  isMap,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import { plainFault, type TextRead } from './json-text.ts';

const YAML_AS_JSON_LENGTH_MAX = 1024 * 1024;

const fault = (zh: string, en: string): TextRead => ({ fault: { zh, en } });

/**
 * Reads YAML. One node may stand in many places, so nodes are counted before they are copied. A
 * megabyte of the worst takes seconds, so callers read a client's text in a thread (`src/threads`).
 */
export function readYaml(text: string): TextRead {
  const lines = new LineCounter();
  // The parser's own search for repeated keys takes minutes for a megabyte of keys.
  const options = { schema: 'core', uniqueKeys: false, lineCounter: lines } as const;
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error !== undefined) return notYaml(error);
  const twice = offsetOfTwice(document.contents);
  if (twice !== null) {
    const { line } = lines.linePos(twice);
    return fault(
      `第 ${line} 行的属性重复或不是文本。`,
      `A key is given twice, or is no text (line ${line}).`,
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    return fault('YAML 引用过多。', 'The YAML refers to its own parts too often.');
  }
  const nested = plainFault(value);
  if (nested !== null) return { fault: nested };
  const copy = JSON.stringify(value);
  if (copy === undefined) return { value: undefined };
  if (copy.length > YAML_AS_JSON_LENGTH_MAX) {
    return fault('YAML 展开后过大。', 'The YAML is too large when its references are written out.');
  }
  return { value: JSON.parse(copy) };
}

/** The mistakes that authors make, by the parser's code. */
const MISTAKES: { readonly [code: string]: readonly [zh: string, en: string] } = {
  BAD_INDENT: ['缩进有误', 'the indentation is wrong'],
  TAB_AS_INDENT: ['用了制表符缩进，应为空格', 'it is indented by a tab; use spaces'],
  BLOCK_AS_IMPLICIT_KEY: ['缩进或者冒号有误', 'an indentation or a colon is wrong'],
  MULTILINE_IMPLICIT_KEY: [
    '属性名跨了行，或者缺少冒号',
    'a key runs over a line, or lacks its colon',
  ],
  MISSING_CHAR: ['缺少引号、括号或者冒号', 'a quote, a bracket or a colon is missing'],
  UNEXPECTED_TOKEN: ['多出了字符', 'there is a character too many'],
  BAD_ALIAS: ['引用（*）的名称有误', 'the name of an alias is wrong'],
};

function notYaml({ code, linePos }: YAMLParseError): TextRead {
  const line = linePos?.[0].line;
  const [zh, en] = MISTAKES[code] ?? ['格式有误', 'its form is wrong'];
  return fault(
    `内容不是有效的 YAML：${zh}${line === undefined ? '' : `（第 ${line} 行）`}。`,
    `This is not valid YAML: ${en}${line === undefined ? '' : ` (line ${line})`}.`,
  );
}

/** The offset of the first key that is repeated or not a text; null without any. */
const offsetOfTwice = (root: Node | null): number | null => {
  const left: unknown[] = [root];
  for (let next = left.pop(); left.length > 0 || next !== undefined; next = left.pop()) {
    if (isPair(next)) left.push(next.value);
    if (!isCollection(next)) continue;
    const seen = new Set<string>();
    for (const item of next.items) {
      left.push(item);
      if (!isMap(next) || !isPair(item)) continue;
      const { key } = item;
      if (!isScalar(key)) return (key as Node | null)?.range?.[0] ?? next.range?.[0] ?? 0;
      if (seen.has(String(key.value))) return key.range?.[0] ?? 0;
      seen.add(String(key.value));
    }
  }
  return null;
};
