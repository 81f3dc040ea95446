// The candidates of a category who may still be selected, each with scores, open sheets and ballot round.

import type { ByStream, CountedSheet } from '../../../machines/candidate/scoring.ts';
import type { RankedRow } from '../../rules/selection/ranking.ts';
import { dueAt } from '../kernel/deadlines.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

type OwedSheet = {
  sheetId: string;
  stream: string;
  round: number;
  state: string;
  assessorId: string | null;
  assessorName: string | null;
  dueAt: string | null;
};

/** The last round of a candidate: `unreturned` is null unless its urn is open; it never tells a choice. */
type LastRound = {
  roundId: string;
  form: string;
  state: string;
  closesAt: string | null;
  onRoll: number;
  issued: number;
  unreturned: number | null;
};

export type ContenderRow = RankedRow & {
  name: string;
  organisationName: string;
  stage: string;
  state: string;
  selectable: 'later' | 'now' | 'if-reconsidered';
  scores: { sheets: ByStream<readonly CountedSheet[]> };
  sheets: OwedSheet[];
  /** The last round of each stream that has had one. */
  rounds: ByStream<LastRound>;
};

const CONTENDERS = statement(
  'find-contenders',
  `
    select s.id as "candidateId", c.name, o.name as "organisationName", s.stage, s.state,
           s.step, s.selectable,
           s.organisation_id as "organisationId", c.person_name as "personName",
           s.context ->> 'priorityClass' as "priorityClass",
           coalesce(s.context ->> 'appliedAt', '') as "appliedAt",
           jsonb_build_object('figures', s.context -> 'figures',
                              'compositeCenti', s.context -> 'compositeCenti',
                              'sheets', s.context -> 'sheets') as scores,
           coalesce((
             select jsonb_agg(jsonb_build_object('sheetId', t.id, 'stream', t.stream, 'round', t.round,
                      'state', ts.state, 'assessorId', t.assessor_id, 'assessorName', p.name,
                      'dueAt', ${dueAt('ts')}) order by t.round, t.id)
               from score_sheet t
               join subject ts on ts.campaign_id = t.campaign_id and ts.id = t.id
               left join principal p on p.id = t.assessor_id
              where t.campaign_id = c.campaign_id and t.candidate_id = c.id
                and ts.stage = 'open'), '[]') as sheets,
           (select coalesce(jsonb_object_agg(r.context ->> 'stream',
                     jsonb_build_object('roundId', r.id, 'form', r.context ->> 'form',
                     'state', r.state, 'closesAt', r.context ->> 'closesAt',
                     'onRoll', (select coalesce(sum(n::int), 0)
                                  from jsonb_each_text(r.context -> 'roll') as e (k, n)),
                     'issued', (select coalesce(sum(n::int), 0)
                                  from jsonb_each_text(r.context -> 'issued') as e (k, n)),
                     'unreturned', (select coalesce(sum(n::int), 0)
                                      from jsonb_each_text(r.context -> 'issued') as e (k, n))
                                   - slips_returned(r.campaign_id, r.id))
                     order by r.id), '{}')
              from subject r
             where r.campaign_id = c.campaign_id and r.parent_id = c.id
               and r.machine = 'ballot-round') as rounds
      from candidate c
      join subject s on s.campaign_id = c.campaign_id and s.id = c.id
      join organisation o on o.id = c.organisation_id
     where c.campaign_id = $1 and c.category = $2 and s.status = 'active'
       and s.selectable in ('later', 'now', 'if-reconsidered')
     order by s.id`,
);

/** Contenders by id; candidates who have left, lapsed or failed for good are left out. */
export const listContenders = (
  tx: Tx,
  campaignId: string,
  category: string,
): Promise<ContenderRow[]> => run<ContenderRow>(tx, CONTENDERS, [campaignId, category]);

const OWES_A_SHEET_IN_CATEGORY = statement(
  'owes-a-sheet-in-category',
  `
    select exists (select 1 from score_sheet t
                     join subject s on s.campaign_id = t.campaign_id and s.id = t.id
                     join candidate c on c.campaign_id = t.campaign_id and c.id = t.candidate_id
                    where t.campaign_id = $1 and c.category = $2 and t.assessor_id = $3::uuid
                      and s.stage = 'open') as owes`,
);

/** True while this person is yet to hand in a sheet about a candidate of this category. */
export async function hasOpenSheetIn(
  tx: Tx,
  campaignId: string,
  category: string,
  principalId: string,
): Promise<boolean> {
  const [row] = await run<{ owes: boolean }>(tx, OWES_A_SHEET_IN_CATEGORY, [
    campaignId,
    category,
    principalId,
  ]);
  return row?.owes ?? false;
}
