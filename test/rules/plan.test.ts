import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { Settings } from 'typebox/system';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { authorityOf, stepsOfKind } from '../../machines/procedure/reading.ts';
import { planLibrary } from '../../src/plan-library.ts';
import { expandPlan } from '../../src/rules/plan/extends.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { findCategory, validatePlan } from '../../src/rules/plan-check/plan.ts';
import { planFindings } from '../../src/rules/plan-check/plan-findings.ts';
import { procedureOf } from '../../src/rules/procedure/procedures.ts';
import type { Calendar } from '../../src/rules/time/calendar.ts';

const file = (name: string) =>
  readFileSync(new URL(`../../plans/${name}`, import.meta.url), 'utf8');
// Aliases in the YAML are one object: a copy through JSON makes a change stay where it is made.
const written = expandPlan(parse(file('yijun-2017.yaml')), planLibrary);
const text = JSON.stringify('plan' in written ? written.plan : written.faults);
const plan = valid(JSON.parse(text));
const calendar = JSON.parse(file('calendar-cn.json')) as Calendar;
const category = (code: string) => findCategory(plan, code) ?? expect.unreachable(code);
const criterion = (id: string) =>
  plan.categories.flatMap((one) => one.criteria).find((one) => one.id === id);

function valid(value: unknown): Plan {
  const checked = validatePlan(value);
  if ('faults' in checked) throw new Error(JSON.stringify(checked.faults, null, 2));
  return checked.plan;
}

function faultsOf(value: unknown) {
  const checked = validatePlan(value);
  return 'faults' in checked ? checked.faults : [];
}

