// Conformance as it is read: places and the sites that fail, at any past instant.

import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import type { Counts, Level } from '../../rules/conformance/conformance.ts';
import { outermost, within } from '../kernel/reach.ts';
import { recusalJson } from '../kernel/recusal.ts';
import { run, statement } from '../kernel/transaction.ts';
import { COUNTS } from './conformance.ts';

type PlaceRow = {
  organisationId: string;
  name: string;
  codePath: string;
  level: Level;
  counts: Counts;
  changedAt: string;
};

// allConform of src/rules/conformance/conformance.ts, over its countedKinds, as SQL.
const WHOLE = `
  case when p.level = 'base' then r.bases > 0 and r.bases_conforming = r.bases
       when p.level = 'county' and $8::boolean
       then r.villages + r.communities + r.bases > 0
        and r.villages_conforming + r.communities_conforming + r.bases_conforming
            = r.villages + r.communities + r.bases
       else r.villages + r.communities > 0
        and r.villages_conforming + r.communities_conforming = r.villages + r.communities end`;

// The order is that of codes, as in the index: each reach gives the beginning of its own list, and a page
// reads only the places it shows.
const PLACES = statement(
  'read-roll-ups',
  `
    select page.*
      from organisation reach
     cross join lateral (
       select p.organisation_id as "organisationId", o.name, p.code_path as "codePath", p.level,
              ${COUNTS}, r.at as "changedAt"
         from roll_up p
         join organisation o on o.id = p.organisation_id
         join lateral (
           select c.* from roll_up_change c
            where c.campaign_id = p.campaign_id and c.organisation_id = p.organisation_id
              and c.at <= $2::timestamptz
            order by c.revision desc limit 1) r on true
        where p.campaign_id = $1
          and p.code_path >= reach.code_path
          and p.code_path < reach.code_path || chr(1114111)
          and p.code_path > coalesce($4::text, '')
          and not kept_from(p.campaign_id, p.path, p.path, false, $6::jsonb)
          and ($7::boolean is null or $7 = (${WHOLE}))
        order by p.code_path limit $5) page
     where reach.path = any ($3::text[])
     order by page."codePath" limit $5`,
);

/** The totals of the places under a path at an instant, from the top down. */
export const listRollUps = (
  pool: pg.Pool,
  filter: {
    campaignId: string;
    asOf: string;
    under: string;
    reaches: readonly string[];
    recusal: Recusal | null;
    after: string | null;
    limit: number;
    /** True: only places that are whole; false: only those that are not; null: all. */
    conforms: boolean | null;
    countyCountsBases: boolean;
  },
): Promise<PlaceRow[]> =>
  run(pool, PLACES, [
    filter.campaignId,
    filter.asOf,
    outermost(within(filter.under, filter.reaches)),
    filter.after,
    filter.limit,
    recusalJson(filter.recusal),
    filter.conforms,
    filter.countyCountsBases,
  ]);

type MemberRow = {
  siteId: string;
  name: string;
  kind: string;
  path: string;
  conforms: boolean;
  assessedOn: string | null;
  source: string | null;
  clause: string | null;
  criteria: string[];
};

const MEMBERS = statement(
  'read-roster',
  `
    select m.site_id as "siteId", s.name, m.kind, m.path, coalesce(c.conforms, false) as conforms,
           c.assessed_on::text as "assessedOn", c.source, c.clause,
           coalesce(c.criteria, '{}') as criteria
      from roster_site m
      join site s on s.id = m.site_id
      left join lateral (
        select * from conformance_change c
         where c.campaign_id = m.campaign_id and c.site_id = m.site_id and c.stands
           and c.at <= $2::timestamptz
         order by c.revision desc limit 1) c on true
     where m.campaign_id = $1 and m.since <= $2::timestamptz
       and (m.until is null or m.until > $2::timestamptz) and starts_with(m.path, $3)
       and exists (select 1 from unnest($4::text[]) as reach (path)
                    where starts_with(m.path, reach.path))
       and not kept_from(m.campaign_id, m.path, m.path, false, $8::jsonb)
       and ($5::boolean is null or coalesce(c.conforms, false) = $5)
       and ($6::text is null or m.site_id > $6)
     order by m.site_id limit $7`,
);

/** The roster at an instant, and the standing of each of its sites then. */
export const listRosterSites = (
  pool: pg.Pool,
  filter: {
    campaignId: string;
    asOf: string;
    under: string;
    reaches: readonly string[];
    recusal: Recusal | null;
    conforms: boolean | null;
    after: string | null;
    limit: number;
  },
): Promise<MemberRow[]> =>
  run(pool, MEMBERS, [
    filter.campaignId,
    filter.asOf,
    filter.under,
    filter.reaches,
    filter.conforms,
    filter.after,
    filter.limit,
    recusalJson(filter.recusal),
  ]);

const HISTORY = statement(
  'read-conformance-history',
  `
    select c.campaign_id as "campaignId", c.revision, c.conforms, c.stands,
           c.assessed_on::text as "assessedOn", c.at, c.source, c.clause, c.criteria,
           c.subject_id as "subjectId", c.sequence, c.recorded_by as "recordedBy"
      from conformance_change c
     where c.site_id = $1 and ($2::uuid is null or c.campaign_id = $2)
     order by c.campaign_id, c.revision limit 1000`,
);

type ChangeRow = {
  campaignId: string;
  revision: number;
  conforms: boolean;
  stands: boolean;
  assessedOn: string;
  at: string;
  source: string;
  clause: string;
  criteria: string[];
  subjectId: string;
  sequence: number;
  recordedBy: string;
};

export const listConformanceChanges = (
  pool: pg.Pool,
  siteId: string,
  campaignId: string | null,
): Promise<ChangeRow[]> => run(pool, HISTORY, [siteId, campaignId]);

const FACTS = statement(
  'read-site-facts',
  `
    select revision, at, recorded_by as "recordedBy", facts
      from site_fact_change
     where site_id = $1 and ($2::timestamptz is null or at <= $2::timestamptz)
     order by id desc limit $3`,
);

type FactsRow = {
  revision: number;
  at: string;
  recordedBy: string | null;
  facts: { [name: string]: unknown };
};

/** The changes of a site's facts, the newest first; with an instant, those up to it. */
export const listSiteFactChanges = (
  pool: pg.Pool,
  siteId: string,
  asOf: string | null,
  limit: number,
): Promise<FactsRow[]> => run(pool, FACTS, [siteId, asOf, limit]);
