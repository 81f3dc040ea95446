// A campaign's head: the plan, the phase and the time that every decision in the campaign goes by.

import type { Tx } from './transaction.ts';
import { run, statement } from './transaction.ts';

export type CampaignHead = {
  now: string;
  directory: number;
  calendar: number;
  /** This and the three fields below are null when there is no such campaign. */
  planId: string | null;
  planVersion: number;
  /** The version the campaign has been moved to since; null while it goes by its first. */
  adoptedVersion: number | null;
  name: string | null;
  /** The place of the campaign's link in its chain of phases, 0 while it is a draft. */
  phase: number | null;
  /** The campaign's state: unregistered, a draft, a link of its chain, or its end. */
  state: string | null;
};

// The body of now_instant() is written out: a call of the function costs more than the rest.
const NOW = `date_trunc('milliseconds',
    coalesce((select instant from virtual_clock), clock_timestamp()))`;

const head = (name: string, lock: string) =>
  statement(
    name,
    `
    select ${NOW} as now, v.directory, v.calendar, c.plan_id as "planId",
           c.plan_version as "planVersion", c.name, s.phase, s.state,
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
           null as name, null::int as phase, null as state,
           null::int as "adoptedVersion"
      from reference_version v`,
);

/**
 * Locks the campaign's row and reads its head. Commands share the row and a phase change holds it
 * alone: it waits for the commands before it, and every command after it sees the new phase.
 * Undefined when there is no such campaign.
 */
export async function lockCampaign(
  tx: Tx,
  campaignId: string,
  mode: 'share' | 'update',
): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD[mode], [campaignId]);
  return row;
}

/** The head without a lock, for callers that only read. */
export async function findCampaignHead(
  tx: Tx,
  campaignId: string,
): Promise<CampaignHead | undefined> {
  const [row] = await run<CampaignHead>(tx, HEAD.none, [campaignId]);
  return row;
}

/** The head for a campaign that does not exist yet: the time, and the reference data to go by. */
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

/** The phase changes of this campaign so far, in order; the first phase is not a change. */
export const listPhases = (tx: Tx, campaignId: string): Promise<PhaseRow[]> =>
  run<PhaseRow>(tx, PHASES, [campaignId]);
