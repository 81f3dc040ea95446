// Score sheets as they are read: one, a worklist, all of a candidate, and their progress.

import { sql } from 'kysely';
import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import type { Colour } from '../inspection/colours.ts';
import { colourOf } from '../inspection/colours.ts';
import { dueAt, dueSoonAt } from '../kernel/deadlines.ts';
import { given } from '../kernel/filters.ts';
import { lieWithin } from '../kernel/reach.ts';
import { openTo } from '../kernel/recusal.ts';
import { SUBJECT_COLUMNS } from '../kernel/subject-reads.ts';
import { run, statement } from '../kernel/transaction.ts';
import type { Reads } from '../tables.ts';

const DUE_AT = sql<string | null>`${sql.raw(dueAt('subject'))}`;

/** The colour is never yellow, because nobody reports the progress of a sheet. */
const COLOUR = sql<Exclude<Colour, 'yellow'>>`${sql.raw(
  colourOf({
    isClosed: "subject.stage <> 'open'",
    dueAt: dueAt('subject'),
    dueSoonAt: dueSoonAt('subject'),
  }),
)}`;

/** The last reminder of the open obligation; null when nothing is owed. */
const LEVEL = sql<string | null>`(
  select o.level from obligation o
   where o.campaign_id = subject.campaign_id and o.subject_id = subject.id
     and o.closed_at is null
   order by o.generation desc limit 1)`;

const select = (db: Reads) =>
  db
    .selectFrom('score_sheet')
    .innerJoin('subject', (join) =>
      join
        .onRef('subject.campaign_id', '=', 'score_sheet.campaign_id')
        .onRef('subject.id', '=', 'score_sheet.id'),
    )
    .innerJoin('candidate', (join) =>
      join
        .onRef('candidate.campaign_id', '=', 'score_sheet.campaign_id')
        .onRef('candidate.id', '=', 'score_sheet.candidate_id'),
    )
    .leftJoin('principal', 'principal.id', 'score_sheet.assessor_id')
    .select([
      'score_sheet.candidate_id as candidateId',
      'score_sheet.stream',
      'score_sheet.round',
      'score_sheet.assessor_id as assessorId',
      'principal.name as assessorName',
      'candidate.name as candidateName',
      'candidate.category',
      'candidate.organisation_id as candidateOrganisationId',
      ...SUBJECT_COLUMNS,
      DUE_AT.as('dueAt'),
      COLOUR.as('colour'),
      LEVEL.as('level'),
    ]);

export type ScoreSheetRow = Awaited<ReturnType<typeof findScoreSheet>> & object;

/** One sheet; undefined when there is none of this id. */
export const findScoreSheet = (db: Reads, campaignId: string, id: string) =>
  select(db)
    .where('score_sheet.campaign_id', '=', campaignId)
    .where('score_sheet.id', '=', id)
    .executeTakeFirst();

/** Sheets in the order in which they are due. */
export const listScoreSheets = (
  db: Reads,
  filter: {
    reaches?: readonly string[] | undefined;
    campaignId?: string | undefined;
    candidateId?: string | undefined;
    stream?: string | undefined;
    assessorId?: string | undefined;
    category?: string | undefined;
    stage?: string | undefined;
    state?: string | undefined;
    overdue?: boolean | undefined;
    /** The sheets that the reader must stay away from, whatever the other filters say. */
    recusal?: Recusal | null;
    after?: readonly [dueAt: string, id: string] | undefined;
    limit: number;
  },
): Promise<ScoreSheetRow[]> => {
  const { reaches, campaignId, candidateId, stream, assessorId, category, stage, state, after } =
    filter;
  return select(db)
    .$if(reaches !== undefined, (q) => q.where(lieWithin('subject.path', reaches ?? [])))
    .where((eb) =>
      given(eb, {
        'score_sheet.campaign_id': campaignId,
        'score_sheet.candidate_id': candidateId,
        'score_sheet.stream': stream,
        'score_sheet.assessor_id': assessorId,
        'candidate.category': category,
        'subject.stage': stage,
        'subject.state': state,
      }),
    )
    .$if(filter.overdue !== undefined, (q) =>
      q.where(sql<boolean>`${filter.overdue} = (subject.stage = 'open'
        and ${DUE_AT}::timestamptz <= now_instant())`),
    )
    .where(openTo(filter.recusal ?? null, 'score_sheet.campaign_id', 'score_sheet.candidate_id'))
    .$if(after !== undefined, (q) =>
      q.where(
        sql<boolean>`(${DUE_AT}::timestamptz, score_sheet.id)
          > (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`,
      ),
    )
    .orderBy(sql`${DUE_AT}::timestamptz`)
    .orderBy('score_sheet.id')
    .limit(filter.limit)
    .execute();
};

export type SubmissionRow = {
  sheetId: string;
  number: number;
  assessorId: string;
  points: { [item: string]: number };
  notApplicable: { [item: string]: string };
  totalCenti: number;
  remark: string | null;
  submittedAt: string;
};

const SUBMISSIONS = statement(
  'find-submissions',
  `
    select sheet_id as "sheetId", number, assessor_id as "assessorId", points,
           not_applicable as "notApplicable", total_centi as "totalCenti", remark, submitted_at as "submittedAt"
      from score_sheet_submission
     where campaign_id = $1 and sheet_id = any ($2::uuid[])
     order by sheet_id, number`,
);

/** Every submission of these sheets, in order. */
export const findSubmissions = (
  pool: pg.Pool,
  campaignId: string,
  sheetIds: readonly string[],
): Promise<SubmissionRow[]> => run<SubmissionRow>(pool, SUBMISSIONS, [campaignId, sheetIds]);

