// The policies of a plan: what its sentences leave open. Each says who decided it.

import Type from 'typebox';
import { closed, described, ProvenanceSchema, Text } from './schema-terms.ts';
import { StreamCodeSchema } from './streams-schema.ts';

const policy = <T extends Type.TSchema>(value: T, description: string) =>
  Type.Object(
    { value: described(value, '取值 · Its value'), provenance: ProvenanceSchema },
    { ...closed, description },
  );
const days = (description: string) =>
  policy(Type.Integer({ minimum: 1, maximum: 366 }), description);
const Percent = Type.Integer({ minimum: 0, maximum: 100 });
const percent = (description: string) => policy(Percent, description);
const flag = (description: string) => policy(Type.Boolean(), description);
const whole = (minimum: number, maximum: number | undefined, description: string) =>
  policy(Type.Integer({ minimum, ...(maximum === undefined ? {} : { maximum }) }), description);

const TrimSchema = Type.Object(
  {
    drop: Type.Integer({
      minimum: 0,
      maximum: 10,
      description: '两端各去掉几份；0 不去 · Sheets dropped at each end; 0 is none',
    }),
    from: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: '满几份才去 · Only when there are so many sheets',
    }),
  },
  closed,
);

const CountingSchema = Type.Object(
  {
    days: Type.Enum(['working', 'calendar'], {
      description: 'working 工作日，calendar 自然日 · Working days or calendar days',
    }),
    first: Type.Enum(['next-day', 'same-day'], {
      description:
        'next-day 自发布次日起算，same-day 发布当日计入 · Counted from the day after it is published, or from that day',
    }),
  },
  closed,
);

const GradesSchema = Type.Record(
  Type.String({ pattern: '^(?!ABSTAIN$)\\S{1,20}$' }),
  described(Percent, '该等次折算的分数 · The points of this grade'),
  { ...closed, minProperties: 2, maxProperties: 10 },
);

const StrataSchema = Type.Object(
  {
    combine: Type.Enum(['pooled', 'weighted'], {
      description:
        'pooled 合并计票，weighted 分别计票后加权 · All ballots together, or each electorate by its weight',
    }),
    strata: Type.Array(
      Type.Object(
        {
          code: Type.String({
            pattern: '^[a-z][a-z-]{0,29}$',
            description:
              '代码；stream.<环节>.<代码>Score 即该类得分 · Its code; stream.<stream>.<code>Score is its score',
          }),
          name: described(Text, '名称，如“党员” · Its name'),
          weight: Type.Integer({
            minimum: 1,
            maximum: 100,
            description: '权重，各类合计 100 · Its weight; all make 100',
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 6, description: '各类参评人 · The electorates' },
    ),
  },
  closed,
);

const WeightsSchema = Type.Record(
  StreamCodeSchema,
  described(Percent, '该环节的权重 · The weight of this stream'),
  closed,
);

const GatesSchema = Type.Record(
  StreamCodeSchema,
  described(Percent, '该环节至少须得的分数（含本数） · The least points of this stream, inclusive'),
  closed,
);

/** Codes of streams and earlier-application. */
const TieChainSchema = Type.Array(Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}$' }), {
  maxItems: 11,
  uniqueItems: true,
});

const DutiesSchema = Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z-]{0,59}$' }), {
  uniqueItems: true,
  maxItems: 50,
});

