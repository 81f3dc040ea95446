// What is still missing of a category, and whether it can change the result (R61): said before, held
// against what came of it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { handOut, holdRound, layOutSlips, openRound, rollOf } from '../support/ballots.ts';
import type { Cast } from '../support/campaign.ts';
import { applyFor, assess, done, settle } from '../support/campaign.ts';
import { advanceCampaign, advanceCandidate, judged, openSelection } from '../support/selection.ts';
import type { Person, RunningService } from '../support/service.ts';

const category = 'ADVANCED_WORKER';
let service: RunningService;
let cast: Cast;
let campaignId: string;
let workers: string[];

beforeAll(async () => {
  ({ service, cast, campaignId, workers } = await openSelection(['李', '王', '赵', '钱']));
});
afterAll(() => service.close());

const at = (index: number): string => workers[index] ?? '';
const ask = (person: Person, named = category) =>
  person.get(`/v1/campaigns/${campaignId}/outcome-bounds?category=${named}`);

type Item = {
  candidateId: string;
  least: number;
  most: number;
  outcome: string;
  because: string;
  // biome-ignore lint/suspicious/noExplicitAny: what is missing is looked at where it is expected
  missing: any;
};
const bounds = async () => {
  const { body } = done(await ask(cast.office));
  const items: Item[] = body.items;
  return { body, of: (id: string) => items.find((one) => one.candidateId === id) };
};
/** What was said of each candidate, each time somebody asked. */
const said: { candidateId: string; outcome: string }[][] = [];
const note = async () => {
  const found = await bounds();
  said.push(found.body.items);
  return found;
};

const owe = async (assessor: Person, candidateId: string): Promise<string> => {
  const asked = { candidateId, assessorId: assessor.id };
  return done(await cast.office.post('/v1/assessments', asked)).body.id;
};
const handIn = async (assessor: Person, id: string, total: number): Promise<void> => {
  const { scheme } = done(await assessor.get(`/v1/assessments/${id}`)).body;
  let left = Math.round(total * 100);
  const points = scheme.items.map(({ id: item, maximum }: { id: string; maximum: number }) => {
    const given = Math.min(left, Math.round(maximum * 100));
    left -= given;
    return { item, points: given / 100 };
  });
  done(await assessor.post(`/v1/assessments/${id}/events`, { type: 'submit', points }));
};

test('R61: before anything has come in everybody is open, and what is missing is counted', async () => {
  const { body, of } = await note();
  expect(body).toMatchObject({
    category,
    rankingId: null,
    mayChange: true,
    missing: { ballotRounds: 4, sheets: 0, sheetsUnassigned: 8 },
  });
  expect(of(at(0))).toMatchObject({
    outcome: 'open',
    applied: false,
    missing: {
      ballots: [{ stream: 'mass', roundId: null, state: null }],
      sheets: [],
      sheetsUnassigned: 2,
    },
  });
});

let sheetOfLi = '';

test('R61: a round that is open is told by its turnout, a sheet by who owes it and until when', async () => {
  for (const index of [0, 1]) await holdRound(cast, at(index), () => '好');
  await assess(cast, cast.assessor, at(0), 96);
  sheetOfLi = await owe(cast.assessor2, at(0));
  for (const assessor of [cast.assessor, cast.assessor2]) await assess(cast, assessor, at(1), 95);
  const round = await openRound(cast.township, at(2), rollOf(6, 6));
  const table = await layOutSlips(cast.office, round);
  await handOut(cast.township, round, { entry: 'members-1', stratum: 'members' }, table);
  const { body, of } = await note();
  expect(of(at(2))?.missing.ballots[0]).toMatchObject({
    roundId: round.slice('/v1/ballot-rounds/'.length),
    form: 'secret',
    state: 'open',
    onRoll: 12,
    issued: 1,
    unreturned: 1,
  });
  expect(of(at(0))?.missing).toMatchObject({
    ballots: [],
    sheetsUnassigned: 0,
    sheets: [{ sheetId: sheetOfLi, assessorId: cast.assessor2.id, state: 'assigned' }],
  });
  expect(of(at(0))?.missing.sheets[0].dueAt).toMatch(/^2017-/);
  expect(body.missing).toEqual({ ballotRounds: 2, sheets: 1, sheetsUnassigned: 4 });
  expect(JSON.stringify(body)).not.toContain('slips');
});

