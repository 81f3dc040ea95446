// The settings of the service, read once from its environment.

import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { delimiter, join, resolve } from 'node:path';

type Clock = { kind: 'system' } | { kind: 'virtual'; start: Temporal.Instant | undefined };

export type Config = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** undefined: the embedded server in dataDir. */
  databaseUrl: string | undefined;
  /** The log-ins that perform and read; undefined: the service makes them. */
  logins: { app: string; reader: string } | undefined;
  dataDir: string;
  /** Where the embedded server's backups and its archive lie; undefined: there are none. */
  backupDir: string | undefined;
  /** Connections to the database at most, of every kind together. */
  poolMax: number;
  logLevel: (typeof LOG_LEVELS)[number];
  clock: Clock;
  /** Whether this process fires due timers; an external scheduler may instead. */
  worker: boolean;
  /** The divisions that a new database begins with; undefined: the sample. */
  divisions: { path: string; root: string | null } | undefined;
  /** Further campaign plans, beside those that are shipped. */
  planDir: string | undefined;
  /** Requests one principal may make in 10 seconds, at all processes together. */
  rateLimit: number;
  /** Requests without a key from one address in 60 seconds, at all processes together. */
  publicRateLimit: number;
  /** The address that serves metrics; undefined: none. */
  metrics: { host: string; port: number } | undefined;
  /** Proxies whose X-Forwarded-* headers are believed: addresses, networks, or how many. */
  trustProxy: boolean | number | string[];
  /** The addresses and networks from which officers are let in; undefined: everywhere. */
  officerNetworks: string[] | undefined;
  /** The longest that a key of the interface lives, in days. */
  keyDaysMax: number;
  /** The file of the keys that seal personal data, and the cipher of new ones. */
  dataKeys: { path: string; cipher: (typeof DATA_CIPHERS)[number] };
  /** How long what is personal is kept, in months. */
  retention: { accessLogMonths: number; personalMonths: number };
  /** How often the ends of the logs are held fast, and within how many days each log is looked through. */
  audit: { checkpointMinutes: number; verifyDays: number };
  /** LibreOffice, which makes PDF, and what it is told of its surroundings; undefined: there is none. */
  office: { program: string; environment: { [name: string]: string } } | undefined;
  files: FilesConfig;
};

type FilesConfig = {
  /** The largest size of one file. */
  sizeBytesMax: number;
  /** A file nothing refers to is deleted after so many days. */
  orphanDays: number;
  /** The most that one organisation may keep, and may send in an hour. */
  quota: { bytesMax: number; filesMax: number; uploadsPerHour: number };
  store:
    | { kind: 'disk'; folder: string }
    | {
        kind: 's3';
        endpoint: string | undefined;
        region: string;
        bucket: string;
        accessKeyId: string;
        secretAccessKey: string;
      };
};

/** Every setting that is wrong, one a line, in words for the operator. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`配置有误 / wrong settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** As src/sealing/keys.ts has them. */
const DATA_CIPHERS = ['aes-256-gcm', 'sm4-gcm'] as const;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** The fewest connections a process can work with: CONNECTIONS_MIN of src/db/kernel/connections.ts. */
export const POOL_MIN = 13;
const POOL_MAX = 1_000;
// The service answers for these years only; see the range of instants in the API.
const CLOCK_FROM = Temporal.Instant.from('2000-01-01T00:00:00Z');
const CLOCK_BEFORE = Temporal.Instant.from('2101-01-01T00:00:00Z');

type Environment = Record<string, string | undefined>;
type Report = (zh: string, en: string) => undefined;
/** Answers the value, or reports why it is none. */
type Parse<Value> = (text: string, report: Report) => Value | undefined;

const oneOf =
  <const Value extends string>(values: readonly Value[]): Parse<Value> =>
  (text, report) =>
    values.find((value) => value === text) ??
    report(`应为 ${values.join('、')} 之一`, `must be one of ${values.join(', ')}`);

const integer =
  (min: number, max: number): Parse<number> =>
  (text, report) => {
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
    return report(`应为 ${min} 至 ${max} 的整数`, `must be an integer from ${min} to ${max}`);
  };

const host: Parse<string> = (text, report) =>
  isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)
    ? text
    : report(
        '应为 IP 地址或主机名，不带端口',
        'must be an IP address or a host name, without a port',
      );

