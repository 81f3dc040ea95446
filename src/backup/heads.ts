// The heads of all logs at the time of a backup. A log that later does not hold its head any more was cut
// or written anew.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type pg from 'pg';
import type { Manifest, StoredFile } from './manifest.ts';
import { packStream, unpackedLines } from './stored-files.ts';

const HEADS_FILE = 'heads.csv.zst';
const ROWS_AT_ONCE = 5_000;

type Head = { campaignId: string; subjectId: string; sequence: number; hash: string };
type Heads = Pick<Manifest, 'campaigns' | 'administration'>;

const LIST_HEADS = `
  select campaign_id as "campaignId", id as "subjectId", revision as sequence, chain_hash as hash
    from subject where (campaign_id, id) > ($1, $2) order by campaign_id, id limit ${ROWS_AT_ONCE}`;
const NIL = '00000000-0000-0000-0000-000000000000';

async function* listHeads(client: pg.Client): AsyncGenerator<Head> {
  for (let after = [NIL, NIL]; ; ) {
    const { rows } = await client.query<Head>(LIST_HEADS, after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_AT_ONCE) return;
    after = [last.campaignId, last.subjectId];
  }
}

const findAdministration = async (client: pg.Client): Promise<Heads['administration']> => {
  const { rows } = await client.query<{ sequence: string; hash: string }>(
    'select sequence, hash from administrative_event order by sequence desc limit 1',
  );
  return rows[0] ? { sequence: Number(rows[0].sequence), hash: rows[0].hash } : null;
};

/**
 * Writes the head of each log into a file of the backup, and answers a digest of them for each campaign.
 * Whatever is told meanwhile may or may not be in it: every head it names is committed.
 */
export const storeHeads = async (
  client: pg.Client,
  folder: string,
): Promise<Heads & { file: StoredFile }> => {
  const campaigns: Heads['campaigns'] = [];
  let campaignId: string | undefined;
  let subjects = 0;
  let digest = createHash('sha256');
  const finish = () => {
    if (campaignId === undefined) return;
    campaigns.push({ campaignId, subjects, sha256: digest.digest('hex') });
  };
  const lines = async function* () {
    for await (const head of listHeads(client)) {
      if (head.campaignId !== campaignId) {
        finish();
        campaignId = head.campaignId;
        subjects = 0;
        digest = createHash('sha256');
      }
      const line = `${head.campaignId},${head.subjectId},${head.sequence},${head.hash}\n`;
      digest.update(line);
      subjects += 1;
      yield line;
    }
    finish();
  };
  const measured = await packStream(Readable.from(lines()), join(folder, HEADS_FILE));
  const administration = await findAdministration(client);
  return { campaigns, administration, file: { path: HEADS_FILE, ...measured } };
};

// A head is held when the log has that event at that place. The log may have grown since.
const LIST_LOST = `
  select h.campaign_id as "campaignId", h.subject_id as "subjectId", h.sequence
    from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[])
           as h (campaign_id, subject_id, sequence, hash)
    left join event e on e.campaign_id = h.campaign_id and e.subject_id = h.subject_id
                     and e.sequence = h.sequence
   where e.hash is distinct from h.hash
   order by 1, 2`;

export type LostHead = Omit<Head, 'hash'>;

/** The logs of this database that do not hold the heads which the backup in `folder` names. */
export const listLostHeads = async (client: pg.Client, folder: string): Promise<LostHead[]> => {
  const lost: LostHead[] = [];
  let columns: [string[], string[], string[], string[]] = [[], [], [], []];
  const compare = async (): Promise<void> => {
    lost.push(...(await client.query<LostHead>(LIST_LOST, columns)).rows);
    columns = [[], [], [], []];
  };
  for await (const line of unpackedLines(join(folder, HEADS_FILE))) {
    for (const [place, value] of line.split(',').entries()) columns[place]?.push(value);
    if (columns[0].length >= ROWS_AT_ONCE) await compare();
  }
  await compare();
  return lost;
};

/** True when the log of administration holds the head that a backup names. */
export const holdsAdministration = async (
  client: pg.Client,
  head: Heads['administration'],
): Promise<boolean> => {
  if (head === null) return true;
  const found = await client.query(
    'select from administrative_event where sequence = $1 and hash = $2',
    [head.sequence, head.hash],
  );
  return found.rowCount === 1;
};
