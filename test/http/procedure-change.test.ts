// A running campaign adopts a version of its plan that leads two categories another way.

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Cast,
  castOf,
  done,
  issueCampaign,
  registerTownship,
  registerVillage,
  settle,
  submitPlan,
} from '../support/campaign.ts';
import type { LoggedEvent, StoredSubject } from '../support/replay.ts';
import { EVENTS, findDifferences, SUBJECTS } from '../support/replay.ts';
import { openService, type RunningService, WULI } from '../support/service.ts';

type Step = { step: string };

let service: RunningService;
let cast: Cast;
let campaignId: string;
let planning: string;
let reviewed: string;
let village: string;
let change: string;

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  campaignId = await issueCampaign(cast);
  planning = await registerTownship(cast, campaignId, WULI);
  reviewed = await registerTownship(cast, campaignId);
  await submitPlan(cast, reviewed);
  village = await registerVillage(cast, campaignId);
  const { plan } = done(await cast.department.get('/v1/plans/yijun-2017')).body;
  plan.version = 2;
  const stage = plan.stages['makes-a-plan'];
  stage.steps = stage.steps.filter(({ step }: Step) => step !== 'plan');
  plan.procedures.village = plan.procedures.village.map((name: string) =>
    name === 'checked-by-office' ? 'is-exempt' : name,
  );
  plan.moves = { 'mobilization.planning': 'mobilization.mobilizing' };
  done(await cast.department.post('/v1/plans', plan));
  const proposal = { campaignId, planVersion: 2, reason: '简化程序' };
  change = done(await cast.office.post('/v1/policy-changes', proposal)).body.id;
});
afterAll(() => service.close());

const hashOf = async (id: string): Promise<string> => {
  const { rows } = await service.pool.query('select procedure from subject where id = $1', [id]);
  return rows[0].procedure;
};

test('the preview tells who is moved, who goes over as they stand, and who keeps the old way', async () => {
  const { preview } = done(await cast.department.get(`/v1/policy-changes/${change}`)).body;
  const of = (id: string) =>
    preview.affected.find(({ subjectId }: { subjectId: string }) => subjectId === id);
  expect(of(planning)).toMatchObject({ misfit: null, state: 'planning', newState: 'mobilizing' });
  expect(of(reviewed)).toMatchObject({ misfit: 'unknown-state', newState: 'plan-review' });
  expect(of(village)).toMatchObject({ misfit: null, newState: 'acknowledging' });
});

test('each is decided by its way from then on, and every log alone gives what is stored', async () => {
  const before = await Promise.all([planning, reviewed, village].map(hashOf));
  const { preview } = done(await cast.department.get(`/v1/policy-changes/${change}`)).body;
  const approve = { type: 'approve', previewHash: preview.hash, reason: '同意' };
  done(await cast.department.post(`/v1/policy-changes/${change}/events`, approve));
  await settle(service);
  const after = await Promise.all([planning, reviewed, village].map(hashOf));
  expect(after.map((hash, index) => hash === before[index])).toEqual([false, true, false]);
  const moved = done(await cast.office.get(`/v1/candidates/${planning}`)).body;
  expect(moved).toMatchObject({ state: 'mobilizing', deadlines: [{ kind: 'mobilization' }] });
  expect(moved.accepts).toContain('confirm-mobilization');
  const stayed = done(await cast.office.get(`/v1/candidates/${reviewed}`)).body;
  expect(stayed.accepts).toContain('approve-plan');
  const { rows: subjects } = await service.pool.query<StoredSubject>(SUBJECTS);
  const { rows: events } = await service.pool.query<LoggedEvent>(EVENTS);
  const { rows: timers } = await service.pool.query('select subject_id, timer_id from timer');
  const { rows: clock } = await service.pool.query('select now_instant() as now');
  for (const subject of subjects) {
    const own = events.filter(({ subject_id }) => subject_id === subject.id);
    const ids = timers.filter((row) => row.subject_id === subject.id).map((row) => row.timer_id);
    expect(findDifferences(subject, own, ids, clock[0].now)).toEqual([]);
  }
});
