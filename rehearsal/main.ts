// `npm run rehearse`: every shipped plan in the order of issue, each in one go, on one service and a
// database of its own. --plan <id> plays one (again for more), --general plays from the data alone also
// a plan that has a story of its own, --logs FOLDER stores the logs that CI replays, --documents FOLDER the
// documents whose pages it looks at, --json prints the reports as data and nothing else. Exit code 1: an
// invariant fails. --divisions FILE begins the directory with that file, --county CODE plays the plan as that
// county's.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { Plan } from '../src/rules/plan/plan-schema.ts';
import { createClient, Unexpected } from './kit/client.ts';
import { printReport, type Report } from './kit/report.ts';
import { startService } from './kit/service.ts';
import { createTimeline } from './kit/timeline.ts';
import { rehearseRandom } from './random-rehearsal.ts';
import type { Troupes } from './rehearsal.ts';
import { rehearse } from './rehearsal.ts';

/** The settings of this service, independent of the caller's environment. */
function environment(
  dataDir: string,
  issueDate: string,
  divisions: string | undefined,
): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, REHEARSAL_DATABASE_URL, PLAN_DIR } = process.env;
  return {
    PATH,
    HOME,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...(REHEARSAL_DATABASE_URL ? { DATABASE_URL: REHEARSAL_DATABASE_URL } : {}),
    DATA_DIR: dataDir,
    ...(divisions === undefined ? {} : { DIVISIONS: divisions }),
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    CLOCK: 'virtual',
    ...(PLAN_DIR ? { PLAN_DIR } : {}),
    CLOCK_START: `${issueDate}T09:00:00+08:00`,
    // One officer here does the work of months in seconds.
    RATE_LIMIT: '1000000',
    // Every ballot of the county is cast from this machine.
    PUBLIC_RATE_LIMIT: '1000000',
    // Whoever objects without a key comes from an address of their own, as through a proxy.
    TRUST_PROXY: '127.0.0.1',
  };
}

/** A plan to be played; `written` is published first, because nobody ships it. */
type Asked = { id: string; issueDate: string; written?: unknown };

/** The plans that are shipped or lie in PLAN_DIR. */
async function readPlans(): Promise<Plan[]> {
  const folders = [join(import.meta.dirname, '../plans'), process.env.PLAN_DIR ?? ''];
  const files = await Promise.all(
    folders
      .filter(Boolean)
      .map(async (folder) =>
        (await readdir(folder))
          .filter((name) => /\.ya?ml$/.test(name))
          .map((name) => join(folder, name)),
      ),
  );
  return Promise.all(files.flat().map(readFileOf));
}

const readFileOf = async (file: string): Promise<Plan> =>
  parse(await readFile(file, 'utf8')) as Plan;

const isFile = (asked: string): boolean => /[/.]/.test(asked);

/**
 * The plans asked for by id or by file, or all of them, the first issued first; with `county`, as plans of that county.
 * Throws Unexpected for an unknown id.
 */
async function choosePlans(
  asked: readonly string[] | undefined,
  county: string | undefined,
): Promise<[Asked, ...Asked[]]> {
  const known = await readPlans();
  const chosen = await Promise.all(
    (asked ?? known.map(({ id }) => id)).map(async (one): Promise<Asked> => {
      const found = known.find(({ id }) => id === one);
      if (found === undefined && !isFile(one)) {
        const ids = known.map(({ id }) => id).join(', ');
        throw new Unexpected(`没有方案 ${one} · no such plan; there are ${ids}`);
      }
      const plan = found ?? (await readFileOf(one));
      const { id, document, divisionCode } = plan;
      const { issueDate } = document;
      if (found !== undefined && county === undefined) return { id, issueDate };
      return { id, issueDate, written: { ...plan, divisionCode: county ?? divisionCode } };
    }),
  );
  const [first, ...rest] = chosen.sort((a, b) => (a.issueDate < b.issueDate ? -1 : 1));
  if (first === undefined) throw new Unexpected('没有方案 · there is no plan');
  return [first, ...rest];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      county: { type: 'string' },
      divisions: { type: 'string' },
      json: { type: 'boolean', default: false },
      general: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      plan: { type: 'string', multiple: true },
      logs: { type: 'string' },
      documents: { type: 'string' },
      random: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { json: asJson, general, small, logs, documents } = values;
  const random = Number(values.random);
  const size = small ? 'small' : 'whole';
  const plans = await choosePlans(values.plan, values.county);
  const startedMs = performance.now();
  const since = (fromMs: number): number => Math.round((performance.now() - fromMs) / 10) / 100;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const { stdout } = process;
  const timelineOf = () =>
    createTimeline(
      asJson ? () => undefined : (line) => print(stdout.isTTY ? `\r\u001b[K${line}` : line),
      !asJson && stdout.isTTY ? (line) => void stdout.write(`\r${line}`) : null,
    );
  const timeline = timelineOf();
  timeline.line(`创评演练：${plans.map(({ id }) => id).join('、')}`);
  timeline.line('A rehearsal of whole campaigns, through the REST API only');
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-rehearsal-'));
  const service = await startService(
    environment(dataDir, plans[0].issueDate, values.divisions),
  ).catch(async (error: unknown) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const start = since(startedMs);
  const end = async (): Promise<void> => {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const interrupt = (): void => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const client = createClient(service.address);
    const reports: Report[] = [];
    const troupes: Troupes = new Map();
    const { officers } = service;
    if (random > 0) {
      const drawn = { client, officers, troupes, count: random, seed: Number(values.seed), print };
      if (!(await rehearseRandom(plans, drawn))) process.exitCode = 1;
      return;
    }
    for (const { id: planId, written } of plans) {
      const told = timelineOf();
      const choice = { planId, written, general, size, logs, documents } as const;
      const stopwatch = { start, since: (fromMs?: number) => since(fromMs ?? startedMs) };
      const report = await rehearse(client, officers, told, choice, troupes, stopwatch);
      reports.push(report);
      if (!asJson) printReport(told, report);
      if (!report.holds) process.exitCode = 1;
    }
    if (asJson) print(JSON.stringify(reports, null, 2));
  } catch (error) {
    for (const line of service.errors()) process.stderr.write(`${line}\n`);
    throw error;
  } finally {
    await end();
  }
}

main().catch((error: unknown) => {
  const text =
    error instanceof Unexpected ? error.message : String((error as Error).stack ?? error);
  process.stderr.write(`演练中断 · the rehearsal broke off\n${text}\n`);
  process.exit(1);
});
