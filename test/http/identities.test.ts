// Nobody is counted twice: not in two categories, not for two units, not by two at once.

import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPerformer } from '../../src/command/kernel/batches.ts';
import { opening } from '../../src/command/kernel/noun.ts';
import { createReferenceCache } from '../../src/command/kernel/reference.ts';
import { nouns } from '../../src/command/nouns.ts';
import { birthYearAt } from '../../src/db/candidate/identities.ts';
import type { Cast } from '../support/campaign.ts';
import { castOf, done, issueCampaign } from '../support/campaign.ts';
import type { RunningService } from '../support/service.ts';
import { COUNTY, openService, PENGCUN } from '../support/service.ts';
import { unit, unitPath } from '../support/units.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
});
afterAll(() => service.close());

const register = (personName: string, more: object = {}) =>
  cast.office.post('/v1/candidates', {
    campaignId,
    category: 'ADVANCED_WORKER',
    organisationId: unit('610222101-DW'),
    personName,
    ...more,
  });

test('R63: the same person for another unit is refused; a namesake is said, not refused', async () => {
  const first = done(await register('王军', { birthYear: 1980 }));
  expect(first.body.warnings).toEqual([]);
  const wuli = { organisationId: unit('610222102-DW') };
  const twice = await register('王军', { birthYear: 1980, ...wuli });
  expect(twice.status).toBe(422);
  expect(twice.body.unmet).toMatchObject([{ requirement: 'counted-once', clause: 'R63' }]);
  const namesake = done(await register('王军', wuli));
  expect(namesake.body.warnings).toMatchObject([{ requirement: 'no-namesake', actual: 1 }]);
  done(await register('王军', { birthYear: 1975, organisationId: unit('610222101-ZF') }));
});

test('C01: a name typed another way is the same person, and stands as it was typed', async () => {
  const person = { birthYear: 1968, organisationId: unit('610222103-DW') };
  const { id } = done(await register('田禾', person)).body;
  for (const typed of ['田　禾', '田 禾', '田\u200b禾', '田\u00a0禾', '田\ufe0f禾']) {
    const again = await register(typed, { ...person, organisationId: unit('610222102-DW') });
    expect(again.status).toBe(422);
    expect(again.body.unmet).toMatchObject([{ requirement: 'counted-once', clause: 'R63' }]);
    const here = await register(typed, person);
    expect([here.status, here.body.id]).toEqual([409, id]);
  }
  const other = { ...person, birthYear: 1969, organisationId: unit('610222104-DW') };
  const spaced = done(await register('阿依古丽•买买提', other)).body;
  const told = await cast.office.get(`/v1/candidates/${spaced.id}`);
  expect(told.body.personName).toBe('阿依古丽•买买提');
  const moved = { ...other, organisationId: unit('610222102-DW') };
  expect((await register('阿依古丽·买买提', moved)).body.unmet).toMatchObject([
    { requirement: 'counted-once' },
  ]);
});

test('R63: a digest finds the same person under another name, and stands in no log and no answer', async () => {
  const identityDigest = 'c'.repeat(64);
  const { id } = done(await register('李秀英', { identityDigest })).body;
  const other = await register('李秀瑛', { identityDigest, organisationId: unit('610222102-DW') });
  expect(other.body.unmet).toMatchObject([{ requirement: 'counted-once' }]);
  const { rows } = await service.pool.query('select * from event');
  const { rows: parts } = await service.pool.query('select personal from event_personal');
  expect(JSON.stringify([rows, parts])).not.toContain(identityDigest);
  const told = await cast.office.get(`/v1/candidates/${id}`);
  expect(JSON.stringify(told.body)).not.toContain(identityDigest);
  expect((await register('赵', { identityDigest: '610222198001010011' })).status).toBe(400);
});

test('R63: of several registrations of one person at once, one is done', async () => {
  const person = { birthYear: 1990 };
  const units = [
    unit('610222101-DW'),
    unit('610222102-DW'),
    unit('610222101-ZF'),
    unit('610222102-ZF'),
  ];
  const answers = await Promise.all(
    units.map((organisationId) => register('孙伟', { ...person, organisationId })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
});

test('R63: the same in two processes: neither sees the other, and one is refused all the same', async () => {
  const grants = [
    { role: 'county-office' as const, organisationId: COUNTY, reach: unitPath('6102', '610222') },
  ];
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, (_, index) => {
      const another = createPerformer(
        opening(nouns, service.vault.open),
        service.writers,
        createReferenceCache(),
      );
      const subjectId = randomUUIDv7();
      return another.perform({
        campaignId,
        subjectId,
        create: {
          machine: 'candidate',
          category: index % 2 === 0 ? 'ADVANCED_WORKER' : 'OUTSTANDING_SITE_ADMINISTRATOR',
          organisationId: index % 2 === 0 ? unit('610222101-DW') : PENGCUN,
          name: null,
          personName: `周${Math.floor(index / 2)}`,
          siteId: index % 2 === 0 ? null : '610222101203-S1',
          birthYear: service.vault.seal(birthYearAt(subjectId), '1970'),
        },
        event: { type: 'register' },
        principal: { id: cast.office.id, name: '县远程办', grants, credential: null },
      });
    }),
  );
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual([
    ...Array(6).fill('done'),
    ...Array(6).fill('refused'),
  ]);
});

test('R63: whoever has withdrawn may be registered for another unit', async () => {
  const { id } = done(await register('钱进', { birthYear: 1985 })).body;
  done(
    await cast.committee.post(`/v1/candidates/${id}/events`, { type: 'withdraw', reason: '调动' }),
  );
  done(await register('钱进', { birthYear: 1985, organisationId: unit('610222102-DW') }));
});

test('C05: who withdrew by mistake is reinstated with a reason, unless the person stands elsewhere by now', async () => {
  const { id } = done(await register('田华', { birthYear: 1968 })).body;
  const before = done(await cast.office.get(`/v1/candidates/${id}`)).body;
  const events = `/v1/candidates/${id}/events`;
  const withdraw = { type: 'withdraw', reason: '误点' };
  done(await cast.committee.post(events, withdraw));
  const reinstate = { type: 'reinstate', reason: '镇党委误点撤回，来函说明' };
  expect((await cast.committee.post(events, reinstate)).status).toBe(403);
  expect((await cast.office.post(events, { type: 'reinstate' })).status).toBe(400);
  const again = done(await cast.office.post(events, reinstate)).body;
  expect(again).toMatchObject({ id, state: before.state, stage: before.stage, status: 'active' });
  const { rows } = await service.pool.query(
    'select type from event where subject_id = $1 order by sequence',
    [id],
  );
  expect(rows.map(({ type }) => type)).toEqual(['register', 'withdraw', 'reinstate']);

  done(await cast.committee.post(events, withdraw));
  done(await register('田华', { birthYear: 1968, organisationId: unit('610222102-DW') }));
  expect((await cast.office.post(events, reinstate)).body.unmet).toMatchObject([
    { requirement: 'counted-once' },
  ]);
});
