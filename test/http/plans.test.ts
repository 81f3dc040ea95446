import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit } from '../support/units.ts';

let desk: Desk;
let department: Caller;
// biome-ignore lint/suspicious/noExplicitAny: a plan as it comes over the wire
let shipped: any;
beforeAll(async () => {
  desk = await openDesk();
  department = await desk.enter('county-department', unit('610222-ZZB'));
  shipped = (await department('GET', '/v1/plans/yijun-2017')).body;
});
afterAll(() => desk.close());

describe('the shipped plan', () => {
  test('is listed, read, and quoted sentence by sentence', async () => {
    const { items } = (await department('GET', '/v1/plans')).body;
    expect(items).toEqual([
      expect.objectContaining({ id: 'wangyi-2018', version: 1, divisionCode: '610202' }),
      expect.objectContaining({ id: 'yijun-2017', version: 1, divisionCode: '610222' }),
      expect.objectContaining({ id: 'yintai-2019', version: 1, divisionCode: '610203' }),
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
    for (let left = 4; left > 0; left -= 1) {
      const { body } = await department('GET', url);
      listed.push(`${body.items[0].id} ${body.items[0].version}`);
      url = `/v1/plans?limit=1&cursor=${body.next}`;
    }
    expect(listed).toEqual(['wangyi-2018 1', 'yijun-2017 1', 'yijun-2017 2', 'yintai-2019 1']);
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
    expect(body.errors[0].message).toBe('缺少这一项');
  });

  test('is the organisation department’s of the county itself', async () => {
    const next = { ...shipped.plan, version: 4 };
    const office = await desk.enter('county-office', unit('610222-YCB'));
    const neighbour = await desk.enter('county-department', unit('610202-ZZB'));
    for (const caller of [office, neighbour, desk.administrator]) {
      expect((await caller('POST', '/v1/plans', next)).status).toBe(403);
    }
  });
});

test('every released machine is told as data and as a chart', async () => {
  const { items } = (await department('GET', '/v1/machines')).body;
  expect(items.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['rectification', 'receipt']),
  );
  for (const { name, version } of items) {
    const { body } = await department('GET', `/v1/machines/${name}/${version}`);
    expect(body.mermaid).toMatch(/^stateDiagram-v2/);
    expect(body.definition.states.length).toBeGreaterThan(2);
  }
  expect((await department('GET', '/v1/machines/receipt/99')).status).toBe(404);
});

test('what a plan states is told as data and as a chart, under the hash its subjects are pinned to', async () => {
  const read = (name: string) => department('GET', `/v1/plans/yijun-2017/procedures/${name}`);
  const { body } = await read('village');
  expect(body).toMatchObject({ planVersion: expect.any(Number), library: 'candidate v1' });
  expect(body.stated.stages.map(({ code }: { code: string }) => code)).toContain(
    'countyAcceptance',
  );
  expect(body.definition.states.map(({ path }: { path: string }) => path)).toContain(
    'countyAcceptance.under-review',
  );
  expect(body.mermaid).toMatch(/^stateDiagram-v2/);
  expect((await read('campaign')).body.library).toBe('campaign v1');
  expect((await read('no-such-way')).status).toBe(404);
});

type At = readonly string[];
// biome-ignore lint/suspicious/noExplicitAny: any part of a plan, broken or not
type Part = any;

const pointer = (at: At): string =>
  `/body${at.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;

/** The addresses of everything in a plan, itself excepted. */
const placesIn = (value: Part, at: At = []): At[] =>
  value === null || typeof value !== 'object'
    ? []
    : Object.entries(value).flatMap(([name, inner]): At[] => [
        [...at, name],
        ...placesIn(inner, [...at, name]),
      ]);

/** The copy with one place changed; the place must be there. */
function changed(plan: Part, at: At, change: (owner: Part, name: string) => void): Part {
  const copy = structuredClone(plan);
  let owner = copy;
  for (const name of at.slice(0, -1)) owner = owner[name];
  change(owner, at.at(-1) ?? '');
  return copy;
}

/** Ways to break what stands at a place so that the plan is none, whatever stands there. */
const WAYS: { readonly [name: string]: (owner: Part, name: string) => void } = {
  'another type': (owner, name) => {
    owner[name] = typeof owner[name] === 'object' && owner[name] !== null ? 7 : { no: 1 };
  },
  'nested too far': (owner, name) => {
    owner[name] = [[[owner[name]]]];
  },
  'not there at all': (owner, name) => {
    owner[name] = typeof owner[name] === 'string' ? -1 : '\ufffd';
  },
};

describe('whatever is broken in a plan', () => {
  const check = (plan: Part) => department('POST', '/v1/plans?dryRun=true', plan);
  const pathsOf = async (plan: Part): Promise<string[]> => {
    const { status, body } = await check(plan);
    expect([400, 422]).toContain(status);
    return body.errors.map(({ path }: { path: string }) => path);
  };
  const names = (paths: readonly string[], at: At) =>
    paths.some((path) => path === pointer(at) || path.startsWith(`${pointer(at)}/`));
  const placeOf = fc.nat().map((index) => {
    const places = placesIn(shipped.plan);
    return places[index % places.length] as At;
  });
  const way = fc.constantFrom(...Object.keys(WAYS));

  test('the answer names the place', async () => {
    await fc.assert(
      fc.asyncProperty(placeOf, way, async (at, how) => {
        const paths = await pathsOf(changed(shipped.plan, at, WAYS[how] as never));
        expect(names(paths, at), `${pointer(at)} ${how}`).toBe(true);
      }),
      { numRuns: 60, seed: 39 },
    );
  }, 60_000);

  test('of two places both are named, unless one lies in the other', async () => {
    const apart = (one: At, other: At) =>
      !pointer(one).startsWith(pointer(other)) && !pointer(other).startsWith(pointer(one));
    await fc.assert(
      fc.asyncProperty(placeOf, placeOf, way, way, async (one, other, how, also) => {
        fc.pre(apart(one, other));
        const once = changed(shipped.plan, one, WAYS[how] as never);
        const paths = await pathsOf(changed(once, other, WAYS[also] as never));
        expect(
          [names(paths, one), names(paths, other)],
          `${pointer(one)} ${pointer(other)}`,
        ).toEqual([true, true]);
      }),
      { numRuns: 40, seed: 2017 },
    );
  }, 60_000);

  test('a null, a part left out or one too many is told and is no failure', async () => {
    const deeds = {
      null: (owner: Part, name: string) => {
        owner[name] = null;
      },
      'left out': (owner: Part, name: string) => {
        if (Array.isArray(owner)) owner.splice(Number(name), 1);
        else delete owner[name];
      },
      'one too many': (owner: Part, name: string) => {
        if (Array.isArray(owner)) owner.push(owner[Number(name)]);
        else owner.unforeseen = owner[name];
      },
    };
    const deed = fc.constantFrom(...Object.values(deeds));
    await fc.assert(
      fc.asyncProperty(placeOf, deed, async (at, how) => {
        const { status, body } = await check(changed(shipped.plan, at, how));
        // Much of a plan may be left out; the number belongs to the version that is published.
        expect([200, 422]).toContain(status);
        if (status === 422) expect(body.errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 60, seed: 74 },
    );
  }, 60_000);

  test('an empty category and an empty criterion are faults of the plan, at their place', async () => {
    const category = changed(shipped.plan, ['categories', '2'], (owner, name) => {
      owner[name] = null;
    });
    expect(await pathsOf(category)).toContain('/body/categories/2');
    const at = ['categories', '2', 'criteria', '3'];
    const criterion = changed(shipped.plan, at, (owner, name) => {
      owner[name] = null;
    });
    expect(await pathsOf(criterion)).toContain('/body/categories/2/criteria/3');
  });
});

describe('a plan that extends a base', () => {
  const post = (text: string) =>
    department('POST', '/v1/plans', text, { 'content-type': 'application/yaml' });
  const read = async (file: string) =>
    (await readFile(join(import.meta.dirname, '../../plans', file), 'utf8')).replace(
      'version: 1',
      'version: 30',
    );

  test('is frozen, hashed and answered as expanded', async () => {
    const published = await post(await read('yijun-2017.yaml'));
    expect(published.status).toBe(201);
    const { plan, sha256 } = (await department('GET', '/v1/plans/yijun-2017?version=30')).body;
    expect(plan).toEqual({ ...shipped.plan, version: 30 });
    expect(plan).not.toHaveProperty('extends');
    const hash = createHash('sha256').update(canonicalJson(plan)).digest('hex');
    expect([sha256, published.body.sha256]).toEqual([hash, hash]);
  });

  test('of an unknown base is told so at its place, and nothing else', async () => {
    const text = (await read('yijun-2017.yaml')).replace(
      'extends: chuangping/base@1',
      'extends: chuangping/base@99',
    );
    const { status, body } = await post(text);
    expect(status).toBe(422);
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(['/body/extends']);
  });

  test('that is faulty is told by line', async () => {
    const faulty = (await read('wangyi-2018.yaml')).replace(/^timeZone: .*$/m, 'timeZone: UTC');
    const { status, body } = await post(faulty);
    expect(status).toBe(422);
    const line = faulty.split('\n').indexOf('timeZone: UTC') + 1;
    expect(body.errors).toEqual([
      { path: '/body/timeZone', message: '应为 Asia/Shanghai', line, column: 1 },
    ]);
  });
});

describe('a plan as YAML', () => {
  const publish = (text: string | Buffer) =>
    department('POST', '/v1/plans?dryRun=true', text as string, {
      'content-type': 'application/yaml',
    });
  const bomb = [...'bcdefghij'].map(
    (name, index, all) => `${name}: &${name} [${Array(9).fill(`*${all[index - 1] ?? 'a'}`)}]`,
  );

  test.each([
    ['aliases that multiply', `a: &a [x, x]\n${bomb.join('\n')}`, 400],
    ['an alias of itself', 'a: &a [*a]', 400],
    ['a key twice', 'id: a\nid: b', 400],
    ['a key twice, deep inside', 'a:\n  - b: {c: 1, c: 2}', 400],
    ['a key that is a list', '? [a]\n: 1', 400],
    ['a poisoned key', '__proto__: {admin: true}', 400],
    ['a poisoned key, quoted', 'a: {"__proto__": 1}', 400],
    ['NUL', 'a: "\\0"', 400],
    ['a lone surrogate', 'a: "\\ud800"', 400],
    ['brackets without end', '['.repeat(20_000), 400],
    ['brackets upon brackets', `${'['.repeat(400)}${']'.repeat(400)}`, 400],
    ['two documents', 'a: 1\n---\nb: 2', 400],
    ['more than a mebibyte', `a: "${'x'.repeat(1_048_577)}"`, 413],
    ['nothing', '', 400],
    ['a text', 'just words', 400],
  ])('%s: refused as a problem', async (_, text, status) => {
    const answer = await publish(text);
    expect([answer.status, String(answer.headers['content-type'])]).toEqual([
      status,
      'application/problem+json',
    ]);
  });

  test('numbers beyond all bounds are told at their place', async () => {
    const { status, body } = await publish('version: 1e999\ntimeZone: 0xffffffffffffffffffff');
    expect(status).toBe(422);
    const paths = body.errors.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/body/version', '/body/timeZone']));
  });

  test('a mebibyte of keys is refused before anything compares them', async () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n');
    const { status, body } = await publish(keys);
    expect([status, body.detail]).toEqual([400, '一个对象至多 5000 个属性。']);
  }, 30_000);
});
