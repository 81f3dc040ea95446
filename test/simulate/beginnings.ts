// The beginnings of subjects: a candidate, a child of one that is far enough, or of the campaign.

import { hash } from 'node:crypto';
import type { MachineName } from '../../machines/catalog.ts';
import { documentInput } from '../../src/command/document/documents.ts';
import type { NewSubject } from '../../src/command/new-subjects.ts';
import { drawSecretAt } from '../../src/db/draw/draws.ts';
import { PUBLIC, roundLeaders } from '../../src/rules/access/access.ts';
import { sheetScheme } from '../../src/rules/assessment/score-sheets.ts';
import { ballotPolicyOf } from '../../src/rules/ballot/ballots.ts';
import { planFor } from '../../src/rules/plan/category-policies.ts';
import { ROLL } from '../machines/ballot-payloads.ts';
import { unit, unitPath } from '../support/units.ts';
import { COUNTY, PENG, PLAN_ID, SITES, simulated, VILLAGES } from './county.ts';
import type { Known } from './invariants.ts';
import type { Event, Situation, Wish } from './people.ts';
import { choose, id, inState, person } from './people.ts';
import { choices } from './sayings.ts';
import { vault } from './vault.ts';

const [plan] = simulated;

/** The possible candidates: an organisation of its kind, a person of a body. */
const CANDIDATES: readonly Omit<Extract<NewSubject, { machine: 'candidate' }>, 'machine'>[] = [
  ...[PENG, unit('610222102'), unit('610222103')].map((organisationId) =>
    listed('DEMONSTRATION_TOWNSHIP', organisationId),
  ),
  ...VILLAGES.map((id, index) => ({
    ...listed('DEMONSTRATION_VILLAGE', id),
    siteId: SITES[index] ?? '',
  })),
  ...[1, 2, 3, 4].map((number) => listed('DEMONSTRATION_BASE', `BASE-${number}`)),
  listed('ADVANCED_COUNTY', COUNTY),
  ...[...'赵钱孙李周吴郑王冯陈'].map((name) => ({
    ...listed('ADVANCED_WORKER', unit('610222101-DW')),
    personName: name,
  })),
  ...[...'褚卫蒋沈韩杨朱秦'].map((name) => ({
    ...listed('OUTSTANDING_SITE_ADMINISTRATOR', unit('610222101203-DZB')),
    personName: name,
    siteId: '610222101203-S1',
  })),
];

function listed(category: string, organisationId: string) {
  return {
    category,
    organisationId,
    name: null,
    personName: null as string | null,
    siteId: null as string | null,
  };
}

export function convene({ seen, random, newId }: Situation, parent: Known): Wish {
  const subjectId = newId();
  const { form } = ballotPolicyOf(planFor(plan, String(parent.instance.context.category)), 'mass');
  const kind = String(parent.instance.context.subject).toUpperCase();
  const at = Temporal.Instant.from(seen.instant);
  const opens = choose(random, [{}, {}, { opensAt: at.add({ hours: 3 }).toString() }]);
  return {
    subjectId,
    create: {
      machine: 'ballot-round',
      parentId: parent.id,
      organisationId: null,
      name: null,
      input: {
        roundId: subjectId,
        stream: 'mass',
        candidateId: parent.id,
        form,
        leaders: roundLeaders(kind),
      },
    },
    event: { type: 'convene', closesAt: at.add({ hours: 48 }).toString(), roll: ROLL, ...opens },
    principal: person(0),
    parentId: parent.id,
  };
}

export function assign({ random, newId }: Situation, parent: Known): Wish {
  const subjectId = newId();
  const category = plan.categories.find(({ code }) => code === parent.instance.context.category);
  if (category === undefined) throw new Error('a candidate of no category');
  return {
    subjectId,
    create: {
      machine: 'score-sheet',
      parentId: parent.id,
      organisationId: COUNTY,
      name: null,
      input: {
        sheetId: subjectId,
        stream: 'assessment',
        round: 1,
        ...sheetScheme(category, 'assessment'),
        pool: [],
      },
    },
    event: { type: 'assign', assessorId: id(Math.floor(random() * 6)) },
    principal: person(0),
    parentId: parent.id,
  };
}

export const askReconsideration = ({ newId }: Situation, parent: Known): Wish => ({
  subjectId: newId(),
  create: {
    machine: 'reconsideration',
    parentId: parent.id,
    organisationId: null,
    name: null,
    input: {},
  },
  event: { type: 'ask', reason: '数据有误' },
  principal: person(0),
  parentId: parent.id,
});

/** A candidate that does not stand yet; null when all do. */
export function register(situation: Situation): Wish | null {
  const { random, newId } = situation;
  const candidates = inState(situation, 'candidate');
  const started = new Set(
    candidates.map(
      ({ instance: { context }, organisationId }) => `${context.category} ${organisationId}`,
    ),
  );
  const fresh =
    candidates.length < 40
      ? CANDIDATES.filter(
          (one) => one.personName !== null || !started.has(`${one.category} ${one.organisationId}`),
        )
      : [];
  if (fresh.length === 0) return null;
  const create = { machine: 'candidate' as const, ...choose(random, fresh) };
  return { subjectId: newId(), create, event: { type: 'register' }, principal: person(0) };
}

