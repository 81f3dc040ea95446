-- A sheet belongs to a stream of its plan (R61): each assessor has one for each candidate, stream and round.
alter table score_sheet add column stream text not null default 'assessment';
alter table score_sheet alter column stream drop default;
drop index score_sheet_once;
create unique index score_sheet_once on score_sheet
  (campaign_id, candidate_id, stream, round, assessor_id);
