// Faults of plans that would leave somebody stuck for ever (P5): each is told before publishing, at the
// line where it stands, with what could stand there instead, and all of them at once (P6).

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLibrary } from '../../src/plan-library.ts';
import { expandPlan } from '../../src/rules/plan/extends.ts';
import { readYaml } from '../../src/rules/plan/yaml-text.ts';
import { type PlacedFault, readPlan, validatePlan } from '../../src/rules/plan-check/plan.ts';
import { plan as yijun } from '../machines/yijun.ts';

const YIJUN = readFileSync(new URL('../../plans/yijun-2017.yaml', import.meta.url), 'utf8');

/** Yijun's plan with kinds of record and two texts of its own. */
const TEXT = `${YIJUN.replace(
  /^documents:$/m,
  `notices:
  withdrawn:
    body: "《{{ subject }}》"
  lapsed:
    body: "《{{ date }}》"
documents:`,
)}
recordKinds:
  - { code: tree-planting, name: 植树, english: trees planted, clause: R53, ledger: activities }
  - { code: tree-care, name: 护树, english: trees cared for, clause: R53, ledger: activities }
  # third kind
`;

const known = new Map<string, readonly PlacedFault[]>();

function faultsOf(text: string): readonly PlacedFault[] {
  const yaml = readYaml(text);
  if ('fault' in yaml) throw new Error(yaml.fault.en);
  const read = known.has(text) ? null : readPlan(yaml.value, planLibrary, text);
  if (read !== null) known.set(text, 'faults' in read ? read.faults : []);
  return known.get(text) ?? [];
}

/** A wrong plan says `to` where it said `from`, which stands once; the fault begins with `at`. */
type Wrong = {
  what: string;
  from: string;
  to: string;
  at?: string;
  path: string;
  zh: string;
  en: string;
};

