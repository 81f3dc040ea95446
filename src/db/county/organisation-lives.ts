// The acts in the life of an organisation, beside its names.

import type pg from 'pg';
import type { Act } from '../../rules/county/lives.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

export type LifeAct = {
  organisationId: string;
  act: Exclude<Act, 'renamed'>;
  /** The first day of what it led to, 'YYYY-MM-DD'. */
  day: string;
  successorIds: string[];
  /** Where it moved, its code and parent until then. */
  beforeCode: string | null;
  beforeParentId: string | null;
  reason: string | null;
  /** The number or title of the document that it rests on. */
  document: string | null;
};

const INSERT = statement(
  'insert-organisation-acts',
  `
    insert into organisation_act
           (organisation_id, revision, act, day, successor_ids, before_code, before_parent_id, reason, document, at)
    select r."organisationId",
           (select count(*) + 1 from organisation_act a where a.organisation_id = r."organisationId"),
           r.act, r.day, array(select jsonb_array_elements_text(r."successorIds")), r."beforeCode",
           r."beforeParentId", r.reason, r.document, now_instant()
      from jsonb_to_recordset($1) as r ("organisationId" text, act text, day date, "successorIds" jsonb,
                                        "beforeCode" text, "beforeParentId" text, reason text, document text)`,
);

/** Keeps these acts, at most one of each organisation. Needs the lock of the directory. */
export const insertActs = (tx: Tx, acts: readonly LifeAct[]): Promise<unknown> =>
  run(tx, INSERT, [JSON.stringify(acts)]);

export type LifeEvent = Omit<LifeAct, 'act' | 'organisationId'> & {
  act: Act;
  beforeName: string | null;
  name: string | null;
  at: string;
};

const LIST = statement(
  'list-organisation-acts',
  `
    select * from (
      select a.act, a.day::text as day, a.successor_ids as "successorIds", a.before_code as "beforeCode",
             a.before_parent_id as "beforeParentId", null as "beforeName", null as name, a.reason, a.document, a.at,
             a.revision
        from organisation_act a where a.organisation_id = $1
      union all
      select 'renamed', n.valid_from::text, '{}', null, null, n.before, n.name, n.reason, n.document, n.at, n.revision
        from organisation_name n where n.organisation_id = $1) life
     order by life.day desc, life.at desc, life.revision desc limit 1000`,
);

/** Everything that happened to an organisation, the newest first; what was there at the start was never founded. */
export const listLife = (db: Connection, organisationId: string): Promise<LifeEvent[]> =>
  run(db, LIST, [organisationId]);

const END = statement(
  'end-organisations',
  `
    update organisation o
       set ended_on = r.on, successor_ids = array(select jsonb_array_elements_text(r."successorIds"))
      from jsonb_to_recordset($1) as r (id text, "on" date, "successorIds" jsonb) where o.id = r.id`,
);

export type NewEnd = { id: string; on: string; successorIds: readonly string[] };

export const updateEnded = (tx: Tx, ends: readonly NewEnd[]): Promise<unknown> =>
  run(tx, END, [JSON.stringify(ends)]);
