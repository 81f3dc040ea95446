// What random clients do: they look at what is committed, choose somebody and something that somebody
// knows, and say it as the interface would. What is said is not always wise, so some is refused.

import { hash } from 'node:crypto';
import type { MachineName } from '../../machines/catalog.ts';
import { accepts, stageOf, stateOf } from '../../machines/kit/step.ts';
import { localDate } from '../../machines/kit/time.ts';
import { documentInput } from '../../src/command/document/documents.ts';
import type { Command, NewSubject } from '../../src/command/kernel/command.ts';
import type { Principal } from '../../src/rules/access/access.ts';
import { roundLeaders } from '../../src/rules/access/access.ts';
import { sheetScheme } from '../../src/rules/assessment/score-sheets.ts';
import { ballotPolicyOf } from '../../src/rules/ballot/ballots.ts';
import { ROLES } from '../../src/rules/plan-check/plan.ts';
import { ROLL } from '../machines/ballot-payloads.ts';
import { payloadOf } from '../machines/payloads.ts';
import { COUNTY, PEOPLE, PLAN_ID, simulated } from './county.ts';
import type { Known, Seen } from './invariants.ts';

export type Random = () => number;
type Event = Command['event'];

/** Holds every role everywhere. */
export const person = (index: number): Principal => {
  const { id, name } = PEOPLE[index % PEOPLE.length] as (typeof PEOPLE)[number];
  const grants = ROLES.map((role) => ({ role, organisationId: '', reach: '/' }));
  return { id, name, grants };
};

/** Holds one role over the county, for where many would stand in each other's way. */
const officer = (role: Principal['grants'][number]['role'], index: number): Principal => ({
  ...person(index),
  grants: [{ role, organisationId: COUNTY, reach: '/6102/610222/' }],
});

const [plan] = simulated;
const PENG = '610222101';
const VILLAGES = ['610222101203', '610222101200', '610222101201'];

/** Whoever may be registered: an organisation of its kind, a person of a body. */
const CANDIDATES: readonly Omit<Extract<NewSubject, { machine: 'candidate' }>, 'machine'>[] = [
  ...[PENG, '610222102', '610222103'].map((organisationId) =>
    unit('DEMONSTRATION_TOWNSHIP', organisationId),
  ),
  ...VILLAGES.map((id) => ({ ...unit('DEMONSTRATION_VILLAGE', id), siteId: `${id}-S1` })),
  ...[1, 2, 3, 4].map((number) => unit('DEMONSTRATION_BASE', `BASE-${number}`)),
  unit('ADVANCED_COUNTY', COUNTY),
  ...[...'赵钱孙李周吴郑王冯陈'].map((name) => ({
    ...unit('ADVANCED_WORKER', `${PENG}-DW`),
    personName: name,
  })),
  ...[...'褚卫蒋沈韩杨朱秦'].map((name) => ({
    ...unit('OUTSTANDING_SITE_ADMINISTRATOR', `${VILLAGES[0]}-DZB`),
    personName: name,
    siteId: `${VILLAGES[0]}-S1`,
  })),
];

function unit(category: string, organisationId: string) {
  return {
    category,
    organisationId,
    name: null,
    personName: null as string | null,
    siteId: null as string | null,
  };
}

export type Situation = {
  campaignId: string;
  seen: Seen;
  random: Random;
  /** The campaign may come to its end, and with it the run to its rest. */
  mayEnd: boolean;
  newId: () => string;
  /** Sites of the county, with the paths they lie at. */
  sites: readonly { id: string; path: string }[];
};

export type Wish = Pick<Command, 'subjectId' | 'event' | 'principal'> & Partial<Command>;

const choose = <Item>(random: Random, items: readonly Item[]): Item =>
  items[Math.floor(random() * items.length)] as Item;

const inState = ({ seen }: Situation, machine: MachineName, state?: RegExp): Known[] =>
  [...seen.subjects.values()].filter(
    (one) =>
      one.release.name === machine &&
      (state === undefined ||
        state.test(`${stageOf(one.instance.value)}/${stateOf(one.instance.value)}`)),
  );

/** Something that somebody does next. */
export function wishOf(situation: Situation): Wish {
  const { random, seen, campaignId } = situation;
  const campaign = seen.subjects.get(campaignId);
  if (campaign === undefined || campaign.revision < 2) return campaignWish(situation, campaign);
  const lot = random();
  if (lot < 0.25) return goalOf(situation) ?? rarest(situation);
  if (lot < 0.45) return beginning(situation) ?? rarest(situation);
  if (lot < 0.85) return rarest(situation);
  const subject = pickSubject(situation);
  const known = accepts(subject.release, subject.instance);
  if (known.length === 0) return { ...about(situation, subject, 'sign'), principal: person(0) };
  return about(situation, subject, pickType(situation, subject, known));
}

