// Phase 2, 集中争创: activities, evidence, declarations; some late, one returned, one withdrawn.

import { actorOf } from '../kit/actors.ts';
import { sayStanding } from '../kit/candidate-states.ts';
import type { Actor } from '../kit/client.ts';
import { forEach } from '../kit/client.ts';
import { EVALUATED_VILLAGES, PARTS, villageOf } from '../kit/county.ts';
import { uploadPhoto } from '../kit/photos.ts';
import {
  type Candidate,
  candidateOfVillage,
  candidatesOf,
  eventsOf,
  expectRefusal,
  moveTo,
  type Play,
  recordEvidence,
  settle,
  tell,
  tellCampaign,
} from '../kit/play.ts';
import { fulfilDuties } from './duties.ts';
import { preparePersons, prepareTownships } from './showcases.ts';

/** Plays from July to the ninth of October, of which the first eight days are days off. */
export async function playCreation(play: Play): Promise<void> {
  await holdActivities(play);
  await declare(play);
  await declareLate(play);
}

async function holdActivities(play: Play): Promise<void> {
  const { timeline, county } = play;
  await moveTo(play, '2017-08-10');
  const villages = candidatesOf(play, 'DEMONSTRATION_VILLAGE');
  const evaluated = new Set(EVALUATED_VILLAGES.map((place) => villageOf(county, place).id));
  const progress = timeline.progress(
    '村（社区）开展学用活动、上墙公布、固定学习日',
    'villages hold activities and keep their records',
    villages.length,
  );
  await forEach(
    villages,
    async (village) => {
      await prepareVillage(play, village);
      if (evaluated.has(village.organisationId)) {
        await recordEvidence(play, village, {
          kind: 'experience',
          summary: '“远程教育+产业”学用经验',
        });
      }
    },
    progress.tick,
  );
  progress.end();
  const units = ['ADVANCED_COUNTY', 'DEMONSTRATION_TOWNSHIP', 'DEMONSTRATION_BASE'] as const;
  await forEach(
    units.flatMap((category) => candidatesOf(play, category)),
    (unit) => holdActivity(play, unit),
  );
  await forEach(candidatesOf(play, 'DEMONSTRATION_BASE'), (base) => prepareBase(play, base));
  await moveTo(play, '2017-08-15');
  const leaver = candidateOfVillage(play, villageOf(county, PARTS.withdraws));
  await tell(play, leaver, { type: 'withdraw', reason: '村委会办公场所改建，站点停用' });
  timeline.say(`${leaver.name}申请撤回`, 'a village withdraws');
  await moveTo(play, '2017-08-30');
  await prepareTownships(play);
  await preparePersons(play);
}

const holdActivity = (play: Play, candidate: Candidate) =>
  recordEvidence(play, candidate, {
    kind: 'activity',
    summary: '组织党员收看实用技术专题节目并现场答疑',
    form: '集中收看',
    detail: { participants: 26, effect: '参加的党员掌握了一项实用技术' },
  });

const POSTINGS = ['MANAGEMENT_RULES', 'ADMINISTRATOR', 'FAULT_PROCEDURE'];

async function prepareVillage(play: Play, village: Candidate): Promise<void> {
  await holdActivity(play, village);
  for (const subject of POSTINGS) {
    const photo = await uploadPhoto(play, village);
    await recordEvidence(play, village, {
      kind: 'wall-posting',
      summary: '上墙公布照片',
      detail: { subject },
      fileIds: [photo],
    });
  }
  await recordEvidence(play, village, {
    kind: 'study-session',
    summary: '固定学习日集中学习',
    detail: { occasion: 'FIXED_STUDY_DAY', present: 24, expected: 26 },
  });
}

async function prepareBase(play: Play, base: Candidate): Promise<void> {
  await recordEvidence(play, base, {
    kind: 'teacher',
    summary: '农艺师，另有乡土专家两名',
    detail: { name: '宋志远', speciality: '果树栽培' },
  });
  await recordEvidence(play, base, {
    kind: 'training-event',
    summary: '举办实用技术培训班',
    detail: { organiser: 'BASE' },
  });
  await recordEvidence(play, base, {
    kind: 'education-activity',
    summary: '党的理论政策宣讲',
    detail: { participants: 60 },
  });
}

