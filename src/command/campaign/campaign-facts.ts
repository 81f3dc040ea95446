// The facts of a campaign: the windows of its phases, the duties that are done, and the subjects that a
// change of its policy would move.

import type { CampaignFacts } from '../../../machines/campaign/events.ts';
import type { PolicyChangeFacts } from '../../../machines/campaign/policy-change.v1.ts';
import { isPolicyChanging } from '../../db/campaign/policy-changes.ts';
import { countDuties } from '../../db/candidate/candidate-facts.ts';
import { findCampaignHead } from '../../db/kernel/campaign-heads.ts';
import { findPlan } from '../../db/plan/plans.ts';
import { listTallies } from '../../db/record/duties.ts';
import type { Plan } from '../../rules/plan/plan-schema.ts';
import { measureDuties, owedBy } from '../../rules/record/duties.ts';
import { endOfDay } from '../../rules/time/calendar.ts';
import { dueOn } from '../../rules/time/deadlines.ts';
import { candidateWindows } from '../candidate/candidate-facts.ts';
import { contextOf } from '../kernel/draft.ts';
import type { Ask } from '../kernel/fact-request.ts';
import type { FactLoader, Place, SourcesOf } from '../kernel/facts.ts';
import { previewPolicy } from '../what-if/policy-preview.ts';

const loadDuties: FactLoader<'duties'> = async ({ tx, campaignId, plan }, wants) => {
  const [leading] = wants('duties');
  if (leading === undefined) return { duties: () => undefined };
  const { path } = leading.draft;
  const counted = await countDuties(tx, campaignId, path);
  const { units, tallies } = await listTallies(tx, campaignId, path);
  const duties = { ...counted, owed: owedBy(measureDuties(plan, units, tallies)) };
  return { duties: () => duties };
};

/** The preview of a policy change, hashed as it will be adopted; an explanation alone reckons none. */
const loadPreviews: FactLoader<'preview'> = async (world, wants) => {
  const { tx, campaignId, plan, reference, sources } = world;
  const previews = new Map<Ask, PolicyChangeFacts['preview']>();
  const asks = wants('preview').filter(({ isExplained }) => isExplained !== true);
  if (asks.length === 0) return { preview: () => undefined };
  const underWay = await isPolicyChanging(tx, campaignId);
  const issued = (await findCampaignHead(tx, campaignId))?.planVersion ?? plan.version;
  const first = issued === plan.version ? plan : (await findPlan(tx, plan.id, issued))?.body;
  if (first === undefined) throw new Error(`${plan.id} has no version ${issued}`);
  for (const ask of asks) {
    const version = contextOf(ask.draft, 'policy-change').planVersion;
    const place = { tx, campaignId, reference, at: ask.at, sources };
    const shown = await previewPolicy(place, first, version, false);
    if (shown === null || shown.tooMany) continue;
    const subjects = shown.affected.map(({ subjectId }) => subjectId);
    previews.set(ask, { hash: shown.hash, subjects, underWay });
  }
  return { preview: (ask) => previews.get(ask) };
};

const loadPhase: FactLoader<'campaignPhase'> = async ({ tx, campaignId }, wants) => {
  if (wants('campaignPhase').length === 0) return { campaignPhase: () => undefined };
  const head = await findCampaignHead(tx, campaignId);
  return { campaignPhase: () => head?.state ?? undefined };
};

export const campaignFacts: SourcesOf<'windows' | 'duties' | 'preview' | 'campaignPhase'> = {
  windows: {
    atHand: (place, { draft }) =>
      draft.release.name === 'campaign' ? phaseWindows(place) : candidateWindows(place),
  },
  duties: loadDuties,
  preview: loadPreviews,
  campaignPhase: loadPhase,
};

function phaseWindows({ plan, reference: { calendar } }: Place): CampaignFacts['windows'] {
  return Object.fromEntries(
    plan.phases.map((phase) => [
      phase.code,
      { ...dueOn(plan, calendar, phase.end), startAt: startOf(plan, phase) },
    ]),
  );
}

/** A phase begins when the day before it ends; the first begins not before the plan was issued (Q9). */
function startOf(plan: Plan, phase: Plan['phases'][number]): string {
  const day = Temporal.PlainDate.from(phase.effectiveFrom ?? phase.start);
  return endOfDay(day.subtract({ days: 1 }).toString(), plan.timeZone).toString();
}
