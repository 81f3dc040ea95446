// Numbers of official documents on a real PostgreSQL: one after the other, whoever asks at once, and
// no hole where a transaction was rolled back.

import { createHash, randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import type { Scene } from '../support/scene.ts';
import { inspect, office, openScene, PENGCUN, signDrafts } from '../support/scene.ts';
import { unitPath } from '../support/units.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.drop());

type Row = {
  id: string;
  kind: string;
  number: string | null;
  serial: number | null;
  sha256: string;
  content: object;
  issued_on: string;
};
const issued = () =>
  scene.query<Row>(
    `select id, kind, number, serial, sha256, content, issued_on::text from document
      where issued_at is not null order by serial nulls last, id`,
  );
const inspection = (triggers: string[]) => ({
  type: 'record-inspection',
  id: randomUUIDv7(),
  kind: 'FIELD_VISIT',
  occurredOn: '2017-05-20',
  inspectors: ['张', '王'],
  triggers,
  findings: ['登记册空白'],
});

const villages = async (count: number): Promise<string[]> => {
  const rows = await scene.query<{ id: string }>(
    `select id from organisation where kind = 'VILLAGE' and path like '${unitPath('6102', '610222')}%'
        and id <> $1 and id not in (select organisation_id from candidate)
      order by id limit $2`,
    PENGCUN,
    count,
  );
  return Promise.all(
    rows.map(({ id }) => scene.register({ category: 'DEMONSTRATION_VILLAGE', organisationId: id })),
  );
};

test('R1: the notice of the plan bears the plan’s own number and date', async () => {
  const [notice] = await issued();
  expect(notice).toMatchObject({
    kind: 'campaign-notice',
    number: '君组发〔2017〕39号',
    issued_on: '2017-05-20',
  });
  expect(
    await scene.query(
      'select code, year, last_serial, starts from document_register where code = $1',
      '君组发',
    ),
  ).toEqual([
    { code: '君组发', year: 2017, last_serial: 39, starts: [{ serial: 39, planId: 'yijun-2017' }] },
  ]);
});

test('R2: every township committee and the county office is delivered the notice', async () => {
  const [row] = await scene.query<{ count: number }>(
    `select count(*)::int as count from notice n join document d
        on d.campaign_id = n.campaign_id and d.id = n.subject_id
      where d.kind = 'campaign-notice' and n.receipt_required`,
  );
  expect(row?.count).toBe(9);
});

test('R59: a spot check that finds nothing takes no number', async () => {
  const [village = ''] = await villages(1);
  const before = (await issued()).length;
  await scene.perform({ subjectId: village, event: inspection([]), principal: office });
  expect(await issued()).toHaveLength(before);
});

test('R59: of many signatures at once, in two processes, no number is given twice or left out', async () => {
  const subjects = await villages(24);
  const other = scene.another();
  const outcomes = await Promise.all(
    subjects.map((subjectId, index) => {
      const command = {
        campaignId: scene.campaignId,
        subjectId,
        event: inspection(['FORMALISM']),
        principal: office,
      };
      return index % 2 === 0 ? scene.perform(command) : other.perform(command);
    }),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(subjects.map(() => 'done'));
  await Promise.all(
    outcomes.map((outcome, index) =>
      signDrafts(index % 2 === 0 ? scene.performer : other, outcome),
    ),
  );
  const serials = (await issued()).map(({ serial }) => serial);
  expect(serials).toEqual(serials.map((_, index) => 39 + index));
  expect(serials.length).toBeGreaterThanOrEqual(49);
});

test('R59: a transaction that is rolled back leaves no hole', async () => {
  const [village = '', after = ''] = await villages(2);
  const last = (await issued()).at(-1)?.serial ?? 0;
  await scene.query(`create function refuse() returns trigger language plpgsql as
    $f$ begin raise exception 'disk' using errcode = '53100'; end $f$`);
  await scene.query(`create trigger refuse_orders before insert or update on document for each row
    when (new.kind = 'rectification-order' and new.issued_at is not null) execute function refuse()`);
  await expect(inspect(scene, village)).rejects.toThrow();
  await scene.query('drop trigger refuse_orders on document');
  // The circular was signed before.
  expect((await issued()).at(-1)?.serial).toBe(last + 1);
  await inspect(scene, after);
  expect((await issued()).slice(-2).map(({ serial }) => serial)).toEqual([last + 2, last + 3]);
});

test('what is issued is hashed and frozen: neither changed nor deleted', async () => {
  const rows = await issued();
  for (const { content, sha256 } of rows) {
    expect(createHash('sha256').update(canonicalJson(content)).digest('hex')).toBe(sha256);
  }
  const [first] = rows;
  await expect(
    scene.query(`update document set title = '改' where id = $1`, first?.id),
  ).rejects.toThrow('frozen');
  await expect(scene.query('delete from document where id = $1', first?.id)).rejects.toThrow();
  await expect(scene.query('delete from document_number')).rejects.toThrow('append-only');
});

test('a new year begins a register of its own, by the local date', async () => {
  const [village = ''] = await villages(1);
  // Half past midnight of New Year's Day in Yijun is still the old year in UTC.
  await scene.setClock('2017-12-31T16:30:00Z');
  await inspect(scene, village);
  const numbers = await scene.query<{ number: string }>(
    'select number from document where year = 2018 order by serial',
  );
  expect(numbers.map(({ number }) => number)).toEqual(['君组发〔2018〕1号', '君组发〔2018〕2号']);
});

test('a second campaign of the same plan shares its number and goes on in the same register', async () => {
  const campaignId = randomUUIDv7();
  const base = { campaignId, subjectId: campaignId };
  const created = await scene.perform({
    ...base,
    create: { machine: 'campaign', planId: 'yijun-2017', planVersion: 1, name: '再次' },
    event: { type: 'draft' },
    principal: office,
  });
  await signDrafts(scene.performer, created);
  const rows = await scene.query<{ number: string }>(
    'select number from document where campaign_id = $1',
    campaignId,
  );
  expect(rows).toEqual([{ number: '君组发〔2017〕39号' }]);
});
