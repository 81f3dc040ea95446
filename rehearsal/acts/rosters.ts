// The roster was frozen when the plan was issued; the bases of May came later (R12, Q6).

import { bookOf, downloadForm, expectWrongRow, filled, importList } from '../kit/books.ts';
import { Unexpected } from '../kit/client.ts';
import { expectRefusal, type Play } from '../kit/play.ts';

const REASON = '方案印发后新认定的基地，其站点列入县级名册';

/** The office downloads the roster, writes the bases below it and sends it back, first with a slip. */
export async function enterBases(play: Play): Promise<void> {
  const { cast, campaignId, bases, client } = play;
  const [officer] = cast.officers;
  const asked = `campaignId=${campaignId}`;
  const form = await downloadForm(play, officer, `/v1/imports/rosters.xlsx?${asked}`);
  const added = bases.map(({ siteId }) => filled(form, [], { 站点代码: siteId }));
  const whole = { ...form, rows: [...form.rows, ...added] };
  const slip = { ...form, rows: [...form.rows, filled(form, [], { 站点代码: '610222999-S1' })] };
  const path = `/v1/imports/rosters?${asked}&reason=${encodeURIComponent(REASON)}&`;
  const words = ['站点名册', 'the roster of sites'] as const;
  await expectWrongRow(play, officer, path, await bookOf(slip), words);
  await importList(play, officer, path, await bookOf(whole), words);
  const { rosterVersion } = await client.get<{ rosterVersion: number }>(
    officer,
    `/v1/campaigns/${campaignId}`,
  );
  if (rosterVersion !== 2) throw new Unexpected(`the roster is version ${rosterVersion}`);
  play.timeline.say(
    `县远程办说明理由，将 ${bases.length} 个基地站点增列入名册（第 2 版）`,
    'the bases’ sites enter the roster, by workbook and with a reason',
  );
  const again = { type: 'amend-roster', add: bases.map(({ siteId }) => siteId), remove: [] };
  await expectRefusal(
    play,
    officer,
    `/v1/campaigns/${campaignId}/events`,
    { ...again, reason: REASON },
    { status: 422, clause: 'R12' },
    ['同一站点再次列入名册', 'a site enters the roster twice'],
  );
}