export const PoliciesSchema = Type.Object(
  {
    rectificationDays: days('限期整改的天数（自然日），可逐件另定 · Days of an order to rectify'),
    rectificationDaysMax: days('单次整改期限的上限（自然日） · The most days of one such order'),
    dueSoonWorkingDays: days('到期前几个工作日提醒 · Working days before a deadline to remind'),
    escalationWorkingDays: days(
      '逾期几个工作日后报告上级 · Working days after a deadline until the superior is told',
    ),
    publicNoticeDays: days('公示的天数 · The days of a public notice'),
    publicNoticeCounting: policy(
      CountingSchema,
      '公示的天数怎样计算 · How the days of a public notice are counted',
    ),
    correctionWorkingDays: days(
      '退回补正的工作日 · Working days to correct what a review returned',
    ),
    requirementsWorkingDays: days(
      '有条件通过后落实条件的工作日 · Working days to meet what a pass requires',
    ),
    documentReviewWorkingDays: days('公文拟稿后核稿的工作日 · Working days to review a draft'),
    documentSignatureWorkingDays: days(
      '公文核稿后签发的工作日 · Working days to sign what was reviewed',
    ),
    receiptWorkingDays: days('签收通知的工作日 · Working days to sign for a notice'),
    streamWeights: policy(
      WeightsSchema,
      '各环节在综合得分中的权重，合计 100；全为 0 则没有综合得分 · The weights of the streams make 100; with none there is no composite score',
    ),
    streamGates: Type.Optional(
      policy(
        GatesSchema,
        '各环节须达到的分数，达不到的不得继续 · The least points of a stream; whoever has fewer goes no further',
      ),
    ),
    assessmentWorkingDays: days(
      '考评员自受领考评表起的工作日 · Working days for a score sheet, from its assignment',
    ),
    assessmentSheetsMin: whole(1, 50, '每个对象至少几份考评表 · The least sheets of a candidate'),
    assessmentTrim: policy(
      TrimSchema,
      '去掉最高分和最低分 · The highest and lowest sheets that do not count',
    ),
    assessmentBlind: flag(
      '考评员交表前看不到他人的考评表 · Assessors see no other sheet before handing in theirs',
    ),
    quorumPercent: percent(
      '收回票数须超过发出票数的百分比，等于不算 · Ballots returned must exceed this share of those issued',
    ),
    passMark: percent('合格线（百分制，含本数） · The least score of a candidate, inclusive'),
    gradePoints: policy(
      GradesSchema,
      '测评票的等次及折算分（等次名自定，ABSTAIN 为弃权） · The grades of a ballot and their points',
    ),
    ballotForm: policy(
      Type.Enum(['secret', 'open']),
      'secret 无记名；open 会议上发票、两人计票 · Secret, or handed out and counted in a meeting',
    ),
    ballotStrata: policy(
      StrataSchema,
      '参评人的类别，如党员和群众 · The electorates, such as members and masses',
    ),
    ballotStratumMin: whole(
      1,
      100,
      '无记名评议中某类收回票数少于此数，不单独公布 · An electorate with fewer ballots is not told apart',
    ),
    ballotWorkingDays: days(
      '计票、核对和重新评议的工作日 · Working days to count, check or repeat a round',
    ),
    mobilizationFormsMin: whole(1, undefined, '动员至少几种形式 · The least forms of mobilization'),
    openRectificationBlocks: flag(
      '整改未销号不得上报；可由两人批准例外 · An open order bars the submission; two officers may waive it',
    ),
    caseAcrossLevels: flag(
      '同一案例可跨级使用（同级不得重复） · One case may count at several levels',
    ),
    countyRosterIncludesBases: flag(
      '县级汇总站点时计入基地站点 · The county’s roll-up counts the sites of bases',
    ),
    tieChain: policy(
      TieChainSchema,
      '综合得分和优先类别相同时依次比较；仍相同的由人决定 · Tie-breakers in this order; people decide the rest',
    ),
    tieDecisionWorkingDays: days(
      '两人决定并列的工作日 · Working days for two officers to decide a tie',
    ),
    onePersonOneCategory: flag(
      '同一人只参加一个个人类别、由一个单位申报 · A person stands once, for one unit',
    ),
    panelMin: whole(
      0,
      50,
      '验收组至少几人；0 为可由一人验收，组成的以其结论为准 · The least panel; 0 needs none, but a convened one binds',
    ),
    panelOdd: flag('验收组人数为单数 · A panel has an odd number of members'),
    panelMajority: policy(
      Type.Enum(['simple', 'two-thirds']),
      '验收组通过所需多数 · The majority by which a panel decides',
    ),
    objectionReceiptWorkingDays: days(
      '公众提出异议至受理机关接收的工作日 · Working days from an objection lodged by the public to its receipt',
    ),
    objectionWorkingDays: days(
      '收到公示异议至作出处理的工作日 · Working days from an objection to its decision',
    ),
    objectionReplyWorkingDays: days(
      '处理后答复实名异议人的工作日 · Working days from that decision to the reply',
    ),
    reconsiderationWorkingDays: days(
      '验收未通过后可申请复核的工作日 · Working days in which a failed review may be contested',
    ),
    reconsiderationDecisionWorkingDays: days(
      '申请复核至由他人决定的工作日 · Working days from that to another officer’s decision',
    ),
    surplusNominations: whole(
      0,
      1000,
      '每个类别在名额外保留的差额（递补）数 · Reserves of each category beyond its quota',
    ),
    refillAfterSubmission: Type.Optional(
      flag(
        '上报后空出的名额可以递补；不写为否 · A place that falls vacant after submission is filled; no by default',
      ),
    ),
    vetoLookBackMonths: whole(
      0,
      120,
      '一票否决追溯的月数；0 为不设 · Months that a veto looks back; 0 is no veto',
    ),
    regressionDecisionWorkingDays: days(
      '申报后站点不再达标，至作出处理决定的工作日 · Working days to decide when a site no longer conforms',
    ),
    issueWorkingDays: days('解决群众反映问题的工作日 · Working days to solve what people raise'),
    faultWorkingDays: days('排除设备故障的工作日 · Working days to repair a fault'),
    feedbackWorkingDays: days('答复意见建议的工作日 · Working days to answer an opinion'),
    problemWorkingDays: days('解决台账中问题的工作日 · Working days to solve a listed problem'),
    publicityWorkingDays: days('事后宣传报道的工作日 · Working days to report an event'),
    activityFormsMin: whole(1, undefined, '学用活动至少几种形式 · The least forms of activities'),
    randomInspectionByDraw: flag(
      '随机抽查须由公开抽签产生 · A random inspection follows from a published draw',
    ),
    drawInspectorsMin: whole(2, 10, '每个抽中单位至少几名检查人 · Inspectors of each unit drawn'),
    drawUnitsMin: whole(2, 500, '抽签范围内至少几个单位 · The least units to draw from'),
    drawPoolMin: whole(2, 200, '检查人名单至少几人 · The least inspectors to draw from'),
    drawnInspectionWorkingDays: days(
      '抽签揭晓后完成抽查的工作日 · Working days to inspect what was drawn',
    ),
    dutiesNotOwed: Type.Optional(
      policy(
        DutiesSchema,
        '本活动不要求的台账职责（代码见 GET /v1/campaigns/{id}/duties） · Duties of the ledgers that nobody owes here',
      ),
    ),
    fileProvesOnce: Type.Optional(
      flag(
        '同一申报对象的一份文件（按内容）只能用于一份材料 · A file, by its content, shows one thing of a candidate',
      ),
    ),
    noneMayBeStated: Type.Optional(
      policy(
        DutiesSchema,
        '没有发生时可以据实写明“没有发生”的台账职责，不为凑数补造 · Duties of the ledgers of which a unit may state that none arose',
      ),
    ),
    rectificationBehindPercent: whole(
      1,
      100,
      '整改期限过此百分比仍无进展的标黄；100 为不标 · Share of its time after which an idle order is behind',
    ),
    reopensBeforeEscalation: whole(
      0,
      20,
      '退回整改几次即报告上级；0 为不报告 · Times an order is sent back before the superior is told',
    ),
    signatureScanRequired: Type.Optional(
      flag(
        '书面申报必须附签字盖章页扫描件；不写为否 · An application needs a scan of its signed page',
      ),
    ),
  },
  closed,
);