/** The actor who confirms what a candidate declares, by the route of its category. */
function confirmerOf({ cast }: Play, { category, township }: Candidate): Actor | null {
  if (category === 'ADVANCED_COUNTY') return null;
  if (category === 'DEMONSTRATION_TOWNSHIP') return cast.officers[1];
  return actorOf(cast.offices, township?.id ?? '');
}

async function declareAndConfirm(play: Play, candidate: Candidate): Promise<void> {
  const confirmer = confirmerOf(play, candidate);
  await tell(play, candidate, declaration(candidate));
  if (confirmer !== null) await tell(play, candidate, { type: 'confirm-created' }, confirmer);
}

const declaration = ({ name }: Candidate) => ({
  type: 'declare-created',
  statement: `${name}对照创建标准开展了学用活动，申报创建`,
});

async function declare(play: Play): Promise<void> {
  const { timeline, county } = play;
  const partOf = (place: string) => candidateOfVillage(play, villageOf(county, place));
  const returned = partOf(PARTS.declarationIsReturned);
  const apart = new Set(
    [PARTS.withdraws, PARTS.declaresLateAdmitted, PARTS.declaresLateRefused]
      .map(partOf)
      .concat(returned),
  );
  await moveTo(play, '2017-09-12');
  const units = (
    [
      'ADVANCED_COUNTY',
      'DEMONSTRATION_TOWNSHIP',
      'DEMONSTRATION_BASE',
      'DEMONSTRATION_VILLAGE',
    ] as const
  )
    .flatMap((category) => candidatesOf(play, category))
    .filter((candidate) => !apart.has(candidate));
  const progress = timeline.progress(
    '申报创建并经核实确认',
    'declared and confirmed',
    units.length,
  );
  await forEach(units, (candidate) => declareAndConfirm(play, candidate), progress.tick);
  progress.end();
  await tell(play, returned, declaration(returned));
  const corrections = ['学习活动登记册缺 7 月记录', '活动照片与日期不符'];
  const office = confirmerOf(play, returned) as Actor;
  await tell(play, returned, { type: 'return-declaration', corrections }, office);
  timeline.say(`${returned.name}的创建申报被退回，须完善 2 处`, 'a declaration is returned');
  await moveTo(play, '2017-09-20');
  await declareAndConfirm(play, returned);
  timeline.say(`${returned.name}完善后重新申报并获确认`, 'put right, declared again, confirmed');
}

/** A declaration after 30 September 24:00 is late; the county office may admit it, with a reason. */
async function declareLate(play: Play): Promise<void> {
  const { timeline, county, cast, campaignId } = play;
  const [officer] = cast.officers;
  const admitted = candidateOfVillage(play, villageOf(county, PARTS.declaresLateAdmitted));
  const refused = candidateOfVillage(play, villageOf(county, PARTS.declaresLateRefused));
  await moveTo(play, '2017-09-28');
  await moveTo(play, '2017-10-09', '08:30');
  for (const late of [admitted, refused]) {
    await expectRefusal(
      play,
      late.actor,
      eventsOf(late),
      declaration(late),
      { status: 422, clause: 'R51' },
      [`${late.name}逾期申报创建`, 'declared after the window'],
    );
  }
  const reason = '九月中旬道路水毁，材料无法按时报送';
  await tell(play, admitted, { type: 'admit-late-declaration', reason }, officer);
  await tell(play, admitted, declaration(admitted));
  timeline.say(`县远程办准予${admitted.name}逾期申报：${reason}`, 'one is admitted, with a reason');
  const advance = { type: 'advance-phase' };
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    advance,
    { status: 422, clause: 'R57' },
    ['尚有申报未核实即转入第三阶段', 'a declaration still waits for its confirmation'],
  );
  await tell(play, admitted, { type: 'confirm-created' }, confirmerOf(play, admitted) as Actor);
  await fulfilDuties(play, 'concentrated-creation');
  await sayStanding(play);
  timeline.heading('第三阶段 自查整改', 'phase 3, self-check and rectification');
  await moveTo(play, '2017-10-09', '10:00');
  const moved = await settle(play, await tellCampaign(play, officer, advance));
  timeline.say(
    `假期后转入第三阶段，传达到 ${moved} 个申报对象；${refused.name}未获准，列为未创建`,
    'phase 3; whoever was not admitted is not created',
  );
}
