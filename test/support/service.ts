// The whole service over a database of the test's own: the real organisations of Tongchuan, the plan of
// Yijun, a virtual clock, and a key for every person that a test needs.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InjectOptions } from 'fastify';
import { type Logger, pino } from 'pino';
import type { Role } from '../../machines/kit/access.ts';
import type { AccessLog } from '../../src/command/audit/access-log.ts';
import { createAccessLog } from '../../src/command/audit/access-log.ts';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import { opening } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { createKeyAuthenticator } from '../../src/db/county/api-keys.ts';
import type { StorageQuota } from '../../src/db/file/storage.ts';
import { createReadPool } from '../../src/db/kernel/reading.ts';
import { systemEntropy } from '../../src/entropy.ts';
import { createDiskStore } from '../../src/files/disk.ts';
import { makeIdentity } from '../../src/files/identity.ts';
import type { App } from '../../src/http/kernel/app.ts';
import { buildServer } from '../../src/http/kernel/server.ts';
import type { Service } from '../../src/http/kernel/service.ts';
import { addResources, subjects } from '../../src/http/resources.ts';
import { openThreads } from '../../src/threads/open.ts';
import { createSeededDatabase, type TestDatabase } from './database.ts';
import { foundBases } from './directory.ts';
import { enrol } from './people.ts';
import { unit } from './units.ts';
import { testVault } from './vault.ts';

export const CITY = unit('6102');
export const COUNTY = unit('610222');
export const PENG = unit('610222101');
export const WULI = unit('610222102');
export const FILE_SIZE_BYTES_MAX = 1024 * 1024;
/** A village of Peng, and one of Wuli. */
export const PENGCUN = unit('610222101203');

/** The home of each role, where a test does not name another place. */
const HOME: { readonly [R in Role]: string } = {
  'city-centre': unit('6102-YCJY'),
  'county-office': unit('610222-YCB'),
  'county-department': unit('610222-ZZB'),
  'township-committee': unit('610222101-DW'),
  'township-office': unit('610222101-ZF'),
  'village-organisation': unit('610222101203-DZB'),
  base: 'BASE-1',
  assessor: COUNTY,
  scheduler: COUNTY,
  integrator: COUNTY,
  operator: CITY,
  auditor: COUNTY,
  'security-officer': CITY,
  administrator: CITY,
};

export type Response = {
  status: number;
  headers: { readonly [name: string]: unknown };
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects and fails on the rest
  body: any;
};

type Asking = {
  body?: object;
  key?: string;
  ifMatch?: number | string;
  language?: 'en' | 'zh-CN';
};

/** A person with a key, who sends requests in their own name. */
export type Person = {
  id: string;
  /** The key itself, for requests whose answer is no JSON. */
  key: string;
  get: (url: string, asking?: Asking) => Promise<Response>;
  post: (url: string, body?: object, asking?: Asking) => Promise<Response>;
};

export type RunningService = TestDatabase &
  Service & {
    app: App;
    accessLog: AccessLog;
    /** A new person with these roles; a role alone is held at its home. */
    person: (...grants: (Role | [Role, string])[]) => Promise<Person>;
    setClock: (instant: string) => Promise<void>;
    close: () => Promise<void>;
  };

/** Limits of requests; small ones, unless a test is about them. */
type Bounds = {
  fileSizeBytesMax?: number;
  threads?: Service['threads'];
  quota?: StorageQuota;
  printer?: Service['printer'];
};
const PLENTY: StorageQuota = { bytesMax: 1024 ** 3, filesMax: 10_000, uploadsPerHour: 10_000 };

export async function openService(
  start = '2017-05-20T01:00:00Z',
  log: Logger = pino({ level: 'silent' }),
  {
    fileSizeBytesMax = FILE_SIZE_BYTES_MAX,
    threads = openThreads(),
    quota = PLENTY,
    printer = null,
  }: Bounds = {},
): Promise<RunningService> {
  const database = await createSeededDatabase();
  const { pool } = database;
  await startVirtualClock(pool, start);
  await foundBases(pool, PENG, [{ code: 'BASE-1', name: '彭镇苹果基地' }]);
  const cache = createReferenceCache();
  const vault = testVault();
  const folder = await mkdtemp(join(tmpdir(), 'chuangping-files-'));
  await makeIdentity(folder);
  const files = createDiskStore(folder);
  const service: Service = {
    pool: createReadPool(database.readers, database.facts),
    unwalled: database.facts,
    performer: createPerformer(opening(nouns, vault.open), database.writers, cache),
    cache,
    files,
    entropy: systemEntropy,
    vault,
    keyDaysMax: 365,
    threads,
    printer,
    subjects,
  };
  const accessLog = createAccessLog(service.performer, { months: 24 });
  const app = await buildServer({
    accessLog,
    threads,
    log,
    version: '0.1.0',
    ready: () => ({ ok: true, detail: {} }),
    authenticate: createKeyAuthenticator(service.pool),
    registerResources: (server) =>
      addResources(server, service, { files: { sizeBytesMax: fileSizeBytesMax, quota } }),
    principalLimit: { requests: 1_000_000, windowSeconds: 1 },
    publicLimit: { requests: 1_000_000, windowSeconds: 1 },
  });
  return {
    ...service,
    ...database,
    app,
    accessLog,
    person: async (...grants) => {
      const { principalId, key } = await service.performer.administer((tx) =>
        enrol(tx, { name: grants.map(String).join('、'), grants: grants.map(asGrant) }),
      );
      return personOf(app, principalId, key);
    },
    setClock: async (instant) => {
      await pool.query('update virtual_clock set instant = $1', [instant]);
    },
    close: async () => {
      await app.close();
      await printer?.close();
      await accessLog.close();
      await service.performer.drain();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const asGrant = (grant: Role | [Role, string]) =>
  typeof grant === 'string'
    ? { role: grant, organisationId: HOME[grant] }
    : { role: grant[0], organisationId: grant[1] };

function personOf(app: App, id: string, token: string): Person {
  const ask = async (
    method: 'GET' | 'POST',
    url: string,
    { body, key, ifMatch, language = 'zh-CN' }: Asking,
  ): Promise<Response> => {
    const request: InjectOptions = {
      method,
      url,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': language,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      },
      ...(body === undefined ? {} : { payload: body }),
    };
    const { statusCode, headers, payload } = await app.inject(request);
    return { status: statusCode, headers, body: payload === '' ? null : JSON.parse(payload) };
  };
  return {
    id,
    key: token,
    get: (url, asking = {}) => ask('GET', url, asking),
    post: (url, body = {}, asking = {}) => ask('POST', url, { ...asking, body }),
  };
}
