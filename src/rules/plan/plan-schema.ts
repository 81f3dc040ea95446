// The shape of a campaign plan: the data with which a county decides what the code does not.
import Type, { type Static } from 'typebox';
import { GATE_NAMES } from '../../../machines/campaign/gates.ts';
import { SUBJECTS } from '../../../machines/candidate/subject.ts';
import type { Role } from '../../../machines/kit/access.ts';
import { LEVELS, THINGS } from '../../../machines/kit/titles.ts';
import { OfficialDocumentsSchema } from './document-schema.ts';
import { RECORD_LEDGERS } from './record-ledgers.ts';

export const ROLES = [
  'city-centre',
  'county-office',
  'county-department',
  'township-committee',
  'township-office',
  'village-organisation',
  'base',
  'assessor',
  'scheduler',
  'integrator',
  'auditor',
  'administrator',
] as const satisfies readonly Role[];

const closed = { additionalProperties: false };
const Text = Type.String({ minLength: 1, maxLength: 4000 });
const Day = Type.String({ pattern: '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$' });
/** A plan may number its sentences freely; R1, R2 … are the numbers of this service's rules. */
export const CLAUSE_PATTERN = '^[A-Z]{1,3}[1-9][0-9]{0,3}$';
const ClauseId = Type.String({ pattern: CLAUSE_PATTERN });
const RuleNumber = Type.String({ pattern: '^R[1-9][0-9]{0,3}$' });
const RoleSchema = Type.Enum([...ROLES]);

/** M must · E eligibility · P preference, only ranks · S soft aim, only warns · I information. */
const ModalitySchema = Type.Enum(['M', 'E', 'P', 'S', 'I']);

const ProvenanceSchema = Type.Object(
  {
    kind: Type.Enum(['plan', 'superior-document', 'county-decision', 'default']),
    clause: Type.Optional(ClauseId),
    note: Type.Optional(Text),
  },
  closed,
);

const ClauseSchema = Type.Object(
  { modality: ModalitySchema, quote: Text, section: Text, english: Text },
  closed,
);

export const DocumentSchema = Type.Object(
  {
    issuerCode: Text,
    year: Type.Integer({ minimum: 2000, maximum: 2100 }),
    serial: Type.Integer({ minimum: 1 }),
    issuer: Text,
    issueDate: Day,
    addressees: Type.Array(Text, { minItems: 1 }),
    basis: Type.Array(
      Type.Object(
        {
          title: Text,
          kind: Type.Enum(['superior-document', 'concurrent-campaign']),
          loaded: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
);

const PhaseSchema = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z][a-z-]{0,39}$' }),
    name: Text,
    clause: ClauseId,
    start: Day,
    end: Day,
    effectiveFrom: Type.Optional(Day),
    /** What must hold before the phase closes; nothing is asked where nothing is listed. */
    leave: Type.Optional(Type.Array(Type.Enum(GATE_NAMES), { maxItems: 20, uniqueItems: true })),
  },
  closed,
);

/** Phases in the order in which they begin; they may overlap (machines/procedure/chain.ts). */
export const PhasesSchema = Type.Array(PhaseSchema, { minItems: 1, maxItems: 20 });

const testFields = {
  evidence: Type.Optional(Text),
  where: Type.Optional(
    Type.Record(Type.String(), Type.Array(Text, { minItems: 1, maxItems: 50 }), {
      maxProperties: 20,
    }),
  ),
  fact: Type.Optional(Text),
  equals: Type.Optional(Type.Union([Type.Boolean(), Type.String({ maxLength: 200 })])),
  atLeast: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  atLeastFact: Type.Optional(Text),
  atLeastPolicy: Type.Optional(Text),
};

/**
 * The measurement of a criterion. `evidence` counts accepted records of that kind whose attributes,
 * as the reviewer determined them, are among those of `where`. `fact` compares one measured fact,
 * or the share of `of` for which it holds with `percent`. `atLeast` is inclusive (以上, 不少于, 至少).
 */
export const RequiredSchema = Type.Object(
  {
    ...testFields,
    anyOf: Type.Optional(
      Type.Array(Type.Object(testFields, closed), { minItems: 2, maxItems: 20 }),
    ),
    of: Type.Optional(Text),
    siteKinds: Type.Optional(
      Type.Array(Type.Enum(['VILLAGE', 'COMMUNITY', 'BASE']), { maxItems: 3 }),
    ),
    percent: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  },
  closed,
);

export const CriterionSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z]+\\.[a-z0-9-]+$', maxLength: 120 }),
    clause: ClauseId,
    modality: ModalitySchema,
    kind: Type.Enum([
      'attestation',
      'measure',
      'count',
      'coverage',
      'document',
      'roll-up',
      'judgement',
    ]),
    text: Text,
    english: Text,
    at: Type.Enum(['self-check', 'application', 'acceptance']),
    required: Type.Optional(RequiredSchema),
    /** A recorded fact that denies the criterion when it says no, whatever the evidence. */
    deniedByFact: Type.Optional(
      Type.String({ pattern: '^(site|base)\\.[A-Za-z][A-Za-z0-9]{0,63}$' }),
    ),
    // Q19: the criterion rests on a document that we do not hold, and we invent nothing for it.
    external: Type.Optional(Text),
  },
  closed,
);