const isHere = (name: string): boolean =>
  name.startsWith('/') || /^(socket|localhost|127(\.\d+){3}|\[?::1\]?)$/.test(name);

const databaseUrl: Parse<string> = (text, report) => {
  // A socket's address has no host, which URL refuses.
  const url = URL.parse(text.replace(/^(postgres(?:ql)?:\/\/)([^/@]*@)?(?=\/)/, '$1$2socket'));
  if (url === null || !/^postgres(ql)?:\/\/[^\s/]*\/[^\s/?]+(\?\S*)?$/.test(text))
    return report(
      '应形如 postgresql://用户:口令@主机:5432/数据库',
      'must look like postgresql://user:password@host:5432/database',
    );
  // Without a word about TLS the connection would be plain, and nobody would know.
  if (isHere(url.searchParams.get('host') ?? url.hostname) || url.searchParams.has('sslmode'))
    return text;
  return report(
    '不在本机，须写明 sslmode=verify-full（加密并核验证书）；确要明文则写 sslmode=disable',
    'is not on this machine: say sslmode=verify-full, for TLS with a certificate that is verified, or sslmode=disable for none',
  );
};

const folder: Parse<string> = (text, report) =>
  statSync(text, { throwIfNoEntry: false })?.isDirectory()
    ? resolve(text)
    : report('应为已有的文件夹', 'must be a folder that exists');

const instant: Parse<Temporal.Instant> = (text, report) => {
  try {
    const value = Temporal.Instant.from(text);
    const isInRange =
      Temporal.Instant.compare(value, CLOCK_FROM) >= 0 &&
      Temporal.Instant.compare(value, CLOCK_BEFORE) < 0;
    if (isInRange && /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
      return value;
    }
  } catch {
    // The fault is reported below, as for any other text that is no instant.
  }
  return report(
    '应为 2000 至 2100 年间带时区的时刻，如 2017-05-20T09:00:00+08:00',
    'must be an instant of the years 2000 to 2100 with an offset, such as 2017-05-20T09:00:00+08:00',
  );
};

const NETWORK = /^[0-9a-f.:]+(\/\d{1,3})?$/i;

/** The addresses and networks of a list; null when one of them is none. */
const networksOf = (text: string): string[] | null => {
  const networks = text.split(',').map((network) => network.trim());
  const areNetworks = networks.every((network) => {
    const [address = '', bits = '0'] = network.split('/');
    return (
      NETWORK.test(network) && Number(bits) <= (isIP(address) === 4 ? 32 : 128) && isIP(address)
    );
  });
  return areNetworks ? networks : null;
};

const networks: Parse<string[]> = (text, report) =>
  networksOf(text) ??
  report('应为以逗号分隔的 IP 地址或网段', 'must be IP addresses or networks separated by commas');

const trustProxy: Parse<boolean | number | string[]> = (text, report) => {
  if (text === 'on') return true;
  if (text === 'off') return false;
  if (/^\d{1,2}$/.test(text)) return Number(text);
  return (
    networksOf(text) ??
    report(
      '应为 on、off、代理层数，或以逗号分隔的 IP 地址或网段',
      'must be on, off, a number of proxies, or IP addresses or networks separated by commas',
    )
  );
};

/** Reads one setting after the other and keeps their faults. */
type Reader = {
  read: <Value, Missing>(name: string, parse: Parse<Value>, missing: Missing) => Value | Missing;
  isGiven: (name: string) => boolean;
  report: (name: string) => Report;
};

const createReader = (env: Environment, faults: string[]): Reader => {
  const report =
    (name: string): Report =>
    (zh, en) => {
      faults.push(`${name}：${zh}。${name} ${en}.`);
    };
  return {
    report,
    isGiven: (name) => Boolean(env[name]?.trim()),
    read: <Value, Missing>(name: string, parse: Parse<Value>, missing: Missing) => {
      const text = env[name]?.trim();
      // A reported value is never used, because readConfig throws the faults.
      return text ? (parse(text, report(name)) as Value) : missing;
    },
  };
};

const file: Parse<string> = (text, report) =>
  statSync(text, { throwIfNoEntry: false })?.isFile()
    ? resolve(text)
    : report('应为已有的文件', 'must be a file that exists');

