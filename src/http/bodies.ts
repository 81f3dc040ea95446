// What a request body may be: JSON, CSV or (of a plan) YAML, in UTF-8, not compressed, without the traps that
// Fastify's own parsers let through (other charsets, broken UTF-8, NUL, prototype poisoning).

import type { FastifyRequest } from 'fastify';
import { isCollection, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { csvOfXlsx, UnreadableWorkbook } from '../documents/xlsx-reader.ts';
import { XLSX_TYPE } from './downloads.ts';
import type { App } from './instance.ts';
import type { Text } from './problem-catalog.ts';
import { type Problem, problem } from './problems.ts';

const JSON_SIZE_BYTES_MAX = 1024 * 1024;
export const CSV_SIZE_BYTES_MAX = 8 * 1024 * 1024;
const JSON_DEPTH_MAX = 32;
const JSON_COLUMNS_MAX = 100;

const refused = (zh: string, en: string): Problem => problem('bad-request', { detail: { zh, en } });

const charset = /;\s*charset\s*=\s*("?)([^";\s]*)\1/i;

const decode = (request: FastifyRequest, body: Buffer): string => {
  const named = charset.exec(request.headers['content-type'] ?? '')?.[2]?.toLowerCase();
  const encoding = request.headers['content-encoding'];
  if (
    (named !== undefined && named !== 'utf-8' && named !== 'utf8') ||
    (encoding !== undefined && encoding !== 'identity')
  ) {
    throw problem('unsupported-media-type');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw notUtf8(body);
  }
};

// What spreadsheets save as CSV: 'ANSI' on a Chinese system is GBK, 'Unicode text' is UTF-16.
const notUtf8 = (body: Buffer): Problem => {
  const other = hasUtf16Mark(body) ? 'UTF-16' : isGbk(body) ? 'GBK（ANSI）' : null;
  if (other === null) return refused('请求体不是有效的 UTF-8。', 'The body is not valid UTF-8.');
  return refused(
    `文件看来是 ${other} 编码，只接受 UTF-8：请在电子表格中另存为“CSV UTF-8（逗号分隔）”，或直接上传 XLSX。`,
    `The file seems to be ${other}, and only UTF-8 is taken: save it as “CSV UTF-8”, or send XLSX.`,
  );
};

const hasUtf16Mark = ([first, second]: Buffer): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

/** Reads as GBK without a fault, and as Chinese. */
function isGbk(body: Buffer): boolean {
  try {
    return /[\u4e00-\u9fff]/.test(new TextDecoder('gb18030', { fatal: true }).decode(body));
  } catch {
    return false;
  }
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** An array of rows by header as the CSV it says: the first object is row 2. */
function csvOfJson(value: unknown): string {
  const wrong = (path: string, zh: string, en: string): Problem =>
    problem('bad-request', { errors: [{ path, message: { zh, en } }] });
  if (!Array.isArray(value)) {
    throw wrong('/body', '应为对象的数组，每个对象一行', 'must be an array of objects, one a row');
  }
  const headers = new Map<string, true>();
  for (const [index, row] of value.entries()) {
    if (row === null || typeof row !== 'object' || Array.isArray(row)) {
      throw wrong(`/body/${index}`, '应为对象，键为表头', 'must be an object, its keys headers');
    }
    for (const [name, cell] of Object.entries(row)) {
      headers.set(name, true);
      if (cell !== null && typeof cell === 'object') {
        throw wrong(`/body/${index}/${name}`, '应为文字、数字、是否或 null', 'must be no object');
      }
    }
    if (headers.size > JSON_COLUMNS_MAX) {
      throw wrong(
        `/body/${index}`,
        `至多 ${JSON_COLUMNS_MAX} 列`,
        `at most ${JSON_COLUMNS_MAX} columns`,
      );
    }
  }
  const names = [...headers.keys()];
  const lines = value.map((row: { [name: string]: unknown }) =>
    names.map((name) => quoted(cellText(Object.hasOwn(row, name) ? row[name] : null))).join(','),
  );
  return [names.map(quoted).join(','), ...lines].join('\n');
}

const cellText = (cell: unknown): string =>
  cell === null || cell === undefined
    ? ''
    : typeof cell === 'boolean'
      ? cell
        ? '是'
        : '否'
      : String(cell);

const isPoisoned = (object: object): boolean =>
  Object.hasOwn(object, '__proto__') ||
  (Object.hasOwn(object, 'constructor') &&
    typeof (object as { constructor: unknown }).constructor === 'object');

// PostgreSQL stores neither NUL nor half a surrogate pair.
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** What is wrong with a parsed document, if anything. Walks without recursion: depth is hostile. */
const faultOf = (root: unknown): Text | null => {
  const left: [value: unknown, depth: number][] = [[root, 0]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [value, depth] = next;
    if (depth > JSON_DEPTH_MAX) {
      return { zh: 'JSON 嵌套过深。', en: 'The JSON is nested too deeply.' };
    }
    if (typeof value === 'string' && !isStorable(value)) {
      return {
        zh: '文本中有不允许的字符（NUL 或不成对的代理项）。',
        en: 'A text has a character that is not allowed (NUL or a lone surrogate).',
      };
    }
    if (value === null || typeof value !== 'object') continue;
    if (isPoisoned(value)) return { zh: '属性名不允许。', en: 'A property name is not allowed.' };
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) left.push([key, depth]);
      left.push([inner, depth + 1]);
    }
  }
  return null;
};

