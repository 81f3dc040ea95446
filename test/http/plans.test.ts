import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';

let desk: Desk;
let department: Caller;
// biome-ignore lint/suspicious/noExplicitAny: a plan as it comes over the wire
let shipped: any;
beforeAll(async () => {
  desk = await openDesk();
  department = await desk.enter('county-department', '610222-ZZB');
  shipped = (await department('GET', '/v1/plans/yijun-2017')).body;
});
afterAll(() => desk.close());

describe('the shipped plan', () => {
  test('is listed, read, and quoted sentence by sentence', async () => {
    const { items } = (await department('GET', '/v1/plans')).body;
    expect(items).toEqual([
      expect.objectContaining({ id: 'wangyi-2018', version: 1, divisionCode: '610202' }),
      expect.objectContaining({ id: 'yijun-2017', version: 1, divisionCode: '610222' }),
    ]);
    expect(Object.keys(shipped.plan.clauses)).toHaveLength(74);
    const clause = await department('GET', '/v1/plans/yijun-2017/clauses/R12');
    expect(clause.body).toMatchObject({ clause: 'R12', modality: 'E' });
    expect(clause.body.quote).toContain('辖区内所有站点全部达到示范标准');
  });

  test('the sample quotes its own sentence for a rule, or says who decided it', async () => {
    const rule = (await department('GET', '/v1/plans/wangyi-2018/clauses/R48')).body;
    expect(rule).toMatchObject({ rule: 'R48', clause: 'W18', modality: 'M', provenance: null });
    const silent = (await department('GET', '/v1/plans/wangyi-2018/clauses/R64')).body;
    expect(silent).toMatchObject({ rule: 'R64', clause: null, quote: null });
    expect(silent.provenance).toMatchObject({ kind: 'county-decision' });
  });

  test('has no 75th sentence and no other version', async () => {
    expect((await department('GET', '/v1/plans/yijun-2017/clauses/R75')).status).toBe(404);
    expect((await department('GET', '/v1/plans/yijun-2017?version=99')).status).toBe(404);
  });
});

describe('publishing', () => {
  test('freezes a new version; the old one stays as it was', async () => {
    const next = { ...shipped.plan, version: 2, title: '第二版' };
    const published = await department('POST', '/v1/plans', next);
    expect(published.status).toBe(201);
    expect((await department('GET', String(published.headers.location))).body.plan).toEqual(next);
    expect((await department('GET', '/v1/plans/yijun-2017')).body.version).toBe(2);
    const first = await department('GET', '/v1/plans/yijun-2017?version=1');
    expect(first.body).toEqual(shipped);
    const listed: string[] = [];
    let url = '/v1/plans?limit=1';
    for (let left = 3; left > 0; left -= 1) {
      const { body } = await department('GET', url);
      listed.push(`${body.items[0].id} ${body.items[0].version}`);
      url = `/v1/plans?limit=1&cursor=${body.next}`;
    }
    expect(listed).toEqual(['wangyi-2018 1', 'yijun-2017 1', 'yijun-2017 2']);
  });

  test('the same version again is a duplicate, whatever it says', async () => {
    expect((await department('POST', '/v1/plans', shipped.plan)).status).toBe(409);
    const other = await department('POST', '/v1/plans', { ...shipped.plan, title: '另一版' });
    expect([other.status, other.body.detail]).toEqual([409, expect.stringContaining('新的版本号')]);
  });

  test('dryRun checks and publishes nothing, and tells what deserves a second look', async () => {
    const next = { ...shipped.plan, version: 5, title: '试核对' };
    const checked = await department('POST', '/v1/plans?dryRun=true', next);
    expect(checked.status).toBe(200);
    expect(checked.body).toMatchObject({ id: 'yijun-2017', version: 5 });
    expect(checked.body.findings.map(({ code }: { code: string }) => code)).toContain(
      'nobody-confirms',
    );
    expect((await department('GET', '/v1/plans/yijun-2017?version=5')).status).toBe(404);
  });

  test('R1: another plan of the same document number is refused', async () => {
    const twin = await department('POST', '/v1/plans?dryRun=true', { ...shipped.plan, id: 'twin' });
    expect(twin.status).toBe(422);
    expect(twin.body.errors).toMatchObject([{ path: '/body/document/serial' }]);
  });

  test('a faulty plan is told every fault, each at its place', async () => {
    const { policies, ...rest } = shipped.plan;
    const faulty = { ...rest, version: 3, timeZone: 'UTC', surplus: 1 };
    const { status, body } = await department('POST', '/v1/plans', faulty);
    expect(status).toBe(422);
    const paths = body.errors.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['/body/policies', '/body/timeZone', '/body/surplus']),
    );
    expect(body.errors[0].message).toContain('方案此处有误');
  });

  test('is the organisation department’s of the county itself', async () => {
    const next = { ...shipped.plan, version: 4 };
    const office = await desk.enter('county-office', '610222-YCB');
    const neighbour = await desk.enter('county-department', '610202-ZZB');
    for (const caller of [office, neighbour, desk.administrator]) {
      expect((await caller('POST', '/v1/plans', next)).status).toBe(403);
    }
  });
});

test('every released machine is told as data and as a chart', async () => {
  const { items } = (await department('GET', '/v1/machines')).body;
  expect(items.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['campaign', 'candidate', 'rectification', 'receipt']),
  );
  for (const { name, version } of items) {
    const { body } = await department('GET', `/v1/machines/${name}/${version}`);
    expect(body.mermaid).toMatch(/^stateDiagram-v2/);
    expect(body.definition.states.length).toBeGreaterThan(2);
  }
  expect((await department('GET', '/v1/machines/candidate/99')).status).toBe(404);
});
