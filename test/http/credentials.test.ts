// Every event of the business says by which key it came, and only the auditor reads that.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cast } from '../support/campaign.ts';
import { ACTIVITY, castOf, done, issueCampaign, registerTownship } from '../support/campaign.ts';
import { rekey } from '../support/people.ts';
import type { Person, RunningService } from '../support/service.ts';
import { openService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let auditor: Person;
let township: string;
beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  auditor = await service.person('auditor');
  township = await registerTownship(cast, await issueCampaign(cast));
});
afterAll(() => service.close());

type Event = { type: string; principalId: string; credential?: string | null };
const logOf = async (reader: Person, address: string): Promise<Event[]> =>
  done(await reader.get(`${address}/events`)).body.items;

const idOf = (key: string): string => `key:${key.split('_')[1]}`;

test('an event names the key that it came by, and not its holder alone', async () => {
  const second = await service.performer.administer((tx) =>
    rekey(tx, cast.committee.id, cast.committee.key.split('_')[1] ?? ''),
  );
  const address = `/v1/candidates/${township}`;
  done(await cast.committee.post(`${address}/evidence`, ACTIVITY));
  const { statusCode } = await service.app.inject({
    method: 'POST',
    url: `${address}/evidence`,
    headers: { authorization: `Bearer ${second.key}` },
    payload: ACTIVITY,
  });
  expect(statusCode).toBe(201);
  const log = await logOf(auditor, address);
  expect(log.map(({ principalId, credential }) => [principalId, credential])).toEqual([
    [cast.office.id, idOf(cast.office.key)],
    [cast.committee.id, idOf(cast.committee.key)],
    [cast.committee.id, `key:${second.id}`],
  ]);
});

test('what the service does by itself came by no key', async () => {
  const inspection = {
    candidateId: township,
    kind: 'FIELD_VISIT',
    occurredOn: '2017-05-20',
    inspectors: ['张', '王'],
    findings: ['学习记录系补造'],
    triggers: ['FORMALISM'],
  };
  const { opened } = done(await cast.office.post('/v1/inspections', inspection)).body;
  const [, order] = opened;
  expect(await logOf(auditor, `/v1/rectifications/${order.id}`)).toMatchObject([
    { type: 'draft', principalId: 'system', credential: null },
  ]);
});

test('nobody but the auditor reads by which key an event came', async () => {
  for (const reader of [cast.office, cast.department, cast.committee, cast.city]) {
    for (const event of await logOf(reader, `/v1/candidates/${township}`)) {
      expect(Object.keys(event)).not.toContain('credential');
      expect(Object.keys(event)).not.toContain('personal');
    }
  }
});
