// `npm run rehearse`: the campaign of 2017 in one go, on a service and a database of its own.
// --json prints the report as data and nothing else. Exit code 1: an invariant fails.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, Unexpected } from './client.ts';
import { rehearse } from './rehearsal.ts';
import { printReport } from './report.ts';
import { startService } from './service.ts';
import { createTimeline } from './timeline.ts';

/** The service's own settings, whatever the caller's environment says of another service. */
function environment(dataDir: string): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR, REHEARSAL_DATABASE_URL } = process.env;
  return {
    PATH,
    HOME,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...(REHEARSAL_DATABASE_URL ? { DATABASE_URL: REHEARSAL_DATABASE_URL } : {}),
    DATA_DIR: dataDir,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    CLOCK: 'virtual',
    CLOCK_START: '2017-05-20T09:00:00+08:00',
    // One officer here does the work of months in seconds.
    RATE_LIMIT: '1000000',
  };
}

async function main(): Promise<void> {
  const asJson = process.argv.includes('--json');
  const startedMs = performance.now();
  const since = (fromMs: number): number => Math.round((performance.now() - fromMs) / 10) / 100;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const { stdout } = process;
  const timeline = createTimeline(
    asJson ? () => undefined : (line) => print(stdout.isTTY ? `\r\u001b[K${line}` : line),
    !asJson && stdout.isTTY ? (line) => void stdout.write(`\r${line}`) : null,
  );
  timeline.line('创评演练：君组发〔2017〕39号“四创三评”活动，宜君县');
  timeline.line('Rehearsal of the 2017 campaign of Yijun County, through the REST API only');
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-rehearsal-'));
  const service = await startService(environment(dataDir)).catch(async (error: unknown) => {
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
    const report = await rehearse(client, service.administratorKey, timeline, {
      start,
      since: (fromMs) => since(fromMs ?? startedMs),
    });
    if (asJson) print(JSON.stringify(report, null, 2));
    else printReport(timeline, report);
    if (!report.holds) process.exitCode = 1;
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
