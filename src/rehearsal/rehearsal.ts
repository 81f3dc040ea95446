// The acts in their order, and the checks when the curtain has fallen.

import { accept, select } from './acceptance.ts';
import { CAST_SIZE, castCounty, everybody } from './actors.ts';
import type { Actor, Client } from './client.ts';
import { readCounty } from './county.ts';
import { playCreation } from './creation.ts';
import { conclude, confer, conferBases, publish, submitUpward, verify } from './determination.ts';
import { apply, evaluate } from './evaluation.ts';
import {
  everybodyStayedHome,
  noticesAreDue,
  quotasHold,
  stagesArePassed,
} from './final-invariants.ts';
import { inspectLate, inspectSites } from './inspections.ts';
import type { Invariant } from './invariants.ts';
import { logsReplay, noticesAreSingle, refusalsAreExplained, timersAreSet } from './invariants.ts';
import { readLedgers } from './ledgers.ts';
import { playMobilization } from './mobilization.ts';
import { extendOrder, rectifyInTime, rectifyLate } from './orders.ts';
import { moveTo, type Plan, type Play } from './play.ts';
import { type Report, reportOf } from './report.ts';
import { checkCreatedSites, enterEvaluation, rectifyFindings } from './self-checks.ts';
import type { Timeline } from './timeline.ts';

type Stopwatch = { start: number; since: (fromMs?: number) => number };

/** Plays it all and checks it. Throws Unexpected where the service goes another way than the story. */
export async function rehearse(
  client: Client,
  administratorKey: string,
  timeline: Timeline,
  { start, since }: Stopwatch,
): Promise<Report> {
  const playedMs = performance.now();
  const play = await prepare(client, administratorKey, timeline);
  await playMobilization(play);
  await playCreation(play);
  const halfway = await playSelfCheck(play);
  const played = since(playedMs);
  const checkedMs = performance.now();
  timeline.say('读取全部台账，重放日志…', 'reading every ledger, replaying every log');
  const ledgers = await readLedgers(client, play.cast.auditor, play.campaignId);
  const invariants = [
    logsReplay(ledgers),
    halfway,
    timersAreSet(ledgers),
    noticesAreSingle(ledgers),
    refusalsAreExplained(play.refusals, play.plan),
    stagesArePassed(ledgers, play.plan),
    everybodyStayedHome(ledgers),
    quotasHold(ledgers, play.plan),
    noticesAreDue(ledgers),
  ];
  const seconds = { total: since(), start, play: played, check: since(checkedMs) };
  return reportOf(play, ledgers, invariants, seconds);
}

async function prepare(client: Client, key: string, timeline: Timeline): Promise<Play> {
  timeline.heading('准备', 'before the curtain');
  const administrator: Actor = { id: '', name: '系统管理员', key };
  const county = await readCounty(client, administrator);
  const progress = timeline.progress('建立账户，发放密钥', 'principals, keys', CAST_SIZE(county));
  const cast = await castCounty(client, administrator, county, progress.tick);
  progress.end();
  for (const actor of everybody(cast)) timeline.names.set(actor.id, actor.name);
  const { plan } = await client.get<{ plan: Plan }>(cast.officers[0], '/v1/plans/yijun-2017');
  return {
    client,
    timeline,
    county,
    cast,
    bases: [],
    plan,
    campaignId: '',
    candidates: new Map(),
    refusals: [],
    now: '2017-05-20T09:00:00+08:00',
  };
}

/** Phases 3 and 4. Gives the timers as they were found in the middle, when most of them wait. */
async function playSelfCheck(play: Play): Promise<Invariant> {
  await checkCreatedSites(play);
  const first = await inspectSites(play);
  const halfway = timersAreSet(await readLedgers(play.client, play.cast.auditor, play.campaignId));
  await rectifyInTime(play, first);
  await moveTo(play, '2017-10-24');
  await rectifyFindings(play);
  const orders = { ...first, stillOpen: await inspectLate(play) };
  await extendOrder(play, orders);
  await rectifyLate(play, orders);
  await enterEvaluation(play);
  const standings = await evaluate(play);
  await apply(play, standings, orders);
  await accept(play);
  await select(play);
  await publish(play);
  await submitUpward(play);
  await conferBases(play);
  await verify(play, orders);
  await confer(play);
  await conclude(play);
  return { ...halfway, zh: `${halfway.zh}（10 月中途）`, en: `${halfway.en}, in October` };
}
