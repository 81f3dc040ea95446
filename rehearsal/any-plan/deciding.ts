// The steps that decide: select on merit, public notice with an objection, submit, confer.

import { boundUntilConferral } from '../../machines/procedure/reading.ts';
import { policiesOf } from '../../src/rules/plan/category-policies.ts';
import { writeDecision } from '../acts/documents.ts';
import { holdOutcomes } from '../acts/outcomes.ts';
import type { Problem } from '../kit/client.ts';
import { workingDaysAfter } from '../kit/days.ts';
import {
  candidatesOf,
  eventsOf,
  expectRefusal,
  judgedMet,
  settle,
  tell,
  tellCampaign,
  today,
} from '../kit/play.ts';
import { expectAnswered, lodgeObjection, newestObjection } from '../kit/public-objections.ts';
import type { GeneralPlay } from './cast.ts';
import { eachOf, moveOn, once, wayOf } from './cast.ts';
import { actorFor } from './preparing.ts';
import type { At, Place } from './standing.ts';
import { doing, isAt } from './standing.ts';

/** Each category is selected from when all who go on in it have come so far. */
export async function select(
  play: GeneralPlay,
  places: readonly At<'select'>[],
  all: readonly Place[],
): Promise<void> {
  const accepted = places.filter(({ state }) => state === 'accepted');
  for (const [code, group] of Map.groupBy(accepted, ({ candidate }) => candidate.category)) {
    const going = new Set(
      play.contenders.get(code)?.flatMap((one) => (one.weak ? [] : [one.candidate.id])),
    );
    const behind = all.filter(
      (place) =>
        going.has(place.candidate.id) && !isAt(place, 'select') && isBefore(play, place, group),
    );
    if (behind.length > 0) continue;
    const [first] = group as [At<'select'>];
    await doing(play, first, () => selectIn(play, code));
  }
}

/** True of a place that comes before the selection of these. */
function isBefore(
  play: GeneralPlay,
  { candidate, stage }: Place,
  group: readonly Place[],
): boolean {
  const { stages } = wayOf(play, candidate).procedure;
  const selecting = stages.findIndex(({ code }) => code === group[0]?.stage.code);
  const at = stages.findIndex(({ code }) => code === stage.code);
  return at <= selecting;
}

async function selectIn(play: GeneralPlay, category: string): Promise<void> {
  const { cast, client, campaignId, timeline } = play;
  const [officer] = cast.officers;
  const asked = { type: 'select-by-merit', category };
  const path = `/v1/campaigns/${campaignId}/events`;
  const { status, body } = await client.ask<Problem & Parameters<typeof settle>[1]>(
    officer,
    'POST',
    path,
    asked,
  );
  const tied = body.unmet?.find(({ requirement }) => requirement.includes('tie'))?.actual;
  if (status === 422 && Array.isArray(tied)) {
    await decideTie(play, category, tied as string[]);
    await settle(play, await tellCampaign(play, officer, asked));
  } else {
    await settle(play, status < 300 ? body : await tellCampaign(play, officer, asked));
  }
  await holdOutcomes(play, category);
  timeline.say(`择优 ${category}`, 'selected within the quota');
}

/** People decide a tie across the quota line: one officer proposes with a reason, another confirms. */
async function decideTie(play: GeneralPlay, category: string, tied: string[]): Promise<void> {
  const { cast } = play;
  const [officer] = cast.officers;
  await tellCampaign(play, officer, { type: 'rank-candidates', category });
  const prefer = candidatesOf(play, category)
    .map(({ id }) => id)
    .filter((id) => tied.includes(id));
  const reason = '经会议研究，依登记先后';
  await tellCampaign(play, officer, { type: 'propose-tie-decision', category, prefer, reason });
  await tellCampaign(play, cast.department, { type: 'confirm-tie-decision', category });
}

/** Somebody objects to the first who is published; then the longest notice runs out. */
export async function publish(play: GeneralPlay, places: readonly At<'notice'>[]): Promise<void> {
  const [first] = places;
  if (first === undefined) return;
  if (once(play, 'objection')) await doing(play, first, () => object(play, first));
  const days = places.map(
    ({ candidate }) => policiesOf(play.plan, candidate.category).publicNoticeDays.value,
  );
  await moveOn(play, workingDaysAfter(play.calendar, today(play), Math.max(...days)));
}

