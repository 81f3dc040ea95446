// Random lives: an instance told events of its state, its timers as they fall due, and now and then
// something it does not know. Each step has a seed of its own, so that a failing life shrinks.

import type { MachineName } from '../../machines/catalog.ts';
import type { DrawInput } from '../../machines/draw/events.ts';
import type { Advance } from '../../machines/effects.ts';
import { refuses } from '../../machines/kit/requirement.ts';
import type { Instance, Machine, Told } from '../../machines/kit/step.ts';
import { accepts, advance, explain } from '../../machines/kit/step.ts';
import type { Change, Life } from './life.ts';
import { follow, startOf, toldTo } from './life.ts';
import type { Pick } from './situation.ts';
import { candidateOf, onDay, plan, unstated, withSteps } from './yijun.ts';

/** One step of a life: what was told to which instance, and where it led. */
export type Seen = { before: Instance; told: Told; answer: Advance; life: Life };

// What ends a life is rare, or nothing would happen in it; what moves it is told more often than
// what may be told at any time.
const ENDS =
  /^(?:withdraw|end-with-unit|succeed|cancel|lapse|confirm-disqualification|abandon|recall|document-abandoned|candidate-ended)$/;
const DENIES = /^(?:fail|pass-over|void)$/;
const ANY_TIME =
  /^(?:assess-evidence|adopt-policy|record-inspection|request-override|propose-disq|admit-late|recalculate|void-record|extend|declare-conflict|recuse|withdraw-(?:conflict|recusal)|reassign|retract|correct-|propose-corr|decline-corr)/;
const AFTER_THE_END = 2;
const STRANGE = ['conclude', 'apply', 'sign', 'xstate.after.publicityPeriod.candidate.evaluation'];

/** Nobody is told, and nobody confirms what is declared. */
const unconfirmed = withSteps((step) => {
  if (step.step === 'acknowledge') return null;
  if (step.step !== 'create') return step;
  const { confirmedBy: _, ...alone } = step;
  return alone;
});

const criticised = { triggers: ['FORMALISM'], criteria: [], findings: ['记录不全'] };

const KIND_OF: { readonly [delivery: string]: string } = {
  'campaign-issued': 'campaign-notice',
  'public-notice-opened': 'public-notice',
  'public-notice-posted': 'public-notice',
  conferred: 'final-decision',
};

/** Inputs from which every state of the machine can be reached. */
const inputsOf: { readonly [Name in MachineName]?: readonly object[] } = {
  campaign: [{ planId: 'yijun-2017', divisionCode: '610222' }],
  candidate: [
    ...plan.categories.map(({ code }) => candidateOf(code)),
    candidateOf('DEMONSTRATION_BASE', unstated),
    candidateOf('DEMONSTRATION_VILLAGE', unconfirmed),
  ],
  rectification: [
    {
      candidateId: 'candidate-1',
      inspectionId: 'inspection-1',
      inspectedBy: 'zhang',
      triggers: ['formalism'],
      findings: ['记录不全'],
      criteria: [],
      days: 15,
      responsiblePerson: null,
      siteId: 'site-1',
      openFacts: ['televisionInches'],
      openRecords: ['evidence-1'],
    },
  ],
  document: [
    { delivery: 'document-delivered', event: null },
    ...Object.entries({
      'campaign-issued': {},
      'circular-of-criticism': criticised,
      'rectification-order': { ...criticised, days: 15, dueAt: null },
      'public-notice-opened': { dueAt: null },
      conferred: { authority: 'city' },
    }).map(([delivery, params]) => ({ delivery, event: { awaitedBy: 'candidate-1', params } })),
    { delivery: 'public-notice-posted', event: { awaitedBy: null, params: { dueAt: null } } },
  ].flatMap(({ delivery, event }) =>
    (event === null ? [true, false] : [true]).map((mustReview) => ({
      kind: event === null ? 'notice' : (KIND_OF[delivery] ?? delivery),
      clause: 'R2',
      issuer: 'county',
      drafters: ['county-office'],
      signatories: ['county-department'],
      isPublic: false,
      corrects: null,
      body: 'county-department',
      mustReview,
      delivery,
      event,
    })),
  ),
  matter: [
    {
      recordId: 'record-1',
      kind: 'hot-issue',
      clause: 'R54',
      raisedOn: '2017-05-20',
      summary: '信号不稳',
      days: 10,
    },
  ],
  'review-panel': [['zhang', 'li']].map((members) => ({
    candidateId: 'candidate-1',
    stage: 'countyAcceptance',
    office: 'county-office',
    clause: 'R63',
    round: 1,
    members,
    chair: 'zhang',
  })),
  objection: [
    { kind: 'named', principalId: null },
    { kind: 'anonymous', principalId: null },
  ].flatMap((objector) =>
    [true, false].map((hasClues) => ({
      objectionId: 'objection-1',
      candidateId: 'candidate-1',
      office: 'county-office',
      clause: 'R63',
      objector,
      content: '反映固定学习日未开展',
      hasClues,
    })),
  ),
  supplement: [{ category: 'DEMONSTRATION_VILLAGE', title: '彭镇补充标准' }],
  regression: [
    {
      candidateId: 'candidate-1',
      siteId: 'site-1',
      siteName: '彭村站点',
      lostAt: '2017-05-20T01:00:00Z',
      clause: 'R19',
      office: 'county-office',
    },
    {
      candidateId: 'candidate-1',
      siteId: 'site-1',
      siteName: '彭村站点',
      lostAt: '2017-05-20T01:00:00Z',
      clause: 'R12',
      office: 'city-centre',
    },
  ],
  reconsideration: [
    { stage: 'countyAcceptance', office: 'county-office', clause: 'R63' },
    { stage: 'cityVerification', office: 'city-centre', clause: 'R64' },
  ].map((review) => ({
    candidateId: 'candidate-1',
    ...review,
    failedBy: 'zhang',
    applicants: ['township-committee'],
  })),
  draw: [drawOf(['auditor', 'county-office']), drawOf([])],
  'policy-change': [{ fromVersion: 1, planVersion: 2 }],
  receipt: [{ noticeId: 'notice-1', clause: 'R2', title: '通知' }],
  'ballot-round': ['secret', 'open'].map((form) => ({
    roundId: 'round-1',
    stream: 'mass',
    candidateId: 'candidate-1',
    form,
    leaders: ['township-office', 'county-office'],
  })),
  'score-sheet': [
    {
      sheetId: 'sheet-1',
      stream: 'assessment',
      round: 1,
      items: [
        { id: 'worker.duties', maximumCenti: 5000 },
        { id: 'worker.conduct', maximumCenti: 5000 },
      ],
      stepCenti: 1,
      bonusMaxCenti: 0,
      pool: [],
    },
  ],
};

