import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { planLibrary } from '../../src/plan-library.ts';
import { renderNotice } from '../../src/rules/notice/notices.ts';
import { basisOf, cite, clauseIn, quoted } from '../../src/rules/plan/citations.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { REFUSING, RULE_NUMBERS } from '../../src/rules/plan/rule-numbers.ts';
import { readPlan, validatePlan } from '../../src/rules/plan-check/plan.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

function planOf(name: string): Plan {
  const checked = readPlan(parse(read(`plans/${name}.yaml`)), planLibrary);
  if ('faults' in checked) throw new Error(JSON.stringify(checked.faults, null, 2));
  return checked.plan;
}

const yijun = planOf('yijun-2017');
const wangyi = planOf('wangyi-2018');

const faultsOf = (plan: unknown) => {
  const checked = validatePlan(plan);
  return 'faults' in checked ? checked.faults : [];
};

test('every rule that the code cites is one that each plan must answer for', () => {
  const files = ['machines', 'src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.startsWith('rehearsal'))
      .map((name) => join(folder, name)),
  );
  const cited = files.flatMap((file) =>
    [...read(file).matchAll(/'(R[1-9][0-9]*)'/g)].map(([, rule]) => `${rule} in ${file}`),
  );
  expect(cited.length).toBeGreaterThan(80);
  expect(cited.filter((one) => !Object.hasOwn(RULE_NUMBERS, one.split(' ')[0] ?? ''))).toEqual([]);
});

describe('the sample of another county', () => {
  test('its sentences stand in its own text, word by word', () => {
    const source = read('plans/wangyi-2018.source.txt').replaceAll(/\s/g, '');
    const foreign = Object.entries(wangyi.clauses)
      .filter(([, { quote }]) => !source.includes(quote.replaceAll(/\s/g, '')))
      .map(([id]) => id);
    expect(foreign).toEqual([]);
  });

  test('it says of itself that it is a sample, in its number, its title and its issuer', () => {
    expect(wangyi.sample).toBe(true);
    const { issuerCode, issuer } = wangyi.document;
    for (const text of [issuerCode, issuer, wangyi.title]) expect(text).toContain('示例');
  });

  test('it shares no sentence, no category and no window with the plan of Yijun', () => {
    const quotes = new Set(Object.values(yijun.clauses).map(({ quote }) => quote));
    expect(Object.values(wangyi.clauses).filter(({ quote }) => quotes.has(quote))).toEqual([]);
    const codes = new Set(yijun.categories.map(({ code }) => code));
    expect(wangyi.categories.filter(({ code }) => codes.has(code))).toEqual([]);
    const ends = new Set(yijun.phases.map(({ end }) => end.slice(5)));
    expect(wangyi.phases.filter(({ end }) => ends.has(end.slice(5)))).toEqual([]);
  });
});

describe('what a rule rests on', () => {
  test('R48: each plan is quoted by its own number and in its own words', () => {
    expect(cite(yijun, 'R48')).toMatchObject({ rule: 'R48', clause: 'R48', provenance: null });
    expect(cite(yijun, 'R48').quote).toContain('在广泛征求基层党组织');
    expect(cite(wangyi, 'R48')).toMatchObject({ rule: 'R48', clause: 'W18', provenance: null });
    expect(cite(wangyi, 'R48').quote).toContain('先召开意见征求会');
  });

  test('R64: a rule without a sentence says who decided it, and quotes nobody', () => {
    const citation = cite(wangyi, 'R64');
    expect(citation).toMatchObject({ clause: null, quote: null });
    expect(citation.provenance).toMatchObject({ kind: 'county-decision' });
    expect(basisOf(wangyi, citation)).toBe('区级决定“三类对象均由区级最终确定，不报市级验收”');
    expect(clauseIn(wangyi, 'R64')).toBe('R64');
  });

  test('a criterion is the plan’s own and no rule of the service', () => {
    expect(cite(wangyi, 'W7')).toMatchObject({ rule: null, clause: 'W7', modality: 'E' });
  });

  test('a notice about a duty rests on the sentence that this plan has for it', () => {
    const told = renderNotice(wangyi, 'obligation-overdue', {
      campaignName: wangyi.title,
      addressee: '黄堡镇党委',
      subjectName: '黄堡镇',
      category: 'MODEL_STREET',
      at: '2018-06-11T00:00:00Z',
      params: { obligation: 'plan', dueAt: '2018-06-10T16:00:00Z' },
    });
    expect(told.clause).toBe('W18');
    expect(told.body).toContain(quoted(wangyi.clauses.W18?.quote ?? ''));
    expect(told.body).not.toContain('基层党组织和党员干部群众意见');
  });

  test('no notice of the sample quotes a sentence of Yijun', () => {
    for (const [template, { clause }] of Object.entries(wangyi.notices)) {
      const { quote, provenance } = cite(wangyi, clause);
      expect(quote !== null || provenance?.note !== undefined, template).toBe(true);
    }
  });
});

describe('faults of what a plan cites', () => {
  const withCites = (change: object) =>
    JSON.parse(JSON.stringify({ ...wangyi, cites: { ...wangyi.cites, ...change } }));
  test.each([
    ['R48', undefined, '/cites/R48', 'is missing'],
    ['R48', { kind: 'plan' }, '/cites/R48/clause', 'names its clause'],
    ['R48', { kind: 'plan', clause: 'W99' }, '/cites/R48/clause', 'no clause W99'],
    ['R48', { kind: 'plan', clause: 'W33' }, '/cites/R48/clause', 'only M and E may'],
    ['R48', { kind: 'default' }, '/cites/R48/note', 'who says it'],
    [
      'R48',
      { kind: 'default', clause: 'W18', note: '。' },
      '/cites/R48/clause',
      'quotes no clause',
    ],
    ['R3', { kind: 'default', note: '。' }, '/cites/R3', 'no such rule'],
  ])('%s = %j', (rule, given, path, message) => {
    const faults = faultsOf(withCites({ [rule]: given }));
    expect(faults).toContainEqual({
      path,
      message: { zh: expect.any(String), en: expect.stringContaining(message) },
    });
  });

  test('a plan that cites may not use the numbers of the rules for sentences of its own', () => {
    const clauses = { ...wangyi.clauses, R5: wangyi.clauses.W5 };
    expect(faultsOf({ ...wangyi, clauses }).map(({ path }) => path)).toContain('/clauses/R5');
  });

  test('a plan without cites answers for every rule by number', () => {
    const { cites: _, ...without } = wangyi;
    const paths = faultsOf(without).map(({ path }) => path);
    for (const rule of REFUSING) expect(paths).toContain(`/clauses/${rule}`);
  });
});
