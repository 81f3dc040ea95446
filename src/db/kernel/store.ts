// One multi-row statement stores everything a batch has decided, or nothing of it.

import { CONFORMANCE_TABLES } from '../conformance/store-conformance.ts';
import type { Row, RowOf, Table } from './store-tables.ts';
import { change, handOver, insert, reference } from './store-tables.ts';
import type { Statement } from './transaction.ts';

const SUBJECT_UPDATE = `on conflict (campaign_id, id) do update set
  value = excluded.value, context = excluded.context, status = excluded.status,
  stage = excluded.stage, state = excluded.state, phase = excluded.phase,
  follows_phase = excluded.follows_phase, revision = excluded.revision,
  chain_hash = excluded.chain_hash, updated_at = excluded.updated_at`;

const NOTICE_ONCE = `on conflict (campaign_id, subject_id, obligation_kind, obligation_generation,
    level, organisation_id) where obligation_kind is not null do nothing
  returning id, subject_id, sequence, template, kind, organisation_id, issued_at`;

// Only a draft gives way: the table's trigger holds what is issued.
const DOCUMENT_UPDATE = `on conflict (campaign_id, id) do update set
  title = excluded.title, content = excluded.content, main_ids = excluded.main_ids,
  copy_ids = excluded.copy_ids, named_ids = excluded.named_ids, code = excluded.code,
  year = excluded.year, serial = excluded.serial, number = excluded.number, sha256 = excluded.sha256,
  issued_on = excluded.issued_on, issued_at = excluded.issued_at`;

const OBLIGATION_KEY = [
  ['subject_id', 'uuid'],
  ['kind', 'text'],
  ['generation', 'integer'],
] as const;

const DOCUMENT_NUMBERS = {
  columns: [
    ['organisation_id', 'text'],
    ['code', 'text'],
    ['year', 'integer'],
    ['serial', 'integer'],
    ['plan_id', 'text?'],
    ['document_id', 'uuid'],
  ],
  handedAs: 'arrays',
  steps: [
    {
      cte: 'put_number',
      sql: (from) => `
      insert into document_number
             (campaign_id, organisation_id, code, year, serial, plan_id, document_id)
      select $1, r.organisation_id, r.code, r.year, r.serial, r.plan_id, r.document_id from ${from}`,
    },
    {
      cte: 'advance_register',
      sql: (from) => `
      update document_register g
         set last_serial = greatest(g.last_serial, n.last),
             starts = case when n.plan_id is null or n.last <= g.last_serial then g.starts
                      else g.starts || jsonb_build_array(jsonb_build_object(
                        'serial', n.last, 'planId', n.plan_id)) end
        from (select r.organisation_id, r.code, r.year, max(r.serial) as last,
                     max(r.plan_id) as plan_id from ${from}
               group by 1, 2, 3) n
       where g.organisation_id = n.organisation_id and g.code = n.code and g.year = n.year`,
    },
  ],
} as const satisfies Table;