/** What was tried least of all that somebody knows now. */
function rarest(situation: Situation): Wish {
  const { random, seen, mayEnd } = situation;
  const byName = new Map<string, { type: string; knowing: Known[] }>();
  for (const subject of seen.subjects.values()) {
    if (subject.instance.status !== 'active') continue;
    for (const type of accepts(subject.release, subject.instance)) {
      if (OWN.test(type)) continue;
      if (!mayEnd && subject.release.name === 'campaign' && /^(?:conclude|cancel)$/.test(type))
        continue;
      const name = `${subject.release.name} ${type}`;
      const one = byName.get(name) ?? { type, knowing: [] };
      byName.set(name, one);
      one.knowing.push(subject);
    }
  }
  const triedOf = (name: string): number => seen.tried.get(name) ?? 0;
  // A campaign that has ended, and all in it, takes nothing any more: even that is to be told.
  if (byName.size === 0)
    return about(situation, seen.subjects.get(situation.campaignId) as Known, 'issue');
  const least = Math.min(...[...byName.keys()].map(triedOf));
  const [name, { type, knowing }] = choose(
    random,
    [...byName].filter(([each]) => triedOf(each) === least),
  );
  seen.tried.set(name, least + 1);
  return about(situation, choose(random, knowing), type);
}

function campaignWish({ campaignId }: Situation, campaign: Known | undefined): Wish {
  if (campaign === undefined) {
    return {
      subjectId: campaignId,
      create: { machine: 'campaign', planId: PLAN_ID, planVersion: 1, name: '四创三评' },
      event: { type: 'draft' },
      principal: person(0),
    };
  }
  return { subjectId: campaignId, event: { type: 'issue' }, principal: person(1) };
}

// Those of which few are there would else seldom be spoken to.
function pickSubject({ seen, random, campaignId }: Situation): Known {
  const live = [...seen.subjects.values()].filter(({ instance }) => instance.status === 'active');
  const byMachine = [...Map.groupBy(live, ({ release }) => release.name).values()];
  if (byMachine.length === 0) return seen.subjects.get(campaignId) as Known;
  const isCandidate = (group: readonly Known[]) => group[0]?.release.name === 'candidate';
  const candidates = byMachine.find(isCandidate);
  if (candidates !== undefined && random() < 0.45) return choose(random, candidates);
  return choose(random, choose(random, byMachine));
}

// The service's own events are refused to people; one now and then shows that they are.
const OWN =
  /^(?:phase-entered|recalculate-deadline|mass-evaluation-closed|(?:record|retract)-assessment|select|keep-in-reserve|pass-over|objection-(?:opened|closed)|end-conformance|regain|candidate-ended|freeze|supersede|raise|adopt-policy)$/;
const ENDS =
  /^(?:withdraw|cancel|lapse|confirm-disqualification|abandon|recall|conclude|void|dissolve|fail)$/;
const PROGRESS =
  /^(?:submit-plan|approve-plan|confirm-mobilization|acknowledge-mobilization|declare-created|confirm-created|submit-self-check|apply|resubmit|confirm-requirements-met|confirm-finding-rectified|propose-submission|submit-upward|propose-conferral|confirm-conferral|record-verification|resume-review|select-by-merit)$/;
const SELDOM =
  /^(?:record-inspection|record-evidence|propose-disqualification|request-override|record-veto|amend-roster|declare-conflict|defer|assess-evidence|return-\w+|withdraw|extend)$/;

function pickType(
  { random, seen }: Situation,
  { release, instance }: Known,
  known: readonly string[],
): string {
  const state = stateOf(instance.value);
  const weights = known.map((type) => {
    // What was done often is done less often: the rare is what nobody has seen go wrong.
    const novelty = 1 / (1 + (seen.types.get(`${release.name} ${type}`) ?? 0)) ** 0.6;
    if (OWN.test(type)) return 0.01;
    if (release.name === 'campaign' && /^(?:conclude|cancel)$/.test(type)) return 0.004;
    if (ENDS.test(type)) return (release.name === 'candidate' ? 0.08 : 0.3) * novelty;
    if (PROGRESS.test(type)) return 3;
    if (type === 'record-evidence') return /plann|mobiliz|creating/.test(state) ? 5 : novelty;
    return (SELDOM.test(type) ? 0.8 : 2) * novelty;
  });
  let left = random() * weights.reduce((sum, one) => sum + one, 0);
  const found = known.find((_, index) => {
    left -= weights[index] ?? 0;
    return left < 0;
  });
  return found ?? (known[0] as string);
}

