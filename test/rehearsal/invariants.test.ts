// The checks of the rehearsal, each shown what it is there to find.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { currentRelease } from '../../machines/catalog.ts';
import type { Told } from '../../machines/kit/step.ts';
import { accepts, advance, begin, stageOf, stateOf } from '../../machines/kit/step.ts';
import { applicationFaults, type Frozen } from '../../rehearsal/checks/application-invariants.ts';
import {
  everybodyStayedHome,
  noticesAreDue,
  stagesArePassed,
} from '../../rehearsal/checks/final-invariants.ts';
import {
  logsReplay,
  noticesAreSingle,
  refusalsAreExplained,
  timersAreSet,
} from '../../rehearsal/checks/invariants.ts';
import { countedAsLogged, quotasHold } from '../../rehearsal/checks/selection-invariants.ts';
import type { Unmet } from '../../rehearsal/kit/client.ts';
import type { Ledgers, Logged, Notice } from '../../rehearsal/kit/ledgers.ts';
import { replay } from '../../rehearsal/kit/ledgers.ts';
import type { Plan } from '../../rehearsal/kit/play.ts';
import { directoryOf, type Organisation } from '../../src/rules/access/addressees.ts';
import { canonicalJson } from '../../src/rules/plan/canonical-json.ts';
import { plan as yijun } from '../machines/yijun.ts';
import { unit, unitPath } from '../support/units.ts';

const VILLAGE = unit('610222101203');
const ORDER = '01a20a0d-aa2a-7aca-b393-0b0ad7012ff4';
const PATH = unitPath('6102', '610222', '610222101', '610222101203');

const place = (kind: Organisation['kind'], name: string, ...codes: string[]): Organisation => ({
  id: unit(codes.at(-1) ?? ''),
  code: codes.at(-1) ?? '',
  parentId: codes.length === 1 ? null : unit(codes.at(-2) ?? ''),
  ...{ kind, name },
  path: unitPath(...codes),
  codePath: `/${codes.join('/')}/`,
});
const COUNTY_CODES = ['6102', '610222'];
const VILLAGE_CODES = [...COUNTY_CODES, '610222101', '610222101203'];
const directory = directoryOf(1, [
  place('CITY', '铜川市', '6102'),
  place('COUNTY', '宜君县', ...COUNTY_CODES),
  place('COUNTY_OFFICE', '县远程办', ...COUNTY_CODES, '610222-YCB'),
  place('TOWNSHIP', '彭镇', ...COUNTY_CODES, '610222101'),
  place('VILLAGE', '彭村', ...VILLAGE_CODES),
  place('VILLAGE_PARTY_ORGANIZATION', '彭村党支部', ...VILLAGE_CODES, '610222101203-DZB'),
]);

