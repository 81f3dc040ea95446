-- An organisation's id is not its code. Codes are reassigned; ids, and the paths made of them, never change.
-- Lists are in the order of `code_path`, the codes from the top of the tree down, bytewise in every database.
alter table organisation
  add column code text collate "C",
  add column code_path text collate "C";
update organisation set code = id, code_path = path;
alter table organisation
  alter column code set not null,
  alter column code_path set not null,
  add constraint organisation_code unique (code),
  add constraint organisation_code_path unique (code_path);

-- The places of a campaign are read a page at a time in the same order.
alter table roll_up add column code_path text collate "C";
update roll_up r set code_path = o.code_path from organisation o where o.id = r.organisation_id;
alter table roll_up alter column code_path set not null;
create index roll_up_code_path on roll_up (campaign_id, code_path);
drop index roll_up_path;
