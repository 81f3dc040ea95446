// 验收表: what the visit found, what each of the panel said and why, and the conclusion, as they were given (R63, R64).

import type { Judgement } from '../../../machines/candidate/events.ts';
import { nameInForms } from '../candidate/subject.ts';
import { chineseDate } from '../notice/notice-words.ts';
import { cite } from '../plan/citations.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { findCategory } from '../plan-check/plan.ts';
import { localDate } from '../time/calendar.ts';
import { eventInWords } from '../words/events.ts';
import { verdictInWords } from '../words/states.ts';
import type { DocumentForm, DocumentTable, FormCell } from './document-content.ts';
import type { AboutCandidate } from './document-tables.ts';

/** The review of a candidate at one stage, as its log and its ledgers have it. */
export type Reviewed = {
  visits: readonly {
    occurredOn: string;
    place: string;
    verifiers: readonly string[];
    findings: readonly string[];
  }[];
  /** The panel that has concluded or sits, by name; null without one. */
  panel: {
    members: readonly { name: string; isChair: boolean; verdict: string | null; reasons: string }[];
    tieBreak: string | null;
  } | null;
  /** The last verdict; null before it is given. */
  verdict: {
    type: string;
    word: string | null;
    at: string;
    judged: readonly Judgement[];
    /** What it asks or why it was given, in the words of the reviewer. */
    lines: readonly string[];
  } | null;
};

const BLANK = '　';
const label = (text: string): FormCell => ({ text, isLabel: true });
const wide = (text: string, more: Omit<FormCell, 'text'> = {}): FormCell => ({
  text,
  columns: 3,
  ...more,
});
const joined = (texts: readonly string[]): string =>
  texts.length === 0 ? BLANK : [...new Set(texts)].join('、');

/** The sheet: who was looked at, each criterion with what was found, the panel's words and the conclusion. */
export const acceptanceSheet = (
  plan: Plan,
  about: AboutCandidate & { siteName: string | null },
  reviewed: Reviewed,
): (DocumentForm | DocumentTable)[] => [
  headForm(plan, about, reviewed),
  criteriaTable(plan, about, reviewed),
  conclusionForm(plan, about, reviewed),
];

const SHARES = [0.18, 0.32, 0.18, 0.32];

function headForm(
  plan: Plan,
  about: AboutCandidate & { siteName: string | null },
  { visits }: Reviewed,
): DocumentForm {
  const category = findCategory(plan, about.category);
  return {
    title: `${category?.name ?? about.category}验收表`,
    shares: SHARES,
    cells: [
      [
        label('验收对象'),
        { text: nameInForms(category?.subject, about) },
        label('申报类别'),
        { text: category?.name ?? about.category },
      ],
      [
        label('所在单位'),
        { text: about.organisation },
        label('所在站点'),
        { text: about.siteName ?? '无' },
      ],
      [
        label('验收时间'),
        { text: joined(visits.map(({ occurredOn }) => chineseDate(occurredOn))) },
        label('验收地点'),
        { text: joined(visits.map(({ place }) => place)) },
      ],
      [label('验收人员'), wide(joined(visits.flatMap(({ verifiers }) => verifiers)))],
    ],
    smallPrint: null,
  };
}

function criteriaTable(plan: Plan, about: AboutCandidate, { verdict }: Reviewed): DocumentTable {
  const criteria = plan.categories.find(({ code }) => code === about.category)?.criteria ?? [];
  const judged = new Map(verdict?.judged.map((one) => [one.criterion, one]));
  return {
    title: '对照标准验收情况',
    columns: ['序号', '标准', '依据', '验收情况', '说明'],
    rows: criteria.map(({ id, text, clause, at }, index) => {
      const found = judged.get(id);
      return [
        String(index + 1),
        text,
        cite(plan, clause).section,
        found === undefined
          ? (UNJUDGED[at ?? 'acceptance'] ?? BLANK)
          : found.met
            ? '达标'
            : '未达标',
        found?.remark ?? '',
      ];
    }),
  };
}

/** What records have shown before is not judged again. */
const UNJUDGED: { readonly [at: string]: string } = {
  application: '申报时已核',
  'self-check': '自查时已核',
};

function conclusionForm(plan: Plan, about: AboutCandidate, reviewed: Reviewed): DocumentForm {
  const { visits, panel, verdict } = reviewed;
  const findings = visits.flatMap((visit) => visit.findings);
  const { compositeCenti } = about;
  return {
    title: '验收结论',
    shares: SHARES,
    cells: [
      ...(compositeCenti === null ? [] : [[label('综合得分'), wide(`${compositeCenti / 100}分`)]]),
      ...(visits.length === 0
        ? []
        : [
            [
              label('实地验收情况'),
              wide(findings.length === 0 ? '未发现问题' : numbered(findings), { lines: 4 }),
            ],
          ]),
      ...(panel === null
        ? []
        : [
            [label('验收组意见'), wide(opinionsOf(plan, panel), { lines: 5 })],
            [label('验收组签字'), wide(BLANK, { lines: 3 })],
          ]),
      [
        label('验收结论'),
        wide(conclusionOf(plan, verdict), { lines: 6, foot: '（盖章）　　　　年　　月　　日　' }),
      ],
    ],
    smallPrint: null,
  };
}

const numbered = (lines: readonly string[]): string =>
  lines.map((line, index) => `${index + 1}．${line}`).join('\n');

const opinionsOf = (plan: Plan, { members, tieBreak }: NonNullable<Reviewed['panel']>): string =>
  [
    ...members.map(({ name, isChair, verdict, reasons }) => {
      const said = verdict === null ? '未提出意见' : `${inWords(plan, verdict, null)}。${reasons}`;
      return `${name}${isChair ? '（组长）' : ''}：${said}`;
    }),
    ...(tieBreak === null ? [] : [`意见未过半数，由组长决定：${tieBreak}`]),
  ].join('\n');

function conclusionOf(plan: Plan, verdict: Reviewed['verdict']): string {
  if (verdict === null) return BLANK;
  const day = chineseDate(localDate(Temporal.Instant.from(verdict.at), plan.timeZone));
  const { lines } = verdict;
  return [
    `${day}，${inWords(plan, verdict.type, verdict.word)}。`,
    ...(lines.length > 1 ? lines.map((line, index) => `${index + 1}．${line}`) : lines),
  ].join('\n');
}

/** A verdict in the word of the plan, where it was given with one. */
const inWords = (plan: Plan, verdict: string, word: string | null): string =>
  verdictInWords(plan, word ?? verdict)?.zh ?? eventInWords('candidate', verdict)?.zh ?? verdict;
