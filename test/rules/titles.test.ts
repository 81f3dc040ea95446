import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NEUTRAL_TITLES, titleOf } from '../../machines/kit/titles.ts';
import { planLibrary } from '../../src/plan-library.ts';
import { inWords } from '../../src/rules/notice/notice-words.ts';
import { renderNotice } from '../../src/rules/notice/notices.ts';
import { cite } from '../../src/rules/plan/citations.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import { inPlansWords, rolesInWords, titlesOf } from '../../src/rules/plan/titles.ts';
import { DUTIES } from '../../src/rules/record/duties.ts';
import { plan as yijun } from '../machines/yijun.ts';

const { titles: _, ...rest } = yijun;
const silent: Plan = rest;
const courtyards: Plan = {
  ...silent,
  titles: {
    roles: { 'county-office': { name: '区妇联', english: 'the women’s federation' } },
    levels: { township: { name: '街道' } },
    things: { site: { name: '庭院', english: 'courtyard' } },
  },
};

// Only what is in quotes is said to anybody; comments are for those who read the code.
const stringsOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
    .flatMap((line) => line.match(/'[^']*'|`[^`]*`/g) ?? []);
const said = globSync('machines/**/*.ts')
  .filter((path) => !path.endsWith('kit/titles.ts'))
  .flatMap(stringsOf);

describe('the texts of the machines', () => {
  test('name no office, level or thing in the words of one county', () => {
    expect(said.length).toBeGreaterThan(1000);
    expect(said.filter((text) => /远程|组织部|乡镇|街道|站点|示范点|党委/.test(text))).toEqual([]);
  });

  test('put nothing in braces but what a plan can title', () => {
    const braced = [...said, ...DUTIES.flatMap(({ zh, en }) => [zh, en])].flatMap((text) =>
      [...text.matchAll(/(?<!\$)\{([a-z-]+)\}/g)].map(([, name = '']) => name),
    );
    expect(new Set(braced)).toContain('county-office');
    expect(braced.filter((name) => titleOf(NEUTRAL_TITLES, name) === undefined)).toEqual([]);
  });
});

describe('the words of a plan', () => {
  const text = {
    zh: '实地察看由{county-office}组织，{township}督查{site}{未定}',
    en: 'made by {county-office}; a {township} supervises its {site}',
  };

  test.each([
    [yijun, '实地察看由县远程办组织，乡镇（街道）督查站点{未定}'],
    [courtyards, '实地察看由区妇联组织，街道督查庭院{未定}'],
    [silent, '实地察看由县级主办单位组织，乡镇（街道）督查点位{未定}'],
  ])('fill a text of the service, or neutral ones do', (plan, zh) => {
    expect(inPlansWords(plan, text).zh).toBe(zh);
  });

  test('are neutral in English where the plan says only the Chinese', () => {
    expect(inPlansWords(courtyards, text).en).toBe(
      'made by the women’s federation; a township supervises its courtyard',
    );
    expect(titlesOf(courtyards).township).toEqual({ name: '街道', english: 'township' });
  });

  test('stand in who decided a rule for which there is no sentence', () => {
    const cites = { R49: { kind: 'default' as const, note: '落实到每个{site}' } };
    const plan = { ...courtyards, clauses: {}, cites };
    expect(cite(plan, 'R49').provenance?.note).toBe('落实到每个庭院');
    expect(cite(plan, 'R16').provenance?.note).toBe('庭院管理员年度培训全覆盖');
  });

  test('name the roles of a refusal, and of nobody’s plan the neutral ones', () => {
    const roles = ['county-office', 'auditor', 'anybody'];
    expect(rolesInWords(courtyards, roles)).toEqual({
      zh: '区妇联、审计员、参加活动的任一角色',
      en: 'the women’s federation, the auditor, any role in the campaign',
    });
    expect(rolesInWords(null, roles).zh).toMatch(/^县级主办单位、/);
  });

  test('stand in notices: who determined, whose seed is missing, what is owed', () => {
    expect(inWords(yijun, 'authority', 'city')).toBe('市远程教育中心');
    expect(inWords(courtyards, 'authority', 'county')).toBe('区妇联');
    expect(inWords(courtyards, 'silent', 'county-office')).toBe('区妇联');
    expect(inWords(courtyards, 'obligation', 'fault')).toBe('排除庭院故障');
    expect(inWords(courtyards, 'because', 'township-full')).toBe('因所在街道名额已满');
  });

  test('stand in the base’s texts, so that another county is not spoken to in ours', () => {
    const { notices, documents } = planLibrary['chuangping/base@1'] as Plan;
    const texts = [...Object.values(notices), ...Object.values(documents.kinds)];
    const foreign = texts
      .flatMap(({ title, body }) => [title, body])
      .filter((text) => /远程|组织部|乡镇|街道|站点|示范点|[县市]级/.test(text));
    expect(foreign).toEqual([]);
    const told = (plan: Plan) =>
      renderNotice({ ...plan, notices }, 'roster-amended', {
        campaignName: '试点活动',
        addressee: '某镇',
        subjectName: null,
        category: null,
        at: '2018-01-01T00:00:00Z',
        params: { added: 1, removed: 0, reason: '新建' },
      }).title;
    expect(told(courtyards)).toBe('关于调整庭院名册的通知');
    expect(told(silent)).toBe('关于调整点位名册的通知');
  });
});