/**
 * The policies that a category may state for itself: those of its candidates, of what hangs on them, and of
 * their ranking. The others hold for the whole campaign (duties, ledgers, draws, sites, one person's category).
 */
const CATEGORY_POLICIES = [
  'rectificationDays',
  'rectificationDaysMax',
  'dueSoonWorkingDays',
  'escalationWorkingDays',
  'publicNoticeDays',
  'publicNoticeCounting',
  'correctionWorkingDays',
  'requirementsWorkingDays',
  'receiptWorkingDays',
  'streamWeights',
  'streamGates',
  'assessmentWorkingDays',
  'assessmentSheetsMin',
  'assessmentTrim',
  'assessmentBlind',
  'quorumPercent',
  'passMark',
  'gradePoints',
  'ballotForm',
  'ballotStrata',
  'ballotStratumMin',
  'ballotWorkingDays',
  'openRectificationBlocks',
  'caseAcrossLevels',
  'tieChain',
  'tieDecisionWorkingDays',
  'panelMin',
  'panelOdd',
  'panelMajority',
  'objectionReceiptWorkingDays',
  'objectionWorkingDays',
  'objectionReplyWorkingDays',
  'reconsiderationWorkingDays',
  'reconsiderationDecisionWorkingDays',
  'surplusNominations',
  'refillAfterSubmission',
  'vetoLookBackMonths',
  'rectificationBehindPercent',
  'reopensBeforeEscalation',
  'signatureScanRequired',
] as const satisfies readonly (keyof (typeof PoliciesSchema)['properties'])[];

type OwnPolicies = {
  [Name in (typeof CATEGORY_POLICIES)[number]]: Type.TOptional<
    (typeof PoliciesSchema)['properties'][Name]
  >;
};

export const CategoryPoliciesSchema = Type.Object(
  Object.fromEntries(
    CATEGORY_POLICIES.map((name) => [name, Type.Optional(PoliciesSchema.properties[name])]),
  ) as OwnPolicies,
  closed,
);