/** The parties of a category's way. Without the county step the city accepts. */
const RouteSchema = Type.Object(
  {
    plans: Type.Boolean(),
    acknowledges: Type.Boolean(),
    creates: Type.Boolean(),
    confirmedBy: Type.Enum(['county-office', 'township-office', 'none']),
    selfCheckedBy: Type.Enum([...ROLES, 'none']),
    countyStep: Type.Enum(['applicable', 'not-applicable']),
    finalAuthority: Type.Union([Type.Enum(['city', 'county']), Type.Null()]),
  },
  closed,
);

export const PRIORITY_CLASSES = [
  'COOPERATIVE',
  'LEADING_ENTERPRISE',
  'INDUSTRIAL_BASE',
  'ENRICHMENT_PROJECT',
  'OTHER',
] as const;

/** Limits within the quota: a maximum for each township, a minimum for a preference class. */
const SubQuotasSchema = Type.Object(
  {
    perTownshipMax: Type.Optional(Type.Integer({ minimum: 1 })),
    classMinima: Type.Optional(
      Type.Array(
        Type.Object(
          {
            priorityClass: Type.Enum([...PRIORITY_CLASSES]),
            min: Type.Integer({ minimum: 1 }),
          },
          closed,
        ),
        { maxItems: 5 },
      ),
    ),
  },
  closed,
);

const StreamCodeSchema = Type.String({ pattern: '^[a-z][a-z0-9-]{0,29}$' });
const Answers = Type.Array(Type.String({ pattern: '^(?!ABSTAIN$)\\S{1,20}$' }), {
  minItems: 1,
  maxItems: 5,
  uniqueItems: true,
});

/** A figure that is gathered about each candidate, in rounds of ballots or on sheets of assessors. */
const StreamSchema = Type.Object(
  {
    kind: Type.Enum(['ballots', 'sheets', 'survey'], {
      description:
        'survey 满意度测评：公开填写，得分为满意答案占有效答案的百分比 · An open round whose score is the percentage of satisfied answers',
    }),
    name: Text,
    english: Type.Optional(Text),
    satisfied: Type.Optional(Answers),
    dissatisfied: Type.Optional(Answers),
  },
  closed,
);

export const StreamsSchema = Type.Record(StreamCodeSchema, StreamSchema, {
  ...closed,
  maxProperties: 10,
});

/** Halves of a point are exact as numbers. */
const HalfPoints = Type.Number({ minimum: 0.5, maximum: 100, multipleOf: 0.5 });

