// Commands about one township, in the right form, for tests of who may send them.

import { storeFailures } from '../../src/db/kernel/incidents.ts';
import type { OperationEntry } from '../../src/http/docs/docs-operation.ts';
import type { AboutPeng } from './about-peng.ts';
import { ACTIVITY, type Cast, done, issueCampaign } from './campaign.ts';
import { type Pool, randomOf, type Schema, sampleOf } from './fuzz-values.ts';
import type { RunningService } from './service.ts';
import { PENG } from './service.ts';
import { unit } from './units.ts';

/** What stands in an address or a body, by the resource that takes it or by its own name. */
export type Ids = { readonly [name: string]: string };
type Sent = { event: string; payload: string; type: string };

const drawOf = (campaignId: string, inspectorIds: readonly string[]) => ({
  ...{ campaignId, round: 1, population: 'sites', kinds: ['VILLAGE'], stratifyBy: 'township' },
  ...{ perStratum: 1, revealAt: '2017-05-23T02:00:00Z', inspectorIds },
});
const inspectorsOf = ({ office, department, township }: Cast) => [
  office.id,
  department.id,
  township.id,
];

/** Adds what commands need beside the campaign: a draw, a change of policy, an incident, a right not yet confirmed. */
export async function fillForCommands(
  service: RunningService,
  cast: Cast,
  { about, campaignId, siteId }: AboutPeng,
): Promise<Ids> {
  const { department, office } = cast;
  const one = async (sql: string): Promise<string> =>
    (await service.pool.query<{ id: string }>(sql)).rows[0]?.id ?? 'nothing';
  const machine = (name: string) => one(`select id from subject where machine = '${name}' limit 1`);
  done(await office.post('/v1/draws', drawOf(await issueCampaign(cast), inspectorsOf(cast))));
  const { plan } = done(await department.get('/v1/plans/yijun-2017')).body;
  plan.version = 2;
  plan.policies.passMark.value = 70;
  done(await department.post('/v1/plans', plan));
  const change = { campaignId, planVersion: 2, reason: '汛期' };
  const change2 = done(await office.post('/v1/policy-changes', change)).body;
  const failed = { campaignId, subjectId: about.candidates ?? '', operationId: null };
  const [incident] = await service.performer.administer((tx) =>
    storeFailures(tx, 'timers', [
      { ...failed, item: 'wait-1', code: 'internal', message: 'nowhere', isCounted: true },
    ]),
  );
  const administrator = await service.person('administrator');
  const villager = await service.person('village-organisation');
  const base = { role: 'base', organisationId: 'BASE-1' };
  const proposed = await administrator.post(`/v1/principals/${villager.id}/grants`, base);
  const published = await one(
    `select parent_id as id from subject where id = '${about.objections}'`,
  );
  const lodged = await service.app.inject({
    method: 'POST',
    url: '/v1/public-objections',
    payload: { candidateId: published, content: '反映材料不实' },
  });
  return {
    ...{ published, receipt: String(lodged.json().receipt) },
    lodged: await one("select id from subject where machine = 'objection' and stage = 'lodged'"),
    ...{ ...about, campaigns: campaignId, campaignId, sites: siteId },
    ...{ candidateId: about.candidates ?? '', organisations: PENG, organisationId: PENG },
    ...{ parentId: PENG, assessorId: cast.assessor.id, principalId: cast.assessor.id },
    ...{
      plans: 'yijun-2017',
      planId: 'yijun-2017',
      calendars: '2017',
      year: '2017',
      revision: '1',
      version: '1',
    },
    ...{ machines: 'objection', ledgers: 'rectifications', clause: 'R17', dryRun: 'true' },
    ...{ category: 'ADVANCED_WORKER', reason: '在系统外编过', role: 'auditor' },
    'procedures/name': Object.keys(plan.procedures ?? {})[0] ?? 'nothing',
    'policy-changes': change2.id,
    assessments: await machine('score-sheet'),
    draws: await machine('draw'),
    notices: await one(
      `select id from notice where receipt_required and campaign_id = '${campaignId}'
          and organisation_id = '${unit('610222101-DW')}' limit 1`,
    ),
    evidenceId: await one("select id from record where kind = 'activity' limit 1"),
    incidents: String(incident?.id),
    grants: done(proposed).body.id,
    principals: villager.id,
    keyId: villager.key.split('_')[1] ?? '',
    inspectors: inspectorsOf(cast).join(' '),
    'text of a plan': JSON.stringify(plan),
  };
}

