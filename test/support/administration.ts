// The administrative resources on a seeded database of the test's own, with callers by role.

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { inject } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import type { Officers, Post } from '../../rehearsal/kit/admission.ts';
import { letIn } from '../../rehearsal/kit/admission.ts';
import { createAccessLog } from '../../src/command/audit/access-log.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import { opening } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { createKeyAuthenticator } from '../../src/db/county/api-keys.ts';
import { createReadPool } from '../../src/db/kernel/reading.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { createDiskStore } from '../../src/files/disk.ts';
import type { App } from '../../src/http/kernel/app.ts';
import { buildServer } from '../../src/http/kernel/server.ts';
import type { Service } from '../../src/http/kernel/service.ts';
import { addResources, subjects } from '../../src/http/resources.ts';
import { openThreads } from '../../src/threads/open.ts';
import { createSeededDatabase } from './database.ts';
import { testVault } from './vault.ts';

/** Asks with one key; CSV is sent as text, everything else as JSON. */
export type Caller = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  url: string,
  body?: string | object,
  headers?: Record<string, string>,
) => Promise<Answer>;

export type Answer = {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any answer
  body: any;
  headers: Record<string, unknown>;
};

export type Desk = Service & {
  app: App;
  /** The owner's way into the database. */
  connectionString: string;
  administrator: Caller;
  securityOfficer: Caller;
  /** Somebody without a key. */
  stranger: Caller;
  officers: Officers;
  post: Post;
  /** Lets a new person with this role in, by the two officers. */
  enter: (role: Role, organisationId: string) => Promise<Caller>;
  as: (key: string) => Caller;
  query: <Row>(sql: string, ...values: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
};

const NO_FILES = { sizeBytesMax: 1, quota: { bytesMax: 0, filesMax: 0, uploadsPerHour: 0 } };

/** `clock` is the virtual instant at the beginning; without one the system's clock runs. */
export async function openDesk({ clock }: { clock?: string } = {}): Promise<Desk> {
  const { pool, writers, facts, readers, connectionString, drop } = await createSeededDatabase();
  if (clock !== undefined) await startVirtualClock(pool, clock);
  const cache = createReferenceCache();
  const vault = testVault();
  // Nothing is uploaded at this desk: the folder is never made.
  const files = createDiskStore(join(tmpdir(), 'chuangping-no-files'));
  const threads = openThreads();
  const service = {
    pool: createReadPool(readers, facts),
    unwalled: facts,
    cache,
    performer: createPerformer(opening(nouns, vault.open), writers, cache),
    files,
    entropy: systemEntropy,
    vault,
    keyDaysMax: 365,
    threads,
    printer: null,
    subjects,
  };
  const accessLog = createAccessLog(service.performer, { months: 24 });
  const app = await buildServer({
    accessLog,
    threads,
    log: pino({ level: 'silent' }),
    version: '0.0.0',
    authenticate: createKeyAuthenticator(service.pool),
    ready: () => ({ ok: true, detail: {} }),
    registerResources: (server) => addResources(server, service, { files: NO_FILES }),
  });

  const caller =
    (key: string | null): Caller =>
    async (method, url, body, headers = {}) => {
      const type = typeof body === 'string' ? 'text/csv' : 'application/json';
      const request: InjectOptions = {
        method,
        url,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: body }),
      };
      const response = await app.inject(request);
      return { status: response.statusCode, body: response.json(), headers: response.headers };
    };
  const as = (key: string): Caller => caller(key);
  const stranger = caller(null);
  const officers = inject('officers');
  const administrator = as(officers.administrator);
  const post: Post = async <Answer>(key: string | null, path: string, body: object) => {
    const asked = key === null ? stranger : as(key);
    const answer = await asked('POST', path, body);
    if (answer.status < 300) return answer.body as Answer;
    throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  return {
    ...service,
    pool,
    app,
    connectionString,
    administrator,
    securityOfficer: as(officers.securityOfficer),
    stranger,
    as,
    post,
    officers,
    enter: async (role, organisationId) => {
      const newcomer = { name: `${role} ${organisationId}`, grants: [{ role, organisationId }] };
      return as((await letIn(post, officers, newcomer)).key);
    },
    query: async <Row>(sql: string, ...values: unknown[]) =>
      (await pool.query(sql, values)).rows as Row[],
    close: async () => {
      await app.close();
      await accessLog.close();
      await drop();
    },
  };
}
