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
import { signOpened } from '../support/signing.ts';

/** What the next version of the plan says in R59. */
const QUOTE = '要及时通报、限期整改，并由另一人复查。';

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
  next.clauses.R59.quote = QUOTE;
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

  test('explains an order about whoever was moved by the words that would refuse it', async () => {
    const { opened } = done(
      await cast.office.post('/v1/inspections', {
        candidateId: township,
        kind: 'FIELD_VISIT',
        occurredOn: '2017-05-20',
        inspectors: ['甲'],
        findings: ['学习记录系补造'],
        triggers: ['FORMALISM'],
      }),
    ).body;
    await signOpened(cast.department, opened);
    const { id } = opened.find(({ kind }: { kind: string }) => kind === 'rectification');
    const path = `/v1/rectifications/${id}`;
    const extend = { type: 'extend', until: '2017-05-21', reason: '宽限' };
    const refused = await cast.office.post(`${path}/events`, extend);
    expect(refused.body).toMatchObject({ unmet: [{ clause: 'R59', quote: QUOTE }] });
    const { actions } = done(await cast.office.get(`${path}/actions`)).body;
    const { requirements } = actions.find(({ type }: { type: string }) => type === 'extend');
    expect(requirements).toMatchObject([{ clause: 'R59', quote: QUOTE }, { quote: QUOTE }]);
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

test('changes are listed page by page, the newest first', async () => {
  const pageAt = async (cursor: string) =>
    done(await cast.office.get(`/v1/policy-changes?campaignId=${campaignId}&limit=1${cursor}`))
      .body;
  const first = await pageAt('');
  expect(first.items).toMatchObject([{ machine: 'policy-change', state: 'declined' }]);
  const second = await pageAt(`&cursor=${first.next}`);
  expect(second).toMatchObject({ items: [{ state: 'approved' }], next: null });
});

describe('changes in a race', () => {
  const approve = (who: Cast['office'], id: string, previewHash: string) =>
    who.post(`/v1/policy-changes/${id}/events`, { type: 'approve', previewHash, reason: '同意' });
  const shownTo = async (id: string): Promise<string> =>
    done(await cast.department.get(`/v1/policy-changes/${id}`)).body.preview.hash;
  const versionsOf = async (campaign: string): Promise<string[]> => {
    const { rows } = await service.pool.query(
      `select distinct context ->> 'planVersion' as version from subject
        where campaign_id = $1 and machine in ('campaign', 'candidate') order by 1`,
      [campaign],
    );
    return rows.map(({ version }) => version);
  };
  /** A campaign still on version 1, with one township, after two more versions are published. */
  async function begun(): Promise<string> {
    const id = await issueCampaign(cast, { planVersion: 1 });
    await registerTownship(cast, id);
    return id;
  }
  const proposed = async (campaign: string, planVersion: number): Promise<string> => {
    const body = { campaignId: campaign, planVersion, reason: '调整' };
    return done(await cast.office.post('/v1/policy-changes', body)).body.id;
  };

  beforeAll(async () => {
    const { body } = await cast.department.get('/v1/plans/yijun-2017?version=2');
    const third = structuredClone(body.plan);
    third.version = 3;
    third.policies.passMark.value = 75;
    done(await cast.department.post('/v1/plans', third));
  });

  test('R46: who proposed a change does not approve it, whatever roles they hold', async () => {
    const both = await service.person('county-office', 'county-department');
    const campaign = await begun();
    const body = { campaignId: campaign, planVersion: 2, reason: '调整' };
    const { id } = done(await both.post('/v1/policy-changes', body)).body;
    const refused = await approve(both, id, await shownTo(id));
    expect(refused.status).toBe(422);
    expect(refused.body.unmet).toMatchObject([{ clause: 'R46', actual: both.id }]);
    const { body: kept } = await cast.office.get(`/v1/policy-changes/${id}`);
    expect(kept).toMatchObject({ state: 'proposed', operation: null });
  });

  test('of two changes approved at once nobody is left between two versions', async () => {
    const campaign = await begun();
    const [second, third] = [await proposed(campaign, 2), await proposed(campaign, 3)];
    const hashes = [await shownTo(second), await shownTo(third)] as const;
    const answers = await Promise.all([
      approve(cast.department, second, hashes[0]),
      approve(cast.department, third, hashes[1]),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.body.unmet).toMatchObject([
      { requirement: 'no-change-under-way', clause: 'R46' },
    ]);
    const [left] = answers[0].status === 422 ? [second] : [third];
    const still = await approve(cast.department, left ?? '', await shownTo(left ?? ''));
    expect(still.status).toBe(422);
    await settle(service);
    expect(await versionsOf(campaign)).toHaveLength(1);
    // Looked at again once the other is through, it may follow.
    done(await approve(cast.department, left ?? '', await shownTo(left ?? '')));
    await settle(service);
    expect(await versionsOf(campaign)).toEqual([left === second ? '2' : '3']);
  });

  test('a change approved while the phase advances moves everybody, and they stand in the new phase', async () => {
    const campaign = await begun();
    const id = await proposed(campaign, 2);
    const url = `/v1/campaigns/${campaign}/events`;
    done(await cast.office.post(url, { type: 'request-override', reason: '试运行' }));
    done(await cast.department.post(url, { type: 'approve-override' }));
    const hash = await shownTo(id);
    const [advanced, approved] = await Promise.all([
      cast.office.post(url, { type: 'advance-phase' }),
      approve(cast.department, id, hash),
    ]);
    expect(advanced.status).toBe(200);
    // Whichever came first: approved as shown, or refused because somebody has moved.
    expect([200, 422]).toContain(approved.status);
    await settle(service);
    if (approved.status === 422) {
      expect(approved.body.unmet[0].requirement).toBe('preview-is-current');
      done(await approve(cast.department, id, await shownTo(id)));
      await settle(service);
    }
    expect(await versionsOf(campaign)).toEqual(['2']);
    const { rows } = await service.pool.query(
      `select distinct phase from subject where campaign_id = $1 and machine = 'candidate'`,
      [campaign],
    );
    expect(rows).toEqual([{ phase: 2 }]);
  });
});