const SECOND =
  /^(?:confirm|approve|uphold|dismiss|decline|sign|close|reopen|submit-upward|review|admit|return-report)/;

/** What is said to a subject, by somebody who may. */
function about(situation: Situation, subject: Known, type: string): Wish {
  const { random, seen } = situation;
  const at = later(subject.updatedAt, seen.instant);
  const pick = <Choice>(...choices: readonly Choice[]): Choice =>
    (random() < 0.85 ? choices[0] : choose(random, choices)) as Choice;
  const told = {
    type,
    ...payloadOf(type, { release: subject.release, instance: subject.instance, at, pick }),
  };
  const event = complete(situation, subject, told, at);
  const index = SECOND.test(type) ? (random() < 0.9 ? 1 : 0) : random() < 0.9 ? 0 : 2;
  const principal =
    actor(subject, event) ??
    (type === 'assess-evidence'
      ? officer('county-office', 4)
      : /contribution/.test(type)
        ? officer(event.party as never, event.party === 'auditor' ? 4 : 5)
        : person(index));
  const sealed = type === 'issue-token' ? { sealed: hash('sha256', situation.newId(), 'hex') } : {};
  return { subjectId: subject.id, event, principal, ...sealed };
}

const later = (a: string, b: string): string => (a > b ? a : b);

/** Where only one person may: the assessor of a sheet, the investigator, a member of a panel. */
function actor({ instance: { context }, release }: Known, { type }: Event): Principal | null {
  const own = (id: unknown) => {
    const index = PEOPLE.findIndex((one) => one.id === id);
    return index < 0 ? null : person(index);
  };
  if (release.name === 'score-sheet' && /save-draft|submit|declare/.test(type))
    return own(context.assessorId);
  if (release.name === 'objection' && /^(?:report|recuse)$/.test(type))
    return own(context.investigatorId);
  if (release.name === 'objection' && /uphold|dismiss/.test(type)) return person(3);
  if (release.name === 'review-panel') {
    const members = context.members as string[];
    const voted = (context.verdicts as { memberId: string }[]).map(({ memberId }) => memberId);
    if (type === 'give-verdict' || type === 'recuse')
      return own(members.find((id) => !voted.includes(id)) ?? members[0]);
    if (type === 'break-tie') return own(context.chair);
  }
  return null;
}

const id = (index: number): string => person(index).id;

