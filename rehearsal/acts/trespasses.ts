// Trespasses that are refused: the wrong role, another's place, an administrator who wants to look.

import { actorOf } from '../kit/actors.ts';
import { Unexpected } from '../kit/client.ts';
import { bodyOf, townshipOf } from '../kit/county.ts';
import { candidateOfTownship, eventsOf, expectRefusal, type Play } from '../kit/play.ts';

export async function attemptTrespasses(play: Play): Promise<void> {
  const { cast, county, campaignId, timeline } = play;
  const pengzhen = candidateOfTownship(play, '彭镇');
  const wuli = townshipOf(county, '五里镇');
  const neighbour = actorOf(cast.committees, wuli.id);
  const village = actorOf(cast.villages, pengzhen.township?.villages[0]?.id ?? '');

  await expectRefusal(
    play,
    neighbour,
    eventsOf(pengzhen),
    { type: 'withdraw', reason: '代办' },
    { status: 404 },
    [
      '五里镇要替彭镇撤回申报（不在其管辖范围，连是否存在也不告知）',
      'another township’s candidate is not even there',
    ],
  );
  await expectRefusal(
    play,
    village,
    eventsOf(pengzhen),
    { type: 'approve-plan' },
    { status: 404 },
    ['村党支部要审批本镇方案', 'a village would approve its township’s plan'],
  );
  await expectRefusal(
    play,
    pengzhen.actor,
    eventsOf(pengzhen),
    {
      type: 'record-inspection',
      kind: 'SCHEDULED',
      occurredOn: play.now.slice(0, 10),
      inspectors: ['某人'],
      triggers: [],
      findings: [],
    },
    { status: 403 },
    ['彭镇党委要检查自己', 'nobody inspects with the wrong role'],
  );
  await expectRefusal(
    play,
    neighbour,
    '/v1/candidates',
    {
      campaignId,
      category: '先进工作者',
      organisationId: pengzhen.organisationId,
      personName: '某人',
    },
    { status: 403 },
    ['五里镇要替彭镇登记先进工作者', 'a worker of another township'],
  );
  await expectRefusal(
    play,
    cast.administrator,
    '/v1/principals',
    {
      name: '一人多职',
      grants: [
        { role: 'administrator', organisationId: county.id },
        { role: 'county-office', organisationId: bodyOf(county, county.id, 'county-office') },
      ],
    },
    { status: 422 },
    ['系统管理员兼任业务角色（三员分立）', 'administrator and business roles are never one'],
  );
  const { status } = await play.client.ask(
    cast.administrator,
    'GET',
    `/v1/candidates/${pengzhen.id}`,
  );
  if (status !== 404) throw new Unexpected(`the administrator sees business: ${status}`);
  timeline.say('系统管理员看不到业务数据（404）', 'the administrator sees no business');
}
