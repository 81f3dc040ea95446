// The facts that guards need beyond their own subject: one set-based query for each kind of fact.

import type { CampaignFacts } from '../../../machines/campaign/events.ts';
import type { CandidateFacts } from '../../../machines/candidate/events.ts';
import type { Training } from '../../rules/candidate/training.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const RECTIFICATIONS = statement(
  'count-open-rectifications',
  `
    select parent_id as id, count(*)::int as open
      from subject
     where campaign_id = $1 and parent_id = any ($2::uuid[])
       and machine = 'rectification' and status = 'active'
     group by parent_id`,
);

/** Open orders of these candidates; they change only under the candidate's lock. */
export async function countOpenRectifications(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await run<{ id: string; open: number }>(tx, RECTIFICATIONS, [
    campaignId,
    candidateIds,
  ]);
  return new Map(rows.map(({ id, open }) => [id, open]));
}

const RECORDS = statement(
  'find-evidence',
  `
    select subject_id as "subjectId", id, kind, verdict, attributes, body, status
      from record
     where campaign_id = $1 and subject_id = any ($2::uuid[]) and ledger = 'evidence'
       and superseded_by is null
     order by subject_id, sequence`,
);

type EvidenceRow = {
  subjectId: string;
  id: string;
  kind: string;
  verdict: 'accepted' | 'rejected' | null;
  attributes: { [name: string]: string };
  body: { detail?: { [name: string]: unknown }; siteIds?: string[] };
  /** The status of evidence that is raised and solved; null of other evidence. */
  status: 'open' | 'solved' | null;
};

/** The evidence of these candidates; it changes only under the candidate's lock. */
export const findEvidence = (
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
): Promise<EvidenceRow[]> => run<EvidenceRow>(tx, RECORDS, [campaignId, candidateIds]);

// Township inspections supervise (R72); the county's own visits are not part of a township's system (R14).
const SITES = statement(
  'find-sites-under',
  `
    select asked.path as asked, s.id, s.kind, s.path, s.facts,
           (exists (select 1 from record r
                     where r.campaign_id = $1 and r.ledger = 'inspection'
                       and r.kind in ('SCHEDULED', 'UNSCHEDULED') and r.body ->> 'siteId' = s.id)
            or exists (select 1 from record r
                         join subject u on u.campaign_id = r.campaign_id and u.id = r.subject_id
                        where r.campaign_id = $1 and r.ledger = 'evidence'
                          and r.kind = 'supervision' and r.verdict is distinct from 'rejected'
                          and r.superseded_by is null
                          and r.body -> 'siteIds' ? s.id
                          and s.path like u.path || '%')) as supervised
      from unnest($2::text[]) as asked (path)
      join roster_site m on m.campaign_id = $1 and m.until is null
       and m.path like asked.path || '%'
      join site s on s.id = m.site_id
     order by s.id`,
);

export type SiteFactsRow = {
  asked: string;
  id: string;
  kind: 'VILLAGE' | 'COMMUNITY' | 'BASE';
  path: string;
  facts: { [name: string]: unknown };
  supervised: boolean;
};

/**
 * Every site of the roster below these places, with this campaign's findings about it. Evidence counts
 * for the sites below the place that recorded it, and for no neighbour's.
 */
export const findSitesUnder = (
  tx: Tx,
  campaignId: string,
  paths: readonly string[],
): Promise<SiteFactsRow[]> => run<SiteFactsRow>(tx, SITES, [campaignId, paths]);

const TRAININGS = statement(
  'find-trainings',
  `
    select u.path, r.body ->> 'occurredOn' as "occurredOn",
           coalesce(r.body -> 'siteIds', '[]') as "siteIds",
           case jsonb_typeof(r.body #> '{detail,posts}')
             when 'array' then r.body #> '{detail,posts}' else '[]' end as posts
      from record r
      join subject u on u.campaign_id = r.campaign_id and u.id = r.subject_id
     where r.campaign_id = $1 and r.ledger = 'evidence' and r.kind = 'administrator-training'
       and r.verdict is distinct from 'rejected' and r.superseded_by is null
       and exists (select 1 from unnest($2::text[]) as asked (path)
                    where u.path like asked.path || '%' or asked.path like u.path || '%')`,
);

