import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit, unitPath } from '../support/units.ts';

const DIVISIONS = '/v1/imports/divisions?';
const HEADER = '统计用区划代码,城乡分类代码,名称';

let desk: Desk;
let administrator: Caller;
beforeAll(async () => {
  desk = await openDesk();
  administrator = desk.administrator;
});
afterAll(() => desk.close());

const dryRun = (csv: string, more = ''): Promise<Answer> =>
  administrator('POST', `${DIVISIONS}${more}dryRun=true`, csv);
const cells = ({ body }: Answer) =>
  body.errors.map(({ cell, message }: { cell: string; message: string }) => [cell, message]);
async function bringIn(csv: string, more = ''): Promise<Answer> {
  const dry = await dryRun(csv, more);
  expect(cells(dry)).toEqual([]);
  return administrator('POST', `${DIVISIONS}${more}planToken=${dry.body.planToken}`, csv);
}
const list = (...rows: string[]) => [HEADER, ...rows].join('\n');
const named = async (code: string) =>
  (await desk.query('select name, kind, path from organisation where code = $1', code))[0];

test('P1: a county comes in with its townships, villages, bodies and sites, in any order', async () => {
  const csv = list(
    '610299101200,220,河湾村村民委员会',
    '610299101000,,清河镇',
    '610200000000,,铜川市',
    '610299000000,,清河县',
    '610299101001,121,清河社区居民委员会',
  );
  const { status, body } = await bringIn(csv);
  expect([status, body]).toEqual([
    201,
    { rows: 5, created: 4, updated: 0, unchanged: 1, warnings: [] },
  ]);
  expect(await named('610299-YCB')).toEqual({
    name: '清河县远程办',
    kind: 'COUNTY_OFFICE',
    path: unitPath('6102', '610299', '610299-YCB'),
  });
  const sites = await desk.query(
    `select id, kind, name from site where path like $1 || '%' order by id`,
    unitPath('6102', '610299'),
  );
  expect(sites).toEqual([
    { id: '610299101001-S1', kind: 'COMMUNITY', name: '清河社区远程教育站点' },
    { id: '610299101200-S1', kind: 'VILLAGE', name: '河湾村远程教育站点' },
  ]);
  const office = await desk.enter('county-office', unit('610299-YCB'));
  expect((await office('GET', `/v1/organisations/${unit('610299101')}`)).status).toBe(200);
});

test('P1: the list of a later year renames what is there, and the bodies that were named after it', async () => {
  await bringIn(list('610298000000,,大河县', '610298101000,,西乡', '610298102000,,东乡'));
  const { body } = await bringIn(list('610298101000,,西镇', '610298102000,,东乡'));
  expect(body).toMatchObject({ created: 0, updated: 1, unchanged: 1 });
  expect(await named('610298101')).toMatchObject({ name: '西镇' });
  expect(await named('610298101-ZF')).toMatchObject({ name: '西镇人民政府' });
  expect(await named('610298102-ZF')).toMatchObject({ name: '东乡人民政府' });
  const told = await desk.query(
    `select before, after from administrative_event
      where kind = 'organisation-renamed' and subject_id = $1`,
    unit('610298101-DW'),
  );
  expect(told).toMatchObject([{ before: { name: '西乡党委' }, after: { name: '西镇党委' } }]);
});

test('P1: of a larger list one division is taken, and the rest passed over', async () => {
  const csv = list(
    '610000000000,,陕西省',
    '610100000000,,西安市',
    '610102000000,,新城区',
    '610200000000,,铜川市',
    '610297000000,,小河县',
    '610296000000,,别的县',
  );
  const whole = await dryRun(csv);
  expect(cells(whole)).toContainEqual(['A2', '没有写明上级']);
  const { body } = await bringIn(csv, 'root=610297&');
  expect(body).toMatchObject({ rows: 6, created: 1, unchanged: 0 });
  expect(await named('610296')).toBeUndefined();
  expect((await dryRun(csv, 'root=610102&')).body.errors[0].message).toBe('没有上级 6101');
});

test('P1: what the directory contradicts is told by its row', async () => {
  const csv = [
    '代码,上级代码,级别,名称',
    '610222101,610203,乡镇,彭镇',
    '610203,6102,乡镇,印台区',
    '610294,610222101,县,某县',
  ].join('\n');
  expect(cells(await dryRun(csv))).toEqual([
    ['A2', '此代码已用于另一类型或另一上级的单位'],
    ['B2', '乡镇应设在县之下，而 610203 是乡镇'],
    ['A3', '此代码已用于另一类型或另一上级的单位'],
    ['B3', '乡镇应设在县之下，而 6102 是市'],
    ['B4', '县应设在市或省之下，而 610222101 是乡镇'],
  ]);
});

test('P1: a plan for a county that is not there is refused at its code', async () => {
  const { body: plan } = await (await desk.enter('county-department', unit('610222-ZZB')))(
    'GET',
    '/v1/plans/yijun-2017',
  );
  const department = await desk.enter('county-department', unit('610222-ZZB'));
  const elsewhere = { ...plan.plan, id: 'elsewhere', divisionCode: '419021' };
  const { status, body } = await department('POST', '/v1/plans', elsewhere);
  expect(status).toBe(422);
  expect(body.errors).toEqual([
    { path: '/body/divisionCode', message: '单位目录中没有区划代码为 419021 的县' },
  ]);
});
