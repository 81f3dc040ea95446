// The county of every scenario: two campaigns of Yijun that are issued, people with keys, persons to record
// evidence of, and villages under orders whose time limits run.

import { claimOfficers, letIn, postTo } from '../../../rehearsal/kit/admission.ts';
import { type Drafted, signDrafts } from '../../../rehearsal/kit/signing.ts';
import { unit } from '../../support/units.ts';

export type Keys = {
  operator: string;
  department: string;
  office: string;
  committee: string;
  auditor: string;
};

export type County = {
  keys: Keys;
  campaignId: string;
  otherCampaignId: string;
  /** Persons of the first campaign. */
  persons: string[];
  /** Villages of the first campaign, each under one order. */
  villages: string[];
  orders: string[];
};

/** The virtual clock begins here. */
export const BEGINS_AT = '2017-05-20T01:00:00Z';
/** Every order's time limit has run out by then, and its escalation too. */
export const OVERDUE_AT = '2017-07-10T01:00:00Z';

const PERSONS = 24;
export const VILLAGE = unit('610222101203');
export const VILLAGES = [203, 202, 204, 209, 211, 212, 200, 201].map((last) =>
  unit(`610222101${last}`),
);

export const evidence = (summary: string): object => ({
  type: 'record-evidence',
  kind: 'problem',
  occurredOn: '2017-05-20',
  summary,
});

export const person = (campaignId: string, personName: string): object => ({
  campaignId,
  category: 'LEARNING_APPLICATION_PACESETTER',
  organisationId: VILLAGE,
  personName,
});

/** Sets the county up over the API of a service on a new database, by the codes that it printed. */
export async function settleCounty(origin: string, said: string): Promise<County> {
  const post = postTo(origin);
  const officers = await claimOfficers(post, said);
  const keyFor = async (role: string, organisationId: string): Promise<string> =>
    (await letIn(post, officers, { name: role, grants: [{ role, organisationId }] })).key;
  const keys: Keys = {
    operator: await keyFor('operator', unit('6102')),
    department: await keyFor('county-department', unit('610222-ZZB')),
    office: await keyFor('county-office', unit('610222-YCB')),
    committee: await keyFor('township-committee', unit('610222101-DW')),
    auditor: await keyFor('auditor', unit('610222')),
  };
  const campaigns: string[] = [];
  for (const name of ['四创三评', '另一次四创三评']) {
    const drafted = { planId: 'yijun-2017', name };
    const { id, opened } = await post<Drafted>(keys.office, '/v1/campaigns', drafted);
    await signDrafts(post, keys.department, opened);
    campaigns.push(id);
  }
  const [campaignId = '', otherCampaignId = ''] = campaigns;
  const register = async (key: string, body: object): Promise<string> =>
    (await post<{ id: string }>(key, '/v1/candidates', body)).id;
  const persons = await Promise.all(
    Array.from({ length: PERSONS }, (_, index) =>
      register(keys.committee, person(campaignId, `学员${index}`)),
    ),
  );
  const villages = await Promise.all(
    VILLAGES.map((organisationId) =>
      register(keys.office, { campaignId, category: 'DEMONSTRATION_VILLAGE', organisationId }),
    ),
  );
  const orders: string[] = [];
  for (const [index, village] of villages.entries()) {
    const { opened } = await post<Drafted>(keys.office, `/v1/candidates/${village}/events`, {
      type: 'record-inspection',
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['甲', '乙'],
      triggers: ['LITTLE_EFFECT'],
      findings: ['无活动'],
      // The time limits run out one after the other.
      rectificationDays: 5 + index,
    });
    const order = opened.find(({ kind }) => kind === 'rectification')?.id;
    if (order === undefined) throw new Error('no order was opened');
    // Its time limit runs from the signature under it.
    await signDrafts(post, keys.department, opened);
    orders.push(order);
  }
  return { keys, campaignId, otherCampaignId, persons, villages, orders };
}
