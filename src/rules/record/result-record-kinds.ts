// Kinds of results: cases, exemplars, publicity, and the achievements of persons.

import Type from 'typebox';
import {
  ALL_RECORDERS,
  DayText,
  Figure,
  NONE_AROSE,
  optional,
  PERSON,
  People,
  type RecordKind,
  Text,
  Texts,
} from './record-kind.ts';

/** R8, R13, R17, R25, R58, R73, R74. */
const RESULTS: readonly RecordKind[] = [
  {
    code: 'showcase-case',
    zh: '学用成果转化典型案例',
    en: 'showcase case',
    clause: 'R17',
    ledger: 'cases',
    // The title identifies a case, which counts once within a level (Q4).
    fields: { title: Text(200), households: optional(People), incomeYuan: optional(Figure) },
    assessed: true,
  },
  {
    code: 'experience',
    zh: '学用经验',
    en: 'learning experience',
    clause: 'R25',
    ledger: 'cases',
    fields: { title: optional(Text(200)) },
  },
  {
    code: 'exemplar',
    zh: '典型',
    en: 'exemplar',
    clause: 'R8',
    ledger: 'exemplars',
    fields: { name: Text(200), deeds: optional(Text(2000)) },
    by: ALL_RECORDERS,
  },
  {
    code: 'good-practice',
    zh: '好做法、好经验',
    en: 'good practice',
    clause: 'R73',
    ledger: 'good-practice',
    fields: { title: Text(200) },
    by: ['township-office', 'county-office', 'integrator'],
  },
  {
    code: 'publicity',
    zh: '宣传报道',
    en: 'publicity record',
    clause: 'R74',
    ledger: 'publicity',
    fields: {
      channel: Text(100),
      url: optional(Type.String({ maxLength: 500, pattern: '^https?://[^\\s/]+(/\\S*)?$' })),
      // The day of the reported event is required, because it makes publicity timely or late.
      eventOn: DayText,
    },
    by: ALL_RECORDERS,
  },
  {
    // Nobody is to invent what did not happen; which duties it is said of is a policy of the plan.
    code: NONE_AROSE,
    zh: '没有发生的说明',
    en: 'statement that none arose',
    clause: 'R8',
    ledger: 'archives',
    fields: { duty: Text(60) },
    by: ['township-office', 'county-office'],
  },
  {
    code: 'other',
    zh: '其他',
    en: 'other',
    clause: 'R8',
    ledger: 'archives',
    fields: { name: Text(200), note: optional(Text(2000)) },
  },
];

/** R36, R38, R40–R45. */
const PERSONS: readonly RecordKind[] = [
  {
    code: 'feedback',
    zh: '意见和建议',
    en: 'opinion collected',
    clause: 'R38',
    ledger: 'problems',
    fields: { from: optional(Text(100)) },
    life: 'feedbackWorkingDays',
  },
  {
    code: 'learning-record',
    zh: '学用记录、总结和效果评价',
    en: 'records, summaries and evaluations',
    clause: 'R38',
    ledger: 'persons',
    fields: {},
  },
  {
    code: 'attendance',
    zh: '集中学习出勤',
    en: 'attendance of common study',
    clause: 'R40',
    ledger: 'study',
    fields: { attended: People, held: optional(People) },
    of: PERSON,
  },
  {
    code: 'technique',
    zh: '掌握的实用技术',
    en: 'technique mastered',
    clause: 'R41',
    ledger: 'persons',
    fields: { name: Text(200) },
    of: PERSON,
  },
  {
    code: 'market-information',
    zh: '掌握的市场供求信息',
    en: 'market sector mastered',
    clause: 'R41',
    ledger: 'persons',
    fields: { sector: Text(200) },
    of: PERSON,
  },
  {
    code: 'practice-result',
    zh: '学用实效',
    en: 'result in practice',
    clause: 'R42',
    ledger: 'persons',
    fields: { effect: optional(Text()) },
    of: PERSON,
  },
  {
    code: 'new-project',
    zh: '新上致富项目',
    en: 'new project',
    clause: 'R43',
    ledger: 'persons',
    fields: { investmentYuan: Figure, yearlyIncomeYuan: optional(Figure) },
    of: PERSON,
  },
  {
    code: 'expansion',
    zh: '扩大生产规模',
    en: 'expansion of production',
    clause: 'R43',
    ledger: 'persons',
    fields: { measuredIn: Text(50), before: Figure, after: Figure },
    of: PERSON,
  },
  {
    code: 'promotion',
    zh: '推广学用成果',
    en: 'results of learning spread',
    clause: 'R44',
    ledger: 'persons',
    fields: { audience: optional(Text(200)) },
    of: PERSON,
  },
  {
    code: 'person-helped',
    zh: '帮带的党员群众',
    en: 'people helped',
    clause: 'R45',
    ledger: 'persons',
    fields: { people: Texts(500, 100) },
    of: PERSON,
  },
];

export const RESULT_KINDS: readonly RecordKind[] = [...RESULTS, ...PERSONS];
