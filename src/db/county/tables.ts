// The directory: organisations, sites and people, which belong to no campaign.

import { change } from '../kernel/store-tables.ts';

export const COUNTY_TABLES = {
  // Several corrections of one site in a batch become one row, because an update applies only one of them.
  siteFacts: change(
    'correct_site',
    [
      ['site_id', 'text'],
      ['field', 'text'],
      ['value', 'jsonb'],
      ['at', 'timestamptz'],
      ['by', 'text'],
    ],
    (from) => `
      update site s set facts = s.facts || c.facts, revision = s.revision + 1, updated_at = c.at,
             recorded_by = c.by
        from (select r.site_id, jsonb_object_agg(r.field, r.value) as facts, max(r.at) as at,
                     max(r.by) as by
                from ${from} group by r.site_id) c
       where s.id = c.site_id and $1::uuid is not null`,
  ),
};

export type CountyReads = {
  organisation: { id: string; parent_id: string | null; kind: string; name: string; path: string };
  site: { id: string; organisation_id: string; path: string; kind: string; name: string };
  principal: { id: string; name: string };
};
