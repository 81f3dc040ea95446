import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, POOL_MIN, readConfig } from '../src/config.ts';
import { CONNECTIONS_MIN } from '../src/db/kernel/connections.ts';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

test('an empty environment gives a service on this machine only, with its own database', () => {
  expect(readConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    databaseUrl: undefined,
    dataDir: resolve('.data'),
    backupDir: undefined,
    poolMax: 16,
    logLevel: 'info',
    clock: { kind: 'system' },
    worker: true,
    divisions: undefined,
    planDir: undefined,
    rateLimit: 2000,
    publicRateLimit: 1200,
    metrics: undefined,
    audit: { checkpointMinutes: 60, verifyDays: 28 },
    keyDaysMax: 365,
    dataKeys: { path: resolve('.data/data-keys.json'), cipher: 'aes-256-gcm' },
    retention: { accessLogMonths: 24, personalMonths: 24 },
    trustProxy: false,
    officerNetworks: undefined,
    files: {
      sizeBytesMax: 10 * 1024 * 1024,
      orphanDays: 30,
      quota: { bytesMax: 2048 * 1024 * 1024, filesMax: 5000, uploadsPerHour: 600 },
      store: { kind: 'disk', folder: resolve('.data/files') },
    },
  });
});

test('POOL_MAX is the sum of all connections, and no less than a process can work with', () => {
  expect(POOL_MIN).toBe(CONNECTIONS_MIN);
  expect(readConfig({ POOL_MAX: String(CONNECTIONS_MIN) }).poolMax).toBe(CONNECTIONS_MIN);
  expect(faultsOf({ POOL_MAX: String(CONNECTIONS_MIN - 1) })).toHaveLength(1);
});

test('an empty value is as good as none', () => {
  expect(readConfig({ PORT: '', DATABASE_URL: ' ', CLOCK: '', NODE_ENV: '' })).toEqual(
    readConfig({}),
  );
});

test('every setting is read', () => {
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '8080',
    DATABASE_URL: 'postgresql://cp:secret@db:5432/chuangping?sslmode=require',
    DATA_DIR: '/var/lib/chuangping',
    POOL_MAX: '20',
    LOG_LEVEL: 'warn',
    CLOCK: 'virtual',
    CLOCK_START: '2017-05-20T09:00:00+08:00',
    WORKER: 'off',
    PLAN_DIR: 'plans',
    FILES: 's3',
    S3_ENDPOINT: 'https://s3.example.org',
    S3_REGION: 'cn-north-1',
    S3_BUCKET: 'evidence',
    S3_ACCESS_KEY_ID: 'id',
    S3_SECRET_ACCESS_KEY: 'secret',
    FILE_SIZE_MAX_MIB: '20',
    FILE_ORPHAN_DAYS: '7',
    TRUST_PROXY: '10.0.0.0/8, ::1',
    OFFICER_NETWORKS: '10.9.8.0/24,fd00::/8',
    NODE_ENV: 'test',
    RATE_LIMIT: '500',
    PUBLIC_RATE_LIMIT: '100',
    METRICS_PORT: '9464',
    METRICS_HOST: '0.0.0.0',
    STORAGE_MAX_MIB: '100',
    STORAGE_FILES_MAX: '50',
    UPLOADS_PER_HOUR: '20',
    ACCESS_LOG_MONTHS: '36',
    CHECKPOINT_MINUTES: '15',
    VERIFY_DAYS: '7',
    KEY_DAYS_MAX: '90',
    PERSONAL_MONTHS: '12',
    DATA_KEYS_FILE: '/run/secrets/data-keys.json',
    DATA_CIPHER: 'sm4-gcm',
  });
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 8080,
    databaseUrl: 'postgresql://cp:secret@db:5432/chuangping?sslmode=require',
    dataDir: '/var/lib/chuangping',
    backupDir: undefined,
    poolMax: 20,
    logLevel: 'warn',
    clock: { kind: 'virtual', start: Temporal.Instant.from('2017-05-20T01:00:00Z') },
    worker: false,
    rateLimit: 500,
    publicRateLimit: 100,
    metrics: { host: '0.0.0.0', port: 9464 },
    planDir: resolve('plans'),
    trustProxy: ['10.0.0.0/8', '::1'],
    officerNetworks: ['10.9.8.0/24', 'fd00::/8'],
    audit: { checkpointMinutes: 15, verifyDays: 7 },
    keyDaysMax: 90,
    dataKeys: { path: '/run/secrets/data-keys.json', cipher: 'sm4-gcm' },
    retention: { accessLogMonths: 36, personalMonths: 12 },
    files: {
      sizeBytesMax: 20 * 1024 * 1024,
      orphanDays: 7,
      quota: { bytesMax: 100 * 1024 * 1024, filesMax: 50, uploadsPerHour: 20 },
      store: {
        kind: 's3',
        endpoint: 'https://s3.example.org',
        region: 'cn-north-1',
        bucket: 'evidence',
        accessKeyId: 'id',
        secretAccessKey: 'secret',
      },
    },
  });
});

