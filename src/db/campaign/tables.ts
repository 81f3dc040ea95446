// Campaigns and the phases they have entered.

import type { ReadRow } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

export const CAMPAIGN_TABLES = {
  campaign: insert('campaign', [
    ['name', 'text'],
    ['plan_id', 'text'],
    ['plan_version', 'integer'],
    ['division_code', 'text'],
    ['created_at', 'timestamptz'],
  ]),
  phases: insert('campaign_phase', [
    ['number', 'smallint'],
    ['code', 'text'],
    ['entered_at', 'timestamptz'],
  ]),
};

export type CampaignReads = { campaign: ReadRow<typeof CAMPAIGN_TABLES.campaign> };