/** The plan with one value replaced, or removed when none is given. */
function changed(path: string, value?: unknown): unknown {
  const copy = JSON.parse(text);
  const keys = path.split('/').slice(1);
  const last = keys.pop() as string;
  const parent = keys.reduce<Record<string, unknown>>(
    (at, key) => at[key] as Record<string, unknown>,
    copy,
  );
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

describe('the plan of Yijun', () => {
  test('every sentence from R1 to R74 is quoted as the document writes it', () => {
    const source = file('yijun-2017.source.txt').replaceAll(/\s/g, '');
    const ids = Array.from({ length: 74 }, (_, index) => `R${index + 1}`);
    expect(Object.keys(plan.clauses)).toEqual(ids);
    const foreign = Object.entries(plan.clauses)
      .filter(([, { quote }]) => !source.includes(quote.replaceAll(/\s/g, '')))
      .map(([id]) => id);
    expect(foreign).toEqual([]);
  });
  test.each(['yijun-2017', 'wangyi-2018', 'yintai-2019'])(
    'O7: the text of %s is its source’s, word by word',
    (name) => {
      const own = parse(file(`${name}.yaml`)).document.text.replaceAll(/\s/g, '');
      expect(file(`${name}.source.txt`).replaceAll(/\s/g, '')).toContain(own);
      expect(own.length).toBeGreaterThan(300);
    },
  );
  test('modality is as numbered: R10–R45 are eligibility except the preference R27', () => {
    const of = (modality: string) =>
      Object.keys(plan.clauses).filter((id) => plan.clauses[id]?.modality === modality);
    const span = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => `R${from + index}`);
    expect(of('E')).toEqual(span(10, 45).filter((id) => id !== 'R27'));
    expect(of('P')).toEqual(['R27']);
    expect(of('S')).toEqual(['R7', 'R9', 'R50', 'R55']);
    expect(of('I')).toEqual(['R1', 'R3', 'R4', 'R5', 'R6']);
  });
  test.each([
    ['ADVANCED_COUNTY', 10, 13],
    ['DEMONSTRATION_TOWNSHIP', 14, 17],
    ['DEMONSTRATION_VILLAGE', 18, 25],
    ['DEMONSTRATION_BASE', 26, 31],
    ['ADVANCED_WORKER', 32, 34],
    ['OUTSTANDING_SITE_ADMINISTRATOR', 35, 39],
    ['LEARNING_APPLICATION_PACESETTER', 40, 45],
  ])('%s rests on R%i to R%i, each of them and no other', (code, from, to) => {
    const clauses = new Set(category(code).criteria.map((one) => Number(one.clause.slice(1))));
    expect([...clauses].sort((a, b) => a - b)).toEqual(
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
    );
  });
  test('two cases at the county, three at the township, one or an experience at the village (Q4)', () => {
    expect(criterion('county.showcase-cases')?.required).toMatchObject({
      atLeast: 2,
      where: { impact: ['MAJOR'], promotionScope: ['CITYWIDE'] },
    });
    expect(criterion('township.showcase-cases')?.required?.atLeast).toBe(3);
    expect(criterion('village.experience-or-case')?.required?.anyOf).toHaveLength(2);
  });
  test('bases count in the roster of the county (R12) and not in that of a township (R15)', () => {
    expect(criterion('county.sites-conform')?.required?.siteKinds).toContain('BASE');
    expect(criterion('township.sites-conform')?.required?.siteKinds).not.toContain('BASE');
  });
  test('criteria that rest on documents we do not hold say so (Q19)', () => {
    const external = plan.categories.flatMap((one) => one.criteria).filter((one) => one.external);
    expect(external.map((one) => one.id)).toEqual([
      'county.policy-implementation',
      'township.policy-implementation',
    ]);
  });
  test('only the base is determined by the county, because R65 does not name it (Q1)', () => {
    expect(plan.clauses.R65?.quote).not.toContain('基地');
    const county = plan.categories.filter(
      ({ code }) => authorityOf(procedureOf(plan, code)) === 'county',
    );
    expect(county.map((one) => one.code)).toEqual(['DEMONSTRATION_BASE']);
    expect(county[0]?.provenance?.kind).toBe('county-decision');
  });
  test('the county does not accept itself (Q3)', () => {
    const skipping = plan.categories.filter(
      ({ code }) => stepsOfKind(procedureOf(plan, code), 'select').length === 0,
    );
    expect(skipping.map((one) => one.code)).toEqual(['ADVANCED_COUNTY']);
  });
  test.each([
    ['示范乡镇', 'DEMONSTRATION_TOWNSHIP'],
    ['示范乡（镇、街道）', 'DEMONSTRATION_TOWNSHIP'],
    ['优秀管理员', 'OUTSTANDING_SITE_ADMINISTRATOR'],
    ['先进区县', 'ADVANCED_COUNTY'],
  ])('%s is a name of %s (Q2)', (name, code) => {
    expect(findCategory(plan, name)?.code).toBe(code);
  });
  test('a name that no category has is found nowhere', () => {
    expect(findCategory(plan, '先进集体')).toBeUndefined();
  });
  test('the notice of issue needs no more than it is given', async () => {
    const liquid = new Liquid({ strictVariables: true, strictFilters: true });
    const scope = {
      plan,
      addressee: '彭镇党委',
      documentNumber: '君组发〔2017〕39号',
      issueDate: '2017年5月20日',
      issuer: null,
    };
    const { title, body } = plan.notices['campaign-issued'] ?? expect.unreachable();
    expect(await liquid.parseAndRender(title, scope)).toContain('四创三评');
    expect(await liquid.parseAndRender(body, scope)).toContain('彭镇党委');
  });
});

describe('what other plans may say', () => {
  test('a subset of the categories', () => {
    const { categories } = plan;
    valid({ ...plan, categories: [categories[2], categories[6]] });
  });
  test('no final authority: such a category is valid and cannot be conferred', () => {
    const steps = '/stages/county-alone/steps/3/stated';
    valid(changed(steps, false));
  });
  test('no quota', () => {
    valid(changed('/categories/2/quota', null));
  });
  test('a share as a quota, and maxima of places', () => {
    valid(changed('/categories/2/quota', { share: 30, of: 'registered', rounding: 'up' }));
    valid(changed('/categories/2/caps', [{ per: 'township', max: 1 }]));
  });
  test('other windows', () => {
    valid(changed('/phases/3/end', '2017-12-15'));
  });
  test('phases that overlap, more of them, and no gates', () => {
    const [first, second, third, fourth] = plan.phases.map(({ leave: _, ...phase }) => phase);
    const visits = { ...third, code: 'visits', name: '察看', start: '2017-10-15' };
    valid({ ...plan, phases: [first, second, third, visits, fourth] });
  });
  test('days between two phases, which the one before goes on into', () => {
    const gap = valid(changed('/phases/1/end', '2017-09-15'));
    const found = planFindings(gap, calendar).filter(({ code }) => code === 'gap-between-phases');
    expect(found).toMatchObject([{ path: '/phases/2/start' }]);
    expect(planFindings(plan, calendar).map(({ code }) => code)).not.toContain(
      'gap-between-phases',
    );
  });
});

