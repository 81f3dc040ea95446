// The roster was frozen when the plan was issued; the bases of May came later (R12, Q6).

import { expectRefusal, type Play, tellCampaign } from './play.ts';

export async function enterBases(play: Play): Promise<void> {
  const { cast, campaignId, bases, timeline } = play;
  const [officer] = cast.officers;
  const amend = {
    type: 'amend-roster',
    add: bases.map(({ siteId }) => siteId),
    remove: [],
    reason: '方案印发后新认定的基地，其站点列入县级名册',
  };
  await tellCampaign(play, officer, amend);
  timeline.say(
    `县远程办说明理由，将 ${bases.length} 个基地站点增列入名册（第 2 版）`,
    'the bases’ sites enter the roster, by command and with a reason',
  );
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    amend,
    { status: 422, clause: 'R12' },
    ['同一站点再次列入名册', 'a site enters the roster twice'],
  );
}
