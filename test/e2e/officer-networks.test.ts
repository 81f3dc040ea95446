import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import { claimOfficers, letIn, postTo } from '../../rehearsal/kit/admission.ts';
import { createDoor } from '../../src/http/kernel/officer-networks.ts';
import { unit } from '../support/units.ts';
import { ADDRESS, openWorkshop, type Workshop } from '../support/workshop.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const holderOf = (role: Role) => ({
  id: 'x',
  name: 'x',
  credential: null,
  grants: [{ role, organisationId: 'x', reach: '/x/' }],
});

test.each<[Role, string, boolean]>([
  ['administrator', '10.9.8.7', true],
  ['administrator', '::ffff:10.9.8.7', true],
  ['administrator', '10.9.9.7', false],
  ['security-officer', '203.0.113.1', false],
  ['auditor', '192.0.2.1', true],
  ['auditor', '192.0.2.2', false],
  ['operator', 'fd00::1', true],
  ['operator', '2001:db8::1', false],
  ['county-office', '203.0.113.1', true],
  ['scheduler', '203.0.113.1', true],
])('7.1.4.4 c): whoever is %s, at %s, is let in: %s', (role, address, isLetIn) => {
  const door = createDoor(['10.9.8.0/24', '192.0.2.1', 'fd00::/8']);
  expect(door(holderOf(role), address)).toBe(isLetIn);
});

test('with OFFICER_NETWORKS an officer’s key opens nothing elsewhere, everybody else’s does, and the denial is logged', async () => {
  const started = workshop.launch({
    DATABASE_URL: workshop.database.connectionString,
    OFFICER_NETWORKS: '10.9.8.0/24, 127.0.0.1',
    TRUST_PROXY: '127.0.0.1',
  });
  const origin = await started.says(ADDRESS);
  const post = postTo(origin);
  const officers = await claimOfficers(post, started.said());
  const grants = [{ role: 'county-office', organisationId: unit('610222-YCB') }];
  const office = await letIn(post, officers, { name: '王建国', grants });
  const ask = async (key: string, address: string): Promise<number> => {
    const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address };
    return (await fetch(`${origin}/v1/me`, { headers })).status;
  };
  expect([
    await ask(officers.administrator, '10.9.8.7'),
    await ask(officers.administrator, '10.9.9.7'),
    await ask(officers.securityOfficer, '203.0.113.1'),
    await ask(office.key, '203.0.113.1'),
  ]).toEqual([200, 403, 403, 200]);
  const denials = 'select address from access_log where outcome = $1 order by address';
  await expect
    .poll(async () => (await workshop.database.pool.query(denials, ['forbidden'])).rows)
    .toEqual([{ address: '10.9.9.7' }, { address: '203.0.113.1' }]);
}, 60_000);
