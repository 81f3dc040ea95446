// The schema distributes by campaign: PostgreSQL's own catalog is asked whether it would.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

// What belongs to no campaign; a key means one thing for whoever sends it, in every campaign.
const REFERENCE = [
  'access_log',
  'administrative_event',
  'administrative_event_personal',
  'administrative_head',
  'api_key',
  'calendar_year',
  'checkpoint',
  'claim',
  'data_key',
  'document_number',
  'document_register',
  'erased_act',
  'erasure',
  'file_store',
  'growth_probe',
  'idempotency',
  'incident',
  'incident_event',
  'migration',
  'operator_act',
  'organisation',
  'organisation_act',
  'organisation_name',
  'place_move',
  'plan',
  'principal',
  'reference_version',
  'replica',
  'role_grant',
  'procedure',
  'site',
  'site_fact_change',
  'storage_use',
  'read_rule',
  'table_rule',
  'verification',
  'verification_fault',
  'virtual_clock',
];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const column = async <Row extends object>(sql: string): Promise<Row[]> =>
  (await database.pool.query<Row>(sql, [REFERENCE])).rows;

test('every table is a reference table or has campaign_id in its primary and unique keys', async () => {
  const rows = await column<{ index: string; holds: boolean }>(`
    select i.indexrelid::regclass::text as index,
           exists (select 1 from pg_attribute a where a.attrelid = i.indrelid
                      and a.attnum = any (i.indkey) and a.attname = 'campaign_id') as holds
      from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and i.indisunique
       and not c.relispartition
       and c.relname <> all ($1)`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ holds }) => !holds)).toEqual([]);
});

test('every foreign key between tables of a campaign carries campaign_id', async () => {
  const rows = await column<{ name: string; holds: boolean }>(`
    select f.conname as name,
           exists (select 1 from pg_attribute a where a.attrelid = f.conrelid
                      and a.attnum = any (f.conkey) and a.attname = 'campaign_id') as holds
      from pg_constraint f
      join pg_class c on c.oid = f.conrelid
      join pg_class r on r.oid = f.confrelid
     where f.contype = 'f' and c.relname <> all ($1) and r.relname <> all ($1)`);
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter(({ holds }) => !holds)).toEqual([]);
});

test('every table has a primary key', async () => {
  const rows = await column<{ name: string }>(`
    select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and $1::text[] is not null
       and not exists (select 1 from pg_index i where i.indrelid = c.oid and i.indisprimary)`);
  expect(rows).toEqual([]);
});
