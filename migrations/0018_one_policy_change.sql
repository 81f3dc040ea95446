-- Two changes of a campaign's policy applied at once would leave its subjects between two versions:
-- one is carried through before another is approved.

create unique index operation_policy_change_running on operation (campaign_id)
  where kind = 'policy-change' and status = 'running';
