// The log of administration, and that nothing it is about changes without it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountOf, setDisabled } from '../../src/command/county/accounts.ts';
import { SYSTEM_TELLER, tellAdministration } from '../../src/command/kernel/administrative-log.ts';
import { createPerformer, type Performer } from '../../src/command/kernel/batches.ts';
import { linkHash, sha256 } from '../../src/command/kernel/chain.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { findPrincipalRow, type PrincipalRow } from '../../src/db/county/principals.ts';
import {
  CHAIN_START,
  type LinkedAdministrativeEvent,
  linkOfAdministrativeEvent,
  personalDigest,
} from '../../src/rules/audit/link.ts';
import { createSeededDatabase, type TestDatabase } from '../support/database.ts';
import { enrol } from '../support/people.ts';
import { unit, unitPath } from '../support/units.ts';

let database: TestDatabase;
let performer: Performer;
beforeAll(async () => {
  database = await createSeededDatabase();
  performer = createPerformer(nouns, database.writers, createReferenceCache());
});
afterAll(() => database.drop());

const query = async <Row>(sql: string, ...values: unknown[]): Promise<Row[]> =>
  (await database.pool.query(sql, values)).rows as Row[];

const enter = (name: string) =>
  performer.administer((tx) =>
    enrol(tx, { name, grants: [{ role: 'county-office', organisationId: unit('610222-YCB') }] }),
  );

test.each([
  [`update principal set disabled_at = now() where id = $1`, 'principal'],
  [`update role_grant set role = 'assessor' where principal_id = $1`, 'role_grant'],
  [
    `update role_grant set revoked_by = 'me', revoked_at = now() where principal_id = $1`,
    'role_grant',
  ],
  [`delete from role_grant where principal_id = $1`, 'role_grant'],
  [
    `update api_key set revoked_at = null, expires_at = 'infinity' where principal_id = $1`,
    'api_key',
  ],
  [
    `insert into claim (id, principal_id, secret_sha256, made_by, made_at, expires_at)
     values ('00000000', $1, '', 'me', now(), now())`,
    'claim',
  ],
])('F9: %s is refused at the commit: the administrative log was not told', async (sql, table) => {
  const { principalId } = await enter('甲');
  await expect(query(sql, principalId)).rejects.toMatchObject({
    constraint: 'change_is_told',
    message: expect.stringContaining(`not told of ${table}`),
  });
});

test('F9: what was told in another transaction, or of somebody else, does not count', async () => {
  const [one, other] = [await enter('甲'), await enter('乙')];
  const disable = (id: string, toldOf: string) =>
    performer.administer(async (tx) => {
      const row = (await findPrincipalRow(tx, id)) as PrincipalRow;
      const [act] = await setDisabled(tx, row, true);
      const subject = { kind: 'principal' as const, id: toldOf };
      await tellAdministration(tx, SYSTEM_TELLER, [
        { kind: 'x', path: unitPath('6102'), ...act, subject },
      ]);
    });
  await expect(disable(one.principalId, other.principalId)).rejects.toThrow(
    'not told of principal',
  );
  await disable(one.principalId, one.principalId);
  await expect(
    query('update principal set disabled_at = null where id = $1', one.principalId),
  ).rejects.toThrow('not told of principal');
});

test('F9: the log is one chain without a gap, whoever tells at once', async () => {
  await Promise.all(['丙', '丁', '戊', '己'].map(enter));
  const rows = await query<LinkedAdministrativeEvent & { hash: string }>(
    `select sequence::int, at, kind, subject_kind, subject_id, path, principal_id, credential,
            address, before, after, personal, hash
       from administrative_event order by sequence`,
  );
  expect(rows.length).toBeGreaterThan(20);
  let previous = CHAIN_START;
  for (const [index, { hash: told, ...event }] of rows.entries()) {
    expect(event.sequence).toBe(index + 1);
    previous = linkHash(previous, linkOfAdministrativeEvent(sha256, event));
    expect(told).toBe(previous);
  }
  expect(await query('select hash from administrative_head')).toEqual([{ hash: previous }]);
});

test('a name stands apart from the log, which has its salted digest only', async () => {
  const { principalId } = await enter('诸葛孔明');
  const row = (await findPrincipalRow(database.pool, principalId)) as PrincipalRow;
  expect(accountOf(row).path).toBe(unitPath('6102', '610222', '610222-YCB'));
  const [event] = await query<{ sequence: string; personal: string }>(
    `select * from administrative_event where kind = 'principal-created' and subject_id = $1`,
    principalId,
  );
  expect(JSON.stringify(event)).not.toContain('诸葛孔明');
  const [apart] = await query<{ salt: string; personal: object }>(
    `select encode(salt, 'hex') as salt, personal from administrative_event_personal
      where sequence = $1`,
    event?.sequence,
  );
  expect(apart?.personal).toEqual({ name: '诸葛孔明' });
  const { salt = '', personal = {} } = apart ?? {};
  expect(personalDigest(sha256, salt, personal)).toBe(event?.personal);
});

test.each(['update administrative_event set kind = kind', 'delete from administrative_event'])(
  '%s is refused: the log is append-only',
  async (sql) => {
    await expect(query(sql)).rejects.toThrow('append-only');
  },
);
