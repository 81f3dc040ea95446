// Everything that is decided in a campaign goes by its head: its plan, its phase, and the time.

import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type CampaignHead = {
  now: string;
  directory: number;
  calendar: number;
  /** This and the three below are null when there is no such campaign. */
  planId: string | null;
  planVersion: number;
  /** The version the campaign has been moved to since; null when it goes by its first. */
  adoptedVersion: number | null;
  name: string | null;
  /** Number of the campaign's phase, 0 while it is a draft. */
  phase: number | null;
};

// What now_instant() says, written out: a function of its own costs more than the rest.
const NOW = `date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))`;

const head = (name: string, lock: string) =>
  statement(
    name,
    `
    select ${NOW} as now, v.directory, v.calendar, c.plan_id as "planId",
           c.plan_version as "planVersion", c.name, s.phase,
           (s.context ->> 'planVersion')::int as "adoptedVersion"
      from subject s
      join campaign c on c.campaign_id = s.campaign_id
     cross join reference_version v
     where s.campaign_id = $1 and s.id = $1 ${lock}`,
  );
const HEAD = {
  none: head('find-campaign', ''),
  share: head('share-campaign', 'for share of s'),
  update: head('lock-campaign', 'for update of s'),
};

const NO_CAMPAIGN = statement(
  'open-nothing',
  `
    select ${NOW} as now, v.directory, v.calendar, null as "planId", null as "planVersion",
           null as name, null::int as phase, null::int as "adoptedVersion"
      from reference_version v`,
);

/**
 * The campaign's row is shared by everyone and held alone by whoever moves it: a phase change waits
 * for the commands before it, and every command after it sees the new phase. Undefined when there
 * is no such campaign.
 */
export async function lockCampaign(
  tx: Tx,
  campaignId: string,
  mode: 'share' | 'update',
): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD[mode], [campaignId]);
  return row;
}

/** The same without a lock, for what only reads. */
export async function findCampaignHead(
  tx: Tx,
  campaignId: string,
): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD.none, [campaignId]);
  return row;
}

/** The same for a campaign that does not exist yet: what time it is, and what to refer to. */
export async function findReferenceHead(tx: Tx): Promise<CampaignHead> {
  const [row] = await run<CampaignHead>(tx, NO_CAMPAIGN, []);
  if (row === undefined) throw new Error('reference_version has no row');
  return row;
}

const PHASES = statement(
  'find-phases',
  `select number, code, entered_at as "enteredAt"
           from campaign_phase where campaign_id = $1 order by number`,
);

export type PhaseRow = { number: number; code: string; enteredAt: string };

/** The phase changes of this campaign so far, in order; the first phase is none. */
export const listPhases = (tx: Tx, campaignId: string): Promise<PhaseRow[]> =>
  run<PhaseRow>(tx, PHASES, [campaignId]);
