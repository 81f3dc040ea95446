// Ledgers as filtered lists: one query for each source of rows, all with the same columns, the newest
// first. The workbook of a ledger calls the same function, page by page.

import type pg from 'pg';
import type { Recusal } from '../../rules/access/recusal.ts';
import type { LedgerRow, LedgerSource } from '../../rules/record/ledgers.ts';
import { colourOf, colourOfOrder } from '../inspection/colours.ts';
import { dueAt, dueSoonAt } from '../kernel/deadlines.ts';
import { recusalJson } from '../kernel/recusal.ts';
import { run, statement } from '../kernel/transaction.ts';

const SOLVING = colourOf({
  isClosed: "r.status = 'solved'",
  dueAt: 'm.due_at',
  dueSoonAt: 'm.due_soon_at',
});

const RECORDS = `
  select r.id, r.campaign_id, r.subject_id as about, false as about_site,
         r.subject_id as candidate_id, r.kind, r.clause, c.name as subject_name,
         c.category, s.organisation_id, s.path, coalesce(r.body -> 'siteIds', '[]') as site_ids,
         r.body ->> 'occurredOn' as occurred_on, r.body ->> 'summary' as summary,
         r.body ->> 'form' as form, coalesce(r.body -> 'detail', '{}') as detail,
         case when r.superseded_by = r.id then 'void'
              when r.superseded_by is not null then 'superseded'
              when r.status = 'solved' then 'solved'
              when r.status = 'open' and m.due_at::timestamptz <= now_instant() then 'overdue'
              when r.status = 'open' then 'open'
              else coalesce(r.verdict, 'recorded') end as status,
         case when r.status is null then 'none'
              else ${SOLVING} end as colour,
         m.due_at, r.closed_on::text as closed_on, r.closing ->> 'result' as result, r.verdict,
         r.attributes ->> 'impact' as impact, r.attributes ->> 'promotionScope' as promotion_scope,
         coalesce(r.remark, r.supersede_reason) as remark,
         coalesce(r.body -> 'fileIds', '[]') || coalesce(r.closing -> 'fileIds', '[]') as file_ids,
         nullif(r.superseded_by, r.id) as superseded_by, r.recorded_by, r.recorded_at
    from record r
    join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
    left join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
    left join lateral (
      select ${dueAt('d')} as due_at,
             ${dueSoonAt('d')} as due_soon_at
        from subject d
       where r.status is not null and d.campaign_id = r.campaign_id and d.parent_id = s.id
         and d.machine = 'matter' and d.id::text = r.id) m on true
   where r.ledger = 'evidence' and r.kind = any ($2::text[])`;

const INSPECTIONS = `
  select r.id, r.campaign_id, s.id as about, s.machine = 'campaign' as about_site,
         c.id as candidate_id, r.kind, r.clause,
         coalesce(c.name, site.name) as subject_name, c.category,
         coalesce(site.organisation_id, s.organisation_id) as organisation_id,
         case when s.machine = 'campaign' then site.path else s.path end as path,
         case when r.body ->> 'siteId' is null then '[]'::jsonb
              else jsonb_build_array(r.body ->> 'siteId') end as site_ids,
         coalesce(r.body ->> 'occurredOn', r.body ->> 'assessedOn') as occurred_on,
         array_to_string(array(select jsonb_array_elements_text(r.body -> 'findings')), '；') as summary,
         null::text as form,
         jsonb_strip_nulls(jsonb_build_object('inspectors', r.body -> 'inspectors',
           'triggers', r.body -> 'triggers', 'conforms', r.body -> 'conforms')) as detail,
         'recorded' as status, 'none' as colour, null::text as due_at, null::text as closed_on,
         null::text as result, null::text as verdict, null::text as impact,
         null::text as promotion_scope, null::text as remark,
         coalesce(r.body -> 'fileIds', '[]') as file_ids, null::text as superseded_by,
         r.recorded_by, r.recorded_at
    from record r
    join subject s on s.campaign_id = r.campaign_id and s.id = r.subject_id
    left join candidate c on c.campaign_id = s.campaign_id and c.id = s.id
    left join site on site.id = r.body ->> 'siteId'
   where $2::text[] is not null
     and (r.ledger = 'inspection' or (r.ledger = 'conformance' and s.machine = 'campaign'))`;

