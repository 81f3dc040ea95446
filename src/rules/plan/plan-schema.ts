// The shape of a campaign plan: the data with which a county decides what the code does not.
import Type, { type Static } from 'typebox';
import { GATE_NAMES } from '../../../machines/campaign/gates.ts';
import { CategorySchema } from './category-schema.ts';
import type { CriterionSchema, RequiredSchema } from './criterion-schema.ts';
import { OfficialDocumentsSchema } from './document-schema.ts';
import { PoliciesSchema } from './policies-schema.ts';
import {
  MovesSchema,
  ProceduresSchema,
  StagesSchema,
  VerdictSetsSchema,
} from './procedure-schema.ts';
import { RECORD_LEDGERS } from './record-ledgers.ts';
import {
  ClauseId,
  closed,
  Day,
  described,
  ModalitySchema,
  ProvenanceSchema,
  Text,
} from './schema-terms.ts';
import type { ScoreSheetSchema } from './score-sheet-schema.ts';
import { type StreamSchema, StreamsSchema } from './streams-schema.ts';
import { TitlesSchema } from './titles-schema.ts';

const RuleNumber = Type.String({ pattern: '^R[1-9][0-9]{0,3}$' });

const ClauseSchema = Type.Object(
  {
    modality: ModalitySchema,
    quote: described(Text, '原文，一字不改 · The sentence as the document writes it'),
    section: described(Text, '所在的部分 · Where it stands in the document'),
    english: described(Text, '英文大意 · What it says, in English'),
  },
  { ...closed, description: '一句原文 · One sentence of the document' },
);

const BasisSchema = Type.Object(
  {
    title: described(Text, '文件或者活动名称 · Its title'),
    kind: Type.Enum(['superior-document', 'concurrent-campaign'], {
      description: '上级文件，或者同时开展的活动 · A superior’s document or a campaign under way',
    }),
    loaded: Type.Boolean({ description: '原文是否已收录 · Whether its text is at hand' }),
  },
  closed,
);

export const DocumentSchema = Type.Object(
  {
    issuerCode: described(Text, '发文机关代字，如“某组发” · The issuer’s code'),
    year: Type.Integer({ minimum: 2000, maximum: 2100, description: '年份 · The year' }),
    serial: Type.Integer({
      minimum: 1,
      description: '序号，一年内一号一文 · The number in that year',
    }),
    issuer: described(Text, '发文机关 · The issuer'),
    issueDate: described(Day, '成文日期 · The day of issue'),
    addressees: Type.Array(Text, { minItems: 1, description: '主送机关 · Its addressees' }),
    text: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100_000,
        description:
          '方案全文，一行一段，一、和（一）起头的为标题；随印发通知下发 · Its whole text, which the notice of issue brings out; a line is a paragraph, 一、 and （一） begin headings',
      }),
    ),
    basis: Type.Array(BasisSchema, { description: '所依据的文件和活动 · What it rests on' }),
  },
  { ...closed, description: '印发方案的公文 · The document by which the plan was issued' },
);

const PhaseSchema = Type.Object(
  {
    code: Type.String({
      pattern: '^[a-z][a-z-]{0,39}$',
      description: '阶段代码，方案内唯一 · Its code, unique in the plan',
    }),
    name: described(Text, '阶段名称 · Its name'),
    english: Type.Optional(described(Text, '英文名称 · Its name in English')),
    clause: described(ClauseId, '规定其时间的条款 · The sentence that sets its time'),
    start: described(Day, '开始日期 · Its first day'),
    end: described(Day, '结束日期（含当日） · Its last day, inclusive'),
    effectiveFrom: Type.Optional(
      described(
        Day,
        '实际开始的日期，如印发之日；不写为 start · The day it can begin on, such as that of issue',
      ),
    ),
    leave: Type.Optional(
      Type.Array(Type.Enum(GATE_NAMES), {
        maxItems: 20,
        uniqueItems: true,
        description:
          '转段前须满足的要求；不列即不要求 · What must hold before it closes; what is not listed is not asked',
      }),
    ),
  },
  closed,
);

/** Phases in the order in which they begin; they may overlap (machines/procedure/chain.ts). */
export const PhasesSchema = Type.Array(PhaseSchema, {
  minItems: 1,
  maxItems: 20,
  description:
    '活动的阶段，按开始的先后排列，可以重叠 · The phases in the order in which they begin; they may overlap',
});

/** The plan's own kinds of record, because lists that end with 等 are open (Q14). */
const RecordKindSchema = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$', description: '代码 · Its code' }),
    name: described(Text, '名称 · Its name'),
    english: described(Text, '英文名称 · Its name in English'),
    clause: described(ClauseId, '所依据的条款 · The sentence it rests on'),
    ledger: Type.Enum([...RECORD_LEDGERS], { description: '登入哪本台账 · Its ledger' }),
  },
  closed,
);

