// The ledgers (台账): their contents, their clauses, and their columns with Chinese titles. A list, a
// page and a workbook of a ledger are made from the same rows.

import type { Plan } from '../plan/plan-schema.ts';
import type { RECORD_LEDGERS } from '../plan/record-ledgers.ts';
import { kindsOf } from './record-kinds.ts';

/** A row of any ledger; fields that a ledger does not have are null. */
export type LedgerRow = {
  id: string;
  campaignId: string;
  candidateId: string | null;
  kind: string;
  clause: string;
  subjectName: string | null;
  category: string | null;
  organisationId: string;
  organisationName: string;
  siteIds: string[];
  occurredOn: string;
  summary: string | null;
  form: string | null;
  detail: { [name: string]: unknown };
  status: string;
  colour: string;
  dueAt: string | null;
  closedOn: string | null;
  result: string | null;
  verdict: string | null;
  impact: string | null;
  promotionScope: string | null;
  remark: string | null;
  fileIds: string[];
  supersededBy: string | null;
  recordedBy: string;
  recordedByName: string;
  recordedAt: string;
};

export type ColumnKey = keyof LedgerRow;

export const COLUMN_TITLES: { readonly [Key in ColumnKey]?: { zh: string; en: string } } = {
  clause: { zh: '依据', en: 'Clause' },
  kind: { zh: '类别', en: 'Kind' },
  subjectName: { zh: '对象', en: 'Subject' },
  organisationName: { zh: '单位', en: 'Unit' },
  siteIds: { zh: '{site}', en: '{site}' },
  occurredOn: { zh: '日期', en: 'Date' },
  summary: { zh: '内容', en: 'Summary' },
  form: { zh: '方式', en: 'Form' },
  detail: { zh: '具体情况', en: 'Details' },
  status: { zh: '状态', en: 'Status' },
  colour: { zh: '预警', en: 'Colour' },
  dueAt: { zh: '期限', en: 'Due' },
  closedOn: { zh: '办结日期', en: 'Solved on' },
  result: { zh: '办结情况', en: 'Result' },
  verdict: { zh: '认定', en: 'Verdict' },
  impact: { zh: '影响', en: 'Impact' },
  promotionScope: { zh: '推广范围', en: 'Scope' },
  remark: { zh: '备注', en: 'Remark' },
  recordedByName: { zh: '登记人', en: 'Recorded by' },
  recordedAt: { zh: '登记时间', en: 'Recorded at' },
};

const PLACE: readonly ColumnKey[] = ['occurredOn', 'subjectName', 'organisationName', 'kind'];
const WHO: readonly ColumnKey[] = ['recordedByName', 'recordedAt', 'clause'];
const PLAIN: readonly ColumnKey[] = [...PLACE, 'summary', 'form', 'detail', 'status', ...WHO];
const LIVING: readonly ColumnKey[] = [
  ...PLACE,
  'summary',
  'detail',
  'status',
  'colour',
  'dueAt',
  'closedOn',
  'result',
  ...WHO,
];
const ASSESSED: readonly ColumnKey[] = [
  ...PLACE,
  'summary',
  'detail',
  'status',
  'impact',
  'promotionScope',
  'remark',
  ...WHO,
];
const SITED: readonly ColumnKey[] = [...PLACE, 'siteIds', 'summary', 'detail', 'status', ...WHO];

export type LedgerSource = 'records' | 'rectifications' | 'inspections';

export type Ledger = {
  code: string;
  zh: string;
  en: string;
  clause: string;
  source: LedgerSource;
  columns: readonly ColumnKey[];
};

const filled = (
  code: (typeof RECORD_LEDGERS)[number] | 'applications',
  zh: string,
  en: string,
  clause: string,
  columns: readonly ColumnKey[],
): Ledger => ({ code, zh, en, clause, source: 'records', columns });

export const LEDGERS: readonly Ledger[] = [
  filled('plans', '方案计划台账', 'Plans', 'R48', PLAIN),
  filled('mobilization', '动员台账', 'Mobilization', 'R49', [...PLAIN, 'siteIds']),
  filled('meetings', '会议台账', 'Meetings', 'R68', PLAIN),
  filled('activities', '学用活动台账', 'Activities', 'R53', PLAIN),
  filled('study', '集中学习台账', 'Study', 'R23', PLAIN),
  filled('problems', '问题台账', 'Problems', 'R8', LIVING),
  {
    code: 'rectifications',
    zh: '整改台账',
    en: 'Rectifications',
    clause: 'R59',
    source: 'rectifications',
    columns: LIVING,
  },
  filled('faults', '故障和设备台账', 'Faults and equipment', 'R11', [...LIVING, 'siteIds']),
  filled('trainings', '培训台账', 'Trainings', 'R16', SITED),
  filled('supervision', '监督管理指导台账', 'Supervision', 'R14', SITED),
  {
    code: 'inspections',
    zh: '检查台账',
    en: 'Inspections',
    clause: 'R58',
    source: 'inspections',
    columns: SITED,
  },
  filled('archives', '档案台账', 'Archives', 'R22', PLAIN),
  filled('cases', '典型案例台账', 'Cases', 'R17', ASSESSED),
  filled('exemplars', '典型台账', 'Exemplars', 'R8', PLAIN),
  filled('good-practice', '好做法台账', 'Good practice', 'R73', PLAIN),
  filled('publicity', '宣传报道台账', 'Publicity', 'R74', PLAIN),
  filled('persons', '个人学用台账', 'What persons achieved', 'R41', PLAIN),
  filled('applications', '申报台账', 'Applications', 'R62', PLAIN),
];

export const findLedger = (code: string): Ledger | undefined =>
  LEDGERS.find((ledger) => ledger.code === code);

/** The kinds a ledger of records holds in a campaign of this plan. */
export const kindsIn = (plan: Plan, { code }: Ledger): string[] =>
  code === 'applications'
    ? ['application-form']
    : kindsOf(plan).flatMap((kind) => (kind.ledger === code ? [kind.code] : []));

/** Filters of records, orders and inspections. */
export const STATUSES = [
  'recorded',
  'open',
  'overdue',
  'solved',
  'accepted',
  'rejected',
  'superseded',
  'void',
  'closed',
] as const;
