// A sheet in blocks, with half points, an item that does not apply and a bonus item (R61, C19).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdRound } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import {
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerWorker,
} from '../support/campaign.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';
import { readList } from '../support/sheets.ts';

const line = (id: string, points: number, more: object = {}) => ({
  id: `worker.${id}`,
  clause: 'R61',
  text: `考评标准 ${id}`,
  english: id,
  points,
  ...more,
});

const SHEET = {
  provenance: { kind: 'county-decision', note: '考评标准' },
  step: 0.5,
  bonusMax: 3,
  blocks: [
    {
      id: 'duties',
      name: '站点管理',
      clause: 'R32',
      points: 60,
      items: [line('site', 30), line('study', 15), line('training', 15, { mayNotApply: true })],
    },
    {
      id: 'conduct',
      name: '作风表现',
      points: 40,
      items: [line('conduct', 40), line('innovation', 5, { bonus: true })],
    },
  ],
};

let service: RunningService;
let cast: Cast;
let campaignId: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  const { plan } = (await cast.department.get('/v1/plans/yijun-2017')).body;
  const worker = plan.categories.findIndex(
    ({ code }: { code: string }) => code === 'ADVANCED_WORKER',
  );
  plan.version = 2;
  plan.categories[worker].scoreSheets = { assessment: SHEET };
  done(await cast.department.post('/v1/plans', plan));
  campaignId = await issueCampaign(cast);
  await overridePhases(service, cast, campaignId);
});
afterAll(() => service.close());

const assigned = async (candidateId: string, assessor: Person): Promise<string> =>
  done(await cast.office.post('/v1/assessments', { candidateId, assessorId: assessor.id })).body.id;
const tell = (person: Person, id: string, event: object) =>
  person.post(`/v1/assessments/${id}/events`, event);
const points = (given: { [id: string]: number }) =>
  Object.entries(given).map(([id, value]) => ({ item: `worker.${id}`, points: value }));
const TRAINING = { item: 'worker.training', reason: '当年未承担培训任务' };

/** A second reckoning, in PostgreSQL's exact decimals, from nothing but the stored rows. */
const IN_SQL = `
  with item as (
    select i->>'id' as id, i->>'block' as block, (i->>'maximumCenti')::numeric as maximum,
           coalesce((i->>'bonus')::boolean, false) as bonus,
           t.not_applicable ? (i->>'id') as missed,
           coalesce((t.points->>(i->>'id'))::numeric, 0) as given,
           (s.context->>'bonusMaxCenti')::numeric as bonus_max
      from score_sheet_submission t
      join subject s on s.id = t.sheet_id
     cross join jsonb_array_elements(s.context->'items') i
     where t.sheet_id = $1
  ), block as (
    select round(sum(given) filter (where not missed) * sum(maximum)
                 / sum(maximum) filter (where not missed)) as centi
      from item where not bonus group by block
  )
  select ((select sum(centi) from block)
       + (select least(sum(given), max(bonus_max)) from item where bonus))::int as centi`;

