// `plan simulate`: the plan on a virtual clock, in a database that is made for it and thrown away.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneOfEach, phaseScript, windowOf } from '../command/what-if/plain-simulation.ts';
import {
  SIMULATED_CANDIDATES_MAX,
  type SimulatedCandidate,
  type Simulation,
  simulate,
} from '../command/what-if/simulate.ts';
import { findOnlySite } from '../db/candidate/candidates.ts';
import { findDivision, listOrganisationsUnder } from '../db/county/organisations.ts';
import { startEmbedded } from '../db/embedded/embedded.ts';
import { migrate } from '../db/kernel/migrate.ts';
import { createPool } from '../db/kernel/pool.ts';
import { standsWithSite } from '../rules/candidate/site-bound.ts';
import type { Plan } from '../rules/plan/plan-schema.ts';
import { roleOfBody } from '../rules/plan-check/simulation-calendar.ts';
import { SeedError } from '../seed/seed-error.ts';
import { seed } from '../seed.ts';
import { sayFaults } from './check.ts';
import { readPlanFile } from './plan-file.ts';
import { type Language, PlanFileError } from './plan-file-error.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

type Pool = ReturnType<typeof createPool>;
type Say = (line: string) => void;
type Words = (zh: string, en: string) => void;

/**
 * Plays the phases on their days while nobody else acts, for one candidate of each unit. Answers the exit code:
 * 1 when the plan has faults, or when the simulation came to no end.
 */
export async function simulateFile(
  file: string,
  language: Language,
  say: Say,
  divisions: string | undefined,
): Promise<number> {
  const { read } = await readPlanFile(file);
  if ('faults' in read) return sayFaults(file, read.faults, language, say);
  const words: Words = (zh, en) => say(language === 'zh' ? zh : en);
  return onThrowawayDatabase(words, divisions, async (pool) => {
    const simulation = await simulationOf(pool, read.plan);
    const { candidates, issuedAt, until } = simulation;
    words(
      `推演 ${read.plan.id} 第 ${read.plan.version} 版：${issuedAt} 至 ${until}，${candidates.length} 个对象，各阶段按期转入，此外无人行动 …`,
      `simulating ${read.plan.id} version ${read.plan.version}: ${issuedAt} to ${until}, ${candidates.length} candidates; phases are entered on time and nobody else acts …`,
    );
    return sayResult(await simulate(pool, read.plan, simulation), language, say);
  });
}

/** A PostgreSQL of its own under a temporary folder; both are gone when this returns or is interrupted. */
async function onThrowawayDatabase(
  words: Words,
  divisions: string | undefined,
  run: (pool: Pool) => Promise<number>,
): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-plan-'));
  words('启动临时数据库 …', 'starting a database to throw away …');
  const starting = startEmbedded({ dataDir });
  const end = async (): Promise<void> => {
    await (await starting.catch(() => undefined))?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  // The server would outlive this process.
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
    void end().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const { connectionString } = await starting;
    const pool = createPool(connectionString, {
      max: 2,
      applicationName: 'chuangping plan',
      // A statement that needs the connection fails by itself.
      onError: () => undefined,
    });
    try {
      await migrate(pool, MIGRATIONS);
      await seedWith(pool, divisions);
      return await run(pool);
    } finally {
      await pool.end();
    }
  } catch (error) {
    // The interrupt ends the process; what failed by it is not told.
    if (isInterrupted) await new Promise(() => undefined);
    throw error;
  } finally {
    await end();
  }
}

/** Throws PlanFileError for a file of divisions with faults. */
async function seedWith(pool: Pool, path: string | undefined): Promise<void> {
  try {
    await seed(pool, path === undefined ? {} : { divisions: { path, root: null } });
  } catch (error) {
    throw error instanceof SeedError ? new PlanFileError(error.text) : error;
  }
}

/** Throws PlanFileError for a county that the directory has not. */
async function simulationOf(pool: Pool, plan: Plan): Promise<Simulation> {
  const division = await findDivision(pool, plan);
  if (division?.kind !== 'COUNTY') {
    const code = plan.divisionCode;
    throw new PlanFileError({
      zh: `divisionCode ${code}：区划目录没有这个县，无法推演；请以 --divisions 给出有它的区划文件`,
      en: `divisionCode ${code}: the directory has no such county to simulate in: name a file of divisions that has it with --divisions`,
    });
  }
  const organisations = await listOrganisationsUnder(pool, division.path);
  const candidates: SimulatedCandidate[] = [];
  for (const candidate of oneOfEach(plan, organisations).slice(0, SIMULATED_CANDIDATES_MAX)) {
    const category = plan.categories.find(({ code }) => code === candidate.category);
    const isBound = category !== undefined && standsWithSite(category);
    const siteId = isBound ? await findOnlySite(pool, candidate.organisationId) : null;
    candidates.push({ ...candidate, siteId });
  }
  return { ...windowOf(plan), candidates, script: phaseScript(plan) };
}

type Simulated = Awaited<ReturnType<typeof simulate>>;

function sayResult(
  { notices, deadlines, subjects, outcomes, stoppedAt }: Simulated,
  language: Language,
  say: Say,
): number {
  const words: Words = (zh, en) => say(language === 'zh' ? zh : en);
  const refused = outcomes.filter(({ outcome }) => outcome !== 'done');
  for (const { at, subject, event, outcome, unmet } of refused) {
    const why = unmet.map((one) => (language === 'zh' ? one.zh : one.en)).join('; ');
    words(
      `未办成：${at} ${subject} ${event}（${outcome}）${why}`,
      `not done: ${at} ${subject} ${event} (${outcome}) ${why}`,
    );
  }
  for (const [role, sent] of Map.groupBy(notices, (one) => roleOfBody(one.organisationKind))) {
    const owed = deadlines.filter((one) => roleOfBody(one.organisationKind) === role);
    const overdue = owed.filter(({ level }) => level === 'overdue' || level === 'escalated').length;
    words(
      `${role}：通知 ${sent.length} 件，期限 ${owed.length} 项，其中逾期 ${overdue} 项`,
      `${role}: ${sent.length} notices, ${owed.length} deadlines, ${overdue} of them overdue`,
    );
  }
  const alive = subjects.filter(
    ({ machine, status }) => machine === 'candidate' && status === 'active',
  );
  const standing = Map.groupBy(
    alive,
    ({ category, stage, state }) => `${category} ${stage}.${state}`,
  );
  for (const [where, those] of standing) {
    words(`停在 ${where}：${those.length} 个`, `waiting in ${where}: ${those.length}`);
  }
  if (stoppedAt === null) {
    words('推演到底。', 'The simulation came to its end.');
  } else {
    words(
      `推演在 ${stoppedAt} 超出限度而停止。`,
      `The simulation was stopped by its bounds at ${stoppedAt}.`,
    );
  }
  return stoppedAt === null && refused.length === 0 ? 0 : 1;
}