const JSON_TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\],]/g;

/**
 * The first name that an object of this valid JSON has twice; null when none does. `JSON.parse`
 * keeps the last and says nothing, and what was meant by the first is lost without a word.
 */
const nameTwice = (text: string): string | null => {
  // Of each open object the names so far, of each open array null.
  const open: (Set<string> | null)[] = [];
  let isName = false;
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    const names = open.at(-1) ?? null;
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : null);
      isName = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      isName = false;
    } else if (token === ',') isName = names !== null;
    else if (isName && names !== null) {
      const name: string = JSON.parse(token);
      if (names.has(name)) return name;
      names.add(name);
      isName = false;
    }
  }
  return null;
};

const parseJson = (text: string): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused('请求体不是有效的 JSON。', 'The body is not valid JSON.');
  }
  const twice = nameTwice(text);
  if (twice !== null) {
    const name = JSON.stringify(twice.slice(0, 100));
    throw refused(`属性 ${name} 重复。`, `The property ${name} is given twice.`);
  }
  const fault = faultOf(value);
  if (fault !== null) throw problem('bad-request', { detail: fault });
  return value;
};

const notYaml = (line: number | undefined): Problem =>
  refused(
    `请求体不是有效的 YAML${line === undefined ? '' : `（第 ${line} 行）`}。`,
    `The body is not valid YAML${line === undefined ? '' : ` (line ${line})`}.`,
  );

/** Where a map has a key for the second time, or one that is no text; null when none does. */
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

/** YAML becomes plain data: one node may stand in many places, so it is counted before it is copied. */
const parseYaml = (text: string): unknown => {
  const lines = new LineCounter();
  // The parser's own look for a key given twice takes minutes for a megabyte of keys.
  const options = { schema: 'core', uniqueKeys: false, lineCounter: lines } as const;
  const document = parseDocument(text, options);
  const [fault] = document.errors;
  if (fault !== undefined) throw notYaml(fault.linePos?.[0].line);
  const twice = offsetOfTwice(document.contents);
  if (twice !== null) {
    const { line } = lines.linePos(twice);
    throw refused(
      `第 ${line} 行的属性重复或不是文本。`,
      `A key is given twice, or is no text (line ${line}).`,
    );
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw refused('YAML 引用过多。', 'The YAML refers to its own parts too often.');
  }
  const nested = faultOf(value);
  if (nested !== null) throw problem('bad-request', { detail: nested });
  const copy = JSON.stringify(value);
  if (copy !== undefined && copy.length > JSON_SIZE_BYTES_MAX) throw problem('payload-too-large');
  return copy === undefined ? undefined : JSON.parse(copy);
};

const consumedBy = ({ routeOptions: { schema } }: FastifyRequest): readonly string[] | null =>
  schema?.body === undefined ? null : (schema.consumes ?? ['application/json']);

/** The refusal of every type of content that this address does not take, saying which it takes. */
export const wrongMediaType = (request: FastifyRequest): Problem => {
  const consumed = consumedBy(request);
  if (consumed === null) return problem('unsupported-media-type');
  const detail = {
    zh: `此地址只接受 ${consumed.join('、')}。`,
    en: `This address takes ${consumed.join(', ')} only.`,
  };
  return problem('unsupported-media-type', { detail });
};

// Both kinds can be read, but each address takes only one of them.
const holdToConsumed = (request: FastifyRequest, type: string): void => {
  const consumed = consumedBy(request);
  if (consumed !== null && !consumed.includes(type)) throw wrongMediaType(request);
};

/** Where a list is taken as CSV, whatever form it is sent in. */
const isList = ({ routeOptions: { schema } }: FastifyRequest): boolean =>
  schema?.consumes?.includes('text/csv') === true;

/** JSON and YAML arrive as their value, CSV as a string; an empty body as undefined. Everything else: 415. */
export const addBodyParsers = (app: App): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      holdToConsumed(request, 'application/json');
      const value = text === '' ? undefined : parseJson(text);
      return isList(request) && value !== undefined ? csvOfJson(value) : value;
    },
  );
  app.addContentTypeParser(
    'application/yaml',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      holdToConsumed(request, 'application/yaml');
      return parseYaml(text);
    },
  );
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: CSV_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      holdToConsumed(request, 'text/csv');
      if (text.includes('\0'))
        throw refused('文本中有 NUL 字符。', 'The text has a NUL character.');
      return text;
    },
  );
  // A workbook arrives as the CSV its first sheet is: lists are read in one way.
  app.addContentTypeParser(
    XLSX_TYPE,
    { parseAs: 'buffer', bodyLimit: CSV_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      holdToConsumed(request, XLSX_TYPE);
      try {
        return await csvOfXlsx(body);
      } catch (error) {
        if (error instanceof UnreadableWorkbook) throw refused(error.zh, error.message);
        throw error;
      }
    },
  );
};
