// Problems (RFC 9457): every refusal and every failure is answered as application/problem+json.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { UnknownVersion } from '../../../machines/catalog.ts';
import { isOvertaxed, isPassing, Unavailable } from '../../db/kernel/faults.ts';
import { WritingStopped } from '../../db/kernel/replicas.ts';
import { PrinterBusy } from '../../documents/printer.ts';
import { StoreUnavailable } from '../../files/store.ts';
import { TooMuchEffort } from '../../rules/plan/texts.ts';
import { ThreadsBusy, WorkStopped } from '../../threads/pool.ts';
import { type ProblemCode, problemCatalog, problemType, type Text } from './problem-catalog.ts';

export type Language = 'zh-CN' | 'en';

/**
 * `detail` says what is wrong this time; the catalog's meaning stands in for a missing one. Every other
 * key becomes a member of the document. A `{ zh, en }` pair anywhere inside an extension is replaced by
 * the sentence in the reader's language.
 */
type ProblemOptions = {
  detail?: Text;
  headers?: Record<string, string>;
  retryAfterSeconds?: number;
  cause?: unknown;
  [extension: string]: unknown;
};

/** Thrown by handlers; the server's error handler turns it into its document. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly statusCode: number;
  readonly detail: Text;
  readonly headers: Record<string, string>;
  readonly extensions: Record<string, unknown>;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    const { detail, headers, retryAfterSeconds, cause, ...extensions } = options;
    const definition = problemCatalog[code];
    super(detail?.en ?? definition.title.en, { cause });
    this.code = code;
    this.statusCode = definition.status;
    this.detail = detail ?? definition.meaning;
    this.headers = { ...headers };
    if (retryAfterSeconds !== undefined) {
      this.headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
    }
    this.extensions = extensions;
  }
}

/** @example throw problem('out-of-state', { accepts: ['submit-plan'] }) */
export const problem = (code: ProblemCode, options: ProblemOptions = {}): Problem =>
  new Problem(code, options);

/** The problem 400 of one field of a request. */
export const fault = (field: string, zh: string, en: string, part = 'body'): Problem =>
  problem('bad-request', { errors: [{ path: `/${part}/${field}`, message: { zh, en } }] });

/** zh-CN unless English is asked for more strongly (RFC 9110, 12.5.4). */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  let [zh, en] = [0, 0];
  for (const range of (acceptLanguage ?? '').toLowerCase().split(',')) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2)) || 0;
    if (tag === 'zh' || tag.startsWith('zh-')) zh = Math.max(zh, quality);
    if (tag === 'en' || tag.startsWith('en-')) en = Math.max(en, quality);
  }
  return en > zh ? 'en' : 'zh-CN';
};

const inLanguage = (value: unknown, language: Language): unknown => {
  if (Array.isArray(value)) return value.map((item) => inLanguage(item, language));
  if (value === null || typeof value !== 'object') return value;
  const keys = Object.keys(value);
  if (keys.length === 2 && 'zh' in value && 'en' in value) {
    return language === 'en' ? value.en : value.zh;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, inLanguage(inner, language)]),
  );
};

/** The RFC 9457 document, as sent. */
export const problemDocument = (
  { code, statusCode, detail, extensions }: Problem,
  language: Language,
  traceId: string,
): Record<string, unknown> => ({
  type: problemType(code),
  title: inLanguage(problemCatalog[code].title, language),
  status: statusCode,
  detail: inLanguage(detail, language),
  traceId,
  ...(inLanguage(extensions, language) as Record<string, unknown>),
});

export const problemMediaType = 'application/problem+json';

export const sendProblem = (
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Problem,
): FastifyReply => {
  const language = languageOf(request.headers['accept-language']);
  const document = problemDocument(refusal, language, request.id);
  // The document goes as bytes, because Fastify adds a charset to text, which this media type has not.
  // What was to be sent as a file may fail at the last moment.
  return reply
    .removeHeader('content-disposition')
    .code(refusal.statusCode)
    .headers(refusal.headers)
    .header('content-type', problemMediaType)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(document)));
};

const frameworkCodes: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad-request',
  FST_ERR_BAD_URL: 'bad-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
  FST_ERR_NOT_FOUND: 'not-found',
};

const RETRY_AFTER_SECONDS = 2;
/** The threads finish a few works within this time. */
const BUSY_RETRY_AFTER_SECONDS = 5;

const TOO_COSTLY = {
  zh: '内容过于复杂，未能在限定的时间和内存内办完，请分成几次发送。',
  en: 'The content is too complex for the time and memory there is: send it in several parts.',
};

/** The time is long enough to reach another replica and short beside the upgrade that ends it. */
const NEWER_RETRY_AFTER_SECONDS = 30;

export const newerVersion = (machine: string, version: number): Problem =>
  problem('newer-version', {
    retryAfterSeconds: NEWER_RETRY_AFTER_SECONDS,
    detail: {
      zh: `对象属于 ${machine} 第 ${version} 版，本进程尚不认识；已升级的进程可以办理。`,
      en: `The subject is of ${machine} version ${version}, which this process does not know yet; one that was upgraded can do it.`,
    },
  });

const newerSchema = (error: WritingStopped): Problem =>
  problem('newer-version', {
    retryAfterSeconds: NEWER_RETRY_AFTER_SECONDS,
    cause: error,
    detail: {
      zh: `数据库结构比本进程新（${error.migrations.join('、')}），本进程不再写入；已升级的进程可以办理。`,
      en: `The schema is newer than this process (${error.migrations.join(', ')}), which writes no more; one that was upgraded can do it.`,
    },
  });

/** The problem to answer with for anything thrown; unknown errors reveal nothing of themselves. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof UnknownVersion) return newerVersion(error.machine, error.version);
  if (error instanceof WritingStopped) return newerSchema(error);
  if (error instanceof Unavailable && error.isUnknown) {
    return problem('outcome-unknown', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
  }
  if (isPassing(error) || isOvertaxed(error) || error instanceof StoreUnavailable) {
    return problem('unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
  }
  if (error instanceof ThreadsBusy || error instanceof PrinterBusy) {
    return problem('unavailable', { retryAfterSeconds: BUSY_RETRY_AFTER_SECONDS, cause: error });
  }
  if (error instanceof WorkStopped || error instanceof TooMuchEffort) {
    return problem('payload-too-large', { detail: TOO_COSTLY, cause: error });
  }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string') {
    const known = frameworkCodes[code];
    if (known !== undefined) return problem(known, { cause: error });
  }
  if (statusCode === 400) return problem('bad-request', { cause: error });
  return problem('internal', { cause: error });
};
