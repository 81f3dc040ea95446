// The ledgers of a subject, as they are read: evidence, self-checks, scores, inspections.

import { sql } from 'kysely';
import type { Recusal } from '../../rules/access/recusal.ts';
import { given } from '../kernel/filters.ts';
import { lieWithin } from '../kernel/reach.ts';
import { openTo, placeOpenTo } from '../kernel/recusal.ts';
import type { Reads } from '../tables.ts';

const select = (db: Reads) =>
  db
    .selectFrom('record')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'record.campaign_id')
        .onRef('subject.id', '=', 'record.subject_id'),
    )
    .select([
      'record.campaign_id as campaignId',
      'record.subject_id as subjectId',
      'record.id',
      'record.ledger',
      'record.kind',
      'record.clause',
      'record.body',
      'record.sequence',
      'record.recorded_at as recordedAt',
      'record.recorded_by as recordedBy',
      'record.verdict',
      'record.attributes',
      'record.remark',
      'record.assessed_at as assessedAt',
      'record.assessed_by as assessedBy',
      'record.status',
      sql<string | null>`record.closed_on::text`.as('closedOn'),
      'record.closing',
      'record.superseded_by as supersededBy',
      'record.supersede_reason as supersedeReason',
      'subject.machine',
    ]);

export type RecordRow = Awaited<ReturnType<typeof listRecords>>[number];

/** The rows of one ledger of one subject, in the order in which they were recorded. */
export const listRecords = (
  db: Reads,
  filter: {
    campaignId: string;
    subjectId: string;
    ledger: string;
    kind?: string | undefined;
    after?: readonly [sequence: number, id: string] | undefined;
    limit: number;
  },
) =>
  select(db)
    .where('record.campaign_id', '=', filter.campaignId)
    .where('record.subject_id', '=', filter.subjectId)
    .where('record.ledger', '=', filter.ledger)
    .where((eb) => given(eb, { 'record.kind': filter.kind }))
    .$if(filter.after !== undefined, (q) =>
      q.where(
        sql<boolean>`(record.sequence, record.id)
          > (${filter.after?.[0]}::int, ${filter.after?.[1]})`,
      ),
    )
    .orderBy('record.sequence')
    .orderBy('record.id')
    .limit(filter.limit)
    .execute();

type InspectionRow = RecordRow & {
  /** The name of the candidate, or of the site that is not one. */
  inspectedName: string | null;
  unitName: string | null;
  unitId: string | null;
};

/** Inspections of candidates, and of sites that are not candidates, the newest first. */
export const listInspections = (
  db: Reads,
  filter: {
    reaches: readonly string[];
    recusal: Recusal | null;
    campaignId?: string | undefined;
    candidateId?: string | undefined;
    kind?: string | undefined;
    after?: readonly [recordedAt: string, id: string] | undefined;
    limit: number;
  },
): Promise<InspectionRow[]> => {
  const { recusal, campaignId, candidateId, kind, after } = filter;
  return select(db)
    .leftJoin('site', (join) => join.on(sql<boolean>`site.id = record.body ->> 'siteId'`))
    .leftJoin('candidate', (join) =>
      join
        .onRef('candidate.campaign_id', '=', 'record.campaign_id')
        .onRef('candidate.id', '=', 'record.subject_id'),
    )
    .leftJoin('organisation as unit', (join) =>
      join.on(sql<boolean>`unit.id = coalesce(candidate.organisation_id, site.organisation_id)`),
    )
    .select([
      sql<string | null>`coalesce(candidate.name, site.name)`.as('inspectedName'),
      'unit.name as unitName',
      'unit.id as unitId',
    ])
    .where((eb) =>
      eb.or([
        eb.and([
          eb('subject.machine', '=', 'candidate'),
          lieWithin('subject.path', filter.reaches),
          openTo(recusal, 'record.campaign_id', 'record.subject_id'),
        ]),
        // An inspection of a site that is not a candidate hangs on the campaign and lies at the site.
        eb.and([
          eb('subject.machine', '=', 'campaign'),
          lieWithin('site.path', filter.reaches),
          placeOpenTo(recusal, 'record.campaign_id', 'site.path'),
        ]),
      ]),
    )
    .where('record.ledger', '=', 'inspection')
    .where((eb) =>
      given(eb, {
        'record.campaign_id': campaignId,
        'record.subject_id': candidateId,
        'record.kind': kind,
      }),
    )
    .$if(after !== undefined, (q) =>
      q.where(
        sql<boolean>`(record.recorded_at, record.id) < (${after?.[0]}::timestamptz, ${after?.[1]})`,
      ),
    )
    .orderBy('record.recorded_at', 'desc')
    .orderBy('record.id', 'desc')
    .limit(filter.limit)
    .execute();
};