describe('a sheet in blocks', () => {
  test('R61: tells its blocks, its step and which items may be left out or add', async () => {
    const id = await assigned(await registerWorker(cast, campaignId, '块一'), cast.assessor);
    const { scheme } = (await cast.assessor.get(`/v1/assessments/${id}`)).body;
    expect(scheme).toMatchObject({
      step: 0.5,
      bonusMax: 3,
      blocks: [
        { id: 'duties', name: '站点管理', clause: 'R32' },
        { id: 'conduct', name: '作风表现', clause: null },
      ],
    });
    expect(scheme.items).toMatchObject([
      { id: 'worker.site', maximum: 30, block: 'duties', bonus: false, mayNotApply: false },
      { id: 'worker.study', block: 'duties' },
      { id: 'worker.training', block: 'duties', mayNotApply: true },
      { id: 'worker.conduct', block: 'conduct' },
      { id: 'worker.innovation', block: 'conduct', bonus: true },
    ]);
  });

  test.each([
    ['a quarter of a point', { points: points({ site: 20.25 }) }, 'points-fit-the-scheme'],
    [
      'an item that always applies left out',
      { points: [], notApplicable: [{ item: 'worker.site', reason: '无站点' }] },
      'may-be-left-out',
    ],
    [
      'points for what does not apply',
      { points: points({ training: 10 }), notApplicable: [TRAINING] },
      'points-fit-the-scheme',
    ],
    [
      'an item left out twice',
      { points: [], notApplicable: [TRAINING, TRAINING] },
      'may-be-left-out',
    ],
  ])('R61: %s is refused', async (name, event, requirement) => {
    const id = await assigned(await registerWorker(cast, campaignId, name), cast.assessor);
    const refused = await tell(cast.assessor, id, { type: 'save-draft', ...event });
    expect(refused).toMatchObject({
      status: 422,
      body: { unmet: [{ requirement, clause: 'R61' }] },
    });
  });

  test('C19: what does not apply is scaled away, the bonus ends at its limit, and SQL and the derivation agree', async () => {
    const candidateId = await registerWorker(cast, campaignId, '块二');
    const id = await assigned(candidateId, cast.assessor);
    const draft = { type: 'save-draft', points: points({ site: 27, training: 3 }) };
    done(await tell(cast.assessor, id, draft));
    const missing = await tell(cast.assessor, id, { type: 'submit', notApplicable: [TRAINING] });
    expect(missing.body.unmet).toMatchObject([
      { requirement: 'every-item-scored', actual: ['worker.study', 'worker.conduct'] },
    ]);
    const rest = points({ study: 13, conduct: 38.5, innovation: 4.5 });
    done(
      await tell(cast.assessor, id, { type: 'submit', points: rest, notApplicable: [TRAINING] }),
    );

    // 40 × 60 ÷ 45 = 53.33; 38.50; of 4.5 bonus points 3 count.
    const made = {
      notApplicable: [TRAINING],
      blocks: [
        { block: 'duties', full: 60, applied: 45, given: 40, points: 53.33 },
        { block: 'conduct', full: 40, applied: 40, given: 38.5, points: 38.5 },
      ],
      bonus: 3,
      total: 94.83,
    };
    const sheet = (await cast.assessor.get(`/v1/assessments/${id}`)).body;
    expect(sheet.submitted).toMatchObject([made]);
    expect(sheet.submitted[0].points).not.toContainEqual(
      expect.objectContaining({ item: 'worker.training' }),
    );
    const { rows } = await service.pool.query(IN_SQL, [id]);
    expect(rows).toEqual([{ centi: 9483 }]);

    const other = await assigned(candidateId, cast.assessor2);
    const whole = points({ site: 30, study: 15, training: 15, conduct: 40, innovation: 2.5 });
    done(await tell(cast.assessor2, other, { type: 'submit', points: whole }));
    await holdRound(cast, candidateId, () => '好');
    const { body } = await cast.office.get(`/v1/candidates/${candidateId}/score`);
    expect(body).toMatchObject({
      agrees: true,
      streams: { assessment: { points: 98.67 } },
    });
    expect(body.streams.assessment.sheets).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ sheetId: id, points: 94.83, blocks: made.blocks, bonus: 3 }),
        expect.objectContaining({ sheetId: other, points: 102.5, bonus: 2.5 }),
      ]),
    );
  });

  test('R61: points given later take the place of a mark that an item does not apply', async () => {
    const id = await assigned(await registerWorker(cast, campaignId, '块三'), cast.assessor);
    done(
      await tell(cast.assessor, id, { type: 'save-draft', points: [], notApplicable: [TRAINING] }),
    );
    const draft = { type: 'save-draft', points: points({ training: 12.5 }) };
    done(await tell(cast.assessor, id, draft));
    expect((await cast.assessor.get(`/v1/assessments/${id}`)).body.draft).toMatchObject({
      points: [{ item: 'worker.training', points: 12.5 }],
      notApplicable: [],
    });
  });

  test('R61: the workbook tells block and bonus, and takes the reason why an item does not apply', async () => {
    const assessor = await service.person('assessor');
    const id = await assigned(await registerWorker(cast, campaignId, '块五'), assessor);
    const headers = { authorization: `Bearer ${assessor.key}`, 'content-type': 'text/csv' };
    const url = `/v1/imports/scores?campaignId=${campaignId}&submit=true`;
    const form = await service.app.inject({
      url: `/v1/imports/scores.xlsx?campaignId=${campaignId}`,
      headers,
    });
    const [header = [], ...rows] = await readList(form.rawPayload);
    expect(rows.map((row) => [row[header.indexOf('板块')], row[header.indexOf('满分')]])).toEqual([
      ['站点管理', 30],
      ['站点管理', 15],
      ['站点管理', 15],
      ['作风表现', 40],
      ['作风表现 加分项', 5],
    ]);
    const csv = (...lines: string[]) =>
      [
        '考评表编号,考评项目,得分,不适用理由',
        ...lines.map((cells) => `${id},worker.${cells}`),
      ].join('\n');
    const send = async (payload: string, query: string) =>
      (
        await service.app.inject({ method: 'POST', url: `${url}&${query}`, headers, payload })
      ).json();
    const wrong = csv('site,30.25,', 'study,,无', 'training,3,无');
    expect((await send(wrong, 'dryRun=true')).errors).toMatchObject([
      { cell: 'C2', message: '得分应为 0 至 30 的数字，以 0.5 分为单位' },
      { cell: 'D3', message: '考评标准未注明这一项可以不适用，请打分' },
      { cell: 'D4', message: '不适用的项目不打分' },
    ]);
    const right = csv('site,27,', 'study,13,', 'training,,未承担', 'conduct,38.5,');
    const { planToken } = await send(right, 'dryRun=true');
    expect(await send(right, `planToken=${planToken}`)).toMatchObject({ updated: 1 });
    expect((await assessor.get(`/v1/assessments/${id}`)).body.submitted).toMatchObject([
      { total: 91.83, notApplicable: [{ item: 'worker.training', reason: '未承担' }] },
    ]);
  });

  test('R61: while a sheet is missing, its bonus may still come', async () => {
    const candidateId = await registerWorker(cast, campaignId, '块四');
    const { body } = await cast.office.get(`/v1/candidates/${candidateId}/outcome-bounds`);
    expect(body.streams.assessment).toEqual({ least: 0, most: 103 });
  });
});
