// Schemas of the events that may be sent to a candidate. The machine's types hold them to what the
// guards read; the server makes the ids of records.

import type { Static, TSchema } from 'typebox';
import Type from 'typebox';
import { APPLICATION_FIELDS } from '../../../machines/application/application.ts';
import type { CandidateEvent } from '../../../machines/candidate/events.ts';
import { PRIORITY_CLASSES } from '../../rules/plan/quota-schema.ts';
import { DETERMINED } from '../../rules/record/record-kind.ts';
import type { Fit } from '../kernel/payload-fit.ts';
import { Day, OrganisationId, Written, WrittenList } from '../kernel/subject-schemas.ts';

const event = <Name extends string, Properties extends Record<string, TSchema>>(
  type: Name,
  properties: Properties,
) => Type.Object({ type: Type.Literal(type), ...properties });

const remark = { remark: Type.Optional(Written()) };
const reason = { reason: Written() };
const corrections = {
  corrections: Type.Array(Written(), {
    minItems: 1,
    maxItems: 200,
    description: '一次性告知全部问题 · The complete list, told at once',
  }),
};
const Opened = Type.Array(Type.Enum([...APPLICATION_FIELDS]), {
  uniqueItems: true,
  maxItems: APPLICATION_FIELDS.length,
  description: '为补正而开放的申报内容 · Parts of the application that it opens',
});
/** R62: all corrections are listed at once, each with the fields it opens. */
const returned = {
  corrections: Type.Array(
    Type.Union([
      Written(),
      Type.Object(
        { text: Written(), fields: Type.Optional(Opened) },
        { additionalProperties: false },
      ),
    ]),
    {
      minItems: 1,
      maxItems: 200,
      description:
        '一次性告知全部问题；写明 fields 的开放相应内容，且须逐条答复 · The complete list, told at once; what names fields opens them, and each object is answered by itself',
      examples: [[{ text: '签字盖章页缺支部公章', fields: ['signature'] }]],
    },
  ),
};
/** Each kind has fields of its own (`GET /v1/record-kinds`); a plan's own kinds take any fields. */
const Detail = Type.Record(Type.String({ minLength: 1, maxLength: 60 }), Type.Unknown(), {
  maxProperties: 50,
  description: '该类材料的各项，见 /v1/record-kinds · The fields of the kind, see /v1/record-kinds',
});
export const FileIds = Type.Array(Type.String({ format: 'uuid' }), {
  maxItems: 50,
  uniqueItems: true,
  description: '已上传文件的编号 · Ids of files that were uploaded',
});
const files = { fileIds: Type.Optional(FileIds) };

export const evidence = {
  kind: Type.String({
    pattern: '^[a-z][a-z0-9-]{0,59}$',
    description: '材料种类，如 consultation、work-plan · Kind of record',
  }),
  occurredOn: Day,
  summary: Written(),
  form: Type.Optional(Written(60)),
  siteIds: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 1000, uniqueItems: true }),
  ),
  detail: Type.Optional(Detail),
  ...files,
  supersedes: Type.Optional(
    Type.Object({
      recordId: Type.String({ minLength: 1, maxLength: 100 }),
      reason: Written(),
    }),
  ),
};
export const assessment = {
  verdict: Type.Enum(['accepted', 'rejected']),
  impact: Type.Optional(Type.Enum([...DETERMINED.impact])),
  promotionScope: Type.Optional(Type.Enum([...DETERMINED.promotionScope])),
  ...remark,
};
export const selfCheck = {
  results: Type.Array(
    Type.Object({
      criterion: Type.String({ minLength: 1, maxLength: 120 }),
      met: Type.Boolean(),
      remark: Type.Optional(Written()),
      priority: Type.Optional(Written(200)),
      responsiblePerson: Type.Optional(Written(100)),
    }),
    // The list is empty where the plan names no criterion for the self-check, as for townships.
    { maxItems: 200 },
  ),
};
/** R59: the triggers that lead to a circular of criticism and a rectification order. */
export const Trigger = Type.Enum([
  'NOT_ACTIVE',
  'FORMALISM',
  'PROBLEMS_NOT_SOLVED',
  'LITTLE_EFFECT',
]);
export const inspection = {
  kind: Type.Enum(['FIELD_VISIT', 'RANDOM', 'SCHEDULED', 'UNSCHEDULED']),
  occurredOn: Day,
  inspectors: Type.Array(Written(100), { minItems: 1, maxItems: 50 }),
  triggers: Type.Array(Trigger, { maxItems: 4, uniqueItems: true }),
  findings: Type.Array(Written(), { maxItems: 200 }),
  conforms: Type.Optional(Type.Boolean()),
  inGoodOrder: Type.Optional(
    Type.Boolean({
      description:
        '站点环境卫生好、设备摆放规范与否，最近一次为准 · Whether the site is clean and in order; the latest counts (R37)',
    }),
  ),
  drawId: Type.Optional(
    Type.String({
      format: 'uuid',
      description: '随机抽查所依据的抽签 · The draw that a random inspection follows from',
    }),
  ),
};
const Names = (zh: string, en: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 120 }), {
      maxItems: 100,
      uniqueItems: true,
      description: `${zh} · ${en}`,
    }),
  );
/** The content of the order that follows from an inspection of a candidate. */
export const orderTerms = {
  criteria: Names('未达标的条款，随之开出限期整改', 'Criteria found unmet: an order follows'),
  rectificationDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 365 })),
  responsiblePerson: Type.Optional(Written(100)),
  openFacts: Names('整改期间可更正的站点情况', 'Facts of the site that may be corrected meanwhile'),
  openRecords: Names('整改期间可更正的材料', 'Records that may be superseded meanwhile'),
  ...files,
};

