// Schemas of the application form and of what was frozen of it (R62).

import Type from 'typebox';
import { Id, Instant, Nullable } from '../kernel/subject-schemas.ts';

const Centi = Nullable(Type.Integer({ description: '百分之一分 · Hundredths of a point' }));

const File = Type.Object({
  id: Id,
  name: Type.String(),
  mediaType: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
});

const form = {
  campaign: Type.Object({
    id: Id,
    name: Type.String(),
    planId: Type.String(),
    planVersion: Type.Integer(),
  }),
  candidate: Type.Object({
    id: Id,
    category: Type.String(),
    categoryName: Type.String(),
    track: Type.String(),
    subject: Type.String(),
    name: Nullable(Type.String()),
    personName: Nullable(Type.String()),
    organisationId: Type.String(),
    organisation: Type.String(),
    siteId: Nullable(Type.String()),
  }),
  created: Type.Object({ required: Type.Boolean(), at: Nullable(Instant) }),
  selfCheck: Type.Object({
    required: Type.Boolean(),
    at: Nullable(Instant),
    results: Type.Array(
      Type.Object({
        criterion: Type.String(),
        met: Type.Boolean(),
        remark: Type.Optional(Type.String()),
        priority: Type.Optional(Type.String()),
        responsiblePerson: Type.Optional(Type.String()),
      }),
    ),
    openFindings: Type.Array(Type.String()),
    findingsRectified: Type.Array(Type.String()),
  }),
  scores: Nullable(
    Type.Object(
      {
        figures: Type.Record(Type.String(), Type.Integer(), {
          description: '各环节得分（百分之一分） · The figure of each stream, in hundredths',
        }),
        strata: Type.Record(Type.String(), Type.Record(Type.String(), Type.Integer())),
        compositeCenti: Centi,
        passMarkCenti: Type.Integer(),
      },
      {
        description: '未提交本人考评表者看不到得分 · Null for whoever is yet to judge it',
      },
    ),
  ),
  criteria: Type.Array(
    Type.Object({
      id: Type.String(),
      clause: Type.String(),
      modality: Type.String(),
      at: Type.String(),
      text: Type.String(),
      english: Type.String(),
      measured: Nullable(
        Type.Object({
          actual: Type.Unknown(),
          required: Type.Unknown(),
          met: Type.Boolean(),
        }),
      ),
      evidence: Type.Array(Type.String(), {
        description: '方案计入该标准的材料 · Records that the plan counts for it',
      }),
    }),
  ),
  evidence: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      clause: Type.String(),
      occurredOn: Type.String(),
      summary: Type.String(),
      verdict: Nullable(Type.String()),
      attributes: Type.Record(Type.String(), Type.String()),
      status: Nullable(Type.String()),
      fileIds: Type.Array(Type.String()),
    }),
  ),
  evidenceTotal: Type.Integer(),
  cases: Type.Array(Type.String(), { description: '典型案例 · Showcase cases' }),
};

export const FormSchema = Type.Object(form);

export const CorrectionSchema = Type.Object({
  text: Type.String(),
  fields: Type.Array(Type.String()),
  answered: Type.Boolean({ description: '须逐条答复 · Has to be answered by itself' }),
});

/** The whole of what was handed in: a field missing here would break the hash a reader recomputes. */
export const BodySchema = Type.Object({
  ...form,
  schema: Type.Literal(1),
  number: Type.Integer(),
  stage: Type.String(),
  submittedAt: Instant,
  submittedBy: Type.Object({ principalId: Type.String(), roles: Type.Array(Type.String()) }),
  deadline: Type.Object({
    dueAt: Nullable(Instant),
    inTime: Type.Boolean(),
    admittedFor: Nullable(Type.String()),
  }),
  declared: Type.Object({
    statement: Type.String(),
    signatory: Type.String(),
    signatureEvidence: Nullable(Type.String()),
    signatureFile: Nullable(File),
    attestations: Type.Array(Type.String()),
    priorityClass: Nullable(Type.String()),
    attachments: Type.Array(File),
  }),
  correction: Nullable(
    Type.Object({
      corrections: Type.Array(CorrectionSchema),
      answers: Type.Array(Type.Object({ correction: Type.Integer(), text: Type.String() })),
      statement: Type.String(),
    }),
  ),
  corrected: Type.Array(
    Type.Object({ field: Type.String(), from: Type.Unknown(), to: Type.Unknown() }),
  ),
});