/** What the payloads of pure machines cannot know: what there is in this database. */
function complete(situation: Situation, subject: Known, event: Event, at: string): Event {
  const { random, newId, seen } = situation;
  const { release, instance } = subject;
  const { context } = instance;
  const own: { [name: string]: unknown } = 'id' in event ? { id: newId() } : {};
  const records =
    seen.records.get(release.name === 'rectification' ? (subject.parentId ?? '') : subject.id) ??
    [];
  const today = localDate(at);
  switch (event.type) {
    case 'record-evidence':
      return { ...event, ...own, ...evidence(situation, String(event.kind), today, subject) };
    case 'assess-evidence':
      return {
        ...event,
        id: seen.cases.get(subject.id) ?? newId(),
        verdict: 'accepted',
        impact: 'MAJOR',
        promotionScope: 'CITYWIDE',
      };
    case 'record-inspection':
      return {
        ...event,
        ...own,
        kind: choose(random, ['FIELD_VISIT', 'SCHEDULED', 'UNSCHEDULED']),
        triggers: choose(random, [[], ['FORMALISM']]),
        inspectors: ['张', '王'],
        criteria: [],
        openFacts: ['televisionInches'],
        openRecords: records.slice(-1),
        siteId:
          release.name === 'campaign'
            ? `${choose(random, VILLAGES)}-S1`
            : (context.siteId ?? undefined),
      };
    case 'supersede-record':
      return { ...event, ...own, recordId: records.at(-1) ?? newId() };
    case 'submit':
      return release.name === 'rectification' ? { ...event, evidence: records.slice(-1) } : event;
    case 'assign':
    case 'reassign':
    case 'admit':
      return {
        ...event,
        assessorId: id(Math.floor(random() * 6)),
        investigatorId: id(2 + Math.floor(random() * 2)),
      };
    case 'replace':
      return { ...event, substituteId: id(4 + Math.floor(random() * 2)) };
    case 'declare-conflict':
      return release.name === 'campaign'
        ? { ...event, ...own, principalId: id(5), organisationId: '610222104' }
        : event;
    case 'record-veto':
      return { ...event, ...own, organisationId: choose(random, VILLAGES) };
    case 'amend-roster': {
      const site = `${choose(random, VILLAGES)}-S1`;
      return {
        ...event,
        ...choose(random, [
          { add: [site], remove: [] },
          { add: [], remove: [site] },
        ]),
      };
    }
    case 'apply': {
      const { signatureFileId: _, ...rest } = event;
      return { ...rest, attestations: criteriaOf(context).map((one) => one.id) } as Event;
    }
    case 'pass':
    case 'confirm-requirements-met': {
      const judging = criteriaOf(context).filter((one) => one.at === 'acceptance');
      return {
        ...event,
        judged: judging.map((one) => ({ criterion: one.id, met: random() < 0.97 })),
      };
    }
    case 'submit-self-check': {
      const checking = criteriaOf(context).filter((one) => one.at === 'self-check');
      const owned = { priority: 'high', responsiblePerson: '李' };
      const results = checking.map(({ id: criterion }) =>
        random() < 0.85 ? { criterion, met: true } : { criterion, met: false, ...owned },
      );
      return { ...event, ...own, results };
    }
    case 'approve':
      return release.name === 'policy-change' ? { ...event, previewHash: seen.preview } : event;
    case 'rank-candidates':
    case 'select-by-merit':
    case 'move-up':
    case 'release-reserves':
      return { ...event, ...own, category: categoryToSelect(random, context, event.type) };
    case 'revise':
      return release.name === 'document' ? { ...event, choices } : event;
    case 'commit-contribution':
    case 'reveal-contribution':
      return { ...event, ...contribution(event) };
    case 'declare-recusal':
      return {
        ...event,
        inspectorId: id(Math.floor(random() * 4)),
        unitId: `${choose(random, VILLAGES)}-S1`,
      };
    case 'reconvene':
      return { ...event, roll: ROLL };
    case 'issue-token':
      return { ...event, entry: choose(random, ROLL).entry };
    default:
      return { ...event, ...own };
  }
}

const criteriaOf = ({ category }: Known['instance']['context']) =>
  plan.categories.find(({ code }) => code === category)?.criteria ?? [];

const SECRET = 'd'.repeat(64);
const contribution = ({ type }: Event) =>
  type === 'commit-contribution'
    ? { commitment: hash('sha256', SECRET, 'hex') }
    : { value: SECRET };

function categoryToSelect(random: Random, context: Known['instance']['context'], type: string) {
  const selected = Object.keys(context.selections ?? {});
  if (/move-up|release/.test(type) && selected.length > 0) return choose(random, selected);
  return choose(random, [
    'ADVANCED_WORKER',
    'OUTSTANDING_SITE_ADMINISTRATOR',
    'DEMONSTRATION_BASE',
    'DEMONSTRATION_VILLAGE',
    'DEMONSTRATION_TOWNSHIP',
  ]);
}

function evidence({ random, sites }: Situation, kind: string, today: string, { path }: Known) {
  const siteIds = sites.filter((one) => one.path.startsWith(path)).map(({ id: site }) => site);
  const common = { occurredOn: kind === 'consultation' ? '2017-05-20' : today, summary: '记录' };
  if (kind === 'consultation')
    return { ...common, detail: { asked: '党员群众', people: 40, opinions: ['增加培训'] } };
  if (kind === 'activity')
    return { ...common, form: '集中收看', detail: { participants: 26, effect: '学会' }, siteIds };
  if (kind === 'mobilization')
    return { ...common, form: choose(random, ['会议动员', '广播']), siteIds };
  if (kind === 'showcase-case')
    return { ...common, detail: { title: `矮化密植${Math.floor(random() * 50)}` } };
  if (kind === 'hot-issue') return { ...common, occurredOn: today };
  return common;
}

const choices = {
  title: '通知',
  text: '请报送。',
  addressees: [`${PENG}-DW`],
  copyTo: [`${COUNTY}-YCB`],
};

const DOCUMENTS = ['consultation', 'implementation-plan', 'work-plan'];