const WRONG: readonly Wrong[] = [
  {
    what: 'an applicant that no such subject has',
    from: 'applicants: [township-committee]',
    to: 'applicants: [village-organisation]',
    path: '/categories/1/applicants/0',
    zh: '对这类对象不任职的角色“village-organisation”；可用：city-centre、county-office、county-department、township-committee、township-office',
    en: 'holds no office over such a candidate: village-organisation; known: city-centre, county-office',
  },
  {
    what: 'a self-check by somebody without an office over the subject',
    from: 'by: [township-committee] }]',
    to: 'by: [auditor] }]',
    path: '/stages/checked-by-committee/steps/0/by/0',
    zh: '对这类对象不任职的角色“auditor”；可用：city-centre',
    en: 'auditor; known: city-centre',
  },
  {
    what: 'a role that there is not',
    from: 'applicants: [base, township-committee]',
    to: 'applicants: [mayor, township-committee]',
    path: '/categories/3/applicants/0',
    zh: '应为其中之一：city-centre、county-office',
    en: 'must be one of: city-centre, county-office',
  },
  {
    what: 'a kind of record that there is not',
    from: 'evidence: work-plan',
    to: 'evidence: workplan',
    path: '/categories/0/criteria/1/required/evidence',
    zh: '没有可供这类对象登记的材料种类“workplan”；是否为 work-plan？可用：',
    en: 'workplan; did you mean work-plan? known: ',
  },
  {
    what: 'a kind of record that nobody records of the subject',
    from: 'evidence: teacher, atLeast: 1',
    to: 'evidence: township-schedule, atLeast: 1',
    path: '/categories/3/criteria/6/required/evidence',
    zh: '没有可供这类对象登记的材料种类“township-schedule”；可用：',
    en: 'no kind that is recorded of such a candidate: township-schedule; known: ',
  },
  {
    what: 'an attribute that such a record has not',
    from: 'where: { organiser: [BASE] }',
    to: 'where: { organizer: [BASE] }',
    path: '/categories/3/criteria/7/required/where/organizer',
    zh: 'training-event 没有可比较的字段“organizer”；是否为 organiser？可用：organiser、topic',
    en: 'training-event has no field to compare: organizer; did you mean organiser?',
  },
  {
    what: 'a value that the attribute never has',
    from: 'where: { subject: [FAULT_PROCEDURE] }',
    to: 'where: { subject: [FAULTS] }',
    path: '/categories/2/criteria/9/required/where/subject/0',
    zh: 'subject 没有这个值“FAULTS”；可用：MANAGEMENT_RULES、ADMINISTRATOR、FAULT_PROCEDURE、OTHER',
    en: 'subject has no value FAULTS; known: MANAGEMENT_RULES',
  },
  {
    what: 'a fact of sites that nobody records',
    from: 'fact: site.inPartyActivityRoom',
    to: 'fact: site.inPartyRoom',
    path: '/categories/2/criteria/1/required/fact',
    zh: '这类对象没有这一事实“site.inPartyRoom”；可用：site.mode、',
    en: 'nothing is recorded of such a candidate as site.inPartyRoom; known: site.mode, ',
  },
  {
    what: 'a fact of bases asked of a person',
    from: 'fact: inspection.inGoodOrder',
    to: 'fact: base.inGoodOrder',
    path: '/categories/5/criteria/5/required/fact',
    zh: '这类对象没有这一事实“base.inGoodOrder”；是否为 site.inGoodOrder？可用：',
    en: 'nothing is recorded of such a candidate as base.inGoodOrder; did you mean site.inGoodOrder?',
  },
  {
    what: 'a fact to deny by that nobody records',
    from: 'deniedByFact: site.networkWorks',
    to: 'deniedByFact: site.netWorks',
    path: '/categories/2/criteria/4/deniedByFact',
    zh: '这类对象没有这一事实“site.netWorks”；是否为 site.networkWorks？',
    en: 'did you mean site.networkWorks?',
  },
  {
    what: 'the score of an electorate that is not asked',
    from: 'fact: stream.mass.massesScore',
    to: 'fact: stream.mass.farmersScore',
    path: '/categories/5/criteria/8/required/fact',
    zh: '“stream.mass.farmersScore”；是否为 stream.mass.membersScore？可用：stream.mass.score、stream.mass.membersScore、stream.mass.massesScore',
    en: 'known: stream.mass.score, stream.mass.membersScore, stream.mass.massesScore',
  },
  {
    what: 'a roll-up of sites asked of a base',
    from: '{ fact: base.technicalTutors, atLeast: 1 }',
    to: '{ of: sites, fact: conformance, percent: 100, atLeast: 1 }',
    at: 'of: sites, fact: conformance, percent: 100, atLeast: 1',
    path: '/categories/3/criteria/10/required/of',
    zh: '只有 county、township 类别有下属站点可以汇总',
    en: 'sites are rolled up for county and township only',
  },
  {
    what: 'a share that nobody counts',
    from: 'of: site-administrators, fact: trained',
    to: 'of: site-administrators, fact: skilled',
    path: '/categories/1/criteria/4/required/fact',
    zh: 'site-administrators 不按这一事实汇总“skilled”；可用：trained',
    en: 'no share of site-administrators is measured by skilled; known: trained',
  },
  {
    what: 'a policy that there is not',
    from: 'fact: stream.mass.membersScore, atLeastPolicy: passMark',
    to: 'fact: stream.mass.membersScore, atLeastPolicy: passmark',
    path: '/categories/5/criteria/9/required/atLeastPolicy',
    zh: '没有这一以数字表示的参数“passmark”；是否为 passMark？可用：',
    en: 'passmark; did you mean passMark? known: ',
  },
  {
    what: 'a clause that there is not',
    from: 'clause: R39, note',
    to: 'clause: R75, note',
    path: '/policies/ballotStrata/provenance/clause',
    zh: '方案没有这一条款“R75”；可用：R1–R74',
    en: 'the plan has no clause R75; known: R1–R74',
  },
  {
    what: 'a kind of record that stands twice',
    from: '# third kind',
    to: '- { code: tree-planting, name: 种树, english: trees, clause: R53, ledger: activities }',
    at: 'code: tree-planting, name: 种树',
    path: '/recordKinds/2/code',
    zh: 'tree-planting 已用于/recordKinds/0',
    en: 'tree-planting is already taken by /recordKinds/0',
  },
  {
    what: 'a kind of record that the service has',
    from: 'code: tree-care',
    to: 'code: teacher',
    path: '/recordKinds/1/code',
    zh: 'teacher 已用于系统自带的材料种类',
    en: 'teacher is already taken by a kind of the service itself',
  },
  {
    what: 'a kind of record on an unknown clause',
    from: 'english: trees planted, clause: R53',
    to: 'english: trees planted, clause: R530',
    at: 'clause: R530',
    path: '/recordKinds/0/clause',
    zh: '方案没有这一条款“R530”；可用：R1–R74',
    en: 'the plan has no clause R530; known: R1–R74',
  },
  {
    what: 'a text that asks for what it is not told',
    from: '《{{ subject }}》',
    to: '《{{ subjcet }}》',
    path: '/notices/withdrawn/body',
    zh: 'withdrawn 的文本没有这个变量“subjcet”；是否为 subject？可用：',
    en: 'withdrawn is not told subjcet; did you mean subject? known: ',
  },
  {
    what: 'a text that ends too soon',
    from: '《{{ date }}》',
    to: '《{{ date 》',
    path: '/notices/lapsed/body',
    zh: '没有结束（文本第 1 行第 2 列）',
    en: 'not closed (line 1, column 2 of the text)',
  },
  {
    what: 'a procedure that there is not',
    from: 'procedure: base',
    to: 'procedure: bass',
    path: '/categories/3/procedure',
    zh: '没有这一程序“bass”；是否为 base？可用：county、township、village、base、person',
    en: 'no procedure is bass; did you mean base? known: county, township',
  },
  {
    what: 'a stage that there is not',
    from: 'is-exempt, applies, county, city]',
    to: 'is-exempted, applies, county, city]',
    path: '/procedures/person/2',
    zh: '没有这一环节“is-exempted”；是否为 is-exempt？可用：',
    en: 'no stage is is-exempted; did you mean is-exempt? known: ',
  },
  {
    what: 'a phase that there is not',
    from: 'cultivates: { code: concentratedCreation, name: 集中争创, english: concentrated creation, in: concentrated-creation',
    to: 'cultivates: { code: concentratedCreation, name: 集中争创, english: concentrated creation, in: concentrated-cultivation',
    path: '/stages/cultivates/in',
    zh: '没有这一阶段“concentrated-cultivation”；是否为 concentrated-creation？可用：mobilization、',
    en: 'no phase is concentrated-cultivation; did you mean concentrated-creation? known: ',
  },
  {
    what: 'a set of verdicts that there is not',
    from: 'by: [city-centre]\n        verdicts: five',
    to: 'by: [city-centre]\n        verdicts: fife',
    at: 'verdicts: fife',
    path: '/stages/city/steps/0/verdicts',
    zh: '没有这套结论用语“fife”；是否为 five？可用：five',
    en: 'no set of verdicts is fife; did you mean five? known: five',
  },
  {
    what: 'a stream that there is not',
    from: 'gathers: [mass, assessment]\n        passMark: true\n        told',
    to: 'gathers: [mass, assessments]\n        passMark: true\n        told',
    path: '/stages/applies-to-city/steps/0/gathers/1',
    zh: '没有这一评议环节“assessments”；是否为 assessment？可用：mass、assessment',
    en: 'no stream is assessments; did you mean assessment? known: mass, assessment',
  },
  {
    what: 'a rule that the step has not',
    from: 'rules: [forms-of-mobilization, every-site-reached]',
    to: 'rules: [forms-of-mobilization, signed]',
    path: '/stages/makes-a-plan/steps/1/rules/1',
    zh: '这一步骤没有这一规则“signed”；可用：forms-of-mobilization、every-site-reached',
    en: 'this step has no rule signed; known: forms-of-mobilization, every-site-reached',
  },
  {
    what: 'a step that does not say who takes it',
    from: 'self-check, clause: R57, by: [township-office] }',
    to: 'self-check, clause: R57 }',
    at: '{ step: self-check, clause: R57 }',
    path: '/stages/checked-by-office/steps/0/by',
    zh: '缺少这一项',
    en: 'is missing',
  },
  {
    what: 'a field that the step has not',
    from: '{ step: acknowledge, clause: R49 }',
    to: '{ step: acknowledge, clause: R49, issuer: county }',
    path: '/stages/acknowledges/steps/0/issuer',
    zh: '步骤“acknowledge”没有这一项“issuer”；',
    en: 'acknowledge has no field issuer; ',
  },
  {
    what: 'a key that there is not',
    from: 'timeZone: Asia/Shanghai',
    to: 'timezone: Asia/Shanghai',
    path: '/timezone',
    zh: '方案此处没有这一项“timezone”；是否为 timeZone？可用：id、',
    en: 'is not a property of a plan here: timezone; did you mean timeZone? known: id, ',
  },
];

