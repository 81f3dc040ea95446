// Documents and the register of their numbers.

import type { Table } from '../kernel/store-tables.ts';
import { insert } from '../kernel/store-tables.ts';

// Only a draft can be replaced: the table's trigger protects issued documents.
const DOCUMENT_UPDATE = `on conflict (campaign_id, id) do update set
  title = excluded.title, made_of = excluded.made_of, content = excluded.content, main_ids = excluded.main_ids,
  copy_ids = excluded.copy_ids, named_ids = excluded.named_ids, code = excluded.code,
  year = excluded.year, serial = excluded.serial, number = excluded.number, sha256 = excluded.sha256,
  issued_on = excluded.issued_on, issued_at = excluded.issued_at`;

const DOCUMENT_NUMBERS = {
  columns: [
    ['organisation_id', 'text'],
    ['code', 'text'],
    ['year', 'integer'],
    ['serial', 'integer'],
    ['plan_id', 'text?'],
    ['document_id', 'uuid'],
  ],
  handedAs: 'arrays',
  steps: [
    {
      cte: 'put_number',
      sql: (from) => `
      insert into document_number
             (campaign_id, organisation_id, code, year, serial, plan_id, document_id)
      select $1, r.organisation_id, r.code, r.year, r.serial, r.plan_id, r.document_id from ${from}`,
    },
    {
      cte: 'advance_register',
      sql: (from) => `
      update document_register g
         set last_serial = greatest(g.last_serial, n.last),
             starts = case when n.plan_id is null or n.last <= g.last_serial then g.starts
                      else g.starts || jsonb_build_array(jsonb_build_object(
                        'serial', n.last, 'planId', n.plan_id)) end
        from (select r.organisation_id, r.code, r.year, max(r.serial) as last,
                     max(r.plan_id) as plan_id from ${from}
               group by 1, 2, 3) n
       where g.organisation_id = n.organisation_id and g.code = n.code and g.year = n.year`,
    },
  ],
} as const satisfies Table;

export const DOCUMENT_TABLES = {
  documents: insert(
    'document',
    [
      ['id', 'uuid'],
      ['kind', 'text'],
      ['issuer', 'text'],
      ['organisation_id', 'text'],
      ['path', 'text'],
      ['about_id', 'uuid?'],
      ['is_public', 'boolean'],
      ['title', 'text'],
      ['content', 'jsonb'],
      ['made_of', 'jsonb?'],
      ['main_ids', 'text[]'],
      ['copy_ids', 'text[]'],
      ['named_ids', 'uuid[]'],
      ['corrects_id', 'uuid?'],
      ['code', 'text?'],
      ['year', 'integer?'],
      ['serial', 'integer?'],
      ['number', 'text?'],
      ['sha256', 'text?'],
      ['issued_on', 'date?'],
      ['issued_at', 'timestamptz?'],
    ],
    DOCUMENT_UPDATE,
  ),
  documentNumbers: DOCUMENT_NUMBERS,
};
