// Conflicts of interest: assessors and the organisations they stay away from (回避).

import type pg from 'pg';
import { run, statement } from '../kernel/transaction.ts';

const CONFLICTS = statement(
  'list-conflicts',
  `
    select i.principal_id as "principalId", p.name as "principalName",
           i.organisation_id as "organisationId", o.name as "organisationName", i.reason,
           i.declared_at as "declaredAt", i.declared_by as "declaredBy",
           case when i.withdrawn_at is not null then jsonb_build_object(
             'at', i.withdrawn_at, 'by', i.withdrawn_by, 'reason', i.withdrawal_reason) end as withdrawn
      from conflict_of_interest i
      join principal p on p.id = i.principal_id
      join organisation o on o.id = i.organisation_id
     where i.campaign_id = $1 and ($2::uuid is null or i.principal_id = $2::uuid)
       and ($3::uuid is null or (i.principal_id, i.organisation_id) > ($3::uuid, $4::text))
     order by i.principal_id, i.organisation_id limit $5`,
);

type ConflictRow = {
  principalId: string;
  principalName: string;
  organisationId: string;
  organisationName: string;
  reason: string;
  declaredAt: string;
  declaredBy: string;
  /** Null while it stands. */
  withdrawn: { at: string; by: string; reason: string } | null;
};

/** The conflicts of a campaign, of everybody or of one person. */
export const listConflicts = (
  pool: pg.Pool,
  filter: {
    campaignId: string;
    principalId: string | null;
    after: readonly [principalId: string, organisationId: string] | undefined;
    limit: number;
  },
): Promise<ConflictRow[]> =>
  run<ConflictRow>(pool, CONFLICTS, [
    filter.campaignId,
    filter.principalId,
    filter.after?.[0] ?? null,
    filter.after?.[1] ?? null,
    filter.limit,
  ]);