const judged = {
  judged: Type.Optional(
    Type.Array(
      Type.Object({
        criterion: Type.String({ minLength: 1, maxLength: 120 }),
        met: Type.Boolean(),
        remark: Type.Optional(Written()),
      }),
      {
        maxItems: 200,
        description:
          '对须由人评判的每条标准的结论 · What was found of each criterion that people judge',
      },
    ),
  ),
};

const signature = {
  signatureEvidence: Type.Optional(
    Type.String({
      maxLength: 500,
      description: '签字盖章的文字说明 · What shows the signature or seal, in words',
    }),
  ),
  signatureFileId: Type.Optional(
    Type.String({
      format: 'uuid',
      description:
        '签字盖章页扫描件，由申报单位上传 · Scan of the signed page, uploaded by the applying unit',
    }),
  ),
};
const declarable = {
  attestations: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 120 }), {
      maxItems: 200,
      uniqueItems: true,
    }),
  ),
  priorityClass: Type.Optional(
    Type.Enum([...PRIORITY_CLASSES], {
      description:
        '方案为该类别所列的优先类别 (R27) · One of the preference classes that the plan lists for the category',
    }),
  ),
  ...files,
};

/** The plan's own word for a verdict, where it words it otherwise than the event. */
const word = {
  word: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: '方案的结论用语 · The plan’s word for the verdict',
    }),
  ),
};

/** Every event of a candidate that people may send; the service's own are not among them. */
export const candidateEvents = [
  event('record-evidence', evidence),
  event('void-record', {
    recordId: Type.String({
      minLength: 1,
      maxLength: 100,
      description: '误登记或重复登记的材料 · What was entered by mistake, or twice',
    }),
    ...reason,
  }),
  event('assess-evidence', { id: Type.String({ minLength: 1, maxLength: 100 }), ...assessment }),
  event('record-inspection', { ...inspection, ...orderTerms }),
  event('submit-plan', { title: Written(300) }),
  event('approve-plan', remark),
  event('return-plan', corrections),
  event('confirm-mobilization', remark),
  event('acknowledge-mobilization', remark),
  event('declare-created', { statement: Written() }),
  event('admit-late-declaration', reason),
  event('confirm-created', remark),
  event('return-declaration', corrections),
  event('submit-self-check', selfCheck),
  event('confirm-finding-rectified', {
    criterion: Type.String({ minLength: 1, maxLength: 120 }),
    remark: Written(),
  }),
  event('apply', {
    statement: Written(),
    // An empty signatory passes here, so that the clause it offends refuses the application (R62).
    signatory: Type.String({ maxLength: 100 }),
    ...signature,
    ...declarable,
  }),
  event('conclude-gathering', remark),
  event('admit-late-application', reason),
  event('pass', { ...judged, ...remark, ...word }),
  event('pass-with-requirements', { requirements: WrittenList(), ...word }),
  event('confirm-requirements-met', { ...judged, remark: Written() }),
  event('return-for-correction', { ...returned, ...word }),
  event('admit-late-resubmission', reason),
  event('resubmit', {
    statement: Written(),
    answers: Type.Optional(
      Type.Array(
        Type.Object({
          correction: Type.Integer({
            minimum: 1,
            maximum: 200,
            description: '所答复问题的序号，从 1 起 · Place in the list, from 1',
          }),
          text: Written(),
        }),
        { maxItems: 200 },
      ),
    ),
    application: Type.Optional(
      Type.Object(
        {
          statement: Type.Optional(Written()),
          signatory: Type.Optional(Type.String({ maxLength: 100 })),
          ...signature,
          ...declarable,
        },
        {
          description:
            '更正的内容，只限退回时开放的；附件和承诺事项为更正后的全部 · What is corrected, of what was opened; attachments and attestations as a whole',
        },
      ),
    ),
  }),
  event('defer', { until: Day, ...reason, ...word }),
  event('resume-review', remark),
  event('fail', { ...reason, ...word }),
  event('propose-submission', remark),
  event('decline-submission', reason),
  event('submit-upward', remark),
  event('request-override', reason),
  event('approve-override', remark),
  event('record-verification', {
    occurredOn: Day,
    place: Written(200),
    verifiers: Type.Array(Written(100), { minItems: 1, maxItems: 50 }),
    findings: Type.Array(Written(), { maxItems: 200 }),
  }),
  event('propose-conferral', remark),
  event('decline-conferral', reason),
  event('confirm-conferral', remark),
  event('withdraw', reason),
  event('reinstate', reason),
  event('end-with-unit', reason),
  event('succeed', { organisationId: OrganisationId, ...reason }),
  event('propose-disqualification', reason),
  event('confirm-disqualification', remark),
  event('propose-revocation', reason),
  event('decline-revocation', reason),
  event('confirm-revocation', remark),
] as const;

// Only the service sends these: it moves candidates after their campaign, recalculates deadlines and
// records the results of ballot rounds and score sheets.
type OwnEvents =
  | 'register'
  | 'phase-entered'
  | 'recalculate-deadline'
  | 'document-issued'
  | 'document-abandoned'
  | 'mass-evaluation-closed'
  | 'record-assessment'
  | 'retract-assessment'
  | 'correct-assessment'
  | 'adopt-policy'
  | 'select'
  | 'keep-in-reserve'
  | 'objection-opened'
  | 'objection-closed'
  | 'reconsideration-asked'
  | 'reconsideration-closed'
  | 'pass-over';

type Sent = Static<(typeof candidateEvents)[number]>;
type Known = Exclude<CandidateEvent, { type: OwnEvents }>;

export const candidateEventsFit: Fit<Sent, Known> = true;