/** Facts of sites that the plan's criteria ask for beside those of the service. */
const SiteFactSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9]{0,63}$',
      description: '代码；标准中写作 site.<代码> · Its name; criteria ask for site.<name>',
    }),
    text: described(Text, '名称 · Its name in Chinese'),
    english: described(Text, '英文名称 · Its name in English'),
    form: Type.Enum(['number', 'boolean', 'text', 'date'], {
      description: '形式：数字、是否、文本、日期 · Its form',
    }),
  },
  closed,
);

export const NoticeSchema = Type.Object(
  {
    kind: Type.Enum(
      [
        'notice',
        'circular-of-criticism',
        'rectification-order',
        'reminder',
        'overdue',
        'escalation',
        'receipt-reminder',
        'decision',
      ],
      { description: '通知的种类 · Its kind' },
    ),
    clause: described(
      ClauseId,
      '所依据的条款，或者规则编号 · The sentence it rests on, or the number of a rule',
    ),
    receipt: Type.Boolean({ description: '须签收 · Its addressee signs for it' }),
    title: described(Text, '标题（LiquidJS） · Its title, a LiquidJS text'),
    body: described(Text, '正文（LiquidJS） · Its body, a LiquidJS text'),
  },
  { ...closed, description: '一种通知的文本 · The text of one notice' },
);

export const PlanSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
      description: '方案代码，如 my-county-2027 · The plan’s id',
    }),
    version: Type.Integer({
      minimum: 1,
      description: '版本；印发后不得修改，改动须用新的版本号 · Published versions are frozen',
    }),
    title: described(Text, '方案标题 · The title of the plan'),
    activity: Type.Optional(
      described(
        Text,
        '活动名称，公文中使用；不写为标题 · The campaign’s name in documents; by default the title',
      ),
    ),
    divisionCode: Type.String({
      pattern: '^[0-9]{4,12}$',
      description: '区县的行政区划代码 · The administrative code of its county',
    }),
    timeZone: Type.Literal('Asia/Shanghai', { description: '时区 · Its time zone' }),
    titles: Type.Optional(TitlesSchema),
    document: DocumentSchema,
    sample: Type.Optional(
      Type.Literal(true, {
        description:
          '示例：未经任何机关印发，打印件均标明 · No county has issued it; everything printed says so',
      }),
    ),
    clauses: Type.Record(ClauseId, ClauseSchema, {
      ...closed,
      description:
        '方案的原文条款，编号自定 · The sentences of the document, by numbers of its own',
    }),
    cites: Type.Optional(
      Type.Record(RuleNumber, ProvenanceSchema, {
        ...closed,
        description:
          '系统每条规则的依据；条款即以规则编号的不写 · What each rule of the service rests on; not needed when the clauses bear its numbers',
      }),
    ),
    phases: PhasesSchema,
    verdicts: Type.Optional(VerdictSetsSchema),
    stages: Type.Optional(StagesSchema),
    procedures: ProceduresSchema,
    moves: Type.Optional(MovesSchema),
    categories: Type.Array(CategorySchema, {
      minItems: 1,
      maxItems: 20,
      description: '创建和评选的类别 · The categories',
    }),
    streams: StreamsSchema,
    policies: described(
      PoliciesSchema,
      '条文留有余地之处的规定，各注明由谁决定 · What the sentences leave open; each says who decided it',
    ),
    recordKinds: Type.Optional(
      Type.Array(RecordKindSchema, {
        maxItems: 100,
        description: '方案自定的台账记录种类 · Kinds of record of its own',
      }),
    ),
    siteFacts: Type.Optional(
      Type.Array(SiteFactSchema, {
        maxItems: 100,
        description: '方案自定的站点事实 · Facts of sites of its own',
      }),
    ),
    notices: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), NoticeSchema, {
      ...closed,
      description: '各种通知的文本 · The texts of the notices',
    }),
    documents: described(OfficialDocumentsSchema, '公文 · Official documents'),
  },
  closed,
);

export type Plan = Static<typeof PlanSchema>;
/** The plan names its categories freely; the machines read its procedure, subject and track. */
export type CategoryCode = string;
export type Modality = Static<typeof ModalitySchema>;
export type Clause = Static<typeof ClauseSchema>;
export type Provenance = Static<typeof ProvenanceSchema>;
export type CampaignDocument = Static<typeof DocumentSchema>;
export type Phase = Static<typeof PhaseSchema>;
export type CriterionTest = Static<typeof RequiredSchema>;
export type Criterion = Static<typeof CriterionSchema>;
export type Category = Static<typeof CategorySchema>;
export type Stream = Static<typeof StreamSchema>;
export type ScoreSheet = Static<typeof ScoreSheetSchema>;
export type Policies = Static<typeof PoliciesSchema>;
export type NoticeTemplate = Static<typeof NoticeSchema>;
