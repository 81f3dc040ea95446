// The cost of the same jobs as a campaign grows, at each size, in one run.
//
//   npm run bench:growth -- --write                  10,000 and 100,000 candidates, about 10 minutes
//   npm run bench:growth -- --sizes 1000,5000        smaller, printed only
//
// Figures of one size come from one database and one process of the service; ratios are taken within
// the run, against PostgreSQL doing the same work alone.

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { postTo } from '../rehearsal/kit/admission.ts';
import { type Drafted, signDrafts } from '../rehearsal/kit/signing.ts';
import { startEmbedded } from '../src/db/embedded/embedded.ts';
import { createPool } from '../src/db/kernel/pool.ts';
import { unit } from '../test/support/units.ts';
import { addVillages, registerCrowd, type Village } from './crowd.ts';
import { type Ask, measureHttp } from './load.ts';
import { writePart } from './page.ts';
import {
  type Caller,
  callerOf,
  type RunningService,
  residentMb,
  startService,
  stopService,
} from './service.ts';

const COUNTY = unit('610222');
const CLIENTS = 32;
const SECONDS = 5;
const LIST_SECONDS = 3;
const START = '2017-05-20T01:00:00Z';
/** The second phase's deadline is near for every candidate at this instant. */
const DUE_SOON = '2017-09-27T16:00:00Z';
/** One candidate in so many has acknowledged, and one in so many is late, when lists are read. */
const RARE = 100;
const IMPORT_ROWS = 2000;
/** Villages kept for the registrations of the load. */
const SPARE = 12_000;
/** A job that has not ended by then is reported with the part it has done. */
const PHASE_MS_MAX = 150_000;
const TIMERS_MS_MAX = 90_000;
const POLL_MS = 200;

type Figures = Map<string, string>;
type World = {
  size: number;
  pool: pg.Pool;
  service: RunningService;
  campaignId: string;
  keys: { office: string; department: string; integrator: string };
  ids: string[];
  spare: Village[];
  template: { id: string; village: Village };
  figures: Figures;
};

const wait = (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs));
const rate = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const say = (text: string): unknown => process.stderr.write(`${text}\n`);

async function open(pool: pg.Pool, service: RunningService, size: number): Promise<World> {
  const office = await service.keyFor('county-office', unit('610222-YCB'));
  const department = await service.keyFor('county-department', unit('610222-ZZB'));
  const integrator = await service.keyFor('integrator', COUNTY);
  const villages = await addVillages(pool, COUNTY, size + SPARE + IMPORT_ROWS);
  const asOffice = callerOf(service.origin, office);
  const figures: Figures = new Map();
  const drafted = { planId: 'yijun-2017', name: 'growth' };
  const { id: campaignId, opened } = await asOffice<Drafted>('POST', '/v1/campaigns', drafted);
  const issuedMs = performance.now();
  await signDrafts(postTo(service.origin), department, opened);
  figures.set('issue, s', ((performance.now() - issuedMs) / 1000).toFixed(1));
  const register = async (village: Village) => {
    const candidate = {
      campaignId,
      category: 'DEMONSTRATION_VILLAGE',
      organisationId: village.id,
    };
    const { id } = await asOffice<{ id: string }>('POST', '/v1/candidates', candidate);
    return { id, village };
  };
  const [first, second, ...others] = villages as [Village, Village, ...Village[]];
  const template = await register(first);
  const acknowledged = await register(second);
  const village = await service.keyFor('village-organisation', `${second.id}-DZB`);
  const event = { type: 'acknowledge-mobilization' };
  const url = `/v1/candidates/${acknowledged.id}/events`;
  await callerOf(service.origin, village)('POST', url, event);
  const rare = Math.max(1, Math.floor(size / RARE));
  const ids = await registerCrowd(pool, template, others.slice(0, size - rare));
  ids.push(...(await registerCrowd(pool, acknowledged, others.slice(size - rare, size))));
  await pool.query('vacuum analyze');
  return {
    ...{ size, pool, service, campaignId, ids, template, figures },
    keys: { office, department, integrator },
    spare: others.slice(size),
  };
}

