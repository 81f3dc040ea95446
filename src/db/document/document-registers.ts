// Registers of document numbers. They have no gaps, because a serial is taken under the register's lock
// and stored by the transaction that took it, or by none.

import type { DraftChoices, DraftMaterial } from '../../../machines/document/draft.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type RegisterKey = { organisationId: string; code: string; year: number };
export type HeldRegister = RegisterKey & { lastSerial: number };

/** Existing registers are locked in one order, whatever the order of the request. */
const LOCK = statement(
  'lock-registers',
  `
    select organisation_id as "organisationId", code, year, last_serial as "lastSerial"
      from document_register g
     where (organisation_id, code, year) in (
       select * from unnest($1::text[], $2::text[], $3::int[]))
     order by organisation_id, code, year
       for update`,
);
const ADD = statement(
  'add-registers',
  `
    insert into document_register (organisation_id, code, year, last_serial)
    select o, c, y, 0 from unnest($1::text[], $2::text[], $3::int[]) as asked (o, c, y)
     order by o, c, y
        on conflict do nothing`,
);

/** Locks these registers until the transaction ends; one that does not exist yet begins at zero. */
export async function lockRegisters(tx: Tx, keys: readonly RegisterKey[]): Promise<HeldRegister[]> {
  const columns = [
    keys.map(({ organisationId }) => organisationId),
    keys.map(({ code }) => code),
    keys.map(({ year }) => year),
  ];
  const held = await run<HeldRegister>(tx, LOCK, columns);
  if (held.length === keys.length) return held;
  await run(tx, ADD, columns);
  return run<HeldRegister>(tx, LOCK, columns);
}

const NUMBERED = statement(
  'count-numbers',
  `select count(*)::int as count from document_number
          where organisation_id = $1 and code = $2 and year = $3`,
);

/** How many numbers a register has given; it gives none while it is locked. */
export async function countNumbers(
  tx: Tx,
  { organisationId, code, year }: RegisterKey,
): Promise<number> {
  const [row] = await run<{ count: number }>(tx, NUMBERED, [organisationId, code, year]);
  return row?.count ?? 0;
}

const START = statement(
  'start-register',
  `
    update document_register
       set last_serial = $4::int - 1,
           starts = starts || jsonb_build_array(jsonb_build_object(
             'serial', $4::int, 'reason', $5::text, 'by', $6::text, 'at', now_instant()))
     where organisation_id = $1 and code = $2 and year = $3
    returning last_serial as "lastSerial", starts`,
);

/** Lets the register number from this serial on, and keeps who decided that, and why, in its row. */
export async function startRegister(
  tx: Tx,
  { organisationId, code, year }: RegisterKey,
  { serial, reason, by }: { serial: number; reason: string; by: string },
): Promise<{ lastSerial: number; starts: { serial: number }[] }> {
  const [row] = await run<{ lastSerial: number; starts: { serial: number }[] }>(tx, START, [
    organisationId,
    code,
    year,
    serial,
    reason,
    by,
  ]);
  if (row === undefined) throw new Error(`no register ${organisationId} ${code} ${year}`);
  return row;
}

export type DraftRow = {
  id: string;
  content: { [name: string]: unknown };
  mainIds: string[];
  copyIds: string[];
  madeOf: { choices: DraftChoices; material: DraftMaterial };
};

const DRAFTS = statement(
  'find-document-drafts',
  `select id, content, main_ids as "mainIds", copy_ids as "copyIds",
                made_of as "madeOf"
           from document where campaign_id = $1 and id = any ($2::uuid[]) and issued_at is null`,
);

/** The stored drafts of these documents; they change only under the document's lock. */
export const findDrafts = (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<DraftRow[]> => run<DraftRow>(tx, DRAFTS, [campaignId, ids]);

const PLAN_NUMBER = statement(
  'find-plan-number',
  `select plan_id as "planId" from document_number
          where organisation_id = $1 and code = $2 and year = $3 and serial = $4`,
);

/** The plan that has this number: undefined when the number is free, null when another document has it. */
export async function findNumber(
  tx: Tx,
  { organisationId, code, year }: RegisterKey,
  serial: number,
): Promise<string | null | undefined> {
  const [row] = await run<{ planId: string | null }>(tx, PLAN_NUMBER, [
    organisationId,
    code,
    year,
    serial,
  ]);
  return row?.planId;
}
