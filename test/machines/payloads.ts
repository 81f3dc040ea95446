// What is told with each event and what is known of the world then. `pick` chooses: the first choice
// is always the one that serves, so that `firstOf` tells a life in which everything goes well.

import type { ScoreSheetFacts } from '../../machines/assessment/events.ts';
import type { Interests } from '../../machines/assessment/interests.ts';
import type { BallotRoundFacts } from '../../machines/ballot/events.ts';
import type { CampaignFacts } from '../../machines/campaign/events.ts';
import type { PolicyChangeFacts } from '../../machines/campaign/policy-change.v1.ts';
import type { CandidateFacts } from '../../machines/candidate/events.ts';
import type { RegressionFacts } from '../../machines/conformance/regression.v1.ts';
import type { SupplementFacts } from '../../machines/conformance/supplement.v1.ts';
import type { DocumentFacts } from '../../machines/document/events.ts';
import type { DrawContext, DrawFacts } from '../../machines/draw/events.ts';
import type { RectificationFacts } from '../../machines/inspection/events.ts';
import { stageOf, stateOf } from '../../machines/kit/step.ts';
import type { Deadline } from '../../machines/kit/time.ts';
import { localDate } from '../../machines/kit/time.ts';
import type { ObjectionFacts } from '../../machines/objection/events.ts';
import type { ReconsiderationFacts } from '../../machines/reconsideration/reconsideration.v1.ts';
import type { MatterFacts } from '../../machines/record/matter.v1.ts';
import type { RecordFact } from '../../machines/record/record-facts.ts';
import type { ReviewPanelFacts } from '../../machines/review/events.ts';
import { ruleOf } from '../../src/rules/selection/ranking.ts';
import { recalculated } from '../../src/rules/time/deadlines.ts';
import { unit, unitPath } from '../support/units.ts';
import {
  BALLOT_PAYLOADS,
  ballotFacts,
  extendRound,
  handCount,
  resultBy,
} from './ballot-payloads.ts';
import type { Situation } from './situation.ts';
import { contextOf } from './situation.ts';
import {
  calendar,
  candidateWindows,
  categoryOf,
  criteriaOf,
  deadlineBy,
  dutiesDone,
  onDay,
  phaseWindows,
  plan,
  policies,
} from './yijun.ts';

type Payload = { readonly [name: string]: unknown };
type Written = (situation: Situation) => Payload;

const candidate = ({ instance }: Situation) => contextOf(instance, 'candidate');
const drawing = ({ instance }: Situation) => contextOf(instance, 'draw');
const reason: Written = () => ({ reason: '理由' });

const DOCUMENTS = ['consultation', 'implementation-plan', 'work-plan'];

/** The link after the candidate's, or the ends in turn. */
const nextPhase = (situation: Situation): string => {
  const links = situation.release.chain?.links ?? [];
  const places = [...links.map(({ code }) => code), 'concluded'];
  return places[places.indexOf(candidate(situation).phase) + 1] ?? 'cancelled';
};

/** What the present state waits for: documents, then forms of mobilization, then activities. */
function evidence(situation: Situation): Payload {
  const { evidence: recorded, mobilizationForms } = candidate(situation);
  const state = stateOf(situation.instance.value);
  const missing = DOCUMENTS.find((kind) => !(kind in recorded)) ?? 'consultation';
  const wanted =
    state === 'planning' ? missing : state === 'mobilizing' ? 'mobilization' : 'activity';
  const kind = situation.pick(
    wanted,
    wanted,
    wanted,
    'activity',
    'consultation',
    'showcase-case',
    'hot-issue',
  );
  const today = localDate(situation.at);
  const occurredOn = kind === 'consultation' ? '2017-05-20' : today;
  return {
    id: `evidence/${situation.at}`,
    kind,
    occurredOn: situation.pick(occurredOn, occurredOn, occurredOn, today, '2018-01-01'),
    summary: '记录',
    ...(kind === 'activity' ? { form: '集中收看' } : {}),
    ...(kind === 'mobilization'
      ? { form: situation.pick(`form-${mobilizationForms.length}`, 'form-0') }
      : {}),
  };
}