/** An objection to a candidate whose public notice runs or is held up; null when there is none. */
export function object(situation: Situation): Wish | null {
  const { random, newId, seen } = situation;
  const parent = choose(random, inState(situation, 'candidate', /public-notice|objection-hold/));
  if (parent === undefined) return null;
  // The public lodges one before anybody raises one, and one is raised before the next is lodged.
  const open = ['lodge', 'raise'].find((one) => !seen.types.has(`objection ${one}`));
  const type = open ?? choose(random, ['raise', 'lodge']);
  const objectionId = newId();
  const input = {
    objectionId,
    candidateId: parent.id,
    objector: { kind: choose(random, ['named', 'anonymous']), principalId: null },
    content: '反映',
    hasClues: choose(random, [true, true, false]),
  };
  return {
    subjectId: objectionId,
    create: {
      machine: 'objection',
      parentId: parent.id,
      organisationId: COUNTY,
      name: null,
      input,
    },
    event: { type },
    principal: type === 'lodge' ? PUBLIC : person(0),
    parentId: parent.id,
  };
}

/** A new subject: a candidate, a child of one that is far enough, or of the campaign. */
export function beginning(situation: Situation): Wish | null {
  const { random, newId } = situation;
  const subjectId = newId();
  const child = (
    machine: Exclude<MachineName, 'campaign' | 'candidate'>,
    input: object,
    event: Event,
    parent: Known | null,
    more: Partial<Extract<NewSubject, { input: object }>> = {},
    by = 0,
  ): Wish => ({
    subjectId,
    create: {
      machine,
      parentId: parent?.id ?? null,
      organisationId: parent === null ? COUNTY : null,
      name: null,
      input,
      ...more,
    },
    event,
    principal: person(by),
    parentId: parent?.id ?? null,
  });
  const of = (state: RegExp) => inState(situation, 'candidate', state);
  const makes: (() => Wish | null)[] = [
    () => register(situation),
    () => {
      const parent = choose(random, of(/^evaluation/));
      if (parent === undefined) return null;
      return random() < 0.5 ? convene(situation, parent) : assign(situation, parent);
    },
    () => {
      const parent = choose(random, of(/^(?:countyAcceptance|cityVerification)\/under-review/));
      if (parent === undefined) return null;
      const members = [2, 3, 4].map(id);
      const input = { members, chair: members[0] };
      return child('review-panel', input, { type: 'convene', members }, parent, {
        organisationId: COUNTY,
      });
    },
    () => object(situation),
    () => {
      if (inState(situation, 'supplement', /drafting|submitted/).length > 1) return null;
      const input = { category: 'DEMONSTRATION_VILLAGE', title: '补充标准' };
      const changes = [
        {
          action: 'tighten',
          criterion: 'village.screen',
          required: { fact: 'site.televisionInches', atLeast: 55 },
        },
      ];
      return child('supplement', input, { type: 'draft', changes }, null, {
        organisationId: PENG,
        name: '补充标准',
      });
    },
    () => {
      if (inState(situation, 'document', /drafted|reviewed/).length > 1) return null;
      const [issued] = inState(situation, 'document', /issued/);
      const corrects = issued !== undefined && random() < 0.5 ? issued.id : null;
      const kind = 'notice';
      const input = documentInput(plan, kind, 'county', corrects);
      const more = corrects === null ? {} : { parentId: corrects };
      return child('document', input, { type: 'draft', choices }, null, more);
    },
    () => {
      const pending = inState(situation, 'policy-change', /proposed/).length > 0;
      if (pending) return null;
      const input = { fromVersion: 1, planVersion: 2 };
      return child('policy-change', input, { type: 'propose', reason: '汛期' }, null, {
        name: `${PLAN_ID} v2`,
      });
    },
    () => drawOf(situation, subjectId, child),
  ];
  return choose(random, makes)();
}

function drawOf(
  situation: Situation,
  drawId: string,
  child: (machine: 'draw', input: object, event: Event, parent: null, more: object) => Wish,
): Wish | null {
  const { random, seen, newId } = situation;
  if ([...seen.subjects.values()].filter(({ release }) => release.name === 'draw').length > 14)
    return null;
  const round = 1 + Math.floor(random() * 20);
  const parties = choose(random, [['auditor', 'county-office'], []]);
  const revealAt = Temporal.Instant.from(seen.instant).add({ hours: 720 }).toString();
  const { input, draw } = drawMaterial(round, drawId, newId);
  return child('draw', { ...input, parties, revealAt }, { type: 'prepare' }, null, {
    name: `第${round}轮`,
    draw,
  });
}

/** The material of a draw, and its commitment. */
export function drawMaterial(round: number, drawId: string, newId: () => string) {
  const units = VILLAGES.map((village, index) => ({
    id: SITES[index] ?? '',
    name: village,
    path: `${unitPath('6102', '610222', '610222101')}${village}/`,
    stratum: '',
  }));
  const inspectors = [0, 1, 2, 3].map((index) => ({
    id: id(index),
    name: person(index).name,
    home: unitPath('6102', '610222', `61022210${index + 4}`),
  }));
  const secret = hash('sha256', newId(), 'hex');
  const input = {
    round,
    title: `第${round}轮`,
    population: 'sites',
    snapshotHash: 'a'.repeat(64),
    ruleHash: 'b'.repeat(64),
    unitCount: units.length,
    inspectorCount: inspectors.length,
    inspectorsPerUnit: 2,
    serviceCommitment: hash('sha256', secret, 'hex'),
  };
  const rule = { population: 'sites', inspectorsPerUnit: 2, strata: [{ stratum: '', quota: 2 }] };
  const sealed = vault.seal(drawSecretAt(drawId), secret);
  return { input, draw: { round, snapshot: { units, inspectors }, rule, secret: sealed } };
}
