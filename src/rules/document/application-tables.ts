// 申报表 as an official document: composed of what was frozen when it was applied with (R62).

import type { Subject } from '../../../machines/candidate/subject.ts';
import type { ApplicationBody, FieldDifference } from '../application/applications.ts';
import { bearsPersonalName, nameInForms } from '../candidate/subject.ts';
import { chineseDate } from '../notice/notice-words.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import { cite } from '../plan/citations.ts';
import { own } from '../plan/own.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { inChinese, titlesOf } from '../plan/titles.ts';
import { findKind } from '../record/record-kinds.ts';
import { localDate } from '../time/calendar.ts';
import { PRIORITY_CLASS_WORDS } from '../words/terms.ts';
import type { DocumentForm, DocumentTable, FormCell } from './document-content.ts';
import type { AboutCandidate } from './document-tables.ts';

const ROWS_MAX = 400;
const NONE = '无';

const points = (centi: number): string => `${centi / 100}分`;
const listed = (items: readonly string[]): string => (items.length === 0 ? NONE : items.join('；'));

/** How the form calls its candidate: its names as places, and its site by name. */
export type Applied = Pick<AboutCandidate, 'name' | 'organisation'> & { siteName: string | null };

/** The form, the criteria one by one, the evidence, and what a correction has corrected. */
export function applicationTables(
  plan: Plan,
  application: { body: ApplicationBody; sha256: string },
  applied: Applied,
): (DocumentForm | DocumentTable)[] {
  const { body } = application;
  return [
    applicationForm(plan, application, applied),
    criteriaTable(plan, body),
    evidenceTable(plan, body),
    ...(body.correction === null ? [] : [correctionTable(body, body.correction)]),
  ];
}

const BLANK = '　';
const label = (text: string, more: Omit<FormCell, 'text' | 'isLabel'> = {}): FormCell => ({
  text,
  isLabel: true,
  ...more,
});
const wide = (text: string, more: Omit<FormCell, 'text'> = {}): FormCell => ({
  text,
  columns: 4,
  ...more,
});

/** 申报表 as offices print it: who applies, the deeds, and a box for the opinion of each level (R62). */
function applicationForm(
  plan: Plan,
  { body, sha256 }: { body: ApplicationBody; sha256: string },
  applied: Applied,
): DocumentForm {
  const { candidate, declared, deadline, number } = body;
  const { signatureFile, signatureEvidence, attachments, priorityClass } = declared;
  const signature = [signatureEvidence, signatureFile?.name].filter((one) => one != null);
  const day = (at: string | null): string => dayOf(plan, at);
  return {
    title: `${candidate.categoryName}申报表`,
    shares: [0.18, 0.26, 0.17, 0.21, 0.18],
    cells: [
      ...(bearsPersonalName(candidate.subject)
        ? personRows(body, applied)
        : unitRows(plan, body, applied)),
      [label('评议考评情况'), wide(scoresOf(plan, body))],
      ...(priorityClass == null ? [] : [[label('优先类别'), wide(priorityInWords(priorityClass))]]),
      [label('主要事迹'), wide(declared.statement, { lines: 12 })],
      [label('附件'), wide(listed(attachments.map(({ name }) => name)))],
      [
        label('填报人'),
        { text: declared.signatory },
        label('填报日期'),
        { text: day(body.submittedAt), columns: 2 },
      ],
      [label('签字盖章'), wide(listed(signature))],
      ...(deadline.inTime ? [] : [[label('备注'), wide(lateness(deadline))]]),
      ...opinionsOf(plan, candidate.subject),
    ],
    smallPrint: `第${number}次申报，申报内容的散列（SHA-256）：${sha256}`,
  };
}

const priorityInWords = (code: string): string =>
  own<{ zh: string }>(PRIORITY_CLASS_WORDS, code)?.zh ?? code;

/** What nobody has on record is filled in by hand. */
const personRows = ({ candidate }: ApplicationBody, applied: Applied): FormCell[][] => [
  [
    label('姓名'),
    { text: nameInForms(candidate.subject, { ...candidate, ...applied }) },
    label('性别'),
    { text: BLANK },
    label('照片', { rows: 4, lines: 6 }),
  ],
  [label('出生年月'), { text: BLANK }, label('政治面貌'), { text: BLANK }],
  [label('所在单位'), { text: applied.organisation }, label('职务'), { text: BLANK }],
  [
    label('申报类别'),
    { text: candidate.categoryName },
    label('所在站点'),
    { text: applied.siteName ?? NONE },
  ],
];

const unitRows = (plan: Plan, { candidate }: ApplicationBody, applied: Applied): FormCell[][] => [
  [
    label('申报单位'),
    { text: nameInForms(candidate.subject, { ...candidate, ...applied }) },
    label('申报类别'),
    { text: candidate.categoryName, columns: 2 },
  ],
  [
    label('所在地区'),
    { text: applied.organisation },
    label(`所在${titlesOf(plan).site.name}`),
    { text: applied.siteName ?? NONE, columns: 2 },
  ],
  [label('负责人'), { text: BLANK }, label('联系电话'), { text: BLANK, columns: 2 }],
];

