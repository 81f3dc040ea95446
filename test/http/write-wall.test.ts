import { afterAll, beforeAll, expect, test } from 'vitest';
import { ACTIVITY, castOf, issueCampaign, registerTownship } from '../support/campaign.ts';
import { openService, type RunningService } from '../support/service.ts';
import { unseen } from '../support/wall.ts';

let service: RunningService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

test('F11: a role revoked past the service, which still remembers it, ends in 500 and an incident, and stores nothing', async () => {
  const cast = await castOf(service);
  const { committee } = cast;
  const id = await registerTownship(cast, await issueCampaign(cast));
  const tell = () =>
    committee.post(`/v1/candidates/${id}/evidence`, {
      ...ACTIVITY,
      kind: 'mobilization',
      detail: {},
    });
  expect((await tell()).status).toBe(201);
  await unseen(
    service.pool,
    `update role_grant set revoked_by = 'x', revoked_at = now() where principal_id = '${committee.id}'`,
  );
  expect((await tell()).status).toBe(500);
  const { rows } = await service.pool.query(
    `select i.lane, i.status, i.item, (select count(*)::int from event where subject_id = $1) as events
       from incident i where i.subject_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ lane: 'walls', status: 'open', item: 'record-evidence', events: 2 }]);
});
