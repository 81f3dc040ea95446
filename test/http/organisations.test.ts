import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { renumber } from '../support/directory.ts';
import { unit, unitPath } from '../support/units.ts';

let desk: Desk;
let administrator: Caller;
let township: Caller;
beforeAll(async () => {
  desk = await openDesk();
  administrator = desk.administrator;
  township = await desk.enter('township-committee', unit('610222101-DW'));
});
afterAll(() => desk.close());

const list = async (query: string) => (await township('GET', `/v1/organisations?${query}`)).body;

type Row = { id: string; code: string; codePath: string; kind: string };
async function pagesOf(query: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let after = ''; ; ) {
    const { items, next } = await list(`${query}${after}`);
    rows.push(...items);
    if (next === null) return rows;
    after = `&cursor=${next}`;
  }
}

describe('the directory', () => {
  test('is read by kind, parent and subtree, in the order of the tree', async () => {
    expect((await list(`kind=TOWNSHIP&under=${unit('610222')}`)).items).toHaveLength(8);
    const bodies = (await list(`parentId=${unit('610222101203')}`)).items;
    expect(bodies).toEqual([
      {
        id: unit('610222101203-DZB'),
        code: '610222101203-DZB',
        parentId: unit('610222101203'),
        kind: 'VILLAGE_PARTY_ORGANIZATION',
        name: expect.stringMatching(/党支部$/),
        path: unitPath('6102', '610222', '610222101', '610222101203', '610222101203-DZB'),
        ended: null,
        codePath: '/6102/610222/610222101/610222101203/610222101203-DZB/',
      },
    ]);
    const items = await pagesOf(`under=${unit('610222')}&limit=20`);
    const paths = items.map(({ codePath }) => codePath);
    expect(paths).toEqual(paths.toSorted());
    const codes = items.filter(({ kind }) => kind === 'TOWNSHIP').map(({ code }) => code);
    expect(codes.slice(0, 3)).toEqual(['610222001', '610222101', '610222102']);
  });

  test('tells the id of a code, which says nothing of the code', async () => {
    const { items } = await list('code=610222-YCB');
    expect(items).toMatchObject([{ code: '610222-YCB', name: '宜君县远程办' }]);
    expect(items[0].id).toMatch(/^u[0-9a-hjkmnp-tv-z]{11}$/);
    expect((await list('code=999')).items).toEqual([]);
  });

  test('comes page by page, the next one also as a link', async () => {
    const { body, headers } = await township(
      'GET',
      `/v1/organisations?kind=VILLAGE&under=${unit('610222')}`,
    );
    expect(body.items).toHaveLength(50);
    const link = /^<(.+)>; rel="next"$/.exec(String(headers.link))?.[1] ?? '';
    const second = (await township('GET', link)).body;
    expect(second.items[0].code > body.items.at(-1).code).toBe(true);
  });

  test('an unknown organisation is not found, an unknown subtree a mistake', async () => {
    expect((await township('GET', '/v1/organisations/999')).status).toBe(404);
    const { status, body } = await township('GET', '/v1/organisations?under=999');
    expect([status, body.errors[0].path]).toEqual([400, '/query/under']);
  });
});

describe('a base', () => {
  test('is added by its township, with the next number', async () => {
    const base = { parentId: unit('610222101'), kind: 'BASE', name: ' 苹果产业基地 ' };
    const first = await township('POST', '/v1/organisations', base);
    expect(first.status).toBe(201);
    expect(first.headers.location).toBe(`/v1/organisations/${unit('610222101-JD1')}`);
    expect(first.body).toMatchObject({
      name: '苹果产业基地',
      path: unitPath('6102', '610222', '610222101', '610222101-JD1'),
    });
    expect((await township('POST', '/v1/organisations', base)).body.id).toBe(unit('610222101-JD2'));
  });

  test('is not added by another township, nor any other organisation by a township', async () => {
    const base = { parentId: unit('610222102'), kind: 'BASE', name: '基地' };
    expect((await township('POST', '/v1/organisations', base)).status).toBe(403);
    const nameless = { parentId: unit('610222101'), kind: 'VILLAGE', name: '新村' };
    const refused = await administrator('POST', '/v1/organisations', nameless);
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, '/body/code']);
    const village = {
      code: '610222101999',
      parentId: unit('610222101'),
      kind: 'VILLAGE',
      name: '新村',
    };
    expect((await township('POST', '/v1/organisations', village)).status).toBe(403);
    expect((await administrator('POST', '/v1/organisations', village)).status).toBe(201);
  });

  test('stands under a township', async () => {
    const base = { parentId: unit('610222'), kind: 'BASE', name: '基地' };
    const { status, body } = await administrator('POST', '/v1/organisations', base);
    expect([status, body.errors[0].message]).toEqual([422, '基地应设在乡镇之下']);
  });

  test('has a code of its own', async () => {
    const base = {
      code: '610222101-DW',
      parentId: unit('610222101'),
      kind: 'BASE',
      name: '基地',
    };
    const { status, body } = await administrator('POST', '/v1/organisations', base);
    expect([status, body.id]).toEqual([409, unit('610222101-DW')]);
    for (const code of ['a/b', '100%', 'a_b', '']) {
      const answer = await administrator('POST', '/v1/organisations', { ...base, code });
      expect(answer.status).toBe(400);
    }
  });

  test('whose code belonged to another before has an id of its own', async () => {
    const first = { code: '610222102-JD7', parentId: unit('610222102'), kind: 'BASE', name: '旧' };
    const { body: old } = await administrator('POST', '/v1/organisations', first);
    await renumber(desk.pool, old.id, '610222102-JD8');
    const { body } = await administrator('POST', '/v1/organisations', { ...first, name: '新' });
    expect(body.code).toBe('610222102-JD7');
    expect(body.id).toMatch(/^u[0-9a-hjkmnp-tv-z]{11}$/);
    expect(body.id).not.toBe(old.id);
  });

  test('two added at once get two numbers', async () => {
    const base = { parentId: unit('610222101'), kind: 'BASE', name: '同时' };
    const [first, second] = await Promise.all([
      township('POST', '/v1/organisations', base),
      administrator('POST', '/v1/organisations', base),
    ]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.id).not.toBe(second.body.id);
  });
});
