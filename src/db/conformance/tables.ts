// Rosters, conformance, roll-ups and supplements: their parts of the storing statement.

import type { Table } from '../kernel/store-tables.ts';
import { change, insert } from '../kernel/store-tables.ts';

const COUNTED = [
  ['villages', 'integer'],
  ['villages_conforming', 'integer'],
  ['communities', 'integer'],
  ['communities_conforming', 'integer'],
  ['bases', 'integer'],
  ['bases_conforming', 'integer'],
] as const;

// The sites of the county on the day of issue are the roster; the organisations on the way to each site
// are the places it counts in. Each CTE reads the rows that the one before it has just inserted.
const FREEZE = {
  columns: [
    ['path', 'text'],
    ['version', 'integer'],
    ['at', 'timestamptz'],
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
  ],
  handedAs: 'json',
  steps: [
    {
      cte: 'put_frozen',
      sql: (from) => `
      insert into roster_site
             (campaign_id, site_id, since_version, since, organisation_id, path, kind, name)
      select $1, s.id, r.version, r.at, s.organisation_id, s.path, s.kind, s.name
        from ${from}
        join site s on s.path like r.path || '%'
        join organisation own on own.id = s.organisation_id and own.ended_on is null
      returning site_id, path, kind`,
    },
    {
      cte: 'put_roll_ups',
      sql: (from) => `
      insert into roll_up
             (campaign_id, organisation_id, path, code_path, level, revision, villages,
              villages_conforming, communities, communities_conforming, bases, bases_conforming)
      select $1, o.id, o.path, o.code_path, lower(o.kind), 1, coalesce(n.villages, 0), 0,
             coalesce(n.communities, 0), 0, coalesce(n.bases, 0), 0
        from ${from}
        join organisation o on o.path like r.path || '%'
         and o.kind in ('COUNTY', 'TOWNSHIP', 'VILLAGE', 'BASE') and o.ended_on is null
        left join (
          select a.organisation_id, count(*) filter (where f.kind = 'VILLAGE') as villages,
                 count(*) filter (where f.kind = 'COMMUNITY') as communities,
                 count(*) filter (where f.kind = 'BASE') as bases
            from put_frozen f
           cross join lateral unnest(string_to_array(trim(both '/' from f.path), '/'))
             as a (organisation_id)
           group by a.organisation_id) n on n.organisation_id = o.id
      returning *`,
    },
    {
      cte: 'put_first_roll_ups',
      sql: (from) => `
      insert into roll_up_change
             (campaign_id, organisation_id, revision, at, villages, villages_conforming,
              communities, communities_conforming, bases, bases_conforming, subject_id, sequence)
      select $1, p.organisation_id, p.revision, r.at, p.villages, p.villages_conforming,
             p.communities, p.communities_conforming, p.bases, p.bases_conforming, r.subject_id,
             r.sequence
        from put_roll_ups p cross join ${from}`,
    },
  ],
} as const satisfies Table;

const set = (columns: readonly (readonly [string, string])[]): string =>
  columns.map(([column]) => `${column} = excluded.${column}`).join(', ');

export const CONFORMANCE_TABLES = {
  rosters: insert('roster', [
    ['version', 'integer'],
    ['at', 'timestamptz'],
    ['reason', 'text?'],
    ['changed_by', 'text'],
  ]),
  rostersFrozen: FREEZE,
  rosterSitesAdded: insert('roster_site', [
    ['site_id', 'text'],
    ['since_version', 'integer'],
    ['since', 'timestamptz'],
    ['organisation_id', 'text'],
    ['path', 'text'],
    ['kind', 'text'],
    ['name', 'text'],
  ]),
  rosterSitesRemoved: change(
    'end_roster_site',
    [
      ['site_id', 'text'],
      ['version', 'integer'],
      ['at', 'timestamptz'],
    ],
    (from) => `
      update roster_site s set until = r.at, until_version = r.version from ${from}
       where s.campaign_id = $1 and s.site_id = r.site_id and s.until is null`,
  ),
  conformances: insert(
    'conformance',
    [
      ['site_id', 'text'],
      ['revision', 'integer'],
      ['conforms', 'boolean'],
      ['assessed_on', 'date'],
      ['assessed_at', 'timestamptz'],
      ['lost_at', 'timestamptz?'],
    ],
    `on conflict (campaign_id, site_id) do update set revision = excluded.revision,
       conforms = excluded.conforms, assessed_on = excluded.assessed_on,
       assessed_at = excluded.assessed_at, lost_at = excluded.lost_at`,
  ),
  conformanceChanges: insert('conformance_change', [
    ['site_id', 'text'],
    ['revision', 'integer'],
    ['conforms', 'boolean'],
    ['stands', 'boolean'],
    ['assessed_on', 'date'],
    ['at', 'timestamptz'],
    ['source', 'text'],
    ['clause', 'text'],
    ['criteria', 'text[]'],
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
    ['recorded_by', 'text'],
  ]),
  rollUps: insert(
    'roll_up',
    [
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['code_path', 'text'],
      ['level', 'text'],
      ['revision', 'integer'],
      ...COUNTED,
    ],
    `on conflict (campaign_id, organisation_id) do update set
       revision = excluded.revision, ${set(COUNTED)}`,
  ),
  rollUpChanges: insert('roll_up_change', [
    ['organisation_id', 'text'],
    ['revision', 'integer'],
    ['at', 'timestamptz'],
    ...COUNTED,
    ['subject_id', 'uuid'],
    ['sequence', 'integer'],
  ]),
  supplements: insert('supplement', [
    ['organisation_id', 'text'],
    ['category', 'text'],
    ['version', 'integer'],
    ['path', 'text'],
    ['subject_id', 'uuid'],
    ['changes', 'jsonb'],
    ['approved_at', 'timestamptz'],
    ['approved_by', 'text'],
  ]),
};
