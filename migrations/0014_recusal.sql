-- 回避 (R61) at every access: whether something is kept from somebody who reads only to assess.
--
-- `recusal` says of one reader, or null of whoever assesses nothing:
--   {"others": [path], "avoided": [{"campaign_id", "path", "whole"}]}
-- others: places read by another role, kept from nobody; avoided: with everything below (`whole`), or
-- candidates at exactly this place.

-- Where it lies says by which role it is read, whom it is about says what keeps it: a panel lies with
-- the county and is about a village.
create function kept_from(campaign uuid, lies text, about text, is_candidate boolean, recusal jsonb)
returns boolean language sql immutable parallel safe as $$
  select recusal is not null and about is not null
    and not exists (
      select 1 from jsonb_array_elements_text(recusal -> 'others') as other (path)
       where starts_with(lies, other.path))
    and exists (
      select 1 from jsonb_to_recordset(recusal -> 'avoided')
                 as avoided (campaign_id uuid, path text, whole boolean)
       where (campaign is null or avoided.campaign_id = campaign)
         and case when avoided.whole then starts_with(about, avoided.path)
                  else is_candidate and about = avoided.path end)
$$;

-- Whom a subject is about: the candidate it hangs on, through notices, documents and parents; itself
-- when there is none.
create function kept_from_subject(campaign uuid, subject_id uuid, recusal jsonb)
returns boolean language sql stable parallel safe cost 1000 as $$
  select recusal is not null and coalesce((
    with recursive chain (id, depth) as (
      select $2, 0
      union all
      select above.id, chain.depth + 1
        from chain
        cross join lateral (
          select coalesce(
            (select n.subject_id from notice n where n.campaign_id = $1 and n.id = chain.id),
            (select d.about_id from document d where d.campaign_id = $1 and d.id = chain.id),
            (select s.parent_id from subject s where s.campaign_id = $1 and s.id = chain.id))
            as id) above
       where above.id is not null and above.id <> chain.id and chain.depth < 5
    )
    select kept_from($1, coalesce(own.path, s.path), s.path, s.machine = 'candidate', recusal)
      from chain
      join subject s on s.campaign_id = $1 and s.id = chain.id
      left join subject own on own.campaign_id = $1 and own.id = $2
     order by s.machine = 'candidate' desc, chain.depth limit 1), false)
$$;