const RECTIFICATIONS = `
  select s.id::text as id, s.campaign_id, s.id as about, false as about_site,
         s.parent_id as candidate_id, 'rectification' as kind,
         'R59' as clause, c.name as subject_name, c.category, s.organisation_id, s.path,
         '[]'::jsonb as site_ids,
         (s.created_at at time zone 'Asia/Shanghai')::date::text as occurred_on,
         array_to_string(array(select jsonb_array_elements_text(s.context -> 'findings')), '；')
           as summary,
         null::text as form,
         jsonb_build_object('triggers', s.context -> 'triggers', 'state', s.state) as detail,
         case when s.status = 'done' then 'closed'
              when ${dueAt('s')}::timestamptz <= now_instant() then 'overdue'
              else 'open' end as status,
         ${colourOfOrder('s')} as colour,
         ${dueAt('s')} as due_at,
         case when s.status = 'done'
              then (s.updated_at at time zone 'Asia/Shanghai')::date::text end as closed_on,
         null::text as result, null::text as verdict, null::text as impact,
         null::text as promotion_scope, null::text as remark, '[]'::jsonb as file_ids,
         null::text as superseded_by, s.context ->> 'inspectedBy' as recorded_by,
         s.created_at as recorded_at
    from subject s
    left join candidate c on c.campaign_id = s.campaign_id and c.id = s.parent_id
   where $2::text[] is not null and s.machine = 'rectification'`;

const listing = (source: string): string => `
  select l.id, l.campaign_id as "campaignId", l.candidate_id as "candidateId", l.kind, l.clause,
         l.subject_name as "subjectName", l.category, l.organisation_id as "organisationId",
         o.name as "organisationName", l.site_ids as "siteIds", l.occurred_on as "occurredOn",
         l.summary, l.form, l.detail, l.status, l.colour, l.due_at as "dueAt",
         l.closed_on as "closedOn", l.result, l.verdict, l.impact,
         l.promotion_scope as "promotionScope", l.remark, l.file_ids as "fileIds",
         l.superseded_by as "supersededBy", l.recorded_by as "recordedBy",
         coalesce(p.name, l.recorded_by) as "recordedByName", l.recorded_at as "recordedAt"
    from (${source}) l
    join organisation o on o.id = l.organisation_id
    left join principal p on p.id::text = l.recorded_by
   where l.campaign_id = $1
     and exists (select 1 from unnest($3::text[]) as reach (path) where starts_with(l.path, reach.path))
     and not (case when l.about_site then kept_from(l.campaign_id, l.path, l.path, false, $13::jsonb)
                   else kept_from_subject(l.campaign_id, l.about, $13::jsonb) end)
     and ($4::text is null or l.kind = $4)
     and ($5::text is null or starts_with(l.path, $5))
     and ($6::text is null or l.occurred_on >= $6)
     and ($7::text is null or l.occurred_on <= $7)
     and ($8::text is null or l.status = $8)
     and ($9::text is null
          or strpos(lower(concat_ws(' ', l.summary, l.subject_name, l.detail::text)), lower($9)) > 0)
     and ($10::timestamptz is null or (l.recorded_at, l.id) < ($10::timestamptz, $11::text))
   order by l.recorded_at desc, l.id desc
   limit $12`;

const LISTS = {
  records: statement('list-record-ledger', listing(RECORDS)),
  inspections: statement('list-inspection-ledger', listing(INSPECTIONS)),
  rectifications: statement('list-rectification-ledger', listing(RECTIFICATIONS)),
} satisfies { [Source in LedgerSource]: unknown };

export type LedgerFilter = {
  campaignId: string;
  source: LedgerSource;
  /** The kinds of record that the ledger holds; used only for a ledger of records. */
  kinds: readonly string[];
  /** Places whose business the reader may read. */
  reaches: readonly string[];
  recusal: Recusal | null;
  kind?: string | undefined;
  under?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  status?: string | undefined;
  q?: string | undefined;
  after?: readonly [recordedAt: string, id: string] | undefined;
  limit: number;
};

/** The rows of a ledger that pass the filter, the newest first. */
export const listLedger = (db: pg.Pool, filter: LedgerFilter): Promise<LedgerRow[]> =>
  run<LedgerRow>(db, LISTS[filter.source], [
    filter.campaignId,
    filter.kinds,
    filter.reaches,
    filter.kind ?? null,
    filter.under ?? null,
    filter.from ?? null,
    filter.to ?? null,
    filter.status ?? null,
    filter.q ?? null,
    filter.after?.[0] ?? null,
    filter.after?.[1] ?? null,
    filter.limit,
    recusalJson(filter.recusal),
  ]);
