import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { birthYearAt } from '../../src/db/candidate/identities.ts';
import { type Answer, type Caller, type Desk, openDesk } from '../support/administration.ts';
import { createDoor, somebody } from '../support/scene.ts';
import { unit, unitPath } from '../support/units.ts';

const CAMPAIGN = '0190a000-0000-7000-8000-000000000001';

let desk: Desk;
let administrator: Caller;
let office: Caller;
beforeAll(async () => {
  desk = await openDesk({ clock: '2017-05-20T01:00:00Z' });
  administrator = desk.administrator;
  office = await desk.enter('county-office', unit('610222-YCB'));
  const create = { planId: 'yijun-2017', planVersion: 1, name: '四创三评' };
  await advance(CAMPAIGN, { type: 'draft' }, { machine: 'campaign', ...create });
});
afterAll(() => desk.close());

async function advance(
  subjectId: string,
  event: { type: string; signatory?: string },
  create?: Parameters<Desk['performer']['perform']>[0]['create'],
) {
  const principal = somebody('county-department');
  await createDoor(desk.performer)(principal);
  const outcome = await desk.performer.perform({
    campaignId: CAMPAIGN,
    subjectId,
    event,
    principal,
    ...(create === undefined ? {} : { create }),
  });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
}

const CANDIDATES = `/v1/imports/candidates?campaignId=${CAMPAIGN}&`;
const ORGANISATIONS = '/v1/imports/organisations?';
const SITES = '/v1/imports/sites?';

const dryRun = (caller: Caller, url: string, csv: string): Promise<Answer> =>
  caller('POST', `${url}dryRun=true`, csv);
const apply = (caller: Caller, url: string, csv: string, token: string): Promise<Answer> =>
  caller('POST', `${url}planToken=${token}`, csv);
const named = async (personName: string): Promise<number> =>
  (await desk.query('select 1 from candidate where person_name = $1', personName)).length;
const cells = ({ body }: Answer) =>
  body.errors.map(({ cell, message }: { cell: string; message: string }) => [cell, message]);

async function bringIn(caller: Caller, url: string, csv: string): Promise<Answer> {
  const dry = await dryRun(caller, url, csv);
  expect(cells(dry)).toEqual([]);
  return apply(caller, url, csv, dry.body.planToken);
}