const COUNTS = `
  count(*) filter (where s.state = 'assigned')::int as assigned,
  count(*) filter (where s.state = 'drafting')::int as drafting,
  count(*) filter (where s.state = 'vacant')::int as vacant,
  count(*) filter (where s.state = 'submitted')::int as submitted,
  count(*) filter (where s.state = 'accepted')::int as accepted,
  count(*) filter (where s.state = 'void')::int as void,
  count(*) filter (where s.stage = 'open'
    and ${dueAt('s')}::timestamptz <= now_instant())::int as overdue`;

const FROM = `
      from score_sheet t
      join subject s on s.campaign_id = t.campaign_id and s.id = t.id
      join candidate c on c.campaign_id = t.campaign_id and c.id = t.candidate_id`;

const PROGRESS = {
  candidate: statement(
    'sheets-by-candidate',
    `
      select c.id, c.name, ${COUNTS} ${FROM}
       where t.campaign_id = $1 and ($2::text is null or c.category = $2)
         and ($3::uuid is null or c.id > $3)
       group by c.id, c.name order by c.id limit $4`,
  ),
  assessor: statement(
    'sheets-by-assessor',
    `
      select p.id, p.name, ${COUNTS} ${FROM}
      join principal p on p.id = t.assessor_id
       where t.campaign_id = $1 and ($2::text is null or c.category = $2)
         and ($3::uuid is null or p.id > $3)
       group by p.id, p.name order by p.id limit $4`,
  ),
};

type ProgressRow = {
  id: string;
  name: string;
  assigned: number;
  drafting: number;
  vacant: number;
  submitted: number;
  accepted: number;
  void: number;
  overdue: number;
};

/** The number of sheets in each state, for each candidate or each assessor, by id. */
export const countSheets = (
  pool: pg.Pool,
  by: 'candidate' | 'assessor',
  filter: {
    campaignId: string;
    category: string | null;
    after: string | null;
    limit: number;
  },
): Promise<ProgressRow[]> =>
  run<ProgressRow>(pool, PROGRESS[by], [
    filter.campaignId,
    filter.category,
    filter.after,
    filter.limit,
  ]);

const FIND_SHEET_STANDING = statement(
  'find-sheet-standing',
  `
    select s.stage, s.state, t.assessor_id as "assessorId", t.candidate_id as "candidateId",
           t.round, c.path as "candidatePath", c.organisation_id as "candidateOrganisationId",
           exists (select 1 from score_sheet o
                     join subject os on os.campaign_id = o.campaign_id and os.id = o.id
                    where o.campaign_id = t.campaign_id and o.candidate_id = t.candidate_id
                      and o.stream = t.stream and o.round = t.round
                      and o.assessor_id = $3::uuid
                      and os.stage = 'open') as "callerOwes",
           exists (select 1 from score_sheet o
                     join subject os on os.campaign_id = o.campaign_id and os.id = o.id
                    where o.campaign_id = t.campaign_id and o.candidate_id = t.candidate_id
                      and o.stream = t.stream and o.round = t.round
                      and o.assessor_id = $3::uuid
                      and os.stage in ('submitted', 'accepted')) as "callerHasSubmitted"
      from score_sheet t
      join subject s on s.campaign_id = t.campaign_id and s.id = t.id
      join candidate c on c.campaign_id = t.campaign_id and c.id = t.candidate_id
     where t.campaign_id = $1 and t.id = $2`,
);

export type SheetStanding = {
  stage: string;
  state: string;
  assessorId: string | null;
  candidateId: string;
  round: number;
  candidatePath: string;
  candidateOrganisationId: string;
  callerOwes: boolean;
  callerHasSubmitted: boolean;
};

/** A sheet's state, and whether the caller owes or has submitted one of the same candidate and round. */
export async function findSheetStanding(
  pool: pg.Pool,
  campaignId: string,
  sheetId: string,
  callerId: string,
): Promise<SheetStanding | undefined> {
  const [row] = await run<SheetStanding>(pool, FIND_SHEET_STANDING, [
    campaignId,
    sheetId,
    callerId,
  ]);
  return row;
}

const OWES_A_SHEET_OF = statement(
  'owes-a-sheet-of',
  `
    select exists (select 1 from score_sheet t
                     join subject s on s.campaign_id = t.campaign_id and s.id = t.id
                    where t.campaign_id = $1 and t.candidate_id = $2 and t.assessor_id = $3::uuid
                      and s.stage = 'open') as owes`,
);

/** True while this person is yet to hand in a sheet about this candidate. */
export async function hasOpenSheetOf(
  pool: pg.Pool,
  campaignId: string,
  candidateId: string,
  principalId: string,
): Promise<boolean> {
  const [row] = await run<{ owes: boolean }>(pool, OWES_A_SHEET_OF, [
    campaignId,
    candidateId,
    principalId,
  ]);
  return row?.owes ?? false;
}

const OWED_CANDIDATES = statement(
  'list-owed-candidates',
  `
    select distinct t.candidate_id as id
      from score_sheet t
      join subject s on s.campaign_id = t.campaign_id and s.id = t.id
     where t.assessor_id = $1::uuid and s.stage = 'open'`,
);

/** The candidates that this person is yet to judge, in every campaign. */
export async function listOwedCandidates(pool: pg.Pool, principalId: string): Promise<string[]> {
  const rows = await run<{ id: string }>(pool, OWED_CANDIDATES, [principalId]);
  return rows.map(({ id }) => id);
}
