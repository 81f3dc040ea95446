// Parsers of request bodies: JSON, CSV, workbooks and (for plans) YAML, in UTF-8, not compressed. They
// refuse what Fastify's own let through: other charsets, broken UTF-8, NUL, prototype poisoning.

import type { FastifyRequest } from 'fastify';
import { readJsonRows } from '../../rules/list/records.ts';
import type { Records } from '../../rules/list/table.ts';
import { readJson, type TextRead } from '../../rules/plan/json-text.ts';
import type { Threads } from '../../threads/pool.ts';
import type { Works } from '../../threads/works.ts';
import type { App } from './app.ts';
import { XLSX_TYPE } from './downloads.ts';
import { type Problem, problem } from './problems.ts';
import { askerOf } from './threads.ts';

const JSON_SIZE_BYTES_MAX = 1024 * 1024;
const CSV_SIZE_BYTES_MAX = 8 * 1024 * 1024;

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

// Spreadsheets save CSV as 'ANSI', which is GBK on a Chinese system, or as 'Unicode text', UTF-16.
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

/** True for bytes that read as GBK without a fault, and as Chinese. */
function isGbk(body: Buffer): boolean {
  try {
    return /[\u4e00-\u9fff]/.test(new TextDecoder('gb18030', { fatal: true }).decode(body));
  } catch {
    return false;
  }
}

/** The records of a list sent as an array of objects by header. */
function recordsOf(value: unknown): Records {
  const read = readJsonRows(value);
  if ('records' in read) return read.records;
  const error = { path: `/body${read.path}`, message: read.text };
  throw problem('bad-request', { errors: [error] });
}

const said = (read: TextRead): unknown => {
  if ('fault' in read) throw problem('bad-request', { detail: read.fault });
  return read.value;
};

const consumedBy = ({ routeOptions: { schema } }: FastifyRequest): readonly string[] | null =>
  schema?.body === undefined ? null : (schema.consumes ?? ['application/json']);

/** The problem 415 of a type this address does not take, naming those it takes. */
export const wrongMediaType = (request: FastifyRequest): Problem => {
  const consumed = consumedBy(request);
  if (consumed === null) return problem('unsupported-media-type');
  const detail = {
    zh: `此地址只接受 ${consumed.join('、')}。`,
    en: `This address takes ${consumed.join(', ')} only.`,
  };
  return problem('unsupported-media-type', { detail });
};

// Every parser is known to the server, but each address takes only the types it names.
const assertConsumed = (request: FastifyRequest, type: string): void => {
  const consumed = consumedBy(request);
  if (consumed !== null && !consumed.includes(type)) throw wrongMediaType(request);
};

// The text goes with its request.
const yamlTexts = new WeakMap<FastifyRequest, string>();

/** The YAML that a body was read from, so that its faults can be told by line; null for JSON. */
export const yamlOf = (request: FastifyRequest): string | null => yamlTexts.get(request) ?? null;

/** True for addresses that take a list, which may be sent in three forms. */
const isList = ({ routeOptions: { schema } }: FastifyRequest): boolean =>
  schema?.consumes?.includes('text/csv') === true;

/**
 * Adds the parsers: JSON and YAML give their value, CSV a string, a workbook its bytes, a list in JSON
 * its records, an empty body undefined. Everything else is answered 415.
 */
export const addBodyParsers = (app: App, threads: Threads<Works>): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      assertConsumed(request, 'application/json');
      const value = text === '' ? undefined : said(readJson(text));
      return isList(request) && value !== undefined ? recordsOf(value) : value;
    },
  );
  app.addContentTypeParser(
    'application/yaml',
    { parseAs: 'buffer', bodyLimit: JSON_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      assertConsumed(request, 'application/yaml');
      yamlTexts.set(request, text);
      return said(await threads.run(askerOf(request), 'readYaml', text));
    },
  );
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: CSV_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      const text = decode(request, body);
      assertConsumed(request, 'text/csv');
      if (text.includes('\0'))
        throw refused('文本中有 NUL 字符。', 'The text has a NUL character.');
      return text;
    },
  );
  app.addContentTypeParser(
    XLSX_TYPE,
    { parseAs: 'buffer', bodyLimit: CSV_SIZE_BYTES_MAX },
    async (request: FastifyRequest, body: Buffer) => {
      assertConsumed(request, XLSX_TYPE);
      return body;
    },
  );
};
