import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Cast,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  settle,
} from '../support/campaign.ts';
import { openService, type RunningService, WULI } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let campaignId: string;
let township: string;
let village: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  township = await registerTownship(cast, campaignId);
  village = await registerVillage(cast, campaignId);
  const { body } = await cast.department.get('/v1/plans/yijun-2017');
  const next = structuredClone(body.plan);
  next.version = 2;
  next.phases[0].end = '2017-07-14';
  next.phases[1].start = '2017-07-15';
  next.policies.passMark.value = 70;
  next.policies.mobilizationFormsMin.value = 3;
  next.categories[1].quota = 1;
  done(await cast.department.post('/v1/plans', next));
});
afterAll(() => service.close());

const propose = () =>
  cast.office.post('/v1/policy-changes', { campaignId, planVersion: 2, reason: '汛期延后动员' });
const deadlineOf = async (id: string) => {
  const { deadlines } = done(await cast.office.get(`/v1/candidates/${id}`)).body;
  return deadlines[0];
};

describe('another version of the plan in a running campaign', () => {
  let change: string;
  let hash: string;

  test('is proposed by the county office, of a version that is published', async () => {
    const unknown = await cast.office.post('/v1/policy-changes', {
      campaignId,
      planVersion: 9,
      reason: '无此版',
    });
    expect(unknown.status).toBe(422);
    const stranger = await cast.committee.post('/v1/policy-changes', {
      campaignId,
      planVersion: 2,
      reason: '越权',
    });
    expect(stranger.status).toBe(403);
    const proposed = await propose();
    expect(proposed.status).toBe(201);
    change = proposed.body.id;
  });

  test('shows who would be moved and how, and what becomes easier, before anything moves', async () => {
    const { body } = done(await cast.department.get(`/v1/policy-changes/${change}`));
    expect(body).toMatchObject({ state: 'proposed', fromVersion: 1, planVersion: 2 });
    const { preview } = body;
    hash = preview.hash;
    const effects = Object.fromEntries(
      preview.differences.map(({ path, effect }: { path: string; effect: string }) => [
        path,
        effect,
      ]),
    );
    expect(effects).toMatchObject({
      '/phases/mobilization/end': 'easier',
      '/policies/passMark': 'easier',
      '/policies/mobilizationFormsMin': 'harder',
      '/categories/DEMONSTRATION_TOWNSHIP/quota': 'harder',
    });
    expect(preview.easier).toBeGreaterThanOrEqual(2);
    const moved = preview.affected.find(
      ({ subjectId }: { subjectId: string }) => subjectId === township,
    );
    expect(moved).toMatchObject({
      fromVersion: 1,
      state: 'planning',
      newState: 'planning',
      deadlines: [{ kind: 'plan', from: '2017-06-30T16:00:00.000Z', to: '2017-07-14T16:00:00Z' }],
    });
    expect(preview.affected.map(({ machine }: { machine: string }) => machine).sort()).toEqual([
      'campaign',
      'candidate',
      'candidate',
    ]);
    // Looking moves nobody.
    expect((await deadlineOf(township)).dueAt).toBe('2017-06-30T16:00:00.000Z');
  });

  test('is refused when somebody has moved since it was shown, and approved when looked at again', async () => {
    const visit = {
      candidateId: township,
      kind: 'FIELD_VISIT',
      occurredOn: '2017-05-20',
      inspectors: ['甲'],
    };
    done(await cast.office.post('/v1/inspections', visit));
    const path = `/v1/policy-changes/${change}/events`;
    const approve = { type: 'approve', previewHash: hash, reason: '同意' };
    const stale = await cast.department.post(path, approve);
    expect(stale.status).toBe(422);
    expect(stale.body.unmet).toMatchObject([{ requirement: 'preview-is-current', clause: 'R46' }]);
    const { body } = done(await cast.department.get(`/v1/policy-changes/${change}`));
    const asked = { ...approve, previewHash: body.preview.hash };
    expect((await cast.office.post(path, asked)).status).toBe(403);
    const approved = done(await cast.department.post(path, asked));
    expect(approved.body.state).toBe('approved');
    await settle(service);
    const after = done(await cast.department.get(`/v1/policy-changes/${change}`)).body;
    expect(after.preview).toBeNull();
    expect(after.operation).toMatchObject({ status: 'done', refused: 0 });
    expect(after.operation.done).toBe(after.operation.total);
  });

  test('moves each subject in its own log, with a new generation of what it owes', async () => {
    for (const [id, kind] of [
      [township, 'plan'],
      [village, 'mobilization'],
    ] as const) {
      expect(await deadlineOf(id)).toMatchObject({
        kind,
        generation: 2,
        dueAt: '2017-07-14T16:00:00.000Z',
        level: 'armed',
      });
      const { items } = done(await cast.office.get(`/v1/candidates/${id}/events`)).body;
      expect(items.at(-1)).toMatchObject({
        type: 'adopt-policy',
        principalId: 'system',
        payload: { planVersion: 2, policyChangeId: change },
      });
    }
    const notices = await service.pool.query(
      `select template from notice where campaign_id = $1 and template = 'policy-adopted'`,
      [campaignId],
    );
    expect(notices.rows.length).toBeGreaterThanOrEqual(3);
    const phases = await service.pool.query(
      `select generation, level, due_at from obligation
        where campaign_id = $1 and kind = 'phase:mobilization' order by generation`,
      [campaignId],
    );
    expect(phases.rows).toMatchObject([
      { generation: 1, level: 'superseded' },
      { generation: 2, level: 'armed', due_at: '2017-07-14T16:00:00.000Z' },
    ]);
  });

  test('decides whoever was moved, and whoever joins later, by the new version', async () => {
    const [first] = done(await cast.committee.get(`/v1/candidates/${township}/actions`)).body
      .actions;
    expect(first).toBeDefined();
    const other = await registerTownship(cast, campaignId, WULI);
    expect((await deadlineOf(other)).dueAt).toBe('2017-07-14T16:00:00.000Z');
    const { rows } = await service.pool.query(
      `select distinct context ->> 'planVersion' as version from subject
        where campaign_id = $1 and machine in ('campaign', 'candidate')`,
      [campaignId],
    );
    expect(rows).toEqual([{ version: '2' }]);
  });

  test('the clock meets nobody at the old deadline', async () => {
    await service.setClock('2017-07-01T01:00:00Z');
    expect(await deadlineOf(township)).toMatchObject({ level: 'armed', overdue: false });
  });
});

test('a change is decided once: what was declined moves nobody', async () => {
  const { body } = done(await propose());
  const path = `/v1/policy-changes/${body.id}/events`;
  const declined = done(await cast.department.post(path, { type: 'decline', reason: '不必' }));
  expect(declined.body.state).toBe('declined');
  expect((await cast.office.post(path, { type: 'withdraw', reason: '撤回' })).status).toBe(409);
  const { items } = done(await cast.office.get(`/v1/policy-changes?campaignId=${campaignId}`)).body;
  expect(items.map(({ state }: { state: string }) => state)).toEqual(['declined', 'approved']);
});