const inspection: Written = ({ release, at, pick }) => ({
  id: `inspection/${at}`,
  kind: pick('FIELD_VISIT', 'RANDOM', 'SCHEDULED', 'UNSCHEDULED'),
  occurredOn: pick(localDate(at), localDate(at), '2018-01-01'),
  inspectors: ['zhang', 'wang'],
  triggers: pick([], ['formalism']),
  ...(release.name === 'candidate' ? pick<Payload>({}, {}, { rectificationDays: 10 }) : {}),
  findings: ['记录不全'],
  siteId: 'site-1',
  ...(release.name === 'campaign' ? pick<Payload>({}, { inGoodOrder: true }) : {}),
  ...pick<Payload>({ conforms: true }, release.name === 'campaign' ? { conforms: true } : {}, {
    conforms: false,
  }),
});

function selfCheck(situation: Situation): Payload {
  const wanted = categoryOf(candidate(situation).category).criteria.filter(
    ({ at }) => at === 'self-check',
  );
  const shortcomings = situation.pick(0, 0, 1, 2);
  const owned = situation.pick<Payload>({ priority: 'high', responsiblePerson: '李' }, {});
  return {
    id: `self-check/${situation.at}`,
    results: wanted
      .slice(situation.pick(0, 0, 0, 1))
      .map(({ id }, index) =>
        index < shortcomings
          ? { criterion: id, met: false, ...owned }
          : { criterion: id, met: true },
      ),
  };
}

/** Every criterion that people judge, found met; now and then one is not, or is left out. */
function judged(situation: Situation): Payload {
  const wanted = categoryOf(candidate(situation).category).criteria.filter(
    ({ at }) => at === 'acceptance',
  );
  return {
    judged: wanted
      .slice(situation.pick(0, 0, 0, 1))
      .map(({ id }) => ({ criterion: id, met: situation.pick(true, true, true, true, false) })),
  };
}

function application(situation: Situation): Payload {
  const attestable = categoryOf(candidate(situation).category).criteria.map(({ id }) => id);
  return {
    statement: '申报',
    signatory: '王',
    signatureEvidence: situation.pick('seal.jpg', 'seal.jpg', ''),
    ...situation.pick<Payload>({}, {}, { signatureFileId: 'file-1' }),
    attestations: situation.pick(attestable, attestable, []),
    priorityClass: situation.pick('COOPERATIVE', 'OTHER'),
  };
}

/** Everything on the list is answered, and what it opened is corrected; now and then something is not. */
function correction(situation: Situation): Payload {
  const { corrections = [] } = candidate(situation);
  const answers = corrections.map((_, index) => ({ correction: index + 1, text: '已补正' }));
  const opened = corrections.some(({ fields }) => fields.includes('signature'));
  return {
    statement: '已补正',
    answers: answers.slice(situation.pick(0, 0, 0, 1)),
    ...(opened ? { application: { signatory: situation.pick('李', '李', '') } } : {}),
    ...situation.pick<Payload>({}, {}, {}, { application: { statement: '另作陈述' } }),
  };
}

function openCategory({ instance, pick }: Situation): Payload {
  const { selections } = contextOf(instance, 'campaign');
  const open = plan.categories.map(({ code }) => code).filter((code) => !(code in selections));
  return { category: pick(open[0] ?? 'DEMONSTRATION_BASE', 'DEMONSTRATION_BASE') };
}

function selectedCategory({ instance }: Situation): Payload {
  const { selections } = contextOf(instance, 'campaign');
  return { category: Object.keys(selections)[0] ?? 'DEMONSTRATION_BASE' };
}
const TIGHTER: unknown[] = [
  {
    action: 'tighten',
    criterion: 'village.screen',
    required: { fact: 'site.televisionInches', atLeast: 55 },
  },
];