/** The text with these changes, each made where its `from` stands. */
const changed = (wrong: readonly Wrong[]): string =>
  wrong.reduce((text, { from, to }) => {
    expect(text.split(from), from).toHaveLength(2);
    return text.replace(from, () => to);
  }, TEXT);

const lineOf = (text: string, { at, to }: Wrong): number =>
  text.slice(0, text.indexOf(at ?? to)).split('\n').length;

test('the plan that is made wrong here has no fault of its own', () => {
  expect(faultsOf(TEXT)).toEqual([]);
});

test.each(WRONG)('P5: $what is told where it stands, with what could stand there', (wrong) => {
  const text = changed([wrong]);
  const { path, zh, en } = wrong;
  const faults = faultsOf(text);
  expect(faults).toContainEqual(
    expect.objectContaining({
      path,
      line: lineOf(text, wrong),
      message: { zh: expect.stringContaining(zh), en: expect.stringContaining(en) },
    }),
  );
  // A misspelt key leaves the right one missing; nothing else brings a second fault.
  expect(faults.filter((fault) => fault.path !== path).map((fault) => fault.path)).toEqual(
    path === '/timezone' ? ['/timeZone'] : [],
  );
});

test('P6: all of them are told at once, as each is told alone', () => {
  const told = faultsOf(changed(WRONG));
  const alone = WRONG.flatMap((wrong) => faultsOf(changed([wrong])));
  const said = (faults: readonly PlacedFault[]) =>
    faults.map(({ path, message }) => `${path} ${message.en.split(';')[0]}`).sort();
  expect(said(told)).toEqual(said(alone));
});

