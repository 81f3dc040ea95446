// What a township is found to add up to, while other places are assessed by the same transaction.

import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command } from '../../src/command/kernel/command.ts';
import { advanceOperations } from '../../src/command/kernel/operations.ts';
import { inTransaction } from '../../src/db/kernel/connections.ts';
import { findPlan, insertPlan } from '../../src/db/plan/plans.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import {
  department,
  office,
  openScene,
  PENG,
  type Scene,
  signDrafts,
  somebody,
} from '../support/scene.ts';
import { unit } from '../support/units.ts';

const WULI = unit('610222102');
const TAIAN = unit('610222103');
const CRITERION = 'township.sites-conform';

let scene: Scene;
let campaignId: string;

beforeAll(async () => {
  scene = await openScene();
  await publishShortWay();
  campaignId = randomUUIDv7();
  const create = { machine: 'campaign', planId: 'short-way', planVersion: 1, name: '短' } as const;
  const event = { type: 'draft' };
  const drafted = { campaignId, subjectId: campaignId, create, event, principal: office };
  await signDrafts(scene.performer, await scene.performer.perform(drafted));
});
afterAll(() => scene.drop());

/** A plan whose townships only check themselves: one site that conforms is enough for them. */
async function publishShortWay(): Promise<void> {
  const plan = (await findPlan(scene.pool, 'yijun-2017', 1))?.body;
  if (plan === undefined) throw new Error('the plan is not seeded');
  const checked = validatePlan({
    ...plan,
    id: 'short-way',
    document: { ...plan.document, serial: plan.document.serial + 1 },
    procedures: {
      ...plan.procedures,
      'short-way': ['is-told', 'cultivates', 'checked-by-committee', 'applies', 'county', 'city'],
    },
    categories: plan.categories.map((category) =>
      category.code !== 'DEMONSTRATION_TOWNSHIP'
        ? category
        : {
            ...category,
            procedure: 'short-way',
            criteria: category.criteria
              .filter(({ id }) => id === CRITERION)
              .map((criterion) => ({
                ...criterion,
                at: 'self-check',
                required: { ...criterion.required, percent: 1 },
              })),
          },
    ),
  });
  if (!('plan' in checked)) throw new Error(JSON.stringify(checked.faults));
  await inTransaction(scene.writers, (tx) => insertPlan(tx, checked.plan));
}

const perform = async (command: Parameters<Scene['perform']>[0]) => {
  const outcome = await scene.perform({ campaignId, ...command });
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  return outcome.answer.body;
};

const register = async (category: string, organisationId: string, siteId: string | null) => {
  const create = { machine: 'candidate', category, organisationId, siteId } as const;
  const unnamed = { ...create, name: null, personName: null };
  const { id } = await perform({
    subjectId: randomUUIDv7(),
    create: unnamed,
    event: { type: 'register' },
  });
  return id;
};

async function enterNextPhase(): Promise<void> {
  for (const [principal, event] of [
    [office, { type: 'request-override', reason: '演练' }],
    [department, { type: 'approve-override' }],
    [office, { type: 'advance-phase' }],
  ] as const) {
    await perform({ subjectId: campaignId, principal, event });
  }
  while (await advanceOperations(scene.pool, scene.performer));
}

const inspection = (subjectId: string) => ({
  campaignId,
  subjectId,
  principal: office,
  event: {
    type: 'record-inspection',
    id: randomUUIDv7(),
    kind: 'FIELD_VISIT',
    occurredOn: '2017-05-20',
    inspectors: ['甲', '乙'],
    conforms: true,
  },
});

const performTogether = async (...commands: Command[]) => {
  for (const { principal } of commands) await scene.letIn(principal);
  return scene.performer.administer((tx) =>
    scene.performer.performTogether(tx, campaignId, commands),
  );
};

const selfCheck = (subjectId: string) => ({
  campaignId,
  subjectId,
  principal: somebody('township-committee'),
  event: {
    type: 'submit-self-check',
    id: randomUUIDv7(),
    results: [{ criterion: CRITERION, met: true }],
  },
});

const sited = (code: string) => register('DEMONSTRATION_VILLAGE', unit(code), `${code}-S1`);

test('a township that checks itself is measured by its own sites, whatever is assessed beside it', async () => {
  const townships = [
    await register('DEMONSTRATION_TOWNSHIP', PENG, null),
    await register('DEMONSTRATION_TOWNSHIP', WULI, null),
    await register('DEMONSTRATION_TOWNSHIP', TAIAN, null),
  ] as const;
  const [peng, wuli, taian] = townships;
  const inPeng = await sited('610222101203');
  const inWuli = await sited('610222102200');
  const inTaian = await sited('610222103203');
  await enterNextPhase();
  await enterNextPhase();
  await perform(inspection(inPeng));

  const together = await performTogether(selfCheck(peng), inspection(inWuli));
  expect(together, 'in one batch with a site of another township').toMatchObject([
    { kind: 'done', answer: { body: { state: 'self-checked' } } },
    { kind: 'done' },
  ]);
  const alone = await scene.perform(selfCheck(wuli));
  expect(alone, 'by itself').toMatchObject({ kind: 'done' });
  const first = await scene.perform(selfCheck(taian));
  expect(first, 'before any site of it conforms').toMatchObject({
    kind: 'refused',
    unmet: [{ name: CRITERION, actual: 0 }],
  });
  const after = await performTogether(inspection(inTaian), selfCheck(taian));
  expect(after, 'behind its own first site, in one batch').toMatchObject([
    { kind: 'done' },
    { kind: 'done' },
  ]);
});
