// The world of a simulation: one server, a template with the organisations of Tongchuan, a campaign
// and people, and a copy of it for each run.

import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { startVirtualClock } from '../../src/command/kernel/clock.ts';
import { opening } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { startEmbedded } from '../../src/db/embedded/embedded.ts';
import type { Logins } from '../../src/db/kernel/connections.ts';
import { ownLogins, prepareLogins } from '../../src/db/kernel/logins.ts';
import { migrate } from '../../src/db/kernel/migrate.ts';
import { createPool, createWriterPool } from '../../src/db/kernel/pool.ts';
import type { Entropy } from '../../src/entropy.ts';
import { seed } from '../../src/seed.ts';
import { foundBases } from '../support/directory.ts';
import { enrol } from '../support/people.ts';
import { signDrafts } from '../support/scene.ts';
import { unit } from '../support/units.ts';
import type { Chapter } from './chapters.ts';
import { CHAPTERS, open } from './chapters.ts';
import {
  CAMPAIGN,
  COUNTY,
  PEOPLE,
  PLAN_ID,
  POISON,
  POISONED_OPERATION,
  START,
  simulated,
} from './county.ts';
import { seededEntropy } from './entropy.ts';
import { person } from './people.ts';
import { vault } from './vault.ts';
import type { Ways } from './ways.ts';
import { exploreWays } from './ways.ts';

// The data of a run need not survive a power cut; everything else is as in production.
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
};

// The wait of an incident counts real seconds; here it is over when the seed says so. From the moment the
// campaign is there, every run has work that throws before all other work, and nothing behind it may stay
// undone for it.
const POISONING = `
  create function waits_for_the_seed() returns trigger language plpgsql as $$
  begin
    if current_setting('application_name') <> 'observer' and new.not_before is not null then
      new.not_before := '2100-01-01';
    end if;
    return new;
  end $$;
  create trigger incident_waits_for_the_seed before insert or update on incident
    for each row execute function waits_for_the_seed();
  create function poison() returns trigger language plpgsql as $$
  begin
    insert into subject (campaign_id, id, machine, version, lock_rank, organisation_id, path, value,
                         context, status, stage, state, revision, chain_hash, created_at, updated_at)
    values (new.campaign_id, '${POISON}', 'matter', 1, 13, new.organisation_id, new.path, '"nowhere"',
            '{}', 'active', 'nowhere', 'nowhere', 1, repeat('0', 64), new.created_at, new.created_at);
    insert into timer (campaign_id, subject_id, timer_id, due_at)
    values (new.campaign_id, '${POISON}', 'poison', '${START}');
    insert into operation (campaign_id, id, kind, status, total, created_by, created_at)
    values (new.campaign_id, '${POISONED_OPERATION}', 'site-facts', 'running', 2, '${PEOPLE[0]?.id}',
            '${START}');
    insert into operation_item (campaign_id, operation_id, index, command)
    select new.campaign_id, '${POISONED_OPERATION}', index, jsonb_build_object(
             'subjectId', subject, 'event', jsonb_build_object('type', type))
      from (values (0, '${POISON}', 'solve'), (1, '${CAMPAIGN}', 'recall')) item (index, subject, type);
    return null;
  end $$;
  create trigger campaign_is_poisoned after insert on subject
    for each row when (new.id = '${CAMPAIGN}') execute function poison()`;

const EARLY = 'simulated_early';
const templateOf = ({ name }: Chapter): string => `simulated_${name}`;

export type Server = { url: string; ways: Ways; stop: () => Promise<void> };

export const onDatabase = (url: string, name: string): string =>
  url.replace(/^(postgres(?:ql)?:\/\/[^/?]*)(?:\/[^?]*)?/, `$1/${name}`);

