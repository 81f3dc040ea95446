// The steps that evaluate: gather, and apply with what is gathered beside it.

import { stepsOfKind } from '../../machines/procedure/reading.ts';
import { seatsOf } from '../../machines/selection/quota.ts';
import { ballotPolicyOf } from '../../src/rules/ballot/ballots.ts';
import { planFor, policiesOf } from '../../src/rules/plan/category-policies.ts';
import { OF_SHEETS, weighs } from '../../src/rules/plan/streams.ts';
import { applicationOf, unsigned } from '../acts/applications.ts';
import { assignAll, handInAll } from '../acts/assessment.ts';
import { type Asked, BALLOTS_BY_HAND, holdRounds, holdVoidThenValid } from '../acts/ballots.ts';
import { forEach } from '../kit/client.ts';
import {
  type Candidate,
  candidatesOf,
  categoryOf,
  eventsOf,
  expectRefusal,
  tell,
  today,
} from '../kit/play.ts';
import type { Contender, GeneralPlay } from './cast.ts';
import { applicantOf, eachOf, officerOf, once, wayOf } from './cast.ts';
import { actorFor, handInOnce } from './preparing.ts';
import type { At, Place } from './standing.ts';
import { doing } from './standing.ts';

/** How many points the last of all candidates lies below the first. */
const BELOW_FIRST_MAX = 25;

/** One candidate more than the quota of a category, and one that is too weak; or just enough of them. */
function contendersOf(play: GeneralPlay, places: readonly Place[], code: string): Contender[] {
  const known = play.contenders.get(code);
  if (known !== undefined) return known;
  const able = places.map(({ candidate }) => candidate).filter(({ category }) => category === code);
  const { quota } = categoryOf(play, code);
  // Everybody who is asked applies, and nobody withdraws.
  const all = candidatesOf(play, code).length;
  const seats = seatsOf(quota, { registered: all, applied: able.length });
  const most = play.size === 'small' ? 1 : (seats ?? able.length) + 2;
  const asked = able.slice(0, most);
  const contenders = asked.map((candidate, rank) => ({
    candidate,
    rank,
    weak:
      asked.length > (seats ?? asked.length) + 1 &&
      rank === asked.length - 1 &&
      asksMark(play, candidate),
  }));
  play.contenders.set(code, contenders);
  return contenders;
}

const asksMark = (play: GeneralPlay, candidate: Candidate): boolean =>
  stepsOfKind(wayOf(play, candidate).procedure, 'apply').some(({ passMark }) => passMark === true);

/** Those of these places who go on, with their rank; the others stay behind. */
const going = <P extends Place>(play: GeneralPlay, places: readonly P[]): [P, Contender][] => {
  const codes = new Set(places.map(({ candidate }) => candidate.category));
  const all = [...codes].flatMap((code) => contendersOf(play, places, code));
  const found = new Map(all.map((one) => [one.candidate.id, one]));
  return places.flatMap((place): [P, Contender][] => {
    const contender = found.get(place.candidate.id);
    return contender === undefined ? [] : [[place, contender]];
  });
};

/**
 * As many voters as the candidate's rank give the second grade, the others the best; a weak one gets the
 * worst. Of a survey everybody is satisfied.
 */
function askedOf(
  { plan }: GeneralPlay,
  { candidate, rank, weak }: Contender,
  stream: string,
): Asked {
  const { gradePoints } = ballotPolicyOf(planFor(plan, candidate.category), stream);
  const ranked = Object.entries(gradePoints)
    .sort(([, a], [, b]) => b - a)
    .map(([grade]) => grade);
  const [best = '', second = best] = ranked;
  const worst = ranked.at(-1) ?? second;
  const isSurvey = plan.streams[stream]?.kind === 'survey';
  const gradeOf = (voter: number) => (weak ? worst : voter < rank && !isSurvey ? second : best);
  return { candidate, stream, gradeOf };
}

/** Gathers these streams about each of them: rounds of ballots are held, sheets given out and handed in. */
async function gatherStreams(
  play: GeneralPlay,
  contenders: readonly Contender[],
  streams: readonly string[],
): Promise<void> {
  for (const stream of streams) {
    const owed = contenders.filter(({ candidate }) => once(play, `${stream} ${candidate.id}`));
    if (owed.length === 0) continue;
    const { kind = 'ballots' } = play.plan.streams[stream] ?? {};
    if (OF_SHEETS.includes(kind)) await gatherSheets(play, owed, stream);
    else await gatherBallots(play, owed, stream);
  }
}

async function gatherBallots(
  play: GeneralPlay,
  contenders: readonly Contender[],
  stream: string,
): Promise<void> {
  const asked = contenders.map((one) => askedOf(play, one, stream));
  const [first, ...others] = asked as [Asked];
  const policy = ballotPolicyOf(planFor(play.plan, first.candidate.category), stream);
  if (play.size === 'small' || policy.form !== 'open') return holdRounds(play, asked);
  const few = Math.floor((BALLOTS_BY_HAND * policy.quorumPercent) / 100);
  await holdVoidThenValid(play, first, few, [
    `${first.candidate.name}的评议收回的票未超过规定比例，无效，重新组织`,
    'no quorum: void, held once more',
  ]);
  await holdRounds(play, others);
}