const SheetItemsSchema = Type.Array(
  Type.Object(
    {
      id: Type.String({ pattern: '^[a-z]+\\.[a-z0-9-]+$' }),
      clause: ClauseId,
      text: Text,
      english: Text,
      points: HalfPoints,
      external: Type.Optional(Text),
      bonus: Type.Optional(
        Type.Literal(true, {
          description:
            '加分项：在满分之外加分，合计不超过 bonusMax · Adds beyond the full points, up to bonusMax in all',
        }),
      ),
      mayNotApply: Type.Optional(
        Type.Literal(true, {
          description:
            '考评员可注明理由标为不适用，其余各项得分折算为满分 · The assessor may leave it out with a reason; the rest is scaled to the full points',
        }),
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: 100 },
);

/** The lines of the assessors' sheet add up to 100 points; a county's 考评标准 gives them. */
const ScoreSheetSchema = Type.Object(
  {
    provenance: ProvenanceSchema,
    step: Type.Optional(
      Type.Enum([1, 0.5, 0.1, 0.01], {
        description:
          '计分单位：0.5 即可打半分；不写为 0.01 · The least part of a point that is given; 0.01 where it is left out',
      }),
    ),
    bonusMax: Type.Optional(HalfPoints),
    items: Type.Optional(SheetItemsSchema),
    blocks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
            name: Text,
            english: Type.Optional(Text),
            clause: Type.Optional(ClauseId),
            points: HalfPoints,
            items: SheetItemsSchema,
          },
          closed,
        ),
        {
          minItems: 1,
          maxItems: 20,
          description:
            '板块，分值合计 100，各有其项目 · Parts that make 100 points, each with items',
        },
      ),
    ),
  },
  closed,
);

const policy = <T extends Type.TSchema>(value: T) =>
  Type.Object({ value, provenance: ProvenanceSchema }, closed);
const Days = Type.Integer({ minimum: 1, maximum: 366 });
const Percent = Type.Integer({ minimum: 0, maximum: 100 });