/** Trainings of site administrators recorded at, above or below these places. */
export const findTrainings = (
  tx: Tx,
  campaignId: string,
  paths: readonly string[],
): Promise<Training[]> => run(tx, TRAININGS, [campaignId, paths]);

const SITE_FACTS = statement(
  'find-site-facts',
  'select id, facts from site where id = any ($1::text[])',
);

/** The recorded facts of these sites, such as `televisionInches`. */
export async function findSiteFacts(
  tx: Tx,
  siteIds: readonly string[],
): Promise<Map<string, { [name: string]: unknown }>> {
  const rows = await run<{ id: string; facts: { [name: string]: unknown } }>(tx, SITE_FACTS, [
    siteIds,
  ]);
  return new Map(rows.map(({ id, facts }) => [id, facts]));
}

const MEASURE_REACH = statement(
  'measure-reach',
  `
    select asked.path,
           coalesce((select jsonb_agg(s.id order by s.id) from site s
             where s.path like asked.path || '%' and s.kind <> 'BASE'), '[]') as sites,
           coalesce((select jsonb_agg(distinct named.id)
              from subject u
              join record r on r.campaign_id = u.campaign_id and r.subject_id = u.id
               and r.ledger = 'evidence' and r.kind = 'mobilization' and r.superseded_by is null
             cross join lateral jsonb_array_elements_text(r.body -> 'siteIds') as named (id)
              join site on site.id = named.id and site.path like asked.path || '%'
               and site.kind <> 'BASE'
             where u.campaign_id = $1 and u.machine = 'candidate'
               and u.path like asked.path || '%'), '[]') as reached
      from unnest($2::text[]) as asked (path)`,
);

/** Village and community sites below these places, and those that a mobilization has reached (R49). */
export async function countReach(
  tx: Tx,
  campaignId: string,
  paths: readonly string[],
): Promise<Map<string, CandidateFacts['reach']>> {
  const rows = await run<{ path: string; sites: string[]; reached: string[] }>(tx, MEASURE_REACH, [
    campaignId,
    paths,
  ]);
  return new Map(
    rows.map(({ path, sites, reached }) => {
      const missing = sites.filter((id) => !reached.includes(id));
      const counted = { sites: sites.length, reached: reached.length };
      return [path, missing.length === 0 ? counted : { ...counted, missing }];
    }),
  );
}

const ASSESSED = statement(
  'find-assessed',
  `
    select r.subject_id as "subjectId", r.id, r.kind, r.verdict, r.recorded_by as "recordedBy",
           r.superseded_by is not null as superseded, r.body -> 'detail' ->> 'title' as title
      from unnest($2::uuid[], $3::text[]) as asked (subject_id, id)
     cross join lateral (
       select * from record
        where campaign_id = $1 and subject_id = asked.subject_id and ledger = 'evidence'
          and id = asked.id
       offset 0) r`,
);

export type AssessedRow = {
  subjectId: string;
  id: string;
  kind: string;
  verdict: string | null;
  recordedBy: string;
  superseded: boolean;
  title: string | null;
};

/** The evidence that assessments refer to. */
export const findAssessed = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; id: string }[],
): Promise<AssessedRow[]> =>
  run<AssessedRow>(tx, ASSESSED, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ id }) => id),
  ]);