const PAYLOADS: { readonly [type: string]: Written } = {
  ...BALLOT_PAYLOADS,
  'phase-entered': (situation) => {
    const next = nextPhase(situation);
    return { phase: situation.pick(next, next, next, next, next, next, 'cancelled') };
  },
  'record-evidence': evidence,
  'void-record': () => ({ recordId: 'record-1', reason: '重复登记' }),
  'assess-evidence': ({ pick }) => ({
    id: 'evidence-1',
    verdict: pick('accepted', 'rejected'),
    ...pick<Payload>({ impact: 'MAJOR', promotionScope: 'CITYWIDE' }, {}),
  }),
  'record-inspection': inspection,
  'submit-plan': () => ({ title: '实施方案' }),
  'return-plan': () => ({ corrections: ['补充工作计划'] }),
  'declare-created': () => ({ statement: '已创建' }),
  'admit-late-declaration': reason,
  'admit-late-resubmission': reason,
  'admit-late-application': reason,
  'return-declaration': () => ({ corrections: ['补充照片'] }),
  'submit-self-check': selfCheck,
  'confirm-finding-rectified': (situation) => ({
    criterion: situation.pick(
      candidate(situation).openFindings[0],
      candidate(situation).openFindings[0],
      'unknown',
    ),
    remark: '已整改',
  }),
  'mass-evaluation-closed': ({ at, pick }) => {
    const grades = pick({ 好: 3, 较好: 1 }, { 好: 4 }, { 一般: 4 });
    const { scoreCenti, strataCenti, ...counts } = resultBy(handCount(grades));
    const told = { id: `round/${at}`, roundId: 'round-1', stream: 'mass', form: 'secret', counts };
    return { ...told, scoreCenti, strataCenti };
  },
  'record-assessment': (situation) => {
    const { assessment: sheets = [] } = candidate(situation).sheets;
    return {
      sheetId: `sheet-${sheets.length + 1}`,
      stream: 'assessment',
      assessorId: `assessor-${sheets.length + 1}`,
      round: 1,
      pointsCenti: situation.pick(9250, 8800, 6000),
    };
  },
  'retract-assessment': (situation) => ({
    sheetId: situation.pick(candidate(situation).sheets.assessment?.[0]?.sheetId, 'unknown'),
    stream: 'assessment',
  }),
  assign: ({ pick }) => ({ assessorId: pick('zhang', 'li') }),
  'save-draft': ({ instance, pick }) => {
    const { items } = contextOf(instance, 'score-sheet');
    const some = items.slice(0, pick(1, 2));
    return { points: some.map(({ id }) => ({ item: id, points: pick(20.5, 10, 101) })) };
  },
  'declare-conflict': () => ({ principalId: 'zhang', organisationId: 'u', reason: '亲属' }),
  'hand-over': ({ pick }) => ({
    principalId: 'zhang',
    personName: '张三',
    sheets: pick(0, 2),
    objections: 1,
    panels: 1,
    inspections: 1,
  }),
  'withdraw-conflict': ({ pick }) => ({
    principalId: pick('qian', 'zhang'),
    organisationId: 'u',
    reason: '误登记',
  }),
  'send-back': reason,
  'propose-correction': ({ instance }) => ({
    points: [{ item: contextOf(instance, 'score-sheet').items[0]?.id, points: 19 }],
    reason: '合计有误',
  }),
  'decline-correction': reason,
  'correct-assessment': (situation) => ({
    sheetId: candidate(situation).sheets.assessment?.[0]?.sheetId ?? 'unknown',
    stream: 'assessment',
    pointsCenti: situation.pick(9000, 7000),
  }),
  void: reason,
  apply: application,
  'pass-with-requirements': () => ({ requirements: ['补齐登记册'] }),
  pass: judged,
  'confirm-requirements-met': (situation) => ({ ...judged(situation), remark: '已落实' }),
  'return-for-correction': ({ pick }) => ({
    corrections: pick<unknown[]>(
      ['补盖公章'],
      [{ text: '补盖公章', fields: ['signature', 'attachments'] }, { text: '补说明' }],
    ),
  }),
  resubmit: correction,
  defer: ({ at }) => ({ until: nextMonth(at), reason: '待核实' }),
  fail: reason,
  'reconsideration-closed': ({ pick }) => ({ granted: pick(true, false), reason: '理由' }),
  ask: reason,
  grant: reason,
  select: ({ pick }) => ({ rank: pick(1, 2, 3) }),
  'pass-over': ({ pick }) => ({ rank: pick(9, 10), because: 'quota' }),
  'objection-opened': ({ at, pick }) => ({
    objectionId: `objection/${at}`,
    objectedAt: pick(at, at, '2017-01-01T00:00:00Z'),
  }),
  'propose-rejection': reason,
  'objection-closed': (situation) => ({
    objectionId: situation.pick(candidate(situation).openObjections[0], 'unknown'),
    upheld: situation.pick(false, false, true),
    reason: '查无实据',
  }),
  'decline-submission': reason,
  replace: ({ instance, pick }) => {
    const { recused } = contextOf(instance, 'review-panel');
    const left = recused.find(({ replacedBy }) => replacedBy === null)?.memberId ?? 'zhang';
    return { memberId: left, substituteId: pick('qian', 'wang') };
  },
  'give-verdict': ({ pick }) => ({ verdict: pick('pass', 'fail'), reasons: '现场察看合格' }),
  'break-tie': ({ pick }) => ({ verdict: pick('pass', 'fail'), reason: '综合各方意见' }),
  dissolve: reason,
  admit: ({ pick }) => ({ investigatorId: pick('zhang', 'wang') }),
  'not-admit': reason,
  reassign: ({ pick }) => ({
    investigatorId: 'zhang',
    assessorId: pick('li', 'zhang'),
    reason: '另有任务',
  }),
  recuse: reason,
  'withdraw-recusal': declaredRecusal,
  report: () => ({ findings: '经查，记录属实' }),
  'return-report': reason,
  uphold: reason,
  dismiss: reason,
  reply: ({ at, pick }) => ({
    channel: '电话',
    occurredOn: pick(localDate(at), '2018-01-01'),
    content: '已告知处理结果',
  }),
  'request-override': reason,
  'decline-conferral': reason,
  withdraw: reason,
  reinstate: reason,
  'end-with-unit': reason,
  succeed: () => ({ organisationId: 'u00000000002', reason: '并入邻村' }),
  'propose-disqualification': reason,
  'decline-revocation': reason,
  'propose-revocation': reason,
  'record-verification': ({ at, pick }) => ({
    id: `verification/${at}`,
    occurredOn: pick(localDate(at), '2018-01-01'),
    place: '彭镇彭村站点',
    verifiers: ['高', '梁'],
    findings: ['设施齐全'],
  }),
  'keep-in-reserve': ({ pick }) => ({ rank: pick(6, 7), position: pick(1, 2) }),
  'rank-candidates': (situation) => ({ id: `ranking/${situation.at}`, ...openCategory(situation) }),
  'propose-tie-decision': ({ instance, pick }) => {
    const { ties } = contextOf(instance, 'campaign');
    const [category, task] = Object.entries(ties).at(-1) ?? ['DEMONSTRATION_BASE', undefined];
    return { category, prefer: pick(task?.tied.flat() ?? [], ['nobody']), reason: '会议研究' };
  },
  'confirm-tie-decision': ({ instance }) => {
    const { ties } = contextOf(instance, 'campaign');
    return { category: Object.keys(ties).at(-1) ?? 'DEMONSTRATION_BASE' };
  },
  'select-by-merit': (situation) => ({ id: `ranking/${situation.at}`, ...openCategory(situation) }),
  'move-up': (situation) => ({
    id: `ranking/${situation.at}`,
    ...selectedCategory(situation),
    reason: '递补',
  }),
  'release-reserves': (situation) => ({ ...selectedCategory(situation), reason: '不再递补' }),
  'adopt-policy': () => ({ planVersion: 2, policyChangeId: 'change-1' }),
  propose: reason,
  approve: () => ({ previewHash: 'a'.repeat(64), reason: '理由' }),
  decline: reason,
  'record-veto': ({ at, pick }) => ({
    id: `veto/${at}`,
    organisationId: 'village-1',
    occurredOn: pick(localDate(at), '2018-01-01'),
    reason: '安全事故',
  }),
  cancel: reason,
  'amend-roster': ({ pick }) => ({
    add: pick(['site-9'], []),
    remove: [],
    reason: '新建站点',
  }),
  'end-conformance': () => ({ siteIds: ['site-1'] }),
  'propose-uphold': reason,
  'decline-uphold': reason,
  'close-with-candidate': () => ({ remark: '已取消资格' }),
  start: () => ({ measures: '逐项整改', responsiblePerson: '李' }),
  submit: ({ release, instance, pick }) => {
    if (release.name !== 'score-sheet') {
      return { report: '整改报告', evidence: pick(['photo-1'], ['photo-1'], []) };
    }
    const { items } = contextOf(instance, 'score-sheet');
    const scored = items.map(({ id, maximumCenti }) => ({ item: id, points: maximumCenti / 100 }));
    return { points: scored.slice(pick(0, 0, 0, 1)) };
  },
  'report-progress': () => ({ progress: '已完成一半' }),
  'correct-site-fact': ({ pick }) => ({
    field: pick('televisionInches', 'televisionInches', 'seats'),
    value: 55,
  }),
  'supersede-record': ({ at, pick }) => ({
    id: `record/${at}`,
    recordId: pick('evidence-1', 'evidence-1', 'evidence-2'),
    occurredOn: localDate(at),
    summary: '更正',
  }),
  close: ({ at, pick }) => ({
    id: `reinspection/${at}`,
    remark: '已销号',
    ...pick<Payload>({}, { conforms: true }),
  }),
  reopen: ({ at, pick }) => ({
    id: `reinspection/${at}`,
    reason: '理由',
    ...pick<Payload>({}, { conforms: false }),
  }),
  'commit-contribution': (situation) => ({
    party: nextParty(situation, (one) => one === undefined),
    commitment: 'c'.repeat(64),
  }),
  'reveal-contribution': (situation) => ({
    party: nextParty(situation, (one) => one?.value === null),
    value: 'd'.repeat(64),
  }),
  'declare-recusal': ({ at }) => ({ inspectorId: `i/${at}`, unitId: 'unit-1', reason: '亲属' }),
  extend: (situation) => {
    const { release, instance, at, pick } = situation;
    if (release.name === 'ballot-round') return extendRound(situation);
    const due = (instance.context.deadline as Deadline | null)?.dueAt ?? at;
    return { until: pick(nextMonth(due > at ? due : at), localDate(at)), reason: '汛期' };
  },
  sign: () => ({ signatory: '刘' }),
  solve: ({ at, pick }) => ({ solvedOn: pick(localDate(at), '2018-01-01'), result: '已答复' }),
  issue: () => ({}),
  'document-issued': ({ at }) => ({ documentId: 'document-1', issuedAt: at }),
  'document-abandoned': () => ({ documentId: 'document-1', reason: '理由' }),
  draft: ({ release }) => (release.name === 'supplement' ? { changes: TIGHTER } : { choices }),
  revise: ({ release, pick }) =>
    release.name === 'supplement' ? { changes: pick<unknown[]>(TIGHTER, []) } : { choices },
  return: ({ release }) =>
    release.name === 'supplement' ? { corrections: ['补充依据'] } : { reason: '理由' },
  abandon: reason,
  recall: reason,
  freeze: ({ instance }) => ({
    number: '君组发〔2017〕40号',
    title: '通知',
    sha256: '0'.repeat(64),
    issuedBy: '县委组织部',
    ...('dueAt' in Object(instance.context.params) ? { dueAt: '2017-10-31T16:00:00Z' } : {}),
  }),
  supersede: () => ({ documentId: 'document-2', number: '君组发〔2017〕41号' }),
};

