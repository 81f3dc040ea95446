// The tables as reading queries see them. Instants are RFC 3339 strings, counts numbers.

import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import type { MachineName } from '../../../machines/machine-names.ts';
import type { DrawRule, DrawSnapshot } from '../../rules/draw/draw.ts';

type Json = { [name: string]: unknown };

type Organisation = {
  id: string;
  parent_id: string | null;
  kind: string;
  name: string;
  path: string;
};
type Site = { id: string; organisation_id: string; path: string; kind: string; name: string };
type Campaign = {
  campaign_id: string;
  name: string;
  plan_id: string;
  plan_version: number;
  division_code: string;
  created_at: string;
};
type Subject = {
  campaign_id: string;
  id: string;
  machine: MachineName;
  version: number;
  parent_id: string | null;
  organisation_id: string;
  path: string;
  value: unknown;
  context: Json;
  status: 'active' | 'done';
  stage: string;
  state: string;
  phase: number;
  follows_phase: boolean;
  revision: number;
  created_at: string;
  updated_at: string;
};
type Candidate = {
  campaign_id: string;
  id: string;
  category: string;
  name: string;
  organisation_id: string;
  site_id: string | null;
  person_name: string | null;
  path: string;
};
type Event = {
  campaign_id: string;
  subject_id: string;
  sequence: number;
  type: string;
  at: string;
  principal_id: string;
  roles: string[];
  payload: Json;
  facts: Json;
  stage: string;
  state: string;
  hash: string;
};
type Timer = {
  campaign_id: string;
  subject_id: string;
  timer_id: string;
  due_at: string;
  held: boolean;
};
type Obligation = {
  campaign_id: string;
  subject_id: string;
  kind: string;
  generation: number;
  clause: string;
  organisation_id: string;
  path: string;
  due_at: string;
  provisional: boolean;
  calendar_version: string;
  level: string;
  opened_at: string;
  raised_at: string | null;
  closed_at: string | null;
};
type Notice = {
  campaign_id: string;
  id: string;
  subject_id: string;
  template: string;
  kind: string;
  clause: string;
  title: string;
  body: string;
  organisation_id: string;
  path: string;
  issued_at: string;
  obligation_kind: string | null;
  obligation_generation: number | null;
  level: string | null;
  receipt_required: boolean;
  received_at: string | null;
  received_by: string | null;
  read_at: string | null;
  read_by: string | null;
};
type Record = {
  campaign_id: string;
  subject_id: string;
  ledger: string;
  id: string;
  kind: string;
  clause: string;
  body: Json;
  sequence: number;
  recorded_at: string;
  recorded_by: string;
  verdict: 'accepted' | 'rejected' | null;
  attributes: Json;
  remark: string | null;
  assessed_at: string | null;
  assessed_by: string | null;
  status: 'open' | 'solved' | null;
  closed_on: string | null;
  closing: Json | null;
  superseded_by: string | null;
  supersede_reason: string | null;
};
type Ranking = {
  campaign_id: string;
  id: string;
  category: string;
  kind: 'ranking' | 'selection' | 'move-up';
  based_on: string | null;
  body: string;
  sha256: string;
  made_at: string;
  made_by: string;
};
type File = {
  campaign_id: string;
  id: string;
  sha256: string;
  source_sha256: string;
  media_type: string;
  size_bytes: number;
  width: number | null;
  height: number | null;
  name: string;
  organisation_id: string;
  path: string;
  uploaded_by: string;
  uploaded_at: string;
};
type FileUse = { campaign_id: string; file_id: string; subject_id: string; used_by: string };
type Operation = {
  campaign_id: string;
  id: string;
  kind: string;
  status: 'running' | 'parked' | 'done';
  total: number;
  done: number;
  refused: number;
  failed: number;
  detail: Json;
  created_by: string;
  created_at: string;
  finished_at: string | null;
};
type OperationItem = {
  campaign_id: string;
  operation_id: string;
  index: number;
  command: Json;
  outcome: Json | null;
};

type BallotRoll = {
  campaign_id: string;
  round_id: string;
  generation: number;
  entry: string;
  name: string;
  stratum: string;
  marked: boolean;
};
type BallotUrn = { campaign_id: string; round_id: string; stratum: string; slips: Json };
type Ballot = {
  campaign_id: string;
  round_id: string;
  generation: number;
  id: string;
  strata: string;
  choice: string;
};
type ScoreSheet = {
  campaign_id: string;
  id: string;
  candidate_id: string;
  round: number;
  assessor_id: string | null;
};
type Principal = { id: string; name: string };
/** What is published of a draw; its secret is in no table that is read this way. */
type Draw = {
  campaign_id: string;
  id: string;
  round: number;
  snapshot: DrawSnapshot;
  rule: DrawRule;
};
type DrawUnit = {
  campaign_id: string;
  draw_id: string;
  unit_id: string;
  candidate_id: string | null;
  site_id: string | null;
  name: string;
  path: string;
  stratum: string;
  position: number;
  inspectors: { id: string; name: string }[];
  due_at: string;
};

export type Tables = {
  organisation: Organisation;
  site: Site;
  campaign: Campaign;
  subject: Subject;
  candidate: Candidate;
  event: Event;
  timer: Timer;
  obligation: Obligation;
  notice: Notice;
  record: Record;
  ranking: Ranking;
  file: File;
  file_use: FileUse;
  operation: Operation;
  operation_item: OperationItem;
  ballot_roll: BallotRoll;
  ballot_urn: BallotUrn;
  ballot: Ballot;
  score_sheet: ScoreSheet;
  principal: Principal;
  draw: Draw;
  draw_unit: DrawUnit;
};

export type Reads = Kysely<Tables>;

const byPool = new WeakMap<pg.Pool, Reads>();

/** Typed SQL on this pool, for reading. The pool stays its owner's to end. */
export function readsOf(pool: pg.Pool): Reads {
  const known = byPool.get(pool);
  if (known !== undefined) return known;
  const reads = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  byPool.set(pool, reads);
  return reads;
}

/** What every list of subjects tells of its machine. */
export const SUBJECT_COLUMNS = [
  'subject.version',
  'subject.value',
  'subject.context',
  'subject.stage',
  'subject.state',
  'subject.status',
  'subject.revision',
  'subject.path',
  'subject.created_at as createdAt',
  'subject.updated_at as updatedAt',
] as const;
