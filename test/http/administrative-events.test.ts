import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Caller, type Desk, openDesk } from '../support/administration.ts';
import { unit, unitPath } from '../support/units.ts';

let desk: Desk;
let auditor: Caller;
beforeAll(async () => {
  desk = await openDesk();
  auditor = await desk.enter('auditor', unit('6102'));
});
afterAll(() => desk.close());

const LOG = '/v1/audit/administrative-events';

test('F9: an auditor reads who let somebody in, by which key, from where, and what was before', async () => {
  const { body: made } = await desk.administrator('POST', '/v1/principals', {
    name: '县远程办 王建国',
    grants: [{ role: 'county-office', organisationId: unit('610222-YCB') }],
  });
  const [{ id: proposed }] = made.proposed;
  await desk.securityOfficer('POST', `/v1/grants/${proposed}/events`, { type: 'confirm' });
  const me = (await desk.administrator('GET', '/v1/me')).body;
  const url = `${LOG}?subjectKind=principal&subjectId=${made.id}`;
  await desk.administrator('POST', `/v1/principals/${made.id}/events`, { type: 'disable' });
  const { body } = await auditor('GET', url);
  expect(body.items.map(({ kind }: { kind: string }) => kind)).toEqual([
    'principal-disabled',
    'principal-created',
  ]);
  expect(body.items[0]).toMatchObject({
    by: {
      principalId: me.id,
      name: me.name,
      credential: expect.stringMatching(/^key:[0-9a-f]{16}$/),
      address: '127.0.0.1',
    },
    before: { disabled: false },
    after: { disabled: true },
  });
  expect(body.items[1]).toMatchObject({ before: null, personal: { name: '县远程办 王建国' } });
  const { items } = (await auditor('GET', `${LOG}?subjectKind=role_grant&limit=100`)).body;
  const ofGrant = items.filter(
    ({ after }: { after: { principalId: string } }) => after.principalId === made.id,
  );
  expect(ofGrant).toMatchObject([
    { kind: 'grant-confirmed', by: { name: '安全管理员' }, before: { state: 'proposed' } },
    { kind: 'grant-proposed', by: { name: '系统管理员' }, before: null },
  ]);
});

test('F9: nobody else reads it, the administrator least of all', async () => {
  expect((await desk.administrator('GET', LOG)).status).toBe(403);
  for (const role of ['county-office', 'security-officer', 'operator', 'integrator'] as const) {
    const caller = await desk.enter(
      role,
      role === 'county-office' ? unit('610222-YCB') : unit('6102'),
    );
    const { status, body } = await caller('GET', LOG);
    expect([status, body.roles]).toEqual([403, ['auditor']]);
  }
});

test('an auditor of one county reads nothing of the next, page by page', async () => {
  const local = await desk.enter('auditor', unit('610222'));
  await desk.enter('county-office', unit('610202-YCB'));
  const seen: { path: string; sequence: number }[] = [];
  let url: string | null = `${LOG}?limit=3`;
  while (url !== null) {
    const { body } = await local('GET', url);
    seen.push(...body.items);
    url = body.next === null ? null : `${LOG}?limit=3&cursor=${body.next}`;
  }
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.filter(({ path }) => !path.startsWith(unitPath('6102', '610222')))).toEqual([]);
  const order = seen.map(({ sequence }) => sequence);
  expect(order).toEqual(order.toSorted((a, b) => b - a));
});
