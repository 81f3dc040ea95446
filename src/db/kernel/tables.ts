// The tables that every noun is stored in: subjects with their log, waits, obligations and long work.
// Queries read instants as RFC 3339 strings and counts as numbers.

import type { Kysely } from 'kysely';
import type { MachineName } from '../../../machines/catalog.ts';
import type { PersonalPart } from '../../rules/audit/personal.ts';
import type { ReadRow } from './store-tables.ts';
import { change, insert, reference } from './store-tables.ts';

const SUBJECT_UPDATE = `on conflict (campaign_id, id) do update set
  organisation_id = excluded.organisation_id, path = excluded.path,
  procedure = excluded.procedure, value = excluded.value, context = excluded.context, status = excluded.status,
  stage = excluded.stage, state = excluded.state, step = excluded.step, office = excluded.office,
  selectable = excluded.selectable, phase = excluded.phase,
  follows_phase = excluded.follows_phase, revision = excluded.revision,
  chain_hash = excluded.chain_hash, updated_at = excluded.updated_at`;

const OBLIGATION_KEY = [
  ['subject_id', 'uuid'],
  ['kind', 'text'],
  ['generation', 'integer'],
] as const;

export const KERNEL_TABLES = {
  subjects: insert(
    'subject',
    [
      ['id', 'uuid'],
      ['machine', 'text'],
      ['version', 'integer'],
      ['procedure', 'text?'],
      ['lock_rank', 'smallint'],
      ['parent_id', 'uuid?'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['value', 'jsonb'],
      ['context', 'jsonb'],
      ['status', 'text'],
      ['stage', 'text'],
      ['state', 'text'],
      ['step', 'text?'],
      ['office', 'text?'],
      ['selectable', 'text?'],
      ['phase', 'smallint'],
      ['follows_phase', 'boolean'],
      ['revision', 'integer'],
      ['chain_hash', 'text'],
      ['created_at', 'timestamptz'],
      ['updated_at', 'timestamptz'],
    ],
    SUBJECT_UPDATE,
  ),
  events: insert('event', [
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
    ['type', 'text'],
    ['at', 'timestamptz'],
    ['principal_id', 'text'],
    ['roles', 'text[]'],
    ['credential', 'text?'],
    ['payload', 'jsonb'],
    ['facts', 'jsonb'],
    ['stage', 'text'],
    ['state', 'text'],
    ['personal', 'text?'],
    ['hash', 'text'],
  ]),
  personalParts: insert('event_personal', [
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
    ['salt', 'bytea'],
    ['personal', 'jsonb'],
  ]),
  timersGone: change(
    'drop_timer',
    [
      ['subject_id', 'uuid'],
      ['timer_id', 'text'],
    ],
    (from) => `
      delete from timer t using ${from}
       where t.campaign_id = $1 and t.subject_id = r.subject_id and t.timer_id = r.timer_id`,
  ),
  timersSet: insert(
    'timer',
    [
      ['subject_id', 'uuid'],
      ['timer_id', 'text'],
      ['due_at', 'timestamptz'],
    ],
    'on conflict (campaign_id, subject_id, timer_id) do update set due_at = excluded.due_at, held = false',
  ),
  obligationsOpened: insert('obligation', [
    ...OBLIGATION_KEY,
    ['clause', 'text'],
    ['organisation_id', 'text'],
    ['path', 'text'],
    ['due_at', 'timestamptz'],
    ['provisional', 'boolean'],
    ['calendar_version', 'text'],
    ['level', 'text'],
    ['opened_at', 'timestamptz'],
    ['raised_at', 'timestamptz?'],
    ['closed_at', 'timestamptz?'],
  ]),
  obligationsRaised: change(
    'raise_obligation',
    [...OBLIGATION_KEY, ['level', 'text'], ['at', 'timestamptz']],
    (from) => `
      update obligation o set level = r.level, raised_at = r.at from ${from}
       where o.campaign_id = $1 and o.subject_id = r.subject_id and o.kind = r.kind
         and o.generation = r.generation and o.closed_at is null`,
  ),
  obligationsClosed: change(
    'close_obligation',
    [...OBLIGATION_KEY, ['outcome', 'text'], ['at', 'timestamptz']],
    (from) => `
      update obligation o set level = r.outcome, closed_at = r.at from ${from}
       where o.campaign_id = $1 and o.subject_id = r.subject_id and o.kind = r.kind
         and o.generation = r.generation and o.closed_at is null`,
  ),
  operations: insert('operation', [
    ['id', 'uuid'],
    ['kind', 'text'],
    ['status', 'text'],
    ['total', 'integer'],
    ['detail', 'jsonb'],
    ['created_by', 'text'],
    ['created_at', 'timestamptz'],
    ['finished_at', 'timestamptz?'],
  ]),
  operationItems: insert('operation_item', [
    ['operation_id', 'uuid'],
    ['index', 'integer'],
    ['command', 'jsonb'],
  ]),
  // A key means one thing in every campaign, so these rows belong to none.
  answers: reference('idempotency', [
    ['principal_id', 'text'],
    ['key', 'text'],
    ['request_hash', 'text'],
    ['status', 'smallint'],
    ['body', 'jsonb'],
    ['created_at', 'timestamptz'],
  ]),
};

type Json = { [name: string]: unknown };
type Stored = typeof KERNEL_TABLES;

export type KernelReads = {
  subject: ReadRow<
    Stored['subjects'],
    { machine: MachineName; context: Json; status: 'active' | 'done' }
  >;
  event: ReadRow<Stored['events'], { roles: string[]; payload: Json; facts: Json }>;
  event_personal: ReadRow<Stored['personalParts'], { personal: PersonalPart }>;
  timer: ReadRow<Stored['timersSet'], { held: boolean }>;
  obligation: ReadRow<Stored['obligationsOpened']>;
  operation: ReadRow<
    Stored['operations'],
    {
      status: 'running' | 'parked' | 'done';
      detail: Json;
      done: number;
      refused: number;
      failed: number;
    }
  >;
  operation_item: ReadRow<Stored['operationItems'], { command: Json; outcome: Json | null }>;
};

/** The tables that the kernel reads; every pool's Reads have them, and more. */
export type KernelDatabase = Kysely<KernelReads>;