async function gatherSheets(
  play: GeneralPlay,
  contenders: readonly Contender[],
  stream: string,
): Promise<void> {
  await assignAll(
    play,
    contenders.map(({ candidate }) => candidate),
    stream,
  );
  const byId = new Map(contenders.map((one) => [one.candidate.id, one]));
  // A sheet may give points in whole steps only, and ranks that were no step apart would be tied.
  const apart = Math.min(1, BELOW_FIRST_MAX / contenders.length);
  await handInAll(play, (id, position) => {
    const { weak = false, rank = 0 } = byId.get(id) ?? {};
    return weak ? 0 : 100 - position - rank * apart;
  });
}

/** The streams are gathered in a step of their own, which an office concludes. */
export async function gather(play: GeneralPlay, places: readonly At<'gather'>[]): Promise<void> {
  const concluding = going(play, places);
  await inTurn(play, concluding, ({ step }) => step.streams);
  await forEach(concluding, ([place]) =>
    doing(play, place, async () => {
      const officer = await actorFor(play, place, place.step.by);
      await tell(play, place.candidate, { type: 'conclude-gathering' }, officer);
    }),
  );
}

/** Candidates whose steps gather the same streams have them gathered together. */
async function inTurn<P extends Place>(
  play: GeneralPlay,
  all: readonly [P, Contender][],
  streamsOf: (place: P) => readonly string[],
): Promise<void> {
  const groups = Map.groupBy(all, ([place]) => streamsOf(place).join(' '));
  for (const group of groups.values()) {
    const [[first]] = group as [[P, Contender]];
    const contenders = group.map(([, contender]) => contender);
    await doing(play, first, () => gatherStreams(play, contenders, streamsOf(first)));
  }
}

export async function apply(play: GeneralPlay, places: readonly At<'apply'>[]): Promise<void> {
  const all = going(play, places);
  await inTurn(play, all, ({ step }) => step.gathers ?? []);
  for (const [{ candidate }] of all) await handInOnce(play, candidate);
  for (const [{ candidate }] of all) await sitesConform(play, candidate);
  const [[first] = []] = all;
  if (first !== undefined && play.size === 'whole') await attemptWrong(play, all, first);
  const applying = all.filter(([, { weak }]) => !weak).map(([place]) => place);
  await eachOf(play, applying, ['书面申报', 'applied in writing'], (place) =>
    doing(play, place, async () => {
      const { candidate } = place;
      await tell(play, candidate, await formOf(play, candidate), applicantOf(play, candidate));
    }),
  );
}

/** Once in a play: without a signature, where the step asks one; and below the pass mark. */
async function attemptWrong(
  play: GeneralPlay,
  all: readonly [At<'apply'>, Contender][],
  { candidate, step }: At<'apply'>,
): Promise<void> {
  const applicant = applicantOf(play, candidate);
  const form = await formOf(play, candidate);
  const refusal = { status: 422, clause: 'R62' };
  if (step.rules?.includes('signed') === true && once(play, 'unsigned')) {
    await expectRefusal(play, applicant, eventsOf(candidate), unsigned(form), refusal, [
      `${candidate.name}的申报表没有签字盖章`,
      'an application without a signature',
    ]);
  }
  const isScanned = policiesOf(play.plan, candidate.category).signatureScanRequired?.value === true;
  if (step.rules?.includes('signature-scanned') === true && isScanned && once(play, 'unscanned')) {
    const { signatureFileId: _, ...words } = form;
    const told = { ...words, signatureEvidence: '已盖章' };
    await expectRefusal(play, applicant, eventsOf(candidate), told, refusal, [
      `${candidate.name}只写已盖章，没有附扫描件`,
      'words instead of the sealed page',
    ]);
  }
  const weak = all.find(([place, contender]) => contender.weak && isWeighed(play, place));
  if (weak === undefined || !once(play, 'below the mark')) return;
  const [{ candidate: last }] = weak;
  await expectRefusal(
    play,
    applicantOf(play, last),
    eventsOf(last),
    await formOf(play, last),
    { status: 422, clause: 'R61' },
    [`${last.name}得分不到合格线`, 'below the pass mark'],
  );
}

const isWeighed = ({ plan }: GeneralPlay, { candidate }: Place): boolean =>
  Object.keys(plan.streams).some((code) => weighs(policiesOf(plan, candidate.category), code));

const formOf = (play: GeneralPlay, candidate: Candidate) =>
  applicationOf(play, candidate, applicantOf(play, candidate), {
    statement: `${candidate.name}对照标准自评达标，特此申报`,
    priorityClass: categoryOf(play, candidate.category).priorityClasses?.[0] ?? null,
  });

/** Where a criterion counts the sites below that conform, its township looks at those not yet looked at. */
async function sitesConform(play: GeneralPlay, candidate: Candidate): Promise<void> {
  const { criteria } = categoryOf(play, candidate.category);
  if (!criteria.some(({ required }) => required?.of === 'sites' && required.fact === 'conformance'))
    return;
  const bases = play.bases.filter(({ township }) => (candidate.township ?? township) === township);
  const below = [...(candidate.township ?? play.county).villages, ...bases];
  const owed = below.filter(({ siteId }) => once(play, `assessed ${siteId}`));
  await forEach(owed, async ({ siteId, township }) => {
    const office = await officerOf(play, { ...candidate, township }, ['township-office']);
    if (office === undefined) return;
    const { campaignId } = play;
    const seen = { occurredOn: today(play), inspectors: [office.name], conforms: true };
    const site = { campaignId, siteId, kind: 'SCHEDULED', ...seen };
    await play.client.post(office, '/v1/inspections', site);
  });
}