function scoresOf(plan: Plan, { scores }: ApplicationBody): string {
  const told = Object.entries(scores.figures).map(
    ([code, centi]) => `${plan.streams[code]?.name ?? code}${points(centi)}`,
  );
  const { compositeCenti } = scores;
  const all = [...told, ...(compositeCenti === null ? [] : [`综合得分${points(compositeCenti)}`])];
  return all.length === 0 ? NONE : all.join('，');
}

const OPINIONS = ['village', 'township', 'county', 'city'] as const;
/** A unit asks no opinion below itself. */
const LOWEST: { readonly [S in Subject]: (typeof OPINIONS)[number] } = {
  county: 'county',
  township: 'township',
  village: 'village',
  base: 'township',
  household: 'village',
  person: 'village',
};

/** A box for each level, with room for a seal and the day. */
function opinionsOf(plan: Plan, subject: Subject): FormCell[][] {
  const titles = titlesOf(plan);
  return OPINIONS.slice(OPINIONS.indexOf(LOWEST[subject])).map((level) => [
    label(`${titles[level].name}级意见`.replace(/）级意见$/, '）意见')),
    wide(BLANK, { lines: 5, foot: '（盖章）　　　　年　　月　　日　' }),
  ]);
}

const dayOf = (plan: Plan, at: string | null): string =>
  at === null ? NONE : chineseDate(localDate(Temporal.Instant.from(at), plan.timeZone));

const lateness = ({ admittedFor }: ApplicationBody['deadline']): string => {
  return admittedFor === null ? '逾期' : `逾期，准予提交：${admittedFor}`;
};

function criteriaTable(
  plan: Plan,
  { criteria, declared, selfCheck }: ApplicationBody,
): DocumentTable {
  const found = new Map(selfCheck.results.map(({ criterion, met }) => [criterion, met]));
  const stateOf = ({ id, at, measured }: ApplicationBody['criteria'][number]): string => {
    if (measured !== null) return measured.met ? '达标（有记录）' : '未达标（有记录）';
    if (at === 'acceptance') return '由验收评判';
    if (found.has(id) && !selfCheck.openFindings.includes(id)) return '自查达标';
    return declared.attestations.includes(id) ? '申报单位承诺达标' : NONE;
  };
  return {
    title: '对照标准情况',
    columns: ['序号', '标准', '依据', '情况', '材料件数'],
    rows: criteria.map((criterion, index) => [
      String(index + 1),
      criterion.text,
      cite(plan, criterion.clause).section,
      stateOf(criterion),
      String(criterion.evidence.length),
    ]),
  };
}

const VERDICTS = { accepted: '认可', rejected: '不予认可' } as const;

function kindInWords(plan: Plan, code: string): string {
  const kind = findKind(plan, code);
  return kind === undefined ? code : inChinese(plan, kind.zh);
}

function evidenceTable(plan: Plan, { evidence, evidenceTotal }: ApplicationBody): DocumentTable {
  const shown = evidence.slice(0, ROWS_MAX);
  const left = evidenceTotal - shown.length;
  const rows = shown.map(({ kind, occurredOn, summary, verdict }, index) => [
    String(index + 1),
    kindInWords(plan, kind),
    occurredOn === '' ? '' : chineseDate(occurredOn),
    summary,
    verdict === null ? '' : VERDICTS[verdict],
  ]);
  return {
    title: '材料清单',
    columns: ['序号', '种类', '日期', '内容', '认定'],
    rows: left === 0 ? rows : [...rows, ['', '', '', `其余${left}件见所冻结的申报`, '']],
  };
}

const FIELDS: { readonly [F in FieldDifference['field']]: string } = {
  statement: '申报陈述',
  attestations: '承诺事项',
  priorityClass: '优先类别',
  attachments: '附件',
  signature: '签字盖章',
  evidence: '材料',
};

function correctionTable(
  { corrected }: ApplicationBody,
  { corrections, answers, statement }: NonNullable<ApplicationBody['correction']>,
): DocumentTable {
  const answerTo = (place: number): string =>
    answers.find(({ correction }) => correction === place)?.text ?? statement;
  return {
    title: '补正情况',
    columns: ['序号', '告知的问题', '答复'],
    rows: [
      ...corrections.map(({ text }, index) => [String(index + 1), text, answerTo(index + 1)]),
      ['', '更正的内容', listed(corrected.map(({ field }) => FIELDS[field]))],
      ...corrected
        .filter(({ field }) => field === 'statement' || field === 'priorityClass')
        .map(({ field, from }) => ['', `${FIELDS[field]}原为`, plainOf(from)]),
    ],
  };
}

const plainOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? NONE : canonicalJson(value);