function drawOf(parties: readonly string[]): DrawInput {
  return {
    round: 1,
    title: '第1轮随机抽查抽签',
    population: 'sites',
    snapshotHash: 'a'.repeat(64),
    ruleHash: 'b'.repeat(64),
    unitCount: 12,
    inspectorCount: 4,
    inspectorsPerUnit: 2,
    serviceCommitment: 'c'.repeat(64),
    parties,
    revealAt: onDay('2017-06-20', 10),
  };
}

export function inputsFor(machine: MachineName): readonly object[] {
  const inputs = inputsOf[machine];
  if (inputs === undefined) throw new Error(`nobody says what a ${machine} begins with`);
  return inputs;
}

/** Lives one life; `seen` looks at every step, refused ones too. Answers how it ended. */
export function walk(
  machine: MachineName,
  input: object,
  seeds: readonly number[],
  seen: (step: Seen) => void,
): Life {
  const life = startOf(machine, input, onDay('2017-05-20'));
  let ended = 0;
  for (const seed of seeds) {
    if (life.instance.status === 'done' && ended++ >= AFTER_THE_END) break;
    const random = randomFrom(seed);
    const pick = pickBy(random);
    let told = nextTold(life, random, pick);
    const before = life.instance;
    // Half of what would be refused is not tried, or a life would consist of refusals.
    if (random() < 0.5 && isRefused(before, told, life)) told = nextTold(life, random, pick);
    if (random() < 0.5 && isRefused(before, told, life)) told = nextTold(life, random, pick);
    const answer = advance(life.release, before, told);
    if (answer.kind === 'step') follow(life, told, answer.step);
    // A timer that changes nothing is gone all the same: the worker has deleted its row.
    else if (life.timers.delete(told.type)) life.fired.add(told.type);
    seen({ before, told, answer, life });
  }
  return life;
}

const isRefused = (instance: Instance, told: Told, { release }: Life): boolean =>
  explain(release, instance, told)?.some(refuses) ?? false;

function nextTold(life: Life, random: () => number, pick: Pick): Told {
  const due = [...life.timers].sort(([, a], [, b]) => (a < b ? -1 : 1))[0];
  if (due !== undefined && random() < (life.release.name === 'candidate' ? 0.08 : 0.3)) {
    return toldTo(life, due[0], { at: laterOf(due[1], life.now), by: 'system' }, pick);
  }
  const known = accepts(life.release, life.instance);
  const at = Temporal.Instant.from(life.now)
    .add({ hours: pick(1, 2, 30) })
    .toString();
  if (known.length === 0 || random() < 0.03) return toldStrange(life, at, pick);
  const type = chooseWeighted(known, random);
  return toldTo(life, type, { at, ...pick<Change>({}, { by: 'li' }, { by: 'zhang' }) }, pick);
}

function chooseWeighted(types: readonly string[], random: () => number): string {
  const weights = types.map((type) => weightOf(type, types));
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  const found = types.find((_, index) => {
    left -= weights[index] ?? 0;
    return left < 0;
  });
  return found ?? types[0] ?? '';
}

function weightOf(type: string, known: readonly string[]): number {
  if (ENDS.test(type)) return 0.1;
  if (ANY_TIME.test(type) || DENIES.test(type)) return 1;
  // A candidate that nothing else is asked of waits for the next phase.
  if (type === 'phase-entered') return known.some(isOwn) ? 0.2 : 10;
  return type === 'record-evidence' ? 3 : 8;
}

const isOwn = (type: string): boolean =>
  !ENDS.test(type) && !ANY_TIME.test(type) && !/^(?:phase-entered|record-evidence)$/.test(type);

/** Mostly the first choice, the one that serves. */
const pickBy =
  (random: () => number): Pick =>
  (...choices) =>
    choices[random() < 0.8 ? 0 : Math.floor(random() * choices.length)] as (typeof choices)[number];

const laterOf = (a: string, b: string): string =>
  Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b)) < 0 ? b : a;

/** A state may know an event only to say why it is refused. */
const isUnknown = ({ release, instance }: Life, type: string): boolean => {
  const { chart }: Machine = release;
  return !chart
    .resolveState({ ...instance, value: instance.value as never }) // of a chart that may be any
    ._nodes.some((node) => node.transitions.has(type));
};

const toldStrange = (life: Life, at: string, pick: Pick): Told => ({
  type: pick(...STRANGE.filter((type) => isUnknown(life, type))),
  at,
  by: { principalId: 'zhang', roles: [] },
  facts: {},
});

/** mulberry32: small, and the same on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
