// Any plan, played from its data alone: every refusal and its time follow from the plan's windows, routes,
// criteria, quotas and policies. Nothing here knows a name, a date or a number of any plan.

import type { Calendar } from '../../src/rules/time/calendar.ts';
import type { Invariant } from '../checks/invariants.ts';
import { timersAreSet } from '../checks/invariants.ts';
import { readLedgers } from '../kit/ledgers.ts';
import type { Play } from '../kit/play.ts';
import type { GeneralPlay } from './general-cast.ts';
import { checkAndInspect, createSites } from './general-creation.ts';
import {
  acceptAndSelect,
  concludeCampaign,
  determine,
  evaluateAndApply,
} from './general-evaluation.ts';
import { planAndMobilize } from './general-mobilization.ts';
import { issueAndRegister } from './general-registration.ts';

type Year = { year: number; version: string; daysOff: string[]; makeUpWorkdays: string[] };

/** Plays the plan to its end; answers the check of the timers in the middle of phase 3. */
export async function playGeneralStory(base: Play): Promise<Invariant> {
  const play: GeneralPlay = Object.assign(base, { calendar: await readCalendar(base) });
  await issueAndRegister(play);
  await planAndMobilize(play);
  const late = await createSites(play);
  const { client, cast, campaignId, county } = play;
  const halfway = timersAreSet(await readLedgers(client, cast.auditor, campaignId, county.id));
  await checkAndInspect(play, late);
  await evaluateAndApply(play);
  await acceptAndSelect(play);
  await determine(play);
  await concludeCampaign(play);
  return { ...halfway, zh: `${halfway.zh}（中途）`, en: `${halfway.en}, halfway` };
}

async function readCalendar({ client, cast }: Play): Promise<Calendar> {
  const { items: years } = await client.get<{ items: Year[] }>(cast.auditor, '/v1/calendars');
  return {
    version: years.at(-1)?.version ?? 'none',
    years: Object.fromEntries(
      years.map(({ year, daysOff, makeUpWorkdays }) => [String(year), { daysOff, makeUpWorkdays }]),
    ),
  };
}
