// What an auditor takes home: checkpoints and logs, a line of JSON each, as verify.mjs of the bundle reads them.

import type pg from 'pg';
import {
  CHAIN_EVENTS_MAX,
  type ChainId,
  listChains,
  listStoredActs,
  listStoredEvents,
  listStoredSubjects,
} from '../../db/audit/chains.ts';
import { listCheckpointHeads, listCheckpoints } from '../../db/audit/checkpoints.ts';
import { inSnapshot } from '../../db/kernel/connections.ts';
import { ADMINISTRATION } from '../../rules/audit/checkpoint.ts';
import { NOWHERE } from './chains.ts';

/** The form of the lines; another one is another number. */
const BUNDLE_FORMAT = 1;
const CHAINS_AT_ONCE = 20;
const CHECKPOINTS_AT_ONCE = 50;

export type BundleScope = {
  /** Null for all campaigns and the administrative log. */
  campaignId: string | null;
  /** The texts that may be erased, with their salts; else their digests alone. */
  withPersonal: boolean;
};

type Line = { readonly [kind: string]: object };

/** The lines of a bundle: what it is, the checkpoints, the administrative log, then chain after chain. */
export async function* bundleLines(pool: pg.Pool, scope: BundleScope): AsyncGenerator<string> {
  const about = { format: BUNDLE_FORMAT, ...scope };
  yield* asText([{ about }]);
  for await (const lines of checkpointLines(pool, scope)) yield* asText(lines);
  if (scope.campaignId === null) {
    for await (const lines of actLines(pool, scope)) yield* asText(lines);
  }
  for await (const lines of chainLines(pool, scope)) yield* asText(lines);
}

const asText = (lines: readonly Line[]): string[] =>
  lines.map((line) => `${JSON.stringify(line)}\n`);

async function* checkpointLines(
  pool: pg.Pool,
  { campaignId }: BundleScope,
): AsyncGenerator<Line[]> {
  for (let after = 0; ; ) {
    const page = await listCheckpoints(pool, after, CHECKPOINTS_AT_ONCE);
    for (const checkpoint of page) {
      const heads = await listCheckpointHeads(pool, checkpoint.number, campaignId);
      yield [{ checkpoint }, ...heads.map((head) => ({ head }))];
    }
    const last = page.at(-1);
    if (last === undefined || page.length < CHECKPOINTS_AT_ONCE) return;
    after = last.number;
  }
}

/** Leaves out the personal part of a row, and of a part that is there the salt as well. */
const bared = <Row extends { salt: string | null; part: object | null }>(
  { salt, part, ...row }: Row,
  { withPersonal }: BundleScope,
) => (withPersonal && salt !== null && part !== null ? { ...row, salt, part } : row);

async function* actLines(pool: pg.Pool, scope: BundleScope): AsyncGenerator<Line[]> {
  for (let after = 0; ; ) {
    const acts = await inSnapshot(pool, (tx) => listStoredActs(tx, after));
    yield acts.map((act) => ({ act: bared(act, scope) }));
    const last = acts.at(-1);
    if (last === undefined || acts.length < CHAIN_EVENTS_MAX) return;
    after = last.sequence;
  }
}

async function* chainLines(pool: pg.Pool, scope: BundleScope): AsyncGenerator<Line[]> {
  let after: ChainId = {
    campaignId: scope.campaignId ?? ADMINISTRATION,
    subjectId: NOWHERE.subjectId,
  };
  for (;;) {
    const { chains, lines } = await inSnapshot(pool, async (tx) => {
      const listed = await listChains(tx, after, CHAINS_AT_ONCE);
      const own = listed.filter(
        ({ campaignId }) => scope.campaignId === null || campaignId === scope.campaignId,
      );
      const subjects = await listStoredSubjects(tx, own);
      const read: Line[] = subjects.map(
        ({ campaignId, subjectId, machine, path, revision: sequence, chainHash: hash }) => ({
          subject: { campaignId, subjectId, machine, path, sequence, hash },
        }),
      );
      let from = 0;
      for (let unread: ChainId[] = own; unread.length > 0; from += CHAIN_EVENTS_MAX) {
        const rows = await listStoredEvents(tx, unread, from);
        read.push(...rows.map((row) => ({ event: bared(row, scope) })));
        unread = unread.filter(
          ({ subjectId }) =>
            rows.filter((row) => row.subject_id === subjectId).length === CHAIN_EVENTS_MAX,
        );
      }
      return { chains: own, lines: read };
    });
    yield lines;
    const last = chains.at(-1);
    if (last === undefined || chains.length < CHAINS_AT_ONCE) return;
    after = last;
  }
}
