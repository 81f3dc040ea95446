// What a request body may be: JSON, CSV or (of a plan) YAML, in UTF-8, not compressed, without the traps that
// Fastify's own parsers let through (other charsets, broken UTF-8, NUL, prototype poisoning).

import type { FastifyRequest } from 'fastify';
import { readJson, type TextRead } from '../../rules/plan/json-text.ts';
import type { Threads } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';
import { XLSX_TYPE } from './downloads.ts';
import type { App } from './instance.ts';
import { type Problem, problem } from './problems.ts';
import { askerOf } from './threads.ts';

const JSON_SIZE_BYTES_MAX = 1024 * 1024;
export const CSV_SIZE_BYTES_MAX = 8 * 1024 * 1024;
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

const said = (read: TextRead): unknown => {
  if ('fault' in read) throw problem('bad-request', { detail: read.fault });
  return read.value;
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
export const addBodyParsers = (app: App, threads: Threads<Works>): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      holdToConsumed(request, 'application/json');
      const value = text === '' ? undefined : said(readJson(text));
      return isList(request) && value !== undefined ? csvOfJson(value) : value;
    },
  );
  app.addContentTypeParser(
    'application/yaml',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      holdToConsumed(request, 'application/yaml');
      return said(await threads.run(askerOf(request), 'readYaml', text));
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
      return said(await threads.run(askerOf(request), 'readWorkbook', body));
    },
  );
};