/** The log of an order to 彭村: issued by the service, acknowledged by the village. */
function logOf(): Logged[] {
  const release = currentRelease('rectification');
  const input = {
    candidateId: 'c',
    inspectionId: 'i',
    inspectedBy: 'zhang',
    triggers: ['FORMALISM'],
    findings: [],
    days: 15,
  };
  const deadline = {
    dueAt: '2017-10-27T16:00:00Z',
    dueSoonAt: '2017-10-24T16:00:00Z',
    escalateAt: '2017-11-03T16:00:00Z',
    calendarVersion: 'cn',
    provisional: false,
    basis: { at: '2017-10-12T01:00:00Z', policy: 'rectificationDays', days: 15, until: null },
  };
  const told: Told[] = [
    {
      type: 'draft',
      at: '2017-10-12T01:00:00.000Z',
      by: { principalId: 'system', roles: [] },
      facts: {},
      begin: { machine: 'rectification', version: 1, input },
    },
    {
      type: 'document-issued',
      at: '2017-10-12T01:00:00.000Z',
      by: { principalId: 'system', roles: [] },
      facts: { deadline },
      documentId: 'document-1',
      issuedAt: '2017-10-12T01:00:00.000Z',
    },
    {
      type: 'acknowledge',
      at: '2017-10-13T01:00:00.000Z',
      by: { principalId: 'village', roles: ['village-organisation'] },
      facts: {},
    },
  ];
  let instance = begin(release, input);
  let previous = '0'.repeat(64);
  return told.map(({ type, at, by, facts, ...payload }, index) => {
    const answer = advance(release, instance, { ...payload, type, at, by, facts });
    if (answer.kind !== 'step') throw new Error(`${type} was not taken`);
    instance = answer.step.instance;
    const event = {
      sequence: index + 1,
      type,
      at,
      roles: [...by.roles],
      credential: null,
      stage: stageOf(instance.value),
      state: stateOf(instance.value),
      personal: null,
    };
    const content = sha256(canonicalJson({ payload, facts }));
    const link = { ...event, subject_id: ORDER, principal_id: by.principalId, content };
    previous = sha256(`${previous}\n${canonicalJson(link)}`);
    return { ...event, payload, facts, principalId: by.principalId, hash: previous };
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const notice = (change: Partial<Notice>): Notice => ({
  id: 'n',
  subjectId: ORDER,
  template: 'circular-of-criticism',
  title: '关于有关问题的通报',
  body: '现予通报批评。',
  kind: 'circular-of-criticism',
  organisationId: unit('610222101203-DZB'),
  obligationKind: null,
  obligationGeneration: null,
  level: null,
  receiptRequired: true,
  receivedAt: null,
  ...change,
});

/** What the API would tell of it, if all is well. */
function ledgers(change: Partial<Ledgers> = {}): Ledgers {
  const log = logOf();
  const replayed = replay(log);
  const { instance } = replayed;
  const { deadline, ...context } = instance.context as { deadline: { dueAt: string } };
  return {
    rounds: [],
    histories: [
      {
        subject: {
          ...context,
          id: ORDER,
          machine: 'rectification',
          organisationId: VILLAGE,
          stage: stageOf(instance.value),
          state: stateOf(instance.value),
          status: 'active',
          revision: 3,
          accepts: accepts(currentRelease('rectification'), instance),
          dueAt: deadline.dueAt,
        },
        log,
        replayed,
      },
    ],
    notices: [
      // The circular and the order are documents: their notices follow from the documents' logs.
      notice({ template: 'rectification-acknowledged', organisationId: unit('610222-YCB') }),
    ],
    obligations: [
      {
        subjectId: ORDER,
        kind: 'rectification',
        generation: 1,
        level: 'armed',
        dueAt: deadline.dueAt,
        closedAt: null,
        raisedAt: null,
      },
    ],
    timers: [...replayed.timers].map(([timerId, dueAt]) => ({
      subjectId: ORDER,
      machine: 'rectification',
      timerId,
      dueAt,
    })),
    principals: [
      { id: 'village', name: '彭村', grants: [{ role: 'village-organisation', reach: PATH }] },
    ],
    directory,
    sites: new Map(),
    ...change,
  };
}

/** The same ledgers with the one history changed. */
const withHistory = (change: (history: Ledgers['histories'][number]) => object): Ledgers => {
  const all = ledgers();
  return { ...all, histories: all.histories.map((one) => ({ ...one, ...change(one) })) };
};

const plan: Plan = {
  id: 'p',
  version: 1,
  phases: yijun.phases,
  streams: yijun.streams,
  procedures: yijun.procedures,
  ...(yijun.stages === undefined ? {} : { stages: yijun.stages }),
  ...(yijun.verdicts === undefined ? {} : { verdicts: yijun.verdicts }),
  clauses: { R59: { modality: 'M', quote: '要及时通报、限期整改。' } },
  categories: [
    {
      code: 'LEARNING_APPLICATION_PACESETTER',
      name: '学用标兵',
      quota: 0,
      procedure: 'person',
      criteria: [],
    },
  ],
};

test('an order that went as it should satisfies every check', () => {
  const all = ledgers();
  const found = [logsReplay, timersAreSet, noticesAreSingle, everybodyStayedHome];
  expect(found.flatMap((check) => check(all).faults)).toEqual([]);
  expect(noticesAreDue(all, yijun).faults).toEqual([]);
});

test('a state that no log leads to is found', () => {
  const told = withHistory(({ subject }) => ({ subject: { ...subject, state: 'issued+on-time' } }));
  expect(logsReplay(told).faults).toEqual([expect.stringContaining('state')]);
});

test('a log in which a word was changed breaks its chain', () => {
  const forged = withHistory(({ log }) => ({
    log: log.map((event) => ({ ...event, principalId: 'somebody else' })),
  }));
  expect(logsReplay(forged).faults).toEqual([expect.stringContaining('chain breaks at event 1')]);
});

test('a timer that is missing, and one that nobody holds, are found', () => {
  const orphan = {
    subjectId: 'x',
    machine: 'receipt',
    timerId: 't',
    dueAt: '2017-10-27T16:00:00Z',
  };
  expect(timersAreSet(ledgers({ timers: [orphan] })).faults).toHaveLength(3);
});

test('a second notice of one level to one addressee is found, and one that no log asks for', () => {
  const level = { obligationKind: 'rectification', obligationGeneration: 1, level: 'overdue' };
  const told = ledgers({ notices: [notice(level), notice(level)] });
  expect(noticesAreSingle(told).faults).toHaveLength(1);
  expect(noticesAreDue(told, yijun).faults).toContainEqual(
    expect.stringContaining('told, not raised'),
  );
});

test('a refusal that names no clause of the plan, or quotes it otherwise, is found', () => {
  const silent = { rule: null, provenance: null };
  const unmet = { requirement: 'r', modality: 'M', text: '', actual: 1, required: 0, ...silent };
  const refusal = (...named: Unmet[]) => ({
    at: '',
    who: '',
    what: '拒绝',
    problem: { type: '', title: '', status: 422, detail: '', unmet: named },
  });
  const right = refusal({ ...unmet, clause: 'R59', quote: '要及时通报、限期整改。' });
  expect(refusalsAreExplained([right], plan).faults).toEqual([]);
  const wrong = [
    refusal(),
    refusal({ ...unmet, clause: 'R99', quote: null }),
    refusal({ ...unmet, clause: 'R59', quote: '限期整改' }),
  ];
  expect(refusalsAreExplained(wrong, plan).faults).toHaveLength(3);
});

test('an act by a key from outside the subtree is found', () => {
  const reach = unitPath('6102', '610222', '610222102');
  const principals = [
    { id: 'village', name: '外人', grants: [{ role: 'village-organisation', reach }] },
  ];
  expect(everybodyStayedHome(ledgers({ principals })).faults).toHaveLength(1);
});

test('somebody conferred by one officer, without a stage and beyond the quota is found', () => {
  const conferred = withHistory(({ subject, log }) => ({
    subject: {
      ...subject,
      name: '王军',
      stage: 'conferred',
      category: 'LEARNING_APPLICATION_PACESETTER',
    },
    log: ['propose-conferral', 'confirm-conferral'].map((type) => ({ ...log[0], type })),
  }));
  const { faults } = stagesArePassed(conferred, plan);
  expect(faults).toContain('王军: not two officers');
  expect(faults).toContain('王军: no apply in evaluation');
  expect(quotasHold(conferred, [], plan).faults).toEqual(['学用标兵: 1']);
});

/** An application handed in by the village, and the log that says so. */
function appliedWith(change: Partial<Frozen> = {}, content: Partial<Frozen['body']> = {}) {
  const [first] = ledgers().histories;
  const [, , told] = first?.log ?? [];
  if (first === undefined || told === undefined) throw new Error('the log is empty');
  const at = told.at;
  const deadline = { dueAt: null, inTime: true, admittedFor: null };
  const body: Frozen['body'] = {
    number: 1,
    submittedAt: at,
    submittedBy: { principalId: 'village' },
    deadline,
    declared: { signatory: '王', signatureEvidence: '盖章页', signatureFile: null },
    correction: null,
    corrected: [],
    scores: { compositeCenti: 9000, passMarkCenti: 8000 },
    ...content,
  };
  const sha256 = createHash('sha256').update(canonicalJson(body)).digest('hex');
  const frozen: Frozen = {
    number: 1,
    stage: 'evaluation',
    submittedAt: at,
    submittedBy: 'village',
    sha256,
    verified: true,
    body,
    ...change,
  };
  const kept = { number: 1, stage: 'evaluation', ...deadline, correction: null };
  const history = {
    ...first,
    log: [{ ...told, type: 'apply' }],
    replayed: {
      ...first.replayed,
      effects: [{ type: 'keep-application' as const, params: kept as never }],
    },
  };
  return applicationFaults(history, [frozen], true).map((fault) => fault.replace(/^.*?: /, ''));
}

test('R62: an application that recomputes and is what its log says has no fault', () => {
  expect(appliedWith()).toEqual([]);
});

test('R62: what was changed of an application after it was frozen is found', () => {
  expect(appliedWith({ sha256: '0'.repeat(64) })).toEqual(['the hash is not that of its body']);
  expect(appliedWith({ verified: false })).toEqual(['the hash is not that of its body']);
  expect(appliedWith({ submittedBy: 'neighbour' })).toEqual([
    'the row says otherwise than its body',
    'was not handed in by whom its log says',
  ]);
  expect(appliedWith({}, { corrected: [{ field: 'statement' }] })).toEqual([
    'corrects statement, which was not opened',
  ]);
  expect(appliedWith({}, { deadline: { inTime: false, admittedFor: null } })).toEqual([
    'is late, unadmitted',
    'says otherwise than its log',
  ]);
  const declared = { signatory: '王', signatureEvidence: null, signatureFile: null };
  expect(appliedWith({}, { declared })).toEqual(['is not signed']);
});

test('a share is of those whom the logs know, and no more titles come of it', () => {
  const category = 'LEARNING_APPLICATION_PACESETTER';
  const at = '2017-11-10T02:00:00Z';
  const candidate = (id: string, ...types: string[]) => ({
    ...(ledgers().histories[0] ?? expect.unreachable()),
    subject: { id, machine: 'candidate', name: id, stage: 'conferred', state: '', category },
    log: types.map((type) => ({ ...(ledgers().histories[0]?.log[0] as Logged), type, at })),
  });
  const told = ledgers({
    histories: [
      candidate('a', 'register', 'apply'),
      candidate('b', 'register'),
      candidate('c', 'register', 'withdraw'),
    ] as Ledgers['histories'],
  });
  const rankingOf = (registered: number, applied: number) => ({
    id: 'r',
    category,
    kind: 'selection',
    sha256: '',
    madeAt: at,
    body: JSON.stringify({ input: { counted: { registered, applied } } }),
  });
  expect(countedAsLogged(told, [rankingOf(2, 1)]).faults).toEqual([]);
  expect(countedAsLogged(told, [rankingOf(3, 1)]).faults).toHaveLength(1);
  expect(countedAsLogged(told, [rankingOf(2, 2)]).faults).toHaveLength(1);
  const sharing = (share: number): Plan => ({
    ...plan,
    categories: plan.categories.map((one) => ({
      ...one,
      quota: { share, of: 'registered', rounding: 'half-up' },
    })),
  });
  // Three hold a title: of two who are registered 100 percent are two places.
  expect(quotasHold(told, [rankingOf(2, 1)], sharing(100)).faults).toEqual(['学用标兵: 3']);
  expect(quotasHold(told, [rankingOf(3, 1)], sharing(100)).faults).toEqual([]);
});
