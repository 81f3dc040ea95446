// Phase 3, 自查整改: each created site is held against every criterion; findings are put right.

import { actorOf } from '../kit/actors.ts';
import { sayStanding } from '../kit/candidate-states.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { PARTS, villageOf, WITH_SHORTCOMINGS } from '../kit/county.ts';
import {
  type Candidate,
  candidateOfVillage,
  candidatesOf,
  categoryOf,
  expectRefusal,
  moveTo,
  type Play,
  settle,
  tell,
  tellCampaign,
} from '../kit/play.ts';
import { fulfilDuties } from './duties.ts';
import { superviseLate } from './inspections.ts';

/** Township offices check villages and bases, committees their townships, the county itself. */
function checkerOf({ cast }: Play, { category, township, actor }: Candidate): Actor {
  const isChecked = category === 'DEMONSTRATION_VILLAGE' || category === 'DEMONSTRATION_BASE';
  return isChecked && township !== null ? actorOf(cast.offices, township.id) : actor;
}

type Result = { criterion: string; met: boolean; priority?: string; responsiblePerson?: string };

/** An answer to every criterion that the self-check asks for; those in `unmet` fall short. */
function resultsOf(play: Play, { category }: Candidate, unmet: readonly string[]): Result[] {
  return categoryOf(play, category)
    .criteria.filter(({ at }) => at === 'self-check')
    .map(({ id }) =>
      unmet.includes(id)
        ? { criterion: id, met: false, priority: '列为整改重点', responsiblePerson: '站点管理员' }
        : { criterion: id, met: true },
    );
}

const check = (play: Play, candidate: Candidate, unmet: readonly string[] = []) =>
  play.client.post(checkerOf(play, candidate), `/v1/candidates/${candidate.id}/self-checks`, {
    results: resultsOf(play, candidate, unmet),
  });

const SHORTCOMINGS = [
  ['village.safety'],
  ['village.activity-register', 'village.discussion-book'],
  ['village.playback'],
];

/** The one created site that nobody has checked by the end of October. */
const forgotten = (play: Play): Candidate =>
  candidatesOf(play, 'DEMONSTRATION_BASE').at(-1) as Candidate;

export async function checkCreatedSites(play: Play): Promise<void> {
  const { timeline, county } = play;
  await moveTo(play, '2017-10-10');
  const falling = WITH_SHORTCOMINGS.map((place) => villageOf(county, place).id);
  const small = candidateOfVillage(play, villageOf(county, PARTS.smallTelevision));
  const absent = [PARTS.withdraws, PARTS.declaresLateRefused].map(
    (place) => villageOf(county, place).id,
  );
  const created = (
    [
      'ADVANCED_COUNTY',
      'DEMONSTRATION_TOWNSHIP',
      'DEMONSTRATION_BASE',
      'DEMONSTRATION_VILLAGE',
    ] as const
  )
    .flatMap((category) => candidatesOf(play, category))
    .filter((unit) => unit !== small && unit !== forgotten(play))
    .filter(({ organisationId }) => !absent.includes(organisationId));
  await checkSmallTelevision(play, small);
  const progress = timeline.progress('对照标准逐项自查', 'self-checked', created.length);
  await forEach(
    created,
    (unit) => {
      const index = falling.indexOf(unit.organisationId);
      return check(play, unit, index < 0 ? [] : (SHORTCOMINGS[index % SHORTCOMINGS.length] ?? []));
    },
    progress.tick,
  );
  progress.end();
  timeline.say(
    `${falling.length + 1} 个站点查出不足，列整改重点、定整改责任人`,
    'some fall short: each shortcoming gets a priority and a responsible person',
  );
}

/** The self-check cannot attest what the records deny (R19): 48 inches are no 50. */
async function checkSmallTelevision(play: Play, small: Candidate): Promise<void> {
  await expectRefusal(
    play,
    checkerOf(play, small),
    `/v1/candidates/${small.id}/self-checks`,
    { results: resultsOf(play, small, []) },
    { status: 422, clause: 'R19' },
    [`${small.name}48吋电视、无投影，自查却填“达标”`, 'a self-check that the facts deny'],
  );
  await check(play, small, ['village.screen']);
}

/** Every finding is put right by the end of October, and measured where it can be. */
export async function rectifyFindings(play: Play): Promise<void> {
  const { timeline, county, client } = play;
  const rectify = (candidate: Candidate, criterion: string) =>
    tell(
      play,
      candidate,
      { type: 'confirm-finding-rectified', criterion, remark: '已复查，整改到位' },
      checkerOf(play, candidate),
    );
  await forEach(WITH_SHORTCOMINGS, async (place, index) => {
    const candidate = candidateOfVillage(play, villageOf(county, place));
    for (const criterion of SHORTCOMINGS[index % SHORTCOMINGS.length] ?? []) {
      await rectify(candidate, criterion);
    }
  });
  const small = candidateOfVillage(play, villageOf(county, PARTS.smallTelevision));
  const claim = {
    type: 'confirm-finding-rectified',
    criterion: 'village.screen',
    remark: '已整改',
  };
  await expectRefusal(
    play,
    checkerOf(play, small),
    `/v1/candidates/${small.id}/events`,
    claim,
    { status: 422, clause: 'R19' },
    [`${small.name}电视未换即报整改到位`, 'put right on paper only'],
  );
  const site = await client.get<{ revision: number }>(small.actor, `/v1/sites/${small.siteId}`);
  const headers = { 'if-match': `"${site.revision}"` };
  const facts = { facts: { televisionInches: 55 } };
  await client.demand(small.actor, 'PATCH', `/v1/sites/${small.siteId}`, facts, { headers });
  await rectify(small, 'village.screen');
  timeline.say(
    `${small.name}换装55吋电视，${WITH_SHORTCOMINGS.length + 1} 个站点的不足全部整改`,
    'a larger television; every shortcoming is put right',
  );
}

export async function enterEvaluation(play: Play): Promise<void> {
  const { cast, timeline, campaignId } = play;
  const [officer] = cast.officers;
  const advance = { type: 'advance-phase' };
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    advance,
    { status: 422, clause: 'R72' },
    [
      `${PARTS.supervisesLate}只有定期督查即转入第四阶段`,
      'a township lacks one kind of supervision',
    ],
  );
  await superviseLate(play);
  await fulfilDuties(play, 'self-check-rectification');
  await sayStanding(play);
  timeline.heading('第四阶段 考核评议', 'phase 4, evaluation');
  await moveTo(play, '2017-11-01');
  const late = forgotten(play);
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    advance,
    { status: 422, clause: 'R57' },
    [`${late.name}尚未自查即转入第四阶段`, 'a created site has not been self-checked'],
  );
  await check(play, late);
  const moved = await settle(play, await tellCampaign(play, officer, advance));
  timeline.say(`补做自查后转入第四阶段，传达到 ${moved} 个申报对象`, 'checked, late; phase 4');
}
