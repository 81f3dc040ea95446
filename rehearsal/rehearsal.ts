// The acts in their order, and the checks when the curtain has fallen.

import { learnRelease } from '../machines/catalog.ts';
import { statedBy } from '../src/db/plan/releases.ts';
import { dutiesAreMet } from './acts/duties.ts';
import { playYijunStory } from './acts/yijun-story.ts';
import type { Size } from './any-plan/cast.ts';
import { playAnyPlan } from './any-plan/player.ts';
import { applicationsAreFrozen } from './checks/application-invariants.ts';
import {
  compositesFollowFromSheets,
  nobodyJudgedTheirOwn,
} from './checks/assessment-invariants.ts';
import { ballotsAddUp } from './checks/ballot-invariants.ts';
import {
  numbersAreGapless,
  ordersHaveBothDocuments,
  receiptsAreAccountedFor,
  titlesAreWritten,
} from './checks/document-invariants.ts';
import { drawsVerify, randomMeansDrawn } from './checks/draw-invariants.ts';
import { everybodyStayedHome, noticesAreDue, stagesArePassed } from './checks/final-invariants.ts';
import type { Invariant } from './checks/invariants.ts';
import {
  logsReplay,
  noticesAreSingle,
  refusalsAreExplained,
  timersAreSet,
} from './checks/invariants.ts';
import {
  conferredWereRanked,
  countedAsLogged,
  noneOverObjection,
  quotasHold,
  rankingsRecompute,
  readRankings,
} from './checks/selection-invariants.ts';
import { textsAreForPeople } from './checks/text-invariants.ts';
import { workbooksAreInWords } from './checks/workbook-invariants.ts';
import { CAST_SIZE, type Cast, castCounty, everybody } from './kit/actors.ts';
import type { Officers } from './kit/admission.ts';
import type { Actor, Client } from './kit/client.ts';
import { readCounty } from './kit/county.ts';
import { readLedgers } from './kit/ledgers.ts';
import type { Play } from './kit/play.ts';
import { type Report, reportOf } from './kit/report.ts';
import { storeDocuments } from './kit/stored-documents.ts';
import { storeLogs } from './kit/stored-logs.ts';
import type { Timeline } from './kit/timeline.ts';

type Stopwatch = { start: number; since: (fromMs?: number) => number };
type Story = (play: Play) => Promise<Invariant>;

/** Plans with a story of their own; every other plan is played from its data. */
const STORIES: { readonly [planId: string]: Story | undefined } = { 'yijun-2017': playYijunStory };

/**
 * `general` plays by reading the plan, also one with a story of its own; `logs` is a folder for the logs
 * that CI replays, `documents` one for the documents whose pages it looks at.
 */
type Choice = {
  planId: string;
  /** The plan, to be published first; left out where the service ships it. */
  written?: unknown;
  general: boolean;
  size: Size;
  logs?: string | undefined;
  documents?: string | undefined;
};

/** The people and bases of a county, who play every plan of it. */
export type Troupes = Map<string, Pick<Play, 'county' | 'cast' | 'bases'>>;

/** Plays one plan and checks it. Throws Unexpected where the service departs from the story. */
export async function rehearse(
  client: Client,
  officers: Officers,
  timeline: Timeline,
  choice: Choice,
  troupes: Troupes,
  { start, since }: Stopwatch,
): Promise<Report> {
  const playedMs = performance.now();
  const { planId, written, general, size, logs, documents } = choice;
  const play = await prepare(client, officers, timeline, choice, troupes);
  const stated = statedBy(play.plan);
  for (const one of stated) learnRelease(one.hash, one.stated);
  const story = general ? undefined : STORIES[planId];
  const halfway = await (story?.(play) ?? playAnyPlan(play, size));
  const played = since(playedMs);
  const checkedMs = performance.now();
  timeline.say('读取全部台账，重放日志…', 'reading every ledger, replaying every log');
  const ledgers = await readLedgers(client, play.cast.auditor, play.campaignId, play.county);
  if (logs !== undefined) {
    const byHash = Object.fromEntries(stated.map((one) => [one.hash, one.stated]));
    storeLogs(logs, planId, byHash, ledgers.histories);
  }
  if (documents !== undefined) storeDocuments(documents, planId, ledgers.histories);
  const rankings = await readRankings(client, play.cast.auditor, play.campaignId);
  const invariants = [
    logsReplay(ledgers),
    halfway,
    timersAreSet(ledgers),
    noticesAreSingle(ledgers),
    refusalsAreExplained(play.refusals, play.plan),
    stagesArePassed(ledgers, play.plan),
    everybodyStayedHome(ledgers),
    quotasHold(ledgers, rankings, play.plan),
    countedAsLogged(ledgers, rankings),
    ballotsAddUp(ledgers),
    compositesFollowFromSheets(ledgers, play.plan),
    nobodyJudgedTheirOwn(ledgers, play.plan),
    noticesAreDue(ledgers, play.plan),
    ...(written === undefined ? [numbersAreGapless(ledgers)] : []),
    ordersHaveBothDocuments(ledgers),
    receiptsAreAccountedFor(ledgers),
    titlesAreWritten(ledgers),
    rankingsRecompute(rankings),
    conferredWereRanked(ledgers, rankings, play.plan),
    noneOverObjection(ledgers),
    await applicationsAreFrozen(play, ledgers),
    await dutiesAreMet(play),
    await drawsVerify(play, ledgers),
    await randomMeansDrawn(play, ledgers),
    await workbooksAreInWords(play),
    await textsAreForPeople(play, ledgers),
  ];
  const seconds = { total: since(), start, play: played, check: since(checkedMs) };
  return reportOf(play, ledgers, invariants, seconds);
}

async function prepare(
  client: Client,
  officers: Officers,
  timeline: Timeline,
  { planId, written }: Choice,
  troupes: Troupes,
): Promise<Play> {
  timeline.heading('准备', 'before the curtain');
  const administrator: Actor = { id: '', name: '系统管理员', key: officers.administrator };
  const securityOfficer: Actor = { id: '', name: '安全管理员', key: officers.securityOfficer };
  const door = { administrator, securityOfficer };
  const read = () => client.get<Pick<Play, 'plan'>>(administrator, `/v1/plans/${planId}`);
  const { divisionCode } = (written ?? (await read()).plan) as Play['plan'];
  const troupe =
    troupes.get(divisionCode) ?? (await castTroupe(client, door, timeline, divisionCode));
  troupes.set(divisionCode, troupe);
  const { cast } = troupe;
  if (written !== undefined) await client.post(cast.department, '/v1/plans', written);
  const { plan } = await read();
  timeline.line(`  ${plan.title}`);
  for (const actor of everybody(cast)) timeline.names.set(actor.id, actor.name);
  const { instant } = await client.get<{ instant: string }>(cast.scheduler, '/v1/clock');
  return {
    client,
    timeline,
    ...troupe,
    plan,
    campaignId: '',
    candidates: new Map(),
    refusals: [],
    said: [],
    now: Temporal.Instant.from(instant).toString({ timeZone: plan.timeZone }),
  };
}

async function castTroupe(
  client: Client,
  door: Pick<Cast, 'administrator' | 'securityOfficer'>,
  timeline: Timeline,
  divisionCode: string,
): Promise<Pick<Play, 'county' | 'cast' | 'bases'>> {
  const county = await readCounty(client, door.administrator, divisionCode);
  const progress = timeline.progress('建立账户，发放密钥', 'principals, keys', CAST_SIZE(county));
  const cast = await castCounty(client, door, county, progress.tick);
  progress.end();
  return { county, cast, bases: [] };
}