test('every fault is told at once, Chinese first', () => {
  expect(faultsOf({ PORT: '65536', LOG_LEVEL: 'loud', WORKER: 'maybe' })).toEqual([
    'PORT：应为 0 至 65535 的整数。PORT must be an integer from 0 to 65535.',
    'LOG_LEVEL：应为 trace、debug、info、warn、error、fatal、silent 之一。LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent.',
    'WORKER：应为 on、off 之一。WORKER must be one of on, off.',
  ]);
});

test.each([
  ['PORT', '-1'],
  ['PORT', '3000.5'],
  ['PORT', '0x10'],
  ['PORT', 'http'],
  ['HOST', 'http://localhost'],
  ['HOST', 'localhost:3000'],
  ['DATABASE_URL', 'mysql://root@db/chuangping'],
  ['DATABASE_URL', 'postgresql://db:5432'],
  ['DATABASE_URL', 'db'],
  ['DATABASE_URL', 'postgresql://db:99999/chuangping'],
  ['FILES', 'ftp'],
  ['POOL_MAX', '1'],
  ['POOL_MAX', '5000'],
  ['LOG_LEVEL', 'INFO'],
  ['CLOCK', 'fake'],
  ['ACCESS_LOG_MONTHS', '5'],
  ['KEY_DAYS_MAX', '0'],
  ['KEY_DAYS_MAX', '401'],
  ['WORKER', '1'],
  ['TRUST_PROXY', 'proxy.local'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '10.0.0.0,,'],
  ['OFFICER_NETWORKS', 'on'],
])('%s=%s is refused', (name, value) => {
  expect(faultsOf({ [name]: value })).toEqual([expect.stringMatching(`^${name}：`)]);
});

test.each([
  '2017-05-20',
  '2017-05-20 09:00:00+08:00',
  '2017-05-20T09:00:00',
  '2017-05-20T09:00:60+08:00',
  '2017-02-30T09:00:00+08:00',
  '2017-05-20T09:00:00+08:00[Asia/Shanghai]',
  '1999-12-31T23:59:59Z',
  '2101-01-01T00:00:00Z',
])('a clock does not start at %s', (value) => {
  const faults = faultsOf({ CLOCK: 'virtual', CLOCK_START: value });
  expect(faults).toEqual([expect.stringMatching(/^CLOCK_START：/)]);
});

test('a folder of plans that is not there is a wrong setting, not a failed start', () => {
  expect(faultsOf({ PLAN_DIR: '/nowhere/plans' })).toEqual([
    'PLAN_DIR：应为已有的文件夹。PLAN_DIR must be a folder that exists.',
  ]);
  expect(faultsOf({ PLAN_DIR: 'package.json' })).toHaveLength(1);
});

