// Categories that differ in one policy each: the same way, and only that policy decides otherwise.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { openRound } from '../support/ballots.ts';
import {
  applyFor,
  type Cast,
  castOf,
  done,
  issueCampaign,
  overridePhases,
  score,
} from '../support/campaign.ts';
import { advanceCandidate } from '../support/selection.ts';
import { openService, type RunningService } from '../support/service.ts';
import { unit } from '../support/units.ts';

const decided = { kind: 'county-decision', note: '本类另定' } as const;
const own = <Value>(value: Value) => ({ value, provenance: decided });

const STATED = {
  PLAIN: {},
  OTHER: {},
  STRICT: { passMark: own(99) },
  SLOW: { correctionWorkingDays: own(10) },
  PANELLED: { panelMin: own(3) },
  OPEN: { ballotForm: own('open' as const) },
} as const satisfies { [code: string]: Plan['categories'][number]['policies'] };
type Code = keyof typeof STATED;
const CODES = Object.keys(STATED) as Code[];

let service: RunningService;
let cast: Cast;
let campaignId: string;
const candidates = new Map<Code, string>();
const idOf = (code: Code): string => candidates.get(code) ?? expect.unreachable();

/** The plan of Yijun with a category of workers under each code. */
function withStated(plan: Plan): Plan {
  const worker = plan.categories.find(({ code }) => code === 'ADVANCED_WORKER');
  if (worker === undefined) throw new Error('the plan has no workers');
  const copies = CODES.map((code) => ({
    ...worker,
    code,
    name: `类别${code}`,
    aliases: [],
    criteria: worker.criteria.map((criterion) => ({
      ...criterion,
      id: `${code.toLowerCase()}.${criterion.id.split('.')[1]}`,
    })),
    policies: STATED[code],
  }));
  return { ...plan, version: 2, categories: [...plan.categories, ...copies] };
}

beforeAll(async () => {
  service = await openService();
  cast = await castOf(service);
  const { body } = done(await cast.department.get('/v1/plans/yijun-2017'));
  done(await cast.department.post('/v1/plans', withStated(body.plan)));
  campaignId = await issueCampaign(cast);
  for (const category of CODES) {
    const person = {
      campaignId,
      category,
      organisationId: unit('610222101-DW'),
      personName: category,
    };
    candidates.set(category, done(await cast.office.post('/v1/candidates', person)).body.id);
  }
  await overridePhases(service, cast, campaignId);
});
afterAll(() => service.close());

test('R61: the form of a category’s ballots is its own', async () => {
  const formOf = async (code: Code) =>
    (await cast.township.get(await openRound(cast.township, idOf(code)))).body.form;
  expect([await formOf('OPEN'), await formOf('OTHER')]).toEqual(['open', 'secret']);
});

test('R61: a category’s own pass mark refuses its candidates and nobody else’s', async () => {
  for (const code of ['PLAIN', 'STRICT', 'SLOW', 'PANELLED'] as const) {
    await score(cast, idOf(code));
    const answer = await applyFor(cast, idOf(code));
    const { unmet = [] } = answer.body;
    if (code === 'STRICT') {
      // The criterion that asks the masses for the pass mark asks for the category's own.
      expect(unmet).toMatchObject([
        {
          requirement: 'pass-mark',
          rule: 'R61',
          required: 99,
          policy: { name: 'passMark', ...decided },
        },
        { requirement: 'strict.well-spoken-of', clause: 'R34', required: 99 },
      ]);
    } else expect([code, answer.status, unmet]).toEqual([code, 200, []]);
  }
  const { body } = done(await cast.office.get(`/v1/candidates/${idOf('STRICT')}/application`));
  expect(body.form.scores).toMatchObject({ passMarkCenti: 9900 });
});

test('R62: a category’s own time for corrections is counted for it alone', async () => {
  const corrections = [{ text: '补充事迹', fields: ['statement'] }];
  const dueAfter = async (code: Code) => {
    const event = { type: 'return-for-correction', corrections };
    done(await advanceCandidate(cast.office, idOf(code), event));
    const { deadlines } = done(await cast.office.get(`/v1/candidates/${idOf(code)}`)).body;
    return deadlines.find(({ kind }: { kind: string }) => kind === 'correction').dueAt;
  };
  expect(await dueAfter('PLAIN')).toBe('2017-05-26T16:00:00.000Z');
  expect(await dueAfter('SLOW')).toBe('2017-06-05T16:00:00.000Z');
});

test('R63: a category’s own size of panel is asked of its reviews alone', async () => {
  const id = idOf('PANELLED');
  const judged = ['duties', 'conduct', 'quality'].map((name) => ({
    criterion: `panelled.${name}`,
    met: true,
  }));
  const refused = await advanceCandidate(cast.office, id, { type: 'pass', judged });
  expect(refused.status).toBe(422);
  expect(refused.body.unmet).toMatchObject([{ rule: 'R63', requirement: 'panel-agrees' }]);
});