export const PoliciesSchema = Type.Object(
  {
    rectificationDays: policy(Days),
    rectificationDaysMax: policy(Days),
    dueSoonWorkingDays: policy(Days),
    escalationWorkingDays: policy(Days),
    publicNoticeWorkingDays: policy(Days),
    correctionWorkingDays: policy(Days),
    requirementsWorkingDays: policy(Days),
    receiptWorkingDays: policy(Days),
    massEvaluationWeight: policy(Percent),
    assessmentWeight: policy(Percent),
    assessmentWorkingDays: policy(Days),
    assessmentSheetsMin: policy(Type.Integer({ minimum: 1, maximum: 50 })),
    assessmentTrim: policy(
      Type.Object(
        {
          drop: Type.Integer({ minimum: 0, maximum: 10 }),
          from: Type.Integer({ minimum: 1, maximum: 100 }),
        },
        closed,
      ),
    ),
    assessmentBlind: policy(Type.Boolean()),
    quorumPercent: policy(Percent),
    passMark: policy(Percent),
    gradePoints: policy(
      Type.Record(Type.String({ pattern: '^(?!ABSTAIN$)\\S{1,20}$' }), Percent, {
        ...closed,
        minProperties: 2,
        maxProperties: 10,
      }),
    ),
    ballotForm: policy(Type.Enum(['secret', 'open'])),
    ballotStrata: policy(
      Type.Object(
        {
          combine: Type.Enum(['pooled', 'weighted']),
          strata: Type.Array(
            Type.Object(
              {
                code: Type.String({ pattern: '^[a-z][a-z-]{0,29}$' }),
                name: Text,
                weight: Type.Integer({ minimum: 1, maximum: 100 }),
              },
              closed,
            ),
            { minItems: 1, maxItems: 6 },
          ),
        },
        closed,
      ),
    ),
    ballotStratumMin: policy(Type.Integer({ minimum: 1, maximum: 100 })),
    ballotWorkingDays: policy(Days),
    mobilizationFormsMin: policy(Type.Integer({ minimum: 1 })),
    openRectificationBlocks: policy(Type.Boolean()),
    caseAcrossLevels: policy(Type.Boolean()),
    countyRosterIncludesBases: policy(Type.Boolean()),
    /** Tie-breakers after score and preference class, in this order; people decide the rest. */
    tieChain: policy(
      Type.Array(Type.Enum(['mass-score', 'assessment-score', 'earlier-application']), {
        uniqueItems: true,
      }),
    ),
    tieDecisionWorkingDays: policy(Days),
    /** A person stands in one category of persons and for one unit. */
    onePersonOneCategory: policy(Type.Boolean()),
    /** The least number of panel members. With 0 no panel is needed, but a convened one binds. */
    panelMin: policy(Type.Integer({ minimum: 0, maximum: 50 })),
    panelOdd: policy(Type.Boolean()),
    panelMajority: policy(Type.Enum(['simple', 'two-thirds'])),
    /** The days from an objection to its decision, and from the decision to the reply. */
    objectionWorkingDays: policy(Days),
    objectionReplyWorkingDays: policy(Days),
    /** The days from a failed review until it is final, and from the asking to the decision. */
    reconsiderationWorkingDays: policy(Days),
    reconsiderationDecisionWorkingDays: policy(Days),
    /** The number of reserves beyond the quota of each category (差额). */
    surplusNominations: policy(Type.Integer({ minimum: 0, maximum: 1000 })),
    /** True: a place that falls vacant at the city is filled again; false by default. */
    refillAfterSubmission: Type.Optional(policy(Type.Boolean())),
    /** How far back a veto bars (一票否决); 0 means that the plan has no veto. */
    vetoLookBackMonths: policy(Type.Integer({ minimum: 0, maximum: 120 })),
    regressionDecisionWorkingDays: policy(Days),
    /** The working days to solve matters of each kind, and to report an event. */
    issueWorkingDays: policy(Days),
    faultWorkingDays: policy(Days),
    feedbackWorkingDays: policy(Days),
    problemWorkingDays: policy(Days),
    publicityWorkingDays: policy(Days),
    activityFormsMin: policy(Type.Integer({ minimum: 1 })),
    // True: a random inspection names a draw.
    randomInspectionByDraw: policy(Type.Boolean()),
    drawInspectorsMin: policy(Type.Integer({ minimum: 2, maximum: 10 })),
    drawnInspectionWorkingDays: policy(Days),
    // Ids of duties (src/rules/record/duties.ts) that nobody owes in this campaign.
    dutiesNotOwed: Type.Optional(
      policy(
        Type.Array(Type.String({ pattern: '^[A-Za-z][A-Za-z-]{0,59}$' }), {
          uniqueItems: true,
          maxItems: 50,
        }),
      ),
    ),
    // The share of its time limit after which an order without progress is behind; 100 is never.
    rectificationBehindPercent: policy(Type.Integer({ minimum: 1, maximum: 100 })),
    // How often an order is sent back before the superior is notified; 0 is never.
    reopensBeforeEscalation: policy(Type.Integer({ minimum: 0, maximum: 20 })),
    // True: an application needs a scan of the signed or sealed page; false by default.
    signatureScanRequired: Type.Optional(policy(Type.Boolean())),
  },
  closed,
);

/** What a role, a level or a thing is called; English is the service's own where it is left out. */
const TitleSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    english: Type.Optional(Type.String({ minLength: 1, maxLength: 60 })),
  },
  closed,
);
const titled = <Name extends string>(names: readonly Name[]) =>
  Type.Object(
    Object.fromEntries(names.map((name) => [name, Type.Optional(TitleSchema)])) as {
      [Each in Name]: Type.TOptional<typeof TitleSchema>;
    },
    closed,
  );