/** What is sent where the least that a schema asks for would be no request about the township. */
const bodiesAbout = (ids: Ids): { readonly [operation: string]: object | string } => {
  const { campaignId = '', candidateId, organisationId, inspectors = '' } = ids;
  const inspection = {
    ...{ kind: 'FIELD_VISIT', occurredOn: '2017-05-20', inspectors: ['张', '王'] },
  };
  return {
    'POST /v1/candidates': { campaignId, category: 'DEMONSTRATION_TOWNSHIP', organisationId },
    'POST /v1/ballot-rounds': {
      ...{ candidateId, closesAt: '2017-12-31T10:00:00Z' },
      roll: [{ entry: '1', name: '甲', stratum: 'cadre' }],
    },
    'POST /v1/draws': drawOf(campaignId, inspectors.split(' ')),
    'POST /v1/files': '%PDF-1.4',
    'POST /v1/inspections': { ...inspection, campaignId, siteId: ids.sites, conforms: true },
    'POST /v1/candidates/{id}/events record-inspection': {
      ...{ type: 'record-inspection', triggers: ['FORMALISM'], findings: ['空'], ...inspection },
    },
    'POST /v1/candidates/{id}/events record-evidence': { type: 'record-evidence', ...ACTIVITY },
    'POST /v1/candidates/{id}/evidence': ACTIVITY,
    'POST /v1/documents': {
      ...{ campaignId, kind: 'notice', title: '关于报送工作信息的通知', text: '请报送。' },
      addressees: [unit('610222101-DW')],
    },
    'POST /v1/document-registers': {
      ...{ campaignId, issuer: 'county', year: 2017, serial: 3, reason: '在系统外编过' },
    },
    'POST /v1/public-objections': { candidateId: ids.published, content: '反映材料不实' },
    'POST /v1/objections/rejections': { objectionIds: [ids.lodged], reason: '重复来件' },
    'POST /v1/objections/rejection-confirmations': { objectionIds: [ids.lodged] },
    'POST /v1/principals': { name: '新人', organisationId, grants: [] },
    'POST /v1/organisations': {
      ...{ parentId: organisationId, kind: 'BASE', name: '果园', code: 'BASE-9' },
    },
    'POST /v1/organisations/{id}/events merge': {
      ...{ type: 'merge', successorIds: [unit('610222102')], day: '2017-05-20', reason: '撤并' },
    },
    'POST /v1/organisations/{id}/events split': {
      type: 'split',
      successorIds: [unit('610222102'), unit('610222103')],
      ...{ day: '2017-05-20', reason: '撤并' },
    },
    'POST /v1/sites': { organisationId, kind: 'VILLAGE', name: '彭镇第二站', id: 'S-9' },
    'POST /v1/unmaskings': {
      ...{ field: 'objector-name', subjectId: ids.objections, purpose: '电话答复异议人' },
    },
    'POST /v1/calendars/{year}/versions': {
      ...{ version: '国办发', source: '国务院办公厅', daysOff: ['2017-10-02'] },
      makeUpWorkdays: [],
    },
    'PUT /v1/clock': { instant: '2017-01-01T00:00:00Z' },
    'POST /v1/plans': ids['text of a plan'] ?? '',
  };
};

/** The events that an address takes, each with the least that it asks for; one where it takes no events. */
export function sentTo({ method, path, operation }: OperationEntry, ids: Ids): Sent[] {
  const [type = '', media = {}] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const bodies = bodiesAbout(ids);
  const route = `${method.toUpperCase()} ${path}`;
  const known = bodies[route];
  if (known !== undefined) {
    const isText = typeof known === 'string';
    return [{ event: '', payload: isText ? known : JSON.stringify(known), type }];
  }
  if (type === '') return [{ event: '', payload: '', type }];
  const json = { type: 'application/json' };
  if (path.startsWith('/v1/imports/')) return [{ event: '', payload: '[]', ...json }];
  const schema = (media.schema ?? {}) as Schema;
  return (schema.oneOf ?? [schema]).map((one) => {
    const event = String(one.properties?.type?.const ?? '');
    const payload = JSON.stringify(bodies[`${route} ${event}`] ?? leastOf(one, ids));
    return { event, payload, ...json };
  });
}

const leastOf = ({ properties = {}, required = [] }: Schema, ids: Ids): object => {
  const random = randomOf(7);
  const pool: Pool = { points: [[]] };
  return Object.fromEntries(
    required.map((name) => [
      name,
      ids[name] ?? sampleOf(random, properties[name] ?? {}, pool, name),
    ]),
  );
};
