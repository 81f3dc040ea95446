import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSeededDatabase, type TestDatabase } from '../support/database.ts';
import { unit } from '../support/units.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createSeededDatabase();
});
afterAll(() => database.drop());

test.each([
  `update organisation set name = '改名' where code = '610222'`,
  `insert into organisation (id, code, parent_id, kind, name, path, code_path)
   values ('new', 'new', '${unit('610222101')}', 'BASE', '基地', '/new/', '/new/')`,
  `insert into site (id, organisation_id, path, kind, name)
   select 'S-9', id, path, 'VILLAGE', '站点' from organisation where code = '610222101203'`,
  `update site set name = '改名' where id = '610222101203-S1'`,
  `insert into calendar_year (year, revision, version, days_off, make_up_workdays, source,
                              proposed_at, proposed_by)
   values (2040, 1, 'x', '[]', '[]', 'x', now(), 'x')`,
])(
  'F9: no organisation, site or year changes of which the log of administration is not told: %s',
  async (sql) => {
    await expect(database.pool.query(sql)).rejects.toThrow(/the administrative log was not told/);
  },
);

test('what is recorded of a site is business, and no part of that log', async () => {
  const { rowCount } = await database.pool.query(
    `update site set facts = '{"seats": 40}' where id = '610222101203-S1'`,
  );
  expect(rowCount).toBe(1);
});
