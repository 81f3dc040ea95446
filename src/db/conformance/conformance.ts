// Sites on the roster, their conformance, and the totals of the places above them, locked while something
// of a campaign is decided. Queries for readers are in conformance-reads.ts.

import type { Role } from '../../../machines/kit/access.ts';
import type { Authority } from '../../../machines/procedure/procedure.ts';
import type { Counts, Level } from '../../rules/conformance/conformance.ts';
import type { SiteKind } from '../../rules/county/organisations.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

export type RollUpRow = {
  organisationId: string;
  path: string;
  level: Level;
  revision: number;
  counts: Counts;
};

export const COUNTS = `
  jsonb_build_object(
    'VILLAGE', jsonb_build_object('total', r.villages, 'conforming', r.villages_conforming),
    'COMMUNITY', jsonb_build_object('total', r.communities, 'conforming', r.communities_conforming),
    'BASE', jsonb_build_object('total', r.bases, 'conforming', r.bases_conforming)) as counts`;

// A site on the roster counts where it was sealed, also when it has gone to the successor of its unit since.
const COUNTS_AT = `coalesce(
  (select r.path from roster_site r where r.campaign_id = $1 and r.site_id = s.id and r.until is null), s.path)`;

// A path is made of the ids of the organisations on the way to it, so no place is searched for.
const rollUps = (name: string, lock: string) =>
  statement(
    name,
    `
    select r.organisation_id as "organisationId", r.path, r.level, r.revision, ${COUNTS}
      from roll_up r
     where r.campaign_id = $1
       and r.organisation_id = any ($2::text[] || array(
             select unnest(string_to_array(trim(both '/' from ${COUNTS_AT}), '/'))
               from site s where s.id = any ($3::text[])))
     order by r.path ${lock}`,
  );
const ROLL_UPS = {
  none: rollUps('find-roll-ups', ''),
  share: rollUps('share-roll-ups', 'for share'),
  update: rollUps('lock-roll-ups', 'for update'),
};

/**
 * The rows of these organisations and of every place above these sites, locked from the county
 * down. A command that decides by a roll-up shares its row; one that changes it holds it alone.
 */
export const lockRollUps = (
  tx: Tx,
  campaignId: string,
  organisationIds: readonly string[],
  siteIds: readonly string[],
  lock: keyof typeof ROLL_UPS,
): Promise<RollUpRow[]> => run(tx, ROLL_UPS[lock], [campaignId, organisationIds, siteIds]);

export type SiteStandingRow = {
  id: string;
  name: string;
  organisationId: string;
  path: string;
  kind: SiteKind;
  onRoster: boolean;
  /** Null, like the three fields below, before anybody has assessed the site. */
  revision: number | null;
  conforms: boolean | null;
  assessedOn: string | null;
  lostAt: string | null;
  assessedAt: string | null;
};

const STANDINGS = statement(
  'find-site-standings',
  `
    select s.id, s.name, s.organisation_id as "organisationId", ${COUNTS_AT} as path, s.kind,
           exists (select 1 from roster_site r where r.campaign_id = $1 and r.site_id = s.id
                      and r.until is null) as "onRoster",
           c.revision, c.conforms, c.assessed_on::text as "assessedOn", c.lost_at as "lostAt", c.assessed_at as "assessedAt"
      from site s
      left join conformance c on c.campaign_id = $1 and c.site_id = s.id
     where s.id = any ($2::text[])
     order by s.id`,
);

/** The standing of these sites; to be read after their roll-ups are locked. */
export const findStandings = (
  tx: Tx,
  campaignId: string,
  siteIds: readonly string[],
): Promise<SiteStandingRow[]> => run(tx, STANDINGS, [campaignId, siteIds]);

export type AffectedRow = {
  id: string;
  subject: string;
  path: string;
  /** The role whose office has it before it; null while it waits or holds a title. */
  office: Role | null;
  siteId: string | null;
  appliedAt: string;
  conferredBy: Authority | null;
};

