// A campaign of Yijun as its people lead it through the interface, step by step.

import sharp from 'sharp';
import { advanceOperations } from '../../src/command/kernel/operations.ts';
import { holdRound } from './ballots.ts';
import type { Person, Response, RunningService } from './service.ts';
import { PENG, PENGCUN } from './service.ts';
import { signAll } from './signing.ts';
import { unit } from './units.ts';

export type Cast = {
  office: Person;
  department: Person;
  committee: Person;
  township: Person;
  village: Person;
  city: Person;
  assessor: Person;
  assessor2: Person;
};

/** One person for each role that leads a campaign from its notice to its end. */
export async function castOf(service: RunningService): Promise<Cast> {
  return {
    office: await service.person('county-office'),
    department: await service.person('county-department'),
    committee: await service.person('township-committee'),
    township: await service.person('township-office'),
    village: await service.person('village-organisation'),
    city: await service.person('city-centre'),
    assessor: await service.person('assessor'),
    assessor2: await service.person('assessor'),
  };
}

export const done = (answer: Response): Response => {
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
  return answer;
};

/** A campaign drafted by the office and issued by the department, which signs its notice. */
export async function issueCampaign({ office, department }: Cast, change = {}): Promise<string> {
  const asked = { planId: 'yijun-2017', ...change };
  const { id } = done(await office.post('/v1/campaigns', asked)).body;
  await signAll(department, id);
  return id;
}

/** Why the office admits whoever comes after the phase of its creation (O16). */
export const ADMITTED_LATE = { admittedLateFor: '因洪灾未能按期登记' };

export const registerTownship = async (
  { office }: Cast,
  campaignId: string,
  organisationId = PENG,
  more: Partial<typeof ADMITTED_LATE> = {},
): Promise<string> => {
  const candidate = { campaignId, category: 'DEMONSTRATION_TOWNSHIP', organisationId, ...more };
  return done(await office.post('/v1/candidates', candidate)).body.id;
};

export const registerVillage = async (
  { office }: Cast,
  campaignId: string,
  organisationId = PENGCUN,
  more: Partial<typeof ADMITTED_LATE> = {},
): Promise<string> => {
  const candidate = { campaignId, category: 'DEMONSTRATION_VILLAGE', organisationId, ...more };
  return done(await office.post('/v1/candidates', candidate)).body.id;
};

/** An activity with the fields that its kind asks for. */
export const ACTIVITY = {
  kind: 'activity',
  occurredOn: '2017-05-20',
  summary: '学用活动',
  form: '集中收看',
  detail: { participants: 26, effect: '26 名党员学会矮化密植' },
} as const;

/** The three documents of R48, the consultation before the plan. */
export async function submitPlan({ committee }: Cast, id: string): Promise<void> {
  const documents = [
    [
      'consultation',
      '2017-05-19',
      { asked: '基层党组织和党员群众', people: 40, opinions: ['增加培训'] },
    ],
    ['implementation-plan', '2017-05-20', {}],
    ['work-plan', '2017-05-20', {}],
  ] as const;
  for (const [kind, occurredOn, detail] of documents) {
    const record = { kind, occurredOn, summary: '材料', detail };
    done(await committee.post(`/v1/candidates/${id}/evidence`, record));
  }
  const submit = { type: 'submit-plan', title: '彭镇实施方案' };
  done(await committee.post(`/v1/candidates/${id}/events`, submit));
}

/** A worker of Peng's party committee. A worker's way is short: nothing is planned, created or checked. */
export const registerWorker = async (
  { office }: Cast,
  campaignId: string,
  personName: string,
  category = 'ADVANCED_WORKER',
): Promise<string> => {
  const candidate = {
    campaignId,
    category,
    organisationId: unit('610222101-DW'),
    personName,
  };
  return done(await office.post('/v1/candidates', candidate)).body.id;
};

/** Does all the long work that waits, as the service's worker would. */
export async function settle({ pool, performer }: RunningService): Promise<void> {
  while (await advanceOperations(pool, performer));
}

/** Enters the next phase by an override of two people, which skips its window and duties. */
export async function overridePhase(
  service: RunningService,
  { office, department }: Cast,
  campaignId: string,
): Promise<void> {
  const url = `/v1/campaigns/${campaignId}/events`;
  done(await office.post(url, { type: 'request-override', reason: '试运行' }));
  done(await department.post(url, { type: 'approve-override' }));
  done(await office.post(url, { type: 'advance-phase' }));
  await settle(service);
}

/** Leads a campaign that has just been issued through its phases into the last one. */
export async function overridePhases(
  service: RunningService,
  cast: Cast,
  campaignId: string,
): Promise<void> {
  for (let phase = 2; phase <= 4; phase += 1) await overridePhase(service, cast, campaignId);
}

type Item = { id: string; maximum: number };

/** Points for each item that sum up to the total, the first items full. */
export function filledIn(items: readonly Item[], total: number) {
  let left = Math.round(total * 100);
  return items.map(({ id, maximum }) => {
    const given = Math.min(left, Math.round(maximum * 100));
    left -= given;
    return { item: id, points: given / 100 };
  });
}

/** A sheet assigned by the office and handed in by its assessor; answers its id. */
export async function assess(
  { office }: Cast,
  assessor: Person,
  candidateId: string,
  points: number,
): Promise<string> {
  const asked = { candidateId, assessorId: assessor.id };
  const { id } = done(await office.post('/v1/assessments', asked)).body;
  const { scheme } = done(await assessor.get(`/v1/assessments/${id}`)).body;
  const submit = { type: 'submit', points: filledIn(scheme.items, points) };
  done(await assessor.post(`/v1/assessments/${id}/events`, submit));
  return id;
}

/** Both streams of R61, above the pass mark. */
export async function score(cast: Cast, id: string, points = 92.5): Promise<void> {
  await holdRound(cast, id, (_, index) => (index === 0 ? '较好' : '好'));
  for (const assessor of [cast.assessor, cast.assessor2]) await assess(cast, assessor, id, points);
}

export const applyFor = ({ committee }: Cast, id: string): Promise<Response> =>
  committee.post(`/v1/candidates/${id}/events`, {
    type: 'apply',
    statement: '申报先进工作者',
    signatory: '刘书记',
    signatureEvidence: '申报表盖章页',
  });

let shade = 0;

/** A photo uploaded by this person, a different one each time; answers the id of the file. */
export async function uploadPhoto(
  { app }: RunningService,
  { key }: Person,
  campaignId: string,
): Promise<string> {
  shade += 23;
  const background = { r: shade % 256, g: (shade * 7) % 256, b: 40 };
  const payload = await sharp({ create: { width: 32, height: 24, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: `/v1/files?campaignId=${campaignId}`,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
    payload,
  });
  if (statusCode >= 300) throw new Error(body);
  return JSON.parse(body).id;
}