/** What brings one candidate, or the campaign, further on its way; null when all of them wait. */
function goalOf(situation: Situation): Wish | null {
  const { random, seen, campaignId } = situation;
  const live = inState(situation, 'candidate').filter(
    ({ instance }) => instance.status === 'active',
  );
  const goals = live.flatMap((one) => furtherOf(situation, one) ?? []);
  const campaign = seen.subjects.get(campaignId) as Known;
  const isWaiting =
    goals.length < 4 && live.length > 9 && campaign.instance.context.phase !== 'evaluation';
  if (isWaiting || goals.length === 0) {
    const { override } = campaign.instance.context as {
      override: { approvedBy: string | null } | null;
    };
    const type =
      override === null
        ? 'request-override'
        : override.approvedBy === null
          ? 'approve-override'
          : 'advance-phase';
    return isWaiting ? about(situation, campaign, type) : null;
  }
  return choose(random, goals)();
}

function furtherOf(situation: Situation, candidate: Known): (() => Wish | null) | null {
  const { instance } = candidate;
  const { context } = instance;
  const state = stateOf(instance.value);
  const recorded = context.evidence as { [kind: string]: unknown };
  const say = (type: string) => () => about(situation, candidate, type);
  const record = (kind: string) => () => {
    const wish = about(situation, candidate, 'record-evidence');
    const today = localDate(later(candidate.updatedAt, situation.seen.instant));
    return {
      ...wish,
      event: {
        type: 'record-evidence',
        id: situation.newId(),
        kind,
        ...evidence(situation, kind, today, candidate),
      },
    };
  };
  const children = (machine: MachineName) =>
    inState(situation, machine).filter(({ parentId }) => parentId === candidate.id);
  if (state === 'planning') {
    const missing = DOCUMENTS.find((kind) => !(kind in recorded));
    return missing === undefined ? say('submit-plan') : record(missing);
  }
  if (state === 'mobilizing')
    return (context.mobilizationForms as unknown[]).length === 0
      ? record('mobilization')
      : say('confirm-mobilization');
  if (state === 'creating' && !('activity' in recorded)) return record('activity');
  if (state === 'evaluating') {
    const [round] = children('ballot-round').filter(
      ({ instance: { value } }) => stateOf(value) !== 'lapsed',
    );
    if (context.massScoreCenti === null) {
      if (round === undefined) return () => convene(situation, candidate);
      const type = {
        open: 'close',
        counting: 'enter-count',
        counted: 'confirm-count',
        void: 'reconvene',
        convened: 'open',
      }[stateOf(round.instance.value)];
      return type === undefined ? null : () => about(situation, round, type);
    }
    const sheets = children('score-sheet');
    const open = sheets.find(({ instance: { value } }) => /open/.test(stageOf(value)));
    if (open !== undefined) return () => about(situation, open, 'submit');
    if (sheets.length === 0 || (context.assessments as unknown[]).length === 0)
      return () => assign(situation, candidate);
  }
  const next = accepts(candidate.release, instance).find((type) => GOALS.test(type));
  return next === undefined ? null : say(next);
}

const GOALS =
  /^(?:approve-plan|acknowledge-mobilization|declare-created|confirm-created|submit-self-check|confirm-finding-rectified|apply|pass|resubmit|confirm-requirements-met|propose-submission|submit-upward|record-verification|propose-conferral|confirm-conferral)$/;

function convene({ seen, random, newId }: Situation, parent: Known): Wish {
  const subjectId = newId();
  const { form } = ballotPolicyOf(plan, String(parent.instance.context.category));
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
      input: { roundId: subjectId, candidateId: parent.id, form, leaders: roundLeaders(kind) },
    },
    event: { type: 'convene', closesAt: at.add({ hours: 48 }).toString(), roll: ROLL, ...opens },
    principal: person(0),
    parentId: parent.id,
  };
}

function assign({ random, newId }: Situation, parent: Known): Wish {
  const subjectId = newId();
  const category = plan.categories.find(({ code }) => code === parent.instance.context.category);
  if (category === undefined) throw new Error('a candidate of no category');
  const items = sheetScheme(category).items.map(({ id: item, maximumCenti }) => ({
    id: item,
    maximumCenti,
  }));
  return {
    subjectId,
    create: {
      machine: 'score-sheet',
      parentId: parent.id,
      organisationId: COUNTY,
      name: null,
      input: { sheetId: subjectId, round: 1, items, pool: [] },
    },
    event: { type: 'assign', assessorId: id(Math.floor(random() * 6)) },
    principal: person(0),
    parentId: parent.id,
  };
}

