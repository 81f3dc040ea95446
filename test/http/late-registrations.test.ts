// Whoever comes too late is told so at registration, or admitted by those who may (R51, R63).

import { afterAll, beforeAll, expect, test } from 'vitest';
import { done, issueCampaign, overridePhase, registerVillage } from '../support/campaign.ts';
import {
  acceptWorkers,
  advanceCampaign,
  advanceCandidate,
  openSelection,
} from '../support/selection.ts';
import { unit } from '../support/units.ts';

let opened: Awaited<ReturnType<typeof openSelection>>;
beforeAll(async () => {
  opened = await openSelection([]);
});
afterAll(() => opened.service.close());

const REASON = '因洪灾未能按期登记，县远程办会议同意';
const village = (organisation: string) => ({
  campaignId: opened.campaignId,
  category: 'DEMONSTRATION_VILLAGE',
  organisationId: unit(organisation),
});

test('O16: a village that comes after the creation is refused by its sentence, and admitted with a reason by the office alone', async () => {
  const { cast, service } = opened;
  const asked = village('610222101203');
  const refused = await cast.committee.post('/v1/candidates', asked);
  expect(refused).toMatchObject({
    status: 422,
    body: {
      unmet: [
        {
          requirement: 'registered-in-time',
          clause: 'R51',
          quote: expect.stringContaining('集中争创'),
          requiredText: '不晚于2017年9月30日24时',
        },
      ],
    },
  });
  const own = await cast.committee.post('/v1/candidates', { ...asked, admittedLateFor: REASON });
  expect(own.body.unmet).toMatchObject([{ requirement: 'late-admission-is-ours' }]);

  const admitted = { ...asked, admittedLateFor: REASON };
  const { body } = done(await cast.office.post('/v1/candidates', admitted));
  expect(body.standing.zh).toBe('动员部署：待确认');
  expect(body.deadlines).toMatchObject([
    { kind: 'mobilization', dueAt: '2017-11-30T16:00:00.000Z' },
  ]);
  expect(body.ahead).toMatchObject([
    { zh: '集中争创', lastDay: '2017-09-30', isOver: true },
    { zh: '自查整改', lastDay: '2017-10-31', isOver: true },
    { lastDay: '2017-11-30', isOver: false },
    { lastDay: '2017-11-30', isOver: false },
    { lastDay: '2017-11-30', isOver: false },
  ]);
  const events = `/v1/candidates/${body.id}/events`;
  const creating = done(await cast.village.post(events, { type: 'acknowledge-mobilization' }));
  expect(creating.body).toMatchObject({ stage: 'concentratedCreation', state: 'creating' });
  const told = done(await cast.office.get(`/v1/candidates/${body.id}`)).body;
  expect(told.context.registeredLateFor).toBe(REASON);
  const log = await service.pool.query(
    `select principal_id, payload from event where subject_id = $1 and type = 'register'`,
    [body.id],
  );
  expect(log.rows).toMatchObject([{ principal_id: cast.office.id }]);
});

test('O16: the dry run of a list tells each row that comes too late, and takes the reason from its column', async () => {
  const { cast, service, campaignId } = opened;
  const send = async (csv: string) => {
    const answer = await service.app.inject({
      method: 'POST',
      url: `/v1/imports/candidates?campaignId=${campaignId}&dryRun=true`,
      headers: { authorization: `Bearer ${cast.office.key}`, 'content-type': 'text/csv' },
      payload: csv,
    });
    return answer.json();
  };
  const header = '类别,单位,准予逾期登记的理由';
  const dry = await send(`${header}\n示范村,610222101201,\n示范村,610222101202,${REASON}\n`);
  expect(dry.errors).toMatchObject([{ cell: 'B2', clause: 'R51' }]);
  expect(dry.errors[0].message).toContain('登记');
  const admitted = await send(`${header}\n示范村,610222101202,${REASON}\n`);
  expect(admitted).toMatchObject({ errors: [], would: { created: 1 } });
});

test('O16: nobody is registered into a category that was selected', async () => {
  const { cast, campaignId, service } = opened;
  const worker = (personName: string) => ({
    campaignId,
    category: 'ADVANCED_WORKER',
    organisationId: unit('610222101-DW'),
    personName,
  });
  const first = done(await cast.office.post('/v1/candidates', worker('李'))).body;
  expect(first.ahead.map(({ isOver }: { isOver: boolean }) => isOver)).toEqual([false, false]);
  await acceptWorkers(cast, [first.id], [92]);
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  done(await advanceCampaign(cast.office, campaignId, select));
  const refused = await cast.office.post('/v1/candidates', {
    ...worker('王'),
    admittedLateFor: REASON,
  });
  expect(refused.body.unmet).toMatchObject([
    { requirement: 'selection-lies-ahead', clause: 'R63' },
  ]);
  expect(
    await service.pool.query('select 1 from candidate where person_name = $1', ['王']),
  ).toMatchObject({ rows: [] });
});

test('O16: nobody is reinstated into a creation whose phase is over', async () => {
  const { cast, service } = opened;
  const campaignId = await issueCampaign(cast);
  const withdrawn = await registerVillage(cast, campaignId);
  done(await advanceCandidate(cast.village, withdrawn, { type: 'withdraw', reason: '误点' }));
  for (let phase = 2; phase <= 3; phase += 1) await overridePhase(service, cast, campaignId);
  const reinstate = { type: 'reinstate', reason: '来函说明' };
  const refused = await advanceCandidate(cast.office, withdrawn, reinstate);
  expect(refused.body.unmet).toMatchObject([{ requirement: 'way-lies-ahead', clause: 'R51' }]);
});
