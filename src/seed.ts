// The first contents of a new database: the calendar, the organisations of Tongchuan, the shipped plan, and
// two officers to let the others in.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type pg from 'pg';
import {
  accountOf,
  confirmGrants,
  createPrincipal,
  proposeGrants,
} from './command/county/accounts.ts';
import { makeClaim, type NewCode } from './command/county/claims.ts';
import { bringInCalendarYear, foundOrganisations, foundSites } from './command/county/directory.ts';
import type { AdministrativeAct } from './command/kernel/administrative-log.ts';
import { SYSTEM_TELLER, tellAdministration } from './command/kernel/administrative-log.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { listCalendarYears } from './db/county/calendars.ts';
import { organisationIdFrom } from './db/county/organisation-ids.ts';
import { listOrganisations } from './db/county/organisations.ts';
import { findUnclaimedOfficer, listPrincipals } from './db/county/principals.ts';
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
import { rolesInWords } from './rules/plan/titles.ts';
import { readYaml } from './rules/plan/yaml-text.ts';
import { readPlan } from './rules/plan-check/plan.ts';
import type { Calendar } from './rules/time/calendar.ts';

const ROOT = join(import.meta.dirname, '..');

/** The roles without which nobody can let others in. */
export const FIRST_ROLES = ['administrator', 'security-officer'] as const;
type FirstRole = (typeof FIRST_ROLES)[number];

/** The one-time codes of a new database's first two officers. */
export type FirstCodes = { administrator: string; securityOfficer: string };

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
   * Called with the codes of the first two officers before these are stored. Codes that were not shown open
   * nothing, and the next start makes others.
   */
  showCodes?: (codes: FirstCodes) => Promise<void>;
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
 * Answers the codes of the first two officers, once in the life of a database. Throws SeedError.
 */
export async function seed(
  pool: pg.Pool,
  { planDir, showCodes }: SeedOptions = {},
): Promise<{ firstCodes: FirstCodes | null }> {
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
    if (seeded.firstCodes !== null) await showCodes?.(seeded.firstCodes);
    return seeded;
  });
}

async function seedInside(
  tx: Tx,
  { calendar, divisions, plans }: Shipped,
): Promise<{ firstCodes: FirstCodes | null }> {
  await run(tx, LOCK, []);
  const told = await seedDirectory(tx, divisions);
  const { path } = await topmostOf(tx);
  const covered = new Set((await listCalendarYears(tx)).map(({ year }) => year));
  for (const year of calendar)
    if (!covered.has(year.year)) told.push(...(await bringInCalendarYear(tx, year, path)));
  for (const plan of plans) await seedPlan(tx, plan);
  await tellAdministration(tx, SYSTEM_TELLER, told);
  return { firstCodes: await seedOfficers(tx) };
}

async function seedDirectory(tx: Tx, divisions: Division[]): Promise<AdministrativeAct[]> {
  if ((await listOrganisations(tx, {}, null, 1)).length > 0) return [];
  const founded = new Map<string, Organisation>();
  for (const { code, parentCode, kind, name } of organisationsFromDivisions(divisions)) {
    const own = { id: organisationIdFrom(code), code };
    const parent = parentCode === null ? undefined : founded.get(parentCode);
    const placed = { parentId: parent?.id ?? null, ...pathsBelow(parent, own) };
    founded.set(code, { ...own, ...placed, kind, name });
  }
  const told = await foundOrganisations(tx, [...founded.values()]);
  const ofSites = await foundSites(
    tx,
    sitesFromDivisions(divisions).flatMap(({ code, organisationCode, kind, name }) => {
      const organisation = founded.get(organisationCode);
      if (organisation === undefined) return [];
      const { id: organisationId, path } = organisation;
      return [{ id: code, organisationId, path, kind, name, facts: {} }];
    }),
  );
  return [...told, ...ofSites];
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

async function seedOfficers(tx: Tx): Promise<FirstCodes | null> {
  if ((await listPrincipals(tx, ['/'], null, 1)).length > 0) return null;
  const { principalId: by } = SYSTEM_TELLER;
  const administrator = await inviteOfficer(tx, 'administrator', by);
  const securityOfficer = await inviteOfficer(tx, 'security-officer', by);
  await tellAdministration(tx, SYSTEM_TELLER, [...administrator.told, ...securityOfficer.told]);
  return { administrator: administrator.made.code, securityOfficer: securityOfficer.made.code };
}

async function topmostOf(tx: Tx): Promise<Organisation> {
  const [topmost] = await listOrganisations(tx, {}, null, 1);
  if (topmost === undefined) throw new Error('the directory is empty: start the service first');
  return topmost;
}

/**
 * A one-time code for an officer of the whole directory: one that never claimed a key, or a new one. Throws
 * when there is no directory yet.
 */
export async function inviteOfficer(
  tx: Tx,
  role: FirstRole,
  by: string,
): Promise<{ made: NewCode; told: AdministrativeAct[] }> {
  const waiting = await findUnclaimedOfficer(tx, role);
  if (waiting !== undefined) return makeClaim(tx, systemEntropy, by, accountOf(waiting));
  const home = await topmostOf(tx);
  const id = systemEntropy.newId();
  const name = `${rolesInWords(null, [role]).zh}${by === SYSTEM_TELLER.principalId ? '' : '（应急）'}`;
  const told = await createPrincipal(tx, { id, name, home });
  const grant = { role, organisationId: home.id };
  const proposed = await proposeGrants(tx, systemEntropy, by, id, [grant]);
  const ids = proposed.grants.map((each) => each.id);
  told.push(...proposed.told, ...(await confirmGrants(tx, by, ids)));
  const claim = await makeClaim(tx, systemEntropy, by, { id, path: home.path });
  return { made: claim.made, told: [...told, ...claim.told] };
}

async function readCalendar() {
  const { source, years } = JSON.parse(
    await readFile(join(ROOT, 'plans/calendar-cn.json'), 'utf8'),
  ) as Calendar & { source: { package: string; version: string } };
  return Object.entries(years).map(([year, days]) => ({
    year: Number(year),
    source: `${source.package} ${source.version}`,
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
