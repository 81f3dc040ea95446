// Who reads: what a GET reads for its caller goes over the reader's log-in, everything else over the
// app's. The pool that routes are given tells one from the other by where it is asked.

import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

const asReader = new AsyncLocalStorage<true>();

/** Runs `work`, all of whose queries on a pool of `createReadPool` go over the reader's log-in. */
export const reading = <Result>(work: () => Result): Result => asReader.run(true, work);

class ReadPool extends pg.Pool {
  readonly #readers: pg.Pool;
  readonly #facts: pg.Pool;

  constructor(readers: pg.Pool, facts: pg.Pool) {
    super(facts.options);
    this.#readers = readers;
    this.#facts = facts;
  }

  // Every way to a connection, `query` too, leads through here. pg declares overloads of one function.
  override connect = ((...asked: unknown[]): unknown => {
    const pool = asReader.getStore() === undefined ? this.#facts : this.#readers;
    return (pool.connect as (...asked: unknown[]) => unknown).apply(pool, asked);
  }) as pg.Pool['connect'];
}

/** The pool that routes read by. It has no connections of its own and need not be ended. */
export const createReadPool = (readers: pg.Pool, facts: pg.Pool): pg.Pool =>
  new ReadPool(readers, facts);