const choices = { title: '通知', addressees: [unit('610222101-DW')], copyTo: [unit('610222-YCB')] };
type Recused = string | { memberId?: string; inspectorId?: string; unitId?: string };

/** The first recusal that stands, by every name that a machine has for it. */
function declaredRecusal({ instance: { context } }: Situation): Payload {
  const [one = 'zhang'] = [context.recused, context.recusals].flatMap(
    (list) => (list ?? []) as Recused[],
  );
  const { memberId, inspectorId, unitId = 'unit-1' } = typeof one === 'string' ? {} : one;
  const id = typeof one === 'string' ? one : (memberId ?? inspectorId);
  const named = { inspectorId: id, investigatorId: id, memberId: id, officerId: id };
  return { ...named, unitId, reason: '误登记' };
}

/** The first party whose contribution stands so, or else the first party. */
function nextParty(
  situation: Situation,
  wanted: (one: DrawContext['contributions'][number] | undefined) => boolean,
): string {
  const { parties, contributions } = drawing(situation);
  const found = parties.find((party) => wanted(contributions.find((one) => one.party === party)));
  return found ?? parties[0] ?? 'county-office';
}

const nextMonth = (at: string): string =>
  Temporal.PlainDate.from(localDate(at)).add({ months: 1 }).toString();