const TWICE = [1, 2].map((max) => ({ per: 'unit', max }));

test('a procedure, a stage or a set of verdicts that nothing names deserves a second look', () => {
  const stage = { code: 'spare', name: '备用', english: 'spare', in: 'evaluation', steps: [] };
  const spare = {
    ...plan,
    procedures: { ...plan.procedures, spare: ['applies', 'county'] },
    stages: { ...plan.stages, spare: stage },
    verdicts: { ...plan.verdicts, spare: { 同意: { english: 'yes', effect: 'advance' } } },
  };
  const calendar = { version: 'none', years: {} };
  const unused = (of: unknown) =>
    planFindings(valid(of), calendar).flatMap(({ code, path }) => (code === 'unused' ? path : []));
  expect(unused(plan)).toEqual([]);
  expect(unused(spare)).toEqual(['/procedures/spare', '/stages/spare', '/verdicts/spare']);
});

describe('faults', () => {
  test.each([
    ['/title', undefined, 'is missing'],
    ['/clauses/R75x', {}, 'the name must match'],
    ['/divisionCode', 'Yijun', 'must match'],
    ['/document/issueDate', '2017-02-30', 'not a day'],
    ['/phases/1/clause', 'R99', 'no clause R99'],
    ['/phases/1/start', '2017-04-30', 'begins before the phase above it'],
    ['/phases/3/end', '2017-10-31', 'before it starts'],
    ['/phases/0/effectiveFrom', '2017-07-01', 'outside'],
    ['/phases/3/code', 'mobilization', 'already taken by /phases/0/code'],
    ['/phases/0/code', 'concluded', 'no code for a phase'],
    ['/categories/1/code', 'ADVANCED_COUNTY', 'already taken'],
    ['/categories/1/aliases/0', '先进区县', 'already taken'],
    ['/categories/0/criteria/2/id', 'county.work-plan', 'already taken'],
    ['/categories/0/criteria/0/clause', 'R99', 'no clause R99'],
    ['/categories/0/criteria/0/modality', 'M', 'but clause R10 is E'],
    ['/categories/0/criteria/6/required', {}, 'a count needs'],
    ['/categories/4/criteria/3/required/atLeastPolicy', 'toString', 'no policy'],
    ['/categories/0/track', 'APPRAISE', 'appraised'],
    ['/categories/0/procedure', 'constructor', 'no procedure is constructor'],
    ['/procedures/township/0', 'toString', 'no stage is toString'],
    ['/stages/county/steps/0/by/0', 'township-committee', 'not above such a candidate'],
    ['/categories/0/applicants/0', 'mayor', 'must be one of: city-centre'],
    ['/categories/3/provenance', { kind: 'plan' }, 'names its clause'],
    ['/policies/passMark', undefined, 'is missing'],
    ['/policies/streamWeights/value', { mass: 50, assessment: 60 }, 'make 110, not 100'],
    ['/policies/streamWeights/value/assesment', 60, 'did you mean assessment?'],
    ['/policies/tieChain/value/0', 'mass-score', 'no stream mass-score'],
    ['/policies/rectificationDays/value', 61, 'exceeds'],
    ['/categories/0/quota', { share: 101, of: 'registered', rounding: 'down' }, ''],
    ['/categories/0/caps', [{ priorityClass: 'OTHER', max: 1 }], 'no preference class'],
    ['/categories/3/caps', TWICE, 'unit stands twice'],
    ['/categories/3/classMinima', [{ priorityClass: 'OTHER', min: 9 }], 'asks for 9 places'],
    ['/policies/passMark/provenance/clause', 'R0', 'must match'],
    ['/policies/passMark/provenance/clause', 'R80', 'no clause R80'],
    ['/categories/4/criteria/3/required/atLeastPolicy', 'gradePoints', 'that is a number'],
    ['/categories/0/criteria/5/required/fact', 'painted', 'no share of sites'],
    ['/categories/0/criteria/5/required/of', 'toString', 'no share is measured of toString'],
    ['/notices/campaign-issued/clause', 'R99', 'no clause R99'],
    ['/notices/rectification-order', undefined, 'is missing'],
    ['/notices/selected/body', '{{ rank', 'not closed'],
    ['/notices/selected/title', '{{ rank | tenfold }}', 'tenfold'],
    ['/notices/selected/body', '{% if rank > 9 %}{{ score }}{% endif %}', 'not told score'],
    ['/notices/selected/body', '{{ plan.policies.nothing.value }}', 'undefined variable'],
    ['/document/issueDate', '2018-05-20', 'the year of the document number'],
    ['/document/issueDate', '2017-07-01', 'after the first phase'],
    ['/categories/2/criteria/0/required/fact', 'weather', 'nothing is recorded'],
    ['/categories/2/criteria/0/required/equals', true, 'a text, not a boolean'],
    ['/categories/2/criteria/3/required/anyOf/0/fact', 'site.mode', 'a text, not a number'],
    ['/categories/0/code', 'a b', 'must match'],
  ])('%s = %j is told where it stands', (path, value, message) => {
    const faults = faultsOf(changed(path, value));
    expect(faults).toContainEqual({
      path: expect.stringMatching(new RegExp(`^${path.replace(/(?:\/equals)$/, '')}`)),
      message: { zh: expect.any(String), en: expect.stringContaining(message) },
    });
  });
  test('a gate that nobody asks for is told at the phase that lists it', () => {
    const { R58: _, ...clauses } = plan.clauses;
    const cites = (kind: string) => ({ R58: { kind, note: '实地察看' } });
    const faults = (kind: string) =>
      faultsOf({ ...plan, clauses, cites: cites(kind) }).filter(({ path }) =>
        path.startsWith('/phases/'),
      );
    expect(faults('default').map(({ path }) => path)).toEqual([
      '/phases/2/leave/1',
      '/phases/2/leave/2',
    ]);
    expect(faults('county-decision')).toEqual([]);
  });
  test('a class cannot have fewer places at most than at least', () => {
    const category = {
      ...plan.categories[3],
      caps: [{ priorityClass: 'OTHER', max: 1 }],
      classMinima: [{ priorityClass: 'OTHER', min: 2 }],
    };
    expect(faultsOf(changed('/categories/3', category))).toEqual([
      {
        path: '/categories/3/classMinima/0/min',
        message: { zh: expect.any(String), en: expect.stringContaining('may have 1') },
      },
    ]);
  });
  test('a clause that is taken away is missed everywhere it is used', () => {
    const paths = faultsOf(changed('/clauses/R59')).map((one) => one.path);
    expect(paths).toEqual([
      '/policies/rectificationDays/provenance/clause',
      '/policies/rectificationDaysMax/provenance/clause',
      '/policies/dueSoonWorkingDays/provenance/clause',
      '/policies/escalationWorkingDays/provenance/clause',
      '/policies/openRectificationBlocks/provenance/clause',
      '/policies/rectificationBehindPercent/provenance/clause',
      '/policies/reopensBeforeEscalation/provenance/clause',
      '/clauses/R59',
      ...Object.keys(plan.notices)
        .filter((name) => plan.notices[name]?.clause === 'R59')
        .map((name) => `/notices/${name}/clause`),
      '/documents/kinds/circular-of-criticism/clause',
      '/documents/kinds/rectification-order/clause',
    ]);
  });
  test('a broken part does not hide the faults of the others', () => {
    const broken = changed('/categories/0/name', '') as Plan;
    const paths = faultsOf({ ...broken, phases: plan.phases.toReversed() }).map((one) => one.path);
    expect(paths).toContain('/categories/0/name');
    expect(paths).toContain('/phases/1/start');
  });
  test('all faults are told, however many, and the limit of TypeBox is left as it was', () => {
    const before = Settings.Get().maxErrors;
    const clauses = Object.fromEntries(Object.keys(plan.clauses).map((id) => [id, {}]));
    expect(faultsOf({ ...plan, clauses }).length).toBeGreaterThanOrEqual(74 * 4);
    expect(Settings.Get().maxErrors).toBe(before);
  });
  test('anything at all is answered, with faults and without throwing', () => {
    const parts = fc.record(
      {
        document: fc.anything(),
        clauses: fc.anything(),
        phases: fc.array(fc.anything()),
        categories: fc.array(fc.anything()),
        policies: fc.anything(),
        notices: fc.dictionary(fc.string(), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), parts), (value) => {
        expect(faultsOf(value)).not.toEqual([]);
      }),
    );
  });
});
