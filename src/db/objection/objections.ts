// Objections as they are read, and the candidates under public notice.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Reading } from '../../rules/access/recusal.ts';
import type { ChildFilter } from '../candidate/children.ts';
import { findChild, matchesChild, selectChildren } from '../candidate/children.ts';
import { dueAt } from '../kernel/deadlines.ts';
import { mayRead } from '../kernel/subject-reads.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const UNDER_NOTICE = statement(
  'is-under-notice',
  `
    select exists (select 1 from subject
                    where campaign_id = $1 and id = $2 and step = 'notice') as "isUnderNotice"`,
);

/** True while the candidate stands under public notice, be it held by an objection. */
export async function isUnderNotice(
  pool: pg.Pool,
  campaignId: string,
  candidateId: string,
): Promise<boolean> {
  const [row] = await run<{ isUnderNotice: boolean }>(pool, UNDER_NOTICE, [
    campaignId,
    candidateId,
  ]);
  return row?.isUnderNotice === true;
}

export type ObjectionRow = Awaited<ReturnType<typeof findObjection>> & object;

/** One objection; undefined when there is none of this id. */
export const findObjection = (db: Reads, campaignId: string, id: string) =>
  findChild(db, 'objection', campaignId, id);

/** Objections within reach, and those the reader raised, the newest first. */
export const listObjections = (
  db: Reads,
  filter: ChildFilter &
    Reading & {
      raisedBy: string;
      /** Only those whose objector gave the contact that has one of these marks. */
      contactMarks?: readonly string[];
      limit: number;
    },
): Promise<ObjectionRow[]> =>
  selectChildren(db, 'objection')
    .where((eb) =>
      eb.or([
        mayRead(filter),
        sql<boolean>`subject.context -> 'objector' ->> 'principalId' = ${filter.raisedBy}`,
      ]),
    )
    .where(matchesChild(filter))
    .where((eb) =>
      filter.contactMarks === undefined
        ? eb.lit(true)
        : eb(
            'subject.id',
            'in',
            db
              .selectFrom('objector')
              .select('objector.id')
              .where('objector.contact_mark', 'in', filter.contactMarks),
          ),
    )
    .limit(filter.limit)
    .execute();

const PUBLISHED = statement(
  'list-public-notices',
  `
    select s.id as "candidateId", s.campaign_id as "campaignId", p.name as "campaignName",
           p.plan_id as "planId", p.plan_version as "planVersion", c.category, c.name,
           c.person_name as "personName", c.organisation_id as "organisationId", s.stage, s.office,
           s.context -> 'deadline' -> 'basis' ->> 'at' as "openedAt",
           ${dueAt('s')} as "dueAt"
      from subject s
      join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
      join campaign p on p.campaign_id = s.campaign_id
     where s.machine = 'candidate' and s.step = 'notice'
       and ${dueAt('s')}::timestamptz > now_instant()
       and ($1::uuid is null or s.campaign_id = $1)
       and ($2::text is null or c.category = $2)
       and ($3::uuid is null or s.id > $3)
     order by s.id
     limit $4`,
);

export type PublishedRow = {
  candidateId: string;
  campaignId: string;
  campaignName: string;
  planId: string;
  planVersion: number;
  category: string;
  name: string;
  personName: string | null;
  organisationId: string;
  stage: string;
  /** The office that has to decide at the step. */
  office: string;
  openedAt: string;
  dueAt: string;
};

/** The candidates under public notice now; its last second has not passed. */
export const listPublished = (
  pool: pg.Pool,
  filter: {
    campaignId?: string | undefined;
    category?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<PublishedRow[]> =>
  run<PublishedRow>(pool, PUBLISHED, [
    filter.campaignId ?? null,
    filter.category ?? null,
    filter.after ?? null,
    filter.limit,
  ]);