/** Measures p50 and p99 of one client that repeats the same read. */
async function read({ service, keys, figures }: World, name: string, path: string): Promise<void> {
  const ask: Ask = () => ({ path, key: keys.office });
  const { medianMs, p99Ms, failures } = await measureHttp(
    ...([service.origin, 1, LIST_SECONDS, 0.5, ask] as const),
  );
  if (failures > 0) throw new Error(`${name}: ${failures} answers were none of 2xx`);
  figures.set(`${name}, ms`, `${ms(medianMs)} · ${ms(p99Ms)}`);
}

async function lists(world: World): Promise<void> {
  const { campaignId, pool, ids } = world;
  const late = ids.filter((_, index) => index % RARE === 0);
  const shift = (by: string) =>
    pool.query(
      `update obligation set due_at = due_at ${by} interval '60 days'
        where campaign_id = $1 and subject_id = any ($2) and closed_at is null`,
      [campaignId, late],
    );
  await shift('-');
  const of = `campaignId=${campaignId}`;
  await read(world, 'list state=', `/v1/candidates?${of}&state=mobilized`);
  await read(world, 'list overdue=true', `/v1/candidates?${of}&overdue=true`);
  await read(world, 'obligations overdue', `/v1/obligations?${of}&overdue=true`);
  await shift('+');
  await read(world, 'summary county', `/v1/campaigns/${campaignId}/summary`);
  await read(world, 'conformance county', `/v1/campaigns/${campaignId}/conformance?limit=100`);
  await read(world, 'duties', `/v1/campaigns/${campaignId}/duties`);
}

const evidenceOf =
  ({ ids, keys }: World): Ask =>
  (client, turn) => ({
    path: `/v1/candidates/${ids[(client * 7919 + turn * 32) % ids.length]}/events`,
    key: keys.integrator,
    body: JSON.stringify({
      type: 'record-evidence',
      kind: 'activity',
      occurredOn: '2017-05-19',
      summary: '学用活动',
      form: '集中收看',
      detail: { participants: 26, effect: '学会矮化密植' },
    }),
  });

async function events(world: World): Promise<void> {
  const { service, figures, spare, campaignId, keys } = world;
  const evidence = await measureHttp(service.origin, CLIENTS, SECONDS, 1, evidenceOf(world));
  figures.set(`event, ${CLIENTS} clients`, told(evidence));
  const registrations: Ask = () => {
    const village = spare.shift();
    if (village === undefined) throw new Error('no village is left to register');
    const candidate = {
      campaignId,
      category: 'DEMONSTRATION_VILLAGE',
      organisationId: village.id,
    };
    return { path: '/v1/candidates', key: keys.office, body: JSON.stringify(candidate) };
  };
  const kept = spare.splice(0, IMPORT_ROWS);
  const registered = await measureHttp(service.origin, CLIENTS, SECONDS, 1, registrations);
  spare.splice(0, spare.length, ...kept);
  figures.set(
    `registration (2 timers, 1 obligation, 1 notice), ${CLIENTS} clients`,
    told(registered),
  );
}

const told = ({ perSecond, medianMs, p99Ms, failures }: Awaited<ReturnType<typeof measureHttp>>) =>
  `${rate(perSecond)}, ${ms(medianMs)} · ${ms(p99Ms)} ms${failures > 0 ? `, ${failures} failed` : ''}`;