export const payloadOf = (type: string, situation: Situation): Payload =>
  PAYLOADS[type]?.(situation) ?? {};

type Fact = (
  situation: Situation,
  event: { type: string; until?: unknown; kind?: unknown; party?: unknown },
) => unknown;

const outcome: DrawFacts['outcome'] = {
  serviceSeed: 'd'.repeat(64),
  seed: 'e'.repeat(64),
  resultHash: 'f'.repeat(64),
  units: [{ unitId: 'unit-1', stratum: '', position: 1, inspectors: ['i-1', 'i-2'], recused: [] }],
  assignments: [
    {
      unitId: 'unit-1',
      candidateId: 'unit-1',
      siteId: null,
      name: '彭村',
      path: unitPath('6102', '610222'),
      stratum: '',
      position: 1,
      inspectors: [
        { id: 'i-1', name: 'wang' },
        { id: 'i-2', name: 'zhang' },
      ],
    },
  ],
};

const FACTS: {
  readonly [Name in keyof (CandidateFacts &
    CampaignFacts &
    RectificationFacts &
    PolicyChangeFacts &
    MatterFacts &
    DocumentFacts &
    DrawFacts &
    BallotRoundFacts &
    ObjectionFacts &
    RegressionFacts &
    ReconsiderationFacts &
    SupplementFacts &
    ScoreSheetFacts &
    ReviewPanelFacts)]: Fact;
} = {
  ...ballotFacts,
  signature: ({ pick }) =>
    pick({ unit: 'u', isOwn: true, owners: ['u'] }, { unit: null, isOwn: false, owners: ['u'] }),
  inspection: (situation) => ({
    drawRequired: true,
    drawn: situation.pick({ unitId: 'unit-1', inspectors: ['wang', 'zhang'] }, null),
    criteria:
      situation.release.name === 'candidate'
        ? categoryOf(candidate(situation).category).criteria.map(({ id }) => id)
        : [],
  }),
  supervision: ({ pick }) =>
    pick<CampaignFacts['supervision']>(
      { withoutScheduled: [], withoutUnscheduled: [] },
      { withoutScheduled: ['五里镇'], withoutUnscheduled: [] },
      null,
    ),
  behindPercent: () => 50,
  inspectedBefore: ({ pick }) => pick(false, false, false, true),
  reopensBeforeEscalation: () => 2,
  correctable: ({ pick }) => pick({ kind: 'activity', isSuperseded: false }, null),
  roundTaken: ({ pick }) => pick(false, false, true),
  fallen: ({ pick }) => pick([], [], [{ round: 3, repeated: false }]),
  drawRules: () => ({ unitsMin: 2, poolMin: 3, inspectorsMin: 2 }),
  coverage: ({ pick }) =>
    pick(
      { short: [], unitKnown: true, inspectorKnown: true },
      { short: ['unit-1'], unitKnown: true, inspectorKnown: true },
      { short: [], unitKnown: false, inspectorKnown: true },
    ),
  contributionHash: (situation, { party }) => {
    const own = drawing(situation).contributions.find((one) => one.party === party);
    return situation.pick(own?.commitment ?? 'none', own?.commitment ?? 'none', 'none');
  },
  outcome: () => outcome,
  uninspected: ({ pick }) => pick([], [], ['彭村']),
  preview: () => ({ hash: 'a'.repeat(64), subjects: ['candidate-1'] }),
  latestDueAt: ({ at }) => deadlineBy(at, 'rectificationDays', undefined, 60).dueAt,
  windows: ({ release }) => (release.name === 'campaign' ? phaseWindows : candidateWindows),
  deadline: deadlineFact,
  reach: ({ pick }) => ({ sites: 12, reached: pick(12, 12, 11) }),
  openRectifications: ({ pick }) => pick(0, 0, 0, 1),
  openSheets: ({ pick }) => pick(0, 0, 0, 1),
  assessor: ({ pick }) => ({
    holdsRole: pick(true, true, true, true, true, false),
    conflict: pick(null, null, null, null, { kind: 'own-unit', organisationId: 'u' }),
    hasSheet: pick(false, false, false, false, true),
  }),
  replacement: ({ pick }) => pick('li', 'zhang', null),
  sheetsInConflict: ({ pick }) => pick([], ['sheet-2']),
  conflictStands: ({ pick }) => pick(true, true, false),
  criteria: (situation) => {
    const { category } = candidate(situation);
    const some = categoryOf(category).criteria[0]?.id ?? '';
    return criteriaOf(category, situation.pick([], [], [], [some]));
  },
  policies: () => policies,
  priorityClasses: (situation) => categoryOf(candidate(situation).category).priorityClasses ?? [],
  selectionHeld: ({ pick }) => pick(false, false, true),
  campaignPhase: (situation) => candidate(situation).phase,
  succession: ({ pick }) => ({
    ended: pick(null, { name: '彭村村委会', on: '2017-06-01' }),
    successor: pick('东湖村委会', '东湖村委会', null),
    standing: pick(0, 0, 1),
  }),
  undecidedRegressions: ({ pick }) => pick(0, 0, 0, 1),
  unreadObjections: ({ pick }) => pick(0, 0, 0, 1),
  denied: ({ pick }) =>
    pick(
      [],
      [],
      [
        {
          ...(criteriaOf('DEMONSTRATION_VILLAGE')[3] as CandidateFacts['criteria'][number]),
          measured: { actual: 48, required: 50, met: false },
        },
      ],
    ),
  failing: ({ pick }) =>
    pick([{ siteId: 'site-1', criteria: ['village.screen'], clause: 'R19' }], []),
  rosterChange: ({ pick }) => ({
    unknown: [],
    already: pick<string[]>([], ['site-1']),
    missing: [],
  }),
  parent: (situation) =>
    situation.release.name === 'score-sheet'
      ? {
          id: 'candidate-1',
          stage: 'evaluation',
          state: 'evaluating',
          status: 'active',
          gathers: situation.pick(['assessment'], ['assessment'], ['mass', 'assessment'], []),
        }
      : situation.release.name === 'regression'
        ? {
            id: 'candidate-1',
            stage: situation.pick('disqualified', 'countyAcceptance'),
            state: 'disqualified',
            status: 'done',
          }
        : ballotFacts.parent(situation),
  relaxations: ({ pick }) => pick<string[]>([], [], [], ['配备50吋以上电视机或投影：低于基本要求']),
  nextVersion: () => 1,
  assessed: ({ pick }) => {
    const recorded = { recordedBy: 'chen', determines: true, superseded: false, showcase: null };
    return pick(
      { ...recorded, kind: 'showcase-case', verdict: null },
      { ...recorded, kind: 'showcase-case', verdict: 'accepted' },
      null,
    );
  },
  record: recordFact,
  missingFiles: ({ pick }) => pick([], [], ['file-1']),
  evidenceRecords: () => [],
  duties: ({ pick }) =>
    pick(dutiesDone, dutiesDone, {
      ...dutiesDone,
      townshipsPlanned: 7,
      selfChecked: 29,
      live: 3,
      behind: 2,
    }),
  ranking: ({ pick }) => ({
    rule: {
      ...ruleOf(plan, 'DEMONSTRATION_VILLAGE', onDay('2017-11-10')),
      quota: pick(2, 1, null),
    },
    counted: { registered: 3, applied: 3 },
    entries: [9000, pick(8800, 9000), pick(8500, 8800)].map((scoreCenti, index) => ({
      candidateId: `c-${index + 1}`,
      accepted: index === 0 || pick(true, true, true, false),
      scoreCenti,
      figures: { mass: scoreCenti, assessment: scoreCenti },
      priority: 0,
      priorityClass: null,
      places: { unit: null, village: null, township: null },
      appliedAt: '2017-11-10T02:00:00Z',
      veto: null,
    })),
  }),
  awaited: ({ pick }) => pick<string[]>([], [], [], ['彭村']),
  conflict: ({ pick }) => pick(null, null, null, { kind: 'declared', organisationId: 'u' }),
  publicity: ({ at, pick }) => ({
    stage: 'countyAcceptance',
    state: pick('public-notice', 'cleared'),
    isLive: pick(true, false),
    dueAt: pick(nextMonth(at), nextMonth(at), '2017-01-01').concat('T16:00:00Z'),
  }),
  interests: ({ pick }): Interests => {
    const free = { known: true, roles: ['county-office'], conflict: null };
    const own = { kind: 'own-unit', organisationId: 'village-1' };
    return {
      zhang: pick<Interests[string]>(free, { ...free, conflict: own }),
      wang: free,
      li: free,
      qian: free,
      zhao: pick(free, { ...free, known: false }),
    };
  },
  reviewed: ({ pick }) => ({
    stage: pick('countyAcceptance', 'countyAcceptance', 'cityVerification'),
    state: 'under-review',
    round: 1,
  }),
  panelRule: ({ pick }) => ({ min: 2, odd: false, majority: pick('simple', 'two-thirds') }),
  namesakes: ({ pick }) => ({ same: 0, alike: pick(0, 0, 1) }),
  panel: ({ pick }) => ({ sitting: pick(0, 0, 0, 1), verdict: null, min: 0 }),
  undecided: ({ pick }) => ({
    applications: pick(0, 0, 0, 1),
    objections: 0,
    ties: 0,
    unwritten: pick(0, 0, 0, 1),
  }),
  material: ({ pick }) => ({
    campaignName: '四创三评',
    issuerName: '县委组织部',
    about: null,
    category: null,
    corrects: null,
    addressees: ['彭镇党委'],
    copyTo: ['县远程办'],
    tables: [],
    list: pick(
      null,
      { named: ['c-1'], authority: 'county', dueAt: null },
      { named: [], authority: 'county', dueAt: null },
    ),
    hasApplied: pick(true, true, false),
  }),
  isAwaited: ({ pick }) => pick(true, true, true, true, true, false),
  named: ({ pick }) => ({ gone: pick<string[]>([], [], ['c-1']), already: [] }),
  standing: ({ instance, pick }) => {
    const { selections } = contextOf(instance, 'campaign');
    const [last] = Object.values(selections);
    if (last === undefined) return null;
    const ids = ['c-1', 'c-2', 'c-3'];
    return {
      rankingId: last.rankingId,
      input: {
        category: Object.keys(selections)[0] ?? '',
        rule: { ...ruleOf(plan, 'DEMONSTRATION_VILLAGE', onDay('2017-11-10')), quota: 2 },
        counted: { registered: 3, applied: 3 },
        entries: ids.map((candidateId, index) => ({
          candidateId,
          accepted: true,
          scoreCenti: 9000 - index,
          figures: { mass: 9000, assessment: 9000 },
          priority: 0,
          priorityClass: null,
          places: { unit: null, village: null, township: null },
          appliedAt: '2017-11-10T02:00:00Z',
          veto: null,
        })),
        decision: null,
        held: [],
      },
      selected: ['c-1', 'c-2'],
      reserves: ['c-3'],
      gone: pick(['c-2'], [], ['c-2', 'c-3']),
    };
  },
};

