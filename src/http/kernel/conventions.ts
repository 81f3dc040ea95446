// What every resource does alike: idempotency keys, revisions, pages. See the API conventions.

import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { problem } from './problems.ts';

const invalid = (path: string, zh: string, en: string) =>
  problem('bad-request', { detail: { zh, en }, errors: [{ path, message: { zh, en } }] });

const IDEMPOTENCY_KEY = /^(?:"([\x21\x23-\x7e]{1,200})"|([\x21\x23-\x7e]{1,200}))$/;

/** The Idempotency-Key, quoted or bare: 1–200 visible ASCII characters. Malformed: 400. */
export const idempotencyKey = (request: FastifyRequest): string | undefined => {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const match = typeof header === 'string' ? IDEMPOTENCY_KEY.exec(header.trim()) : null;
  const key = match?.[1] ?? match?.[2];
  if (key !== undefined) return key;
  throw invalid(
    '/headers/idempotency-key',
    'Idempotency-Key 应为 1–200 个可见 ASCII 字符，可加引号。',
    'Idempotency-Key must be 1–200 visible ASCII characters, quoted or bare.',
  );
};

/** The revision If-Match asks for, or `*`. Weak tags and lists cannot mean a revision: 400. */
export const expectedRevision = (request: FastifyRequest): number | '*' | undefined => {
  const header = request.headers['if-match'];
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  const revision = Number(/^"(\d{1,15})"$/.exec(header.trim())?.[1] ?? Number.NaN);
  if (Number.isSafeInteger(revision)) return revision;
  throw invalid(
    '/headers/if-match',
    'If-Match 应为一个强 ETag（如 "12"）或 *。',
    'If-Match must be one strong ETag, as "12", or *.',
  );
};

/** Throws 412 when If-Match names another revision than the current one. */
export const holdToRevision = (expected: number | '*' | undefined, current: number): void => {
  if (expected === undefined || expected === '*' || expected === current) return;
  throw problem('stale-revision', { expectedRevision: expected, currentRevision: current });
};

export const setRevision = (reply: FastifyReply, revision: number): FastifyReply =>
  reply.header('etag', `"${revision}"`);

export const PAGE_ITEMS_DEFAULT = 50;
export const PAGE_ITEMS_MAX = 100;

/** Spread into a list's query: `Type.Object({ ...pageQuery, state: … })`. */
export const pageQuery = {
  limit: Type.Integer({
    minimum: 1,
    maximum: PAGE_ITEMS_MAX,
    default: PAGE_ITEMS_DEFAULT,
    description: '每页条数 · Items per page',
  }),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: '上一页 next 的值，原样传回 · The value of next, as it was given',
    }),
  ),
};

export const pageSchema = <Item extends TSchema>(item: Item) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], {
      description: '下一页的游标；null 为最后一页 · Cursor of the next page; null on the last',
    }),
  });

const CURSOR_VERSION = 1;

/** Opaque to clients: base64url of the position in the list, with a version. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify([CURSOR_VERSION, position])).toString('base64url');

/** The position a cursor stands for, checked against its schema. Garbage: 400. */
export const decodeCursor = <Position extends TSchema>(
  position: Position,
  cursor: string | undefined,
): Static<Position> | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(decoded) && decoded.length === 2 && decoded[0] === CURSOR_VERSION) {
      const value: unknown = decoded[1];
      if (Check(position, value)) return value as Static<Position>;
    }
  } catch {
    // Not JSON: as invalid as a wrong shape.
  }
  throw invalid(
    '/query/cursor',
    '游标无效：请原样使用上一页 next 的值。',
    'The cursor is invalid: use the value of next as it was given.',
  );
};

/** The list's envelope; says the next page also as `Link`. `next` is null on the last page. */
export const page = <Item>(
  reply: FastifyReply,
  items: readonly Item[],
  next: string | null,
): { items: Item[]; next: string | null } => {
  if (next !== null) {
    const [path = '', query = ''] = reply.request.url.split('?', 2);
    const parameters = new URLSearchParams(query);
    parameters.set('cursor', next);
    reply.header('link', `<${path}?${parameters}>; rel="next"`);
  }
  return { items: [...items], next };
};

/**
 * One of several objects told apart by a property, for events and the like. Unlike a plain union
 * a fault is reported against the one that was meant.
 * @example oneOfBy('type', [SubmitPlan, ReturnPlan])
 */
export const oneOfBy = <Members extends TSchema[]>(property: string, members: [...Members]) =>
  Type.Unsafe<Static<Members[number]>>({
    type: 'object',
    required: [property],
    discriminator: { propertyName: property },
    oneOf: members,
  });
