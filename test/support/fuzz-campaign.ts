// Two campaigns with something of every kind in them, so that every request for something finds it.

import type { Cast } from './campaign.ts';
import {
  ACTIVITY,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerVillage,
  settle,
  submitPlan,
} from './campaign.ts';
import type { Pool } from './fuzz-values.ts';
import { acceptWorkers, advanceCampaign, registerWorkers } from './selection.ts';
import type { RunningService } from './service.ts';
import { PENG, PENGCUN } from './service.ts';
import { publish, signAll } from './signing.ts';
import { unit } from './units.ts';

/** One campaign under way to its plans, one that stands before its public notice. */
export async function liveCampaigns(service: RunningService, cast: Cast): Promise<void> {
  await lateCampaign(service, cast);
  await earlyCampaign(service, cast);
}

async function lateCampaign(service: RunningService, cast: Cast): Promise<void> {
  const campaignId = await issueCampaign(cast);
  const workers = await registerWorkers(cast, campaignId, ['李', '王', '赵']);
  const bystander = await registerWorkers(cast, campaignId, ['钱']);
  await registerVillage(cast, campaignId);
  await overridePhases(service, cast, campaignId);
  await acceptWorkers(cast, workers, [95, 93, 91]);
  const select = { type: 'select-by-merit', category: 'ADVANCED_WORKER' };
  done(await advanceCampaign(cast.office, campaignId, select));
  await publish(service, cast, campaignId);
  const objection = { candidateId: workers[0], content: '反映材料不实', objector: '孙' };
  await cast.village.post('/v1/objections', objection);
  done(
    await cast.office.post('/v1/assessments', {
      candidateId: bystander[0],
      assessorId: cast.assessor.id,
    }),
  );
}

async function earlyCampaign(service: RunningService, cast: Cast): Promise<void> {
  const { office, committee, township, department } = cast;
  const campaignId = await issueCampaign(cast);
  const candidateId = await registerTownship(cast, campaignId);
  const village = await registerVillage(cast, campaignId);
  await submitPlan(cast, candidateId);
  done(await committee.post(`/v1/candidates/${candidateId}/evidence`, ACTIVITY));
  const inspection = {
    candidateId: village,
    kind: 'FIELD_VISIT',
    occurredOn: '2017-05-20',
    inspectors: ['张', '王'],
    triggers: ['FORMALISM'],
    findings: ['学习记录系补造'],
  };
  done(await office.post('/v1/inspections', inspection));
  await signAll(department, campaignId);
  const supplement = {
    campaignId,
    organisationId: PENG,
    category: '示范村',
    title: '彭镇补充标准',
    changes: [],
  };
  done(await township.post('/v1/supplements', supplement));
  const draw = {
    campaignId,
    round: 1,
    population: 'sites',
    kinds: ['VILLAGE'],
    stratifyBy: 'township',
    perStratum: 1,
    inspectorIds: [office.id, department.id, township.id],
    revealAt: '2017-05-23T02:00:00Z',
  };
  done(await office.post('/v1/draws', draw));
  const document = {
    campaignId,
    kind: 'notice',
    title: '关于报送工作信息的通知',
    addressees: [unit('610222101-DW')],
    text: '请报送。',
  };
  done(await office.post('/v1/documents', document));
  const next = structuredClone((await department.get('/v1/plans/yijun-2017')).body.plan);
  next.version = 2;
  next.policies.passMark.value = 70;
  done(await department.post('/v1/plans', next));
  const change = { campaignId, planVersion: 2, reason: '汛期' };
  done(await office.post('/v1/policy-changes', change));
  await settle(service);
}

const RESOURCES: { readonly [resource: string]: string } = {
  campaigns: 'campaign',
  candidates: 'candidate',
  'ballot-rounds': 'ballot-round',
  assessments: 'score-sheet',
  'policy-changes': 'policy-change',
  objections: 'objection',
  draws: 'draw',
  'review-panels': 'review-panel',
  rectifications: 'rectification',
  matters: 'matter',
  documents: 'document',
  supplements: 'supplement',
  regressions: 'regression',
  reconsiderations: 'reconsideration',
};

/** The ids of everything that exists, by the name of the resource or property that takes them. */
export async function poolOf({ pool }: RunningService): Promise<Pool> {
  const list = async (sql: string): Promise<string[]> =>
    (await pool.query({ text: sql, rowMode: 'array' })).rows.flat() as string[];
  const found: Pool = {};
  for (const [resource, machine] of Object.entries(RESOURCES)) {
    found[resource] = await list(`select id from subject where machine = '${machine}'`);
  }
  const people = await list('select id from principal');
  const sites = [...(await list('select id from site limit 20')), '610222101203-S1'];
  const organisations = [
    PENG,
    PENGCUN,
    unit('610222101-DW'),
    unit('610222101-ZF'),
    unit('610222'),
    unit('6102'),
  ];
  const codes = ['DEMONSTRATION_TOWNSHIP', 'DEMONSTRATION_VILLAGE', 'ADVANCED_WORKER', '示范村'];
  return {
    ...found,
    notices: await list('select id from notice'),
    rankings: await list('select id from ranking'),
    operations: await list('select id from operation'),
    principals: people,
    organisations,
    sites,
    plans: ['yijun-2017', 'wangyi-2018'],
    calendars: ['2017', '2018'],
    evidenceId: await list('select id from record'),
    keyId: await list('select id from api_key'),
    campaignId: found.campaigns ?? [],
    candidateId: found.candidates ?? [],
    candidateIds: [found.candidates ?? []],
    assessorId: people,
    investigatorId: people,
    principalId: people,
    organisationId: organisations,
    siteId: sites,
    category: codes,
    planId: ['yijun-2017', 'wangyi-2018'],
    planVersion: [1, 2],
    ledger: ['problems', 'activities', 'cases', 'scores'],
    criterion: ['worker.duties', 'village.seats', 'village.screen'],
    clause: ['R17', 'R48', 'Q1'],
    occurredOn: ['2017-05-20', '2017-05-19'],
    kind: ['activity', 'consultation', 'work-plan', 'training', 'showcase-case', 'publicity'],
    version: [1, 2],
    points: [[]],
    name: ['candidate', 'campaign', '彭镇'],
  };
}
