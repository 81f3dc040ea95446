// The first contents of a new database: the calendar, the organisations of its divisions, the plans of its
// counties, and two officers to let the others in.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import {
  accountOf,
  confirmGrants,
  createPrincipal,
  proposeGrants,
} from './command/county/accounts.ts';
import { makeClaim, type NewCode } from './command/county/claims.ts';
import { bringInCalendarYear } from './command/county/directory.ts';
import { foundDivisions } from './command/county/divisions.ts';
import type { AdministrativeAct } from './command/kernel/administrative-log.ts';
import { SYSTEM_TELLER, tellAdministration } from './command/kernel/administrative-log.ts';
import { createPerformer } from './command/kernel/batches.ts';
import { createReferenceCache } from './command/kernel/reference.ts';
import { nouns } from './command/nouns.ts';
import { listCalendarYears } from './db/county/calendars.ts';
import { listOrganisations } from './db/county/organisations.ts';
import { findUnclaimedOfficer, listPrincipals } from './db/county/principals.ts';
import type { Tx } from './db/kernel/transaction.ts';
import { run, statement } from './db/kernel/transaction.ts';
import { systemEntropy } from './entropy.ts';
import type { Organisation } from './rules/access/addressees.ts';
import { rolesInWords } from './rules/plan/titles.ts';
import type { Calendar } from './rules/time/calendar.ts';
import { type DivisionsFile, readDivisionsFile, sampleDivisions } from './seed/divisions-file.ts';
import { readSeededPlans, type SeededPlan, seedPlan } from './seed/plans.ts';
import { SeedError } from './seed/seed-error.ts';

const ROOT = join(import.meta.dirname, '..');

/** The roles without which nobody can let others in. */
export const FIRST_ROLES = ['administrator', 'security-officer'] as const;
type FirstRole = (typeof FIRST_ROLES)[number];

/** The one-time codes of a new database's first two officers. */
export type FirstCodes = { administrator: string; securityOfficer: string };

type SeedOptions = {
  /** What the directory begins with; the sample where it is left out. */
  divisions?: DivisionsFile | undefined;
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
  divisions: DivisionsFile | undefined;
  plans: SeededPlan[];
};

// Processes that start together seed one after the other; any number nobody else locks by will do.
const LOCK = statement('lock-seed', 'select pg_advisory_xact_lock(726378003)');

/**
 * Brings in what the database lacks and leaves alone what it has; safe when several start at once.
 * Answers the codes of the first two officers, once in the life of a database. Throws SeedError.
 */
export async function seed(
  pool: pg.Pool,
  { divisions, planDir, showCodes }: SeedOptions = {},
): Promise<{ firstCodes: FirstCodes | null }> {
  const shipped: Shipped = {
    calendar: await readCalendar(),
    divisions,
    plans: await readSeededPlans(planDir),
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

/** Founds the tree where there is none yet. Throws SeedError when the one that is there has another topmost. */
async function seedDirectory(
  tx: Tx,
  asked: DivisionsFile | undefined,
): Promise<AdministrativeAct[]> {
  const [topmost] = await listOrganisations(tx, {}, null, 1);
  if (topmost === undefined) {
    const tree = await readDivisionsFile(asked ?? (await sampleDivisions()));
    const { newId: newLot } = systemEntropy;
    return foundDivisions(tx, tree.divisions, { existing: new Map(), above: tree.above, newLot });
  }
  if (asked === undefined) return [];
  const [first] = (await readDivisionsFile(asked)).divisions;
  if (first === undefined || first.code === topmost.code) return [];
  throw new SeedError(
    `数据库中已是${topmost.name}（${topmost.code}）的单位目录，而区划文件 ${asked.path} 的最高一级是${first.name}（${first.code}）：请另用一个空数据库（DATA_DIR 或 DATABASE_URL），或不设 DIVISIONS。`,
    `The database has the directory of ${topmost.name} (${topmost.code}), and the topmost of ${asked.path} is ${first.name} (${first.code}): take an empty database (DATA_DIR or DATABASE_URL), or leave DIVISIONS out.`,
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