const divisionCode: Parse<string> = (text, report) =>
  /^[0-9A-Za-z]{1,30}$/.test(text)
    ? text
    : report('应为行政区划代码', 'must be the code of a division');

/** ROOT says which row of DIVISIONS is the topmost. */
const readTree = ({ read, isGiven, report }: Reader): Config['divisions'] => {
  const path = read('DIVISIONS', file, undefined);
  const root = read('ROOT', divisionCode, null);
  if (isGiven('ROOT') && !isGiven('DIVISIONS')) {
    report('ROOT')('仅与 DIVISIONS 一并使用', 'goes with DIVISIONS only');
  }
  return path === undefined ? undefined : { path, root };
};

// Fonts are found by fontconfig, so its settings go over, and nothing of the service's own.
const TOLD_TO_OFFICE = ['PATH', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'XDG_DATA_DIRS'];
/** What stands for the fonts of official documents where they are not installed. */
const FONTS = resolve(import.meta.dirname, '../data/fonts.conf');

/** Unless SOFFICE names it or is off, the first soffice of PATH. */
const readOffice = ({ read }: Reader, env: Environment): Config['office'] => {
  const found = (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'soffice'))
    .find((name) => statSync(name, { throwIfNoEntry: false })?.isFile());
  const program = read(
    'SOFFICE',
    (text, report) => (text === 'off' ? text : file(text, report)),
    found,
  );
  if (program === undefined || program === 'off') return undefined;
  const told = TOLD_TO_OFFICE.flatMap((name): [string, string][] => {
    const value = env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { program, environment: { FONTCONFIG_FILE: FONTS, ...Object.fromEntries(told) } };
};

const path: Parse<string> = (text) => resolve(text);
const anyText: Parse<string> = (text) => text;
const endpoint: Parse<string> = (text, report) => {
  const url = /^https?:\/\/[^\s/]+\/?$/.test(text) ? URL.parse(text) : null;
  if (url !== null && (url.protocol === 'https:' || isHere(url.hostname))) return text;
  return report(
    '应形如 https://s3.example.org；http 仅限本机',
    'must look like https://s3.example.org; http is for this machine only',
  );
};

const readClock = ({ read, report }: Reader, production: boolean): Clock => {
  const kind = read('CLOCK', oneOf(['system', 'virtual']), 'system' as const);
  const start = read('CLOCK_START', instant, undefined);
  if (kind === 'virtual' && production) {
    report('CLOCK')(
      'NODE_ENV=production 时不得使用虚拟时钟',
      'must not be virtual when NODE_ENV is production',
    );
  }
  if (start && kind === 'system') {
    report('CLOCK_START')('仅在 CLOCK=virtual 时有效', 'is only for CLOCK=virtual');
  }
  return kind === 'virtual' ? { kind, start } : { kind: 'system' };
};

const readStore = ({ read, isGiven, report }: Reader, dataDir: string): FilesConfig['store'] => {
  const kind = read('FILES', oneOf(['disk', 's3']), 'disk' as const);
  // A wrong kind is reported; its settings are not asked for.
  if (kind !== 's3')
    return { kind: 'disk', folder: read('FILES_DIR', path, resolve(dataDir, 'files')) };
  for (const name of ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']) {
    if (!isGiven(name)) report(name)('FILES=s3 时必填', 'is required with FILES=s3');
  }
  return {
    kind,
    endpoint: read('S3_ENDPOINT', endpoint, undefined),
    region: read('S3_REGION', anyText, 'us-east-1'),
    bucket: read('S3_BUCKET', anyText, ''),
    accessKeyId: read('S3_ACCESS_KEY_ID', anyText, ''),
    secretAccessKey: read('S3_SECRET_ACCESS_KEY', anyText, ''),
  };
};

/** One log-in without the other, or without the owner's, would be half a wall. */
const readLogins = ({ read, isGiven, report }: Reader): Config['logins'] => {
  const app = read('APP_DATABASE_URL', databaseUrl, '');
  const reader = read('READER_DATABASE_URL', databaseUrl, '');
  const names = ['APP_DATABASE_URL', 'READER_DATABASE_URL'];
  if (!names.some(isGiven)) return undefined;
  for (const name of ['DATABASE_URL', ...names]) {
    if (!isGiven(name)) {
      report(name)(
        '须与 DATABASE_URL、APP_DATABASE_URL、READER_DATABASE_URL 一并给出',
        'is needed: DATABASE_URL, APP_DATABASE_URL and READER_DATABASE_URL are given together',
      );
    }
  }
  return { app, reader };
};

const readFiles = (reader: Reader, dataDir: string): FilesConfig => ({
  sizeBytesMax: reader.read('FILE_SIZE_MAX_MIB', integer(1, 200), 10) * 1024 * 1024,
  orphanDays: reader.read('FILE_ORPHAN_DAYS', integer(1, 3650), 30),
  quota: {
    bytesMax: reader.read('STORAGE_MAX_MIB', integer(1, 1_000_000), 2048) * 1024 * 1024,
    filesMax: reader.read('STORAGE_FILES_MAX', integer(1, 10_000_000), 5000),
    uploadsPerHour: reader.read('UPLOADS_PER_HOUR', integer(1, 1_000_000), 600),
  },
  store: readStore(reader, dataDir),
});

/** The folder of backups, which only the embedded server has: another one has tools of its own. */
const readBackupDir = ({ read, isGiven, report }: Reader): string | undefined => {
  if (isGiven('BACKUP_DIR') && isGiven('DATABASE_URL')) {
    report('BACKUP_DIR')(
      '仅用于内嵌数据库；使用 DATABASE_URL 时请用 pg_basebackup、pgBackRest 或 pg_dump',
      'is for the embedded database only; with DATABASE_URL use pg_basebackup, pgBackRest or pg_dump',
    );
  }
  return read('BACKUP_DIR', path, undefined);
};

/**
 * The configuration that an environment gives. Empty counts as not set. Throws ConfigError with every fault
 * at once. A fault never repeats a value, because the value may hold a password.
 */
export const readConfig = (env: Environment): Config => {
  const faults: string[] = [];
  const reader = createReader(env, faults);
  const { read } = reader;
  const clock = readClock(reader, env.NODE_ENV === 'production');
  const dataDir = read('DATA_DIR', path, resolve('.data'));
  const metricsPort = read('METRICS_PORT', integer(0, 65_535), undefined);
  const metricsHost = read('METRICS_HOST', host, '127.0.0.1');
  const config: Config = {
    host: read('HOST', host, '127.0.0.1'),
    port: read('PORT', integer(0, 65_535), 3000),
    databaseUrl: read('DATABASE_URL', databaseUrl, undefined),
    logins: readLogins(reader),
    dataDir,
    backupDir: readBackupDir(reader),
    poolMax: read('POOL_MAX', integer(POOL_MIN, POOL_MAX), 16),
    logLevel: read('LOG_LEVEL', oneOf(LOG_LEVELS), 'info' as const),
    clock,
    worker: read('WORKER', oneOf(['on', 'off']), 'on' as const) === 'on',
    divisions: readTree(reader),
    planDir: read('PLAN_DIR', folder, undefined),
    rateLimit: read('RATE_LIMIT', integer(1, 10_000_000), 2000),
    publicRateLimit: read('PUBLIC_RATE_LIMIT', integer(1, 10_000_000), 1200),
    metrics: metricsPort === undefined ? undefined : { host: metricsHost, port: metricsPort },
    trustProxy: read('TRUST_PROXY', trustProxy, false),
    officerNetworks: read('OFFICER_NETWORKS', networks, undefined),
    audit: {
      checkpointMinutes: read('CHECKPOINT_MINUTES', integer(1, 1_440), 60),
      verifyDays: read('VERIFY_DAYS', integer(1, 366), 28),
    },
    keyDaysMax: read('KEY_DAYS_MAX', integer(1, 400), 365),
    dataKeys: {
      path: read('DATA_KEYS_FILE', path, resolve(dataDir, 'data-keys.json')),
      cipher: read('DATA_CIPHER', oneOf(DATA_CIPHERS), 'aes-256-gcm' as const),
    },
    retention: {
      accessLogMonths: read('ACCESS_LOG_MONTHS', integer(6, 120), 24),
      personalMonths: read('PERSONAL_MONTHS', integer(1, 120), 24),
    },
    office: readOffice(reader, env),
    files: readFiles(reader, dataDir),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
};