const DUTIES = statement(
  'count-duties',
  `
    with township as (
      select o.id, o.path from organisation o
       where o.kind = 'TOWNSHIP' and o.path like $2 || '%' and o.ended_on is null
    ), unit as (
      select s.id, t.id as township_id
        from township t
        join subject s on s.campaign_id = $1 and s.machine = 'candidate'
         and s.organisation_id = t.id
    ), live as (
      select s.* from subject s
       where s.campaign_id = $1 and s.machine = 'candidate' and s.follows_phase
    )
    select (select count(*)::int from township) as townships,
           (select count(distinct u.township_id)::int from unit u
              join event e on e.campaign_id = $1 and e.subject_id = u.id
               and e.type = 'approve-plan') as "townshipsPlanned",
           (select count(distinct u.township_id)::int from unit u
              join event e on e.campaign_id = $1 and e.subject_id = u.id
               and e.type = 'confirm-mobilization') as "townshipsMobilized",
           (select count(*)::int from township t where exists (
              select 1 from subject s
                join record r on r.campaign_id = s.campaign_id and r.subject_id = s.id
                 and r.ledger = 'evidence' and r.kind = 'activity' and r.superseded_by is null
               where s.campaign_id = $1 and s.machine = 'candidate'
                 and s.path like t.path || '%')) as "townshipsActive",
           (select count(*)::int from live where state = 'declared') as "undecidedDeclarations",
           (select count(*)::int from live
             where step = 'self-check') as created,
           (select count(*)::int from live
             where step = 'self-check'
               and context ->> 'selfCheckedAt' is not null) as "selfChecked",
           (select count(*)::int from record r where r.campaign_id = $1
               and r.ledger = 'inspection' and r.kind = 'FIELD_VISIT') as "fieldVisits",
           (select count(*)::int from record r where r.campaign_id = $1
               and r.ledger = 'inspection' and r.kind = 'RANDOM') as "randomInspections",
           (select count(*)::int from live) as live,
           jsonb_build_object(
             'every-township-has-a-plan', (select jsonb_agg(t.id order by t.path) from township t
               where not exists (select 1 from unit u
                       join event e on e.campaign_id = $1 and e.subject_id = u.id
                        and e.type = 'approve-plan' where u.township_id = t.id)),
             'every-township-mobilized', (select jsonb_agg(t.id order by t.path) from township t
               where not exists (select 1 from unit u
                       join event e on e.campaign_id = $1 and e.subject_id = u.id
                        and e.type = 'confirm-mobilization' where u.township_id = t.id)),
             'every-township-held-activities', (select jsonb_agg(t.id order by t.path) from township t
               where not exists (select 1 from subject s
                       join record r on r.campaign_id = s.campaign_id and r.subject_id = s.id
                        and r.ledger = 'evidence' and r.kind = 'activity' and r.superseded_by is null
                      where s.campaign_id = $1 and s.machine = 'candidate'
                        and s.path like t.path || '%')),
             'no-undecided-declaration',
               (select jsonb_agg(id order by path, id) from live where state = 'declared'),
             'every-created-site-self-checked', (select jsonb_agg(id order by path, id) from live
               where step = 'self-check' and context ->> 'selfCheckedAt' is null),
             'every-candidate-decided', (select jsonb_agg(id order by path, id) from live)
           ) as missing,
           (select count(*)::int from live
             where phase < (select s.phase from subject s
                             where s.campaign_id = $1 and s.id = $1)) as behind`,
);

type Counted = Omit<CampaignFacts['duties'], 'owed' | 'missing'>;
type DutiesRow = Counted & { missing: { [gate: string]: string[] | null } };

/** The progress of the phases' duties, counted over the county's tree. */
export async function countDuties(
  tx: Tx,
  campaignId: string,
  countyPath: string,
): Promise<Omit<CampaignFacts['duties'], 'owed'>> {
  const [row] = await run<DutiesRow>(tx, DUTIES, [campaignId, countyPath]);
  if (row === undefined) throw new Error('counting gave no row');
  const { missing: lists, ...counted } = row;
  const lacking = Object.entries(lists).flatMap(([gate, ids]) =>
    ids === null ? [] : [[gate, ids]],
  );
  return lacking.length === 0 ? counted : { ...counted, missing: Object.fromEntries(lacking) };
}

const STANDING = statement(
  'count-standing',
  `
    select own.id, count(k.id)::int as count
      from unnest($2::uuid[], $3::text[]) as asked (id, organisation_id)
      join candidate own on own.campaign_id = $1 and own.id = asked.id
      left join candidate k on k.campaign_id = $1 and k.category = own.category and k.id <> own.id
       and k.organisation_id = asked.organisation_id
       and coalesce(k.person_key, '') = coalesce(own.person_key, '')
     group by own.id`,
);

/** How many candidates stand for this organisation in the category of each of these, and under its name. */
export async function countStanding(
  tx: Tx,
  campaignId: string,
  asked: readonly { id: string; organisationId: string }[],
): Promise<ReadonlyMap<string, number>> {
  if (asked.length === 0) return new Map();
  const rows = await run<{ id: string; count: number }>(tx, STANDING, [
    campaignId,
    asked.map(({ id }) => id),
    asked.map(({ organisationId }) => organisationId),
  ]);
  return new Map(rows.map(({ id, count }) => [id, count]));
}
