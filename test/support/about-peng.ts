// A campaign with something of every kind about one township, for tests of who is told of it.

import sharp from 'sharp';
import { openRound } from './ballots.ts';
import type { Cast } from './campaign.ts';
import {
  applyFor,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerWorker,
  score,
} from './campaign.ts';
import { advanceCampaign, advanceCandidate, judged } from './selection.ts';
import type { RunningService } from './service.ts';
import { COUNTY, PENG, WULI } from './service.ts';
import { publish, signAll } from './signing.ts';
import { unit } from './units.ts';

export type AboutPeng = {
  campaignId: string;
  /** What there is about Peng, by the name of its id in an address. */
  about: { [resource: string]: string };
  siteId: string;
  /** The county's own candidate. */
  county: string;
};

const inspection = { kind: 'FIELD_VISIT', occurredOn: '2017-05-20', inspectors: ['张', '王'] };
const opened = (body: { opened: { kind: string; id: string }[] }, kind: string): string =>
  body.opened.find((one) => one.kind === kind)?.id ?? `no ${kind}`;

/** Leads a campaign until something of every kind is about Peng; notices are those of the county office. */
export async function fillPeng(service: RunningService, cast: Cast): Promise<AboutPeng> {
  const campaignId = await issueCampaign(cast);
  const counted = { campaignId, category: 'ADVANCED_COUNTY', organisationId: COUNTY };
  const county = done(await cast.office.post('/v1/candidates', counted)).body.id;
  const township = await registerTownship(cast, campaignId);
  await registerTownship(cast, campaignId, WULI);
  const worker = await registerWorker(cast, campaignId, '李');
  const second = await registerWorker(cast, campaignId, '王');
  const third = await registerWorker(cast, campaignId, '赵');
  const failed = await registerWorker(cast, campaignId, '钱');
  const siteId = '610222101203-S1';
  const about: AboutPeng['about'] = { candidates: township };
  await recordWork(service, cast, { campaignId, about, siteId, county });
  await overridePhases(service, cast, campaignId);
  await openRound(cast.office, third);
  for (const id of [worker, second, failed]) {
    await score(cast, id, 95);
    done(await applyFor(cast, id));
  }
  const members = [await service.person('county-office'), await service.person('county-office')];
  const ids = [...members, await service.person('county-department')].map(({ id }) => id);
  const panel = { candidateId: second, members: ids, chair: ids[0] };
  about['review-panels'] = done(await cast.office.post('/v1/review-panels', panel)).body.id;
  done(await advanceCandidate(cast.office, worker, { type: 'pass', judged }));
  done(await advanceCandidate(cast.office, failed, { type: 'fail', reason: '数据不实' }));
  const asked = await cast.committee.post(`/v1/candidates/${failed}/reconsiderations`, {
    reason: '数据有据可查',
  });
  about.reconsiderations = done(asked).body.id;
  for (const id of [second, failed]) {
    done(await advanceCandidate(cast.committee, id, { type: 'withdraw', reason: '本人申请' }));
  }
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  const selected = done(await advanceCampaign(cast.office, campaignId, select)).body;
  about.rankings = opened(selected, 'ranking');
  about.operations = opened(selected, 'operation');
  await publish(service, cast, campaignId);
  const rounds = (await cast.office.get(`/v1/ballot-rounds?candidateId=${worker}`)).body.items;
  about['ballot-rounds'] = rounds[0]?.id;
  const { rows: notices } = await service.pool.query<{ id: string }>(
    `select n.id from notice n join subject s on s.campaign_id = n.campaign_id and s.id = n.subject_id
      where n.organisation_id = $1 and (s.id = $2 or s.parent_id = $2) limit 1`,
    [unit('610222-YCB'), worker],
  );
  about.notices = notices[0]?.id ?? 'none';
  const objected = { candidateId: worker, content: '反映材料不实' };
  about.objections = done(await cast.village.post('/v1/objections', objected)).body.id;
  return { campaignId, about, siteId, county };
}

/** What is recorded while the plans are carried out. */
async function recordWork(
  service: RunningService,
  cast: Cast,
  { campaignId, about, siteId }: AboutPeng,
): Promise<void> {
  const township = about.candidates ?? '';
  const image = await sharp({
    create: { width: 64, height: 48, channels: 3, background: { r: 9, g: 90, b: 40 } },
  })
    .jpeg()
    .toBuffer();
  const uploaded = await service.app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}&organisationId=${PENG}`,
    headers: { authorization: `Bearer ${cast.township.key}`, 'content-type': 'image/jpeg' },
    payload: image,
  });
  about.files = JSON.parse(uploaded.payload).id;
  const record = {
    kind: 'activity',
    occurredOn: '2017-05-20',
    summary: '学用活动',
    form: '集中收看',
    detail: { participants: 26, effect: '26 名党员学会矮化密植' },
    fileIds: [about.files ?? ''],
  };
  done(await cast.committee.post(`/v1/candidates/${township}/evidence`, record));
  const found = { candidateId: township, ...inspection, triggers: ['FORMALISM'], findings: ['空'] };
  const inspected = done(await cast.office.post('/v1/inspections', found)).body;
  about.rectifications = opened(inspected, 'rectification');
  await signAll(cast.department, campaignId);
  about.inspections = inspected.recordId;
  const site = { campaignId, siteId, ...inspection, conforms: true };
  about.siteInspections = done(await cast.office.post('/v1/inspections', site)).body.recordId;
  about.supplements = done(
    await cast.township.post('/v1/supplements', {
      campaignId,
      organisationId: PENG,
      category: '示范村',
      title: '彭镇补充标准',
      changes: [
        {
          action: 'tighten',
          criterion: 'village.screen',
          required: { fact: 'site.televisionInches', atLeast: 60 },
        },
      ],
    }),
  ).body.id;
  const { items: documents } = (await cast.office.get(`/v1/documents?aboutId=${township}`)).body;
  about.documents = documents.find(({ isPublic }: { isPublic: boolean }) => !isPublic)?.id;
  const problem = {
    kind: 'problem',
    occurredOn: '2017-05-20',
    summary: '网络不通',
    detail: { cause: '线路老化' },
  };
  const raised = done(await cast.committee.post(`/v1/candidates/${township}/evidence`, problem));
  about.matters = opened(raised.body, 'matter');
}
