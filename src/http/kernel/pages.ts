// Pages of lists: the query, the answer, and where the next page begins.

import type { FastifyReply } from 'fastify';
import Type, { type Static, type TSchema } from 'typebox';
import { Set as setFormat } from 'typebox/format';
import { Check } from 'typebox/value';
import { plainFault } from '../../rules/plan/json-text.ts';
import { invalid } from './conventions.ts';
import { isInstant } from './date-formats.ts';

// Typebox's own date-time accepts zones that PostgreSQL does not read.
setFormat('date-time', isInstant);

const PAGE_ITEMS_DEFAULT = 50;
const PAGE_ITEMS_MAX = 100;

const pageQuery = {
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
type PageQuery = { limit: number; cursor?: string | undefined };

const pageSchema = <Item extends TSchema>(item: Item) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], {
      description: '下一页的游标；null 为最后一页 · Cursor of the next page; null on the last',
    }),
  });

/** A number in a cursor, no larger than the `integer` of PostgreSQL that it is compared with. */
export const Ordinal = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 });

const CURSOR_VERSION = 1;

/** The cursor is opaque to clients: base64url of the position in the list, with a version. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify([CURSOR_VERSION, position])).toString('base64url');

/** The position of a cursor, checked against its schema. Throws 400 for anything else. */
export const decodeCursor = <Position extends TSchema>(
  position: Position,
  cursor: string | undefined,
): Static<Position> | undefined => {
  if (cursor === undefined) return undefined;
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(decoded) && decoded.length === 2 && decoded[0] === CURSOR_VERSION) {
      const value: unknown = decoded[1];
      if (plainFault(value) === null && Check(position, value)) return value;
    }
  } catch {
    // Text that is not JSON is as invalid as a wrong shape.
  }
  throw invalid(
    '/query/cursor',
    '游标无效：请原样使用上一页 next 的值。',
    'The cursor is invalid: use the value of next as it was given.',
  );
};

/** The envelope of a page; a `Link` header names the next page too. `next` is null on the last page. */
export const pageToJson = <Item>(
  reply: FastifyReply,
  items: readonly Item[],
  next: string | null,
): { items: Item[]; next: string | null } => {
  if (next !== null) {
    const [path = '', ...query] = reply.request.url.split('?');
    const parameters = new URLSearchParams(query.join('?'));
    parameters.set('cursor', next);
    reply.header('link', `<${path}?${parameters}>; rel="next"`);
  }
  return { items: [...items], next };
};

/**
 * A list in pages. `position` is the schema of the sort key, which a cursor holds; `positionOf` gives
 * that of a row. `query` is spread into the schema of the list's query; `schema` is that of its answer.
 * @example const pages = pageOf(ItemSchema, Id, (row: { id: string }) => row.id)
 */
export const pageOf = <Item extends TSchema, Position extends TSchema, Row>(
  item: Item,
  position: Position,
  positionOf: (row: Row) => Static<Position>,
) => ({
  query: pageQuery,
  schema: pageSchema(item),
  /** The position and limit to read rows with: one row too many says that there is another page. */
  turnOf: ({ limit, cursor }: PageQuery) => ({
    after: decodeCursor(position, cursor),
    limit: limit + 1,
  }),
  /** The page made of these rows, which were read with `turnOf`. */
  toJson: async <Read extends Row, Told extends Static<Item>>(
    reply: FastifyReply,
    limit: number,
    rows: readonly Read[],
    toItem: (row: Read) => Told | Promise<Told>,
  ) => {
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    const next = last === undefined ? null : encodeCursor(positionOf(last));
    return pageToJson(reply, await Promise.all(shown.map(toItem)), next);
  },
});
