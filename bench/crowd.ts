// Campaigns of 10,000 and 100,000 candidates, made in seconds: villages by one statement a table, and
// candidates as copies of one that the service itself has registered. A copy has every row that the
// registration wrote, told of another village, its log hashed anew: test/db/growth.test.ts holds
// it to a registration of the service's own.

import { randomUUIDv7 } from 'node:crypto';
import type pg from 'pg';
import { foundOrganisations, foundSites } from '../src/command/county/directory.ts';
import { SYSTEM_TELLER, tellAdministration } from '../src/command/kernel/administrative-log.ts';
import { eventHash, sha256 } from '../src/command/kernel/chain.ts';
import { listOrganisations } from '../src/db/county/organisations.ts';
import { inTransaction } from '../src/db/kernel/connections.ts';
import type { Organisation } from '../src/rules/access/addressees.ts';
import { CHAIN_START, type LinkedEvent, personalDigest } from '../src/rules/audit/link.ts';
import { pathsBelow } from '../src/rules/county/organisations.ts';

const CHUNK_CANDIDATES = 500;

/** `place` is what texts call it: its township and its name. */
export type Village = { id: string; name: string; place: string; townshipId: string };

/**
 * Villages, each with its Party organisation and one site, spread over the townships of a county. They are
 * added before the campaign is issued, because its roster takes in the sites there are.
 */
export async function addVillages(
  pool: pg.Pool,
  countyId: string,
  count: number,
): Promise<Village[]> {
  const villages = await inTransaction(pool, async (tx) => {
    const under = await listOrganisations(tx, { kind: 'TOWNSHIP', parentId: countyId }, null, 1000);
    const made = Array.from({ length: count }, (_, index) =>
      villageOf(under[(index + 1) % under.length] as Organisation, index + 1),
    );
    const told = await foundOrganisations(
      tx,
      made.flatMap(({ village, body }) => [village, body]),
    );
    const sites = made.map(({ village: { id, path }, name }) => ({
      ...{ id: `${id}-S1`, organisationId: id, path, kind: 'VILLAGE' as const },
      ...{ name: `${name}站点`, facts: {} },
    }));
    told.push(...(await foundSites(tx, sites)));
    await tellAdministration(tx, SYSTEM_TELLER, told);
    const towns = new Map(under.map((township) => [township.id, township.name]));
    return made.map(({ village: { id, parentId }, name }) => ({
      ...{
        id,
        name,
        place: `${towns.get(parentId ?? '') ?? ''}${name}`,
        townshipId: parentId ?? '',
      },
    }));
  });
  await pool.query('analyze organisation, site');
  return villages.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** A village of the crowd with its Party organisation; each has its code as its id. */
function villageOf(township: Organisation, number: number) {
  const digits = String(number).padStart(6, '0');
  const name = `集村${digits}`;
  const below = (
    parent: Organisation,
    code: string,
    kind: Organisation['kind'],
    called: string,
  ): Organisation => ({
    ...{ id: code, code, parentId: parent.id, kind, name: called },
    ...pathsBelow(parent, { id: code, code }),
  });
  const village = below(township, `${township.code}-C${digits}`, 'VILLAGE', `${name}村委会`);
  const code = `${village.code}-DZB`;
  return {
    name,
    village,
    body: below(village, code, 'VILLAGE_PARTY_ORGANIZATION', `${name}党支部`),
  };
}

// The tables in which a registration, or an acknowledgement after it, writes rows of the candidate.
const TABLES = {
  subject: 'id',
  candidate: 'id',
  event: 'subject_id',
  event_personal: 'subject_id',
  timer: 'subject_id',
  obligation: 'subject_id',
  notice: 'subject_id',
  outbox: 'subject_id',
} as const;
type Table = keyof typeof TABLES;
type Row = { [column: string]: unknown };
type Rows = { [T in Table]: Row[] };

export async function rowsOf(pool: pg.Pool, candidateId: string): Promise<Rows> {
  const found: Partial<Rows> = {};
  for (const [table, column] of Object.entries(TABLES)) {
    const { rows } = await pool.query<Row>(
      `select * from ${table} where ${column} = $1 order by 1, 2, 3`,
      [candidateId],
    );
    // Rows travel as JSON, in which PostgreSQL reads bytes as hexadecimal.
    for (const row of rows)
      if (row.salt instanceof Buffer) row.salt = `\\x${row.salt.toString('hex')}`;
    // The database gives rows that wait to be delivered their numbers.
    if (table === 'outbox') for (const row of rows) delete row.id;
    // It also says when it stored a row of the log.
    if (table === 'event') for (const row of rows) delete row.stored_at;
    found[table as Table] = rows;
  }
  return found as Rows;
}

/** Hashes the log of these rows anew, from its first link to the subject's own. */
function chain({ event, event_personal: parts, subject }: Rows): void {
  let head = CHAIN_START;
  for (const row of event) {
    const own = parts.find(({ sequence }) => sequence === row.sequence);
    if (own !== undefined)
      row.personal = personalDigest(sha256, String(own.salt).slice(2), own.personal as object);
    head = eventHash(head, row as LinkedEvent);
    row.hash = head;
  }
  for (const row of subject) row.chain_hash = head;
}

/**
 * Registers each of these villages as `templateId` of `template` was. Throws when the rows of the template
 * do not hash to its own log, because the copies' would not either.
 */
export async function registerCrowd(
  pool: pg.Pool,
  { id: templateId, village: template }: { id: string; village: Village },
  villages: readonly Village[],
): Promise<string[]> {
  const rows = await rowsOf(pool, templateId);
  const stored = rows.subject[0]?.chain_hash;
  const noticeIds = rows.notice.map(({ id }) => String(id));
  chain(rows);
  if (rows.subject[0]?.chain_hash !== stored) throw new Error('the template has another log');
  const text = JSON.stringify(rows);
  const ids: string[] = [];
  for (let start = 0; start < villages.length; start += CHUNK_CANDIDATES) {
    const copies = villages.slice(start, start + CHUNK_CANDIDATES).map((village) => {
      const id = randomUUIDv7();
      ids.push(id);
      const told = noticeIds
        .reduce((copy, noticeId) => copy.replaceAll(noticeId, randomUUIDv7()), text)
        .replaceAll(templateId, id)
        .replaceAll(template.id, village.id)
        .replaceAll(template.place, village.place)
        .replaceAll(template.name, village.name)
        .replaceAll(template.townshipId, village.townshipId);
      const copy = JSON.parse(told) as Rows;
      chain(copy);
      return copy;
    });
    // The people who told the template's events do not reach the copies.
    await pool.query('alter table event disable trigger write_wall');
    await insert(pool, copies);
    await pool.query('alter table event enable trigger write_wall');
  }
  return ids;
}

async function insert(pool: pg.Pool, copies: readonly Rows[]): Promise<void> {
  for (const table of Object.keys(TABLES) as Table[]) {
    const all = copies.flatMap((copy) => copy[table]);
    if (all.length === 0) continue;
    const columns = Object.keys(all[0] ?? {}).join(', ');
    await pool.query(
      `insert into ${table} (${columns})
       select ${columns} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(all)],
    );
  }
}
