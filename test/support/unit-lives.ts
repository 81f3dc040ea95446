// A village of Peng with all that may rest on a unit: candidates, an order, a round, a sheet, a place on the roster
// and in the quota, a role, an invitation, a title. What then happens to the village is told by the caller.

import { openRound } from './ballots.ts';
import {
  type Cast,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerVillage,
} from './campaign.ts';
import {
  COUNTY,
  openService,
  PENGCUN,
  type Person,
  type Response,
  type RunningService,
} from './service.ts';
import { signOpened } from './signing.ts';
import { unit } from './units.ts';

/** 彭村's branch, and the villages that it may go to: 东湖村 and 武家塬村. */
export const BRANCH = unit('610222101203-DZB');
export const DONGHU = unit('610222101202');
export const DONGHU_BRANCH = unit('610222101202-DZB');
export const WUJIAYUAN = unit('610222101201');

export type UnitLife = {
  service: RunningService;
  cast: Cast;
  administrator: Person;
  security: Person;
  campaignId: string;
  /** The candidate that is the village itself, with an order that is open. */
  village: string;
  order: string;
  /** Workers of its branch: one with an open round and an open sheet, one who has a title. */
  worker: string;
  titled: string;
  round: string;
  sheet: string;
  /** The code of somebody who is invited to the branch and has no key yet. */
  invited: { id: string; code: string };
  tell: (event: object, dryRun?: boolean, id?: string) => Promise<Response>;
};

const registerWorkerOf = async ({ office }: Cast, campaignId: string, personName: string) => {
  const category = 'ADVANCED_WORKER';
  const asked = { campaignId, category, organisationId: BRANCH, personName };
  return done(await office.post('/v1/candidates', asked)).body.id as string;
};

async function invite(administrator: Person): Promise<UnitLife['invited']> {
  const grants = [{ role: 'village-organisation', organisationId: BRANCH }];
  const { id } = done(
    await administrator.post('/v1/principals', {
      name: '新来的书记',
      grants,
      organisationId: BRANCH,
    }),
  ).body;
  const { code } = done(await administrator.post(`/v1/principals/${id}/claims`)).body;
  return { id, code };
}

export async function openUnitLife(): Promise<UnitLife> {
  const service = await openService();
  const cast = await castOf(service);
  const administrator = await service.person(['administrator', COUNTY]);
  const security = await service.person(['security-officer', COUNTY]);
  const campaignId = await issueCampaign(cast);
  const village = await registerVillage(cast, campaignId);
  const inspection = {
    ...{ candidateId: village, kind: 'FIELD_VISIT', occurredOn: '2017-05-20' },
    ...{ inspectors: ['张', '王'], findings: ['学习记录系补造'], triggers: ['FORMALISM'] },
  };
  const { opened } = done(await cast.office.post('/v1/inspections', inspection)).body;
  const order = opened.find(({ kind }: { kind: string }) => kind === 'rectification').id;
  await signOpened(cast.department, opened);
  await overridePhases(service, cast, campaignId);
  const worker = await registerWorkerOf(cast, campaignId, '田华');
  const titled = await registerWorkerOf(cast, campaignId, '孙梅');
  // The way to a title is a campaign's; here it only stands there.
  await service.pool.query(
    `update subject set stage = 'conferred', state = 'conferred', value = '"conferred"' where id = $1`,
    [titled],
  );
  const round = await openRound(cast.township, worker);
  const assigned = { candidateId: worker, assessorId: cast.assessor.id };
  const sheet = done(await cast.office.post('/v1/assessments', assigned)).body.id;
  const invited = await invite(administrator);
  const tell: UnitLife['tell'] = (event, dryRun = false, id = PENGCUN) =>
    administrator.post(`/v1/organisations/${id}/events${dryRun ? '?dryRun=true' : ''}`, event);
  return {
    ...{ service, cast, administrator, security, campaignId, village, order, worker, titled },
    ...{ round, sheet, invited, tell },
  };
}
