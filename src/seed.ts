// The first contents of a new database: the calendar, the organisations of Tongchuan, the shipped plan, and
// one administrator to let the others in.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import {
  confirmGrants,
  createPrincipal,
  makeKey,
  proposeGrants,
} from './command/county/accounts.ts';
import type { AdministrativeAct } from './command/kernel/administrative-log.ts';
import { SYSTEM_TELLER, tellAdministration } from './command/kernel/administrative-log.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { insertCalendarYear, listCalendarYears } from './db/county/calendars.ts';
import { organisationIdFrom } from './db/county/organisation-ids.ts';
import { insertOrganisations, listOrganisations } from './db/county/organisations.ts';
import { listPrincipals } from './db/county/principals.ts';
import { insertSites } from './db/county/sites.ts';
import type { Tx } from './db/kernel/transaction.ts';
import { run, statement } from './db/kernel/transaction.ts';
import { findPlan, insertPlan, planSha256 } from './db/plan/plans.ts';
import { systemEntropy } from './entropy.ts';
import { planLibrary } from './plan-library.ts';
import type { Organisation } from './rules/access/addressees.ts';
import type { Division } from './rules/county/divisions.ts';
import { organisationsFromDivisions, sitesFromDivisions } from './rules/county/divisions.ts';
import { pathsBelow } from './rules/county/organisations.ts';
import type { Plan } from './rules/plan/plan-schema.ts';
import { readYaml } from './rules/plan/yaml-text.ts';
import { readPlan } from './rules/plan-check/plan.ts';

const ROOT = join(import.meta.dirname, '..');
const FIRST_ADMINISTRATOR = '系统管理员';

/** A shipped plan, or one of the plan directory, contradicts itself or the database. */
class SeedError extends Error {
  override name = 'SeedError';

  constructor(zh: string, en: string) {
    super(`${zh}\n${en}`);
  }
}

type SeedOptions = {
  /** Further plans (*.yaml, *.yml, *.json) beside the shipped ones. */
  planDir?: string | undefined;
  /**
   * Called with the first administrator's key before it is stored. A key that was not shown opens nothing,
   * and the next start makes another.
   */
  showKey?: (key: string) => Promise<void>;
};

type Shipped = {
  calendar: Awaited<ReturnType<typeof readCalendar>>;
  divisions: Division[];
  plans: Plan[];
};

// Processes that start together seed one after the other; any number nobody else locks by will do.
const LOCK = statement('lock-seed', 'select pg_advisory_xact_lock(726378003)');

/**
 * Brings in what the database lacks and leaves alone what it has; safe when several start at once.
 * Answers the key of the first administrator, once in the life of a database. Throws SeedError.
 */
export async function seed(
  pool: pg.Pool,
  { planDir, showKey }: SeedOptions = {},
): Promise<{ firstAdministratorKey: string | null }> {
  const shipped: Shipped = {
    calendar: await readCalendar(),
    divisions: await readDivisions(),
    plans: [
      ...(await readPlans(join(ROOT, 'plans'), /\.yaml$/)),
      ...(planDir === undefined ? [] : await readPlans(planDir, /\.(?:ya?ml|json)$/)),
    ],
  };
  const { administer } = createPerformer(nouns, pool, createReferenceCache());
  return administer(async (tx) => {
    const seeded = await seedInside(tx, shipped);
    if (seeded.firstAdministratorKey !== null) await showKey?.(seeded.firstAdministratorKey);
    return seeded;
  });
}

async function seedInside(
  tx: Tx,
  { calendar, divisions, plans }: Shipped,
): Promise<{ firstAdministratorKey: string | null }> {
  await run(tx, LOCK, []);
  const covered = new Set((await listCalendarYears(tx)).map(({ year }) => year));
  for (const year of calendar) if (!covered.has(year.year)) await insertCalendarYear(tx, year);
  await seedDirectory(tx, divisions);
  for (const plan of plans) await seedPlan(tx, plan);
  return { firstAdministratorKey: await seedAdministrator(tx) };
}

