// Applications (申报, R62): the facts on record of a candidate that applies, and the frozen forms.

import type pg from 'pg';
import type {
  ApplicationBody,
  ApplicationFile,
  Dossier,
  RecordedEvidence,
  SelfCheckResult,
} from '../../rules/application/applications.ts';
import { EVIDENCE_MAX } from '../../rules/application/applications.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

// In the order of recording. The form itself is left out: it is no evidence of its own statements.
const EVIDENCE = statement(
  'find-dossier-evidence',
  `
    select asked.id as "candidateId", r.*
      from unnest($2::uuid[]) as asked (id)
     cross join lateral (
       select id, kind, clause, coalesce(body ->> 'occurredOn', '') as "occurredOn",
              coalesce(body ->> 'summary', '') as summary, verdict, attributes, status,
              case jsonb_typeof(body -> 'fileIds') when 'array' then body -> 'fileIds'
                else '[]' end as "fileIds",
              count(*) over ()::int as total
         from record
        where campaign_id = $1 and subject_id = asked.id and ledger = 'evidence'
          and superseded_by is null and kind <> 'application-form'
        order by sequence, id limit ${EVIDENCE_MAX}) r`,
);

type EvidenceRow = RecordedEvidence & { candidateId: string; total: number };

const SELF_CHECK = statement(
  'find-dossier-self-check',
  `
    select distinct on (subject_id) subject_id as "candidateId", body -> 'results' as results
      from record
     where campaign_id = $1 and subject_id = any ($2::uuid[]) and ledger = 'self-check'
     order by subject_id, sequence desc`,
);

const CREATED = statement(
  'find-dossier-created',
  `
    select subject_id as "candidateId", max(at) filter (where type = 'confirm-created') as confirmed,
           max(at) filter (where type = 'declare-created') as declared
      from event
     where campaign_id = $1 and subject_id = any ($2::uuid[])
       and type in ('confirm-created', 'declare-created')
     group by subject_id`,
);

const FILES = statement(
  'find-dossier-files',
  `
    select id, name, media_type as "mediaType", size_bytes as "sizeBytes", sha256
      from file where campaign_id = $1 and id = any ($2::uuid[])`,
);

const FIND_LAST_APPLICATIONS = statement(
  'find-last-applications',
  `
    select distinct on (candidate_id) candidate_id as "candidateId", body
      from application
     where campaign_id = $1 and candidate_id = any ($2::uuid[])
     order by candidate_id, number desc`,
);

/** The dossier of each of these candidates; each kind of data is one query. */
export async function findDossiers(
  tx: Tx,
  campaignId: string,
  candidateIds: readonly string[],
  fileIds: readonly string[],
): Promise<(candidateId: string) => Dossier> {
  const asked = [campaignId, candidateIds];
  const evidence = await run<EvidenceRow>(tx, EVIDENCE, asked);
  const selfChecks = await run<{ candidateId: string; results: SelfCheckResult[] }>(
    tx,
    SELF_CHECK,
    asked,
  );
  const created = await run<{
    candidateId: string;
    confirmed: string | null;
    declared: string | null;
  }>(tx, CREATED, asked);
  const files =
    fileIds.length === 0 ? [] : await run<ApplicationFile>(tx, FILES, [campaignId, fileIds]);
  const last = await run<{ candidateId: string; body: ApplicationBody }>(
    tx,
    FIND_LAST_APPLICATIONS,
    asked,
  );
  const byId = new Map(files.map((file) => [file.id, file]));
  return (candidateId) => {
    const own = evidence.filter((row) => row.candidateId === candidateId);
    const made = created.find((row) => row.candidateId === candidateId);
    return {
      evidence: own.map(({ candidateId: _, total: __, ...row }) => row),
      evidenceTotal: own[0]?.total ?? 0,
      selfCheck: selfChecks.find((row) => row.candidateId === candidateId)?.results ?? [],
      createdAt: made?.confirmed ?? made?.declared ?? null,
      files: byId,
      previous: last.find((row) => row.candidateId === candidateId)?.body ?? null,
    };
  };
}

export type ApplicationRow = {
  number: number;
  stage: string;
  body: ApplicationBody;
  sha256: string;
  submittedAt: string;
  submittedBy: string;
};

const LIST_APPLICATIONS = statement(
  'list-applications',
  `
    select number, stage, body, sha256, submitted_at as "submittedAt",
           submitted_by as "submittedBy"
      from application where campaign_id = $1 and candidate_id = $2 order by number`,
);

/** Everything that was ever submitted of this candidate, in order. */
export const listApplications = (
  db: pg.Pool | Tx,
  campaignId: string,
  candidateId: string,
): Promise<ApplicationRow[]> =>
  run<ApplicationRow>(db, LIST_APPLICATIONS, [campaignId, candidateId]);
