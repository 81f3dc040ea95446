// What rests on organisations, and the change of whose it is when they end.

import type pg from 'pg';
import type { Role } from '../../../machines/kit/access.ts';
import type { Holding } from '../../rules/county/lives.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = pg.ClientBase | pg.Pool;

// An order is that of its unit, and may have gone to another; rounds and sheets are their candidate's.
const ofMachine = (holding: Holding, machine: string, whose: 's' | 'k'): string => `
    select '${holding}' as holding, k.name, k.person_name is not null as "isPerson"
      from subject s
      join candidate k on k.campaign_id = s.campaign_id and k.id = s.parent_id
     where s.machine = '${machine}' and s.status = 'active' and ${whose}.organisation_id = any ($1::text[])`;
const candidates = (holding: Holding, name: string, more: string): string => `
    select '${holding}', ${name}, c.person_name is not null
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join campaign g on g.campaign_id = c.campaign_id
     where s.status = 'active' and c.organisation_id = any ($1::text[]) and ${more}`;

/** An account is at these places when all its roles, held and proposed, are; without any, when it was made there. */
const AT_THESE = (account: string): string => `
  case when exists (select from role_grant g where g.principal_id = ${account}.id and g.revoked_at is null)
       then not exists (select from role_grant g
                         where g.principal_id = ${account}.id and g.revoked_at is null
                           and g.organisation_id <> all ($1::text[]))
       else ${account}.organisation_id = any ($1::text[]) end`;

const HOLDINGS = statement(
  'list-holdings',
  `${ofMachine('order', 'rectification', 's')}
    union all ${ofMachine('round', 'ballot-round', 'k')}
    union all ${ofMachine('sheet', 'score-sheet', 'k')}
    union all ${candidates('candidate', 'c.name', `s.stage <> 'conferred'`)}
    union all ${candidates('title', 'c.name', `s.stage = 'conferred'`)}
    union all select distinct 'quota', q.name, false from (
      ${candidates('quota', 'g.name', `s.stage <> 'conferred'`)}) q (holding, name, "isPerson")
    union all
    select 'roster', r.name, false from roster_site r
     where r.until is null and r.organisation_id = any ($1::text[])
    union all
    select 'grant', p.name, false from role_grant g join principal p on p.id = g.principal_id
     where g.revoked_at is null and g.organisation_id = any ($1::text[])
    union all
    select 'invitation', p.name, false from claim c join principal p on p.id = c.principal_id
     where c.claimed_at is null and c.withdrawn_at is null and c.expires_at > now_instant() and ${AT_THESE('p')}`,
);

export type Held = { holding: Holding; name: string | null; isPerson: boolean };

/** All that rests on these organisations, of every campaign. */
export const listHoldings = (db: Connection, ids: readonly string[]): Promise<Held[]> =>
  run<Held>(db, HOLDINGS, [ids]);

const GRANTS_AT = statement(
  'list-grants-at',
  `
    select g.id, g.principal_id as "principalId", g.role, g.organisation_id as "organisationId",
           g.confirmed_by as "confirmedBy"
      from role_grant g
     where g.revoked_at is null and g.organisation_id = any ($1::text[])
     order by g.principal_id, g.id for update of g`,
);

export type GrantAt = {
  id: string;
  principalId: string;
  role: Role;
  organisationId: string;
  confirmedBy: string | null;
};

/** The roles, held and proposed, at these organisations, locked. */
export const lockGrantsAt = (tx: Tx, ids: readonly string[]): Promise<GrantAt[]> =>
  run<GrantAt>(tx, GRANTS_AT, [ids]);

const INVITED_AT = statement(
  'list-invited-at',
  `
    select p.id from claim c join principal p on p.id = c.principal_id
     where c.claimed_at is null and c.withdrawn_at is null and ${AT_THESE('p')} order by p.id`,
);

/** The accounts that have a code for a key, and no place but these. */
export const listInvitedAt = (tx: Tx, ids: readonly string[]): Promise<{ id: string }[]> =>
  run<{ id: string }>(tx, INVITED_AT, [ids]);

/** Whose the things of one organisation are from now on. */
export type Heir = { before: string; beforePath: string; after: string; path: string };

const HEIRS = `jsonb_to_recordset($1) as r (before text, "beforePath" text, after text, path text)`;
const HAND_ORDERS_OVER = statement(
  'hand-orders-over',
  `
    with handed as (
      update subject s set organisation_id = r.after, path = r.path
        from campaign c, ${HEIRS}
       where s.campaign_id = c.campaign_id and s.machine = 'rectification' and s.path = r."beforePath"
         and s.organisation_id = r.before and s.status = 'active'
      returning s.campaign_id, s.id)
    update obligation o set organisation_id = r.after, path = r.path
      from handed h, ${HEIRS}
     where o.campaign_id = h.campaign_id and o.subject_id = h.id and o.closed_at is null
       and o.organisation_id = r.before`,
);

/** Hands the orders that are not closed over, with what is owed for them. */
export const updateOrders = (tx: Tx, heirs: readonly Heir[]): Promise<unknown> =>
  run(tx, HAND_ORDERS_OVER, [JSON.stringify(heirs)]);

const HAND_SITES_OVER = statement(
  'hand-sites-over',
  `
    update site s set organisation_id = r.after, path = r.path, revision = s.revision + 1, updated_at = now_instant()
      from ${HEIRS} where s.organisation_id = r.before
    returning s.id, s.path, r.before, r.after`,
);

/** Hands the sites over; rosters keep them where they were. */
export const updateSiteHolders = (
  tx: Tx,
  heirs: readonly Heir[],
): Promise<{ id: string; path: string; before: string; after: string }[]> =>
  run(tx, HAND_SITES_OVER, [JSON.stringify(heirs)]);
