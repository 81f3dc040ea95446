// Reads YAML as plain data that JSON could say, with few repeated nodes. Pure.

import { isCollection, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
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
  if (error !== undefined) return notYaml(error.linePos?.[0].line);
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

const notYaml = (line: number | undefined): TextRead =>
  fault(
    `请求体不是有效的 YAML${line === undefined ? '' : `（第 ${line} 行）`}。`,
    `The body is not valid YAML${line === undefined ? '' : ` (line ${line})`}.`,
  );

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
