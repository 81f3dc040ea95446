// Lists as offices keep them: sites and villages come as CSV, run dry first, then applied.

import { personName } from '../acts/persons.ts';
import { actorOf } from './actors.ts';
import { expectWrongRow, importList } from './books.ts';
import { Unexpected } from './client.ts';
import { PARTS, type Village, villageOf } from './county.ts';
import type { Candidate, Play } from './play.ts';

const SITE_HEADER =
  '站点代码,站点模式,安装在党员活动室,座位数,党员数,电视机（吋）,投影,A岗管理员,B岗管理员';

/** Imports the facts of each site; one has too small a television, and says so. */
export async function importSites(play: Play): Promise<void> {
  const small = villageOf(play.county, PARTS.smallTelevision);
  const rows = play.county.villages.map((village, index) => {
    const members = 18 + ((index * 7) % 30);
    const hasProjector = village !== small && index % 5 === 0;
    const inches = village === small ? 48 : hasProjector ? '' : 55;
    const posts = [personName(index), personName(index + 200)];
    const room = [members + 12, members, inches, hasProjector ? '是' : '否'];
    return [village.siteId, 'TELECOM', '是', ...room, ...posts].join(',');
  });
  const [officer] = play.cast.officers;
  const list = csvOf([SITE_HEADER, ...rows]);
  await importList(play, officer, '/v1/imports/sites?', list, ['站点情况', 'site facts']);
}

const WRONG_ROW = 6;

/** Imports the villages as a list. One row is wrong on purpose, and the dry run names its cell. */
export async function importVillages(play: Play): Promise<void> {
  const { county, cast, campaignId } = play;
  const [officer] = cast.officers;
  const path = `/v1/imports/candidates?campaignId=${campaignId}&`;
  const header = '类别,单位代码,站点代码';
  const rows = county.villages.map(({ code, siteId }) => `示范村,${code},${siteId}`);
  const wrong = rows.map((row, index) => (index === WRONG_ROW ? row.replace('村', '屯') : row));
  const words = ['村（社区）名单', 'list of villages'] as const;
  await expectWrongRow(play, officer, path, csvOf([header, ...wrong]), words);
  await importList(play, officer, path, csvOf([header, ...rows]), words);
  await readVillages(play);
}

async function readVillages(play: Play): Promise<void> {
  const { county, client, cast, campaignId } = play;
  const registered = await client.list<{ id: string; name: string; organisationId: string }>(
    cast.officers[0],
    `/v1/candidates?campaignId=${campaignId}&category=DEMONSTRATION_VILLAGE`,
  );
  const byPlace = new Map(registered.map((row) => [row.organisationId, row]));
  const candidates = county.villages.map((village) => {
    const row = byPlace.get(village.id);
    if (row === undefined) throw new Unexpected(`${village.name} was not registered`);
    return ofVillage(play, village, row.id);
  });
  play.candidates.set('DEMONSTRATION_VILLAGE', candidates);
}

const ofVillage = ({ cast }: Play, village: Village, id: string): Candidate => ({
  id,
  name: village.name,
  category: 'DEMONSTRATION_VILLAGE',
  organisationId: village.id,
  siteId: village.siteId,
  township: village.township,
  actor: actorOf(cast.villages, village.id),
});

const csvOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
