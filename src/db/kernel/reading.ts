// Who reads: what a GET reads for its caller goes over the reader's log-in, in transactions that say
// the caller's reaches, beyond which that log-in sees nothing (docs/security.md, Read wall). Everything
// else goes over the app's. The pool that routes are given tells one from the other by where it is asked.

import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import pg from 'pg';
import { REACHES_MAX } from '../../rules/county/grants.ts';
import { inReach, withConnection } from './connections.ts';
import { outermost } from './reach.ts';

const reaches = new AsyncLocalStorage<string>();

/**
 * Runs `work`; its queries on a pool of `createReadPool` see what lies within these reaches. Throws for more
 * outermost ones than REACHES_MAX, rather than show less than they allow: nobody is given so many.
 */
export function reading<Result>(within: readonly string[], work: () => Result): Result {
  const places = outermost(within);
  if (places.length > REACHES_MAX) throw new RangeError(`${places.length} reaches of one reader`);
  return reaches.run(places.join('\n'), work);
}

/**
 * Asks by a name that follows from the text, so that a connection plans it once: with the conditions of the
 * wall planning takes many times what running does.
 */
function askNamed(client: pg.ClientBase, asked: readonly unknown[]): Promise<unknown> {
  const [what, values] = asked;
  const query = (typeof what === 'string' ? { text: what, values } : what) as pg.QueryConfig;
  const name = query.name ?? hash('sha1', query.text);
  return client.query({ ...query, name });
}

class ReadPool extends pg.Pool {
  readonly #readers: pg.Pool;
  readonly #facts: pg.Pool;

  constructor(readers: pg.Pool, facts: pg.Pool) {
    super(facts.options);
    this.#readers = readers;
    this.#facts = facts;
  }

  // pg declares overloads of these functions.
  override query = ((...asked: unknown[]): unknown => {
    const within = reaches.getStore();
    const ask = (client: pg.ClientBase): Promise<unknown> =>
      (client.query as (...asked: unknown[]) => Promise<unknown>)(...asked);
    if (within === undefined) return withConnection(this.#facts, ask);
    return withConnection(this.#readers, (client) =>
      inReach(client, within, () => askNamed(client, asked)),
    );
  }) as pg.Pool['query'];

  override connect = (async (): Promise<unknown> => {
    const within = reaches.getStore();
    if (within === undefined) return this.#facts.connect();
    const client = await this.#readers.connect();
    const query = (...asked: unknown[]): Promise<unknown> =>
      inReach(client, within, () => askNamed(client, asked));
    return { query, release: (error?: Error | boolean) => client.release(error) };
  }) as pg.Pool['connect'];
}

/** The pool that routes read by. It has no connections of its own and need not be ended. */
export const createReadPool = (readers: pg.Pool, facts: pg.Pool): pg.Pool =>
  new ReadPool(readers, facts);