/** Runs a statement that belongs to no database of a run. */
export async function administrate(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** Starts a PostgreSQL of its own and makes the templates in it: before the campaign, and each chapter. */
export async function openServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'chuangping-simulate-'));
  const embedded = await startEmbedded({ dataDir, settings: FAST });
  const stop = async () => {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = embedded.superuser;
  try {
    await administrate(url, `create database "${EARLY}" template template0 encoding 'UTF8'`);
    const plans = join(dataDir, 'plans');
    await makePlans(plans);
    const pool = createPool(onDatabase(url, EARLY), { max: 2, applicationName: 'template' });
    try {
      await migrate(pool, join(import.meta.dirname, '../../migrations'));
      await prepareLogins(pool);
      await startVirtualClock(pool, START);
      await seed(pool, { planDir: plans });
      await settlePeople(pool);
    } finally {
      await pool.end();
    }
    await administrate(onDatabase(url, EARLY), POISONING);
    const ways = exploreWays();
    for (const [index, chapter] of CHAPTERS.entries()) {
      const name = templateOf(chapter);
      await administrate(url, `create database "${name}" template "${EARLY}"`);
      await beginChapter(onDatabase(url, name), ways, chapter, seededEntropy(0, index));
    }
    return { url, ways, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The campaign, drafted by one person and issued by another, led on to where the chapter begins. */
async function beginChapter(
  connectionString: string,
  ways: Ways,
  chapter: Chapter,
  entropy: Entropy,
): Promise<void> {
  const pool = createWriterPool(connectionString, { max: 2, applicationName: 'template' });
  const performer = createPerformer(
    opening(nouns, vault.open),
    pool,
    createReferenceCache(),
    entropy,
  );
  const create = {
    machine: 'campaign' as const,
    planId: PLAN_ID,
    planVersion: 1,
    name: '四创三评',
  };
  try {
    const place = { campaignId: CAMPAIGN, subjectId: CAMPAIGN, create };
    const event = { type: 'draft' };
    const drafted = await performer.perform({ ...place, event, principal: person(0) });
    await signDrafts(performer, drafted, person(1));
    await open(pool, performer, entropy, ways, chapter);
  } finally {
    await pool.end();
  }
}

async function makePlans(folder: string): Promise<void> {
  await mkdir(folder);
  for (const plan of simulated) {
    await writeFile(join(folder, `${plan.id}-${plan.version}.json`), JSON.stringify(plan));
  }
}

async function settlePeople(pool: pg.Pool): Promise<void> {
  const bases = Array.from({ length: 60 }, (_, index) => ({
    code: `BASE-${index + 1}`,
    name: `苹果基地${index + 1}`,
  }));
  await foundBases(pool, unit('610222101'), bases);
  await pool.query(
    `update site set facts = '{"televisionInches": 55, "mode": "TELECOM", "networkWorks": true}'`,
  );
  const { administer } = createPerformer(nouns, pool, createReferenceCache());
  const grants = [
    { role: 'assessor' as const, organisationId: COUNTY },
    { role: 'county-office' as const, organisationId: unit('610222-YCB') },
    // The write wall asks the grants: what lies with the city, such as its panels, is told by them too.
    { role: 'city-centre' as const, organisationId: unit('6102-YCJY') },
  ];
  for (const { id, name } of PEOPLE) await administer((tx) => enrol(tx, { id, name, grants }));
}

export type World = { connectionString: string; logins: Logins; drop: () => Promise<void> };

/** A database of its own for a run: odd seeds begin before the campaign, even ones in a chapter of it. */
export async function openWorld(url: string, seed: number): Promise<World> {
  const name = `simulated_${randomUUID().slice(0, 8)}`;
  const chapter = seed % 2 === 0 ? CHAPTERS[(seed / 2) % CHAPTERS.length] : undefined;
  const template = chapter === undefined ? EARLY : templateOf(chapter);
  await administrate(url, `create database "${name}" template "${template}"`);
  const { app, reader } = ownLogins(onDatabase(url, EARLY));
  return {
    connectionString: onDatabase(url, name),
    // A copy keeps the rights that its template gave.
    logins: { app: onDatabase(app, name), reader: onDatabase(reader, name) },
    drop: () => administrate(url, `drop database if exists "${name}" with (force)`),
  };
}
