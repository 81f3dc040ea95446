import { describe, expect, test } from 'vitest';
import { type NoticeScope, noticeWriter } from '../../src/rules/notice/notices.ts';
import type { Plan } from '../../src/rules/plan/plan-schema.ts';
import {
  COMMAND_EFFORT,
  effortOf,
  TEXT_EFFORT,
  TooMuchEffort,
  TRANSACTION_EFFORT,
  variablesOf,
  writerOf,
} from '../../src/rules/plan/texts.ts';
import { validatePlan } from '../../src/rules/plan-check/plan.ts';
import { plan } from '../machines/yijun.ts';

const write = (text: string, values: object = {}, effort = effortOf(TEXT_EFFORT)) =>
  writerOf(text, values, effort)('彭镇党委');

const FINDINGS = Array.from({ length: 200 }, () => '问'.repeat(2_000));

/** Texts that are short and would be long. */
const HOSTILE = [
  ['a loop without end', '{% for i in (1..1000000000) %}x{% endfor %}'],
  ['an empty one', '{% for i in (1..100000) %}{% endfor %}'],
  ['loops in loops', '{% for i in (1..99) %}{% for j in (1..99) %}{{ j }}{% endfor %}{% endfor %}'],
  ['a long list told again and again', '{% for i in (1..900) %}{{ findings }}{% endfor %}'],
  ['the same joined', '{% for i in (1..900) %}{{ findings | join: "" | size }}{% endfor %}'],
  [
    'a text that doubles',
    `{% assign x = "12345678" %}${'{% assign x = x | append: x %}'.repeat(30)}`,
  ],
  [
    'a replacement that grows',
    `{% assign x = "11111111" %}${'{% assign x = x | replace: "1", x %}'.repeat(9)}`,
  ],
] as const;

describe('F14: what a text may cost is counted', () => {
  test.each(HOSTILE)('%s is stopped', (_, text) => {
    expect(() => write(text, { findings: FINDINGS })).toThrow(TooMuchEffort);
  });
  test.each([
    ['reads a file', "{% include 'package.json' %}"],
    ['draws lots', '{{ findings | sample }}'],
    ['reads the clock', "{{ 'now' | date: '%Y' }}"],
    ['looks for a text within a text', '{% if a contains b %}{% endif %}'],
    ['hides a text from the count', '{% capture x %}{{ findings }}{% endcapture %}'],
    ['says very much in one piece', `{{ a | append: "${'x'.repeat(300)}}}" }}`],
    ['is very long', 'x'.repeat(20_001)],
  ])('a text that %s is none', (_, text) => {
    expect(() => write(text, { a: 'x', b: 'x', findings: [] })).toThrow();
    expect(() => write(text, { a: 'x', b: 'x', findings: [] })).not.toThrow(TooMuchEffort);
  });
  test('what does not ask for the addressee is written once, and the text is the same', () => {
    const text = '{{ addressee }}：{% for one in findings %}{{ one }}；{% endfor %}{{ addressee }}';
    const effort = effortOf(TEXT_EFFORT);
    const writer = writerOf(text, { findings: ['甲', '乙'] }, effort);
    expect(writer('彭镇党委')).toBe('彭镇党委：甲；乙；彭镇党委');
    const left = effort.steps;
    expect(writer('五里镇党委')).toBe('五里镇党委：甲；乙；五里镇党委');
    expect(left - effort.steps).toBeLessThan((TEXT_EFFORT.steps - left) / 2);
  });
  test.each([
    '{% assign x = addressee %}{{ x }}{{ x }}',
    '{% for i in (1..2) %}{{ addressee }}{{ i }}{% endfor %}',
    '{% increment n %}{% increment n %}{{ addressee }}{% increment n %}',
    '{% cycle "a", "b" %}{{ addressee }}{% cycle "a", "b" %}',
    ' a {%- if addressee == "甲" -%} b {%- else -%} c {%- endif -%} d ',
  ])('%s is written for each as if it were for one', (text) => {
    const writer = writerOf(text, {}, effortOf(TEXT_EFFORT));
    for (const name of ['甲', '乙']) {
      expect(writer(name)).toBe(writerOf(text, {}, effortOf(TEXT_EFFORT))(name));
    }
    expect(writer('甲')).toBe(writerOf(text, {}, effortOf(TEXT_EFFORT))('甲'));
  });
  test('one command and all that it may catch up with fit into one transaction', () => {
    expect(TRANSACTION_EFFORT.steps).toBeGreaterThanOrEqual(5 * COMMAND_EFFORT.steps);
    expect(TRANSACTION_EFFORT.characters).toBeGreaterThanOrEqual(5 * COMMAND_EFFORT.characters);
  });
});

const withBody = (template: string, body: string): Plan => {
  const notice = plan.notices[template] ?? expect.unreachable(template);
  return { ...plan, notices: { ...plan.notices, [template]: { ...notice, body } } };
};
const scope: Omit<NoticeScope, 'addressee'> = {
  campaignName: '活动',
  subjectName: '彭村',
  category: 'DEMONSTRATION_VILLAGE',
  at: '2017-09-28T01:00:00Z',
  params: { kind: 'RANDOM', findings: FINDINGS },
};

test.each(HOSTILE)('F14: a plan with %s is refused at its publication', (_, text) => {
  const body = text.includes('findings') ? text : `{{ kind }}${text}`;
  const checked = validatePlan(withBody('inspection-recorded', body));
  expect(checked).toEqual({
    faults: [
      {
        path: '/notices/inspection-recorded/body',
        message: {
          zh: expect.stringMatching(/^文本成文的(?:步骤|字符)过多$/),
          en: expect.stringMatching(/too many (?:steps|characters)/),
        },
      },
    ],
  });
});

test('F14: so is one with such a document', () => {
  const kinds = plan.documents.kinds;
  const order = {
    ...kinds['rectification-order'],
    body: '{% for i in (1..5000) %}{{ i }}{% endfor %}',
  };
  const documents = { ...plan.documents, kinds: { ...kinds, 'rectification-order': order } };
  expect(validatePlan({ ...plan, documents })).toEqual({
    faults: [
      {
        path: '/documents/kinds/rectification-order/body',
        message: {
          zh: '文本成文的步骤过多',
          en: 'the text takes too many steps to be written',
        },
      },
    ],
  });
});

test('F14: what is spent with others is told, what is spent alone becomes a plain text', () => {
  const poisoned = withBody('inspection-recorded', '{% for i in (1..90000) %}x{% endfor %}');
  const own = effortOf(COMMAND_EFFORT, effortOf(TRANSACTION_EFFORT));
  const text = noticeWriter(poisoned, 'inspection-recorded', scope, own)('彭镇党委');
  expect(text.body).toContain('方案的模板未能成文');
  expect(text.body).toContain(FINDINGS.join('；'));
  const spent = effortOf(COMMAND_EFFORT, effortOf({ steps: 5, characters: 5 }));
  expect(() => noticeWriter(plan, 'inspection-recorded', scope, spent)('彭镇党委')).toThrow(
    TooMuchEffort,
  );
});

test('the names a text asks for are told, without those it makes itself', () => {
  expect(variablesOf('{% assign a = b %}{{ a }}{{ plan.title }}{{ addressee }}').sort()).toEqual([
    'addressee',
    'b',
    'plan',
  ]);
});
