// The live subjects of a campaign, and the progress of a change of its policy.

import type pg from 'pg';
import type { SubjectRow } from '../kernel/subjects.ts';
import { SUBJECT_ROW } from '../kernel/subjects.ts';
import type { Tx } from '../kernel/transaction.ts';
import { run, statement } from '../kernel/transaction.ts';

const FIND_LIVE_SUBJECTS = statement(
  'find-live-subjects',
  `
    select ${SUBJECT_ROW}
      from subject s
      left join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
     where s.campaign_id = $1 and s.status = 'active'
       and ((s.machine = 'campaign' and s.stage <> 'draft')
            or (s.machine = 'candidate' and s.follows_phase))
     order by s.lock_rank, s.id limit $2`,
);

/** The campaign, once it is issued, and every candidate that is not in a final state. */
export const listLive = (tx: Tx, campaignId: string, limit: number): Promise<SubjectRow[]> =>
  run<SubjectRow>(tx, FIND_LIVE_SUBJECTS, [campaignId, limit]);

const DEADLINES = statement(
  'find-open-deadlines',
  `select subject_id as "subjectId", kind, due_at as "dueAt"
           from obligation where campaign_id = $1 and closed_at is null`,
);

export const listOpenDeadlines = (
  tx: Tx,
  campaignId: string,
): Promise<{ subjectId: string; kind: string; dueAt: string }[]> =>
  run(tx, DEADLINES, [campaignId]);

type PolicyOperation = {
  id: string;
  status: string;
  total: number;
  done: number;
  refused: number;
};

const FIND_POLICY_OPERATION = statement(
  'find-policy-operation',
  `select id, status, total, done, refused from operation
          where campaign_id = $1 and kind = 'policy-change' and detail ->> 'policyChangeId' = $2`,
);

const IS_POLICY_CHANGING = statement(
  'is-policy-changing',
  `select exists (select from operation
          where campaign_id = $1 and kind = 'policy-change' and status <> 'done') as "isRunning"`,
);

/** True while an approved change of the campaign is being applied. */
export async function isPolicyChanging(tx: Tx, campaignId: string): Promise<boolean> {
  const [row] = await run<{ isRunning: boolean }>(tx, IS_POLICY_CHANGING, [campaignId]);
  return row?.isRunning === true;
}

/** The operation that applies an approved change; null while there is none. */
export async function findPolicyOperation(
  pool: pg.Pool,
  campaignId: string,
  policyChangeId: string,
): Promise<PolicyOperation | null> {
  const [row] = await run<PolicyOperation>(pool, FIND_POLICY_OPERATION, [
    campaignId,
    policyChangeId,
  ]);
  return row ?? null;
}