/** Measures the import beside inserts of the same rows without anything else. */
async function imports(world: World): Promise<void> {
  const { service, keys, campaignId, spare, pool, template, figures } = world;
  const office = callerOf(service.origin, keys.office);
  const villages = spare.splice(0, IMPORT_ROWS / 2);
  const others = spare.splice(0, IMPORT_ROWS / 2);
  const csv = `类别,单位\n${villages.map(({ id }) => `示范村,${id}`).join('\n')}`;
  const url = `/v1/imports/candidates?campaignId=${campaignId}`;
  const startMs = performance.now();
  const dry = await office<{ planToken: string }>('POST', `${url}&dryRun=true`, csv);
  const dryMs = performance.now();
  await office('POST', `${url}&planToken=${dry.planToken}`, csv);
  const doneMs = performance.now();
  await registerCrowd(pool, template, others);
  const bareMs = performance.now() - doneMs;
  const perSecond = villages.length / ((doneMs - dryMs) / 1000);
  figures.set('candidate import', rate(perSecond));
  figures.set('its dry run', rate(villages.length / ((dryMs - startMs) / 1000)));
  figures.set('import ÷ inserts alone', (bareMs / (doneMs - dryMs)).toFixed(2));
}

async function phaseChange(world: World): Promise<void> {
  const { service, keys, campaignId, pool, figures } = world;
  const [office, department] = [keys.office, keys.department].map((key) =>
    callerOf(service.origin, key),
  ) as [Caller, Caller];
  const url = `/v1/campaigns/${campaignId}/events`;
  await office('POST', url, { type: 'request-override', reason: '测量' });
  await department('POST', url, { type: 'approve-override' });
  const behind = async (): Promise<number> => {
    const { rows } = await pool.query(
      'select count(*)::int as n from subject where campaign_id = $1 and follows_phase and phase < 2',
      [campaignId],
    );
    return rows[0].n;
  };
  const bareMs = await phaseByOneStatement(world);
  const total = await behind();
  const startMs = performance.now();
  await office('POST', url, { type: 'advance-phase' });
  for (;;) {
    await wait(POLL_MS);
    const { rows } = await pool.query(
      `select status from operation where campaign_id = $1 and kind = 'phase-change'
        order by id desc limit 1`,
      [campaignId],
    );
    if (rows[0]?.status === 'done' || performance.now() - startMs > PHASE_MS_MAX) break;
  }
  const tookMs = performance.now() - startMs;
  const moved = total - (await behind());
  const perSecond = moved / (tookMs / 1000);
  const isCut = moved < total ? ` (${moved} of ${total} in ${Math.round(tookMs / 1000)} s)` : '';
  figures.set('phase change', `${rate(perSecond)}${isCut}`);
  figures.set(
    'phase change ÷ one SQL statement',
    (perSecond / (total / (bareMs / 1000))).toFixed(3),
  );
}

/** Milliseconds of a phase change's rows written by one statement with several parts, then rolled back. */
async function phaseByOneStatement({ pool, campaignId }: World): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query("begin; set local statement_timeout = '120s'");
    const startMs = performance.now();
    await client.query(
      `with moved as (
         update subject set phase = 2, revision = revision + 1, updated_at = now_instant(),
                stage = 'concentratedCreation', state = 'creating'
          where campaign_id = $1 and follows_phase returning *
       ), logged as (
         insert into event (campaign_id, subject_id, sequence, type, at, principal_id, roles, payload,
                facts, stage, state, hash)
         select m.campaign_id, m.id, m.revision, 'phase-entered', m.updated_at, 'system', '{system}',
                '{"number": 2}', e.facts, m.stage, m.state, m.chain_hash
           from moved m
           join event e on e.campaign_id = m.campaign_id and e.subject_id = m.id and e.sequence = 1
       ), closed as (
         update obligation o set level = 'waived', closed_at = m.updated_at from moved m
          where o.campaign_id = m.campaign_id and o.subject_id = m.id and o.closed_at is null
         returning o.*
       ), opened as (
         insert into obligation (campaign_id, subject_id, kind, generation, clause, organisation_id,
                path, due_at, provisional, calendar_version, level, opened_at)
         select campaign_id, subject_id, 'creation', generation, clause, organisation_id, path, due_at,
                provisional, calendar_version, 'armed', closed_at from closed
       ), stopped as (
         delete from timer t using moved m
          where t.campaign_id = m.campaign_id and t.subject_id = m.id returning t.*
       )
       insert into timer (campaign_id, subject_id, timer_id, due_at)
       select campaign_id, subject_id, 'creation ' || timer_id, due_at from stopped`,
      [campaignId],
    );
    return performance.now() - startMs;
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function timers(world: World): Promise<void> {
  const { pool, service, figures } = world;
  const quiet = await measureHttp(service.origin, 1, LIST_SECONDS, 0.5, evidenceOf(world));
  await pool.query('update virtual_clock set instant = $1', [DUE_SOON]);
  const due = async (): Promise<number> =>
    (await pool.query('select count(*)::int as n from timer where due_at <= $1', [DUE_SOON]))
      .rows[0].n;
  const total = await due();
  const clockMs = performance.now();
  // The worker looks by itself, because the clock is moved without a commit of the service.
  let startMs = clockMs;
  while ((await due()) === total && performance.now() - clockMs < TIMERS_MS_MAX) {
    await wait(20);
    startMs = performance.now();
  }
  const meanwhile = measureHttp(service.origin, 1, LIST_SECONDS, 0, evidenceOf(world));
  let left = total;
  while (left > 0 && performance.now() - startMs < TIMERS_MS_MAX) {
    await wait(POLL_MS);
    left = await due();
  }
  const perSecond = (total - left) / ((performance.now() - startMs) / 1000);
  const busy = await meanwhile;
  figures.set(
    'timers due at one instant',
    `${rate(perSecond)}${left > 0 ? ` (${left} left)` : ''}`,
  );
  figures.set('p99 of an event meanwhile ÷ quiet', (busy.p99Ms / quiet.p99Ms).toFixed(1));
}