/** Something new: a candidate, or what hangs on one that is far enough, or on the campaign. */
function beginning(situation: Situation): Wish | null {
  const { random, newId } = situation;
  const subjectId = newId();
  const candidates = inState(situation, 'candidate');
  const started = new Set(
    candidates.map(
      ({ instance: { context }, organisationId }) => `${context.category} ${organisationId}`,
    ),
  );
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
    () => {
      const fresh =
        candidates.length < 40
          ? CANDIDATES.filter(
              (one) =>
                one.personName !== null || !started.has(`${one.category} ${one.organisationId}`),
            )
          : [];
      if (fresh.length === 0) return null;
      const create = { machine: 'candidate' as const, ...choose(random, fresh) };
      return { subjectId, create, event: { type: 'register' }, principal: person(0) };
    },
    () => {
      const parent = choose(random, of(/^evaluation/));
      if (parent === undefined) return null;
      return random() < 0.5 ? convene(situation, parent) : assign(situation, parent);
    },
    () => {
      const parent = choose(random, of(/^(?:countyAcceptance|cityVerification)\/under-review/));
      if (parent === undefined) return null;
      const stage = stageOf(parent.instance.value);
      const returned = (parent.instance.context.returned ?? {}) as { [stage: string]: boolean };
      const members = [2, 3, 4].map(id);
      const input = {
        candidateId: parent.id,
        stage,
        round: returned[stage] ? 2 : 1,
        members,
        chair: members[0],
      };
      return child('review-panel', input, { type: 'convene', members }, parent, {
        organisationId: COUNTY,
      });
    },
    () => {
      const parent = choose(random, of(/public-notice|objection-hold/));
      if (parent === undefined) return null;
      const objector = choose(random, [
        { kind: 'named', name: '刘某', contact: null, principalId: null },
        { kind: 'anonymous', name: null, contact: null, principalId: null },
      ]);
      const clues = choose(random, ['有记录可查', '有记录可查', null]);
      const input = {
        objectionId: subjectId,
        candidateId: parent.id,
        objector,
        content: '反映',
        clues,
      };
      return child('objection', input, { type: 'receive' }, parent, { organisationId: COUNTY });
    },
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
      const kind = 'notice';
      return child(
        'document',
        documentInput(plan, kind, 'county', null),
        { type: 'draft', choices },
        null,
      );
    },
    () => {
      const pending = inState(situation, 'policy-change', /proposed/).length > 0;
      if (pending) return null;
      const input = { fromVersion: 1, planVersion: 2 };
      return child('policy-change', input, { type: 'propose', reason: '汛期' }, null, {
        name: `${PLAN_ID} v2`,
      });
    },
    () => drawOf(situation, child),
  ];
  return choose(random, makes)();
}

function drawOf(
  { random, seen, newId }: Situation,
  child: (machine: 'draw', input: object, event: Event, parent: null, more: object) => Wish,
): Wish | null {
  if ([...seen.subjects.values()].filter(({ release }) => release.name === 'draw').length > 4)
    return null;
  const round = 1 + Math.floor(random() * 20);
  const units = VILLAGES.map((unitId) => ({
    id: `${unitId}-S1`,
    name: unitId,
    path: `/6102/${COUNTY}/${PENG}/${unitId}/`,
    stratum: '',
  }));
  const inspectors = [0, 1, 2, 3].map((index) => ({
    id: id(index),
    name: person(index).name,
    home: `/6102/${COUNTY}/61022210${index + 4}/`,
  }));
  const secret = hash('sha256', newId(), 'hex');
  const parties = choose(random, [['auditor', 'county-office'], []]);
  const revealAt = Temporal.Instant.from(seen.instant).add({ hours: 720 }).toString();
  const input = {
    round,
    title: `第${round}轮`,
    snapshotHash: 'a'.repeat(64),
    ruleHash: 'b'.repeat(64),
    unitCount: units.length,
    inspectorCount: inspectors.length,
    inspectorsPerUnit: 2,
    serviceCommitment: hash('sha256', secret, 'hex'),
    parties,
    revealAt,
  };
  const rule = { inspectorsPerUnit: 2, strata: [{ stratum: '', quota: 2 }] };
  const snapshot = { units, inspectors };
  return child('draw', input, { type: 'prepare' }, null, {
    name: `第${round}轮`,
    draw: { round, snapshot, rule, secret },
  });
}