// Foreign keys are checked at the end of the statement, so parents and children go in together. A
// part without rows is left out: even an empty update makes the planner scan what it might touch.
const TABLES = {
  campaign: insert('campaign', [
    ['name', 'text'],
    ['plan_id', 'text'],
    ['plan_version', 'integer'],
    ['division_code', 'text'],
    ['created_at', 'timestamptz'],
  ]),
  subjects: insert(
    'subject',
    [
      ['id', 'uuid'],
      ['machine', 'text'],
      ['version', 'integer'],
      ['lock_rank', 'smallint'],
      ['parent_id', 'uuid?'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['value', 'jsonb'],
      ['context', 'jsonb'],
      ['status', 'text'],
      ['stage', 'text'],
      ['state', 'text'],
      ['phase', 'smallint'],
      ['follows_phase', 'boolean'],
      ['revision', 'integer'],
      ['chain_hash', 'text'],
      ['created_at', 'timestamptz'],
      ['updated_at', 'timestamptz'],
    ],
    SUBJECT_UPDATE,
  ),
  candidates: insert('candidate', [
    ['id', 'uuid'],
    ['category', 'text'],
    ['name', 'text'],
    ['organisation_id', 'text'],
    ['site_id', 'text?'],
    ['person_name', 'text?'],
    ['birth_year', 'smallint?'],
    ['identity_digest', 'text?'],
    ['path', 'text'],
    ['created_at', 'timestamptz'],
  ]),
  phases: insert('campaign_phase', [
    ['number', 'smallint'],
    ['code', 'text'],
    ['entered_at', 'timestamptz'],
  ]),
  events: insert('event', [
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
    ['type', 'text'],
    ['at', 'timestamptz'],
    ['principal_id', 'text'],
    ['roles', 'text[]'],
    ['payload', 'jsonb'],
    ['facts', 'jsonb'],
    ['stage', 'text'],
    ['state', 'text'],
    ['hash', 'text'],
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
  notices: insert(
    'notice',
    [
      ['id', 'uuid'],
      ['subject_id', 'uuid'],
      ['sequence', 'integer'],
      ['template', 'text'],
      ['kind', 'text'],
      ['clause', 'text'],
      ['title', 'text'],
      ['body', 'text'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['issued_at', 'timestamptz'],
      ['obligation_kind', 'text?'],
      ['obligation_generation', 'integer?'],
      ['level', 'text?'],
      ['receipt_required', 'boolean'],
    ],
    NOTICE_ONCE,
  ),
  receipts: change(
    'sign_notice',
    [
      ['notice_id', 'uuid'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update notice n set received_at = r.at, received_by = r.by,
             read_at = coalesce(n.read_at, r.at), read_by = coalesce(n.read_by, r.by)
        from ${from} where n.campaign_id = $1 and n.id = r.notice_id`,
  ),
  records: insert('record', [
    ['subject_id', 'uuid'],
    ['ledger', 'text'],
    ['id', 'text'],
    ['kind', 'text'],
    ['clause', 'text'],
    ['body', 'jsonb'],
    ['sequence', 'integer'],
    ['recorded_at', 'timestamptz'],
    ['recorded_by', 'text'],
    ['status', 'text?'],
  ]),
  assessments: change(
    'assess',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['verdict', 'text'],
      ['attributes', 'jsonb'],
      ['remark', 'text?'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update record e set verdict = r.verdict, attributes = r.attributes, remark = r.remark,
             assessed_at = r.at, assessed_by = r.by
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  rankings: insert('ranking', [
    ['id', 'uuid'],
    ['category', 'text'],
    ['kind', 'text'],
    ['based_on', 'uuid?'],
    ['body', 'text'],
    ['sha256', 'text'],
    ['made_at', 'timestamptz'],
    ['made_by', 'text'],
  ]),
  recordsSuperseded: change(
    'supersede',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['superseded_by', 'text'],
      ['reason', 'text?'],
    ],
    (from) => `
      update record e set superseded_by = r.superseded_by, supersede_reason = r.reason
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  recordsClosed: change(
    'close_record',
    [
      ['subject_id', 'uuid'],
      ['id', 'text'],
      ['closed_on', 'date'],
      ['closing', 'jsonb'],
    ],
    (from) => `
      update record e set status = 'solved', closed_on = r.closed_on, closing = r.closing
        from ${from}
       where e.campaign_id = $1 and e.subject_id = r.subject_id and e.ledger = 'evidence'
         and e.id = r.id`,
  ),
  casesClaimed: insert('showcase_case', [
    ['level', 'text'],
    ['identity', 'text'],
    ['subject_id', 'uuid'],
  ]),
  casesReleased: change(
    'free_case',
    [
      ['level', 'text'],
      ['identity', 'text'],
      ['subject_id', 'uuid'],
    ],
    (from) => `
      delete from showcase_case c using ${from}
       where c.campaign_id = $1 and c.level = r.level and c.identity = r.identity
         and c.subject_id = r.subject_id`,
  ),
  fileUses: insert(
    'file_use',
    [
      ['file_id', 'uuid'],
      ['subject_id', 'uuid'],
      ['used_by', 'text'],
    ],
    'on conflict do nothing',
  ),
  ...CONFORMANCE_TABLES,
  sheets: insert(
    'score_sheet',
    [
      ['id', 'uuid'],
      ['candidate_id', 'uuid'],
      ['round', 'smallint'],
      ['assessor_id', 'uuid?'],
    ],
    'on conflict (campaign_id, id) do update set assessor_id = excluded.assessor_id',
  ),
  submissions: insert('score_sheet_submission', [
    ['sheet_id', 'uuid'],
    ['number', 'smallint'],
    ['assessor_id', 'uuid'],
    ['points', 'jsonb'],
    ['total_centi', 'integer'],
    ['remark', 'text?'],
    ['submitted_at', 'timestamptz'],
  ]),
  applications: insert('application', [
    ['candidate_id', 'uuid'],
    ['number', 'smallint'],
    ['stage', 'text'],
    ['body', 'jsonb'],
    ['sha256', 'text'],
    ['corrected', 'jsonb'],
    ['submitted_at', 'timestamptz'],
    ['submitted_by', 'text'],
  ]),
  conflicts: insert(
    'conflict_of_interest',
    [
      ['principal_id', 'uuid'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['reason', 'text'],
      ['declared_at', 'timestamptz'],
      ['declared_by', 'text'],
    ],
    'on conflict (campaign_id, principal_id, organisation_id) do nothing',
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
  documents: insert(
    'document',
    [
      ['id', 'uuid'],
      ['kind', 'text'],
      ['issuer', 'text'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['about_id', 'uuid?'],
      ['is_public', 'boolean'],
      ['title', 'text'],
      ['content', 'jsonb'],
      ['main_ids', 'text[]'],
      ['copy_ids', 'text[]'],
      ['named_ids', 'uuid[]'],
      ['corrects_id', 'uuid?'],
      ['code', 'text?'],
      ['year', 'integer?'],
      ['serial', 'integer?'],
      ['number', 'text?'],
      ['sha256', 'text?'],
      ['issued_on', 'date?'],
      ['issued_at', 'timestamptz?'],
    ],
    DOCUMENT_UPDATE,
  ),
  documentNumbers: DOCUMENT_NUMBERS,
  // A key means one thing in every campaign, so these rows belong to none.
  answers: reference('idempotency', [
    ['principal_id', 'text'],
    ['key', 'text'],
    ['request_hash', 'text'],
    ['status', 'smallint'],
    ['body', 'jsonb'],
    ['created_at', 'timestamptz'],
  ]),
  ballotRoll: insert('ballot_roll', [
    ['round_id', 'uuid'],
    ['generation', 'integer'],
    ['entry', 'text'],
    ['name', 'text'],
    ['stratum', 'text'],
    ['marked', 'boolean'],
  ]),
  rollMarks: change(
    'mark_roll',
    [
      ['round_id', 'uuid'],
      ['generation', 'integer'],
      ['entry', 'text'],
    ],
    (from) => `
      update ballot_roll b set marked = true from ${from}
       where b.campaign_id = $1 and b.round_id = r.round_id and b.generation = r.generation
         and b.entry = r.entry`,
  ),
  urns: insert('ballot_urn', [
    ['round_id', 'uuid'],
    ['stratum', 'text'],
    ['generation', 'integer'],
    ['closes_at', 'timestamptz'],
  ]),
  // The array is sorted anew, so that the place of a hash tells nothing.
  tokens: change(
    'fill_urn',
    [
      ['round_id', 'uuid'],
      ['stratum', 'text'],
      ['hash', 'text'],
    ],
    (from) => `
      update ballot_urn u
         set unspent = array(select hash from unnest(u.unspent || decode(r.hash, 'hex')) hash
                              order by hash)
        from ${from}
       where u.campaign_id = $1 and u.round_id = r.round_id and u.stratum = r.stratum`,
  ),
  urnsExtended: change(
    'extend_urn',
    [
      ['round_id', 'uuid'],
      ['closes_at', 'timestamptz'],
    ],
    (from) => `
      update ballot_urn u set closes_at = r.closes_at from ${from}
       where u.campaign_id = $1 and u.round_id = r.round_id`,
  ),
  urnsClosed: change(
    'destroy_urn',
    [['round_id', 'uuid']],
    (from) => `
      delete from ballot_urn u using ${from}
       where u.campaign_id = $1 and u.round_id = r.round_id`,
  ),
  ballots: insert('ballot', [
    ['round_id', 'uuid'],
    ['generation', 'integer'],
    ['id', 'uuid'],
    ['strata', 'text'],
    ['choice', 'text'],
  ]),
  draws: insert('draw', [
    ['id', 'uuid'],
    ['round', 'integer'],
    ['snapshot', 'jsonb'],
    ['rule', 'jsonb'],
  ]),
  drawSecrets: insert('draw_secret', [
    ['id', 'uuid'],
    ['secret', 'text'],
  ]),
  drawUnits: insert(
    'draw_unit',
    [
      ['draw_id', 'uuid'],
      ['unit_id', 'text'],
      ['candidate_id', 'uuid?'],
      ['site_id', 'text?'],
      ['name', 'text'],
      ['path', 'text'],
      ['stratum', 'text'],
      ['position', 'integer'],
      ['inspectors', 'jsonb'],
      ['due_at', 'timestamptz'],
    ],
    `on conflict (campaign_id, draw_id, unit_id) do update set
       inspectors = excluded.inspectors, due_at = excluded.due_at`,
  ),
  // Several corrections of one site in one batch are one row: an update takes only one of each.
  siteFacts: change(
    'correct_site',
    [
      ['site_id', 'text'],
      ['field', 'text'],
      ['value', 'jsonb'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update site s set facts = s.facts || c.facts, revision = s.revision + 1, updated_at = c.at,
             recorded_by = c.by
        from (select r.site_id, jsonb_object_agg(r.field, r.value) as facts, max(r.at) as at,
                     max(r.by) as by
                from ${from} group by r.site_id) c
       where s.id = c.site_id and $1::uuid is not null`,
  ),
};

// Every notice is a row of the outbox too, in the order of the steps that sent it.
const OUTBOX = `put_outbox as (
  insert into outbox (campaign_id, subject_id, sequence, topic, payload, created_at)
  select $1, n.subject_id, n.sequence, 'notice.' || n.kind,
         jsonb_build_object('noticeId', n.id, 'template', n.template,
                            'organisationId', n.organisation_id), n.issued_at
    from put_notice n order by n.subject_id, n.sequence, n.id
)`;

/** The rows that a batch has decided on, by where they are stored. */
export type Writes = { -readonly [Name in keyof typeof TABLES]: RowOf<(typeof TABLES)[Name]>[] };

const NAMES = Object.keys(TABLES) as (keyof Writes)[];

export const noWrites = (): Writes =>
  Object.fromEntries(NAMES.map((name): [string, unknown[]] => [name, []])) as Writes;

/** The same rows in lists of their own, to go back to: rows are replaced, never changed. */
export const copyWrites = (writes: Writes): Writes =>
  Object.fromEntries(NAMES.map((name): [string, unknown[]] => [name, [...writes[name]]])) as Writes;

/**
 * The statement that stores what a batch decided. It fails with 23505 when another process did the
 * same thing meanwhile.
 */
export function storeStatement(campaignId: string, writes: Writes): Statement {
  const values: unknown[] = [campaignId];
  const ctes: string[] = [];
  // More tables than a number has safe bits for shifting.
  let shape = 0n;
  for (const [index, name] of NAMES.entries()) {
    const table: Table = TABLES[name];
    const rows: readonly Row[] = writes[name];
    if (rows.length === 0) continue;
    const from = handOver(table, rows, values);
    for (const { cte, sql } of table.steps) ctes.push(`${cte} as (${sql(from)})`);
    shape |= 1n << BigInt(index);
  }
  if (writes.notices.length > 0) ctes.push(OUTBOX);
  const text = `with ${ctes.join(',\n')} select 1`;
  // One name for each combination of tables: a few dozen, planned once per connection.
  return { name: `store-${shape.toString(36)}`, text, values };
}