describe('a list of candidates', () => {
  test('waits until the campaign is issued', async () => {
    const { status } = await dryRun(office, CANDIDATES, '类别,单位\n示范村,彭村');
    expect(status).toBe(409);
    const [notice] = await desk.query<{ id: string }>('select id from document');
    for (const event of [{ type: 'review' }, { type: 'sign', signatory: '田永强' }])
      await advance(notice?.id ?? '', event);
  });

  test('is checked cell by cell, nothing is written', async () => {
    const csv = [
      '类别,单位,姓名,站点',
      '示范村,610222101203,,',
      '示范屯,610222101203,,',
      '示范村,没有村,,',
      '示范村,610222101,,',
      '示范村,610202001001,,',
      '先进工作者,610222101-DW,,',
      '示范村,610222101201,张三,',
      '示范村,610222101202,,610222101203-S1',
      '示范村（社区）,610222101203,,',
      '示范村,6.10222E+11,,',
    ].join('\n');
    const dry = await dryRun(office, CANDIDATES, csv);
    expect(dry.status).toBe(200);
    expect(dry.body).toMatchObject({ rows: 10, valid: 1, invalid: 9, planToken: null });
    expect(cells(dry)).toEqual([
      ['A3', expect.stringContaining('方案没有这一类别')],
      ['B4', '本县没有这个单位'],
      ['B5', '这一类别的对象应为村'],
      ['B6', '本县没有这个单位'],
      ['C7', '评选个人须写明姓名'],
      ['C8', '创建单位不写个人姓名'],
      ['D9', '该单位没有这一站点'],
      ['B10', '与第 2 行重复'],
      ['B11', expect.stringContaining('科学记数')],
    ]);
    expect(await desk.query('select 1 from operation')).toEqual([]);
  });

  test('tells its faults in the reader’s language', async () => {
    const headers = { 'accept-language': 'en' };
    const { body } = await office(
      'POST',
      `${CANDIDATES}dryRun=true`,
      '类别,单位\n示范村,无',
      headers,
    );
    expect(body.errors[0].message).toBe('no such organisation in the county');
  });

  test('R47: is registered wholly, in one transaction and in the name of whoever asked', async () => {
    const csv = '类别,单位,姓名\n示范村,彭村,\n先进工作者,610222101-DW,王军\n';
    const dry = await dryRun(office, CANDIDATES, csv);
    expect(dry.body).toMatchObject({ would: { rows: 2, created: 2 }, warnings: [] });
    expect(await desk.query('select 1 from candidate')).toEqual([]);
    const applied = await apply(office, CANDIDATES, csv, dry.body.planToken);
    expect(applied.status).toBe(201);
    expect(applied.body).toEqual({
      rows: 2,
      created: 2,
      updated: 0,
      unchanged: 0,
      warnings: [],
    });
    expect(await desk.query('select 1 from operation')).toEqual([]);
    const { body: me } = await office('GET', '/v1/me');
    const registered = await desk.query(
      `select c.category, c.organisation_id, c.site_id, c.person_name, e.principal_id
         from candidate c join event e on e.subject_id = c.id and e.type = 'register'
        order by c.category`,
    );
    expect(registered).toEqual([
      {
        category: 'ADVANCED_WORKER',
        organisation_id: unit('610222101-DW'),
        site_id: null,
        person_name: '王军',
        principal_id: me.id,
      },
      {
        category: 'DEMONSTRATION_VILLAGE',
        organisation_id: unit('610222101203'),
        site_id: '610222101203-S1',
        person_name: null,
        principal_id: me.id,
      },
    ]);
    expect(cells(await dryRun(office, CANDIDATES, csv))).toEqual([
      ['B2', '同一类别中已经登记'],
      ['C3', '同一类别中已经登记'],
    ]);
  });

  test('sent twice with one key gets the first answer', async () => {
    const csv = '类别,单位,姓名\n先进工作者,610222101-DW,李兰\n';
    const { body } = await dryRun(office, CANDIDATES, csv);
    const url = `${CANDIDATES}planToken=${body.planToken}`;
    const headers = { 'idempotency-key': 'list-1' };
    const [first, again] = await Promise.all([
      office('POST', url, csv, headers),
      office('POST', url, csv, headers),
    ]);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await named('李兰')).toBe(1);
  });

  test('sent twice at once with one token is registered once: the token is spent', async () => {
    const csv = '类别,单位,姓名\n先进工作者,610222101-DW,郑平\n';
    const { body } = await dryRun(office, CANDIDATES, csv);
    const answers = await Promise.all(
      [1, 2, 3].map(() => apply(office, CANDIDATES, csv, body.planToken)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const spent = answers.find(({ status }) => status === 409);
    expect(spent?.body).toMatchObject({
      type: '/docs/problems#plan-token-stale',
      detail: '这一令牌已经用过：名单已经导入。',
    });
    expect(await named('郑平')).toBe(1);
    expect((await apply(office, CANDIDATES, csv, body.planToken)).status).toBe(409);
  });

  test('run dry twice and applied twice at once is registered once', async () => {
    const csv = '类别,单位,姓名\n先进工作者,610222101-DW,冯涛\n';
    const tokens = [
      (await dryRun(office, CANDIDATES, csv)).body.planToken,
      (await dryRun(office, CANDIDATES, csv)).body.planToken,
    ];
    expect(tokens[0]).not.toBe(tokens[1]);
    const answers = await Promise.all(tokens.map((token) => apply(office, CANDIDATES, csv, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await named('冯涛')).toBe(1);
  });

  test('R63: a person who stands already is told by the cell at the dry run, with the clause', async () => {
    const digest = 'ab'.repeat(32);
    const header = '类别,单位,姓名,出生年份,身份摘要';
    const first = `${header}\n先进工作者,610222101-DW,田野,1970,${digest}`;
    expect((await bringIn(office, CANDIDATES, first)).status).toBe(201);
    const [row] = await desk.query<{ id: string; year: string; digest: string }>(
      `select id, birth_year as year, identity_digest as digest from candidate
        where person_name = '田野'`,
    );
    expect(row).toMatchObject({ digest });
    expect(desk.vault.open(birthYearAt(row?.id ?? ''), row?.year ?? '')).toBe('1970');
    const second = [
      header,
      '先进工作者,610222102-DW,田野,1970,',
      '先进工作者,610222103-DW,田野,1981,',
      `先进工作者,610222104-DW,田丰,,${digest.toUpperCase()}`,
      '先进工作者,610222105-DW,田园,1975,',
      '先进工作者,610222101-DW,田园,1975,',
    ].join('\n');
    const dry = await dryRun(office, CANDIDATES, second);
    expect(dry.body.errors).toMatchObject([
      { cell: 'C6', clause: 'R63', message: expect.stringContaining('与第 5 行为同一人') },
    ]);
    const third = second.split('\n').slice(0, 5).join('\n');
    expect((await dryRun(office, CANDIDATES, third)).body.errors).toMatchObject([
      { cell: 'C2', clause: 'R63', message: '同一人只在一个类别、由一个单位申报' },
      { cell: 'C4', clause: 'R63' },
    ]);
    const fourth = `${header}\n先进工作者,610222105-DW,田野,,\n`;
    const warned = await dryRun(office, CANDIDATES, fourth);
    expect(warned.body).toMatchObject({
      errors: [],
      warnings: [{ cell: 'C2', clause: 'R63', message: '没有同名而无法区分的申报对象' }],
    });
    expect(await named('田野')).toBe(1);
  });

  test('R63: neither an identity number nor a year of a unit is taken', async () => {
    const csv = [
      '类别,单位,姓名,出生年份,身份摘要',
      '先进工作者,610222101-DW,何方,,610222197001011234',
      '先进工作者,610222101-DW,何处,七〇年,',
      '示范村,610222101201,,1970,',
    ].join('\n');
    const dry = await dryRun(office, CANDIDATES, csv);
    expect(cells(dry)).toEqual([
      ['E2', expect.stringContaining('不得填写身份证号')],
      ['D3', expect.stringContaining('四位年份')],
      ['D4', expect.stringContaining('创建单位不填')],
    ]);
    expect(JSON.stringify(dry.body)).not.toContain('610222197001011234');
  });

  test('R63: one row refused when it is applied undoes every other, and is named', async () => {
    const csv =
      '类别,单位,姓名,出生年份\n先进工作者,610222101-DW,孔明,\n先进工作者,610222102-DW,孔亮,1971\n';
    const { body } = await dryRun(office, CANDIDATES, csv);
    // The revision of the list sees new candidates; what becomes of those there are it does not.
    const rename = async (from: string, to: string, year: string): Promise<void> => {
      const [{ id } = { id: '' }] = await desk.query<{ id: string }>(
        'select id from candidate where person_name = $1',
        from,
      );
      const sealed = desk.vault.seal(birthYearAt(id), year);
      await desk.query(
        'update candidate set person_name = $2, person_key = $2, birth_year = $3 where id = $1',
        id,
        to,
        sealed,
      );
    };
    await rename('田野', '孔亮', '1971');
    const refused = await apply(office, CANDIDATES, csv, body.planToken);
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      type: '/docs/problems#content-invalid',
      errors: [{ path: 'C3', clause: 'R63' }],
      unmet: [{ requirement: 'counted-once', clause: 'R63', row: 3 }],
    });
    expect(await named('孔明')).toBe(0);
    await rename('孔亮', '田野', '1970');
    expect((await apply(office, CANDIDATES, csv, body.planToken)).status).toBe(201);
  });

  test('is at most 2,000 rows, and the row beyond is named', async () => {
    const rows = Array.from({ length: 2_001 }, (_, index) => `先进工作者,610222101-DW,甲${index}`);
    const dry = await dryRun(office, CANDIDATES, ['类别,单位,姓名', ...rows].join('\n'));
    expect(cells(dry)).toEqual([['A2002', '一次至多 2000 行，请分批导入']]);
  });

  test('is stale when anybody was registered since the dry run', async () => {
    const csv = '类别,单位,姓名\n先进工作者,610222101-DW,赵强\n';
    const { body } = await dryRun(office, CANDIDATES, csv);
    await bringIn(office, CANDIDATES, csv.replace('赵强', '孙梅'));
    const stale = await apply(office, CANDIDATES, csv, body.planToken);
    expect([stale.status, stale.body.changed]).toEqual([409, ['candidates']]);
    expect(stale.body.type).toBe('/docs/problems#plan-token-stale');
  });

  test('is not another list than the one that was checked', async () => {
    const csv = '类别,单位,姓名\n先进工作者,610222101-DW,周安\n';
    const { body } = await dryRun(office, CANDIDATES, csv);
    const other = await apply(office, CANDIDATES, csv.replace('周安', '吴安'), body.planToken);
    expect([other.status, other.body.changed]).toEqual([409, ['file']]);
    for (const url of [CANDIDATES.slice(0, -1), `${CANDIDATES}planToken=abc`]) {
      expect((await office('POST', url, csv)).status).toBe(400);
    }
  });

  test('reaches as far as whoever sends it', async () => {
    const committee = await desk.enter('township-committee', unit('610222101-DW'));
    const csv = '类别,单位\n示范村,610222101201\n示范村,610222102201\n';
    expect(cells(await dryRun(committee, CANDIDATES, csv))).toEqual([['B3', '不在您的管辖范围']]);
    expect((await dryRun(administrator, CANDIDATES, csv)).status).toBe(403);
    const neighbour = await desk.enter('county-office', unit('610202-YCB'));
    expect((await dryRun(neighbour, CANDIDATES, csv)).status).toBe(404);
  });
});

describe('a list of organisations', () => {
  const HEADER = '代码,上级代码,类型,名称';

  test('adds children before or after their parents, and renames what is known', async () => {
    const csv = [
      HEADER,
      '610222901001-DZB,610222901001,村级党组织,新建村党支部',
      '610222901001,610222901,村,新建村村委会',
      '610222901,610222,TOWNSHIP,新建镇',
      '610222101,6102 22,乡镇,彭镇'.replace(' ', ''),
      '610222101203-DZB,610222101203,村级党组织,中共彭村总支部',
    ].join('\n');
    const { status, body } = await bringIn(administrator, ORGANISATIONS, csv);
    expect(status).toBe(201);
    expect(body).toEqual({ rows: 5, created: 3, updated: 1, unchanged: 1, warnings: [] });
    const added = await administrator('GET', `/v1/organisations/${unit('610222901001-DZB')}`);
    expect(added.body.path).toBe(
      unitPath('6102', '610222', '610222901', '610222901001', '610222901001-DZB'),
    );
    const renamed = await administrator('GET', `/v1/organisations/${unit('610222101203-DZB')}`);
    expect(renamed.body.name).toBe('中共彭村总支部');
  });

  test('a village that nobody answers for is told of, and what is meant for it goes to its township', async () => {
    const csv = [
      HEADER,
      '610222101991,610222101,村,新村',
      '610222101992,610222101,村,老村',
      '610222101992-DZB,610222101992,村级党组织,老村党支部',
    ].join('\n');
    const dry = await dryRun(administrator, ORGANISATIONS, csv);
    const warned = [{ cell: 'D2', message: expect.stringContaining('新村没有村级党组织') }];
    expect(dry.body).toMatchObject({ invalid: 0, warnings: warned });
    expect(await apply(administrator, ORGANISATIONS, csv, dry.body.planToken)).toMatchObject({
      status: 201,
      body: { created: 3, warnings: warned },
    });
    const list = '类别,单位,姓名\n学用标兵,610222101991,钱进\n学用标兵,610222101992,孙立';
    const { body } = await bringIn(office, CANDIDATES, list);
    expect(body.warnings).toMatchObject([{ row: 2, message: expect.stringContaining('新村') }]);
    const told = await desk.query<{ title: string; organisation: string; body: string }>(
      `select title, o.code as organisation, body from notice join organisation o on o.id = organisation_id
        where title like '%钱进%' or title like '%孙立%' order by o.code`,
    );
    expect(told.map(({ organisation }) => organisation)).toEqual([
      '610222101-DW',
      '610222101992-DZB',
    ]);
    expect(told[0]?.body).toContain('本通知应送新村（村级党组织）');
    expect(told[1]?.body).not.toContain('本通知应送');
  });

  test('is checked cell by cell and applied wholly or not at all', async () => {
    const csv = [
      HEADER,
      '610222902,610222,乡镇,好镇',
      '610222902,610222,乡镇,又一镇',
      '610222903,999,乡镇,无上级镇',
      '610222904001,610222904,村,无镇村',
      '610222905,610222,联邦,怪镇',
      '61/0222906,610222,乡镇,斜杠镇',
      '610222907,610222,乡镇,',
      '610222908-JD1,610222,基地,县属基地',
      '610222101,610222,县级主办单位,改类',
    ].join('\n');
    const dry = await dryRun(administrator, ORGANISATIONS, csv);
    expect(cells(dry)).toEqual([
      ['A3', '与第 2 行重复'],
      ['B4', '没有这个上级单位'],
      ['B5', '没有这个上级单位'],
      ['C6', expect.stringContaining('类型应为')],
      ['A7', '代码只能由字母、数字和连字符组成'],
      ['D8', '名称必填'],
      ['B9', '基地应设在乡镇之下'],
      ['A10', '此代码已用于另一类型或另一上级的单位'],
    ]);
    expect(dry.body).toMatchObject({ rows: 9, valid: 1, planToken: null });
    expect((await administrator('GET', '/v1/organisations/610222902')).status).toBe(404);
  });

  test('is the administrator’s, within the own reach', async () => {
    const csv = `${HEADER}\n610222909,610222,乡镇,某镇`;
    expect((await dryRun(office, ORGANISATIONS, csv)).status).toBe(403);
    const neighbour = await desk.enter('administrator', unit('610202'));
    expect(cells(await dryRun(neighbour, ORGANISATIONS, csv))).toEqual([
      ['B2', '不在您的管辖范围'],
    ]);
  });

  test('is stale when the directory has changed', async () => {
    const csv = `${HEADER}\n610222909,610222,乡镇,某镇`;
    const { body } = await dryRun(administrator, ORGANISATIONS, csv);
    await bringIn(administrator, ORGANISATIONS, `${HEADER}\n610222910,610222,乡镇,他镇`);
    const stale = await apply(administrator, ORGANISATIONS, csv, body.planToken);
    expect([stale.status, stale.body.changed]).toEqual([409, ['directory']]);
  });
});

describe('a list of sites', () => {
  test('records facts of known sites; an empty cell changes nothing', async () => {
    const first =
      'siteId,televisionInches,投影,facts.bandwidthMbps,postA\n610222101203-S1,55,否,100,王军\n';
    expect((await bringIn(office, SITES, first)).body).toMatchObject({ updated: 1 });
    const second = '站点代码,电视机（吋）,A岗管理员\n610222101203-S1,,李兰\n';
    expect((await bringIn(office, SITES, second)).body).toMatchObject({ updated: 1 });
    expect((await bringIn(office, SITES, second)).body).toMatchObject({ updated: 0, unchanged: 1 });
    expect((await office('GET', '/v1/sites/610222101203-S1')).body).toMatchObject({
      revision: 3,
      facts: { televisionInches: 55, projector: false, bandwidthMbps: 100, postA: '李兰' },
    });
  });

  test('adds sites, and the same list again adds none', async () => {
    const csv = '单位代码,类型,名称\n610222101203,村,彭村第二站点\n610222101203,村,彭村第三站点\n';
    expect((await bringIn(office, SITES, csv)).body).toMatchObject({ created: 2, updated: 0 });
    expect((await bringIn(office, SITES, csv)).body).toMatchObject({ created: 0, unchanged: 2 });
    expect((await office('GET', '/v1/sites/610222101203-S3')).body.name).toBe('彭村第三站点');
  });

  test('is checked cell by cell', async () => {
    const csv = [
      'siteId,organisationCode,kind,name,seats,projector',
      '999-S1,,,,,',
      '610222101203-S1,,,,-3,也许',
      ',610222101203,基地,基地站点,,',
      '610222102201-S1,610222101203,,,,',
      ',610222101203,村,彭村新站点,,',
      ',610222101203,村,彭村新站点,,',
      ',610202001,,,,',
    ].join('\n');
    expect(cells(await dryRun(office, SITES, csv))).toEqual([
      ['A2', '没有这个站点'],
      ['E3', '应为不小于 0 的数字'],
      ['F3', '应为“是”或“否”'],
      ['B4', '此类站点应属于基地'],
      ['B5', '该站点属于另一单位'],
      ['A7', '与第 6 行重复'],
      ['C8', expect.stringContaining('类型应为')],
    ]);
  });

  test('leaves facts to business roles and sites to those who keep the roster', async () => {
    const facts = 'siteId,seats\n610222101203-S1,40\n';
    expect(cells(await dryRun(administrator, SITES, facts))).toEqual([['A2', '不在您的管辖范围']]);
    const name = 'siteId,name\n610222101203-S1,彭村第一站点\n';
    expect((await bringIn(administrator, SITES, name)).body).toMatchObject({ updated: 1 });
    const village = await desk.enter('village-organisation', unit('610222101203-DZB'));
    expect(cells(await dryRun(village, SITES, name.replace('第一', '头号')))).toHaveLength(1);
    expect((await bringIn(village, SITES, facts)).body).toMatchObject({ updated: 1 });
  });

  test('without any list is refused in words', async () => {
    const { status, body } = await administrator('POST', `${SITES}dryRun=false&planToken=x`);
    expect([status, body.detail]).toEqual([400, '请求中没有名单。']);
  });

  test('is stale when a site of it was changed since', async () => {
    const csv = 'siteId,seats\n610222101203-S1,60\n';
    const { body } = await dryRun(office, SITES, csv);
    await office('PATCH', '/v1/sites/610222101203-S1', { facts: { seats: 50 } });
    const stale = await apply(office, SITES, csv, body.planToken);
    expect([stale.status, stale.body.changed]).toEqual([409, ['sites']]);
  });
});
