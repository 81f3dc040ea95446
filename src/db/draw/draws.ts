// Draws: the inputs of decisions, and the published part for readers. Only decisions read the secret.

import type { DrawRule, DrawSnapshot } from '../../rules/draw/draw.ts';
import type { SealedPlace } from '../../sealing/vault.ts';
import { given } from '../kernel/filters.ts';
import { concern } from '../kernel/reach.ts';
import { SUBJECT_COLUMNS } from '../kernel/subject-reads.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const ROUNDS = statement(
  'find-rounds',
  'select round from draw where campaign_id = $1 and round = any ($2::int[])',
);

/** Those of these rounds that have been drawn or prepared already, cancelled ones too. */
export async function findRounds(
  tx: Tx,
  campaignId: string,
  rounds: readonly number[],
): Promise<Set<number>> {
  const rows = await run<{ round: number }>(tx, ROUNDS, [campaignId, rounds]);
  return new Set(rows.map(({ round }) => round));
}

// A draw that was not published before its reveal can never be, and came to nothing as one that was cancelled.
const FELL = `(s.state = 'cancelled' or (s.state = 'prepared'
                and (s.context ->> 'revealAt')::timestamptz <= now_instant()))`;

const FALLEN = statement(
  'find-fallen-draws',
  `
    select d.rule ->> 'population' as population, d.round,
           exists (select 1 from subject r
                    where r.campaign_id = $1 and r.machine = 'draw'
                      and r.context -> 'repeats' @> to_jsonb(d.round)) as repeated
      from draw d
      join subject s on s.campaign_id = d.campaign_id and s.id = d.id
     where d.campaign_id = $1 and ${FELL}
     order by d.round`,
);

/** The draws of a campaign that came to nothing, and whether a later one names them already. */
export const findFallen = (
  tx: Tx,
  campaignId: string,
): Promise<{ population: string; round: number; repeated: boolean }[]> =>
  run(tx, FALLEN, [campaignId]);

const PREDECESSORS = statement(
  'list-predecessors-of-draw',
  `
    select s.id, d.round, s.context ->> 'publishedAt' as "publishedAt",
           s.context ->> 'cancelledAt' as "cancelledAt", s.context ->> 'reason' as reason,
           coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) order by by.index)
                       from jsonb_array_elements_text(s.context -> 'cancelledBy')
                              with ordinality as by (id, index)
                       join principal p on p.id = by.id::uuid), '[]') as "cancelledBy"
      from draw own
      join subject of_own on of_own.campaign_id = own.campaign_id and of_own.id = own.id
      join draw d on d.campaign_id = own.campaign_id and d.id <> own.id
       and d.rule ->> 'population' = own.rule ->> 'population'
      join subject s on s.campaign_id = d.campaign_id and s.id = d.id
     where own.campaign_id = $1 and own.id = $2 and s.created_at <= of_own.created_at and ${FELL}
     order by d.round`,
);

type Predecessor = {
  id: string;
  round: number;
  publishedAt: string | null;
  cancelledAt: string | null;
  reason: string | null;
  cancelledBy: { id: string; name: string }[];
};

/**
 * The draws over the same kind of units that were prepared before this one and came to nothing, whether it names
 * them or not.
 */
export const listPredecessors = (
  db: Parameters<typeof run>[0],
  campaignId: string,
  id: string,
): Promise<Predecessor[]> => run<Predecessor>(db, PREDECESSORS, [campaignId, id]);

const FIND_DRAW_MATERIALS = statement(
  'find-draw-materials',
  `
    select d.id, d.snapshot, d.rule, s.secret
      from draw d
      join draw_secret s on s.campaign_id = d.campaign_id and s.id = d.id
     where d.campaign_id = $1 and d.id = any ($2::uuid[])`,
);

/** Where the secret of a draw is sealed. */
export const drawSecretAt = (id: string): SealedPlace => ({
  table: 'draw_secret',
  row: id,
  column: 'secret',
});

/** The secret is sealed. */
export type DrawMaterial = { id: string; snapshot: DrawSnapshot; rule: DrawRule; secret: string };