test('R61: whoever still owes a sheet in the category is told nothing of it, whatever else they are', async () => {
  const both = await service.person('county-department', 'assessor');
  expect((await ask(both)).status).toBe(200);
  const id = await owe(both, at(3));
  const refused = await ask(both);
  expect(refused.status).toBe(403);
  expect(refused.body).toMatchObject({ clause: 'R61' });
  done(
    await cast.office.post(`/v1/assessments/${id}/events`, { type: 'void', reason: '改由他人' }),
  );
  expect((await ask(both)).status).toBe(200);
});

test('R61: it is for those who organise or audit the assessment; others learn their own place', async () => {
  for (const person of [cast.assessor, cast.committee, cast.village]) {
    expect([403, 404]).toContain((await ask(person)).status);
  }
  for (const person of [cast.office, cast.department, cast.city]) {
    expect((await ask(person)).status).toBe(200);
  }
  expect((await ask(await service.person('auditor'))).status).toBe(200);
  expect((await ask(await service.person('administrator'))).status).toBe(404);
  expect((await ask(cast.office, 'NO_SUCH')).body.errors[0].path).toBe('/query/category');
  const bare = await cast.office.get(`/v1/campaigns/${campaignId}/outcome-bounds`);
  expect(bare.status).toBe(400);
});

test('R61: two who cannot be reached any more leave the others’ sheets without effect', async () => {
  // Zhao and Qian are held to so little that the one place lies between Li and Wang.
  for (const index of [2, 3]) {
    for (const assessor of [cast.assessor, cast.assessor2]) {
      await assess(cast, assessor, at(index), 10);
    }
  }
  const { body, of } = await note();
  expect([of(at(2))?.outcome, of(at(3))?.outcome]).toEqual(['not-within', 'not-within']);
  expect([of(at(0))?.outcome, of(at(1))?.outcome]).toEqual(['open', 'open']);
  expect(body.mayChange).toBe(true);
  done(await advanceCandidate(cast.committee, at(3), { type: 'withdraw', reason: '本人申请' }));
  const after = await note();
  expect(after.of(at(3))).toBeUndefined();
});

test('R61: once the last sheet that matters is in, what is missing can change nothing', async () => {
  await handIn(cast.assessor2, sheetOfLi, 99);
  const { body, of } = await note();
  expect(body.missing.ballotRounds).toBe(1);
  expect(body.mayChange).toBe(false);
  expect(of(at(0))).toMatchObject({ outcome: 'within', missing: { ballots: [], sheets: [] } });
  expect(of(at(1))).toMatchObject({ outcome: 'not-within', because: 'quota' });
  expect(of(at(2))).toMatchObject({ outcome: 'not-within', because: 'pass-mark' });
});

test('R61: what was said for certain is what came of it, at every time it was asked', async () => {
  for (const index of [0, 1]) {
    done(await applyFor(cast, at(index)));
    done(await advanceCandidate(cast.office, at(index), { type: 'pass', judged }));
  }
  await note();
  done(await advanceCandidate(cast.committee, at(2), { type: 'withdraw', reason: '本人申请' }));
  await note();
  done(await advanceCampaign(cast.office, campaignId, { type: 'select-by-merit', category }));
  await settle(service);
  const { body } = done(await ask(cast.office));
  expect(body).toMatchObject({ mayChange: false, items: [] });
  const ranking = done(await cast.office.get(`/v1/rankings/${body.rankingId}`)).body;
  const placed: { candidateId: string; outcome: string }[] = ranking.placed;
  const selected = placed.filter(({ outcome }) => outcome === 'selected');
  expect(selected.map(({ candidateId }) => candidateId)).toEqual([at(0)]);
  const checked = { within: 0, 'not-within': 0 };
  for (const { candidateId, outcome } of said.flat()) {
    if (outcome !== 'within' && outcome !== 'not-within') continue;
    checked[outcome] += 1;
    expect([candidateId, outcome]).toEqual([
      candidateId,
      candidateId === at(0) ? 'within' : 'not-within',
    ]);
  }
  expect(checked).toEqual({ within: 3, 'not-within': 8 });
});
