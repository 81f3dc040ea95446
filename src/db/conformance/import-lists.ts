// The data that lists of rosters, assignments and scores are checked against.

import type pg from 'pg';
import type { ScoreSheetContext } from '../../../machines/assessment/events.ts';
import type { OrganisationKind } from '../../rules/county/divisions.ts';
import { placeName } from '../../rules/county/place-names.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type Connection = Tx | pg.Pool;

const ROSTER = statement(
  'roster-at-hand',
  `
    select m.site_id as "siteId", coalesce(s.name, m.name) as name,
           m.organisation_id as "organisationId"
      from roster_site m
      left join site s on s.id = m.site_id
     where m.campaign_id = $1 and m.until is null order by m.site_id`,
);
const ROSTER_VERSION = statement(
  'roster-version',
  `
    select (context ->> 'rosterVersion')::int as version
      from subject where campaign_id = $1 and id = $1`,
);

type RosterAtHand = {
  version: number;
  sites: { siteId: string; name: string; organisationId: string }[];
};

/** The roster as it stands, and its version: 0 before the campaign is issued. */
export async function findRoster(db: Connection, campaignId: string): Promise<RosterAtHand> {
  const [campaign] = await run<{ version: number }>(db, ROSTER_VERSION, [campaignId]);
  const sites = await run<RosterAtHand['sites'][number]>(db, ROSTER, [campaignId]);
  return { version: campaign?.version ?? 0, sites };
}

const PLACE = 'o.kind as "organisationKind", p.kind as "aboveKind", p.name as "aboveName"';

type Place = {
  organisationName: string;
  organisationKind: OrganisationKind;
  aboveKind: OrganisationKind | null;
  aboveName: string | null;
};

/** The row with its unit as people call it: 甲镇甲村. */
function placed<Row extends Place>({ organisationKind: kind, aboveKind, aboveName, ...row }: Row) {
  const above = aboveKind === null ? [] : [{ kind: aboveKind, name: aboveName ?? '' }];
  return { ...row, place: placeName({ kind, name: row.organisationName }, above) };
}

const CANDIDATES = statement(
  'candidates-by-name',
  `
    select c.id as "candidateId", c.category, c.name, c.person_name as "personName",
           o.code as "organisationCode", o.name as "organisationName", ${PLACE}, s.stage, s.state
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id
      left join organisation p on p.id = o.parent_id
     where c.campaign_id = $1 and s.status = 'active'
     order by c.category, o.code_path, c.id`,
);

type NamedCandidateRow = {
  candidateId: string;
  category: string;
  name: string;
  personName: string | null;
  organisationCode: string;
  organisationName: string;
  place: string;
  stage: string;
  state: string;
};

/** The candidates that still take part, by category and place. */
export const listNamedCandidates = async (
  db: Connection,
  campaignId: string,
): Promise<NamedCandidateRow[]> =>
  (await run<Omit<NamedCandidateRow, 'place'> & Place>(db, CANDIDATES, [campaignId])).map(placed);

const OWN_SHEETS = statement(
  'own-sheets',
  `
    select t.id as "sheetId", t.round, s.stage, s.revision, s.context,
           c.id as "candidateId", c.category, c.name, c.person_name as "personName",
           o.code as "organisationCode", o.name as "organisationName", ${PLACE}
      from score_sheet t
      join subject s on s.campaign_id = t.campaign_id and s.id = t.id
      join candidate c on c.campaign_id = t.campaign_id and c.id = t.candidate_id
      join organisation o on o.id = c.organisation_id
      left join organisation p on p.id = o.parent_id
     where t.campaign_id = $1 and t.assessor_id = $2::uuid
       and not exists (select 1 from conflict_of_interest i
                        where i.campaign_id = t.campaign_id and i.principal_id = t.assessor_id
                          and i.withdrawn_at is null
                          and starts_with(c.path, i.path))
     order by c.category, o.code_path, c.id, t.round`,
);

export type OwnSheetRow = Omit<NamedCandidateRow, 'stage' | 'state'> & {
  sheetId: string;
  round: number;
  stage: string;
  revision: number;
  context: ScoreSheetContext;
};

/** The sheets of this assessor, except those the assessor must stay away from. */
export const listOwnSheets = async (
  db: Connection,
  campaignId: string,
  assessorId: string,
): Promise<OwnSheetRow[]> =>
  (await run<Omit<OwnSheetRow, 'place'> & Place>(db, OWN_SHEETS, [campaignId, assessorId])).map(
    placed,
  );
