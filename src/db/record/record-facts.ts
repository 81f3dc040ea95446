// The facts that are checked before records are taken in: one set-based query for each kind of question,
// run only when a record of the batch needs it.

import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const SITES = statement(
  'find-named-sites',
  'select id, path from site where id = any ($1::text[])',
);

/** The places of these sites, by id. */
export async function findSitePaths(
  tx: Tx,
  siteIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await run<{ id: string; path: string }>(tx, SITES, [siteIds]);
  return new Map(rows.map(({ id, path }) => [id, path]));
}

// The share lock keeps the sweep from deleting a file that is about to be referred to.
const FILES = statement(
  'share-files',
  `
    select f.id, f.path, f.organisation_id as "organisationId", f.uploaded_by as "uploadedBy",
           array(select s.path from file_use u
                   join subject s on s.campaign_id = u.campaign_id and s.id = u.subject_id
                  where u.campaign_id = f.campaign_id and u.file_id = f.id) as "usedAt"
      from file f
     where f.campaign_id = $1 and f.id = any ($2::uuid[])
     order by f.id for key share of f`,
);

export type FilePlaces = {
  id: string;
  path: string;
  organisationId: string;
  uploadedBy: string;
  usedAt: string[];
};

/** The existing files of these ids, with the places they may be read from. */
export const lockUsedFiles = (
  tx: Tx,
  campaignId: string,
  ids: readonly string[],
): Promise<FilePlaces[]> => run<FilePlaces>(tx, FILES, [campaignId, ids]);

const SHOWN_ALREADY = statement(
  'find-shown-already',
  `
    select distinct asked.subject_id as "subjectId", asked.file_id as "fileId", r.id as "recordId",
           r.kind, r.body ->> 'occurredOn' as "occurredOn"
      from unnest($2::uuid[], $3::uuid[]) as asked (subject_id, file_id)
      join file f on f.campaign_id = $1 and f.id = asked.file_id
      join record r on r.campaign_id = $1 and r.subject_id = asked.subject_id
       and r.ledger = 'evidence' and r.kind <> 'application-form' and r.superseded_by is null
       and jsonb_typeof(r.body -> 'fileIds') = 'array'
     cross join lateral jsonb_array_elements_text(r.body -> 'fileIds') as shown (id)
      join file g on g.campaign_id = $1 and g.id::text = shown.id and g.sha256 = f.sha256
     order by r.id`,
);

export type ShownRow = {
  subjectId: string;
  fileId: string;
  recordId: string;
  kind: string;
  occurredOn: string;
};

/** The standing records of these candidates that already show these files, or others of the same content. */
export const findShownAlready = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; fileId: string }[],
): Promise<ShownRow[]> =>
  run<ShownRow>(tx, SHOWN_ALREADY, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ fileId }) => fileId),
  ]);

const FIND_SUPERSEDED = statement(
  'find-superseded',
  `
    select r.subject_id as "subjectId", r.id, r.kind, r.status is not null as lives,
           r.body -> 'detail' ->> 'title' as title
      from unnest($2::uuid[], $3::text[]) as asked (subject_id, id)
     cross join lateral (
       select * from record
        where campaign_id = $1 and subject_id = asked.subject_id and ledger = 'evidence'
          and id = asked.id and superseded_by is null
       offset 0) r`,
);

export type SupersededRow = {
  subjectId: string;
  id: string;
  kind: string;
  lives: boolean;
  title: string | null;
};

/** Those of these records that still stand, so that new ones may supersede them. */
export const findSuperseded = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; id: string }[],
): Promise<SupersededRow[]> =>
  run<SupersededRow>(tx, FIND_SUPERSEDED, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ id }) => id),
  ]);

const FIND_ALIKE = statement(
  'find-records-alike',
  `
    select distinct r.subject_id as "subjectId", r.kind, r.body
      from unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
             as asked (subject_id, kind, occurred_on, summary)
     cross join lateral (
       select * from record
        where campaign_id = $1 and subject_id = asked.subject_id and ledger = 'evidence'
          and superseded_by is null
       offset 0) r
     where r.kind = asked.kind and r.body ->> 'occurredOn' = asked.occurred_on
       and r.body ->> 'summary' = asked.summary`,
);

export type AlikeRow = {
  subjectId: string;
  kind: string;
  body: {
    occurredOn: string;
    summary: string;
    form: string | null;
    siteIds?: readonly string[];
    detail: object;
  };
};

/** The standing records of these candidates that are of the same kind and day and say the same. */
export const findAlike = (
  tx: Tx,
  campaignId: string,
  asked: readonly { subjectId: string; kind: string; occurredOn: string; summary: string }[],
): Promise<AlikeRow[]> =>
  run<AlikeRow>(tx, FIND_ALIKE, [
    campaignId,
    asked.map(({ subjectId }) => subjectId),
    asked.map(({ kind }) => kind),
    asked.map(({ occurredOn }) => occurredOn),
    asked.map(({ summary }) => summary),
  ]);

const FIND_STANDING_RECORDS = statement(
  'find-standing-records',
  `
    select subject_id as "subjectId", id, kind, body ->> 'occurredOn' as "occurredOn",
           body ->> 'form' as form
      from record
     where campaign_id = $1 and subject_id = any ($2::uuid[]) and ledger = 'evidence'
       and superseded_by is null
       and kind in ('consultation', 'implementation-plan', 'mobilization')
     order by sequence`,
);

export type StandingRow = {
  subjectId: string;
  id: string;
  kind: string;
  occurredOn: string;
  form: string | null;
};

/** The records a candidate's plan and mobilization rest on, in the order they were recorded. */
export const findStanding = (
  tx: Tx,
  campaignId: string,
  subjectIds: readonly string[],
): Promise<StandingRow[]> => run<StandingRow>(tx, FIND_STANDING_RECORDS, [campaignId, subjectIds]);

const CASES = statement(
  'find-claimed-cases',
  `
    select level, identity, subject_id as "subjectId" from showcase_case
     where campaign_id = $1 and identity = any ($2::text[]) order by level`,
);

export type ClaimedCase = { level: string; identity: string; subjectId: string };

/** The subjects, with levels, for which cases of these names already count. */
export const findClaimedCases = (
  tx: Tx,
  campaignId: string,
  identities: readonly string[],
): Promise<ClaimedCase[]> => run<ClaimedCase>(tx, CASES, [campaignId, identities]);
