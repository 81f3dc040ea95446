// Rolls, urns and ballots. Nothing stored ties a ballot to its voter.

import type { ReadRow } from '../kernel/store-tables.ts';
import { change, insert } from '../kernel/store-tables.ts';

export const BALLOT_TABLES = {
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
  // The array is sorted anew, so that the position of a hash reveals nothing.
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
};

type Stored = typeof BALLOT_TABLES;

export type BallotReads = {
  ballot_roll: ReadRow<Stored['ballotRoll']>;
  ballot_urn: ReadRow<Stored['urns']>;
  ballot: ReadRow<Stored['ballots']>;
};