/** The inputs of these draws, the secret among them, which nobody may ever be told. */
export async function findDrawMaterials(
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, DrawMaterial>> {
  const rows = await run<DrawMaterial>(tx, FIND_DRAW_MATERIALS, [campaignId, ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

// A random inspection names its draw and its unit; it may hang on a candidate or on the campaign.
const REPORTED = `
  exists (select 1 from record r
           where r.campaign_id = u.campaign_id and r.ledger in ('inspection', 'conformance')
             and r.kind = 'RANDOM' and r.body ->> 'drawId' = u.draw_id::text
             and r.body ->> 'unitId' = u.unit_id)`;

const UNINSPECTED = statement(
  'find-uninspected',
  `
    select u.draw_id as id, u.name from draw_unit u
     where u.campaign_id = $1 and u.draw_id = any ($2::uuid[]) and not ${REPORTED}
     order by u.draw_id, u.stratum, u.position`,
);

/** The drawn units that have no random inspection on record, by name. */
export const findUninspected = (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<{ id: string; name: string }[]> => run(tx, UNINSPECTED, [campaignId, ids]);

const FIND_DRAWN = statement(
  'find-drawn',
  `
    select asked.index, u.unit_id as "unitId", u.inspectors
      from unnest($2::int[], $3::uuid[], $4::uuid[], $5::text[])
             as asked (index, draw_id, candidate_id, site_id)
      join draw_unit u on u.campaign_id = $1 and u.draw_id = asked.draw_id
       and (u.candidate_id = asked.candidate_id or u.site_id = asked.site_id)`,
);

type DrawnRow = {
  index: number;
  unitId: string;
  inspectors: { id: string; name: string }[];
};

/** The drawn unit that each random inspection names, with its inspectors; no row for a unit not drawn. */
export const findDrawn = (
  tx: Tx,
  campaignId: string,
  asked: readonly { drawId: string | null; candidateId: string | null; siteId: string | null }[],
): Promise<DrawnRow[]> =>
  run<DrawnRow>(tx, FIND_DRAWN, [
    campaignId,
    asked.map((_, index) => index),
    asked.map(({ drawId }) => drawId),
    asked.map(({ candidateId }) => candidateId),
    asked.map(({ siteId }) => siteId),
  ]);

const select = (db: Reads) =>
  db
    .selectFrom('subject')
    .innerJoin('draw', (join) =>
      join
        .onRef('draw.campaign_id', '=', 'subject.campaign_id')
        .onRef('draw.id', '=', 'subject.id'),
    )
    .select(['draw.round', ...SUBJECT_COLUMNS]);

export type DrawRow = Awaited<ReturnType<typeof listDraws>>[number];

/** One draw with the population and the rule that were published. */
export const findDraw = (db: Reads, campaignId: string, id: string) =>
  select(db)
    .select(['draw.snapshot', 'draw.rule'])
    .where('subject.campaign_id', '=', campaignId)
    .where('subject.id', '=', id)
    .executeTakeFirst();

/** Draws of the campaigns that concern these places, by campaign and round. */
export const listDraws = (
  db: Reads,
  filter: {
    concerning: readonly string[];
    campaignId?: string | undefined;
    after?: readonly [campaignId: string, round: number] | undefined;
    limit: number;
  },
) => {
  const { campaignId, after } = filter;
  return select(db)
    .where(concern('subject.path', filter.concerning))
    .where((eb) => given(eb, { 'subject.campaign_id': campaignId }))
    .where((eb) =>
      after === undefined
        ? eb.lit(true)
        : eb(eb.refTuple('subject.campaign_id', 'draw.round'), '>', eb.tuple(...after)),
    )
    .orderBy('subject.campaign_id')
    .orderBy('draw.round')
    .limit(filter.limit)
    .execute();
};

const POPULATION_CANDIDATES = statement(
  'population-of-candidates',
  `
    select c.id::text as id, c.name, c.path, c.category as kind,
           coalesce((select t.name from organisation t
                      where t.kind = 'TOWNSHIP' and starts_with(c.path, t.path)), '') as township
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
     where c.campaign_id = $1 and starts_with(c.path, $2) and s.follows_phase
       and ($3::text[] is null or c.category = any ($3))
     order by c.id limit $4`,
);
const POPULATION_SITES = statement(
  'population-of-sites',
  `
    select s.id, s.name, s.path, s.kind,
           coalesce((select t.name from organisation t
                      where t.kind = 'TOWNSHIP' and starts_with(s.path, t.path)), '') as township
      from site s
     where starts_with(s.path, $2) and ($3::text[] is null or s.kind = any ($3))
       and $1::uuid is not null
     order by s.id limit $4`,
);

export type PopulationRow = {
  id: string;
  name: string;
  path: string;
  kind: string;
  township: string;
};

/** The units that pass the rule's filter, at most `limit`, read in one statement. */
export const listPopulation = (
  db: Parameters<typeof run>[0],
  of: 'candidates' | 'sites',
  filter: {
    campaignId: string;
    path: string;
    kinds: readonly string[] | null;
    limit: number;
  },
): Promise<PopulationRow[]> =>
  run<PopulationRow>(db, of === 'candidates' ? POPULATION_CANDIDATES : POPULATION_SITES, [
    filter.campaignId,
    filter.path,
    filter.kinds,
    filter.limit,
  ]);

const FIND_INSPECTOR_POOL = statement(
  'find-inspector-pool',
  `
    select p.id, p.name, jsonb_agg(jsonb_build_object('role', g.role, 'kind', o.kind, 'path', o.path)
                           order by g.role, o.code_path) as grants
      from principal p
      join role_grant g on g.principal_id = p.id and g.present
      join organisation o on o.id = g.organisation_id
     where p.id = any ($1::uuid[]) and p.disabled_at is null
     group by p.id, p.name order by p.id`,
);

type PoolRow = {
  id: string;
  name: string;
  grants: { role: string; kind: string; path: string }[];
};

/** Those of these principals that exist and may act, with the bodies they act for. */
export const findPool = (
  db: Parameters<typeof run>[0],
  ids: readonly string[],
): Promise<PoolRow[]> => run<PoolRow>(db, FIND_INSPECTOR_POOL, [ids]);