test('a virtual clock is refused in production', () => {
  expect(faultsOf({ CLOCK: 'virtual', NODE_ENV: 'production' })).toEqual([
    'CLOCK：NODE_ENV=production 时不得使用虚拟时钟。CLOCK must not be virtual when NODE_ENV is production.',
  ]);
});

test('a start without a virtual clock is refused, for nothing would start there', () => {
  expect(faultsOf({ CLOCK_START: '2017-05-20T09:00:00+08:00' })).toEqual([
    'CLOCK_START：仅在 CLOCK=virtual 时有效。CLOCK_START is only for CLOCK=virtual.',
  ]);
});

test.each([
  ['postgresql://postgres@/chuangping?host=%2Fsome%2Frun'],
  ['postgres://cp@127.0.0.1/chuangping'],
  ['postgres://cp@[::1]:5433/chuangping'],
  ['postgresql:///chuangping'],
  ['postgresql://cp@db.example/chuangping?sslmode=verify-full'],
  ['postgresql://cp@postgres/chuangping?sslmode=disable'],
])('a database is reached by %s', (url) => {
  expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
});

test.each([
  ['DATABASE_URL', 'postgresql://cp@db.example/chuangping', 'sslmode=verify-full'],
  ['DATABASE_URL', 'postgresql://cp@/chuangping?host=10.1.2.3', 'sslmode=verify-full'],
  ['DATABASE_URL', 'postgresql://cp@127.0.0.1.example/chuangping', 'sslmode=verify-full'],
  ['S3_ENDPOINT', 'http://s3.example', 'http is for this machine only'],
])('nothing goes unencrypted to another machine unless that is said: %s=%s', (name, url, words) => {
  const store = { FILES: 's3', S3_BUCKET: 'x', S3_ACCESS_KEY_ID: 'x', S3_SECRET_ACCESS_KEY: 'x' };
  expect(faultsOf({ ...store, [name]: url })).toEqual([expect.stringContaining(words)]);
});

test.each([
  ['on', true],
  ['off', false],
  ['2', 2],
  ['10.1.2.3', ['10.1.2.3']],
])('TRUST_PROXY=%s is %j', (value, trusted) => {
  expect(readConfig({ TRUST_PROXY: value }).trustProxy).toEqual(trusted);
});

test('a fault does not repeat the value, which may hold a password', () => {
  expect(faultsOf({ DATABASE_URL: 'postgres:/cp:secret@db/x' }).join()).not.toContain('secret');
});

test('backups are of the embedded database; with another one a folder for them is a fault', () => {
  expect(readConfig({ BACKUP_DIR: '/mnt/backup' }).backupDir).toBe('/mnt/backup');
  const faults = faultsOf({
    BACKUP_DIR: '/mnt/backup',
    DATABASE_URL: 'postgresql://cp@127.0.0.1:5432/chuangping',
  });
  expect(faults).toEqual([expect.stringMatching(/^BACKUP_DIR.*pg_basebackup.*pgBackRest/)]);
});

test('O10: LibreOffice is the first soffice of PATH, another that SOFFICE names, or none', () => {
  const here = import.meta.filename;
  expect(readConfig({ PATH: '/nowhere' }).office).toBeUndefined();
  const environment = { PATH: '/nowhere', FONTCONFIG_FILE: '/etc/fonts/fonts.conf' };
  const told = readConfig({ SOFFICE: here }).office?.environment.FONTCONFIG_FILE;
  expect(told).toBe(resolve('data/fonts.conf'));
  expect(readConfig({ ...environment, SOFFICE: here, DATA_KEYS_FILE: '/keys' }).office).toEqual({
    program: here,
    environment,
  });
  expect(readConfig({ PATH: process.env.PATH, SOFFICE: 'off' }).office).toBeUndefined();
  expect(faultsOf({ SOFFICE: '/nowhere/soffice' })).toEqual([
    'SOFFICE：应为已有的文件。SOFFICE must be a file that exists.',
  ]);
});