test('P6: a message is in one language', () => {
  for (const { message } of faultsOf(changed(WRONG))) {
    // Names of a plan are Latin words; two that follow each other would be English.
    expect(message.zh).not.toMatch(/[a-z]{2,} [a-z]{2,} /);
    expect(message.en).not.toMatch(/[一-龥]/);
  }
});

test('a criterion that is asked at a review is told where the procedure has none', () => {
  const text = TEXT.replace(/^ {2}base: \[acknowledges.*$/m, '  base: [stands-still]').replace(
    /^stages:$/m,
    `stages:
  stands-still:
    code: evaluation
    in: evaluation
    steps: [{ step: apply, clause: R62 }, { step: confer, clause: R65, by: [county-office], authority: county }]`,
  );
  const told = faultsOf(text).filter(({ message }) => message.zh.includes('没有验收'));
  const ofBase = yijun.categories[3]?.criteria ?? [];
  expect(told.map(({ path }) => path)).toEqual(
    ofBase.flatMap(({ at }, index) =>
      at === 'acceptance' ? [`/categories/3/criteria/${index}/at`] : [],
    ),
  );
  expect(told.length).toBeGreaterThan(0);
});

test('a score of ballots is told where the procedure gathers none', () => {
  const text = TEXT.replace(/gathers: \[mass, assessment\]/g, 'gathers: [assessment]');
  expect(faultsOf(text).map(({ path }) => path)).toEqual([
    '/policies/streamWeights/value/mass',
    '/categories/4/criteria/3/required/fact',
    '/categories/5/criteria/8/required/fact',
    '/categories/5/criteria/9/required/fact',
  ]);
});

test('what only the base says is told at the line that extends it', () => {
  const text = TEXT.replace(/^ {2}R2:$/m, '  R200:');
  const line = text.split('\n').findIndex((one) => one.startsWith('extends:')) + 1;
  expect(line).toBeGreaterThan(0);
  expect(faultsOf(text)).toContainEqual(
    expect.objectContaining({
      path: '/notices/campaign-issued/clause',
      line,
      message: {
        zh: expect.stringMatching(/（出自 chuangping\/base@1）$/),
        en: expect.stringMatching(/\(said by chuangping\/base@1\)$/),
      },
    }),
  );
});

test('an unknown base does not hide the faults of the plan', () => {
  const text = TEXT.replace('chuangping/base@1', 'chuangping/base@7').replace(
    'evidence: work-plan',
    'evidence: workplan',
  );
  const paths = faultsOf(text).map(({ path }) => path);
  expect(paths).toEqual(['/extends', '/categories/0/criteria/1/required/evidence']);
});

describe('P6: of two things that are wrong, neither hides the other', () => {
  const yaml = readYaml(YIJUN);
  const expanded = expandPlan('value' in yaml ? yaml.value : null, planLibrary);
  const written = JSON.stringify('plan' in expanded ? expanded.plan : null);

  const pathsIn = (value: unknown, path: readonly string[]): (readonly string[])[] =>
    Object.entries(Object(typeof value === 'string' ? {} : value)).flatMap(([key, inner]) => [
      [...path, key],
      ...pathsIn(inner, [...path, key]),
    ]);
  const places = fc
    .constantFrom(...Object.entries(JSON.parse(written) as object))
    .chain(([key, inner]) => fc.constantFrom([key], ...pathsIn(inner, [key])));
  const values = fc.constantFrom<unknown>(7, 'zz', '', null, {}, [], true, 'R999', 'site.x');
  const change = fc.record({ path: places, value: values });
  type Change = { path: readonly string[]; value: unknown };

  function told(changes: readonly Change[]): string[] {
    const plan = JSON.parse(written);
    for (const { path, value } of changes) {
      const parent = path.slice(0, -1).reduce((at, key) => at[key], plan);
      parent[path.at(-1) ?? ''] = value;
    }
    const checked = validatePlan(plan);
    const faults = 'faults' in checked ? checked.faults : [];
    // What could stand in a place may be told otherwise when another part is wrong, too.
    return faults.map(({ path, message }) => `${path} ${message.en.split(';')[0]}`);
  }

  const JOINED = ['phases', 'stages', 'procedures', 'verdicts', 'streams'];

  const isWithin = (a: Change, b: Change): boolean =>
    `${b.path.join('/')}/`.startsWith(`${a.path.join('/')}/`);

  test('whatever they are', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(change, change, (first, second) => {
        fc.pre(!isWithin(first, second) && !isWithin(second, first));
        // Where a name in a procedure is not known, its steps cannot be joined.
        fc.pre(![first, second].every(({ path: [section = ''] }) => JOINED.includes(section)));
        const both = told([first, second]);
        expect(both).toEqual(expect.arrayContaining([...told([first]), ...told([second])]));
      }),
      { numRuns: 60 },
    );
  });
});