/** The plan's words, in which its refusals and notices speak; neutral ones where it says none. */
const TitlesSchema = Type.Object(
  {
    roles: Type.Optional(titled(ROLES)),
    levels: Type.Optional(titled(LEVELS)),
    things: Type.Optional(titled(THINGS)),
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
  'publicNoticeWorkingDays',
  'correctionWorkingDays',
  'requirementsWorkingDays',
  'receiptWorkingDays',
  'massEvaluationWeight',
  'assessmentWeight',
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

export const CategorySchema = Type.Object(
  {
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,59}$' }),
    name: Text,
    aliases: Type.Array(Text, { maxItems: 20 }),
    track: Type.Enum(['CREATE', 'APPRAISE']),
    subject: Type.Enum([...SUBJECTS]),
    provenance: Type.Optional(ProvenanceSchema),
    route: RouteSchema,
    applicants: Type.Array(RoleSchema, { minItems: 1 }),
    quota: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    subQuotas: Type.Optional(SubQuotasSchema),
    criteria: Type.Array(CriterionSchema, { minItems: 1, maxItems: 100 }),
    scoreSheets: Type.Optional(
      Type.Record(StreamCodeSchema, ScoreSheetSchema, {
        ...closed,
        description: '各考评环节的考评表 · The score sheet of each stream of sheets',
      }),
    ),
    policies: Type.Optional(CategoryPoliciesSchema),
    priorityClasses: Type.Optional(Type.Array(Type.Enum([...PRIORITY_CLASSES]))),
  },
  closed,
);

/** The plan's own kinds of record, because lists that end with 等 are open (Q14). */
const RecordKindSchema = Type.Object(
  {
    code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' }),
    name: Text,
    english: Text,
    clause: ClauseId,
    ledger: Type.Enum([...RECORD_LEDGERS]),
  },
  closed,
);

/** Facts of sites that the plan's criteria ask for beside those of the service. */
const SiteFactSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9]{0,63}$' }),
    text: Text,
    english: Text,
    form: Type.Enum(['number', 'boolean', 'text', 'date']),
  },
  closed,
);

export const NoticeSchema = Type.Object(
  {
    kind: Type.Enum([
      'notice',
      'circular-of-criticism',
      'rectification-order',
      'reminder',
      'overdue',
      'escalation',
      'receipt-reminder',
      'decision',
    ]),
    clause: ClauseId,
    receipt: Type.Boolean(),
    title: Text,
    body: Text,
  },
  closed,
);

export const PlanSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
    version: Type.Integer({ minimum: 1 }),
    title: Text,
    /** The campaign's name in the text of a document; by default the title of the plan. */
    activity: Type.Optional(Text),
    divisionCode: Type.String({ pattern: '^[0-9]{4,12}$' }),
    timeZone: Type.Literal('Asia/Shanghai'),
    titles: Type.Optional(TitlesSchema),
    document: DocumentSchema,
    /** True of a plan that no county has issued; everything printed from it says so. */
    sample: Type.Optional(Type.Literal(true)),
    clauses: Type.Record(ClauseId, ClauseSchema, closed),
    /** The sentence behind each rule of the service; not needed when `clauses` bear its numbers. */
    cites: Type.Optional(Type.Record(RuleNumber, ProvenanceSchema, closed)),
    phases: PhasesSchema,
    categories: Type.Array(CategorySchema, { minItems: 1, maxItems: 20 }),
    streams: StreamsSchema,
    policies: PoliciesSchema,
    recordKinds: Type.Optional(Type.Array(RecordKindSchema, { maxItems: 100 })),
    siteFacts: Type.Optional(Type.Array(SiteFactSchema, { maxItems: 100 })),
    notices: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), NoticeSchema, closed),
    documents: OfficialDocumentsSchema,
  },
  closed,
);

export type Plan = Static<typeof PlanSchema>;
/** The plan names its categories freely; the machines read route, subject and track. */
export type CategoryCode = string;
export type Modality = Static<typeof ModalitySchema>;
export type Clause = Static<typeof ClauseSchema>;
export type Provenance = Static<typeof ProvenanceSchema>;
export type CampaignDocument = Static<typeof DocumentSchema>;
export type Phase = Static<typeof PhaseSchema>;
export type CriterionTest = Static<typeof RequiredSchema>;
export type Criterion = Static<typeof CriterionSchema>;
export type Route = Static<typeof RouteSchema>;
export type Category = Static<typeof CategorySchema>;
export type Stream = Static<typeof StreamSchema>;
export type ScoreSheet = Static<typeof ScoreSheetSchema>;
export type Policies = Static<typeof PoliciesSchema>;
export type NoticeTemplate = Static<typeof NoticeSchema>;