async function seedDirectory(tx: Tx, divisions: Division[]): Promise<void> {
  if ((await listOrganisations(tx, {}, null, 1)).length > 0) return;
  const founded = new Map<string, Organisation>();
  for (const { code, parentCode, kind, name } of organisationsFromDivisions(divisions)) {
    const own = { id: organisationIdFrom(code), code };
    const parent = parentCode === null ? undefined : founded.get(parentCode);
    const placed = { parentId: parent?.id ?? null, ...pathsBelow(parent, own) };
    founded.set(code, { ...own, ...placed, kind, name });
  }
  await insertOrganisations(tx, [...founded.values()]);
  await insertSites(
    tx,
    sitesFromDivisions(divisions).flatMap(({ code, organisationCode, kind, name }) => {
      const organisation = founded.get(organisationCode);
      if (organisation === undefined) return [];
      const { id: organisationId, path } = organisation;
      return [{ id: code, organisationId, path, kind, name, facts: {} }];
    }),
  );
}

async function seedPlan(tx: Tx, plan: Plan): Promise<void> {
  const stored = await findPlan(tx, plan.id, plan.version);
  if (stored === undefined) {
    await insertPlan(tx, plan);
    return;
  }
  if (stored.sha256 === planSha256(plan)) return;
  throw new SeedError(
    `方案 ${plan.id} 第 ${plan.version} 版已经印发并冻结，但文件内容与数据库中的不同：请恢复原文件，或以新的版本号印发。`,
    `Version ${plan.version} of the plan ${plan.id} has been published and frozen, but the file says otherwise: restore it, or publish it as a new version.`,
  );
}

async function seedAdministrator(tx: Tx): Promise<string | null> {
  if ((await listPrincipals(tx, ['/'], null, 1)).length > 0) return null;
  const { account, told } = await insertAdministrator(tx);
  const key = await makeKey(tx, account, null);
  await tellAdministration(tx, SYSTEM_TELLER, [...told, ...key.told]);
  return key.made.key;
}

/** A new administrator of the whole directory; throws when there is no directory yet. */
export async function insertAdministrator(
  tx: Tx,
): Promise<{ account: { id: string; path: string }; told: AdministrativeAct[] }> {
  const [topmost] = await listOrganisations(tx, {}, null, 1);
  if (topmost === undefined) throw new Error('the directory is empty: start the service first');
  const id = systemEntropy.newId();
  const { principalId: by } = SYSTEM_TELLER;
  const told = await createPrincipal(tx, { id, name: FIRST_ADMINISTRATOR, home: topmost });
  const role = { role: 'administrator' as const, organisationId: topmost.id };
  const proposed = await proposeGrants(tx, systemEntropy, by, id, [role]);
  const ids = proposed.grants.map((grant) => grant.id);
  told.push(...proposed.told, ...(await confirmGrants(tx, by, ids)));
  return { account: { id, path: topmost.path }, told };
}

async function readCalendar() {
  const { version, source, years } = JSON.parse(
    await readFile(join(ROOT, 'plans/calendar-cn.json'), 'utf8'),
  ) as {
    version: string;
    source: { package: string; version: string; authority: string };
    years: { [year: string]: { daysOff: string[]; makeUpWorkdays: string[] } };
  };
  return Object.entries(years).map(([year, days]) => ({
    year: Number(year),
    version,
    source: `${source.authority}（${source.package} ${source.version}）`,
    ...days,
  }));
}

async function readDivisions(): Promise<Division[]> {
  const text = await readFile(join(ROOT, 'data/tongchuan-divisions.csv'), 'utf8');
  const rows = parse(text, { columns: true, bom: true, trim: true }) as {
    [column: string]: string;
  }[];
  return rows.map(({ code = '', parent_code = '', level, name = '' }) => ({
    code,
    parentCode: parent_code,
    level: level as Division['level'],
    name,
  }));
}

async function readPlans(folder: string, pattern: RegExp): Promise<Plan[]> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort();
  return Promise.all(names.map((name) => readPlanFile(join(folder, name))));
}

async function readPlanFile(path: string): Promise<Plan> {
  const text = await readFile(path, 'utf8');
  const yaml = readYaml(text);
  if ('fault' in yaml) {
    const { zh, en } = yaml.fault;
    throw new SeedError(`方案文件 ${path} 读不懂：${zh}`, `The plan ${path} cannot be read: ${en}`);
  }
  const checked = readPlan(yaml.value, planLibrary, text);
  if ('plan' in checked) return checked.plan;
  const told = (language: 'zh' | 'en') =>
    checked.faults
      .map((one) => `\n  ${path}:${one.line}:${one.column} ${one.path} ${one.message[language]}`)
      .join('');
  throw new SeedError(
    `方案文件 ${path} 有 ${checked.faults.length} 处错误：${told('zh')}`,
    `The plan ${path} has ${checked.faults.length} faults:${told('en')}`,
  );
}
