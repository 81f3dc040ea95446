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
  // A set of slips takes the place of the one before it.
  urns: insert(
    'ballot_urn',
    [
      ['id', 'uuid'],
      ['generation', 'integer'],
      ['number', 'text'],
      ['opens_at', 'timestamptz'],
      ['closes_at', 'timestamptz'],
      ['sealed', 'text'],
    ],
    `on conflict (campaign_id, id) do update
        set generation = excluded.generation, number = excluded.number,
            opens_at = excluded.opens_at, closes_at = excluded.closes_at,
            returned = 0, sealed = excluded.sealed`,
  ),
  urnsExtended: change(
    'extend_urn',
    [
      ['id', 'uuid'],
      ['closes_at', 'timestamptz'],
    ],
    (from) => `
      update ballot_urn u set closes_at = r.closes_at from ${from}
       where u.campaign_id = $1 and u.id = r.id`,
  ),
  // The number stays, so that who comes too late is told so.
  urnsClosed: change(
    'destroy_urn',
    [['id', 'uuid']],
    (from) => `
      update ballot_urn u set sealed = null from ${from}
       where u.campaign_id = $1 and u.id = r.id`,
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
  ballot: ReadRow<Stored['ballots']>;
};
