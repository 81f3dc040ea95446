import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administer } from '../../src/command/kernel/administer.ts';
import { SYSTEM_TELLER } from '../../src/command/kernel/administrative-log.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { createWriterPool } from '../../src/db/kernel/pool.ts';
import { openProxy, type Wire } from '../faults/support/proxy.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const TOLD_WITHIN_MS = 3_000;

let database: TestDatabase;
let wire: Wire;
beforeAll(async () => {
  database = await createTestDatabase();
  const { host, port } = new pg.Client(database.connectionString);
  wire = await openProxy(host.startsWith('/') ? `${host}/.s.PGSQL.${port}` : port);
});
afterAll(async () => {
  await wire.close();
  await database.drop();
});

test('F12: a request of no campaign is told within 3 s when its connections stand half open and no other is taken', async () => {
  const { user, database: name, password } = new pg.Client(database.connectionString);
  const login = `${user}:${password ?? ''}@127.0.0.1:${wire.port}`;
  const pool = createWriterPool(`postgresql://${login}/${name}`, {
    max: 2,
    applicationName: 'wire',
  });
  const performer = createPerformer(nouns, pool, createReferenceCache());
  const ask = () =>
    administer(performer, { ...SYSTEM_TELLER, idempotency: null }, async (tx) => {
      await tx.query('select pg_sleep(0.1)');
      return { status: 200, body: {} };
    });
  await ask();
  wire.hang();
  wire.blackhole();
  const begunMs = performance.now();
  await expect(ask()).rejects.toMatchObject({ name: 'Unavailable' });
  expect(performance.now() - begunMs).toBeLessThan(TOLD_WITHIN_MS);
  await pool.end();
});