const KNOWN: { readonly [kind: string]: RecordFact } = {
  activity: { clause: 'R53', demands: ['form'] },
  'hot-issue': { clause: 'R54', life: { days: 10 } },
  'showcase-case': {
    clause: 'R17',
    showcase: { identity: '苹果矮化密植', level: 'township', takenAt: [] },
  },
};

function recordFact(
  { pick }: Situation,
  { type, kind }: { type: string; kind?: unknown },
): RecordFact {
  if (type === 'void-record') {
    const standing = { firstConsultationOn: null, planAdoptedOn: null, mobilizationForms: [] };
    const superseded = { kind: 'activity', lives: false };
    return pick({ clause: 'R48', superseded, standing }, { clause: 'R8', superseded: null });
  }
  const known = KNOWN[String(kind)] ?? { clause: 'R48' };
  return pick(known, known, { ...known, foreignSites: ['site-9'] });
}

function deadlineFact(
  { release, instance, at }: Situation,
  { type, until }: { type: string; until?: unknown },
): Deadline {
  const policy = release.deadlineFor(type, stageOf(instance.value));
  if (policy === null) throw new Error(`${type} opens no deadline`);
  const present = instance.context.deadline as Deadline | null;
  if (policy === 'unchanged' && present !== null) {
    return recalculated(plan, calendar, present) ?? present;
  }
  // A plan never returned waits for its window: the service does not reckon that again.
  const counted = policy === 'unchanged' ? 'correctionWorkingDays' : policy;
  const days = instance.context.days;
  const own = typeof days === 'number' ? days : null;
  return deadlineBy(at, counted, typeof until === 'string' ? until : localDate(at), own);
}

/** The facts this event needs, and no others. */
export const factsOf = (
  situation: Situation,
  event: { type: string; readonly [name: string]: unknown },
): { [name: string]: unknown } =>
  Object.fromEntries(
    situation.release
      .factsFor(event.type, stageOf(situation.instance.value))
      .map((name) => [name, FACTS[name as keyof typeof FACTS](situation, event)]),
  );
