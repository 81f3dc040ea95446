-- Draws (双随机, R58): what is published of one, the secret nobody reads before the reveal, and what
-- was drawn, which exists only after it.

create table draw (
  campaign_id uuid not null,
  id uuid not null,
  round integer not null check (round between 1 and 999),
  snapshot jsonb not null,
  rule jsonb not null,
  primary key (campaign_id, id),
  -- One draw a round, cancelled or not.
  unique (campaign_id, round),
  foreign key (campaign_id, id) references subject (campaign_id, id)
);

-- Apart from the draw, so that no query that reads draws can hand it out by a forgotten column.
create table draw_secret (
  campaign_id uuid not null,
  id uuid not null,
  secret text not null check (secret ~ '^[0-9a-f]{64}$'),
  primary key (campaign_id, id),
  foreign key (campaign_id, id) references subject (campaign_id, id)
);

create table draw_unit (
  campaign_id uuid not null,
  draw_id uuid not null,
  unit_id text not null,
  candidate_id uuid,
  site_id text,
  name text not null,
  path text not null,
  stratum text not null,
  position integer not null,
  inspectors jsonb not null,
  due_at timestamptz not null,
  primary key (campaign_id, draw_id, unit_id),
  foreign key (campaign_id, draw_id) references subject (campaign_id, id)
);
create index draw_unit_inspectors on draw_unit using gin (inspectors jsonb_path_ops);
