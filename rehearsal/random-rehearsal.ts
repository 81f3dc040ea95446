// `--random 50 --seed 1`: plans that nobody wrote, each played to its titles by a small cast, one after the other
// on one service. A plan that stops is told with its procedures, and the others are played all the same.

import type { Plan } from '../src/rules/plan/plan-schema.ts';
import type { Officers } from './kit/admission.ts';
import type { Actor, Client } from './kit/client.ts';
import { Unexpected } from './kit/client.ts';
import { daysAfter } from './kit/days.ts';
import { createTimeline } from './kit/timeline.ts';
import { begunOn, randomPlans } from './random-plans.ts';
import { rehearse, type Troupes } from './rehearsal.ts';

/** A plan and what may still run when its phases are over. */
const LASTS_MAX = 60;

type Drawing = {
  client: Client;
  officers: Officers;
  troupes: Troupes;
  count: number;
  seed: number;
  print: (line: string) => void;
};

/** Plays variants of these shipped plans. True when all of them came to their titles. */
export async function rehearseRandom(
  shipped: readonly { id: string }[],
  { client, officers, troupes, count, seed, print }: Drawing,
): Promise<boolean> {
  const startedMs = performance.now();
  const administrator: Actor = { id: '', name: '系统管理员', key: officers.administrator };
  const plans = await Promise.all(
    shipped.map(
      async ({ id }) => (await client.get<{ plan: Plan }>(administrator, `/v1/plans/${id}`)).plan,
    ),
  );
  const drawn = randomPlans(plans, count, seed);
  const drawnMs = performance.now();
  print(`随机方案 ${count} 个，种子 ${seed} · random plans, seed`);
  let stopped = 0;
  for (const [index, plan] of drawn.entries()) {
    const beganMs = performance.now();
    const { instant } = await client.get<{ instant: string }>(administrator, '/v1/clock');
    const written = begunOn(plan, index + 1, beginningAfter(instant.slice(0, 10)));
    const fault = await faultOf(client, officers, troupes, written);
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
    print(`  ${fault === null ? '✓' : '✗'} ${written.id} ${wayIn(written)} ${seconds} s`);
    if (fault === null) continue;
    stopped += 1;
    print(fault);
    const { phases, verdicts, procedures } = written;
    print(JSON.stringify({ phases, verdicts, procedures }));
  }
  const [toDraw, toPlay] = [drawnMs - startedMs, performance.now() - drawnMs];
  print(
    `  ${count - stopped}/${count}，抽取 ${(toDraw / 1000).toFixed(1)} 秒，演练 ${(toPlay / 1000).toFixed(1)} 秒 · came to their titles; seconds to draw, to play`,
  );
  return stopped === 0;
}

/** The day after the next, or the first of next year: what is asked of a year is recorded in it. */
function beginningAfter(today: string): string {
  const begun = daysAfter(today, 2);
  const year = (day: string) => day.slice(0, 4);
  return year(daysAfter(begun, LASTS_MAX)) === year(begun)
    ? begun
    : `${year(daysAfter(begun, LASTS_MAX))}-01-02`;
}

/** Null when the plan came to its titles and every invariant holds. */
async function faultOf(
  client: Client,
  officers: Officers,
  troupes: Troupes,
  written: Plan,
): Promise<string | null> {
  const timeline = createTimeline(() => undefined, null);
  const choice = { planId: written.id, written, general: true, size: 'small' } as const;
  const stopwatch = { start: 0, since: () => 0 };
  try {
    const { invariants } = await rehearse(client, officers, timeline, choice, troupes, stopwatch);
    const broken = invariants.filter(({ holds }) => !holds);
    return broken.length === 0
      ? null
      : broken
          .map(({ en, faults }) => `${en}\n    ${faults.slice(0, 3).join('\n    ')}`)
          .join('\n');
  } catch (error) {
    return error instanceof Unexpected ? error.message : String((error as Error).stack);
  }
}

/** The steps of each procedure, in short. */
const wayIn = ({ procedures }: Plan): string =>
  Object.values(procedures)
    .map((stages) =>
      stages
        .flatMap((stage) =>
          typeof stage === 'string' ? [stage] : stage.steps.map(({ step }) => step),
        )
        .join('>'),
    )
    .join(' | ');
