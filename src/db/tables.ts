// The tables of the kernel and of each noun, named once, for storing a batch and for queries.

import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { APPLICATION_TABLES } from './application/tables.ts';
import type { AssessmentReads } from './assessment/tables.ts';
import { ASSESSMENT_TABLES } from './assessment/tables.ts';
import type { BallotReads } from './ballot/tables.ts';
import { BALLOT_TABLES } from './ballot/tables.ts';
import type { CampaignReads } from './campaign/tables.ts';
import { CAMPAIGN_TABLES } from './campaign/tables.ts';
import type { CandidateReads } from './candidate/tables.ts';
import { CANDIDATE_TABLES } from './candidate/tables.ts';
import { CONFORMANCE_TABLES } from './conformance/tables.ts';
import type { CountyReads } from './county/tables.ts';
import { COUNTY_TABLES } from './county/tables.ts';
import { DOCUMENT_TABLES } from './document/tables.ts';
import type { DrawReads } from './draw/tables.ts';
import { DRAW_TABLES } from './draw/tables.ts';
import type { FileReads } from './file/tables.ts';
import { FILE_TABLES } from './file/tables.ts';
import { storeRows } from './kernel/store.ts';
import type { RowsOf } from './kernel/store-tables.ts';
import { joinTables } from './kernel/store-tables.ts';
import type { KernelReads } from './kernel/tables.ts';
import { KERNEL_TABLES } from './kernel/tables.ts';
import type { Statement } from './kernel/transaction.ts';
import type { NoticeReads } from './notice/tables.ts';
import { NOTICE_TABLES } from './notice/tables.ts';
import type { ObjectionReads } from './objection/tables.ts';
import { OBJECTION_TABLES } from './objection/tables.ts';
import type { RecordReads } from './record/tables.ts';
import { RECORD_TABLES } from './record/tables.ts';
import type { SelectionReads } from './selection/tables.ts';
import { SELECTION_TABLES } from './selection/tables.ts';

const TABLES = joinTables([
  KERNEL_TABLES,
  APPLICATION_TABLES,
  ASSESSMENT_TABLES,
  BALLOT_TABLES,
  CAMPAIGN_TABLES,
  CANDIDATE_TABLES,
  CONFORMANCE_TABLES,
  COUNTY_TABLES,
  DOCUMENT_TABLES,
  DRAW_TABLES,
  FILE_TABLES,
  NOTICE_TABLES,
  OBJECTION_TABLES,
  RECORD_TABLES,
  SELECTION_TABLES,
]);

/** The rows that a batch has decided on, by the table they go to. */
export type Writes = RowsOf<typeof TABLES>;

const NAMES = Object.keys(TABLES) as (keyof Writes)[]; // TypeScript widens keys to strings.

const eachName = (rowsOf: (name: keyof Writes) => readonly unknown[]): Writes =>
  // The compiler does not follow a name from its key to its rows.
  Object.fromEntries(NAMES.map((name) => [name, [...rowsOf(name)]])) as Writes;

export const noWrites = (): Writes => eachName(() => []);

/** The same rows in lists of their own, for a return to this point: rows are replaced, never changed. */
export const copyWrites = (writes: Writes): Writes => eachName((name) => writes[name]);

/** The statement that stores the decisions of a batch; see storeRows. */
export const storeStatement = (campaignId: string, writes: Writes): Statement =>
  storeRows(TABLES, campaignId, writes);

export type Tables = KernelReads &
  AssessmentReads &
  BallotReads &
  CampaignReads &
  CandidateReads &
  CountyReads &
  DrawReads &
  FileReads &
  NoticeReads &
  ObjectionReads &
  RecordReads &
  SelectionReads;

export type Reads = Kysely<Tables>;

const byPool = new WeakMap<pg.Pool, Reads>();

/** Typed SQL on this pool, for reading. The pool's owner ends it. */
export function readsOf(pool: pg.Pool): Reads {
  const known = byPool.get(pool);
  if (known !== undefined) return known;
  const reads = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  byPool.set(pool, reads);
  return reads;
}