const AFFECTED = statement(
  'find-affected-candidates',
  `
    select c.id, u.context ->> 'subject' as subject, u.office, u.path, c.site_id as "siteId",
           u.context ->> 'appliedAt' as "appliedAt", u.context ->> 'conferredBy' as "conferredBy"
      from candidate c
      join subject u on u.campaign_id = c.campaign_id and u.id = c.id
     where c.campaign_id = $1
       and u.context ->> 'appliedAt' is not null
       and (u.step is not null or u.stage = 'conferred')
       and (c.site_id = any ($2::text[])
            or (u.context ->> 'subject' in ('township', 'county')
                and c.organisation_id = any (array(
                      select unnest(string_to_array(trim(both '/' from s.path), '/'))
                        from site s where s.id = any ($2::text[])))))
     order by c.id`,
);

/** Candidates that have applied with one of these sites, and the township and county above them. */
export const findAffected = (
  tx: Tx,
  campaignId: string,
  siteIds: readonly string[],
): Promise<AffectedRow[]> => run(tx, AFFECTED, [campaignId, siteIds]);

const REGRESSIONS = statement(
  'count-undecided-regressions',
  `
    select c.id,
           (select count(*)::int from subject g
             where g.campaign_id = $1 and g.parent_id = c.id and g.machine = 'regression'
               and g.status = 'active')
         + (select count(*)::int
              from conformance f
              join site s on s.id = f.site_id
             where f.campaign_id = $1 and not f.conforms
               and f.lost_at > (u.context ->> 'appliedAt')::timestamptz
               and (f.site_id = c.site_id
                    or (u.context ->> 'subject' in ('township', 'county')
                        and s.path like u.path || '%'
                        and (s.kind <> 'BASE' or (u.context ->> 'subject' = 'county' and $3))
                        and exists (select 1 from roster_site r
                                     where r.campaign_id = $1 and r.site_id = f.site_id
                                       and r.until is null)))
               and not exists (
                     select 1 from subject g
                      where g.campaign_id = $1 and g.parent_id = c.id and g.machine = 'regression'
                        and g.context ->> 'siteId' = f.site_id
                        and (g.context ->> 'lostAt')::timestamptz = f.lost_at)) as open
      from candidate c
      join subject u on u.campaign_id = c.campaign_id and u.id = c.id
     where c.campaign_id = $1 and c.id = any ($2::uuid[])`,
);

/** Sites that failed after these candidates applied and still await a decision, by candidate. */
export async function countRegressions(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
  countyCountsBases: boolean,
): Promise<Map<string, number>> {
  const rows = await run<{ id: string; open: number }>(tx, REGRESSIONS, [
    campaignId,
    candidateIds,
    countyCountsBases,
  ]);
  return new Map(rows.map(({ id, open }) => [id, open]));
}

const RUNNING_CAMPAIGNS_OF_SITES = statement(
  'running-campaigns-of-sites',
  `
    select distinct c.campaign_id as "campaignId", c.plan_id as "planId",
           coalesce((u.context ->> 'planVersion')::int, c.plan_version) as "planVersion",
           f.site_id as "siteId", s.path, s.kind, f.assessed_at as "assessedAt"
      from conformance f
      join campaign c on c.campaign_id = f.campaign_id
      join subject u on u.campaign_id = c.campaign_id and u.id = c.campaign_id
      join site s on s.id = f.site_id
     where f.site_id = any ($1::text[]) and f.conforms and u.status = 'active'
     order by c.campaign_id, f.site_id`,
);

type ConformingRow = {
  campaignId: string;
  planId: string;
  planVersion: number;
  siteId: string;
  path: string;
  kind: SiteKind;
  assessedAt: string;
};

/** Running campaigns in which these sites conform. */
export const findConforming = (tx: Tx, siteIds: readonly string[]): Promise<ConformingRow[]> =>
  run(tx, RUNNING_CAMPAIGNS_OF_SITES, [siteIds]);
