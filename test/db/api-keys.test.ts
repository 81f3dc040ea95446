import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import { accountOf, revokeKey, setDisabled } from '../../src/command/county/accounts.ts';
import type { AdministrativeAct } from '../../src/command/kernel/administrative-log.ts';
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import {
  createKeyAuthenticator,
  forgetKeys,
  KEY_CACHE_MS_MAX,
} from '../../src/db/county/api-keys.ts';
import {
  findPrincipal,
  findPrincipalRow,
  type PrincipalRow,
} from '../../src/db/county/principals.ts';
import type { Tx } from '../../src/db/kernel/transaction.ts';
import { createSeededDatabase, type TestDatabase } from '../support/database.ts';
import { enrol, rekey } from '../support/people.ts';
import { unit, unitPath } from '../support/units.ts';

let database: TestDatabase;
let performer: Performer;
let nowMs = 0;
beforeAll(async () => {
  database = await createSeededDatabase();
  performer = createPerformer(nouns, database.writers, createReferenceCache());
});
afterAll(() => database.drop());
beforeEach(() => {
  forgetKeys(database.pool);
});

const authenticate = (token: string) => createKeyAuthenticator(database.pool, () => nowMs)(token);

const enter = (role: Role, organisationId: string) =>
  performer.administer((tx) => enrol(tx, { name: role, grants: [{ role, organisationId }] }));

/** Does what an administrator does, and tells of it. */
const administer = (
  work: (tx: Tx, row: PrincipalRow) => Promise<AdministrativeAct[]>,
  id: string,
) =>
  performer.administer(async (tx) => {
    const told = await work(tx, (await findPrincipalRow(tx, id)) as PrincipalRow);
    await tellAdministration(tx, SYSTEM_TELLER, told);
  });
const revoke = (principalId: string, keyId: string) =>
  administer(
    async (tx, row) => (await revokeKey(tx, accountOf(row), keyId))?.told ?? [],
    principalId,
  );

test.each<[Role, string, string]>([
  ['county-office', unit('610222-YCB'), unitPath('6102', '610222')],
  ['township-committee', unit('610222101-DW'), unitPath('6102', '610222', '610222101')],
  [
    'village-organisation',
    unit('610222101203-DZB'),
    unitPath('6102', '610222', '610222101', '610222101203'),
  ],
  ['assessor', unit('610222101'), unitPath('6102', '610222', '610222101')],
])('%s held at %s reaches %s', async (role, organisationId, reach) => {
  const { key, keyId, principalId } = await enter(role, organisationId);
  expect(await authenticate(key)).toEqual({
    id: principalId,
    name: role,
    grants: [{ role, organisationId, reach }],
    credential: `key:${keyId}`,
    key: { expiresAt: expect.any(String), endsSoon: false },
  });
});

test('the secret is not stored', async () => {
  const { key, keyId } = await enter('county-office', unit('610222-YCB'));
  const { rows } = await database.pool.query('select * from api_key where id = $1', [keyId]);
  expect(JSON.stringify(rows)).not.toContain(key.slice('cp_0123456789abcdef_'.length));
});

test('another secret, another form, another id: nobody', async () => {
  const { key } = await enter('county-office', unit('610222-YCB'));
  const other = `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`;
  for (const token of [
    '',
    'cp_',
    key.slice(0, -1),
    `${key}=`,
    other,
    `cp_${'0'.repeat(16)}_${key.slice(20)}`,
  ])
    expect(await authenticate(token)).toBeNull();
});

test('an expired key is nobody’s', async () => {
  const { keyId, principalId } = await enter('county-office', unit('610222-YCB'));
  const { key } = await performer.administer((tx) =>
    rekey(tx, principalId, keyId, '2017-05-20T00:00:00Z'),
  );
  expect(await authenticate(key)).toBeNull();
});

test('what another process revoked is unknown here a second later at the latest', async () => {
  const { key, keyId, principalId } = await enter('county-office', unit('610222-YCB'));
  expect(await authenticate(key)).not.toBeNull();
  await revoke(principalId, keyId);
  nowMs += KEY_CACHE_MS_MAX - 1;
  expect(await authenticate(key)).not.toBeNull();
  nowMs += 1;
  expect(await authenticate(key)).toBeNull();
});

test('what this process revoked is unknown at once', async () => {
  const { key, keyId, principalId } = await enter('county-office', unit('610222-YCB'));
  expect(await authenticate(key)).not.toBeNull();
  await revoke(principalId, keyId);
  forgetKeys(database.pool);
  expect(await authenticate(key)).toBeNull();
});

test('a key read while it is revoked is not kept', async () => {
  const { key, keyId, principalId } = await enter('county-office', unit('610222-YCB'));
  const reading = authenticate(key);
  forgetKeys(database.pool);
  await reading;
  await revoke(principalId, keyId);
  expect(await authenticate(key)).toBeNull();
});

test('a disabled principal has no key and acts no more', async () => {
  const { key, principalId } = await enter('county-office', unit('610222-YCB'));
  expect(await findPrincipal(database.pool, principalId)).toMatchObject({ id: principalId });
  await administer((tx, row) => setDisabled(tx, row, true), principalId);
  expect(await authenticate(key)).toBeNull();
  expect(await findPrincipal(database.pool, principalId)).toBeNull();
  expect(await findPrincipal(database.pool, 'system')).toBeNull();
});
