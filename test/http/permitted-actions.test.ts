// What …/actions permits is not refused because of where something else stands (C11).

import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type OpenapiDocument,
  type OperationEntry,
  operationsOf,
} from '../../src/http/docs/docs-operation.ts';
import { fillPeng } from '../support/about-peng.ts';
import { type Cast, castOf, done } from '../support/campaign.ts';
import { fillForCommands, type Ids, sentTo } from '../support/commands-about-peng.ts';
import { openService, type Person, type RunningService } from '../support/service.ts';

let service: RunningService;
let cast: Cast;
let ids: Ids;
let sending: OperationEntry[];

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  ids = await fillForCommands(service, cast, await fillPeng(service, cast));
  sending = operationsOf(service.app.swagger() as OpenapiDocument).filter(
    ({ method, path }) => method === 'post' && /^\/v1\/[a-z-]+\/\{id\}\/events$/.test(path),
  );
}, 120_000);
afterAll(() => service.close());

/** The resources of events, by the machine that takes them. */
const RESOURCES: { readonly [machine: string]: string } = {
  'score-sheet': 'assessments',
  'ballot-round': 'ballot-rounds',
  candidate: 'candidates',
  campaign: 'campaigns',
  document: 'documents',
  draw: 'draws',
  matter: 'matters',
  objection: 'objections',
  'policy-change': 'policy-changes',
  reconsideration: 'reconsiderations',
  rectification: 'rectifications',
  'review-panel': 'review-panels',
  supplement: 'supplements',
};

async function permitted(person: Person, url: string): Promise<string[]> {
  const { status, body } = await person.get(`${url}/actions`);
  if (status === 404) return [];
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.actions
    .filter((action: { permitted: boolean }) => action.permitted)
    .map(({ type }: { type: string }) => type);
}

test('C11: an action on a sheet foresees that its candidate no longer takes it', async () => {
  const { rows } = await service.pool.query<{ id: string }>(
    `select s.id from subject s join subject c on c.campaign_id = s.campaign_id and c.id = s.parent_id
      where s.machine = 'score-sheet' and s.state = 'submitted' and c.stage = 'countyAcceptance' limit 1`,
  );
  const url = `/v1/assessments/${rows[0]?.id}`;
  const { actions } = done(await cast.office.get(`${url}/actions`)).body;
  for (const [type, event] of [
    ['send-back', { type: 'send-back', reason: '合计有误' }],
    ['void', { type: 'void', reason: '重复' }],
  ] as const) {
    const action = actions.find((one: { type: string }) => one.type === type);
    expect(action).toMatchObject({
      permitted: false,
      mayYou: true,
      unmet: [{ requirement: 'candidate-under-evaluation' }],
    });
    const answer = await cast.office.post(`${url}/events`, event);
    expect([answer.status, answer.body.unmet]).toEqual([422, action.unmet]);
  }
});

test('C11: whatever is permitted to anybody, of anything, is not refused by a 409 right after', async () => {
  const { rows } = await service.pool.query<{ id: string; machine: string }>(
    `select id, machine from subject where machine = any ($1) order by lock_rank desc, id`,
    [Object.keys(RESOURCES)],
  );
  const assessors = [cast.assessor, cast.assessor2];
  const people = [cast.office, cast.department, cast.committee, cast.city, ...assessors];
  const surprised: string[] = [];
  const sent = new Set<string>();
  for (const { id, machine } of rows) {
    const path = `/v1/${RESOURCES[machine]}/{id}/events`;
    const entry = sending.find((one) => one.path === path);
    if (entry === undefined) throw new Error(`${path} takes no events`);
    const bodies = new Map(sentTo(entry, ids).map(({ event, payload }) => [event, payload]));
    for (const person of people) {
      const url = `/v1/${RESOURCES[machine]}/${id}`;
      for (const type of await permitted(person, url)) {
        const body = bodies.get(type);
        // Each step may take what was permitted before it away.
        if (body === undefined || !(await permitted(person, url)).includes(type)) continue;
        const { status, body: answer } = await person.post(`${url}/events`, JSON.parse(body));
        sent.add(`${machine} ${type}`);
        if (status === 409) surprised.push(`${machine} ${type}: ${JSON.stringify(answer)}`);
      }
    }
  }
  expect(surprised).toEqual([]);
  expect(sent.size).toBeGreaterThan(40);
}, 120_000);