async function object(play: GeneralPlay, { candidate, step }: At<'notice'>): Promise<void> {
  const { client, cast, timeline } = play;
  const { officers, cityOfficers } = cast;
  const [officer, investigator] =
    step.issuer === 'city' ? cityOfficers : [officers[0], officers[2]];
  const receipt = await lodgeObjection(play.client, candidate.id, {
    name: '村民 刘某',
    contact: '来访',
    content: '反映有两次活动未开展',
    clues: '登记册 5 月各页',
  });
  const id = await newestObjection(play.client, officer, candidate.id);
  const say = (actor: typeof officer, event: object) =>
    client.post(actor, `/v1/objections/${id}/events`, event);
  await say(officer, { type: 'receive' });
  await say(officer, { type: 'admit', investigatorId: investigator.id });
  await say(investigator, { type: 'report', findings: '两次改期，均已补开展' });
  await say(officer, { type: 'dismiss', reason: '不成立' });
  const reply = { channel: '电话', occurredOn: today(play), content: '已告知处理结果' };
  await say(officer, { type: 'reply', ...reply });
  await expectAnswered(play.client, receipt, reply.content);
  timeline.say(
    `群众对${candidate.name}提出异议，受理后经查不成立，凭查询码看到答复`,
    'an objection lodged without a key is received, dismissed and answered',
  );
}

/** One officer proposes, another submits. */
export async function submit(play: GeneralPlay, places: readonly At<'submit'>[]): Promise<void> {
  await eachOf(play, places, ['上报（两人）', 'submitted by two officers'], (place) =>
    doing(play, place, async () => {
      const { candidate, step } = place;
      const proposer = await actorFor(play, place, step.by);
      const submitter = await actorFor(play, place, step.confirmedBy, [proposer]);
      await tell(play, candidate, { type: 'propose-submission' }, proposer);
      await tell(play, candidate, { type: 'submit-upward' }, submitter);
    }),
  );
}

/** Two officers for each title; nobody gives it where the plan does not say who may. */
export async function confer(play: GeneralPlay, places: readonly At<'confer'>[]): Promise<void> {
  const stated = places.filter(({ step }) => step.stated !== false);
  await eachOf(play, stated, ['最终确定（两人）', 'determined by two'], (place) =>
    doing(play, place, async () => {
      const { candidate, step } = place;
      const proposer = await actorFor(play, place, step.by);
      const confirmer = await actorFor(play, place, step.by, [proposer]);
      await meetConditions(play, place);
      await tell(play, candidate, { type: 'propose-conferral' }, proposer);
      const word = { type: 'confirm-conferral' };
      if (once(play, 'proposer')) {
        const refusal = { status: 422, clause: step.clause };
        await expectRefusal(play, proposer, eventsOf(candidate), word, refusal, [
          '提名人自己确认',
          'the proposer would confirm',
        ]);
      }
      await tell(play, candidate, word, confirmer);
    }),
  );
  for (const authority of new Set(stated.map(({ step }) => step.authority)))
    await writeDecision(play, authority);
}

/** Conditions that a review left for later are met before the title is given. */
async function meetConditions(play: GeneralPlay, place: At<'confer'>): Promise<void> {
  const { candidate } = place;
  const { context } = await play.client.get<{ context: { requirements?: string[] } }>(
    play.cast.auditor,
    `/v1/candidates/${candidate.id}`,
  );
  if ((context.requirements ?? []).length === 0) return;
  const binding = boundUntilConferral(wayOf(play, candidate).procedure);
  if (binding.length === 0) return;
  const reviewer = await actorFor(
    play,
    place,
    binding.flatMap(({ by }) => by),
  );
  const judged = judgedMet(play, candidate);
  const met = { type: 'confirm-requirements-met', judged, remark: '已落实' };
  await tell(play, candidate, met, reviewer);
}
