// Phase 4, 考核评议: ballots of the masses, then written applications.

import { forEach } from '../kit/client.ts';
import { APPLYING_TOWNSHIPS, EVALUATED_VILLAGES, villageOf } from '../kit/county.ts';
import {
  type Candidate,
  candidateOfTownship,
  candidateOfVillage,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  tell,
} from '../kit/play.ts';
import { applicationOf, unsigned } from './applications.ts';
import type { Standing } from './assessment.ts';
import { assessAll } from './assessment.ts';
import {
  type Asked,
  attemptOwnRound,
  BALLOTS_BY_HAND,
  holdRounds,
  holdVoidThenValid,
} from './ballots.ts';
import { fulfilDuties } from './duties.ts';
import type { Orders } from './inspections.ts';
import { inspectRemainingSites } from './inspections.ts';
import { rectifyEscalated } from './orders.ts';
import { BASE_CLASSES } from './registration.ts';
import { beginUnfinished, repeatUnfinished, type Unfinished } from './secret-ballots.ts';
import { assessCases } from './showcases.ts';

/** The evaluated candidates, best first within their category. */
function standings(play: Play): Standing[] {
  const best = (candidates: readonly Candidate[], weakest = false): Standing[] =>
    candidates.map((candidate, rank) => ({
      candidate,
      rank,
      weak: weakest && rank === candidates.length - 1,
    }));
  const villages = EVALUATED_VILLAGES.map((place) =>
    candidateOfVillage(play, villageOf(play.county, place)),
  );
  const townships = APPLYING_TOWNSHIPS.map((name) => candidateOfTownship(play, name));
  return [
    ...best(candidatesOf(play, 'ADVANCED_COUNTY')),
    ...best(townships, true),
    ...best(villages, true),
    // The last two bases are level; their class of preference tells them apart (R27).
    ...level(best(candidatesOf(play, 'DEMONSTRATION_BASE')), 3),
    ...best(candidatesOf(play, 'ADVANCED_WORKER')),
    // The fifth and the sixth administrator are level, across the line of the quota.
    ...level(best(candidatesOf(play, 'OUTSTANDING_SITE_ADMINISTRATOR')), 5),
    ...best(candidatesOf(play, 'LEARNING_APPLICATION_PACESETTER')),
  ];
}

const level = (all: Standing[], index: number): Standing[] =>
  all.map((standing, position) =>
    position === index ? { ...standing, rank: standing.rank - 1 } : standing,
  );

/** The lower a candidate stands, the more of its first voters give a lower grade. */
const askedOf = ({ candidate, rank, weak }: Standing): Asked => ({
  candidate,
  stream: 'mass',
  gradeOf: (voter) => (weak ? '一般' : voter < rank ? '较好' : '好'),
});

export async function evaluate(play: Play): Promise<Standing[]> {
  await moveTo(play, '2017-11-02');
  await fulfilDuties(play, 'evaluation');
  const all = standings(play);
  const unfinished = await putToTheMasses(play, all);
  await moveTo(play, '2017-11-03');
  await repeatUnfinished(play, unfinished);
  await assessAll(play, all);
  await assessCases(play);
  return all;
}

/** Holds everybody's round; one township's ballots do not add up, one village's do not come back. */
async function putToTheMasses(play: Play, all: readonly Standing[]): Promise<Unfinished> {
  const of = (category: Candidate['category']): Standing => {
    const found = all.find(({ candidate }) => candidate.category === category);
    if (found === undefined) throw new Error(`no ${category} is evaluated`);
    return found;
  };
  const [township, village] = [of('DEMONSTRATION_TOWNSHIP'), of('DEMONSTRATION_VILLAGE')];
  await attemptOwnRound(play, askedOf(township));
  await holdVoidThenValid(play, askedOf(township), BALLOTS_BY_HAND + 1, [
    `${township.candidate.name}的评议收回的票多于发出的票，无效，重新组织`,
    'more ballots came back than went out: void, held once more',
  ]);
  const unfinished = await beginUnfinished(play, askedOf(village));
  const others = all.filter((standing) => standing !== township && standing !== village);
  await holdRounds(play, others.map(askedOf));
  return unfinished;
}

/** The application form with the class of preference that the base claims (R27). */
const formOf = (play: Play, candidate: Candidate) =>
  applicationOf(play, candidate, candidate.actor, {
    statement: `${candidate.name}经评议、考评，对照标准自评达标，特此申报`,
    priorityClass:
      BASE_CLASSES[candidatesOf(play, 'DEMONSTRATION_BASE').indexOf(candidate)] ?? null,
  });

export async function apply(play: Play, all: readonly Standing[], orders: Orders): Promise<void> {
  const { timeline } = play;
  await moveTo(play, '2017-11-06');
  await rectifyEscalated(play, orders);
  await attemptUnsigned(play);
  for (const { candidate } of all.filter(({ weak }) => weak)) {
    await expectRefusal(
      play,
      candidate.actor,
      eventsOf(candidate),
      await formOf(play, candidate),
      { status: 422, clause: 'R61' },
      [`${candidate.name}综合得分不到 80 分`, 'below the pass mark'],
    );
  }
  const [county] = candidatesOf(play, 'ADVANCED_COUNTY') as [Candidate];
  await expectRefusal(
    play,
    county.actor,
    eventsOf(county),
    await formOf(play, county),
    { status: 422, clause: 'R12' },
    ['县本级申报，尚有站点未达标', 'the county applies while not every site conforms'],
  );
  const applying = all.filter(({ candidate, weak }) => !weak && candidate !== county);
  const progress = timeline.progress('书面申报', 'applied in writing', applying.length);
  await forEach(
    applying,
    async ({ candidate }) => tell(play, candidate, await formOf(play, candidate)),
    progress.tick,
  );
  progress.end();
  await inspectRemainingSites(play);
  const { stage } = await tell(play, county, await formOf(play, county));
  if (stage !== 'cityVerification') throw new Error(`the county's application went to ${stage}`);
  timeline.say(
    '县本级再次申报：既是对象又是验收单位，直接报市远程教育中心',
    'the county applies again: it cannot accept itself, the city will',
  );
}

async function attemptUnsigned(play: Play): Promise<void> {
  const [worker] = candidatesOf(play, 'ADVANCED_WORKER') as [Candidate];
  await expectRefusal(
    play,
    worker.actor,
    eventsOf(worker),
    unsigned(await formOf(play, worker)),
    { status: 422, clause: 'R62' },
    [`${worker.name}的申报表没有签字盖章`, 'an application without a signature'],
  );
}
