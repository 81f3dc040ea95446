// Every event of a candidate × every role, as the table of src/rules/access/access.ts says. A stale
// If-Match is looked at after the role and before the state, so that nothing is ever done.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../machines/kit/access.ts';
import { candidateReleaseOf } from '../../src/db/plan/releases.ts';
import { candidateEvents } from '../../src/http/candidate/candidate-payloads.ts';
import type { Protected } from '../../src/rules/access/access.ts';
import { mayRead, rolesFor } from '../../src/rules/access/access.ts';
import { ROLES } from '../../src/rules/plan/schema-terms.ts';
import { plan } from '../machines/yijun.ts';
import type { Cast } from '../support/campaign.ts';
import {
  ADMITTED_LATE,
  applyFor,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  registerTownship,
  registerVillage,
  registerWorker,
  score,
} from '../support/campaign.ts';
import { PAYLOADS } from '../support/candidate-payloads.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService, PENG, PENGCUN } from '../support/service.ts';
import { unit, unitPath } from '../support/units.ts';

const TYPES = candidateEvents.map((schema) => schema.properties.type.const);
const PATH = unitPath('6102', '610222', '610222101');

const township: Protected = {
  access: candidateReleaseOf(plan, 'DEMONSTRATION_TOWNSHIP').access,
  path: PATH,
  stage: 'mobilization',
  applicants: ['township-committee'],
  responsible: ['township-committee'],
};
const village: Protected = {
  ...township,
  access: candidateReleaseOf(plan, 'DEMONSTRATION_VILLAGE').access,
  path: `${PATH}${PENGCUN}/`,
  applicants: ['village-organisation', 'township-committee'],
  responsible: ['village-organisation'],
};
const worker: Protected = {
  ...township,
  access: candidateReleaseOf(plan, 'ADVANCED_WORKER').access,
  path: `${PATH}${unit('610222101-DW')}/`,
  stage: 'countyAcceptance',
  // The county office applies for its own people only (R62).
  applicants: ['township-committee', 'village-organisation', 'base'],
};
const REACH: { readonly [R in Role]: string } = {
  'city-centre': unitPath('6102'),
  'county-office': unitPath('6102', '610222'),
  'county-department': unitPath('6102', '610222'),
  'township-committee': PATH,
  'township-office': PATH,
  'village-organisation': `${PATH}${PENGCUN}/`,
  base: `${PATH}BASE-1/`,
  assessor: unitPath('6102', '610222'),
  scheduler: unitPath('6102', '610222'),
  integrator: unitPath('6102', '610222'),
  operator: unitPath('6102'),
  auditor: unitPath('6102', '610222'),
  'security-officer': unitPath('6102'),
  administrator: unitPath('6102'),
};

let service: RunningService;
let people: { [role: string]: Person };
let candidates: { township: string; village: string; worker: string };
let accepts: { [candidate: string]: string[] };
beforeAll(async () => {
  service = await openService();
  const cast: Cast = await castOf(service);
  people = {};
  for (const role of ROLES) people[role] = await service.person(role);
  const campaignId = await issueCampaign(cast);
  const worker = await registerWorker(cast, campaignId, '李建国');
  await overridePhases(service, cast, campaignId);
  await score(cast, worker);
  done(await applyFor(cast, worker));
  candidates = {
    township: await registerTownship(cast, campaignId, PENG, ADMITTED_LATE),
    village: await registerVillage(cast, campaignId, PENGCUN, ADMITTED_LATE),
    worker,
  };
  accepts = {};
  for (const [name, id] of Object.entries(candidates)) {
    accepts[name] = (await cast.office.get(`/v1/candidates/${id}`)).body.accepts;
  }
});
afterAll(() => service.close());

test('every event of the interface has a payload here', () => {
  expect(Object.keys(PAYLOADS).sort()).toEqual([...TYPES].sort());
});

describe.each([
  ['township', township],
  ['village', village],
  ['worker', worker],
] as const)('a %s', (name, guarded) => {
  test.each(ROLES)('%s', async (role) => {
    const person = people[role] as Person;
    const principal = {
      id: person.id,
      name: '',
      grants: [{ role, organisationId: '', reach: REACH[role] }],
      credential: null,
    };
    for (const type of TYPES) {
      const url = `/v1/candidates/${candidates[name]}/events`;
      const event = { type, ...PAYLOADS[type] };
      const { status, body } = await person.post(url, event, { ifMatch: 999 });
      const allowed = rolesFor(guarded, type);
      const reaches = guarded.path.startsWith(REACH[role]);
      const known = accepts[name]?.includes(type);
      const expected = !mayRead(principal, guarded.path)
        ? 404
        : reaches && allowed.includes(role)
          ? 412
          : known
            ? 403
            : 409;
      expect(status, type).toBe(expected);
      if (status === 403) expect(body.roles, type).toEqual(allowed);
    }
  });
});
