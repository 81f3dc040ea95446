// What the fields of records are called, and the values that are codes, as a ledger says them.

import { own } from '../plan/own.ts';
import type { Words } from './states.ts';

const words = (zh: string, en: string): Words => ({ zh, en });

/** The fields of `detail` of every kind of record, and of inspections and orders. */
export const FIELDS: { readonly [field: string]: Words } = {
  acknowledgedBy: words('确认人', 'acknowledged by'),
  after: words('扩大后', 'after'),
  agendaItem: words('议题', 'agenda item'),
  answers: words('补正情况', 'what was corrected'),
  asked: words('征求对象', 'asked'),
  attestations: words('承诺事项', 'attestations'),
  attended: words('出勤次数', 'attended'),
  attendees: words('参会人数', 'attendees'),
  audience: words('推广范围', 'audience'),
  before: words('扩大前', 'before'),
  cause: words('原因', 'cause'),
  channel: words('媒体', 'channel'),
  conforms: words('是否达标', 'conforms'),
  corrected: words('更正内容', 'corrected'),
  correction: words('第几点', 'point'),
  costYuan: words('金额（元）', 'cost (yuan)'),
  deeds: words('事迹', 'deeds'),
  device: words('设备', 'device'),
  documentNumber: words('文号', 'document number'),
  dueOn: words('应于', 'due on'),
  duty: words('所说职责', 'duty'),
  effect: words('效果', 'effect'),
  end: words('结束', 'end'),
  equipment: words('设备', 'equipment'),
  eventOn: words('活动日期', 'date of the event'),
  expected: words('应到人数', 'expected'),
  found: words('发现的问题', 'found'),
  from: words('意见来自', 'from'),
  handler: words('责任人', 'handler'),
  held: words('应学次数', 'held'),
  hours: words('学时', 'hours'),
  households: words('带动户数', 'households'),
  incomeYuan: words('增收（元）', 'income (yuan)'),
  inspectors: words('检查人员', 'inspectors'),
  investmentYuan: words('投资（元）', 'investment (yuan)'),
  keyWork: words('重点工作', 'key work'),
  leader: words('责任领导', 'leader'),
  measuredIn: words('计量单位', 'measured in'),
  name: words('名称', 'name'),
  note: words('说明', 'note'),
  number: words('第几次提交', 'submission'),
  occasion: words('学习场合', 'occasion'),
  opinions: words('意见', 'opinions'),
  organiser: words('组织者', 'organiser'),
  participants: words('参加人数', 'participants'),
  people: words('人数', 'people'),
  persons: words('参训人员', 'persons'),
  phase: words('阶段', 'phase'),
  pieces: words('台（件）数', 'pieces'),
  posts: words('岗位', 'posts'),
  present: words('实到人数', 'present'),
  priorityClass: words('优先类别', 'priority class'),
  raisedBy: words('反映人', 'raised by'),
  register: words('档案种类', 'register'),
  sector: words('行业', 'sector'),
  signatory: words('签字人', 'signatory'),
  signatureEvidence: words('签字凭证', 'signature'),
  siteId: words('站点', 'site'),
  speciality: words('专长', 'speciality'),
  stages: words('各阶段安排', 'stages'),
  start: words('开始', 'start'),
  state: words('办理情况', 'state'),
  statement: words('申报陈述', 'statement'),
  subject: words('上墙内容', 'subject'),
  supervisors: words('督查人员', 'supervisors'),
  telephone: words('电话', 'telephone'),
  text: words('答复', 'answer'),
  title: words('标题', 'title'),
  topic: words('主题', 'topic'),
  triggers: words('情形', 'failings'),
  url: words('网址', 'address'),
  visits: words('督查安排', 'visits'),
  year: words('年度', 'year'),
  openFacts: words('可更正的情况', 'facts that may be corrected'),
  openRecords: words('可更正的材料', 'records that may be corrected'),
  rectificationDays: words('整改期限', 'time limit'),
  responsiblePerson: words('责任人', 'responsible person'),
  drawId: words('所依据的抽签', 'draw'),
  attachments: words('附件', 'attachments'),
  signature: words('签字盖章', 'signature'),
  evidence: words('材料', 'records'),
  yearlyIncomeYuan: words('年收入（元）', 'yearly income (yuan)'),
};

/** The people helped are names, not a number. */
const FIELDS_OF_KIND: { readonly [kind: string]: { readonly [field: string]: Words } } = {
  'person-helped': { people: words('帮带对象', 'people helped') },
  teacher: { name: words('姓名', 'name') },
  'full-time-administrator': { name: words('姓名', 'name') },
  'technical-tutor': { name: words('姓名', 'name') },
};

/** The values of fields that are chosen from a list. */
export const FIELD_VALUES: { readonly [field: string]: { readonly [value: string]: Words } } = {
  duty: {
    'hot-issue': words('热点难点问题', 'hot issues'),
    exemplar: words('典型', 'exemplars'),
    problem: words('问题', 'problems'),
    'good-practice': words('好做法、好经验', 'good practice'),
    publicity: words('宣传报道', 'publicity'),
    'county-problem': words('县级研究解决的实际问题', 'practical problems of the county'),
  },
  occasion: {
    FIXED_STUDY_DAY: words('固定学习日', 'fixed study day'),
    OTHER: words('其他时间', 'another time'),
  },
  organiser: { BASE: words('基地自办', 'the base itself'), OTHER: words('其他单位', 'others') },
  posts: { A: words('A岗', 'post A'), B: words('B岗', 'post B') },
  register: {
    INFORMATION: words('信息收集、发布登记册', 'information register'),
    ACTIVITY: words('活动登记册', 'activity register'),
    DISCUSSION: words('讨论本', 'discussion book'),
    OTHER: words('其他档案', 'other'),
  },
  subject: {
    MANAGEMENT_RULES: words('管理制度', 'management rules'),
    ADMINISTRATOR: words('管理员信息', 'administrator'),
    FAULT_PROCEDURE: words('故障上报处理流程', 'fault procedure'),
    OTHER: words('其他', 'other'),
  },
};

export const fieldInWords = (kind: string, field: string): Words | undefined =>
  own(own(FIELDS_OF_KIND, kind) ?? {}, field) ?? own(FIELDS, field);

export const fieldValueInWords = (field: string, value: string): Words | undefined =>
  own(own(FIELD_VALUES, field) ?? {}, value);