async function measure(size: number): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-growth-'));
  const embedded = await startEmbedded({ dataDir });
  const pool = createPool(embedded.connectionString, { max: 4, applicationName: 'bench' });
  const env = { CLOCK: 'virtual', CLOCK_START: START };
  const service = await startService(embedded.connectionString, { env });
  try {
    const world = await open(pool, service, size);
    say(`${size}: the scene is set`);
    for (const job of [lists, events, imports, phaseChange, timers]) {
      const startMs = performance.now();
      await job(world);
      say(`${size}: ${job.name} ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
    }
    const { rows } = await pool.query('select count(*)::int as n from notice');
    await read(world, 'notices of the county', '/v1/notices?limit=50');
    world.figures.set('notices there are', rows[0].n.toLocaleString('en-US'));
    world.figures.set('resident memory, MB', (await residentMb(service)).toFixed(0));
    return world.figures;
  } finally {
    await stopService(service);
    await pool.end();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const table = (columns: readonly (readonly [size: number, figures: Figures])[]): string => {
  const names = [...new Set(columns.flatMap(([, figures]) => [...figures.keys()]))];
  const cells = (name: string) => columns.map(([, figures]) => figures.get(name) ?? '–');
  return [
    `| what | ${columns.map(([size]) => size.toLocaleString('en-US')).join(' | ')} |`,
    `| --- | ${columns.map(() => '--:').join(' | ')} |`,
    ...names.map((name) => `| ${name} | ${cells(name).join(' | ')} |`),
  ].join('\n');
};

const part = (text: string): string => `## Growth

Measured by \`npm run bench:growth -- --write\` on ${cpus().length} cores that also carry the load and
PostgreSQL: the same jobs in campaigns of so many candidates, villages that wait to acknowledge. They
are copies, row for row, of one that the service registered (\`bench/crowd.ts\`); one in ${RARE} has
acknowledged, one in ${RARE} is late while the lists are read. Two figures are p50 · p99 of one client.
Inserts alone: the rows of the same registrations copied in with no application around them. One SQL
statement: the rows of the phase change written by one statement with several parts, rolled back.

${text}`;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10000,100000' },
    write: { type: 'boolean', default: false },
  },
});
const columns: [number, Figures][] = [];
for (const size of values.sizes.split(',').map(Number)) columns.push([size, await measure(size)]);
process.stdout.write(`${table(columns)}\n`);
if (values.write) await writePart('growth', part(table(columns)));
