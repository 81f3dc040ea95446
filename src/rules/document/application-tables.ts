// 申报表 as an official document: composed of what was frozen when it was applied with (R62).

import type { ApplicationBody, FieldDifference } from '../application/applications.ts';
import { nameInForms } from '../candidate/subject.ts';
import { chineseDate } from '../notice/notice-words.ts';
import { canonicalJson } from '../plan/canonical-json.ts';
import type { Plan } from '../plan/plan-schema.ts';
import { inChinese, titlesOf } from '../plan/titles.ts';
import { findKind } from '../record/record-kinds.ts';
import { localDate } from '../time/calendar.ts';
import type { DocumentAttachment } from './document-content.ts';

const ROWS_MAX = 400;
const NONE = '无';

const points = (centi: number | null): string => (centi === null ? NONE : String(centi / 100));
const listed = (items: readonly string[]): string => (items.length === 0 ? NONE : items.join('；'));

/** The form, the criteria one by one, the evidence, and what a correction has corrected. */
export function applicationTables(
  plan: Plan,
  { body, sha256 }: { body: ApplicationBody; sha256: string },
): DocumentAttachment[] {
  return [
    formTable(plan, body, sha256),
    criteriaTable(body),
    evidenceTable(plan, body),
    ...(body.correction === null ? [] : [correctionTable(body, body.correction)]),
  ];
}

function formTable(plan: Plan, body: ApplicationBody, sha256: string): DocumentAttachment {
  const { candidate, declared, scores, deadline, selfCheck, created } = body;
  const titles = titlesOf(plan);
  const day = (at: string | null): string => dayOf(plan, at);
  const { signatureFile, signatureEvidence, attachments } = declared;
  const signature = [signatureEvidence, signatureFile?.name].filter((one) => one != null);
  return {
    title: `${candidate.categoryName}申报表`,
    columns: ['项目', '内容'],
    rows: [
      ['类别', candidate.categoryName],
      ['申报对象', nameInForms(candidate.subject, candidate)],
      ['所在单位', candidate.organisation],
      [`所在${titles.site.name}`, candidate.siteId ?? NONE],
      ['第几次提交', String(body.number)],
      ['申报日期', day(body.submittedAt)],
      ['是否按期', timeliness(deadline)],
      ['申报陈述', declared.statement],
      ['创建确认', created.required ? day(created.at) : '不适用'],
      ['自查', selfCheck.required ? day(selfCheck.at) : '不适用'],
      ['未整改问题', listed(selfCheck.openFindings)],
      ...Object.entries(scores.figures).map(([code, centi]) => [
        `${plan.streams[code]?.name ?? code}得分`,
        points(centi),
      ]),
      ['综合得分', points(scores.compositeCenti)],
      ['优先类别', declared.priorityClass ?? NONE],
      ['附件', listed(attachments.map(({ name }) => name))],
      ['签字', declared.signatory],
      ['签字盖章', listed(signature)],
      ['申报散列', sha256],
      [`${titles.village.name}意见`, '　'],
      [`${titles['township-committee'].name}意见`, '　'],
      [`${titles['county-office'].name}意见`, '　'],
    ],
  };
}

const dayOf = (plan: Plan, at: string | null): string =>
  at === null ? NONE : chineseDate(localDate(Temporal.Instant.from(at), plan.timeZone));

const timeliness = ({ inTime, admittedFor }: ApplicationBody['deadline']): string => {
  if (inTime) return '按期';
  return admittedFor === null ? '逾期' : `逾期，准予提交：${admittedFor}`;
};

function criteriaTable({ criteria, declared, selfCheck }: ApplicationBody): DocumentAttachment {
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
      criterion.clause,
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

function evidenceTable(
  plan: Plan,
  { evidence, evidenceTotal }: ApplicationBody,
): DocumentAttachment {
  const shown = evidence.slice(0, ROWS_MAX);
  const left = evidenceTotal - shown.length;
  const rows = shown.map(({ kind, occurredOn, summary, verdict }, index) => [
    String(index + 1),
    kindInWords(plan, kind),
    occurredOn,
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
): DocumentAttachment {
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
